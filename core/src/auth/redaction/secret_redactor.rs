//! Redaction of known secrets in texts, bytes and values. Only this file uses the crate
//! aho-corasick.
//!
//! Servers echo secrets: an API returns its input, a proxy quotes a request in an error, a token endpoint repeats a
//! client secret. From there a secret would reach a model and the logs. It is found in every form in which it is sent
//! or quoted: plain, percent-encoded, in base64 at any offset (as in HTTP Basic), and with any escapes of JSON. Secrets
//! below [`MIN_SECRET_BYTES`] are not redacted: as short texts they occur by chance.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::OnceLock;

use aho_corasick::{AhoCorasick, MatchKind};
use serde_json::{Map, Value};

use super::byte_ranges::{REDACTION_MARK, merge_ranges, replace_ranges};
use super::json_unescape::{unescape, written_ranges};
use super::secret_forms::secret_forms;
use crate::auth::secret::Secret;

/// The end of a truncated text.
const ELLIPSIS: char = '…';
/// The shortest secret that is redacted, in bytes.
pub const MIN_SECRET_BYTES: usize = 8;
/// The number of escape layers that are decoded: JSON can be a string in JSON, which is a string in JSON.
const MAX_LAYERS: usize = 3;

/// A set of secrets to redact.
#[derive(Default)]
pub struct SecretRedactor {
    searcher: Option<AhoCorasick>,
    /// All forms, for texts that were truncated within one.
    forms: Vec<Secret>,
    /// Secrets that are numbers, which JSON can write in several ways.
    numbers: Vec<f64>,
    /// The case-insensitive searcher, built for the first header name.
    caseless: OnceLock<Option<AhoCorasick>>,
}

