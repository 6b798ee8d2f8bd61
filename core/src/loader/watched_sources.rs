//! Hot reload: what a watcher asks and hands over, and the polling of servers.

use std::sync::Mutex;
use std::time::{Duration, SystemTime};

use url::Url;

use super::load_audit as audit;
use super::load_listener::LoadListener;
use super::load_request::LoadPurpose;
use super::loaded_source::{LoadedSource, RefusedContent};
use super::lock::lock;
use super::progress::LoadInputs;
use super::spec_loader::SpecLoader;
use super::truncated_document::{Truncation, TruncationVerdict};
use crate::error::{Error, ErrorCode, Result};
use crate::json::checksum;
use crate::retrieve::Bundle;
use crate::retrieve::{self, FetchedDocument, Validators};
use crate::retrieve::{FileContents, WatchLocation, WatchTarget};
use crate::retrieve::{PollAnswer, PollOutcome, PollRequest};
use crate::review::Trigger;
use crate::spec::SpecSource;
use crate::tool::fingerprint::sha256;

impl SpecLoader {
    /// The watch target of a source.
    pub fn watched(&self, name: &str) -> Result<WatchTarget> {
        let source = match (self.source(name), self.folders.watched(name)) {
            (Ok(source), _) => source,
            (Err(_), Some(watched)) => return Ok(watched),
            (Err(error), None) => return Err(error),
        };
        let source = lock(&source);
        let location = match &source.place {
            SpecSource::Path(path) => {
                // The tools were withdrawn: any content of the file counts as new.
                let applied = source.state.applied.filter(|_| source.state.withdrawn.is_none());
                WatchLocation::File(path.clone(), applied.unwrap_or_default())
            }
            SpecSource::Url(_) => {
                let checked = self.statuses.checked_at(name).unwrap_or_default();
                WatchLocation::Address(Duration::from_millis(self.now().saturating_sub(checked)))
            }
            SpecSource::Text(_) => WatchLocation::Nowhere,
        };
        let (files, max_bytes) = (source.state.made.files.clone(), source.options.limits.bytes);
        Ok(WatchTarget { location, files, max_bytes })
    }

    /// Loads the bytes of a changed file, and notifies the listener. A fault is reported once for each content.
    pub async fn observed(&self, name: &str, observed: Result<Vec<u8>, String>, listener: &dyn LoadListener) {
        let (files, waited) =
            (observed.map(FileContents::of_one_file), Truncation::Waited { is_prefix: false });
        self.observed_files(name, files, waited, listener).await;
    }

    /// The same for all files of a document. Content that looks truncated changes nothing and notifies nobody.
    pub async fn observed_files(
        &self,
        name: &str,
        observed: Result<FileContents, String>,
        truncation: Truncation,
        listener: &dyn LoadListener,
    ) -> TruncationVerdict {
        let Ok(reading) = self.reading() else { return TruncationVerdict::Done };
        let Ok(source) = self.source(name) else {
            self.adopt(name, reading, observed, listener).await;
            return TruncationVerdict::Done;
        };
        if !self.folders.may_change(name, &lock(&source).place) {
            return TruncationVerdict::Done;
        }
        let document = observed.as_ref().ok().and_then(|files| files.document.as_deref());
        let is_elsewhere = observed.is_ok() && document.is_none();
        let content = document.map(sha256);
        let (place, most) = {
            let mut source = lock(&source);
            let is_known = observed.as_ref().is_ok_and(|files| source.state.is_made_of(content, files));
            if is_known && source.state.withdrawn.is_none() {
                source.state.is_well();
                self.statuses.is_well(name);
                self.is_back(&mut source);
                return TruncationVerdict::Done;
            }
            (source.place.clone(), source.options.limits.bytes)
        };
        let read = match observed {
            Ok(FileContents { document: Some(document), files }) => {
                Ok((FetchedDocument::from(document), files))
            }
            Ok(FileContents { document: None, files }) => {
                retrieve::fetch_document(&place, &*self.client, most).await.map(|read| (read, files))
            }
            Err(reason) => Err(Error::SourceUnreadable { location: place.location(), reason, status: None }),
        };
        let outcome = match read {
            Ok((read, files)) => {
                let mut given = LoadInputs::new(Bundle::new(&place, read).with_preread_files(files));
                given.truncation = Some(truncation);
                self.renew(&source, reading, given, None, LoadPurpose::Entry(Trigger::Watch)).await
            }
            Err(error) => Err(error),
        };
        let is_left = truncation == Truncation::Possible;
        if outcome.as_ref().is_ok_and(|done| is_left && done.report.truncated) {
            return TruncationVerdict::Truncated;
        }
        self.judge(name, &outcome);
        let is_news = outcome.as_ref().err().is_none_or(|error| {
            let mut source = lock(&source);
            source.state.is_behind |= is_elsewhere && !is_of_content(error);
            source.state.is_news(content, error)
        });
        if is_news {
            audit::record(&self.registry, Trigger::Watch, name, &outcome);
        }
        match outcome {
            Ok(done) => listener.reloaded(&done.report),
            Err(error) if is_news => listener.reload_failed(name, &error),
            Err(_) => {}
        }
        TruncationVerdict::Done
    }

