//! Fingerprints: SHA-256 of bytes and of JSON values. The only file that imports `sha2`.

use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::json::canonical;

/// SHA-256 of some bytes.
pub fn sha256(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}

/// SHA-256 of bytes that come in pieces.
#[derive(Clone, Debug, Default)]
pub struct Digester(Sha256);

impl Digester {
    /// Adds the next piece.
    pub fn update(&mut self, piece: &[u8]) {
        self.0.update(piece);
    }

    /// The hash of all pieces.
    pub fn finish(self) -> [u8; 32] {
        self.0.finalize().into()
    }
}

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

/// Parses a SHA-256 in lower-case hex.
pub fn from_hex(text: &str) -> Option<[u8; 32]> {
    let digit = |byte: u8| match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        _ => None,
    };
    let digits = text.as_bytes();
    let mut hash = [0; 32];
    if digits.len() != 2 * hash.len() {
        return None;
    }
    for (byte, pair) in hash.iter_mut().zip(digits.chunks_exact(2)) {
        *byte = (digit(pair[0])? << 4) | digit(pair[1])?;
    }
    Some(hash)
}

/// Bytes as lower-case hex.
pub fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    bytes
        .iter()
        .flat_map(|byte| [byte >> 4, byte & 15])
        .map(|digit| char::from(DIGITS[usize::from(digit)]))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_hash_is_that_of_every_other_sha_256() {
        assert_eq!(hex(&sha256(b"abc")), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        assert_eq!(short("abc"), "ba7816bf");
        let mut digester = Digester::default();
        for piece in ["", "a", "bc"] {
            digester.update(piece.as_bytes());
        }
        assert_eq!(digester.finish(), sha256(b"abc"));
        assert_eq!(from_hex(&hex(&sha256(b"abc"))), Some(sha256(b"abc")));
        assert_eq!([from_hex("ba78"), from_hex(&"G".repeat(64)), from_hex(&"é".repeat(32))], [None; 3]);
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
