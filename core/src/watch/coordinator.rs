//! The thread that watches: its start, its orders, its end.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, mpsc};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use tokio::runtime::{Builder, Runtime};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use super::actor::{Actor, Message, from_root};
use super::subject::Subject;
use super::{Reloader, WatchOptions};
use crate::error::{Error, Result};
use crate::loader::{Stand, Watched};

/// How long [`Watch::close`] waits for its thread. A reload that blocks on the closing thread would hold both for ever.
const CLOSE_WAIT: Duration = Duration::from_secs(1);
/// How long the thread waits for a look that is under way when it ends.
const LOOK_WAIT: Duration = Duration::from_millis(200);
/// How many files are looked at at once. A dead network mount holds one for each file on it.
const MAX_LOOKS: usize = 8;
/// Documents are parsed by the reload, and a deep one takes more stack than the 2 MiB of a thread.
const STACK: usize = 8 * 1024 * 1024;
const MIN_POLL: Duration = Duration::from_millis(10);

/// Watches local files and polls addresses, and hands what becomes of them to a [`Reloader`]. One thread, however many
/// there are, which starts with the first of them.
///
/// A reloader that owns its watch, and is owned by it, lives until [`Watch::close`].
pub struct Watch {
    options: WatchOptions,
    phase: Mutex<Phase>,
}

enum Phase {
    Idle(Arc<dyn Reloader>),
    Running(Running),
    Closed,
}

struct Running {
    inbox: UnboundedSender<Message>,
    thread: JoinHandle<()>,
    ended: mpsc::Receiver<()>,
}

impl Watch {
    /// A watch of no files, whose thread has not started.
    pub fn start(reloader: Arc<dyn Reloader>, options: WatchOptions) -> Self {
        Self { options, phase: Mutex::new(Phase::Idle(reloader)) }
    }

    /// Watches the file of a source, in place of the one it was watched at before. `applied` is the SHA-256 of the
    /// bytes that are in use: what the file holds is handed over if it is anything else, now or later.
    ///
    /// The file need not exist. A relative path counts from the current directory of this moment.
    ///
    /// # Errors
    /// [`Error::Closed`] after [`Watch::close`]; [`Error::Internal`] if the system gives no thread.
    pub fn watch(&self, source: &str, path: PathBuf, applied: [u8; 32]) -> Result<()> {
        let stand = Stand::File(path, applied);
        let watched = Watched { stand, parts: Vec::new(), max_bytes: self.options.max_bytes };
        self.keep(source, watched, self.options)
    }

    /// Watches a document: its file or its address, and the other files that it is made of. What is handed over is
    /// whatever differs from what is in use, now or later.
    ///
    /// # Errors
    /// As [`Watch::watch`]; [`Error::InvalidOptions`] for a document that stands nowhere.
    pub fn keep(&self, source: &str, watched: Watched, options: WatchOptions) -> Result<()> {
        let stand = match watched.stand {
            Stand::File(path, applied) => Stand::File(from_root(&path), applied),
            Stand::Address(age) => Stand::Address(age),
            Stand::Nowhere => return Err(unwatchable(source)),
        };
        let options = within_bounds(WatchOptions { max_bytes: watched.max_bytes, ..options });
        let watched = Watched { stand, ..watched };
        self.order(Message::Watch { source: source.to_owned(), watched, options })
    }

    /// Watches which documents are in a directory, of which some are known. New ones go to [`Reloader::listed`], and are
    /// watched with the same options if that says so; those that are known are to be watched beside.
    ///
    /// # Errors
    /// As [`Watch::watch`].
    pub fn keep_directory(
        &self,
        directory: &Path,
        known: Vec<OsString>,
        options: WatchOptions,
    ) -> Result<()> {
        let (path, directory) = (from_root(directory), directory.to_owned());
        let options = within_bounds(options);
        self.order(Message::WatchDirectory { directory, path, known, options })
    }

    /// Takes note that a document was loaded by other means, and may be made of other files now. Nothing happens where
    /// the source is not watched.
    pub fn refit(&self, source: &str) {
        if let Phase::Running(running) = &*self.phase() {
            let _ = running.inbox.send(Message::Refit { source: source.to_owned() });
        }
    }

