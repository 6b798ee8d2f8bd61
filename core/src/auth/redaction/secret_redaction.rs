//! The door to aho-corasick: what is known to be secret, taken out of what others get to see.
//!
//! An API that echoes what it got, a proxy that quotes a request in its error, a token endpoint that repeats a client's
//! secret: each would hand a credential to a model and from there to logs. What is sought is the text itself, and the
//! forms in which it is sent and shown: percent-encoded, in base64 wherever it begins there (as Basic does it), and as
//! JSON escapes it, each character in any of the ways that JSON has. Texts below [`SHORTEST`] are left: they would be
//! found where they mean nothing.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::OnceLock;

use aho_corasick::{AhoCorasick, MatchKind};
use serde_json::{Map, Value};

use super::byte_ranges::{MASK, merged, without};
use super::json_unescape::{unescaped, written};
use super::secret_forms::secret_forms;
use crate::auth::secret::Secret;

/// What stands at the end of a text that was cut.
const CUT: char = '…';
/// The shortest text that is sought, in bytes.
pub const SHORTEST: usize = 8;
/// How often a text is read without its escapes: JSON stands in texts of JSON, and that in others.
const LAYERS: usize = 3;

/// Texts that nobody may see.
#[derive(Default)]
pub struct Redaction {
    sought: Option<AhoCorasick>,
    /// All forms, for texts that were cut within one.
    forms: Vec<Secret>,
    /// Secrets that are numbers, which JSON writes in many ways.
    numbers: Vec<f64>,
    /// The same whatever the case of their letters, made when a name is first sought through.
    caseless: OnceLock<Option<AhoCorasick>>,
}

