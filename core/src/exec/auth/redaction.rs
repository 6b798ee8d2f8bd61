//! The door to aho-corasick: what is known to be secret, taken out of what others get to see.
//!
//! An API that echoes what it got, a proxy that quotes a request in its error, a token endpoint that repeats a client's
//! secret: each would hand a credential to a model and from there to logs. What is sought is the text itself, and the
//! forms in which it is sent and shown: percent-encoded, in base64 wherever it begins there (as Basic does it), and as
//! JSON escapes it. Texts below [`SHORTEST`] are left: they would be found where they mean nothing.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::sync::OnceLock;

use aho_corasick::{AhoCorasick, MatchKind};
use serde_json::{Map, Value};

use super::secret::Secret;
use crate::exec::binary;
use crate::exec::escape::Escape;

/// What stands in the place of a secret.
pub const MASK: &str = "[redacted]";
/// What stands at the end of a text that was cut.
const CUT: char = '…';
/// The shortest text that is sought, in bytes.
pub const SHORTEST: usize = 8;

/// Texts that nobody may see.
#[derive(Default)]
pub struct Redaction {
    sought: Option<AhoCorasick>,
    /// All forms, for texts that were cut within one.
    forms: Vec<Secret>,
    /// The same whatever the case of their letters, made when a name is first sought through.
    caseless: OnceLock<Option<AhoCorasick>>,
}

impl Redaction {
    /// What is to be sought: all forms of these texts.
    pub fn of<'s>(secrets: impl IntoIterator<Item = &'s str>) -> Self {
        let mut forms = BTreeSet::new();
        for secret in secrets.into_iter().filter(|secret| secret.len() >= SHORTEST) {
            forms_of(secret, &mut forms);
        }
        if forms.is_empty() {
            return Self::default();
        }
        // The longest first, so that no piece of a longer form stays beside the mask.
        let sought = AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(&forms);
        let forms = forms.into_iter().map(Secret::new).collect();
        Self { sought: sought.ok(), forms, caseless: OnceLock::new() }
    }

    /// Whether there is nothing to seek.
    pub const fn is_empty(&self) -> bool {
        self.sought.is_none()
    }

    /// Whether something secret stands in these bytes.
    pub fn finds(&self, bytes: &[u8]) -> bool {
        self.sought.as_ref().is_some_and(|sought| sought.is_match(bytes))
    }

    /// Whether something secret stands in the texts and keys of a value.
    pub fn finds_in(&self, value: &Value) -> bool {
        match value {
            Value::String(text) => self.finds(text.as_bytes()),
            Value::Array(items) => items.iter().any(|item| self.finds_in(item)),
            Value::Object(members) => {
                members.iter().any(|(key, member)| self.finds(key.as_bytes()) || self.finds_in(member))
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => false,
        }
    }

    /// A text without what is secret.
    pub fn text<'t>(&self, text: &'t str) -> Cow<'t, str> {
        match &self.sought {
            Some(sought) if sought.is_match(text) => {
                let mut masked = String::with_capacity(text.len());
                sought.replace_all_with(text, &mut masked, |_, _, masked| {
                    masked.push_str(MASK);
                    true
                });
                masked.into()
            }
            _ => text.into(),
        }
    }

    /// A text that was cut, without the beginning of a secret at its end.
    pub fn cut(&self, text: &mut String) {
        let end = text.strip_suffix(CUT).map_or(text.len(), str::len);
        let begins = |form: &Secret| {
            let form = form.expose();
            let mut ends = form.char_indices().map(|(at, _)| at).filter(|at| *at >= SHORTEST / 2);
            ends.rfind(|at| text[..end].ends_with(&form[..*at]))
        };
        if let Some(length) = self.forms.iter().filter_map(begins).max() {
            text.replace_range(end - length..end, MASK);
        }
    }

    /// The name of a header without it: those have small letters alone.
    pub fn name(&self, name: &mut String) {
        if name.len() < SHORTEST {
            return;
        }
        let caseless = self.caseless.get_or_init(|| {
            let forms = self.forms.iter().map(Secret::expose);
            let mut builder = AhoCorasick::builder();
            builder.match_kind(MatchKind::LeftmostLongest).ascii_case_insensitive(true).build(forms).ok()
        });
        if let Some(caseless) = caseless.as_ref().filter(|caseless| caseless.is_match(name.as_str())) {
            let all = vec![MASK; caseless.patterns_len()];
            *name = caseless.replace_all(name, &all);
        }
    }

    /// Bytes without it. Their number changes where something is found.
    pub fn bytes(&self, bytes: &mut Vec<u8>) {
        let Some(sought) = self.sought.as_ref().filter(|sought| sought.is_match(&*bytes)) else { return };
        let mut masked = Vec::with_capacity(bytes.len());
        sought.replace_all_with_bytes(bytes, &mut masked, |_, _, masked| {
            masked.extend_from_slice(MASK.as_bytes());
            true
        });
        *bytes = masked;
    }

    /// A value without it: in its texts, and in the keys of its maps.
    pub fn value(&self, value: &mut Value) {
        match value {
            Value::String(text) => {
                if let Cow::Owned(masked) = self.text(text) {
                    *text = masked;
                }
            }
            Value::Array(items) => items.iter_mut().for_each(|item| self.value(item)),
            Value::Object(members) => {
                members.values_mut().for_each(|member| self.value(member));
                if members.keys().any(|key| self.finds(key.as_bytes())) {
                    let masked = std::mem::take(members).into_iter();
                    *members = masked
                        .map(|(key, value)| (self.text(&key).into_owned(), value))
                        .collect::<Map<_, _>>();
                }
            }
            // A number that is somebody's PIN is a number of another thing too.
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }
}

