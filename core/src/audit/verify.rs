//! Reads a log and says whether its chain holds, one line in memory at a time.

use std::fs::File;
use std::io::{self, BufRead, BufReader};
use std::path::Path;

use serde::Serialize;

use super::chain::HashChain;
use super::record::{self, LONGEST};
use crate::error::{Error, Result};

/// A record that is known from elsewhere: its number and its hash.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AuditAnchor {
    /// Its number; 0 for a log without a record.
    pub seq: u64,
    /// Its hash in lower-case hex.
    pub hash: String,
}

/// The first record that is not what it should be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct BadRecord {
    /// Its line, from 1.
    pub line: u64,
    /// What it says its number is, where it says one.
    pub seq: Option<u64>,
    /// What is wrong.
    pub reason: String,
}

/// What came of reading a log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AuditVerdict {
    /// Whether every record is what was written. A torn end is none.
    pub ok: bool,
    /// How many records there are before the first bad one.
    pub records: u64,
    /// The first bad one.
    pub bad: Option<BadRecord>,
    /// How many bytes of a record stand at the end that was not written to its end: a process was ended meanwhile. The
    /// next one that opens the log cuts them off and says so.
    pub torn: u64,
    /// The newest good record, for whoever keeps it as an anchor.
    pub last: AuditAnchor,
    /// Where that record ends, in bytes.
    #[serde(skip)]
    pub end: u64,
    /// Whether nothing but the line feed is missing at the end.
    #[serde(skip)]
    pub lacks_line_feed: bool,
}

/// Verifies the log in a file. With an anchor it must have that record.
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
        // Asked of the path, because a pipe would hold whoever opens it.
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
    let mut chain = HashChain::default();
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
                bad = Some(BadRecord { line: chain.seq + 1, seq: record::seq_of(&line), reason });
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

fn newest(chain: &HashChain) -> AuditAnchor {
    AuditAnchor { seq: chain.seq, hash: chain.hash.clone() }
}

/// Reads up to a line feed; how long the line is with it. Of a line that is too long no more than that is kept.
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
