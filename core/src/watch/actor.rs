//! The actor on the watch's thread: it owns everything that changes, and nothing on it blocks but reloads.

use std::collections::{HashMap, HashSet};
use std::panic::{self, AssertUnwindSafe};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::Notify;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender};

use super::chain::{Link, links_to};
use super::file::{Sighting, Stamp, look};
use super::fs::{Armed, Directories};
use super::state::{Input, State, Work};
use super::{Notice, Observed, Reloader, WatchOptions};

/// What the actor is told: by the [`Watch`](super::Watch), and by its own looks and reloads.
pub(super) enum Message {
    Watch { source: String, path: PathBuf, applied: [u8; 32] },
    Unwatch { source: String },
    Close,
    Looked { source: String, generation: u64, looked: Looked },
    Reloaded { source: String, panicked: Option<String> },
}

/// What came of one look.
pub(super) struct Looked {
    links: Vec<Link>,
    sighting: Option<Sighting>,
}

struct Watched {
    path: Arc<PathBuf>,
    state: State,
    /// Tells this watching from an earlier one of the same source, whose look may still be under way.
    generation: u64,
}

pub(super) struct Actor {
    reloader: Arc<dyn Reloader>,
    options: WatchOptions,
    started: Instant,
    inbox: UnboundedSender<Message>,
    hinted: Arc<Notify>,
    directories: Directories,
    files: HashMap<String, Watched>,
    /// Sources whose reload is under way; one may be watched no longer, or watched again, before it is over.
    reloading: HashSet<String>,
    generations: u64,
    told_of_polling: bool,
}

impl Actor {
    pub fn new(reloader: Arc<dyn Reloader>, options: WatchOptions, inbox: UnboundedSender<Message>) -> Self {
        let hinted = Arc::new(Notify::new());
        let wake = Arc::clone(&hinted);
        Self {
            reloader,
            options,
            started: Instant::now(),
            inbox,
            hinted,
            directories: Directories::new(move || wake.notify_one()),
            files: HashMap::new(),
            reloading: HashSet::new(),
            generations: 0,
            told_of_polling: false,
        }
    }

    /// Runs until it is told to close.
    pub async fn run(mut self, mut messages: UnboundedReceiver<Message>) {
        let hinted = Arc::clone(&self.hinted);
        loop {
            let deadline = self.files.values().filter_map(|file| file.state.next_deadline()).min();
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
            Message::Watch { source, path, applied } => self.watch(source, path, applied),
            Message::Unwatch { source } => {
                self.files.remove(&source);
                self.directories.release(&source);
            }
            Message::Looked { source, generation, looked } => self.looked(&source, generation, looked),
            Message::Reloaded { source, panicked } => {
                self.reloading.remove(&source);
                self.step(&source, Input::ReloadDone);
                if let Some(message) = panicked {
                    self.tell(Notice::ReloadPanicked { source, message });
                }
            }
            Message::Close => {}
        }
    }

    fn watch(&mut self, source: String, path: PathBuf, applied: [u8; 32]) {
        let now = self.now();
        let state = if self.reloading.contains(&source) {
            State::reloading(self.options, applied, now)
        } else {
            State::new(self.options, applied, now)
        };
        self.generations += 1;
        self.files.insert(source, Watched { path: Arc::new(path), state, generation: self.generations });
    }

    fn looked(&mut self, source: &str, generation: u64, Looked { links, sighting }: Looked) {
        if self.files.get(source).is_none_or(|file| file.generation != generation) {
            return;
        }
        let Armed { anew, refusal } = self.directories.arm(source, links);
        if anew {
            // The file may have changed between this look and the arming.
            self.step(source, Input::Hint);
        }
        if let Some(reason) = refusal
            && !self.told_of_polling
        {
            self.told_of_polling = true;
            self.tell(Notice::Polling { reason, interval: self.options.poll_interval });
        }
        let Some(sighting) = sighting else {
            self.step(source, Input::Unchanged);
            return;
        };
        let found = Input::Found(sighting.finding.clone(), sighting.stamp.clone());
        if self.step(source, found) == Some(Work::Reload) {
            self.reload(source.to_owned(), sighting.observed());
        }
    }

    fn pass_hints(&mut self) {
        let hints = self.directories.take_hints();
        let now = self.now();
        for (source, file) in &mut self.files {
            if hints.all || hints.sources.contains(source) {
                file.state.step(Input::Hint, now);
            }
        }
    }

    fn tick(&mut self) {
        let now = self.now();
        for (source, file) in &mut self.files {
            if let Some(Work::Look { skip }) = file.state.step(Input::Tick, now) {
                let look = look_at(Arc::clone(&file.path), skip, self.options.max_bytes);
                let (inbox, source, generation) = (self.inbox.clone(), source.clone(), file.generation);
                tokio::spawn(async move {
                    let looked = look.await;
                    let _ = inbox.send(Message::Looked { source, generation, looked });
                });
            }
        }
    }

    fn step(&mut self, source: &str, input: Input) -> Option<Work> {
        let now = self.now();
        self.files.get_mut(source)?.state.step(input, now)
    }

    fn reload(&mut self, source: String, observed: Observed) {
        self.reloading.insert(source.clone());
        let (reloader, inbox, name) = (Arc::clone(&self.reloader), self.inbox.clone(), source.clone());
        // A task of its own, for its panic to end there.
        let reload = tokio::spawn(async move { reloader.reload(&name, observed).await });
        tokio::spawn(async move {
            let panicked = reload.await.err().map(panic_message);
            let _ = inbox.send(Message::Reloaded { source, panicked });
        });
    }

    fn tell(&self, notice: Notice) {
        let _ = panic::catch_unwind(AssertUnwindSafe(|| self.reloader.notice(notice)));
    }
}

async fn pause(wait: Option<Duration>) {
    match wait {
        Some(wait) => tokio::time::sleep(wait).await,
        None => std::future::pending().await,
    }
}

/// Off the actor's thread: a file on a dead network mount blocks for minutes.
async fn look_at(path: Arc<PathBuf>, skip: Option<Stamp>, max_bytes: usize) -> Looked {
    let looked = tokio::task::spawn_blocking(move || Looked {
        // The way first: a change of it during the look then shows at the next arming.
        links: links_to(&path),
        sighting: look(&path, skip.as_ref(), max_bytes),
    });
    looked.await.unwrap_or_else(|_| Looked {
        links: Vec::new(),
        sighting: Some(Sighting::unreadable("looking at it panicked")),
    })
}

fn panic_message(error: tokio::task::JoinError) -> String {
    let Ok(payload) = error.try_into_panic() else { return "dropped".to_owned() };
    match payload.downcast::<String>() {
        Ok(message) => *message,
        Err(payload) => payload.downcast_ref::<&str>().map_or("no message", |message| *message).to_owned(),
    }
}