/// Every form in which a text is sent or shown.
fn forms_of(secret: &str, forms: &mut BTreeSet<String>) {
    forms.insert(secret.to_owned());
    let json = Value::from(secret).to_string();
    forms.insert(json[1..json.len() - 1].to_owned());
    for escaped in [Escape::Url.text(secret), Escape::Form.text(secret)] {
        forms.insert(lower_hex(&escaped));
        forms.insert(escaped.into_owned());
    }
    // Three ways to begin within three bytes; what depends on its neighbours is cut off at both ends.
    for before in 0..3 {
        let mut bytes = vec![0; before];
        bytes.extend_from_slice(secret.as_bytes());
        let whole = bytes.len() * 8 / 6;
        let first = [0, 2, 3][before];
        for text in [binary::encode(&bytes), binary::encode_for_urls(&bytes)] {
            forms.extend(text.get(first..whole).map(ToOwned::to_owned));
            if before == 0 {
                forms.insert(text.trim_end_matches('=').to_owned());
                forms.insert(text);
            }
        }
    }
}

/// Percent-encoding with small letters, as some servers write it.
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    const SECRET: &str = "s3cr\"t/ä+ k&y";

    #[test]
    fn a_secret_is_masked_in_every_form_in_which_it_is_sent_or_shown() {
        let redaction = Redaction::of([SECRET]);
        for form in [
            SECRET.to_owned(),
            json!(SECRET).to_string(),
            Escape::Url.text(SECRET).into_owned(),
            Escape::Url.text(SECRET).to_lowercase(),
            Escape::Form.text(SECRET).into_owned(),
            binary::encode(SECRET.as_bytes()),
            binary::encode_for_urls(SECRET.as_bytes()),
            binary::encode(format!("ada:{SECRET}").as_bytes()),
            binary::encode(format!("me:{SECRET}").as_bytes()),
            binary::encode(format!("you2:{SECRET}:more").as_bytes()),
        ] {
            let masked = redaction.text(&form).into_owned();
            assert!(masked.contains(MASK), "{form} stays");
            assert!(!redaction.finds(masked.as_bytes()), "{form} leaves {masked}");
        }
    }

    #[test]
    fn a_value_is_masked_in_its_texts_and_keys_and_its_numbers_stay() {
        let redaction = Redaction::of(["12345678", "long-enough"]);
        let mut value =
            json!({"a": ["x long-enough y", 12_345_678], "long-enough": {"b": "12345678"}, "c": null});
        redaction.value(&mut value);
        let masked = json!({"a": ["x [redacted] y", 12_345_678], MASK: {"b": MASK}, "c": null});
        assert_eq!(value, masked);
        let mut bytes = b"\xff12345678\x00".to_vec();
        redaction.bytes(&mut bytes);
        assert_eq!(bytes, b"\xff[redacted]\x00");
    }

    #[test]
    fn the_beginning_of_a_secret_at_the_end_of_a_text_that_was_cut_is_masked() {
        let redaction = Redaction::of(["long-enough secret"]);
        for (text, expected) in [
            ("seen: long-enough sec…", "seen: [redacted]…"),
            ("seen: long", "seen: [redacted]"),
            ("seen: long-enough%20s…", "seen: [redacted]…"),
            ("seen: lon…", "seen: lon…"),
            ("", ""),
        ] {
            let mut cut = text.to_owned();
            redaction.cut(&mut cut);
            assert_eq!(cut, expected, "{text}");
        }
    }

    #[test]
    fn a_short_text_is_left_and_nothing_is_sought_without_one() {
        let redaction = Redaction::of(["1234567", ""]);
        assert!(redaction.is_empty());
        assert_eq!(redaction.text("1234567"), "1234567");
    }

    proptest! {
        #[test]
        fn whatever_stands_around_a_secret_nothing_of_it_is_left(
            secret in "[ -~]{8,40}",
            before in "[ -~]{0,9}",
            after in "[ -~]{0,9}",
        ) {
            let redaction = Redaction::of([secret.as_str()]);
            let plain = format!("{before}{secret}{after}");
            let all = [
                plain.clone(),
                json!(plain).to_string(),
                Escape::Url.text(&plain).into_owned(),
                binary::encode(plain.as_bytes()),
                binary::encode_for_urls(plain.as_bytes()),
            ];
            for text in all {
                let masked = redaction.text(&text).into_owned();
                prop_assert!(masked.contains(MASK), "{text}");
                prop_assert!(!masked.contains(&secret), "{masked}");
            }
        }
    }
}
