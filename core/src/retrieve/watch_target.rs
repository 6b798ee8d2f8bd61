//! Documents as they are watched: where each stands, and the files that were read of it.

use std::path::PathBuf;
use std::time::Duration;

use super::dependencies::DependencyFile;

/// A document as it is watched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WatchTarget {
    /// Where it stands.
    pub stand: WatchLocation,
    /// The files that it is made of besides its own.
    pub parts: Vec<DependencyFile>,
    /// How long each of its files may be, in bytes.
    pub max_bytes: usize,
}

/// Where a document stands, for one who watches it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WatchLocation {
    /// In a file, which its tools were made from when it had this SHA-256.
    File(PathBuf, [u8; 32]),
    /// At an address, whose content was last known to be in use this long ago.
    Address(Duration),
    /// Nowhere: it was given as a text.
    Nowhere,
}

/// Files that were read at one time.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct FileContents {
    /// The document's own, where it stands in one.
    pub document: Option<Vec<u8>>,
    /// The others, by the paths of [`DependencyFile`]; those that are missing or cannot be read are left out.
    pub parts: Vec<(PathBuf, Vec<u8>)>,
}

impl FileContents {
    /// A document that is made of one file.
    pub fn alone(document: Vec<u8>) -> Self {
        Self { document: Some(document), parts: Vec::new() }
    }
}