impl Redaction {
    /// What is to be sought: all forms of these texts.
    pub fn new<'s>(secrets: impl IntoIterator<Item = &'s str>) -> Self {
        let (mut forms, mut numbers) = (BTreeSet::new(), Vec::new());
        // What the mask itself says cannot be hidden by it.
        for secret in secrets.into_iter().filter(|secret| secret.len() >= SHORTEST && !MASK.contains(secret))
        {
            secret_forms(secret, &mut forms);
            numbers.extend(secret.parse::<f64>().ok().filter(|number| is_sought(*number)));
        }
        if forms.is_empty() {
            return Self::default();
        }
        // The longest first, so that no piece of a longer form stays beside the mask.
        let sought = AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(&forms);
        let forms = forms.into_iter().map(Secret::new).collect();
        Self { sought: sought.ok(), forms, numbers, caseless: OnceLock::new() }
    }

    /// Whether there is nothing to seek.
    pub const fn is_empty(&self) -> bool {
        self.sought.is_none()
    }

    /// Whether something secret stands in these bytes, escaped or not.
    pub fn finds(&self, bytes: &[u8]) -> bool {
        let mut read = Cow::Borrowed(bytes);
        for _ in 0..LAYERS {
            if self.is_empty() || self.finds_plain(&read) {
                return !self.is_empty();
            }
            let Some(next) = unescaped(&read) else { return false };
            read = next.into();
        }
        self.finds_plain(&read)
    }

    /// The same of a number of JSON, however it is written.
    pub fn finds_number(&self, number: &str) -> bool {
        let is_number = |number: f64| self.numbers.iter().any(|known| known.total_cmp(&number).is_eq());
        self.finds_plain(number.as_bytes())
            || !self.numbers.is_empty() && number.parse::<f64>().is_ok_and(is_number)
    }

    /// Whether numbers are secret.
    pub const fn has_numbers(&self) -> bool {
        !self.numbers.is_empty()
    }

    fn finds_plain(&self, bytes: &[u8]) -> bool {
        self.sought.as_ref().is_some_and(|sought| sought.is_match(bytes))
    }

    /// Where something secret stands as it is.
    pub fn plain_places(&self, bytes: &[u8]) -> Vec<Range<usize>> {
        let found = self.sought.iter().flat_map(|sought| sought.find_iter(bytes));
        found.map(|found| found.range()).collect()
    }

    /// Where something secret stands behind escapes, whole escapes each.
    pub fn escaped_places(&self, bytes: &[u8]) -> Vec<Range<usize>> {
        self.behind_escapes(bytes, LAYERS)
    }

    fn behind_escapes(&self, bytes: &[u8], layers: usize) -> Vec<Range<usize>> {
        let Some(read) = unescaped(bytes) else { return Vec::new() };
        let mut places = self.plain_places(&read);
        if layers > 1 {
            places.extend(self.behind_escapes(&read, layers - 1));
        }
        merged(written(bytes, &merged(places)))
    }

    fn places(&self, bytes: &[u8]) -> Vec<Range<usize>> {
        let mut places = self.plain_places(bytes);
        places.extend(self.escaped_places(bytes));
        merged(places)
    }

    /// A text without what is secret.
    pub fn redacted<'t>(&self, text: &'t str) -> Cow<'t, str> {
        if self.finds(text.as_bytes()) {
            let masked = without(text.as_bytes(), &self.places(text.as_bytes()));
            // A form is found from its first character to its last.
            String::from_utf8_lossy(&masked).into_owned().into()
        } else {
            text.into()
        }
    }

    /// A text that was cut, without the beginning of a secret at its end.
    pub fn redact_truncated(&self, text: &mut String) {
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
    pub fn redact_name(&self, name: &mut String) {
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
    pub fn redact_bytes(&self, bytes: &mut Vec<u8>) {
        if self.finds(bytes) {
            *bytes = without(bytes, &self.places(bytes));
        }
    }

    /// A value without it: in its texts, and in the keys of its maps.
    pub fn redact_value(&self, value: &mut Value) {
        match value {
            Value::String(text) => {
                if let Cow::Owned(masked) = self.redacted(text) {
                    *text = masked;
                }
            }
            Value::Array(items) => items.iter_mut().for_each(|item| self.redact_value(item)),
            Value::Object(members) => {
                members.values_mut().for_each(|member| self.redact_value(member));
                if members.keys().any(|key| self.finds(key.as_bytes())) {
                    let masked = std::mem::take(members).into_iter();
                    *members = masked
                        .map(|(key, value)| (self.redacted(&key).into_owned(), value))
                        .collect::<Map<_, _>>();
                }
            }
            // A number that is somebody's PIN is a number of another thing too.
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }
}

/// Whether a number is long enough to be a secret: `00000001` is none.
fn is_sought(number: f64) -> bool {
    number.is_finite() && number.to_string().len() >= SHORTEST
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
    fn a_secret_is_masked_in_every_form_in_which_it_is_sent_or_shown() {
        let redaction = Redaction::new([SECRET]);
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
            let masked = redaction.redacted(&form).into_owned();
            assert!(masked.contains(MASK), "{form} stays");
            assert!(!redaction.finds(masked.as_bytes()), "{form} leaves {masked}");
        }
    }

    #[test]
    fn a_value_is_masked_in_its_texts_and_keys_and_its_numbers_stay() {
        let redaction = Redaction::new(["12345678", "long-enough"]);
        let mut value =
            json!({"a": ["x long-enough y", 12_345_678], "long-enough": {"b": "12345678"}, "c": null});
        redaction.redact_value(&mut value);
        let masked = json!({"a": ["x [redacted] y", 12_345_678], MASK: {"b": MASK}, "c": null});
        assert_eq!(value, masked);
        let mut bytes = b"\xff12345678\x00".to_vec();
        redaction.redact_bytes(&mut bytes);
        assert_eq!(bytes, b"\xff[redacted]\x00");
    }

    #[test]
    fn the_beginning_of_a_secret_at_the_end_of_a_text_that_was_cut_is_masked() {
        let redaction = Redaction::new(["long-enough secret"]);
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
    fn a_short_text_is_left_and_nothing_is_sought_without_one() {
        let redaction = Redaction::new(["1234567", ""]);
        assert!(redaction.is_empty());
        assert_eq!(redaction.redacted("1234567"), "1234567");
    }

    proptest! {
        #[test]
        fn whatever_stands_around_a_secret_nothing_of_it_is_left(
            secret in "[ -~]{8,40}",
            before in "[ -~]{0,9}",
            after in "[ -~]{0,9}",
        ) {
            let redaction = Redaction::new([secret.as_str()]);
            let plain = format!("{before}{secret}{after}");
            let all = [
                plain.clone(),
                json!(plain).to_string(),
                Escape::Url.escape_value(&plain).into_owned(),
                data_url::encode(plain.as_bytes()),
                data_url::encode_url_safe(plain.as_bytes()),
            ];
            for text in all {
                let masked = redaction.redacted(&text).into_owned();
                prop_assert!(masked.contains(MASK), "{text}");
                prop_assert!(!masked.contains(&secret), "{masked}");
            }
        }
    }
}
