//! Byte ranges of secrets: merged where they overlap, and replaced by the redaction mark.

use std::ops::Range;

/// The mark that replaces a secret.
pub const MASK: &str = "[redacted]";

/// Sorts ranges and merges those that overlap.
pub fn merged(mut places: Vec<Range<usize>>) -> Vec<Range<usize>> {
    places.sort_unstable_by_key(|place| place.start);
    let mut all: Vec<Range<usize>> = Vec::with_capacity(places.len());
    for place in places {
        match all.last_mut().filter(|last| place.start < last.end) {
            Some(last) => last.end = last.end.max(place.end),
            None => all.push(place),
        }
    }
    all
}

/// Replaces these ranges of bytes by the mark.
pub fn without(bytes: &[u8], places: &[Range<usize>]) -> Vec<u8> {
    let (mut masked, mut end) = (Vec::with_capacity(bytes.len()), 0);
    for place in places {
        masked.extend_from_slice(&bytes[end..place.start]);
        masked.extend_from_slice(MASK.as_bytes());
        end = place.end;
    }
    masked.extend_from_slice(&bytes[end..]);
    masked
}
