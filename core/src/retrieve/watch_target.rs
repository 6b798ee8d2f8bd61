//! The watch target of a document: the files or the address that a watcher looks at, and the bytes that it hands back.

use std::path::PathBuf;
use std::time::Duration;

use super::dependencies::DependencyFile;

/// A document as a watcher knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WatchTarget {
    /// Where it is.
    pub location: WatchLocation,
    /// The files that it depends on.
    pub files: Vec<DependencyFile>,
    /// How long each of its files may be, in bytes.
    pub max_bytes: usize,
}

/// Where a watched document is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WatchLocation {
    /// A file, and the SHA-256 of the content that is in use.
    File(PathBuf, [u8; 32]),
    /// An address, and how long ago its content was last known to be in use.
    Address(Duration),
    /// A text that the caller gave: there is nothing to watch.
    Nowhere,
}

/// The contents of files that were read at one time.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct FileContents {
    /// The document's own file; `None` where the document is at an address.
    pub document: Option<Vec<u8>>,
    /// The other files, by the paths of [`DependencyFile`]. Missing and unreadable files are left out.
    pub files: Vec<(PathBuf, Vec<u8>)>,
}

impl FileContents {
    /// A document that depends on no other file.
    pub fn of_one_file(document: Vec<u8>) -> Self {
        Self { document: Some(document), files: Vec::new() }
    }
}
