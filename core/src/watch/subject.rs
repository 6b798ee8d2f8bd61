//! What is looked at: the files of one document, or the names in a directory.

use std::ffi::OsString;
use std::io::ErrorKind;
use std::path::PathBuf;
use std::time::Duration;

use super::WatchOptions;
use super::chain::{Link, links_into, links_to};
use super::group::{Group, Sighting, Stamp};
use super::mounts::mounted;
use super::state::Finding;
use crate::loader::documents_in;
use crate::tool::fingerprint::sha256;

#[derive(Debug, PartialEq, Eq)]
pub(super) enum Subject {
    Files(Group),
    /// A directory as it is called, and from the root.
    Directory {
        directory: PathBuf,
        path: PathBuf,
    },
}

/// What came of one look.
pub(super) struct Looked {
    pub links: Vec<Link>,
    /// `None` if everything bore the stamp that was to be skipped.
    pub found: Option<Found>,
    /// Files that nobody can see change, where it was the first look.
    pub blind: Vec<PathBuf>,
}

pub(super) enum Found {
    Files(Sighting),
    /// The names of the documents in a directory.
    Names(Vec<OsString>),
}

impl Looked {
    /// Nothing could be seen.
    pub fn unreadable(reason: &str) -> Self {
        let sighting = Sighting::without_content(Finding::Unreadable(reason.to_owned()));
        Self { links: Vec::new(), found: Some(Found::Files(sighting)), blind: Vec::new() }
    }
}

impl Subject {
    /// The name under which a directory is watched. No document has such a name: it begins with what no text of a user's
    /// begins with.
    pub fn name(&self) -> String {
        match self {
            Self::Files(_) => String::new(),
            Self::Directory { path, .. } => format!("\0{}", path.display()),
        }
    }

    /// How long to wait for what. Each file of a directory waits for itself, so the names need not.
    pub fn timing(&self, options: WatchOptions) -> WatchOptions {
        match self {
            Self::Files(_) => options,
            Self::Directory { .. } => {
                WatchOptions { stability: Duration::ZERO, remove_after: None, ..options }
            }
        }
    }

    /// Looks. Blocks.
    pub fn look(&self, skip: Option<&Stamp>, max_bytes: usize, is_first: bool) -> Looked {
        // The way first: a change of it during the look then shows at the next arming.
        match self {
            Self::Files(group) => {
                let links = group.paths().into_iter().flat_map(links_to).collect();
                let blind = if is_first { mounted(group.paths()) } else { Vec::new() };
                Looked { links, found: group.look(skip, max_bytes).map(Found::Files), blind }
            }
            Self::Directory { path, .. } => {
                let links = links_into(path);
                let found = match documents_in(path) {
                    Ok(names) => Found::Names(names),
                    Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
                        Found::Names(Vec::new())
                    }
                    // What is in it cannot be read either, and says so.
                    Err(error) => {
                        Found::Files(Sighting::without_content(Finding::Unreadable(error.to_string())))
                    }
                };
                Looked { links, found: Some(found), blind: Vec::new() }
            }
        }
    }
}

/// The finding of a directory with these documents in it.
pub(super) fn listing_of(names: &[OsString]) -> Finding {
    let mut all = Vec::new();
    for name in names {
        all.extend(name.as_encoded_bytes());
        all.push(b'/');
    }
    Finding::Content(sha256(&all))
}
