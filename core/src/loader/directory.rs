//! Directories of documents: which files in one are documents, and what their sources are called.

use std::ffi::OsString;
use std::path::Path;

use super::directory_claims::{DirectoryChanges, NewFiles};
use super::load_listener::LoadListener;
use super::load_report::LoadReport;
use super::options::LoadOptions;
use super::spec_loader::SpecLoader;
use crate::error::{Error, Result};
use crate::retrieve::FileContents;
use crate::retrieve::{self, FetchedDocument, list_documents};
use crate::spec::SpecSource;
use crate::tool::fingerprint::sha256;

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

impl SpecLoader {
    /// Loads every document directly in a directory as a source that is named by its file's stem. One that cannot be
    /// loaded costs the others nothing. An error changes nothing.
    pub async fn load_directory(&self, directory: &Path, options: LoadOptions) -> Result<DirectoryReport> {
        if options.name.is_some() {
            let reason = "the sources of a directory are named by their files".to_owned();
            return Err(Error::InvalidOptions { option: "name".to_owned(), reason });
        }
        if options.conversion.auth.is_given()
            && options.conversion.base_url.is_none()
            && !options.conversion.auth.names_origins()
        {
            let reason = "any document of a directory could have them sent anywhere: name the origins that they are for";
            return Err(Error::InvalidOptions {
                option: "authOrigins".to_owned(),
                reason: reason.to_owned(),
            });
        }
        self.reading()?;
        let names = list_documents(directory).map_err(|error| Error::SourceUnreadable {
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
        self.folders.add(directory, options, names);
        Ok(report)
    }

    async fn load_claimed(&self, path: &Path, options: &LoadOptions) -> Result<LoadReport> {
        let (name, options) = self.folders.claim(path, options)?;
        let mut content = [0; 32];
        let outcome = match (self.reading(), retrieve::read_file(path, options.limits.bytes)) {
            (Ok(reading), Ok(bytes)) => {
                content = sha256(&bytes);
                let place = SpecSource::Path(path.to_owned());
                self.load_read(reading, FetchedDocument::from(bytes), place, options).await
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
        self.folders.files_of(directory)
    }

    /// Takes a new listing of a directory. What is new gets a name, and is loaded when a watcher has seen its content.
    pub fn listed(
        &self,
        directory: &Path,
        names: &[OsString],
        listener: &dyn LoadListener,
    ) -> DirectoryChanges {
        let is_loaded = |name: &str| self.source(name).is_ok();
        let Some(NewFiles { mut listing, fresh, options }) = self.folders.list(directory, names, is_loaded)
        else {
            return DirectoryChanges::default();
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
        observed: Result<FileContents, String>,
        listener: &dyn LoadListener,
    ) {
        let Some((path, options)) = self.folders.claimed(name) else { return };
        let mut content = [0; 32];
        let outcome = match observed {
            Ok(files) => {
                let bytes = files.document.unwrap_or_default();
                content = sha256(&bytes);
                self.load_read(reading, FetchedDocument::from(bytes), SpecSource::Path(path), options).await
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
