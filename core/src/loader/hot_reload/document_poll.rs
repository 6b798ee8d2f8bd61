//! Polling: the server of a document is asked with a conditional request; a changed document is loaded.

use std::sync::Mutex;
use std::time::{Duration, SystemTime};

use super::HotReload;
use super::observed_files::is_of_content;
use crate::error::Error;
use crate::json::checksum;
use crate::loader::load_audit as audit;
use crate::loader::load_listener::LoadListener;
use crate::loader::mutex::lock;
use crate::loader::pipeline::{Load, LoadPipeline, LoadPurpose, LoadSubject};
use crate::loader::sources::{LoadedSource, RefusedContent};
use crate::retrieve::{FetchedDocument, PollAnswer, PollOutcome, PollRequest};
use crate::review::LoadTrigger;
use crate::spec::SpecSource;
use crate::tool::sha256::sha256;

impl HotReload<'_> {
    /// Polls the server of a document within a deadline, and notifies the listener of a change or a new fault.
    pub async fn poll(self, name: &str, deadline: Duration, listener: &dyn LoadListener) -> PollOutcome {
        let Ok((read_number, source)) =
            self.0.begin_read().and_then(|read_number| Ok((read_number, self.0.source(name)?)))
        else {
            return PollOutcome::Gone;
        };
        let (location, max_bytes, validators) = {
            let source = lock(&source);
            let refused = source.state.refused.as_ref().map(|refused| &refused.validators);
            let validators = refused.unwrap_or(&source.state.dependencies.validators).clone();
            let validators = validators.filter(|_| !source.state.awaits_server);
            (source.location.clone(), source.options.limits.bytes, validators)
        };
        let SpecSource::Url(url) = &location else { return PollOutcome::Gone };
        let request = PollRequest { url, validators: validators.as_ref(), max_bytes, timeout: deadline };
        match self.send_poll(request).await {
            // Refused content that is unchanged stays refused.
            PollAnswer::Unchanged | PollAnswer::UnchangedElsewhere => {
                self.confirm(&mut lock(&source), None);
                PollOutcome::Answered
            }
            PollAnswer::Document(read) if self.is_known(&mut lock(&source), &read) => PollOutcome::Answered,
            PollAnswer::Document(read) => {
                let subject = LoadSubject::Source { source: &source, gates: None };
                let load = Load { read_number, purpose: LoadPurpose::Apply(LoadTrigger::Poll), subject };
                match LoadPipeline(self.0).load_read(load, read.clone()).await {
                    Ok(done) => {
                        listener.reloaded(&done.report);
                        audit::record_load(&self.0.registry, LoadTrigger::Poll, name, &Ok(done));
                    }
                    Err(Error::UnknownSource { .. } | Error::Closed { .. }) => return PollOutcome::Gone,
                    Err(error) => {
                        record_refused(&mut lock(&source), &read, &error);
                        self.report_fault(&source, Some(sha256(&read.bytes)), &error, listener);
                    }
                }
                PollOutcome::Answered
            }
            PollAnswer::Fault(error, retry_after) => {
                self.report_fault(&source, None, &error, listener);
                PollOutcome::Failed { retry_after }
            }
        }
    }

    /// Sends a conditional request; sends it again without conditions where the 304 is of another address.
    async fn send_poll(self, poll: PollRequest<'_>) -> PollAnswer {
        let outcome = self.0.client.send(poll.to_http_request()).await;
        match poll.interpret_answer(outcome, SystemTime::now()) {
            PollAnswer::UnchangedElsewhere => {
                let poll = PollRequest { validators: None, ..poll };
                let outcome = self.0.client.send(poll.to_http_request()).await;
                poll.interpret_answer(outcome, SystemTime::now())
            }
            answer => answer,
        }
    }

    /// Confirms that the content is unchanged, with new validators where the server gave some.
    fn confirm(self, source: &mut LoadedSource, read: Option<&FetchedDocument>) {
        let now = self.0.now();
        if let Some(refused) = &mut source.state.refused {
            refused.validators = read.map_or(refused.validators.take(), |read| read.validators.clone());
            self.0.statuses.failed(&source.name, &refused.error, now);
        } else {
            if let Some(read) = read {
                source.state.dependencies.validators.clone_from(&read.validators);
            }
            source.state.clear_faults();
            self.0.statuses.confirmed(&source.name, now);
            self.0.unmark_restored(source);
        }
    }

    /// Whether a document is known by its checksum, in use or refused: then it is not parsed.
    fn is_known(self, source: &mut LoadedSource, read: &FetchedDocument) -> bool {
        if source.state.awaits_server {
            return false;
        }
        let content = (checksum(&read.bytes), read.bytes.len());
        let is_applied = content == (source.state.checksum, source.state.report.bytes);
        let is_refused = source.state.refused.as_ref().is_some_and(|refused| refused.content == content);
        if is_applied {
            source.state.refused = None;
        }
        if is_applied || is_refused {
            self.confirm(source, Some(read));
        }
        is_applied || is_refused
    }

    /// Records a fault, and reports it where it is new.
    fn report_fault(
        self,
        source: &Mutex<LoadedSource>,
        content: Option<[u8; 32]>,
        error: &Error,
        listener: &dyn LoadListener,
    ) {
        // The lock ends before the listener is called: it may ask for the source.
        let (name, is_new) = {
            let mut source = lock(source);
            self.0.statuses.failed(&source.name, error, self.0.now());
            (source.name.clone(), source.state.is_new_fault(content, error))
        };
        if is_new {
            audit::record_load(&self.0.registry, LoadTrigger::Poll, &name, &Err(error.clone()));
            listener.reload_failed(&name, error);
        }
    }
}

/// Records content that cannot be used, so that it is not parsed again.
fn record_refused(source: &mut LoadedSource, read: &FetchedDocument, error: &Error) {
    let is_final = source.options.depends_on_bytes_alone() && is_of_content(error);
    source.state.refused = is_final.then(|| RefusedContent {
        content: (checksum(&read.bytes), read.bytes.len()),
        validators: read.validators.clone(),
        error: error.clone(),
    });
}
