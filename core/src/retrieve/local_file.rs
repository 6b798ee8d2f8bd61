//! Reads a local file up to a size limit.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use crate::error::{Error, Result};

/// Reads a file of at most `max_bytes`.
///
/// # Errors
/// `SOURCE_UNREADABLE` for a path that is not a regular file or cannot be read, `LIMIT_EXCEEDED` for a longer file.
pub fn read_file(path: &Path, max_bytes: usize) -> Result<Vec<u8>> {
    let unreadable = |reason: String| Error::SourceUnreadable {
        location: path.display().to_string(),
        reason,
        status: None,
    };
    let metadata = std::fs::metadata(path).map_err(|error| unreadable(error.to_string()))?;
    if !metadata.is_file() {
        // A named pipe would keep the load waiting for a writer.
        return Err(unreadable("is not a regular file; give the path of a document".to_owned()));
    }
    let length = usize::try_from(metadata.len()).unwrap_or(usize::MAX);
    if length > max_bytes {
        return Err(document_too_large(max_bytes));
    }
    let mut bytes = Vec::with_capacity(length + 1);
    // The file may grow while it is read: one byte over the limit shows that without reading the rest.
    let bound = (max_bytes as u64).saturating_add(1);
    let read = File::open(path).and_then(|file| file.take(bound).read_to_end(&mut bytes));
    read.map_err(|error| unreadable(error.to_string()))?;
    if bytes.len() > max_bytes { Err(document_too_large(max_bytes)) } else { Ok(bytes) }
}

/// The error of a document that is longer than `limits.bytes`.
pub const fn document_too_large(limit: usize) -> Error {
    Error::LimitExceeded { what: "document bytes", limit }
}

/// The absolute form of a path; symlinks in it are not followed. A path without an absolute form stays as it is.
pub fn absolute_path(path: &Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.to_owned())
}
