//! The actor of a service: it owns everything that changes, and nothing on it blocks. What a user's code does is done
//! elsewhere, and comes back as a message.

use std::collections::{HashMap, HashSet};
use std::ffi::OsString;
use std::sync::Arc;
use std::time::{Duration, Instant};

use futures_core::future::BoxFuture;
use tokio::sync::Notify;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender};

use crate::loader::DirectoryChanges;
use crate::retrieve::{PollOutcome, WatchLocation, WatchTarget};
use crate::watch::debounce::file_finding::FileFinding;
use crate::watch::debounce::watch_state::{LookSummary, WatchInput, WatchState, WatchWork};
use crate::watch::file_events::directory_watcher::{DirectoryWatcher, ListenOutcome};
use crate::watch::files::file_group::{FileGroup, FileStamp};
use crate::watch::files::look_target::{LookBasis, LookFinding, LookOutcome, LookTarget, listing_of};
use crate::watch::polling::polled_addresses::PolledAddresses;
use crate::watch::service::reload_queue::ReloadEnd;
use crate::watch::service::service_state::ServiceState;
use crate::watch::service::watch_client::{WatchClient, WatchKey};
use crate::watch::service::watch_message::{ReloaderOutcome, WatchMessage};
use crate::watch::service::watched_source::WatchedSource;
use crate::watch::timetable::Timetable;
use crate::watch::{Observed, Reloader, Truncation, TruncationVerdict, WatchNotice, WatchOptions};

/// How far apart all sources are looked at because events were lost: a directory in a storm must not keep all others busy.
const RESCAN_PAUSE: Duration = Duration::from_secs(1);

