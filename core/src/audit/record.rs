//! One record of the audit log as a JSON line.

use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Value, json};

use crate::tool::sha256::{hex, sha256};

/// The `prev` of the first record.
pub const ORIGIN: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// The longest line, in bytes: a reader must hold one. A revision that removes 100,000 tools makes 16 MB.
pub const LONGEST: usize = 64 << 20;

const BEFORE: &[u8] = b",\"hash\":\"";
const BEHIND: &[u8] = b"\"}";
const DIGITS: usize = 64;
const TAIL: usize = BEFORE.len() + DIGITS + BEHIND.len();

/// A record before it is hashed.
pub struct NewRecord<'r> {
    /// Its number, from 1.
    pub seq: u64,
    /// Its time, in ms since 1970.
    pub time: u64,
    /// Its kind: `open`, `change`, `call` …
    pub kind: &'r str,
    /// What it holds.
    pub data: &'r Value,
    /// The hash of the record before it.
    pub prev: &'r str,
}

/// The line of a record with its line feed, and its hash. Data that make the line too long are replaced by their length
/// and hash.
pub fn write_line(record: &NewRecord<'_>) -> (Vec<u8>, String) {
    let NewRecord { seq, time, data, prev, .. } = *record;
    let kind = Value::from(record.kind);
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

/// The members of a record that place it in the chain.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecordPlace<'l> {
    pub seq: u64,
    #[serde(rename = "time")]
    _time: u64,
    #[serde(rename = "kind")]
    _kind: String,
    /// Raw, because that is skipped without recursion: data may be nested as deep as they like.
    #[serde(borrow, rename = "data")]
    _data: &'l RawValue,
    pub prev: &'l str,
    pub hash: &'l str,
}

/// Parses a line without its line feed and checks its hash. The error says what is wrong with it.
pub fn parse_line(line: &[u8]) -> Result<RecordPlace<'_>, String> {
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

/// The number in a line, whatever else is wrong with it.
pub fn find_seq(line: &[u8]) -> Option<u64> {
    #[derive(Deserialize)]
    struct Numbered {
        seq: u64,
    }
    serde_json::from_slice::<Numbered>(line).ok().map(|numbered| numbered.seq)
}
