//! Directories of documents: which files in one are documents, and what their sources are called.

use std::collections::BTreeSet;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::listener::LoadListener;
use super::options::LoadOptions;
use super::reading::{self, Reading};
use super::report::LoadReport;
use super::spec_loader::SpecLoader;
use super::watching::{Files, Stand, Watched};
use crate::error::{Error, ErrorCode, Result};
use crate::exec::auth::Bond;
use crate::json::HashMap;
use crate::spec::SpecSource;
use crate::tool::fingerprint::sha256;

/// What the names of documents end in.
const ENDINGS: [&str; 3] = ["json", "yaml", "yml"];

/// What came of loading a directory.
#[derive(Debug, Default)]
pub struct DirectoryReport {
    /// Of the documents that are loaded, by the names of their files.
    pub reports: Vec<LoadReport>,
    /// The files that are not, and cost the others nothing.
    pub failed: Vec<FailedDocument>,
}

/// A file of a directory that is not loaded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FailedDocument {
    /// Where it stands.
    pub location: String,
    /// Why it is not.
    pub error: Error,
}

/// What a new listing of a directory means for those who watch its files.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Listing {
    /// Sources whose files are to be watched from now on, loaded or not.
    pub found: Vec<String>,
    /// Sources that were never loaded, and whose files are gone.
    pub lost: Vec<String>,
}

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

/// The directories of a loader, and the names that their files have.
#[derive(Default)]
pub struct Folders(Mutex<Entries>);

#[derive(Default)]
struct Entries {
    folders: HashMap<PathBuf, Folder>,
    claims: HashMap<String, Claim>,
}

struct Folder {
    options: LoadOptions,
    /// The names of all files that were found in it and are not to be looked at as new.
    known: BTreeSet<OsString>,
}

/// A file that has a source name, whether it could be loaded or not.
struct Claim {
    path: PathBuf,
    options: LoadOptions,
    /// SHA-256 of what was read when it was last tried.
    tried: [u8; 32],
    /// The fault that was told, so that it is told once.
    told: Option<([u8; 32], ErrorCode)>,
}

impl Folders {
    /// Names a file after its stem; the name, and how the file is to be loaded. The first file of a name keeps it.
    fn claim(&self, path: &Path, options: &LoadOptions) -> Result<(String, LoadOptions)> {
        let location = path.display().to_string();
        let Some(name) = SpecSource::Path(path.to_owned()).stem() else {
            let reason = "its name is no Unicode".to_owned();
            return Err(Error::SourceUnreadable { location, reason, status: None });
        };
        let mut entries = self.entries();
        if let Some(claim) = entries.claims.get(&name).filter(|claim| claim.path != path) {
            return Err(Error::SourceTaken { name, location: claim.path.display().to_string() });
        }
        // Each has an API of its own, and of who may have the credentials of all of them the caller's word alone counts.
        let bond = if options.base_url.is_none() { Bond::of_stranger() } else { Bond::default() };
        let options = LoadOptions { name: Some(name.clone()), bond: Arc::new(bond), ..options.clone() };
        let claim = Claim { path: path.to_owned(), options: options.clone(), tried: [0; 32], told: None };
        entries.claims.insert(name.clone(), claim);
        Ok((name, options))
    }