pub(in crate::watch) struct ServiceActor {
    service: Arc<ServiceState>,
    started: Instant,
    inbox: UnboundedSender<WatchMessage>,
    hinted: Arc<Notify>,
    directories: DirectoryWatcher,
    clients: HashMap<u64, Arc<WatchClient>>,
    entries: HashMap<WatchKey, WatchedSource>,
    due: Timetable<WatchKey>,
    polls: PolledAddresses,
    /// Sources whose reload is under way; one may be watched no longer, or watched again, before it is over.
    reloading: HashSet<WatchKey>,
    generations: u64,
    rescanned: Option<Duration>,
    /// When all sources are to be looked at because events were lost.
    rescan: Option<Duration>,
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
            entries: HashMap::new(),
            due: Timetable::default(),
            polls: PolledAddresses::default(),
            reloading: HashSet::new(),
            generations: 0,
            rescanned: None,
            rescan: None,
        }
    }

    /// Runs until there is nothing to watch.
    pub async fn run(mut self, mut messages: UnboundedReceiver<WatchMessage>) {
        let hinted = Arc::clone(&self.hinted);
        loop {
            let deadlines = [self.due.next(), self.polls.next_deadline(), self.rescan];
            let deadline = deadlines.into_iter().flatten().min();
            let wait = deadline.map(|deadline| deadline.saturating_sub(self.now()));
            tokio::select! {
                message = messages.recv() => match message {
                    Some(message) => self.take(message),
                    None => return,
                },
                () = hinted.notified() => self.pass_hints(),
                () = pause(wait) => {}
            }
            self.tick();
            if self.is_idle() && self.service.retire(&messages) {
                return;
            }
        }
    }

    fn now(&self) -> Duration {
        self.started.elapsed()
    }

    fn is_idle(&self) -> bool {
        self.entries.is_empty() && self.polls.is_empty() && self.reloading.is_empty()
    }

    fn take(&mut self, message: WatchMessage) {
        match message {
            WatchMessage::WatchSource { client, source, watched, options } => {
                self.watch(&client, &source, &watched, options);
            }
            WatchMessage::WatchDirectory { client, directory, path, known, options } => {
                let subject = LookTarget::Directory { directory, path };
                let key = WatchKey::new(client.id, &subject.name());
                self.enter(&client, key, subject, &listing_of(&known), options);
            }
            WatchMessage::Refit { key } => self.ask_for_files(key),
            WatchMessage::Unwatch { key } => {
                self.polls.remove(&key);
                self.leave(&key);
            }
            WatchMessage::Leave { client } => {
                self.clients.remove(&client);
                self.polls.leave(client);
                self.reloading.retain(|key| key.client != client);
                let left: Vec<_> = self.entries.keys().filter(|key| key.client == client).cloned().collect();
                for key in &left {
                    self.leave(key);
                }
            }
            WatchMessage::LookEnded { key, generation, looked } => self.looked(&key, generation, looked),
            WatchMessage::Reloaded { key, outcome } => {
                self.reloaded(&key, outcome);
                self.ask_for_files(key);
            }
            WatchMessage::Refitted { key, watched } => self.refit(&key, watched.as_ref()),
            WatchMessage::Listed { key, outcome } => self.listed(&key, outcome),
            WatchMessage::PollOutcome { key, outcome } => self.polled(key, outcome),
        }
    }

    fn watch(
        &mut self,
        client: &Arc<WatchClient>,
        source: &str,
        watched: &WatchTarget,
        options: WatchOptions,
    ) {
        let key = WatchKey::new(client.id, source);
        self.clients.entry(client.id).or_insert_with(|| Arc::clone(client));
        match &watched.location {
            WatchLocation::Address(age) => self.polls.watch(&key, options, *age, self.now()),
            WatchLocation::File(..) | WatchLocation::Nowhere => self.polls.remove(&key),
        }
        match FileGroup::of(watched) {
            Some((group, applied)) => self.enter(client, key, LookTarget::Files(group), &applied, options),
            None => self.leave(&key),
        }
    }

    fn enter(
        &mut self,
        client: &Arc<WatchClient>,
        key: WatchKey,
        subject: LookTarget,
        applied: &FileFinding,
        options: WatchOptions,
    ) {
        let now = self.now();
        let timing = subject.timing(options);
        let state = if self.reloading.contains(&key) {
            WatchState::reloading(timing, applied.clone(), now)
        } else {
            WatchState::new(timing, applied.clone(), now)
        };
        self.clients.entry(client.id).or_insert_with(|| Arc::clone(client));
        self.generations += 1;
        let entry = WatchedSource {
            client: Arc::clone(client),
            subject: Arc::new(subject),
            state,
            options,
            generation: self.generations,
            is_seen: false,
            outlines: None,
            handed: None,
        };
        self.due.set(&key, entry.state.next_deadline());
        self.entries.insert(key, entry);
    }

    fn leave(&mut self, key: &WatchKey) {
        self.entries.remove(key);
        self.due.set(key, None);
        self.directories.release(key);
    }

    /// Asks which files a source is made of now, if it is watched.
    fn ask_for_files(&mut self, key: WatchKey) {
        if self.polls.options(&key).is_none() && !self.entries.contains_key(&key) {
            return;
        }
        let source = Arc::clone(&key.source);
        self.ask(
            key,
            move |reloader| Box::pin(async move { reloader.watched(&source) }),
            |key, outcome| WatchMessage::Refitted { key, watched: outcome.ok().flatten() },
        );
    }

    /// Looks at the files that a source is made of now, if they are others than before.
    fn refit(&mut self, key: &WatchKey, watched: Option<&WatchTarget>) {
        let now = self.now();
        let Some((group, applied)) = watched.and_then(FileGroup::of) else { return };
        let subject = LookTarget::Files(group);
        match (self.entries.get_mut(key), self.polls.options(key)) {
            (Some(entry), _) if *entry.subject == subject => {}
            (Some(entry), _) => {
                self.generations += 1;
                entry.turn(subject, self.generations);
                entry.state.refit(applied, now);
                self.due.set(key, entry.state.next_deadline());
            }
            (None, Some(options)) => {
                if let Some(client) = self.clients.get(&key.client).cloned() {
                    self.enter(&client, key.clone(), subject, &applied, options);
                }
            }
            (None, None) => {}
        }
    }

    fn looked(&mut self, key: &WatchKey, generation: u64, looked: LookOutcome) {
        let LookOutcome { links, found, blind, outlines, is_prefix } = looked;
        let Some(entry) = self.entries.get(key).filter(|entry| entry.generation == generation) else {
            return;
        };
        let (client, interval) = (Arc::clone(&entry.client), entry.options.poll_interval);
        client.tell_of_blindness(&key.source, blind);
        let ListenOutcome { anew, refusal } = self.directories.arm(key, links);
        if anew {
            // The file may have changed between this look and the arming.
            self.step(key, WatchInput::Hint);
        }
        if let Some(reason) = refusal {
            client.tell_of_polling(reason, interval);
        }
        let (finding, stamp) = match &found {
            None => {
                self.step(key, WatchInput::Unchanged);
                return;
            }
            Some(LookFinding::Files(sighting)) => (sighting.finding.clone(), sighting.stamp.clone()),
            Some(LookFinding::Names(names)) => (listing_of(names), None::<FileStamp>),
        };
        let length = outlines.length();
        let glance = LookSummary { finding: finding.clone(), stamp, length, is_prefix };
        let work = self.step(key, WatchInput::LookEnded(glance));
        let Some(entry) = self.entries.get_mut(key) else { return };
        let outlines = Some(Arc::new(outlines)).filter(|_| *entry.state.handed() == finding);
        match (work, found) {
            (Some(WatchWork::Reload(truncation)), Some(LookFinding::Files(sighting))) => {
                entry.handed = outlines;
                self.reload(key, sighting.observed, truncation);
            }
            (Some(WatchWork::Remove), _) => self.reload(key, Observed::Gone, Truncation::Possible),
            (Some(WatchWork::Reload(_)), Some(LookFinding::Names(names))) => self.list(key, names),
            _ => entry.outlines = outlines.or(entry.outlines.take()),
        }
    }

    fn pass_hints(&mut self) {
        let hints = self.directories.take_hints();
        if hints.all {
            let soonest = self.rescanned.map_or(Duration::ZERO, |last| last + RESCAN_PAUSE);
            self.rescan.get_or_insert(soonest);
        }
        for key in &hints.sources {
            self.step(key, WatchInput::Hint);
        }
    }

    fn tick(&mut self) {
        let now = self.now();
        if self.rescan.is_some_and(|rescan| rescan <= now) {
            (self.rescan, self.rescanned) = (None, Some(now));
            let all: Vec<_> = self.entries.keys().cloned().collect();
            for key in &all {
                self.step(key, WatchInput::Hint);
            }
        }
        for key in self.due.due(now) {
            if let Some(WatchWork::Look { skip }) = self.step(&key, WatchInput::Tick) {
                self.look(key, skip);
            }
        }
        for (key, deadline) in self.polls.due(now) {
            let source = Arc::clone(&key.source);
            self.ask(
                key,
                move |reloader| Box::pin(async move { reloader.poll(&source, deadline).await }),
                |key, outcome| WatchMessage::PollOutcome { key, outcome },
            );
        }
    }

    /// Takes in what happened to a source.
    fn step(&mut self, key: &WatchKey, input: WatchInput) -> Option<WatchWork> {
        let now = self.now();
        let state = &mut self.entries.get_mut(key)?.state;
        let work = state.step(input, now);
        self.due.set(key, state.next_deadline());
        work
    }

    /// Looks at a source on a thread of its own: a file on a dead network mount blocks it for minutes.
    fn look(&mut self, key: WatchKey, skip: Option<FileStamp>) {
        let Some(entry) = self.entries.get_mut(&key) else { return };
        let is_seen = std::mem::replace(&mut entry.is_seen, true);
        let known = LookBasis { skip, outlines: entry.outlines.clone(), is_seen };
        let (subject, most, generation) =
            (Arc::clone(&entry.subject), entry.options.max_bytes, entry.generation);
        let (looks, pool, inbox) =
            (Arc::clone(&entry.client.looks), self.service.looks(), self.inbox.clone());
        tokio::spawn(async move {
            let _own = looks.acquire().await;
            let looked = pool.run(move || subject.look(&known, most)).await;
            let looked = looked.unwrap_or_else(|_| LookOutcome::unreadable("looking at it panicked"));
            let _ = inbox.send(WatchMessage::LookEnded { key, generation, looked });
        });
    }

    fn reload(&mut self, key: &WatchKey, observed: Observed, truncation: Truncation) {
        self.reloading.insert(key.clone());
        let source = Arc::clone(&key.source);
        self.ask(
            key.clone(),
            move |reloader| Box::pin(async move { reloader.reload(&source, observed, truncation).await }),
            |key, outcome| WatchMessage::Reloaded { key, outcome },
        );
    }

    fn list(&mut self, key: &WatchKey, names: Vec<OsString>) {
        let Some(LookTarget::Directory { directory, .. }) =
            self.entries.get(key).map(|entry| &*entry.subject)
        else {
            return;
        };
        self.reloading.insert(key.clone());
        let directory = directory.clone();
        self.ask(
            key.clone(),
            move |reloader| {
                Box::pin(async move {
                    let listing = reloader.listed(&directory, &names);
                    let found = listing.found.iter();
                    let found = found.filter_map(|found| Some((found.clone(), reloader.watched(found)?)));
                    let found = found.collect();
                    (listing, found)
                })
            },
            |key, outcome| WatchMessage::Listed { key, outcome },
        );
    }

    /// Has the reloader of a source do something in its turn, and is told what came of it.
    fn ask<T: Send + 'static>(
        &self,
        key: WatchKey,
        work: impl FnOnce(Arc<dyn Reloader>) -> BoxFuture<'static, T>,
        message: impl FnOnce(WatchKey, ReloaderOutcome<T>) -> WatchMessage + Send + 'static,
    ) {
        let Some(client) = self.clients.get(&key.client) else { return };
        let work = work(Arc::clone(&client.reloader));
        let (lane, pool, inbox) = (Arc::clone(&client.lane), self.service.reloads(), self.inbox.clone());
        tokio::spawn(async move {
            match lane.run(&pool, work).await {
                Ok(done) => _ = inbox.send(message(key, Ok(done))),
                Err(ReloadEnd::Panicked(said)) => _ = inbox.send(message(key, Err(said))),
                // Whoever closed it has left.
                Err(ReloadEnd::Closed) => {}
            }
        });
    }

    fn reloaded(&mut self, key: &WatchKey, outcome: ReloaderOutcome<TruncationVerdict>) {
        self.reloading.remove(key);
        let taken = *outcome.as_ref().unwrap_or(&TruncationVerdict::Done);
        self.step(key, WatchInput::ReloadDone(taken));
        if let Some(entry) = self.entries.get_mut(key) {
            let handed = entry.handed.take().filter(|_| taken == TruncationVerdict::Done);
            entry.outlines = handed.or(entry.outlines.take());
        }
        self.tell_of_panic(key, outcome.err());
    }

    fn tell_of_panic(&self, key: &WatchKey, panicked: Option<String>) {
        if let Some((client, message)) = self.clients.get(&key.client).zip(panicked) {
            client.tell(WatchNotice::ReloadPanicked { source: key.source.to_string(), message });
        }
    }

    fn listed(
        &mut self,
        key: &WatchKey,
        outcome: ReloaderOutcome<(DirectoryChanges, Vec<(String, WatchTarget)>)>,
    ) {
        let options = self.entries.get(key).map(|entry| entry.options);
        let ((listing, found), done) = outcome
            .map_or_else(|said| (Default::default(), Err(said)), |all| (all, Ok(TruncationVerdict::Done)));
        self.reloaded(key, done);
        for lost in listing.lost {
            self.leave(&WatchKey::new(key.client, &lost));
        }
        let client = self.clients.get(&key.client).cloned();
        if let Some((client, options)) = client.zip(options) {
            for (found, watched) in found {
                let options = WatchOptions { max_bytes: watched.max_bytes, ..options };
                self.watch(&client, &found, &watched, options);
            }
        }
    }

    fn polled(&mut self, key: WatchKey, outcome: ReloaderOutcome<PollOutcome>) {
        let (polled, panicked) = match outcome {
            Ok(polled) => (polled, None),
            Err(message) => (PollOutcome::Failed { retry_after: None }, Some(message)),
        };
        self.polls.answered(&key, polled, self.now());
        self.tell_of_panic(&key, panicked);
        self.ask_for_files(key);
    }
}

async fn pause(wait: Option<Duration>) {
    match wait {
        Some(wait) => tokio::time::sleep(wait).await,
        None => std::future::pending().await,
    }
}
