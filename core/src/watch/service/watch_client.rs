//! A client of the watch service: one [`SourceWatch`](crate::watch::SourceWatch), with its reloader, queue and notices.

use std::collections::HashSet;
use std::panic::{self, AssertUnwindSafe};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::Semaphore;

use crate::watch::service::reload_queue::ReloadQueue;
use crate::watch::{Reloader, WatchNotice};

/// The maximum number of concurrent looks of one client: half of the service's, so that a dead network mount of one client
/// leaves room for others.
const MAX_LOOKS: usize = 4;

/// What all sources of one watch share.
pub(in crate::watch) struct WatchClient {
    /// Unique within the service.
    pub id: u64,
    pub reloader: Arc<dyn Reloader>,
    pub reload_queue: Arc<ReloadQueue>,
    pub look_permits: Arc<Semaphore>,
    has_reported_polling: AtomicBool,
    reported_blind_files: Mutex<HashSet<PathBuf>>,
}

/// A source of a client.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(in crate::watch) struct WatchKey {
    pub client: u64,
    pub source: Arc<str>,
}

impl WatchKey {
    pub fn new(client: u64, source: &str) -> Self {
        Self { client, source: source.into() }
    }
}

impl WatchClient {
    pub fn new(id: u64, reloader: Arc<dyn Reloader>) -> Self {
        Self {
            id,
            reloader,
            reload_queue: Arc::default(),
            look_permits: Arc::new(Semaphore::new(MAX_LOOKS)),
            has_reported_polling: AtomicBool::new(false),
            reported_blind_files: Mutex::default(),
        }
    }

    /// Gives a notice to the reloader. A panic in it must not end the actor of all watches.
    pub fn notify(&self, notice: WatchNotice) {
        let _ = panic::catch_unwind(AssertUnwindSafe(|| self.reloader.notice(notice)));
    }

    /// Reports once that the system gives no file events.
    pub fn report_polling(&self, reason: String, interval: Duration) {
        if !self.has_reported_polling.swap(true, Ordering::Relaxed) {
            self.notify(WatchNotice::Polling { reason, interval });
        }
    }

    /// Reports files that are bind mounts, each once.
    pub fn report_blind_files(&self, source: &str, paths: Vec<PathBuf>) {
        for path in paths {
            let mut reported = self.reported_blind_files.lock().unwrap_or_else(PoisonError::into_inner);
            let is_new = reported.insert(path.clone());
            // The lock is released first: the notice runs code of the user.
            drop(reported);
            if is_new {
                self.notify(WatchNotice::Blind { source: source.to_owned(), path });
            }
        }
    }
}