    fn order(&self, message: Message) -> Result<()> {
        let mut phase = self.phase();
        if let Phase::Idle(reloader) = &*phase {
            *phase = Phase::Running(Running::start(Arc::clone(reloader))?);
        }
        let Phase::Running(running) = &*phase else { return Err(Error::Closed { what: "watch" }) };
        running.inbox.send(message).map_err(|_| Error::Closed { what: "watch" })
    }

    /// Watches the file of a source no longer. A reload of it that is under way, or about to begin, still comes.
    /// Nothing happens where the source is not watched.
    pub fn unwatch(&self, source: &str) {
        if let Phase::Running(running) = &*self.phase() {
            let _ = running.inbox.send(Message::Unwatch { source: source.to_owned() });
        }
    }

    /// Watches no longer which documents are in a directory; each of them is watched as before.
    pub fn unwatch_directory(&self, directory: &Path) {
        let (path, directory) = (from_root(directory), directory.to_owned());
        self.unwatch(&Subject::Directory { directory, path }.name());
    }

    /// Ends all watching, for good. A reload under way is dropped where it next awaits.
    ///
    /// When this returns no reload runs, with two exceptions: it was called on the watch's own thread, from inside a
    /// reload; or a reload blocks that thread for longer than a second. Then the thread ends by itself afterwards.
    pub fn close(&self) {
        let phase = std::mem::replace(&mut *self.phase(), Phase::Closed);
        if let Phase::Running(running) = phase {
            running.end();
        }
    }

    fn phase(&self) -> MutexGuard<'_, Phase> {
        self.phase.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.close();
    }
}

impl Running {
    fn start(reloader: Arc<dyn Reloader>) -> Result<Self> {
        let internal =
            |error: std::io::Error| Error::Internal { reason: format!("no watch thread: {error}") };
        let (inbox, messages) = unbounded_channel();
        let actor = Actor::new(reloader, inbox.clone());
        let (ready, is_ready) = mpsc::channel();
        let (end, ended) = mpsc::channel();
        // The runtime is made and dropped on the thread: where the caller is in a runtime, dropping another one panics.
        let thread = thread::Builder::new()
            .name("toolrack-watch".to_owned())
            .stack_size(STACK)
            .spawn(move || {
                match runtime() {
                    Ok(runtime) => {
                        let _ = ready.send(Ok(()));
                        run(runtime, actor, messages);
                    }
                    Err(error) => _ = ready.send(Err(error)),
                }
                let _ = end.send(());
            })
            .map_err(internal)?;
        is_ready.recv().expect("the thread says so before it ends").map_err(internal)?;
        Ok(Self { inbox, thread, ended })
    }

    fn end(self) {
        let _ = self.inbox.send(Message::Close);
        if thread::current().id() == self.thread.thread().id() {
            return;
        }
        // Joined, and not left to itself, where that can be: Node unmaps an addon when the worker thread that loaded
        // it ends, and a thread that still runs its code would crash the process.
        if self.ended.recv_timeout(CLOSE_WAIT) != Err(mpsc::RecvTimeoutError::Timeout) {
            let _ = self.thread.join();
        }
    }
}

fn within_bounds(options: WatchOptions) -> WatchOptions {
    WatchOptions {
        poll_interval: options.poll_interval.max(MIN_POLL),
        ask_interval: options.ask_interval.max(MIN_POLL),
        ..options
    }
}

/// The error of watching what stands nowhere.
pub fn unwatchable(source: &str) -> Error {
    Error::InvalidOptions {
        option: "watch".to_owned(),
        reason: format!("{source} stands nowhere: only files and addresses are watched"),
    }
}

fn runtime() -> std::io::Result<Runtime> {
    Builder::new_current_thread()
        .enable_all()
        .max_blocking_threads(MAX_LOOKS)
        .thread_name("toolrack-look")
        .build()
}

/// Drives the runtime all the time and not only for reloads: connections that a reload leaves in a pool live on it.
fn run(runtime: Runtime, actor: Actor, messages: UnboundedReceiver<Message>) {
    runtime.block_on(actor.run(messages));
    // Dropping it would wait for each look, and one at a dead network mount takes minutes.
    runtime.shutdown_timeout(LOOK_WAIT);
}
