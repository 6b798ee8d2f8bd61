//! The dependencies of a document: files and HTTP validators that its tools depend on, beside its own bytes.

use std::path::{Path, PathBuf};

use super::validators::Validators;
use crate::error::{Error, Result};
use crate::tool::sha256::sha256;

/// A file that a document depends on: an overlay, or the target of a reference.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct DependencyFile {
    /// Its absolute path; symlinks in it are not resolved.
    pub path: PathBuf,
    /// SHA-256 of its content; `None` where it could not be read.
    pub hash: Option<[u8; 32]>,
}

impl DependencyFile {
    /// The dependency on a file that was read, or failed to be read. A forbidden file is none: a watcher must not look at it.
    pub fn from_read(path: &Path, read: Result<&[u8], &Error>) -> Option<Self> {
        let hash = match read {
            Ok(bytes) => Some(sha256(bytes)),
            Err(Error::SourceForbidden { .. }) => return None,
            Err(_) => None,
        };
        Some(Self { path: path.to_owned(), hash })
    }
}

/// The dependencies of a document beside its own bytes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Dependencies {
    /// Whether references lead to other documents, in files or not.
    pub has_other_documents: bool,
    /// The files, sorted by path.
    pub files: Vec<DependencyFile>,
    /// The validators that the next poll sends, where a server gave any.
    pub validators: Option<Validators>,
}
