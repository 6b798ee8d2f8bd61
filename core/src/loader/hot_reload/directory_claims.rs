//! The claims of a directory's files: which file has which source name, and what a new listing changes.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use crate::auth::OriginBinding;
use crate::error::{Error, ErrorCode, Result};
use crate::json::HashMap;
use crate::loader::mutex::lock;
use crate::loader::options::LoadOptions;
use crate::retrieve::{WatchLocation, WatchTarget};
use crate::spec::SpecSource;

/// What a new listing of a directory changes for a watcher.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DirectoryChanges {
    /// Sources whose files have to be watched now, loaded or not.
    pub found: Vec<String>,
    /// Sources that were never loaded, and whose files are missing now.
    pub lost: Vec<String>,
}

/// The new files of a directory, and the options that load them.
pub struct NewFiles {
    /// The changes for a watcher.
    pub changes: DirectoryChanges,
    /// Files without a source name so far.
    pub fresh: Vec<OsString>,
    /// The load options of the directory.
    pub options: LoadOptions,
}

/// The directories of a loader, and the source names that their files claim.
#[derive(Default)]
pub struct DirectoryClaims(Mutex<ClaimTable>);

#[derive(Default)]
struct ClaimTable {
    folders: HashMap<PathBuf, LoadedDirectory>,
    claims: HashMap<String, FileClaim>,
}

struct LoadedDirectory {
    options: LoadOptions,
    /// The file names that were found so far.
    known: BTreeSet<OsString>,
}

/// A file that claims a source name, loaded or not.
struct FileClaim {
    path: PathBuf,
    options: LoadOptions,
    /// SHA-256 of the content at the last attempt.
    tried: [u8; 32],
    /// The fault that was reported last, so that it is reported once.
    reported: Option<([u8; 32], ErrorCode)>,
}

impl DirectoryClaims {
    /// Claims the file's stem as source name. Gives the name and the load options. The first file of a name keeps it.
    pub fn claim(&self, path: &Path, options: &LoadOptions) -> Result<(String, LoadOptions)> {
        let location = path.display().to_string();
        let Some(name) = SpecSource::Path(path.to_owned()).stem() else {
            let reason = "the file name is not valid Unicode; rename the file".to_owned();
            return Err(Error::SourceUnreadable { location, reason, status: None });
        };
        let mut entries = lock(&self.0);
        if let Some(claim) = entries.claims.get(&name).filter(|claim| claim.path != path) {
            return Err(Error::SourceTaken { name, location: claim.path.display().to_string() });
        }
        // Documents of a directory are of different APIs: credentials go only to origins that the caller names.
        let binding = if options.conversion.base_url.is_none() {
            OriginBinding::for_unseen_document()
        } else {
            OriginBinding::default()
        };
        let mut options = LoadOptions { name: Some(name.clone()), ..options.clone() };
        options.conversion.origin_binding = Arc::new(binding);
        let claim =
            FileClaim { path: path.to_owned(), options: options.clone(), tried: [0; 32], reported: None };
        entries.claims.insert(name.clone(), claim);
        Ok((name, options))
    }

    /// Records a failed load of a claimed file; whether the fault is new.
    pub fn is_new_fault(&self, name: &str, content: [u8; 32], error: &Error) -> bool {
        let mut entries = lock(&self.0);
        if matches!(error, Error::SourceTaken { .. }) {
            // Another source has the name: the file loses its claim.
            entries.claims.remove(name);
            return true;
        }
        let Some(claim) = entries.claims.get_mut(name) else { return true };
        claim.tried = content;
        let fault = Some((content, error.code()));
        std::mem::replace(&mut claim.reported, fault) != fault
    }

    pub fn claimed(&self, name: &str) -> Option<(PathBuf, LoadOptions)> {
        lock(&self.0).claims.get(name).map(|claim| (claim.path.clone(), claim.options.clone()))
    }

    /// Whether a file event under this name may reload the source at `location`: not where another file claims the name.
    pub fn may_change(&self, name: &str, location: &SpecSource) -> bool {
        let entries = lock(&self.0);
        entries.claims.get(name).is_none_or(|claim| *location == SpecSource::Path(claim.path.clone()))
    }

    /// The watch target of a file that is not loaded.
    pub fn watched(&self, name: &str) -> Option<WatchTarget> {
        let entries = lock(&self.0);
        let claim = entries.claims.get(name)?;
        let location = WatchLocation::File(claim.path.clone(), claim.tried);
        Some(WatchTarget { location, files: Vec::new(), max_bytes: claim.options.limits.bytes })
    }

    /// Releases the claim of a source name.
    pub fn forget(&self, name: &str) {
        lock(&self.0).claims.remove(name);
    }

    /// Releases everything.
    pub fn clear(&self) {
        *lock(&self.0) = ClaimTable::default();
    }

    /// Adds a directory with its file names.
    pub fn add(&self, directory: &Path, options: LoadOptions, names: Vec<OsString>) {
        let folder = LoadedDirectory { options, known: names.into_iter().collect() };
        lock(&self.0).folders.insert(directory.to_owned(), folder);
    }

    /// The file names of a directory and its source names; `None` for a directory that was not loaded.
    pub fn files_of(&self, directory: &Path) -> Option<(Vec<OsString>, Vec<String>)> {
        let entries = lock(&self.0);
        let folder = entries.folders.get(directory)?;
        let claims = entries.claims.iter().filter(|(_, claim)| claim.path.parent() == Some(directory));
        Some((folder.known.iter().cloned().collect(), claims.map(|(name, _)| name.clone()).collect()))
    }

    /// Compares a new listing of a directory with the last. `is_loaded` says whether a source of a name is loaded.
    pub fn list(
        &self,
        directory: &Path,
        names: &[OsString],
        is_loaded: impl Fn(&str) -> bool,
    ) -> Option<NewFiles> {
        let mut changes = DirectoryChanges::default();
        let mut entries = lock(&self.0);
        let ClaimTable { folders, claims } = &mut *entries;
        let folder = folders.get_mut(directory)?;
        folder.known.retain(|name| {
            if names.contains(name) {
                return true;
            }
            let path = directory.join(name);
            let claim = claims.iter().find(|(_, claim)| claim.path == path).map(|(name, _)| name.clone());
            match claim {
                // The watcher of a loaded file reports that it is missing.
                Some(name) if is_loaded(&name) => true,
                Some(name) => {
                    claims.remove(&name);
                    changes.lost.push(name);
                    false
                }
                None => false,
            }
        });
        let fresh: Vec<_> = names.iter().filter(|name| !folder.known.contains(*name)).cloned().collect();
        folder.known.extend(fresh.iter().cloned());
        Some(NewFiles { changes, fresh, options: folder.options.clone() })
    }
}
