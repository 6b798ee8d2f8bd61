//! Verifies the hash chain of a log, with one line in memory at a time.

use std::fs::File;
use std::io::{self, BufRead, BufReader};
use std::path::Path;

use serde::Serialize;

use super::chain_end::ChainEnd;
use super::record::{self, LONGEST};
use crate::error::{Error, Result};

/// A record that was kept elsewhere: its number and its hash.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AuditAnchor {
    /// Its number; 0 for a log without a record.
    pub seq: u64,
    /// Its hash in lower-case hex.
    pub hash: String,
}

/// The first record that does not verify.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct BadRecord {
    /// Its line, from 1.
    pub line: u64,
    /// The number in it, where it has one.
    pub seq: Option<u64>,
    /// What is wrong.
    pub reason: String,
}

/// The result of a verification.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AuditVerdict {
    /// Whether every record verifies. A torn end does not count.
    pub ok: bool,
    /// The number of records before the first bad one.
    pub records: u64,
    /// The first bad one.
    pub bad: Option<BadRecord>,
    /// Bytes of a torn record at the end: its process was killed while it wrote. The next process that opens the log cuts
    /// them off and records it.
    pub torn: u64,
    /// The newest good record, as an anchor.
    pub last: AuditAnchor,
    /// The end of that record, in bytes.
    #[serde(skip)]
    pub end: u64,
    /// Whether only the line feed is missing at the end.
    #[serde(skip)]
    pub lacks_line_feed: bool,
}

/// Verifies the log in a file. With an anchor, the log must have that record.
///
/// # Errors
/// `SOURCE_UNREADABLE` where it cannot be read.
pub fn verify_file(path: &Path, anchor: Option<&AuditAnchor>) -> Result<AuditVerdict> {
    let unreadable = |error: io::Error| Error::SourceUnreadable {
        location: path.display().to_string(),
        reason: error.to_string(),
        status: None,
    };
    let read = || {
        // The path is checked first: opening a pipe would block.
        if path.metadata()?.is_file() {
            verify(BufReader::with_capacity(1 << 18, File::open(path)?), anchor)
        } else {
            Err(io::Error::other("is no regular file"))
        }
    };
    read().map_err(unreadable)
}

/// Verifies a log.
///
/// # Errors
/// What reading says.
pub fn verify(mut log: impl BufRead, anchor: Option<&AuditAnchor>) -> io::Result<AuditVerdict> {
    let mut chain = ChainEnd::default();
    let (mut end, mut torn, mut lacks_line_feed) = (0, 0, false);
    let mut met = anchor.is_none_or(|anchor| *anchor == newest(&chain));
    let mut bad = None;
    let mut line = Vec::new();
    loop {
        line.clear();
        let length = read_line(&mut log, &mut line)?;
        if length == 0 {
            break;
        }
        let is_whole = line.pop_if(|byte| *byte == b'\n').is_some();
        let next = chain.followed_by(&line).and_then(|next| match anchor {
            Some(anchor) if anchor.seq == next.seq && anchor.hash != next.hash => {
                Err("is not the one that the anchor names".to_owned())
            }
            _ => Ok(next),
        });
        match next {
            Ok(next) => chain = next,
            Err(_) if !is_whole && length <= LONGEST as u64 => {
                torn = length;
                break;
            }
            Err(reason) => {
                bad = Some(BadRecord { line: chain.seq + 1, seq: record::find_seq(&line), reason });
                break;
            }
        }
        end += length;
        lacks_line_feed = !is_whole;
        met = met || anchor.is_some_and(|anchor| anchor.seq == chain.seq);
    }
    if !met && bad.is_none() {
        let reason = "is missing, though the anchor names it or a later one".to_owned();
        bad = Some(BadRecord { line: chain.seq + 1, seq: None, reason });
    }
    let last = newest(&chain);
    Ok(AuditVerdict { ok: bad.is_none(), records: chain.seq, bad, torn, last, end, lacks_line_feed })
}

fn newest(chain: &ChainEnd) -> AuditAnchor {
    AuditAnchor { seq: chain.seq, hash: chain.hash.clone() }
}

/// Reads a line and gives its length with the line feed. At most [`LONGEST`] bytes and one are kept of it.
fn read_line(log: &mut impl BufRead, line: &mut Vec<u8>) -> io::Result<u64> {
    let mut length = 0;
    loop {
        let bytes = log.fill_buf()?;
        let feed = bytes.iter().position(|byte| *byte == b'\n').map(|at| at + 1);
        let taken = feed.unwrap_or(bytes.len());
        let room = (LONGEST + 1).saturating_sub(line.len());
        line.extend_from_slice(&bytes[..taken.min(room)]);
        log.consume(taken);
        length += taken as u64;
        if feed.is_some() || taken == 0 {
            return Ok(length);
        }
    }
}
