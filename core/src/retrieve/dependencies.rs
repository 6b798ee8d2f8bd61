//! What a document's tools were made of, besides its own bytes.

use std::path::{Path, PathBuf};

use super::fetch::Validators;
use crate::error::{Error, Result};
use crate::tool::fingerprint::sha256;

/// A file that a document is made of besides its own: a reference leads to it, or it is an overlay.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct DependencyFile {
    /// Where it stands, from the root; links in it are not followed.
    pub path: PathBuf,
    /// SHA-256 of what was read there; `None` where nothing could be.
    pub hash: Option<[u8; 32]>,
}

impl DependencyFile {
    /// A part that was read, or that could not be. One that may not be read is none.
    pub fn of(path: &Path, read: Result<&[u8], &Error>) -> Option<Self> {
        let hash = match read {
            Ok(bytes) => Some(sha256(bytes)),
            Err(Error::SourceForbidden { .. }) => return None,
            Err(_) => None,
        };
        Some(Self { path: path.to_owned(), hash })
    }
}

/// What a document's tools were made of, besides its own bytes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Dependencies {
    /// Whether other documents belong to it, files or not.
    pub has_more: bool,
    /// Those that are files, by path.
    pub parts: Vec<DependencyFile>,
    /// What to ask by whether it has changed, where a server gave that.
    pub validators: Option<Validators>,
}
