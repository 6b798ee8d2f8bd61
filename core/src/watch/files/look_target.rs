//! What is looked at: the files of one document, or the names in a directory.

use std::ffi::OsString;
use std::io::ErrorKind;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use crate::retrieve::list_documents;
use crate::tool::fingerprint::sha256;
use crate::watch::WatchOptions;
use crate::watch::debounce::file_finding::FileFinding;
use crate::watch::file_events::symlinks::{PathLink, links_into, links_to};
use crate::watch::files::bind_mounts::mounted;
use crate::watch::files::content_outline::ContentOutlines;
use crate::watch::files::file_group::{FileGroup, FileStamp, GroupLook};

#[derive(Debug, PartialEq, Eq)]
pub(in crate::watch) enum LookTarget {
    Files(FileGroup),
    /// A directory as it is called, and from the root.
    Directory {
        directory: PathBuf,
        path: PathBuf,
    },
}

/// What came of one look.
pub(in crate::watch) struct LookOutcome {
    pub links: Vec<PathLink>,
    /// `None` if everything bore the stamp that was to be skipped.
    pub found: Option<LookFinding>,
    /// Files that nobody can see change, where it was the first look.
    pub blind: Vec<PathBuf>,
    pub outlines: ContentOutlines,
    /// Whether a file has the first bytes of what was in use, and fewer.
    pub is_prefix: bool,
}

/// What a look is to know.
#[derive(Default)]
pub(in crate::watch) struct LookBasis {
    /// The stamp that makes reading needless.
    pub skip: Option<FileStamp>,
    /// What is in use.
    pub outlines: Option<Arc<ContentOutlines>>,
    /// Whether these files were looked at before.
    pub is_seen: bool,
}

pub(in crate::watch) enum LookFinding {
    Files(GroupLook),
    /// The names of the documents in a directory.
    Names(Vec<OsString>),
}

impl LookOutcome {
    /// Nothing could be seen.
    pub fn unreadable(reason: &str) -> Self {
        let sighting = GroupLook::without_content(FileFinding::Unreadable(reason.to_owned()));
        Self::at(Vec::new(), Some(LookFinding::Files(sighting)))
    }

    fn at(links: Vec<PathLink>, found: Option<LookFinding>) -> Self {
        Self { links, found, blind: Vec::new(), outlines: ContentOutlines::default(), is_prefix: false }
    }
}

impl LookTarget {
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
    pub fn look(&self, known: &LookBasis, max_bytes: usize) -> LookOutcome {
        // The way first: a change of it during the look then shows at the next arming.
        match self {
            Self::Files(group) => {
                let links = group.paths().into_iter().flat_map(links_to).collect();
                let blind = if known.is_seen { Vec::new() } else { mounted(group.paths()) };
                let Some(sighting) = group.look(known.skip.as_ref(), max_bytes) else {
                    return LookOutcome { blind, ..LookOutcome::at(links, None) };
                };
                let outlines = ContentOutlines::of(&sighting.observed);
                let is_prefix =
                    known.outlines.as_ref().is_some_and(|known| known.begin_with(&sighting.observed));
                let found = Some(LookFinding::Files(sighting));
                LookOutcome { links, found, blind, outlines, is_prefix }
            }
            Self::Directory { path, .. } => {
                let links = links_into(path);
                let found = match list_documents(path) {
                    Ok(names) => LookFinding::Names(names),
                    Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
                        LookFinding::Names(Vec::new())
                    }
                    // What is in it cannot be read either, and says so.
                    Err(error) => LookFinding::Files(GroupLook::without_content(FileFinding::Unreadable(
                        error.to_string(),
                    ))),
                };
                LookOutcome::at(links, Some(found))
            }
        }
    }
}

/// The finding of a directory with these documents in it.
pub(in crate::watch) fn listing_of(names: &[OsString]) -> FileFinding {
    let mut all = Vec::new();
    for name in names {
        all.extend(name.as_encoded_bytes());
        all.push(b'/');
    }
    FileFinding::Content(sha256(&all))
}
