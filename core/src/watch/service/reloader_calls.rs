//! Calls the reloader of a client (reload, list, poll), and handles what came of it.

use std::sync::Arc;
use std::time::Duration;

use futures_core::future::BoxFuture;

use crate::retrieve::{ListedFiles, PollOutcome};
use crate::watch::debounce::watch_state::WatchInput;
use crate::watch::files::look_target::LookTarget;
use crate::watch::service::reload_queue::ReloadEnd;
use crate::watch::service::service_actor::ServiceActor;
use crate::watch::service::watch_client::WatchKey;
use crate::watch::service::watch_message::{ListingOutcome, ReloaderOutcome, WatchMessage};
use crate::watch::{Observed, Reloader, Truncation, TruncationVerdict, WatchNotice, WatchOptions};

impl ServiceActor {
    /// Runs a call of a client's reloader in its reload queue, and sends the outcome to the inbox.
    fn call_reloader<T: Send + 'static>(
        &self,
        key: WatchKey,
        call: impl FnOnce(Arc<dyn Reloader>) -> BoxFuture<'static, T>,
        message: impl FnOnce(WatchKey, ReloaderOutcome<T>) -> WatchMessage + Send + 'static,
    ) {
        let Some(client) = self.clients.get(&key.client) else { return };
        let work = call(Arc::clone(&client.reloader));
        let (queue, pool) = (Arc::clone(&client.reload_queue), self.service.reload_pool.clone());
        let inbox = self.inbox.clone();
        tokio::spawn(async move {
            match queue.run(&pool, work).await {
                Ok(done) => _ = inbox.send(message(key, Ok(done))),
                Err(ReloadEnd::Panicked(panic)) => _ = inbox.send(message(key, Err(panic))),
                // The client has left and waits for no outcome.
                Err(ReloadEnd::Closed) => {}
            }
        });
    }

    /// Asks which files a source consists of now, if it is watched.
    pub(super) fn request_watch_target(&mut self, key: WatchKey) {
        if self.polls.options(&key).is_none() && !self.sources.contains_key(&key) {
            return;
        }
        let source = Arc::clone(&key.source);
        self.call_reloader(
            key,
            move |reloader| Box::pin(async move { reloader.watch_target(&source) }),
            |key, outcome| WatchMessage::FilesUpdated { key, watched: outcome.ok().flatten() },
        );
    }

    pub(super) fn start_reload(&mut self, key: &WatchKey, observed: Observed, truncation: Truncation) {
        self.reloading.insert(key.clone());
        let source = Arc::clone(&key.source);
        self.call_reloader(
            key.clone(),
            move |reloader| Box::pin(async move { reloader.reload(&source, observed, truncation).await }),
            |key, outcome| WatchMessage::Reloaded { key, outcome },
        );
    }

    pub(super) fn handle_reload_end(&mut self, key: &WatchKey, outcome: ReloaderOutcome<TruncationVerdict>) {
        self.reloading.remove(key);
        let verdict = *outcome.as_ref().unwrap_or(&TruncationVerdict::Done);
        self.step(key, WatchInput::ReloadDone(verdict));
        if let Some(source) = self.sources.get_mut(key) {
            let pending = source.pending_outlines.take().filter(|_| verdict == TruncationVerdict::Done);
            source.applied_outlines = pending.or(source.applied_outlines.take());
        }
        self.report_panic(key, outcome.err());
    }

    fn report_panic(&self, key: &WatchKey, panic: Option<String>) {
        if let Some((client, message)) = self.clients.get(&key.client).zip(panic) {
            client.notify(WatchNotice::ReloadPanicked { source: key.source.to_string(), message });
        }
    }

    /// Gives the names in a directory to the reloader, and asks how to watch the new documents.
    pub(super) fn start_listing(&mut self, key: &WatchKey, listed: ListedFiles) {
        let target = self.sources.get(key).map(|source| &*source.target);
        let Some(LookTarget::Directory { directory, .. }) = target else { return };
        self.reloading.insert(key.clone());
        let directory = directory.clone();
        self.call_reloader(
            key.clone(),
            move |reloader| {
                Box::pin(async move {
                    let changes = reloader.update_listing(&directory, &listed);
                    let found = changes.found.iter();
                    let found =
                        found.filter_map(|found| Some((found.clone(), reloader.watch_target(found)?)));
                    let found = found.collect();
                    (changes, found)
                })
            },
            |key, outcome| WatchMessage::Listed { key, outcome },
        );
    }

    pub(super) fn handle_listing(&mut self, key: &WatchKey, outcome: ReloaderOutcome<ListingOutcome>) {
        let options = self.sources.get(key).map(|source| source.options);
        let ((changes, found), verdict) = match outcome {
            Ok(listing) => (listing, Ok(TruncationVerdict::Done)),
            Err(panic) => (ListingOutcome::default(), Err(panic)),
        };
        self.handle_reload_end(key, verdict);
        for lost in changes.lost {
            self.remove_source(&WatchKey::new(key.client, &lost));
        }
        let client = self.clients.get(&key.client).cloned();
        if let Some((client, options)) = client.zip(options) {
            for (source, watched) in found {
                let options = WatchOptions { max_bytes: watched.max_bytes, ..options };
                self.watch_source(&client, &source, &watched, options);
            }
        }
    }

    pub(super) fn start_poll(&mut self, key: WatchKey, deadline: Duration) {
        let source = Arc::clone(&key.source);
        self.call_reloader(
            key,
            move |reloader| Box::pin(async move { reloader.poll(&source, deadline).await }),
            |key, outcome| WatchMessage::Polled { key, outcome },
        );
    }

    pub(super) fn handle_poll(&mut self, key: WatchKey, outcome: ReloaderOutcome<PollOutcome>) {
        let (outcome, panic) = match outcome {
            Ok(outcome) => (outcome, None),
            Err(message) => (PollOutcome::Failed { retry_after: None }, Some(message)),
        };
        self.polls.handle_outcome(&key, outcome, self.now());
        self.report_panic(&key, panic);
        self.request_watch_target(key);
    }
}