impl SecretRedactor {
    /// Redacts all forms of these secrets.
    pub fn new<'s>(secrets: impl IntoIterator<Item = &'s str>) -> Self {
        let (mut forms, mut numbers) = (BTreeSet::new(), Vec::new());
        // A secret that is a part of the mark itself cannot be replaced by it.
        for secret in secrets
            .into_iter()
            .filter(|secret| secret.len() >= MIN_SECRET_BYTES && !REDACTION_MARK.contains(secret))
        {
            secret_forms(secret, &mut forms);
            numbers.extend(secret.parse::<f64>().ok().filter(|number| is_long_enough(*number)));
        }
        if forms.is_empty() {
            return Self::default();
        }
        // The longest match first, so that no part of a longer form stays beside the mark.
        let searcher = AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(&forms);
        let forms = forms.into_iter().map(Secret::new).collect();
        Self { searcher: searcher.ok(), forms, numbers, caseless: OnceLock::new() }
    }

    /// Whether there are no secrets.
    pub const fn is_empty(&self) -> bool {
        self.searcher.is_none()
    }

    /// Whether bytes contain a secret, escaped or not.
    pub fn contains_secret(&self, bytes: &[u8]) -> bool {
        let mut read = Cow::Borrowed(bytes);
        for _ in 0..MAX_LAYERS {
            if self.is_empty() || self.contains_plain(&read) {
                return !self.is_empty();
            }
            let Some(next) = unescape(&read) else { return false };
            read = next.into();
        }
        self.contains_plain(&read)
    }

    /// Whether a JSON number is a secret, in any notation.
    pub fn is_secret_number(&self, number: &str) -> bool {
        let is_number = |number: f64| self.numbers.iter().any(|known| known.total_cmp(&number).is_eq());
        self.contains_plain(number.as_bytes())
            || !self.numbers.is_empty() && number.parse::<f64>().is_ok_and(is_number)
    }

    /// Whether a secret is a number.
    pub const fn has_numbers(&self) -> bool {
        !self.numbers.is_empty()
    }

    fn contains_plain(&self, bytes: &[u8]) -> bool {
        self.searcher.as_ref().is_some_and(|searcher| searcher.is_match(bytes))
    }

    /// The ranges of secrets without escapes.
    pub fn plain_ranges(&self, bytes: &[u8]) -> Vec<Range<usize>> {
        let found = self.searcher.iter().flat_map(|searcher| searcher.find_iter(bytes));
        found.map(|found| found.range()).collect()
    }

    /// The ranges of secrets with escapes, in whole escapes.
    pub fn escaped_ranges(&self, bytes: &[u8]) -> Vec<Range<usize>> {
        self.ranges_behind_escapes(bytes, MAX_LAYERS)
    }

    fn ranges_behind_escapes(&self, bytes: &[u8], layers: usize) -> Vec<Range<usize>> {
        let Some(read) = unescape(bytes) else { return Vec::new() };
        let mut ranges = self.plain_ranges(&read);
        if layers > 1 {
            ranges.extend(self.ranges_behind_escapes(&read, layers - 1));
        }
        merge_ranges(written_ranges(bytes, &merge_ranges(ranges)))
    }

    fn secret_ranges(&self, bytes: &[u8]) -> Vec<Range<usize>> {
        let mut ranges = self.plain_ranges(bytes);
        ranges.extend(self.escaped_ranges(bytes));
        merge_ranges(ranges)
    }

    /// Redacts a text.
    pub fn redact_text<'t>(&self, text: &'t str) -> Cow<'t, str> {
        if self.contains_secret(text.as_bytes()) {
            let redacted = replace_ranges(text.as_bytes(), &self.secret_ranges(text.as_bytes()));
            // A match begins and ends at character boundaries, so nothing is lost here.
            String::from_utf8_lossy(&redacted).into_owned().into()
        } else {
            text.into()
        }
    }

    /// Redacts the beginning of a secret at the end of a truncated text.
    pub fn redact_truncated(&self, text: &mut String) {
        let end = text.strip_suffix(ELLIPSIS).map_or(text.len(), str::len);
        let begins = |form: &Secret| {
            let form = form.expose();
            let mut ends = form.char_indices().map(|(at, _)| at).filter(|at| *at >= MIN_SECRET_BYTES / 2);
            ends.rfind(|at| text[..end].ends_with(&form[..*at]))
        };
        if let Some(length) = self.forms.iter().filter_map(begins).max() {
            text.replace_range(end - length..end, REDACTION_MARK);
        }
    }

    /// Redacts a header name, whose letters are lower case.
    pub fn redact_name(&self, name: &mut String) {
        if name.len() < MIN_SECRET_BYTES {
            return;
        }
        let caseless = self.caseless.get_or_init(|| {
            let forms = self.forms.iter().map(Secret::expose);
            let mut builder = AhoCorasick::builder();
            builder.match_kind(MatchKind::LeftmostLongest).ascii_case_insensitive(true).build(forms).ok()
        });
        if let Some(caseless) = caseless.as_ref().filter(|caseless| caseless.is_match(name.as_str())) {
            let all = vec![REDACTION_MARK; caseless.patterns_len()];
            *name = caseless.replace_all(name, &all);
        }
    }

    /// Redacts bytes. Their number changes where a secret is found.
    pub fn redact_bytes(&self, bytes: &mut Vec<u8>) {
        if self.contains_secret(bytes) {
            *bytes = replace_ranges(bytes, &self.secret_ranges(bytes));
        }
    }

    /// Redacts the strings of a value and the keys of its objects.
    pub fn redact_value(&self, value: &mut Value) {
        match value {
            Value::String(text) => {
                if let Cow::Owned(redacted) = self.redact_text(text) {
                    *text = redacted;
                }
            }
            Value::Array(items) => items.iter_mut().for_each(|item| self.redact_value(item)),
            Value::Object(members) => {
                members.values_mut().for_each(|member| self.redact_value(member));
                if members.keys().any(|key| self.contains_secret(key.as_bytes())) {
                    let redacted = std::mem::take(members).into_iter();
                    *members = redacted
                        .map(|(key, value)| (self.redact_text(&key).into_owned(), value))
                        .collect::<Map<_, _>>();
                }
            }
            // A number that equals a secret is usually a number of something else.
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }
}

