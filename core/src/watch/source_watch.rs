//! One watch: its start, its orders, its end.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::error::{Error, Result};
use crate::retrieve::{WatchLocation, WatchTarget};
use crate::watch::files::file_group::from_root;
use crate::watch::files::look_target::LookTarget;
use crate::watch::service::watch_client::{WatchClient, WatchKey};
use crate::watch::service::watch_message::WatchMessage;
use crate::watch::service::watch_service::WatchService;
use crate::watch::{Reloader, WatchOptions};

/// How long [`SourceWatch::close`] waits for a reload. One that blocks on the closing thread would hold both for ever.
const CLOSE_WAIT: Duration = Duration::from_secs(1);
const MIN_POLL: Duration = Duration::from_millis(10);

/// Watches local files and polls addresses, and hands what becomes of them to a [`Reloader`], by means that it shares with
/// all watches of its [`WatchService`].
///
/// A reloader that owns its watch, and is owned by it, lives until [`SourceWatch::close`].
pub struct SourceWatch {
    service: WatchService,
    options: WatchOptions,
    phase: Mutex<WatchPhase>,
}

enum WatchPhase {
    Idle(Arc<dyn Reloader>),
    Active(Arc<WatchClient>),
    Closed,
}

impl SourceWatch {
    /// A watch of no files.
    pub fn start(service: &WatchService, reloader: Arc<dyn Reloader>, options: WatchOptions) -> Self {
        Self { service: service.clone(), options, phase: Mutex::new(WatchPhase::Idle(reloader)) }
    }

    /// Watches the file of a source, in place of the one it was watched at before. `applied` is the SHA-256 of the
    /// bytes that are in use: what the file holds is handed over if it is anything else, now or later.
    ///
    /// The file need not exist. A relative path counts from the current directory of this moment.
    ///
    /// # Errors
    /// [`Error::Closed`] after [`SourceWatch::close`].
    pub fn watch(&self, source: &str, path: PathBuf, applied: [u8; 32]) -> Result<()> {
        let location = WatchLocation::File(path, applied);
        let watched = WatchTarget { location, files: Vec::new(), max_bytes: self.options.max_bytes };
        self.keep(source, watched, self.options)
    }

    /// Watches a document: its file or its address, and the other files that it is made of. What is handed over is
    /// whatever differs from what is in use, now or later.
    ///
    /// # Errors
    /// As [`SourceWatch::watch`]; [`Error::InvalidOptions`] for a document that stands nowhere.
    pub fn keep(&self, source: &str, watched: WatchTarget, options: WatchOptions) -> Result<()> {
        let location = match watched.location {
            WatchLocation::File(path, applied) => WatchLocation::File(from_root(&path), applied),
            WatchLocation::Address(age) => WatchLocation::Address(age),
            WatchLocation::Nowhere => return Err(unwatchable(source)),
        };
        let options = within_bounds(WatchOptions { max_bytes: watched.max_bytes, ..options });
        let watched = WatchTarget { location, ..watched };
        let source = source.to_owned();
        self.order(|client| WatchMessage::WatchSource { client, source, watched, options })
    }

    /// Watches which documents are in a directory, of which some are known. New ones go to [`Reloader::listed`], and are
    /// watched with the same options if that says so; those that are known are to be watched beside.
    ///
    /// # Errors
    /// As [`SourceWatch::watch`].
    pub fn keep_directory(
        &self,
        directory: &Path,
        known: Vec<OsString>,
        options: WatchOptions,
    ) -> Result<()> {
        let (path, directory) = (from_root(directory), directory.to_owned());
        let options = within_bounds(options);
        self.order(|client| WatchMessage::WatchDirectory { client, directory, path, known, options })
    }

    /// Takes note that a document was loaded by other means, and may be made of other files now. Nothing happens where
    /// the source is not watched.
    pub fn refit(&self, source: &str) {
        self.tell(source, |key| WatchMessage::Refit { key });
    }

    fn order(&self, message: impl FnOnce(Arc<WatchClient>) -> WatchMessage) -> Result<()> {
        let mut phase = self.phase();
        if let WatchPhase::Idle(reloader) = &*phase {
            *phase =
                WatchPhase::Active(Arc::new(WatchClient::new(self.service.join(), Arc::clone(reloader))));
        }
        let WatchPhase::Active(client) = &*phase else { return Err(Error::Closed { what: "watch" }) };
        self.service.order(message(Arc::clone(client)));
        Ok(())
    }

    fn tell(&self, source: &str, message: impl FnOnce(WatchKey) -> WatchMessage) {
        if let WatchPhase::Active(client) = &*self.phase() {
            self.service.tell(message(WatchKey::new(client.id, source)));
        }
    }

    /// Watches the file of a source no longer. A reload of it that is under way, or about to begin, still comes.
    /// Nothing happens where the source is not watched.
    pub fn unwatch(&self, source: &str) {
        self.tell(source, |key| WatchMessage::Unwatch { key });
    }

    /// Watches no longer which documents are in a directory; each of them is watched as before.
    pub fn unwatch_directory(&self, directory: &Path) {
        let (path, directory) = (from_root(directory), directory.to_owned());
        self.unwatch(&LookTarget::Directory { directory, path }.name());
    }

    /// Ends all watching, for good. A reload under way is dropped where it next awaits.
    ///
    /// When this returns no reload runs, with two exceptions: it was called from inside a reload; or a reload blocks its
    /// thread for longer than a second.
    pub fn close(&self) {
        let phase = std::mem::replace(&mut *self.phase(), WatchPhase::Closed);
        if let WatchPhase::Active(client) = phase {
            self.service.tell(WatchMessage::Leave { client: client.id });
            client.lane.close(CLOSE_WAIT);
        }
    }

    fn phase(&self) -> MutexGuard<'_, WatchPhase> {
        self.phase.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for SourceWatch {
    fn drop(&mut self) {
        self.close();
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
