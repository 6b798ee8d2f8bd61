//! Content outlines: checksums that recognise a truncated prefix of former content, without keeping the content.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use crate::json::checksum;
use crate::watch::Observed;

/// The maximum number of checksums per file. A file of up to as many bytes has one per byte, and its outline is exact. A
/// longer file has one per block; an end within a block is not compared.
const MAX_CHECKSUMS: usize = 8192;

/// The outlines of all files of a document by path; its own file has the empty path.
#[derive(Debug, Default)]
pub(in crate::watch) struct ContentOutlines(HashMap<PathBuf, ContentOutline>);

impl ContentOutlines {
    pub fn new(observed: &Observed) -> Self {
        let outlines = contents(observed).map(|(path, bytes)| (path.to_owned(), ContentOutline::new(bytes)));
        Self(outlines.collect())
    }

    /// The length of all content, in bytes.
    pub fn length(&self) -> u64 {
        self.0.values().map(|outline| outline.length as u64).sum()
    }

    /// Whether the content of a file is a proper prefix of its content here.
    pub fn has_prefix(&self, observed: &Observed) -> bool {
        let is_prefix =
            |path: &Path, bytes: &[u8]| self.0.get(path).is_some_and(|outline| outline.has_prefix(bytes));
        contents(observed).any(|(path, bytes)| is_prefix(path, bytes))
    }
}

fn contents(observed: &Observed) -> impl Iterator<Item = (&Path, &[u8])> {
    let (document, parts) = match observed {
        Observed::Bytes(bytes) => (Some(bytes), &[][..]),
        Observed::Files(files) => (files.document.as_ref(), files.files.as_slice()),
        Observed::Missing | Observed::Gone | Observed::Unreadable { .. } => (None, &[][..]),
    };
    let own = document.map(|bytes| (Path::new(""), bytes.as_slice()));
    own.into_iter().chain(parts.iter().map(|(path, bytes)| (path.as_path(), bytes.as_slice())))
}

/// The outline of one file.
#[derive(Debug)]
struct ContentOutline {
    length: usize,
    /// The number of bytes per checksum.
    block: usize,
    checksums: Vec<u32>,
}

impl ContentOutline {
    fn new(bytes: &[u8]) -> Self {
        let block = bytes.len().div_ceil(MAX_CHECKSUMS).max(1);
        Self { length: bytes.len(), block, checksums: checksums(bytes, block).collect() }
    }

    /// Whether `bytes` is a proper prefix. No bytes are not: an empty file is a finding of its own.
    fn has_prefix(&self, bytes: &[u8]) -> bool {
        let whole = bytes.len() / self.block * self.block;
        (1..self.length).contains(&bytes.len())
            && checksums(&bytes[..whole], self.block).zip(&self.checksums).all(|(own, known)| own == *known)
    }
}

fn checksums(bytes: &[u8], block: usize) -> impl Iterator<Item = u32> {
    // Half of each checksum suffices: a false match only delays content by the truncation wait.
    bytes.chunks(block).map(|block| u32::try_from(checksum(block) >> 32).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_shorter_beginning_of_the_content_is_a_prefix() {
        for length in [10, MAX_CHECKSUMS, 3 * MAX_CHECKSUMS + 5] {
            let bytes: Vec<u8> = (0..length).map(|i| u8::try_from(i * 7 % 251).expect("a byte")).collect();
            let outline = ContentOutline::new(&bytes);
            assert!(outline.checksums.len() <= MAX_CHECKSUMS);
            for end in (1..length).step_by(length / 9) {
                assert!(outline.has_prefix(&bytes[..end]), "{end} of {length}");
                let mut other = bytes[..end].to_vec();
                other[0] ^= 1;
                assert!(end < outline.block || !outline.has_prefix(&other), "{end} of {length}");
            }
            assert!(!outline.has_prefix(&bytes) && !outline.has_prefix(b""));
            assert!(!outline.has_prefix(&[&bytes[..], b"x"].concat()));
        }
        assert!(!ContentOutline::new(b"before").has_prefix(b"after"));
    }
}
