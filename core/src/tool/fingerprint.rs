//! Fingerprints: SHA-256 of JSON values and texts, as hex digits.

use serde_json::Value;

use super::sha256::{hex, sha256};
use crate::json::canonical;

/// SHA-256 of the canonical JSON of a value, in lower-case hex. The order of keys does not count.
pub fn of_value(value: &Value) -> String {
    let mut text = Vec::with_capacity(1024);
    canonical::write(value, &mut text);
    hex(&sha256(&text))
}

/// SHA-256 of the object with these members, as [`of_value`] gives it. No member is copied.
pub fn of_members(members: &[(&str, &Value)]) -> String {
    hex(&digest_of_members(members))
}

/// SHA-256 of the object with these members, in bytes.
pub fn digest_of_members(members: &[(&str, &Value)]) -> [u8; 32] {
    let mut sorted = members.to_vec();
    sorted.sort_unstable_by_key(|(name, _)| *name);
    let mut text = Vec::with_capacity(1024);
    for (i, (name, value)) in sorted.into_iter().enumerate() {
        text.push(if i == 0 { b'{' } else { b',' });
        canonical::write(&Value::from(name), &mut text);
        text.push(b':');
        canonical::write(value, &mut text);
    }
    text.push(b'}');
    sha256(&text)
}

/// The first 8 hex digits of the SHA-256 of a text. They tell truncated names apart.
pub fn short(text: &str) -> String {
    let mut digits = hex(&sha256(text.as_bytes()));
    digits.truncate(8);
    digits
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_short_fingerprint_is_the_beginning_of_the_hash() {
        assert_eq!(short("abc"), "ba7816bf");
    }

    #[test]
    fn the_order_of_keys_does_not_count() {
        assert_eq!(
            of_value(&json!({"a": 1, "b": {"c": 2, "d": 3}})),
            of_value(&json!({"b": {"d": 3, "c": 2}, "a": 1}))
        );
        assert_ne!(of_value(&json!({"a": 1})), of_value(&json!({"a": 2})));
    }

    #[test]
    fn members_hash_as_the_object_they_make() {
        let (one, two) = (json!({"y": 1, "x": [2]}), json!("text"));
        assert_eq!(of_members(&[("b", &one), ("a", &two)]), of_value(&json!({"a": two, "b": one})));
    }
}