    /// Updates the status of a source after it was read.
    pub(super) fn judge<T>(&self, name: &str, outcome: &Result<T>) {
        match outcome {
            Ok(_) => self.statuses.confirmed(name, self.now()),
            Err(error) => self.statuses.failed(name, error, self.now()),
        }
    }

    /// Marks the file of a document as missing, and notifies the listener.
    pub fn missing(&self, name: &str, listener: &dyn LoadListener) {
        let Ok(source) = self.source(name) else { return };
        let location = lock(&source).place.location();
        let reason = "the file is missing".to_owned();
        let error = Error::SourceUnreadable { location: location.clone(), reason, status: None };
        self.statuses.failed(name, &error, self.now());
        listener.source_missing(name, &location);
    }

    /// Withdraws the tools of a document whose file is missing, in one revision. They are restored with the file.
    pub fn withdraw(&self, name: &str) {
        let Ok(source) = self.source(name) else { return };
        let mut source = lock(&source);
        if source.state.withdrawn.is_some() {
            return;
        }
        let tools = self.registry.snapshot().tools_of(name).cloned().collect();
        // A closed registry has no tools to withdraw.
        source.state.withdrawn = self.registry.unregister_source(name).is_ok().then_some(tools);
    }

    /// Polls the server of a document within a deadline, and notifies the listener of a change or a new fault.
    pub async fn poll(&self, name: &str, deadline: Duration, listener: &dyn LoadListener) -> PollOutcome {
        let Ok((reading, source)) = self.reading().and_then(|reading| Ok((reading, self.source(name)?)))
        else {
            return PollOutcome::Gone;
        };
        let (place, most, validators) = {
            let source = lock(&source);
            let refused = source.state.refused.as_ref().map(|refused| &refused.validators);
            let validators = refused.unwrap_or(&source.state.made.validators).clone();
            let validators = validators.filter(|_| !source.state.is_behind);
            (source.place.clone(), source.options.limits.bytes, validators)
        };
        let SpecSource::Url(url) = &place else { return PollOutcome::Gone };
        match self.ask(url, validators.as_ref(), most, deadline).await {
            // Refused content that is unchanged stays refused.
            PollAnswer::Unchanged | PollAnswer::UnchangedElsewhere => {
                self.confirm(name, &mut lock(&source), None);
            }
            PollAnswer::Document(read) if self.is_known(name, &mut lock(&source), &read) => {}
            PollAnswer::Document(read) => {
                let given = LoadInputs::new(Bundle::new(&place, read.clone()));
                let outcome =
                    self.renew(&source, reading, given, None, LoadPurpose::Entry(Trigger::Poll)).await;
                match outcome {
                    Ok(done) => {
                        listener.reloaded(&done.report);
                        audit::record(&self.registry, Trigger::Poll, name, &Ok(done));
                    }
                    Err(Error::UnknownSource { .. } | Error::Closed { .. }) => return PollOutcome::Gone,
                    Err(error) => self.refuse(name, &source, &read, &error, listener),
                }
            }
            PollAnswer::Fault(error, retry_after) => {
                self.tell_fault(name, &source, None, &error, listener);
                return PollOutcome::Failed { retry_after };
            }
        }
        PollOutcome::Answered
    }

