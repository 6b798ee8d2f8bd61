//! One record as a line.

use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Value, json};

use crate::tool::fingerprint::{hex, sha256};

/// What the first record has in the place of the hash of the one before it.
pub const ORIGIN: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// The longest line, in bytes: what a reader must be ready to hold. A revision that takes 100,000 tools away makes 16 MB.
pub const LONGEST: usize = 64 << 20;

const BEFORE: &[u8] = b",\"hash\":\"";
const BEHIND: &[u8] = b"\"}";
const DIGITS: usize = 64;
const TAIL: usize = BEFORE.len() + DIGITS + BEHIND.len();

/// The line of a record with its line feed, and its hash. Of data that make too long a line the length and the hash stay.
pub fn line(seq: u64, time: u64, kind: &str, data: &Value, prev: &str) -> (Vec<u8>, String) {
    let kind = Value::from(kind);
    let with = |data: &Value| {
        format!("{{\"seq\":{seq},\"time\":{time},\"kind\":{kind},\"data\":{data},\"prev\":\"{prev}\"")
            .into_bytes()
    };
    let mut bytes = with(data);
    if bytes.len() + TAIL > LONGEST {
        let text = data.to_string();
        bytes = with(&json!({"omittedBytes": text.len(), "sha256": hex(&sha256(text.as_bytes()))}));
    }
    let hash = hex(&sha256(&bytes));
    for part in [BEFORE, hash.as_bytes(), BEHIND, b"\n"] {
        bytes.extend_from_slice(part);
    }
    (bytes, hash)
}

/// What of a record says where it stands.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecordPlace<'l> {
    pub seq: u64,
    #[serde(rename = "time")]
    _time: u64,
    #[serde(rename = "kind")]
    _kind: String,
    /// Raw, because that is skipped without a stack: the data may be nested as deep as they like.
    #[serde(borrow, rename = "data")]
    _data: &'l RawValue,
    pub prev: &'l str,
    pub hash: &'l str,
}

/// Reads a line, its line feed taken off, and checks its own hash; what is wrong with it otherwise.
pub fn read(line: &[u8]) -> Result<RecordPlace<'_>, String> {
    if line.is_empty() {
        return Err("is empty".to_owned());
    }
    if line.len() >= LONGEST {
        return Err(format!("is longer than {LONGEST} bytes"));
    }
    let Some((hashed, tail)) = line.len().checked_sub(TAIL).and_then(|at| line.split_at_checked(at)) else {
        return Err("is no record".to_owned());
    };
    let digits = tail.strip_prefix(BEFORE).and_then(|rest| rest.strip_suffix(BEHIND));
    let Some(digits) = digits else {
        return Err("does not end with a hash".to_owned());
    };
    if hex(&sha256(hashed)).as_bytes() != digits {
        return Err("is not what its hash says".to_owned());
    }
    serde_json::from_slice(line).map_err(|error| format!("is no record: {error}"))
}

/// What a line says its number is, whatever else is wrong with it.
pub fn seq_of(line: &[u8]) -> Option<u64> {
    #[derive(Deserialize)]
    struct Numbered {
        seq: u64,
    }
    serde_json::from_slice::<Numbered>(line).ok().map(|numbered| numbered.seq)
}
