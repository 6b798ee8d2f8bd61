//! Directories of documents: each file is a source that is named by its stem.

use std::ffi::OsString;
use std::path::Path;

use super::HotReload;
use super::directory_claims::{DirectoryChanges, NewFiles};
use crate::error::{Error, Result};
use crate::loader::load_audit as audit;
use crate::loader::load_listener::LoadListener;
use crate::loader::load_report::LoadReport;
use crate::loader::loader_context::LoaderContext;
use crate::loader::options::LoadOptions;
use crate::loader::pipeline::{Load, LoadPipeline, LoadPurpose, LoadSubject};
use crate::retrieve::{self, DirectoryListing, FetchedDocument, FileContents};
use crate::review::LoadTrigger;
use crate::spec::SpecSource;
use crate::tool::sha256::sha256;

/// The report of a loaded directory.
#[derive(Debug, Default)]
pub struct DirectoryReport {
    /// The reports of the documents that are loaded, in the order of their file names.
    pub reports: Vec<LoadReport>,
    /// The files that could not be loaded. The others are loaded all the same.
    pub failed: Vec<FailedDocument>,
}

/// A file of a directory that is not loaded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FailedDocument {
    /// The path of the file.
    pub location: String,
    /// Why it is not loaded.
    pub error: Error,
}

/// The files of a directory are loaded one by one, as `load` loads one.
const PURPOSE: LoadPurpose = LoadPurpose::Apply(LoadTrigger::Load);

/// Loads directories and their files.
#[derive(Clone, Copy)]
pub struct DirectoryLoader<'l>(pub &'l LoaderContext);

impl DirectoryLoader<'_> {
    /// Loads every document directly in a directory.
    ///
    /// # Errors
    /// `INVALID_OPTIONS` for a name, or for credentials without origins; `SOURCE_UNREADABLE` where the directory cannot be listed.
    pub async fn load(self, directory: &Path, options: LoadOptions) -> Result<DirectoryReport> {
        check_options(&options)?;
        self.0.ensure_open()?;
        let listed =
            DirectoryListing::Documents.list(directory).map_err(|error| Error::SourceUnreadable {
                location: directory.display().to_string(),
                reason: retrieve::unreadable_reason(directory, &error),
                status: None,
            })?;
        let names = listed.names;
        let mut report = DirectoryReport::default();
        for name in &names {
            let path = directory.join(name);
            match self.load_file(&path, &options).await {
                Ok(loaded) => report.reports.push(loaded),
                Err(error) => {
                    report.failed.push(FailedDocument { location: path.display().to_string(), error });
                }
            }
        }
        self.0.claims.add(directory, options, names);
        Ok(report)
    }

    async fn load_file(self, path: &Path, options: &LoadOptions) -> Result<LoadReport> {
        let (name, options) = self.0.claims.claim(path, options)?;
        let mut content = [0; 32];
        let outcome = match (self.0.begin_read(), retrieve::read_file(path, options.limits.bytes)) {
            (Ok(read_number), Ok(bytes)) => {
                content = sha256(&bytes);
                let location = SpecSource::Path(path.to_owned());
                let subject = LoadSubject::Document { location: &location, options: &options };
                self.load_document(&name, Load { read_number, purpose: PURPOSE, subject }, bytes).await
            }
            (Err(error), _) | (_, Err(error)) => Err(error),
        };
        outcome.inspect_err(|error| {
            self.0.claims.is_new_fault(&name, content, error);
        })
    }

    /// Loads a file of a directory that was not loaded so far, now that a watcher has seen its content.
    pub async fn load_observed(
        self,
        name: &str,
        read_number: u64,
        observed: Result<FileContents, String>,
        listener: &dyn LoadListener,
    ) {
        let Some((path, options)) = self.0.claims.claimed(name) else { return };
        let mut content = [0; 32];
        let outcome = match observed {
            Ok(files) => {
                let bytes = files.document.unwrap_or_default();
                content = sha256(&bytes);
                let location = SpecSource::Path(path);
                let subject = LoadSubject::Document { location: &location, options: &options };
                self.load_document(name, Load { read_number, purpose: PURPOSE, subject }, bytes).await
            }
            Err(reason) => {
                let location = path.display().to_string();
                Err(Error::SourceUnreadable { location, reason, status: None })
            }
        };
        match outcome {
            Ok(report) => listener.reloaded(&report),
            Err(error) if self.0.claims.is_new_fault(name, content, &error) => {
                listener.reload_failed(name, &error);
            }
            Err(_) => {}
        }
    }

    async fn load_document(self, name: &str, load: Load<'_>, bytes: Vec<u8>) -> Result<LoadReport> {
        let outcome = LoadPipeline(self.0).load_read(load, FetchedDocument::from(bytes)).await;
        audit::record_load(&self.0.registry, LoadTrigger::Load, name, &outcome);
        Ok(outcome?.report)
    }
}

impl HotReload<'_> {
    /// The files that were found in a directory so far, and the names of their sources; `None` for a directory that was not
    /// loaded.
    pub fn directory(self, directory: &Path) -> Option<(Vec<OsString>, Vec<String>)> {
        self.0.claims.files_of(directory)
    }

    /// Takes a new listing of a directory. A new file gets a source name, and is loaded when a watcher has seen its content.
    pub fn update_listing(
        self,
        directory: &Path,
        names: &[OsString],
        listener: &dyn LoadListener,
    ) -> DirectoryChanges {
        let is_loaded = |name: &str| self.0.source(name).is_ok();
        let Some(NewFiles { mut changes, fresh, options }) = self.0.claims.list(directory, names, is_loaded)
        else {
            return DirectoryChanges::default();
        };
        for name in fresh {
            let path = directory.join(name);
            match self.0.claims.claim(&path, &options) {
                Ok((source, _)) => changes.found.push(source),
                // The source has no name: its path is reported.
                Err(error) => listener.reload_failed(&path.display().to_string(), &error),
            }
        }
        changes
    }
}

/// Whether the options can be those of many documents.
fn check_options(options: &LoadOptions) -> Result<()> {
    if options.name.is_some() {
        let reason = "the sources of a directory are named by their files; leave the name out".to_owned();
        return Err(Error::InvalidOptions { option: "name".to_owned(), reason });
    }
    let auth = &options.conversion.auth;
    if auth.is_given() && options.conversion.base_url.is_none() && !auth.names_origins() {
        let reason = "any document of a directory could send the credentials to its own server; \
            list the origins that may receive them"
            .to_owned();
        return Err(Error::InvalidOptions { option: "network.authOrigins".to_owned(), reason });
    }
    Ok(())
}