/// Whether a number is long enough to be a secret. `00000001` is 1, which is not.
fn is_long_enough(number: f64) -> bool {
    number.is_finite() && number.to_string().len() >= MIN_SECRET_BYTES
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;
    use crate::wire::data_url;
    use crate::wire::escape::Escape;

    const SECRET: &str = "s3cr\"t/ä+ k&y";

    #[test]
    fn a_secret_is_redacted_in_every_form() {
        let redaction = SecretRedactor::new([SECRET]);
        for form in [
            SECRET.to_owned(),
            json!(SECRET).to_string(),
            Escape::Url.escape_value(SECRET).into_owned(),
            Escape::Url.escape_value(SECRET).to_lowercase(),
            Escape::Form.escape_value(SECRET).into_owned(),
            data_url::encode(SECRET.as_bytes()),
            data_url::encode_url_safe(SECRET.as_bytes()),
            data_url::encode(format!("ada:{SECRET}").as_bytes()),
            data_url::encode(format!("me:{SECRET}").as_bytes()),
            data_url::encode(format!("you2:{SECRET}:more").as_bytes()),
        ] {
            let redacted = redaction.redact_text(&form).into_owned();
            assert!(redacted.contains(REDACTION_MARK), "{form} stays");
            assert!(!redaction.contains_secret(redacted.as_bytes()), "{form} leaves {redacted}");
        }
    }

    #[test]
    fn strings_and_keys_of_a_value_are_redacted_and_numbers_stay() {
        let redaction = SecretRedactor::new(["12345678", "long-enough"]);
        let mut value =
            json!({"a": ["x long-enough y", 12_345_678], "long-enough": {"b": "12345678"}, "c": null});
        redaction.redact_value(&mut value);
        let redacted =
            json!({"a": ["x [redacted] y", 12_345_678], REDACTION_MARK: {"b": REDACTION_MARK}, "c": null});
        assert_eq!(value, redacted);
        let mut bytes = b"\xff12345678\x00".to_vec();
        redaction.redact_bytes(&mut bytes);
        assert_eq!(bytes, b"\xff[redacted]\x00");
    }

    #[test]
    fn the_beginning_of_a_secret_at_the_end_of_a_truncated_text_is_redacted() {
        let redaction = SecretRedactor::new(["long-enough secret"]);
        for (text, expected) in [
            ("seen: long-enough sec…", "seen: [redacted]…"),
            ("seen: long", "seen: [redacted]"),
            ("seen: long-enough%20s…", "seen: [redacted]…"),
            ("seen: lon…", "seen: lon…"),
            ("", ""),
        ] {
            let mut cut = text.to_owned();
            redaction.redact_truncated(&mut cut);
            assert_eq!(cut, expected, "{text}");
        }
    }

    #[test]
    fn a_short_secret_is_not_redacted() {
        let redaction = SecretRedactor::new(["1234567", ""]);
        assert!(redaction.is_empty());
        assert_eq!(redaction.redact_text("1234567"), "1234567");
    }

    proptest! {
        #[test]
        fn no_context_keeps_a_secret_from_redaction(
            secret in "[ -~]{8,40}",
            before in "[ -~]{0,9}",
            after in "[ -~]{0,9}",
        ) {
            let redaction = SecretRedactor::new([secret.as_str()]);
            let plain = format!("{before}{secret}{after}");
            let all = [
                plain.clone(),
                json!(plain).to_string(),
                Escape::Url.escape_value(&plain).into_owned(),
                data_url::encode(plain.as_bytes()),
                data_url::encode_url_safe(plain.as_bytes()),
            ];
            for text in all {
                let redacted = redaction.redact_text(&text).into_owned();
                prop_assert!(redacted.contains(REDACTION_MARK), "{text}");
                prop_assert!(!redacted.contains(&secret), "{redacted}");
            }
        }
    }
}
