//! The target of a look: the files of one source, or the names of the files in a directory.

use std::ffi::{OsStr, OsString};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use crate::retrieve::{DirectoryListing, ListedFiles};
use crate::tool::sha256::sha256;
use crate::watch::WatchOptions;
use crate::watch::debounce::file_finding::FileFinding;
use crate::watch::file_events::symlinks::{PathLink, links_into, links_to};
use crate::watch::files::bind_mounts::find_bind_mounts;
use crate::watch::files::content_outline::ContentOutlines;
use crate::watch::files::file_group::{FileGroup, FileStamp, GroupLook};

/// What is looked at.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::watch) enum LookTarget {
    Files(FileGroup),
    Directory {
        /// As the user wrote it.
        directory: PathBuf,
        /// The absolute path.
        path: PathBuf,
        /// Which files are listed.
        listing: DirectoryListing,
    },
}

/// The outcome of one look.
pub(in crate::watch) struct LookOutcome {
    /// The names on the way to the files, whose directories are to be watched for events.
    pub links: Vec<PathLink>,
    /// `None` if the files have the stamp that was to be skipped.
    pub found: Option<LookFinding>,
    /// Files that are bind mounts. Only the first look finds them.
    pub blind_files: Vec<PathBuf>,
    pub outlines: ContentOutlines,
    /// Whether the content of a file is a proper prefix of its content in use.
    pub is_prefix: bool,
}

/// What is known before a look.
#[derive(Default)]
pub(in crate::watch) struct LookBasis {
    /// The stamp at which the files need not be read.
    pub skip: Option<FileStamp>,
    /// The outlines of the content in use.
    pub applied_outlines: Option<Arc<ContentOutlines>>,
    /// Whether an earlier look at these files was started.
    pub is_seen: bool,
}

pub(in crate::watch) enum LookFinding {
    Files(GroupLook),
    /// The documents in a directory.
    Listing(ListedFiles),
}

impl LookOutcome {
    /// A look that failed as a whole.
    pub fn unreadable(reason: &str) -> Self {
        let look = GroupLook::without_content(FileFinding::Unreadable(reason.to_owned()));
        Self::without_outlines(Vec::new(), Some(LookFinding::Files(look)))
    }

    fn without_outlines(links: Vec<PathLink>, found: Option<LookFinding>) -> Self {
        Self { links, found, blind_files: Vec::new(), outlines: ContentOutlines::default(), is_prefix: false }
    }
}

impl LookTarget {
    /// The source name under which a directory is watched. It starts with NUL, which no name of a document does.
    pub fn source_name(&self) -> String {
        match self {
            Self::Files(_) => String::new(),
            Self::Directory { path, .. } => Self::name_of_directory(path),
        }
    }

    /// The source name of a directory, by its absolute path.
    pub fn name_of_directory(path: &Path) -> String {
        format!("\0{}", path.display())
    }

    /// The timing of the debounce. A list of names is handed over at once: each new file is debounced by itself.
    pub fn timing(&self, options: WatchOptions) -> WatchOptions {
        match self {
            Self::Files(_) => options,
            Self::Directory { .. } => {
                WatchOptions { stability: Duration::ZERO, remove_after: None, ..options }
            }
        }
    }

    /// Looks at the files or the directory. Blocks.
    pub fn look(&self, basis: &LookBasis, max_bytes: usize) -> LookOutcome {
        // Links are read first. If one changes during the look, the next look finds it, because its links then differ.
        match self {
            Self::Files(group) => {
                let links = group.paths().into_iter().flat_map(links_to).collect();
                let blind_files = if basis.is_seen { Vec::new() } else { find_bind_mounts(group.paths()) };
                let Some(look) = group.look(basis.skip.as_ref(), max_bytes) else {
                    return LookOutcome { blind_files, ..LookOutcome::without_outlines(links, None) };
                };
                let outlines = ContentOutlines::new(&look.observed);
                let is_prefix =
                    basis.applied_outlines.as_ref().is_some_and(|applied| applied.has_prefix(&look.observed));
                let found = Some(LookFinding::Files(look));
                LookOutcome { links, found, blind_files, outlines, is_prefix }
            }
            Self::Directory { path, listing, .. } => {
                let links = listing.directories(path).iter().flat_map(|each| links_into(each)).collect();
                let found = match listing.list(path) {
                    Ok(listed) => LookFinding::Listing(listed),
                    Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
                        LookFinding::Listing(ListedFiles::default())
                    }
                    // Reported as an unreadable file, once: the files in it cannot be read either.
                    Err(error) => LookFinding::Files(GroupLook::without_content(FileFinding::Unreadable(
                        error.to_string(),
                    ))),
                };
                LookOutcome::without_outlines(links, Some(found))
            }
        }
    }
}

/// The finding of a directory with these documents.
pub(in crate::watch) fn listing_finding(listed: &ListedFiles) -> FileFinding {
    let mut all = Vec::new();
    // No path contains NUL, so different listings differ. The empty path stands between names and folders.
    let names = listed.names.iter().map(OsString::as_os_str);
    let unlisted = listed.unlisted.iter().flat_map(|one| [one.path.as_os_str(), OsStr::new(&one.reason)]);
    for part in names.chain([OsStr::new("")]).chain(unlisted) {
        all.extend(part.as_encoded_bytes());
        all.push(0);
    }
    FileFinding::Content(sha256(&all))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn listings_of_different_names_differ() {
        let finding = |names: &[&str]| {
            let names = names.iter().map(OsString::from).collect();
            listing_finding(&ListedFiles { names, unlisted: Vec::new() })
        };
        assert_ne!(finding(&["x.js", "y.js"]), finding(&["x.js/y.js"]));
    }
}
