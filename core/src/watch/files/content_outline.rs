//! What tells content from its own beginning, without keeping the content.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use crate::json::checksum;
use crate::watch::Observed;

/// More checksums than these are kept of no file. Up to so many bytes each one has its own, and the outline is exact; of a
/// longer file a block has one, and its end within a block is not compared.
const MOST: usize = 8192;

/// The outlines of all files of a document, its own under no path.
#[derive(Debug, Default)]
pub(in crate::watch) struct ContentOutlines(HashMap<PathBuf, ContentOutline>);

impl ContentOutlines {
    pub fn of(observed: &Observed) -> Self {
        let outlines = contents(observed).map(|(path, bytes)| (path.to_owned(), ContentOutline::of(bytes)));
        Self(outlines.collect())
    }

    /// How long all content is.
    pub fn length(&self) -> u64 {
        self.0.values().map(|outline| outline.length as u64).sum()
    }

    /// Whether a file has the first bytes of what it has here, and fewer.
    pub fn begin_with(&self, observed: &Observed) -> bool {
        let known =
            |path: &Path, bytes: &[u8]| self.0.get(path).is_some_and(|outline| outline.begins_with(bytes));
        contents(observed).any(|(path, bytes)| known(path, bytes))
    }
}

fn contents(observed: &Observed) -> impl Iterator<Item = (&Path, &[u8])> {
    let (document, parts) = match observed {
        Observed::Bytes(bytes) => (Some(bytes), &[][..]),
        Observed::Together(files) => (files.document.as_ref(), files.files.as_slice()),
        Observed::Missing | Observed::Gone | Observed::Unreadable { .. } => (None, &[][..]),
    };
    let own = document.map(|bytes| (Path::new(""), bytes.as_slice()));
    own.into_iter().chain(parts.iter().map(|(path, bytes)| (path.as_path(), bytes.as_slice())))
}

/// The outline of a file's content.
#[derive(Debug)]
struct ContentOutline {
    length: usize,
    block: usize,
    checksums: Vec<u32>,
}

impl ContentOutline {
    fn of(bytes: &[u8]) -> Self {
        let block = bytes.len().div_ceil(MOST).max(1);
        Self { length: bytes.len(), block, checksums: checksums(bytes, block).collect() }
    }

    /// Whether some content is what this begins with, and shorter. Nothing at all is not: an empty file has a word of its own.
    fn begins_with(&self, bytes: &[u8]) -> bool {
        let whole = bytes.len() / self.block * self.block;
        (1..self.length).contains(&bytes.len())
            && checksums(&bytes[..whole], self.block).zip(&self.checksums).all(|(own, known)| own == *known)
    }
}

fn checksums(bytes: &[u8], block: usize) -> impl Iterator<Item = u32> {
    bytes.chunks(block).map(|block| u32::try_from(checksum(block) >> 32).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_begins_with_every_part_of_it_up_to_an_end_and_with_nothing_else() {
        for length in [10, MOST, 3 * MOST + 5] {
            let bytes: Vec<u8> = (0..length).map(|i| u8::try_from(i * 7 % 251).expect("a byte")).collect();
            let outline = ContentOutline::of(&bytes);
            assert!(outline.checksums.len() <= MOST);
            for end in (1..length).step_by(length / 9) {
                assert!(outline.begins_with(&bytes[..end]), "{end} of {length}");
                let mut other = bytes[..end].to_vec();
                other[0] ^= 1;
                assert!(end < outline.block || !outline.begins_with(&other), "{end} of {length}");
            }
            assert!(!outline.begins_with(&bytes) && !outline.begins_with(b""));
            assert!(!outline.begins_with(&[&bytes[..], b"x"].concat()));
        }
        assert!(!ContentOutline::of(b"before").begins_with(b"after"));
    }
}
