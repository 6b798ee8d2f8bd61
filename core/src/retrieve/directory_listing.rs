//! Directory listing: the documents of a directory.

use std::ffi::{OsStr, OsString};
use std::io;
use std::path::Path;

/// The extensions of documents.
const EXTENSIONS: [&str; 3] = ["json", "yaml", "yml"];

/// The file names of the documents directly in a directory, sorted by name. Hidden files and subdirectories are left out.
pub fn list_documents(directory: &Path) -> io::Result<Vec<OsString>> {
    let mut names = Vec::new();
    for entry in std::fs::read_dir(directory)? {
        let entry = entry?;
        let name = entry.file_name();
        let extension = Path::new(&name).extension().and_then(OsStr::to_str);
        let is_document = extension.is_some_and(|extension| EXTENSIONS.contains(&extension));
        // Kubernetes keeps the generations of a ConfigMap in hidden directories (`..data`).
        let is_hidden = name.as_encoded_bytes().starts_with(b".");
        // A symlink counts whatever it leads to: its target may be missing for a moment while it is swapped.
        if is_document && !is_hidden && !entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            names.push(name);
        }
    }
    names.sort();
    Ok(names)
}
