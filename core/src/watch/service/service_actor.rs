//! The actor of the watch service: one task that owns the state of all watches and handles their messages.
//!
//! The actor never blocks. Looks, reloads and polls run elsewhere and come back as messages.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::Notify;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender};

use crate::watch::deadline_queue::DeadlineQueue;
use crate::watch::debounce::watch_state::{WatchInput, WatchWork};
use crate::watch::file_events::directory_watcher::DirectoryWatcher;
use crate::watch::polling::polled_addresses::PolledAddresses;
use crate::watch::service::service_state::ServiceState;
use crate::watch::service::watch_client::{WatchClient, WatchKey};
use crate::watch::service::watch_message::WatchMessage;
use crate::watch::service::watched_source::WatchedSource;

/// The minimum time between two looks at all sources after lost events. One busy directory must not keep all other sources
/// busy.
const RESCAN_PAUSE: Duration = Duration::from_secs(1);

pub(in crate::watch) struct ServiceActor {
    pub(super) service: Arc<ServiceState>,
    started: Instant,
    pub(super) inbox: UnboundedSender<WatchMessage>,
    hinted: Arc<Notify>,
    pub(super) directories: DirectoryWatcher,
    pub(super) clients: HashMap<u64, Arc<WatchClient>>,
    pub(super) sources: HashMap<WatchKey, WatchedSource>,
    /// When the state machine of each source is to get its next tick.
    pub(super) deadlines: DeadlineQueue<WatchKey>,
    pub(super) polls: PolledAddresses,
    /// Sources with a reload under way. Such a source may be unwatched, or watched again, before the reload ends.
    pub(super) reloading: HashSet<WatchKey>,
    pub(super) last_generation: u64,
    rescanned_at: Option<Duration>,
    /// When to look at all sources because events were lost.
    rescan_due: Option<Duration>,
}

impl ServiceActor {
    pub fn new(service: Arc<ServiceState>, inbox: UnboundedSender<WatchMessage>) -> Self {
        let hinted = Arc::new(Notify::new());
        let wake = Arc::clone(&hinted);
        Self {
            service,
            started: Instant::now(),
            inbox,
            hinted,
            directories: DirectoryWatcher::new(move || wake.notify_one()),
            clients: HashMap::new(),
            sources: HashMap::new(),
            deadlines: DeadlineQueue::default(),
            polls: PolledAddresses::default(),
            reloading: HashSet::new(),
            last_generation: 0,
            rescanned_at: None,
            rescan_due: None,
        }
    }

    /// Runs until nothing is watched.
    pub async fn run(mut self, mut messages: UnboundedReceiver<WatchMessage>) {
        let hinted = Arc::clone(&self.hinted);
        loop {
            let deadlines = [self.deadlines.earliest(), self.polls.next_deadline(), self.rescan_due];
            let deadline = deadlines.into_iter().flatten().min();
            let pause = deadline.map(|deadline| deadline.saturating_sub(self.now()));
            tokio::select! {
                message = messages.recv() => match message {
                    Some(message) => self.handle(message),
                    None => return,
                },
                () = hinted.notified() => self.handle_hints(),
                () = sleep_for(pause) => {}
            }
            // After each message too: a steady stream of messages must not starve the deadlines.
            self.handle_deadlines();
            if self.is_idle() && self.service.retire(&messages) {
                return;
            }
        }
    }

    pub(super) fn now(&self) -> Duration {
        self.started.elapsed()
    }

    fn is_idle(&self) -> bool {
        self.sources.is_empty() && self.polls.is_empty() && self.reloading.is_empty()
    }

    fn handle(&mut self, message: WatchMessage) {
        match message {
            WatchMessage::WatchSource { client, source, watched, options } => {
                self.watch_source(&client, &source, &watched, options);
            }
            WatchMessage::WatchDirectory { client, directory, options } => {
                self.watch_directory(&client, directory, options);
            }
            WatchMessage::UpdateFiles { key } => self.request_watch_target(key),
            WatchMessage::Unwatch { key } => {
                self.polls.remove(&key);
                self.remove_source(&key);
            }
            WatchMessage::ClientLeft { client } => self.remove_client(client),
            WatchMessage::LookEnded { key, generation, outcome } => {
                self.handle_look(&key, generation, outcome);
            }
            WatchMessage::Reloaded { key, outcome } => {
                self.handle_reload_end(&key, outcome);
                self.request_watch_target(key);
            }
            WatchMessage::FilesUpdated { key, watched } => self.update_files(&key, watched.as_ref()),
            WatchMessage::Listed { key, outcome } => self.handle_listing(&key, outcome),
            WatchMessage::Polled { key, outcome } => self.handle_poll(key, outcome),
        }
    }

    fn handle_hints(&mut self) {
        let hints = self.directories.take_hints();
        if hints.all {
            let earliest = self.rescanned_at.map_or(Duration::ZERO, |last| last + RESCAN_PAUSE);
            self.rescan_due.get_or_insert(earliest);
        }
        for key in &hints.sources {
            self.step(key, WatchInput::Hint);
        }
    }

    fn handle_deadlines(&mut self) {
        let now = self.now();
        if self.rescan_due.is_some_and(|due| due <= now) {
            (self.rescan_due, self.rescanned_at) = (None, Some(now));
            let all: Vec<_> = self.sources.keys().cloned().collect();
            for key in &all {
                self.step(key, WatchInput::Hint);
            }
        }
        for key in self.deadlines.take_due(now) {
            if let Some(WatchWork::Look { skip }) = self.step(&key, WatchInput::Tick) {
                self.start_look(key, skip);
            }
        }
        for (key, deadline) in self.polls.take_due(now) {
            self.start_poll(key, deadline);
        }
    }

    /// Gives an input to the state machine of a source.
    pub(super) fn step(&mut self, key: &WatchKey, input: WatchInput) -> Option<WatchWork> {
        let now = self.now();
        let state = &mut self.sources.get_mut(key)?.state;
        let work = state.step(input, now);
        self.deadlines.set(key, state.next_deadline());
        work
    }
}

async fn sleep_for(pause: Option<Duration>) {
    match pause {
        Some(pause) => tokio::time::sleep(pause).await,
        None => std::future::pending().await,
    }
}
