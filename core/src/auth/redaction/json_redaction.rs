//! Redaction of JSON text, token by token, without parsing it into values.
//!
//! JavaScript reads JSON that has no value in Rust: numbers out of range and lone surrogates. Members, their order,
//! duplicate keys and numbers stay as they were written.

use std::borrow::Cow;
use std::ops::Range;

use super::byte_ranges::{REDACTION_MARK, replace_ranges};
use super::secret_redactor::SecretRedactor;

/// A token that can hold a secret. All else of JSON is structure.
enum JsonToken {
    /// The range between the quotes of a string or a key.
    Text(Range<usize>),
    Number(Range<usize>),
}

impl SecretRedactor {
    /// Redacts valid JSON, which stays valid. `None` where a secret consists of structure alone.
    pub fn redact_json_text<'j>(&self, json: &'j str) -> Option<Cow<'j, str>> {
        if !self.has_numbers() && !self.contains_secret(json.as_bytes()) {
            return Some(json.into());
        }
        let redacted = replace_tokens(json, |token| self.redact_token(json, token));
        let across = self.plain_ranges(redacted.as_bytes());
        if across.is_empty() {
            return Some(redacted.into());
        }
        // A secret that is JSON itself, or that looks like an escape: the tokens that it spans are replaced whole.
        let mut across = across.into_iter().peekable();
        let redacted = replace_tokens(&redacted, |token| {
            let (JsonToken::Text(range) | JsonToken::Number(range)) = token;
            while across.next_if(|secret| secret.end <= range.start).is_some() {}
            across.peek().filter(|secret| secret.start < range.end).map(|_| format!("\"{REDACTION_MARK}\""))
        });
        self.plain_ranges(redacted.as_bytes()).is_empty().then(|| redacted.into())
    }

    /// The replacement of a token with a secret; `None` for a token without one.
    fn redact_token(&self, json: &str, token: &JsonToken) -> Option<String> {
        match token {
            JsonToken::Text(range) => {
                let text = &json.as_bytes()[range.clone()];
                let ranges =
                    if text.contains(&b'\\') { self.escaped_ranges(text) } else { self.plain_ranges(text) };
                let redacted = || String::from_utf8_lossy(&replace_ranges(text, &ranges)).into_owned();
                (!ranges.is_empty()).then(|| format!("\"{}\"", redacted()))
            }
            JsonToken::Number(range) => {
                self.is_secret_number(&json[range.clone()]).then(|| format!("\"{REDACTION_MARK}\""))
            }
        }
    }
}

/// Replaces tokens of JSON where `other` returns a replacement.
fn replace_tokens(json: &str, mut other: impl FnMut(&JsonToken) -> Option<String>) -> String {
    let (mut written, mut end) = (String::with_capacity(json.len()), 0);
    for token in (JsonTokens { bytes: json.as_bytes(), at: 0 }) {
        let Some(other) = other(&token) else { continue };
        let range = match token {
            JsonToken::Text(range) => range.start - 1..range.end + 1,
            JsonToken::Number(range) => range,
        };
        written.push_str(&json[end..range.start]);
        written.push_str(&other);
        end = range.end;
    }
    written.push_str(&json[end..]);
    written
}

/// The tokens of valid JSON.
struct JsonTokens<'j> {
    bytes: &'j [u8],
    at: usize,
}

