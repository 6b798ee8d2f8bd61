//! Reads a local file up to a size limit.

use std::fs::File;
use std::io::{self, Read};
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
    let metadata = std::fs::metadata(path).map_err(|error| unreadable(unreadable_reason(path, &error)))?;
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
    read.map_err(|error| unreadable(unreadable_reason(path, &error)))?;
    if bytes.len() > max_bytes { Err(document_too_large(max_bytes)) } else { Ok(bytes) }
}

/// Why a path cannot be read. A missing one is told by its absolute path, and by where relative paths start.
pub fn unreadable_reason(path: &Path, error: &io::Error) -> String {
    if error.kind() != io::ErrorKind::NotFound {
        return error.to_string();
    }
    let absolute = absolute_path(path);
    if path.is_absolute() {
        return format!("there is no {}", absolute.display());
    }
    let home = std::env::current_dir().map(|home| format!(", {}", home.display())).unwrap_or_default();
    format!("there is no {}; relative paths start at the working directory{home}", absolute.display())
}

/// The error of a document that is longer than `limits.bytes`.
pub const fn document_too_large(limit: usize) -> Error {
    Error::LimitExceeded { what: "document bytes", limit }
}

/// The absolute form of a path; symlinks in it are not followed. A path without an absolute form stays as it is.
pub fn absolute_path(path: &Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_file_is_told_by_the_path_that_was_tried() {
        let home = std::env::current_dir().expect("a working directory");
        let message = |path: &Path| read_file(path, 10).expect_err("is missing").to_string();
        let tried = home.join("specs/nowhere.yaml");
        assert_eq!(
            message(Path::new("specs/nowhere.yaml")),
            format!(
                "cannot read specs/nowhere.yaml: there is no {}; relative paths start at the working directory, {}",
                tried.display(),
                home.display()
            )
        );
        let tried = tried.display();
        assert_eq!(
            message(&home.join("specs/nowhere.yaml")),
            format!("cannot read {tried}: there is no {tried}")
        );
    }
}
