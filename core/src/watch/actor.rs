//! The actor on the watch's thread: it owns everything that changes, and nothing on it blocks but reloads.

use std::collections::{HashMap, HashSet};
use std::ffi::OsString;
use std::panic::{self, AssertUnwindSafe};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::Notify;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender};
use tokio::task::JoinHandle;

use super::fs::{Armed, Directories};
use super::group::{Group, Stamp, content_of};
use super::mounts::mounted;
use super::polls::Polls;
use super::state::{Finding, Input, State, Work};
use super::subject::{Found, Looked, Subject, listing_of};
use super::{Notice, Observed, Reloader, WatchOptions};
use crate::loader::{Listing, Polled, Stand, Watched};

/// What the actor is told: by the [`Watch`](super::Watch), and by its own looks, reloads and questions.
pub(super) enum Message {
    Watch {
        source: String,
        watched: Watched,
        options: WatchOptions,
    },
    /// A directory, as it is called and from the root, and the documents that are known to be in it.
    WatchDirectory {
        directory: PathBuf,
        path: PathBuf,
        known: Vec<OsString>,
        options: WatchOptions,
    },
    /// A document was loaded by other means: other files may belong to it.
    Refit {
        source: String,
    },
    Unwatch {
        source: String,
    },
    Close,
    Looked {
        source: String,
        generation: u64,
        looked: Looked,
    },
    Reloaded {
        source: String,
        panicked: Option<String>,
    },
    Listed {
        source: String,
        listing: Result<Listing, String>,
    },
    Polled {
        source: String,
        polled: Result<Polled, String>,
    },
}

struct Entry {
    subject: Arc<Subject>,
    state: State,
    options: WatchOptions,
    /// Tells this watching from an earlier one of the same source, whose look may still be under way.
    generation: u64,
}

pub(super) struct Actor {
    reloader: Arc<dyn Reloader>,
    started: Instant,
    inbox: UnboundedSender<Message>,
    hinted: Arc<Notify>,
    directories: Directories,
    entries: HashMap<String, Entry>,
    polls: Polls,
    /// Sources whose reload is under way; one may be watched no longer, or watched again, before it is over.
    reloading: HashSet<String>,
    generations: u64,
    told_of_polling: bool,
    /// Files that it was told of that nobody can see change.
    told_of_blindness: HashSet<PathBuf>,
}

impl Actor {
    pub fn new(reloader: Arc<dyn Reloader>, inbox: UnboundedSender<Message>) -> Self {
        let hinted = Arc::new(Notify::new());
        let wake = Arc::clone(&hinted);
        Self {
            reloader,
            started: Instant::now(),
            inbox,
            hinted,
            directories: Directories::new(move || wake.notify_one()),
            entries: HashMap::new(),
            polls: Polls::default(),
            reloading: HashSet::new(),
            generations: 0,
            told_of_polling: false,
            told_of_blindness: HashSet::new(),
        }
    }

    /// Runs until it is told to close.
    pub async fn run(mut self, mut messages: UnboundedReceiver<Message>) {
        let hinted = Arc::clone(&self.hinted);
        loop {
            let deadlines = self.entries.values().filter_map(|entry| entry.state.next_deadline());
            let deadline = deadlines.chain(self.polls.next_deadline()).min();
            let wait = deadline.map(|deadline| deadline.saturating_sub(self.now()));
            tokio::select! {
                message = messages.recv() => match message {
                    Some(Message::Close) | None => return,
                    Some(message) => self.take(message),
                },
                () = hinted.notified() => self.pass_hints(),
                () = pause(wait) => {}
            }
            self.tick();
        }
    }

    fn now(&self) -> Duration {
        self.started.elapsed()
    }

    fn take(&mut self, message: Message) {
        match message {
            Message::Watch { source, watched, options } => self.watch(source, &watched, options),
            Message::WatchDirectory { directory, path, known, options } => {
                let subject = Subject::Directory { directory, path };
                self.enter(subject.name(), subject, &listing_of(&known), options);
            }
            Message::Refit { source } => self.refit(&source),
            Message::Unwatch { source } => {
                self.polls.remove(&source);
                self.leave(&source);
            }
            Message::Looked { source, generation, looked } => self.looked(&source, generation, looked),
            Message::Reloaded { source, panicked } => {
                self.reloaded(&source, panicked);
                self.refit(&source);
            }
            Message::Listed { source, listing } => self.listed(&source, listing),
            Message::Polled { source, polled } => self.polled(&source, polled),
            Message::Close => {}
        }
    }