impl Iterator for JsonTokens<'_> {
    type Item = JsonToken;

    fn next(&mut self) -> Option<JsonToken> {
        let is_start = |byte: &u8| matches!(byte, b'"' | b'-' | b'0'..=b'9');
        let start = self.at + self.bytes.get(self.at..)?.iter().position(is_start)?;
        if self.bytes[start] == b'"' {
            let mut end = start + 1;
            while *self.bytes.get(end)? != b'"' {
                end += if self.bytes[end] == b'\\' { 2 } else { 1 };
            }
            self.at = end + 1;
            return Some(JsonToken::Text(start + 1..end));
        }
        let is_number = |byte: &&u8| matches!(byte, b'-' | b'+' | b'.' | b'e' | b'E' | b'0'..=b'9');
        self.at = start + self.bytes[start..].iter().take_while(is_number).count();
        Some(JsonToken::Number(start..self.at))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde::de::IgnoredAny;

    use super::*;

    /// The strings and keys of valid JSON as JavaScript reads them, in UTF-16.
    fn texts(json: &str) -> Vec<String> {
        let (mut all, mut chars) = (Vec::new(), json.chars());
        while chars.by_ref().any(|c| c == '"') {
            let mut units = Vec::new();
            loop {
                let unit = match chars.next().expect("an end") {
                    '"' => break,
                    '\\' => match chars.next().expect("an escape") {
                        'u' => {
                            let digits: String = chars.by_ref().take(4).collect();
                            u16::from_str_radix(&digits, 16).expect("four digits")
                        }
                        'b' => 8,
                        'f' => 12,
                        'n' => 10,
                        'r' => 13,
                        't' => 9,
                        c => u16::try_from(u32::from(c)).expect("one of three"),
                    },
                    c => {
                        units.extend_from_slice(c.encode_utf16(&mut [0; 2]));
                        continue;
                    }
                };
                units.push(unit);
            }
            all.push(String::from_utf16_lossy(&units));
        }
        all
    }

    /// The `\\uXXXX` escapes of a character.
    fn escapes(c: char) -> impl Iterator<Item = String> {
        let units: Vec<u16> = c.encode_utf16(&mut [0; 2]).to_vec();
        units.into_iter().map(|unit| format!("\\u{unit:04x}"))
    }

    /// A string in JSON, with one of three notations for each character.
    fn written(text: &str, ways: &[u8]) -> String {
        let mut written = String::new();
        for (c, way) in text.chars().zip(ways.iter().cycle()) {
            match (c, way % 3) {
                ('"' | '\\' | '/', 0) => written.extend(['\\', c]),
                ('\n', 0) => written.push_str("\\n"),
                (c, 0 | 1) if !c.is_control() && !matches!(c, '"' | '\\') => written.push(c),
                (c, _) if way % 2 == 0 => written.extend(escapes(c)),
                (c, _) => written.extend(escapes(c).map(|escape| escape.to_uppercase().replace('U', "u"))),
            }
        }
        written
    }

    /// JSON with values that Rust cannot represent.
    fn json(hidden: String) -> impl Strategy<Value = String> {
        let others =
            ["1e999", "-0.0", "null", "\"\\ud800\"", "\"\\udc00 \\\\\"", "12345678", "\"\\\"\"", "[ ]"];
        let text = (prop::sample::select(vec!["", "a ", "\\\\", "\\ud83d", "\\n", "ä"]), any::<bool>())
            .prop_map(
                move |(beside, before)| {
                    if before { format!("\"{beside}{hidden}\"") } else { format!("\"{hidden}{beside}\"") }
                },
            );
        let key = prop_oneof![text.clone(), Just("\"a\"".to_owned()), Just("\"\\u0061\"".to_owned())];
        let leaf = prop_oneof![text, prop::sample::select(others.to_vec()).prop_map(ToOwned::to_owned)];
        leaf.prop_recursive(4, 24, 4, move |inner| {
            let member = (key.clone(), inner.clone()).prop_map(|(key, value)| format!("{key}: {value}"));
            prop_oneof![
                prop::collection::vec(inner, 0..4).prop_map(|items| format!("[{}]", items.join(","))),
                prop::collection::vec(member, 0..4).prop_map(|members| format!("{{{}}}", members.join(", "))),
            ]
        })
    }

    fn hidden() -> impl Strategy<Value = (String, String)> {
        let secret =
            prop_oneof!["[ -~]{8,20}", "[a\"\\\\/\n😀ä]{8,12}", "[0-9]{8,12}", "[\"\\\\u04,:\\[]{8,9}"];
        (secret, prop::collection::vec(any::<u8>(), 1..20)).prop_flat_map(|(secret, ways)| {
            let json = json(written(&secret, &ways));
            (Just(secret), json)
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]
        #[test]
        fn no_escape_keeps_a_secret_from_redaction((secret, json) in hidden()) {
            prop_assert!(serde_json::from_str::<IgnoredAny>(&json).is_ok(), "{json}");
            let redaction = SecretRedactor::new([secret.as_str()]);
            if let Some(redacted) = redaction.redact_json_text(&json) {
                prop_assert!(serde_json::from_str::<IgnoredAny>(&redacted).is_ok(), "{json} is {redacted}");
                prop_assert!(!redacted.contains(&secret), "{redacted}");
                for text in texts(&redacted) {
                    prop_assert!(!text.contains(&secret), "{text} in {redacted}");
                }
                let count = |json: &str| json.matches([':', ',']).count();
                if !secret.contains([':', ',']) {
                    prop_assert_eq!(count(&redacted), count(&json), "{} is {}", json, redacted);
                }
            } else {
                prop_assert!(secret.contains([',', ':', '[', ']', ' ']), "{json} is refused");
            }
        }
    }
}
