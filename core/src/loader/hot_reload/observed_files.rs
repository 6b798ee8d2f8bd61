//! Changed files: what a watcher observed of the files of a source is loaded.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use super::HotReload;
use super::loaded_directory::DirectoryLoader;
use crate::error::{Error, ErrorCode, Result};
use crate::loader::load_audit as audit;
use crate::loader::load_listener::LoadListener;
use crate::loader::mutex::lock;
use crate::loader::pipeline::{
    Load, LoadInputs, LoadPipeline, LoadPurpose, LoadSubject, Truncation, TruncationVerdict,
};
use crate::loader::sources::LoadedSource;
use crate::retrieve::{self, Bundle, FetchedDocument, FileContents, WatchLocation, WatchTarget};
use crate::review::LoadTrigger;
use crate::spec::SpecSource;
use crate::tool::sha256::sha256;

impl HotReload<'_> {
    /// The watch target of a source.
    pub fn watch_target(self, name: &str) -> Result<WatchTarget> {
        let source = match (self.0.source(name), self.0.claims.watched(name)) {
            (Ok(source), _) => source,
            (Err(_), Some(target)) => return Ok(target),
            (Err(error), None) => return Err(error),
        };
        let source = lock(&source);
        let location = match &source.location {
            SpecSource::Path(path) => {
                // The tools were withdrawn: any content of the file counts as new.
                let applied = source.state.applied.filter(|_| source.state.withdrawn.is_none());
                WatchLocation::File(path.clone(), applied.unwrap_or_default())
            }
            SpecSource::Url(_) => {
                let checked = self.0.statuses.checked_at(name).unwrap_or_default();
                WatchLocation::Address(Duration::from_millis(self.0.now().saturating_sub(checked)))
            }
            SpecSource::Text(_) | SpecSource::Program(_) => WatchLocation::Text,
        };
        let (files, max_bytes) = (source.state.dependencies.files.clone(), source.options.limits.bytes);
        Ok(WatchTarget { location, files, max_bytes })
    }

    /// Loads the bytes of a changed file, and notifies the listener. A fault is reported once for each content.
    pub async fn load_bytes(self, name: &str, bytes: Result<Vec<u8>, String>, listener: &dyn LoadListener) {
        let files = bytes.map(FileContents::from_document);
        self.load_files(name, files, Truncation::Waited { is_prefix: false }, listener).await;
    }

    /// The same for all files of a document. Content that looks truncated changes nothing and notifies nobody.
    pub async fn load_files(
        self,
        name: &str,
        observed: Result<FileContents, String>,
        truncation: Truncation,
        listener: &dyn LoadListener,
    ) -> TruncationVerdict {
        let Ok(read_number) = self.0.begin_read() else { return TruncationVerdict::Done };
        let Ok(source) = self.0.source(name) else {
            DirectoryLoader(self.0).load_observed(name, read_number, observed, listener).await;
            return TruncationVerdict::Done;
        };
        let document = observed.as_ref().ok().and_then(|files| files.document.as_deref());
        let content = document.map(sha256);
        if !self.0.claims.may_change(name, &lock(&source).location)
            || observed.as_ref().is_ok_and(|files| self.is_in_use(&source, content, files))
        {
            return TruncationVerdict::Done;
        }
        let is_of_server = observed.is_ok() && document.is_none();
        let outcome = match self.read_observed(&source, observed).await {
            Ok(inputs) => {
                let inputs = LoadInputs { truncation: Some(truncation), ..inputs };
                let subject = LoadSubject::Source { source: &source, gates: None };
                let load = Load { read_number, purpose: LoadPurpose::Apply(LoadTrigger::Watch), subject };
                LoadPipeline(self.0).load_inputs(load, inputs).await
            }
            Err(error) => Err(error),
        };
        let may_wait = truncation == Truncation::Possible;
        if outcome.as_ref().is_ok_and(|done| may_wait && done.report.truncated) {
            return TruncationVerdict::Truncated;
        }
        self.0.update_status(name, &outcome);
        let is_news = outcome.as_ref().err().is_none_or(|error| {
            let mut source = lock(&source);
            source.state.awaits_server |= is_of_server && !is_of_content(error);
            source.state.is_new_fault(content, error)
        });
        if is_news {
            audit::record_load(&self.0.registry, LoadTrigger::Watch, name, &outcome);
        }
        match outcome {
            Ok(done) => listener.reloaded(&done.report),
            Err(error) if is_news => listener.reload_failed(name, &error),
            Err(_) => {}
        }
        TruncationVerdict::Done
    }

    /// Whether the observed files are those in use. Then the source has no fault any more.
    fn is_in_use(
        self,
        source: &Mutex<LoadedSource>,
        content: Option<[u8; 32]>,
        files: &FileContents,
    ) -> bool {
        let mut source = lock(source);
        if source.state.withdrawn.is_some() || !source.state.is_made_of(content, files) {
            return false;
        }
        source.state.clear_faults();
        self.0.statuses.clear_fault(&source.name);
        self.0.unmark_restored(&mut source);
        true
    }

    /// The inputs of a load from observed files. A document of a server is fetched.
    async fn read_observed(
        self,
        source: &Mutex<LoadedSource>,
        observed: Result<FileContents, String>,
    ) -> Result<LoadInputs> {
        let (location, max_bytes) = {
            let source = lock(source);
            (source.location.clone(), source.options.limits.bytes)
        };
        let unreadable =
            |reason| Error::SourceUnreadable { location: location.display_location(), reason, status: None };
        let FileContents { document, files } = observed.map_err(unreadable)?;
        let read = match document {
            Some(document) => FetchedDocument::from(document),
            None => retrieve::fetch_document(&location, &*self.0.client, max_bytes).await?,
        };
        Ok(LoadInputs::new(Bundle::new(&location, read).with_preread_files(files)))
    }

    /// Marks the file of a document as missing, and notifies the listener.
    pub fn report_missing(self, name: &str, listener: &dyn LoadListener) {
        let Ok(source) = self.0.source(name) else { return };
        let location = lock(&source).location.display_location();
        let reason = "the file is missing".to_owned();
        let error = Error::SourceUnreadable { location: location.clone(), reason, status: None };
        self.0.statuses.failed(name, &error, self.0.now());
        listener.source_missing(name, &location);
    }

    /// Withdraws the tools of a document whose file is missing, in one revision. They are restored with the file.
    pub fn withdraw_tools(self, name: &str) {
        let Ok(source) = self.0.source(name) else { return };
        let mut source = lock(&source);
        if source.state.withdrawn.is_some() {
            return;
        }
        let tools: Vec<Arc<_>> = self.0.registry.snapshot().tools_of(name).cloned().collect();
        // A closed registry has no tools to withdraw.
        source.state.withdrawn = self.0.registry.unregister_source(name).is_ok().then_some(tools);
    }
}

/// Whether the error depends on the content alone: the same bytes would fail again.
pub fn is_of_content(error: &Error) -> bool {
    matches!(
        error.code(),
        ErrorCode::InvalidSpec
            | ErrorCode::UnsupportedSpec
            | ErrorCode::UnresolvedRef
            | ErrorCode::HiddenUnicode
            | ErrorCode::LimitExceeded
            | ErrorCode::GateRefused
    )
}
