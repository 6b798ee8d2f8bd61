//! One [`SourceWatch`](crate::watch::Watch) as its [`WatchService`](crate::watch::WatchService) knows it.

use std::collections::HashSet;
use std::panic::{self, AssertUnwindSafe};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::Semaphore;

use crate::watch::service::reload_queue::ReloadQueue;
use crate::watch::{Reloader, WatchNotice};

/// How many files of one watch are looked at at once: half of what all may. Its dead network mount leaves room for others.
const LOOKS: usize = 4;

/// What all sources of one watch share.
pub(in crate::watch) struct WatchClient {
    /// Tells it from the others. No two clients of a service have one number.
    pub id: u64,
    pub reloader: Arc<dyn Reloader>,
    pub lane: Arc<ReloadQueue>,
    pub looks: Arc<Semaphore>,
    told_of_polling: AtomicBool,
    /// Files that it was told of that nobody can see change.
    told_of_blindness: Mutex<HashSet<PathBuf>>,
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
            lane: Arc::default(),
            looks: Arc::new(Semaphore::new(LOOKS)),
            told_of_polling: AtomicBool::new(false),
            told_of_blindness: Mutex::default(),
        }
    }

    pub fn tell(&self, notice: WatchNotice) {
        let _ = panic::catch_unwind(AssertUnwindSafe(|| self.reloader.notice(notice)));
    }

    /// Tells that there are no file events, once.
    pub fn tell_of_polling(&self, reason: String, interval: Duration) {
        if !self.told_of_polling.swap(true, Ordering::Relaxed) {
            self.tell(WatchNotice::Polling { reason, interval });
        }
    }

    /// Tells of files that are mounts, each once.
    pub fn tell_of_blindness(&self, source: &str, paths: Vec<PathBuf>) {
        for path in paths {
            let mut told = self.told_of_blindness.lock().unwrap_or_else(PoisonError::into_inner);
            let is_news = told.insert(path.clone());
            drop(told);
            if is_news {
                self.tell(WatchNotice::Blind { source: source.to_owned(), path });
            }
        }
    }
}