    /// Notes how a load of a claimed file went: whether the fault is news.
    fn is_news(&self, name: &str, content: [u8; 32], error: &Error) -> bool {
        let mut entries = self.entries();
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

    fn claimed(&self, name: &str) -> Option<(PathBuf, LoadOptions)> {
        self.entries().claims.get(name).map(|claim| (claim.path.clone(), claim.options.clone()))
    }

    /// Whether what was seen under a name may change the source that stands there: it may not be that of another file.
    pub fn may_change(&self, name: &str, place: &SpecSource) -> bool {
        let entries = self.entries();
        entries.claims.get(name).is_none_or(|claim| *place == SpecSource::Path(claim.path.clone()))
    }

    /// A file that could not be loaded, as it is to be watched.
    pub fn watched(&self, name: &str) -> Option<Watched> {
        let entries = self.entries();
        let claim = entries.claims.get(name)?;
        let stand = Stand::File(claim.path.clone(), claim.tried);
        Some(Watched { stand, parts: Vec::new(), max_bytes: claim.options.limits.bytes })
    }

    /// Lets go of a source's name.
    pub fn forget(&self, name: &str) {
        self.entries().claims.remove(name);
    }

    /// Lets go of everything.
    pub fn clear(&self) {
        *self.entries() = Entries::default();
    }

    /// A thread that panicked left all of it whole.
    fn entries(&self) -> MutexGuard<'_, Entries> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl SpecLoader {
    /// Loads every document directly in a directory as a source that is named by its file's stem. One that cannot be
    /// loaded costs the others nothing. An error changes nothing.
    pub async fn load_directory(&self, directory: &Path, options: LoadOptions) -> Result<DirectoryReport> {
        if options.name.is_some() {
            let reason = "the sources of a directory are named by their files".to_owned();
            return Err(Error::InvalidOptions { option: "name".to_owned(), reason });
        }
        if options.auth.is_given() && options.base_url.is_none() && !options.auth.names_origins() {
            let reason = "any document of a directory could have them sent anywhere: name the origins that they are for";
            return Err(Error::InvalidOptions {
                option: "authOrigins".to_owned(),
                reason: reason.to_owned(),
            });
        }
        self.reading()?;
        let names = documents_in(directory).map_err(|error| Error::SourceUnreadable {
            location: directory.display().to_string(),
            reason: error.to_string(),
            status: None,
        })?;
        let mut report = DirectoryReport::default();
        for name in &names {
            let path = directory.join(name);
            match self.load_claimed(&path, &options).await {
                Ok(loaded) => report.reports.push(loaded),
                Err(error) => {
                    report.failed.push(FailedDocument { location: path.display().to_string(), error });
                }
            }
        }
        let folder = Folder { options, known: names.into_iter().collect() };
        self.folders.entries().folders.insert(directory.to_owned(), folder);
        Ok(report)
    }

    async fn load_claimed(&self, path: &Path, options: &LoadOptions) -> Result<LoadReport> {
        let (name, options) = self.folders.claim(path, options)?;
        let mut content = [0; 32];
        let outcome = match (self.reading(), reading::file(path, options.limits.bytes)) {
            (Ok(reading), Ok(bytes)) => {
                content = sha256(&bytes);
                let place = SpecSource::Path(path.to_owned());
                self.load_read(reading, Reading::from(bytes), place, options).await
            }
            (Err(error), _) | (_, Err(error)) => Err(error),
        };
        outcome.inspect_err(|error| {
            self.folders.is_news(&name, content, error);
        })
    }

    /// The files that were found in a directory so far, and the sources that have their names; `None` for a directory that
    /// was not loaded.
    pub fn folder(&self, directory: &Path) -> Option<(Vec<OsString>, Vec<String>)> {
        let entries = self.folders.entries();
        let folder = entries.folders.get(directory)?;
        let claims = entries.claims.iter().filter(|(_, claim)| claim.path.parent() == Some(directory));
        Some((folder.known.iter().cloned().collect(), claims.map(|(name, _)| name.clone()).collect()))
    }

    /// Takes a new listing of a directory. What is new gets a name, and is loaded when a watcher has seen its content.
    pub fn listed(&self, directory: &Path, names: &[OsString], listener: &dyn LoadListener) -> Listing {
        let mut listing = Listing::default();
        let (fresh, options) = {
            let mut entries = self.folders.entries();
            let Entries { folders, claims } = &mut *entries;
            let Some(folder) = folders.get_mut(directory) else { return listing };
            folder.known.retain(|name| {
                if names.contains(name) {
                    return true;
                }
                let path = directory.join(name);
                let claim = claims.iter().find(|(_, claim)| claim.path == path).map(|(name, _)| name.clone());
                match claim {
                    // Whoever watches it has seen that it is gone.
                    Some(name) if self.source(&name).is_ok() => true,
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
            (fresh, folder.options.clone())
        };
        for name in fresh {
            let path = directory.join(name);
            match self.folders.claim(&path, &options) {
                Ok((source, _)) => listing.found.push(source),
                // It has no name that could be told.
                Err(error) => listener.reload_failed(&path.display().to_string(), &error),
            }
        }
        listing
    }

    /// Loads a file of a directory that was not loaded so far, now that there is something new in it.
    pub(super) async fn adopt(
        &self,
        name: &str,
        reading: u64,
        observed: Result<Files, String>,
        listener: &dyn LoadListener,
    ) {
        let Some((path, options)) = self.folders.claimed(name) else { return };
        let mut content = [0; 32];
        let outcome = match observed {
            Ok(files) => {
                let bytes = files.document.unwrap_or_default();
                content = sha256(&bytes);
                self.load_read(reading, Reading::from(bytes), SpecSource::Path(path), options).await
            }
            Err(reason) => {
                let location = path.display().to_string();
                Err(Error::SourceUnreadable { location, reason, status: None })
            }
        };
        match outcome {
            Ok(report) => listener.reloaded(&report),
            Err(error) if self.folders.is_news(name, content, &error) => listener.reload_failed(name, &error),
            Err(_) => {}
        }
    }
}
