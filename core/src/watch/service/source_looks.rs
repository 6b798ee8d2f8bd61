//! Starts looks at files on blocking threads, and handles what they found.

use std::sync::Arc;

use crate::watch::debounce::watch_state::{LookSummary, WatchInput, WatchWork};
use crate::watch::file_events::directory_watcher::ListenOutcome;
use crate::watch::files::file_group::FileStamp;
use crate::watch::files::look_target::{LookBasis, LookFinding, LookOutcome, listing_finding};
use crate::watch::service::service_actor::ServiceActor;
use crate::watch::service::watch_client::WatchKey;
use crate::watch::service::watch_message::WatchMessage;
use crate::watch::{Observed, Truncation};

impl ServiceActor {
    /// Starts a look on a blocking thread: a dead network mount can block it for minutes.
    pub(super) fn start_look(&mut self, key: WatchKey, skip: Option<FileStamp>) {
        let Some(source) = self.sources.get_mut(&key) else { return };
        let is_seen = std::mem::replace(&mut source.is_seen, true);
        let basis = LookBasis { skip, applied_outlines: source.applied_outlines.clone(), is_seen };
        let (target, max_bytes) = (Arc::clone(&source.target), source.options.max_bytes);
        let generation = source.generation;
        let (permits, pool) = (Arc::clone(&source.client.look_permits), self.service.look_pool.clone());
        let inbox = self.inbox.clone();
        tokio::spawn(async move {
            // The permit of the client first, so that its hanging looks never hold permits of the pool.
            let _permit = permits.acquire().await;
            let outcome = pool.run(move || target.look(&basis, max_bytes)).await;
            let outcome = outcome.unwrap_or_else(|_| LookOutcome::unreadable("reading it panicked"));
            let _ = inbox.send(WatchMessage::LookEnded { key, generation, outcome });
        });
    }

    pub(super) fn handle_look(&mut self, key: &WatchKey, generation: u64, outcome: LookOutcome) {
        let LookOutcome { links, found, blind_files, outlines, is_prefix } = outcome;
        // A look of an earlier generation saw files that are not watched any more.
        let Some(source) = self.sources.get(key).filter(|source| source.generation == generation) else {
            return;
        };
        let (client, interval) = (Arc::clone(&source.client), source.options.poll_interval);
        client.report_blind_files(&key.source, blind_files);
        let ListenOutcome { is_new, refusal } = self.directories.listen_to(key, links);
        if is_new {
            // The file may have changed between this look and the start of listening.
            self.step(key, WatchInput::Hint);
        }
        if let Some(reason) = refusal {
            client.report_polling(reason, interval);
        }
        let (finding, stamp) = match &found {
            None => {
                self.step(key, WatchInput::Unchanged);
                return;
            }
            Some(LookFinding::Files(look)) => (look.finding.clone(), look.stamp.clone()),
            Some(LookFinding::Listing(listed)) => (listing_finding(listed), None::<FileStamp>),
        };
        let length = outlines.length();
        let summary = LookSummary { finding: finding.clone(), stamp, length, is_prefix };
        let work = self.step(key, WatchInput::LookEnded(summary));
        let Some(source) = self.sources.get_mut(key) else { return };
        let outlines = Some(Arc::new(outlines)).filter(|_| *source.state.delivered() == finding);
        match (work, found) {
            (Some(WatchWork::Reload(truncation)), Some(LookFinding::Files(look))) => {
                source.pending_outlines = outlines;
                self.start_reload(key, look.observed, truncation);
            }
            (Some(WatchWork::Remove), _) => self.start_reload(key, Observed::Gone, Truncation::Possible),
            (Some(WatchWork::Reload(_)), Some(LookFinding::Listing(listed))) => {
                self.start_listing(key, listed);
            }
            _ => source.applied_outlines = outlines.or(source.applied_outlines.take()),
        }
    }
}
