//! The forms of a secret: plain, percent-encoded, base64 at each offset, and as JSON escapes it.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::wire::data_url;
use crate::wire::escape::Escape;

/// Adds every form in which a secret is sent or quoted.
pub fn secret_forms(secret: &str, forms: &mut BTreeSet<String>) {
    forms.insert(secret.to_owned());
    let json = Value::from(secret).to_string();
    forms.insert(json[1..json.len() - 1].to_owned());
    for escaped in [Escape::Url.escape_value(secret), Escape::Form.escape_value(secret)] {
        forms.insert(lower_hex(&escaped));
        forms.insert(escaped.into_owned());
    }
    // Base64 encodes groups of three bytes, so a secret begins at one of three offsets. Characters that also encode
    // neighbouring bytes are left out.
    for before in 0..3 {
        let mut bytes = vec![0; before];
        bytes.extend_from_slice(secret.as_bytes());
        let whole = bytes.len() * 8 / 6;
        let first = [0, 2, 3][before];
        for text in [data_url::encode(&bytes), data_url::encode_url_safe(&bytes)] {
            forms.extend(text.get(first..whole).map(ToOwned::to_owned));
            if before == 0 {
                forms.insert(text.trim_end_matches('=').to_owned());
                forms.insert(text);
            }
        }
    }
}

/// Percent-encoding with lower-case digits, as some servers write it.
fn lower_hex(escaped: &str) -> String {
    let mut parts = escaped.split('%');
    let mut lower = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (hex, rest) = part.split_at_checked(2).unwrap_or((part, ""));
        lower.push('%');
        lower.push_str(&hex.to_ascii_lowercase());
        lower.push_str(rest);
    }
    lower
}
