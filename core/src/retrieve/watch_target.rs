//! The watch target of a document: the files or the address that a watcher observes, and the bytes that it reads there.

use std::path::PathBuf;
use std::time::Duration;

use super::dependencies::DependencyFile;

/// What a watcher observes of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WatchTarget {
    /// The location of the document.
    pub location: WatchLocation,
    /// The files that the document depends on.
    pub files: Vec<DependencyFile>,
    /// The most bytes of all files of the document together.
    pub max_bytes: usize,
}

/// The location of a watched document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WatchLocation {
    /// A file, and the SHA-256 of the content that is in use.
    File(PathBuf, [u8; 32]),
    /// An address, and the time since its content was last known to be in use.
    Address(Duration),
    /// A text that the caller gave: nothing is watched.
    Text,
    /// The files of a program, none of which is a document: any of them may be missing.
    Program,
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
    /// The contents of a document that depends on no other file.
    pub fn from_document(document: Vec<u8>) -> Self {
        Self { document: Some(document), files: Vec::new() }
    }
}