    fn watch(&mut self, source: String, watched: &Watched, options: WatchOptions) {
        match &watched.stand {
            Stand::Address(age) => self.polls.watch(&source, options, *age, self.now()),
            Stand::File(..) | Stand::Nowhere => self.polls.remove(&source),
        }
        match Group::of(watched) {
            Some((group, applied)) => {
                self.warn(&source, &group);
                self.enter(source, Subject::Files(group), &applied, options);
            }
            None => self.leave(&source),
        }
    }

    fn warn(&mut self, source: &str, group: &Group) {
        for path in mounted(group.paths()) {
            if self.told_of_blindness.insert(path.clone()) {
                self.tell(Notice::Blind { source: source.to_owned(), path });
            }
        }
    }

    fn enter(&mut self, source: String, subject: Subject, applied: &Finding, options: WatchOptions) {
        let now = self.now();
        let timing = subject.timing(options);
        let state = if self.reloading.contains(&source) {
            State::reloading(timing, applied.clone(), now)
        } else {
            State::new(timing, applied.clone(), now)
        };
        self.generations += 1;
        let (subject, generation) = (Arc::new(subject), self.generations);
        self.entries.insert(source, Entry { subject, state, options, generation });
    }

    fn leave(&mut self, source: &str) {
        self.entries.remove(source);
        self.directories.release(source);
    }

    /// Looks at the files that a source is made of now, if they are others than before.
    fn refit(&mut self, source: &str) {
        let now = self.now();
        let polled = self.polls.options(source);
        if polled.is_none() && !self.entries.contains_key(source) {
            return;
        }
        let Some((group, applied)) = self.reloader.watched(source).as_ref().and_then(Group::of) else {
            return;
        };
        let subject = Subject::Files(group);
        match (self.entries.get_mut(source), polled) {
            (Some(entry), _) if *entry.subject == subject => {}
            (Some(entry), _) => {
                self.generations += 1;
                (entry.subject, entry.generation) = (Arc::new(subject), self.generations);
                entry.state.refit(applied, now);
            }
            (None, Some(options)) => self.enter(source.to_owned(), subject, &applied, options),
            (None, None) => {}
        }
    }

    fn looked(&mut self, source: &str, generation: u64, looked: Looked) {
        let Looked { links, found } = looked;
        let Some(entry) = self.entries.get(source).filter(|entry| entry.generation == generation) else {
            return;
        };
        let interval = entry.options.poll_interval;
        let Armed { anew, refusal } = self.directories.arm(source, links);
        if anew {
            // The file may have changed between this look and the arming.
            self.step(source, Input::Hint);
        }
        if let Some(reason) = refusal
            && !self.told_of_polling
        {
            self.told_of_polling = true;
            self.tell(Notice::Polling { reason, interval });
        }
        let (finding, stamp) = match &found {
            None => {
                self.step(source, Input::Unchanged);
                return;
            }
            Some(Found::Files(sighting)) => (sighting.finding.clone(), sighting.stamp.clone()),
            Some(Found::Names(names)) => (listing_of(names), None::<Stamp>),
        };
        let work = self.step(source, Input::Found(finding, stamp));
        match (work, found) {
            (Some(Work::Reload), Some(Found::Files(sighting))) => self.reload(source, sighting.observed),
            (Some(Work::Remove), _) => self.reload(source, Observed::Gone),
            (Some(Work::Reload), Some(Found::Names(names))) => self.list(source, names),
            _ => {}
        }
    }

    fn pass_hints(&mut self) {
        let hints = self.directories.take_hints();
        let now = self.now();
        for (source, entry) in &mut self.entries {
            if hints.all || hints.sources.contains(source) {
                entry.state.step(Input::Hint, now);
            }
        }
    }

    fn tick(&mut self) {
        let now = self.now();
        for (source, entry) in &mut self.entries {
            if let Some(Work::Look { skip }) = entry.state.step(Input::Tick, now) {
                let look = look_at(Arc::clone(&entry.subject), skip, entry.options.max_bytes);
                let (inbox, source, generation) = (self.inbox.clone(), source.clone(), entry.generation);
                tokio::spawn(async move {
                    let looked = look.await;
                    let _ = inbox.send(Message::Looked { source, generation, looked });
                });
            }
        }
        for (source, deadline) in self.polls.due(now) {
            let (reloader, name) = (Arc::clone(&self.reloader), source.clone());
            let asked = tokio::spawn(async move { reloader.poll(&name, deadline).await });
            self.report(asked, |polled| Message::Polled { source, polled });
        }
    }