    /// Sends a conditional request; sends it again without conditions where the 304 is of another address.
    async fn ask(
        &self,
        url: &Url,
        validators: Option<&Validators>,
        most: usize,
        deadline: Duration,
    ) -> PollAnswer {
        let poll = PollRequest { url, validators, max_bytes: most, timeout: deadline };
        let outcome = self.client.send(poll.to_http_request()).await;
        match poll.interpret_answer(outcome, SystemTime::now()) {
            PollAnswer::UnchangedElsewhere => {
                let poll = PollRequest { validators: None, ..poll };
                let outcome = self.client.send(poll.to_http_request()).await;
                poll.interpret_answer(outcome, SystemTime::now())
            }
            answer => answer,
        }
    }

    /// Confirms that the content is unchanged, with new validators where the server gave some.
    fn confirm(&self, name: &str, source: &mut LoadedSource, read: Option<&FetchedDocument>) {
        let now = self.now();
        if let Some(refused) = &mut source.state.refused {
            refused.validators = read.map_or(refused.validators.take(), |read| read.validators.clone());
            self.statuses.failed(name, &refused.error, now);
        } else {
            if let Some(read) = read {
                source.state.made.validators.clone_from(&read.validators);
            }
            source.state.is_well();
            self.statuses.confirmed(name, now);
            self.is_back(source);
        }
    }

    /// Whether a document is known by its checksum, in use or refused: then it is not parsed.
    fn is_known(&self, name: &str, source: &mut LoadedSource, read: &FetchedDocument) -> bool {
        if source.state.is_behind {
            return false;
        }
        let content = (checksum(&read.bytes), read.bytes.len());
        let is_applied = content == (source.state.checksum, source.state.report.bytes);
        let is_refused = source.state.refused.as_ref().is_some_and(|refused| refused.content == content);
        if is_applied {
            source.state.refused = None;
        }
        if is_applied || is_refused {
            self.confirm(name, source, Some(read));
        }
        is_applied || is_refused
    }

    /// Records content that cannot be used, so that it is not parsed again, and reports the fault.
    fn refuse(
        &self,
        name: &str,
        source: &Mutex<LoadedSource>,
        read: &FetchedDocument,
        error: &Error,
        listener: &dyn LoadListener,
    ) {
        {
            let mut source = lock(source);
            let options = &source.options;
            let is_alone =
                options.overlays.is_empty() && options.conversion.filter.is_none() && options.jury.is_none();
            source.state.refused = (is_alone && is_of_content(error)).then(|| RefusedContent {
                content: (checksum(&read.bytes), read.bytes.len()),
                validators: read.validators.clone(),
                error: error.clone(),
            });
        }
        self.tell_fault(name, source, Some(sha256(&read.bytes)), error, listener);
    }

    /// Records a fault, and reports it where it is new. The source is unlocked: the listener may ask for it.
    fn tell_fault(
        &self,
        name: &str,
        source: &Mutex<LoadedSource>,
        content: Option<[u8; 32]>,
        error: &Error,
        listener: &dyn LoadListener,
    ) {
        self.statuses.failed(name, error, self.now());
        let is_news = lock(source).state.is_news(content, error);
        if is_news {
            audit::record(&self.registry, Trigger::Poll, name, &Err(error.clone()));
            listener.reload_failed(name, error);
        }
    }
}

/// Whether the error depends on the content alone: the same bytes would fail again.
fn is_of_content(error: &Error) -> bool {
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
