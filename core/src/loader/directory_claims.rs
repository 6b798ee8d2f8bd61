//! The directories that a loader was given, and the names that their files have.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use super::lock::lock;
use super::options::LoadOptions;
use crate::auth::OriginBinding;
use crate::error::{Error, ErrorCode, Result};
use crate::json::HashMap;
use crate::retrieve::{WatchLocation, WatchTarget};
use crate::spec::SpecSource;

/// What a new listing of a directory means for those who watch its files.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DirectoryChanges {
    /// Sources whose files are to be watched from now on, loaded or not.
    pub found: Vec<String>,
    /// Sources that were never loaded, and whose files are gone.
    pub lost: Vec<String>,
}

/// What is new in a directory, and how its files are loaded.
pub struct NewFiles {
    /// What it means for those who watch the directory.
    pub listing: DirectoryChanges,
    /// Files that have no name yet.
    pub fresh: Vec<OsString>,
    /// How the files of the directory are loaded.
    pub options: LoadOptions,
}

/// The directories of a loader, and the names that their files have.
#[derive(Default)]
pub struct DirectoryClaims(Mutex<ClaimTable>);

#[derive(Default)]
struct ClaimTable {
    folders: HashMap<PathBuf, LoadedDirectory>,
    claims: HashMap<String, FileClaim>,
}

struct LoadedDirectory {
    options: LoadOptions,
    /// The names of all files that were found in it and are not to be looked at as new.
    known: BTreeSet<OsString>,
}

/// A file that has a source name, whether it could be loaded or not.
struct FileClaim {
    path: PathBuf,
    options: LoadOptions,
    /// SHA-256 of what was read when it was last tried.
    tried: [u8; 32],
    /// The fault that was told, so that it is told once.
    told: Option<([u8; 32], ErrorCode)>,
}

impl DirectoryClaims {
    /// Names a file after its stem; the name, and how the file is to be loaded. The first file of a name keeps it.
    pub fn claim(&self, path: &Path, options: &LoadOptions) -> Result<(String, LoadOptions)> {
        let location = path.display().to_string();
        let Some(name) = SpecSource::Path(path.to_owned()).stem() else {
            let reason = "its name is no Unicode".to_owned();
            return Err(Error::SourceUnreadable { location, reason, status: None });
        };
        let mut entries = lock(&self.0);
        if let Some(claim) = entries.claims.get(&name).filter(|claim| claim.path != path) {
            return Err(Error::SourceTaken { name, location: claim.path.display().to_string() });
        }
        // Each has an API of its own, and of who may have the credentials of all of them the caller's word alone counts.
        let bond = if options.conversion.base_url.is_none() {
            OriginBinding::of_stranger()
        } else {
            OriginBinding::default()
        };
        let mut options = LoadOptions { name: Some(name.clone()), ..options.clone() };
        options.conversion.bond = Arc::new(bond);
        let claim = FileClaim { path: path.to_owned(), options: options.clone(), tried: [0; 32], told: None };
        entries.claims.insert(name.clone(), claim);
        Ok((name, options))
    }

    /// Notes how a load of a claimed file went: whether the fault is news.
    pub fn is_news(&self, name: &str, content: [u8; 32], error: &Error) -> bool {
        let mut entries = lock(&self.0);
        if matches!(error, Error::SourceTaken { .. }) {
            // Somebody else's source has the name: this file has none.
            entries.claims.remove(name);
            return true;
        }
        let Some(claim) = entries.claims.get_mut(name) else { return true };
        claim.tried = content;
        let fault = Some((content, error.code()));
        std::mem::replace(&mut claim.told, fault) != fault
    }

    pub fn claimed(&self, name: &str) -> Option<(PathBuf, LoadOptions)> {
        lock(&self.0).claims.get(name).map(|claim| (claim.path.clone(), claim.options.clone()))
    }

    /// Whether a file event under this name may reload the source at `place`: only where the name is not claimed by another file.
    pub fn may_change(&self, name: &str, place: &SpecSource) -> bool {
        let entries = lock(&self.0);
        entries.claims.get(name).is_none_or(|claim| *place == SpecSource::Path(claim.path.clone()))
    }

    /// A file that could not be loaded, as it is to be watched.
    pub fn watched(&self, name: &str) -> Option<WatchTarget> {
        let entries = lock(&self.0);
        let claim = entries.claims.get(name)?;
        let location = WatchLocation::File(claim.path.clone(), claim.tried);
        Some(WatchTarget { location, files: Vec::new(), max_bytes: claim.options.limits.bytes })
    }

    /// Lets go of a source's name.
    pub fn forget(&self, name: &str) {
        lock(&self.0).claims.remove(name);
    }

    /// Lets go of everything.
    pub fn clear(&self) {
        *lock(&self.0) = ClaimTable::default();
    }

    /// Notes a directory with the names of its files.
    pub fn add(&self, directory: &Path, options: LoadOptions, names: Vec<OsString>) {
        let folder = LoadedDirectory { options, known: names.into_iter().collect() };
        lock(&self.0).folders.insert(directory.to_owned(), folder);
    }

    /// The files that were found in a directory so far, and the sources that have their names; `None` for a directory that was
    /// not loaded.
    pub fn files_of(&self, directory: &Path) -> Option<(Vec<OsString>, Vec<String>)> {
        let entries = lock(&self.0);
        let folder = entries.folders.get(directory)?;
        let claims = entries.claims.iter().filter(|(_, claim)| claim.path.parent() == Some(directory));
        Some((folder.known.iter().cloned().collect(), claims.map(|(name, _)| name.clone()).collect()))
    }

    /// Takes a new listing of a directory. `is_loaded` says whether there is a source of a name.
    pub fn list(
        &self,
        directory: &Path,
        names: &[OsString],
        is_loaded: impl Fn(&str) -> bool,
    ) -> Option<NewFiles> {
        let mut listing = DirectoryChanges::default();
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
                // Whoever watches it has seen that it is gone.
                Some(name) if is_loaded(&name) => true,
                Some(name) => {
                    claims.remove(&name);
                    listing.lost.push(name);
                    false
                }
                None => false,
            }
        });
        let fresh: Vec<_> = names.iter().filter(|name| !folder.known.contains(*name)).cloned().collect();
        folder.known.extend(fresh.iter().cloned());
        Some(NewFiles { listing, fresh, options: folder.options.clone() })
    }
}