    fn step(&mut self, source: &str, input: Input) -> Option<Work> {
        let now = self.now();
        self.entries.get_mut(source)?.state.step(input, now)
    }

    fn reload(&mut self, source: &str, observed: Observed) {
        self.reloading.insert(source.to_owned());
        let (reloader, source, name) = (Arc::clone(&self.reloader), source.to_owned(), source.to_owned());
        // A task of its own, for its panic to end there.
        let reload = tokio::spawn(async move { reloader.reload(&name, observed).await });
        self.report(reload, |outcome| Message::Reloaded { source, panicked: outcome.err() });
    }

    fn list(&mut self, source: &str, names: Vec<OsString>) {
        let Some(Subject::Directory { directory, .. }) =
            self.entries.get(source).map(|entry| &*entry.subject)
        else {
            return;
        };
        self.reloading.insert(source.to_owned());
        let (reloader, directory, source) =
            (Arc::clone(&self.reloader), directory.clone(), source.to_owned());
        let listing = tokio::spawn(async move { reloader.listed(&directory, &names) });
        self.report(listing, |listing| Message::Listed { source, listing });
    }

    /// Sends what becomes of a task, or what its panic said.
    fn report<T: Send + 'static>(
        &self,
        task: JoinHandle<T>,
        message: impl FnOnce(Result<T, String>) -> Message + Send + 'static,
    ) {
        let inbox = self.inbox.clone();
        tokio::spawn(async move {
            let _ = inbox.send(message(task.await.map_err(panic_message)));
        });
    }

    fn reloaded(&mut self, source: &str, panicked: Option<String>) {
        self.reloading.remove(source);
        self.step(source, Input::ReloadDone);
        if let Some(message) = panicked {
            self.tell(Notice::ReloadPanicked { source: source.to_owned(), message });
        }
    }

    fn listed(&mut self, source: &str, listing: Result<Listing, String>) {
        let options = self.entries.get(source).map(|entry| entry.options);
        let (listing, panicked) =
            listing.map_or_else(|said| (Listing::default(), Some(said)), |all| (all, None));
        self.reloaded(source, panicked);
        for lost in listing.lost {
            self.leave(&lost);
        }
        for found in listing.found {
            if let (Some(watched), Some(options)) = (self.reloader.watched(&found), options) {
                self.watch(found, &watched, WatchOptions { max_bytes: watched.max_bytes, ..options });
            }
        }
    }

    fn polled(&mut self, source: &str, polled: Result<Polled, String>) {
        let (polled, panicked) = match polled {
            Ok(polled) => (polled, None),
            Err(message) => (Polled::Failed { retry_after: None }, Some(message)),
        };
        self.polls.answered(source, polled, self.now());
        if let Some(message) = panicked {
            self.tell(Notice::ReloadPanicked { source: source.to_owned(), message });
        }
        self.refit(source);
    }

    fn tell(&self, notice: Notice) {
        let _ = panic::catch_unwind(AssertUnwindSafe(|| self.reloader.notice(notice)));
    }
}

impl Group {
    /// The files of a document, and what of them is in use. `None` where there are none.
    fn of(watched: &Watched) -> Option<(Self, Finding)> {
        let (document, applied) = match &watched.stand {
            Stand::File(path, applied) => (Some(from_root(path)), Some(*applied)),
            Stand::Address(_) | Stand::Nowhere => (None, None),
        };
        let parts: Vec<_> = watched.parts.iter().map(|part| part.path.clone()).collect();
        let group = Self { document, parts };
        (!group.paths().is_empty()).then(|| (group, content_of(applied, &watched.parts)))
    }
}

/// A path from the root, as it was given else.
pub(super) fn from_root(path: &std::path::Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.to_owned())
}

async fn pause(wait: Option<Duration>) {
    match wait {
        Some(wait) => tokio::time::sleep(wait).await,
        None => std::future::pending().await,
    }
}

/// Off the actor's thread: a file on a dead network mount blocks for minutes.
async fn look_at(subject: Arc<Subject>, skip: Option<Stamp>, max_bytes: usize) -> Looked {
    let looked = tokio::task::spawn_blocking(move || subject.look(skip.as_ref(), max_bytes));
    looked.await.unwrap_or_else(|_| Looked::unreadable("looking at it panicked"))
}

fn panic_message(error: tokio::task::JoinError) -> String {
    let Ok(payload) = error.try_into_panic() else { return "dropped".to_owned() };
    match payload.downcast::<String>() {
        Ok(message) => *message,
        Err(payload) => payload.downcast_ref::<&str>().map_or("no message", |message| *message).to_owned(),
    }
}
