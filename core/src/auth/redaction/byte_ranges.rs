//! Byte ranges of secrets: merged where they overlap, and replaced by the redaction mark.

use std::ops::Range;

/// The mark that replaces a secret.
pub const REDACTION_MARK: &str = "[redacted]";

/// Sorts ranges and merges those that overlap.
pub fn merge_ranges(mut ranges: Vec<Range<usize>>) -> Vec<Range<usize>> {
    ranges.sort_unstable_by_key(|range| range.start);
    let mut all: Vec<Range<usize>> = Vec::with_capacity(ranges.len());
    for range in ranges {
        match all.last_mut().filter(|last| range.start < last.end) {
            Some(last) => last.end = last.end.max(range.end),
            None => all.push(range),
        }
    }
    all
}

/// Replaces ranges of bytes by the mark.
pub fn replace_ranges(bytes: &[u8], ranges: &[Range<usize>]) -> Vec<u8> {
    let (mut redacted, mut end) = (Vec::with_capacity(bytes.len()), 0);
    for range in ranges {
        redacted.extend_from_slice(&bytes[end..range.start]);
        redacted.extend_from_slice(REDACTION_MARK.as_bytes());
        end = range.end;
    }
    redacted.extend_from_slice(&bytes[end..]);
    redacted
}
