//! Which files of a directory are documents.

use std::ffi::{OsStr, OsString};
use std::path::Path;

/// What the names of documents end in.
const ENDINGS: [&str; 3] = ["json", "yaml", "yml"];

/// The names of the documents directly in a directory, sorted. Hidden files are none.
pub fn documents_in(directory: &Path) -> std::io::Result<Vec<OsString>> {
    let mut names = Vec::new();
    for entry in std::fs::read_dir(directory)? {
        let entry = entry?;
        let name = entry.file_name();
        let is_named = Path::new(&name)
            .extension()
            .and_then(OsStr::to_str)
            .is_some_and(|ending| ENDINGS.contains(&ending));
        let is_hidden = name.as_encoded_bytes().starts_with(b".");
        // What a link leads to is seen when it is read: it may be missing for a moment.
        if is_named && !is_hidden && !entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            names.push(name);
        }
    }
    names.sort();
    Ok(names)
}
