//! A source watch: start, watch and unwatch sources, close.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::error::{Error, Result};
use crate::retrieve::{DirectoryListing, WatchLocation, WatchTarget};
use crate::watch::files::file_group::absolute_path;
use crate::watch::files::look_target::LookTarget;
use crate::watch::service::watch_client::{WatchClient, WatchKey};
use crate::watch::service::watch_message::{WatchMessage, WatchedDirectory};
use crate::watch::service::watch_service::WatchService;
use crate::watch::{Reloader, WatchOptions};

/// The maximum time that [`SourceWatch::close`] waits for a reload. A reload that waits for the closing thread would
/// deadlock without it.
const CLOSE_WAIT: Duration = Duration::from_secs(1);
const MIN_POLL: Duration = Duration::from_millis(10);

/// Watches local files, polls addresses, and hands their new states to a [`Reloader`]. It shares threads and file events with
/// all watches of its [`WatchService`].
///
/// A reloader that owns its watch forms a cycle, which [`SourceWatch::close`] breaks.
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
    /// A watch without sources. The service starts its task with the first source.
    pub fn start(service: &WatchService, reloader: Arc<dyn Reloader>, options: WatchOptions) -> Self {
        Self { service: service.clone(), options, phase: Mutex::new(WatchPhase::Idle(reloader)) }
    }

    /// Watches the file of a source, instead of the one watched before. `applied` is the SHA-256 of the bytes in use. Other
    /// content is handed over, now or later.
    ///
    /// The file need not exist. A relative path is resolved against the current directory now.
    ///
    /// # Errors
    /// [`Error::Closed`] after [`SourceWatch::close`].
    pub fn watch(&self, source: &str, path: PathBuf, applied: [u8; 32]) -> Result<()> {
        let location = WatchLocation::File(path, applied);
        let watched = WatchTarget { location, files: Vec::new(), max_bytes: self.options.max_bytes };
        self.watch_document(source, watched, self.options)
    }

    /// Watches a document: its file or address, and all other files that it consists of. Content that differs from the
    /// content in use is handed over, now or later.
    ///
    /// # Errors
    /// As [`SourceWatch::watch`]; [`Error::InvalidOptions`] for a document without a location.
    pub fn watch_document(&self, source: &str, watched: WatchTarget, options: WatchOptions) -> Result<()> {
        let location = match watched.location {
            WatchLocation::File(path, applied) => WatchLocation::File(absolute_path(&path), applied),
            WatchLocation::Address(age) => WatchLocation::Address(age),
            WatchLocation::Program => WatchLocation::Program,
            WatchLocation::Text => return Err(unwatchable(source)),
        };
        let options = within_bounds(WatchOptions { max_bytes: watched.max_bytes, ..options });
        let watched = WatchTarget { location, ..watched };
        let source = source.to_owned();
        self.send_order(|client| WatchMessage::WatchSource { client, source, watched, options })
    }

    /// Watches which files of a listing are in a directory. New ones go to [`Reloader::update_listing`], and those that it
    /// accepts are watched with the same options. Those in `known` are not: the caller watches them.
    ///
    /// # Errors
    /// As [`SourceWatch::watch`].
    pub fn watch_directory(
        &self,
        directory: &Path,
        known: Vec<OsString>,
        listing: DirectoryListing,
        options: WatchOptions,
    ) -> Result<()> {
        let path = absolute_path(directory);
        let directory = WatchedDirectory { directory: directory.to_owned(), path, known, listing };
        let options = within_bounds(options);
        self.send_order(|client| WatchMessage::WatchDirectory { client, directory, options })
    }

    /// Asks the reloader for the files of a source that was loaded by other means. Does nothing for a source that is not
    /// watched.
    pub fn update_files(&self, source: &str) {
        self.send(source, |key| WatchMessage::UpdateFiles { key });
    }

    fn send_order(&self, message: impl FnOnce(Arc<WatchClient>) -> WatchMessage) -> Result<()> {
        let mut phase = self.phase();
        // The client joins with its first source, so that an unused watch costs nothing.
        if let WatchPhase::Idle(reloader) = &*phase {
            *phase = WatchPhase::Active(Arc::new(WatchClient::new(
                self.service.next_client_id(),
                Arc::clone(reloader),
            )));
        }
        let WatchPhase::Active(client) = &*phase else { return Err(Error::Closed { what: "watch" }) };
        self.service.send_or_start(message(Arc::clone(client)));
        Ok(())
    }

    fn send(&self, source: &str, message: impl FnOnce(WatchKey) -> WatchMessage) {
        if let WatchPhase::Active(client) = &*self.phase() {
            self.service.send_if_running(message(WatchKey::new(client.id, source)));
        }
    }

    /// Stops watching a source. A reload that is under way or about to begin still comes. Does nothing for a source that is
    /// not watched.
    pub fn unwatch(&self, source: &str) {
        self.send(source, |key| WatchMessage::Unwatch { key });
    }

    /// Stops watching which documents are in a directory. Each of them is still watched.
    pub fn unwatch_directory(&self, directory: &Path) {
        self.unwatch(&LookTarget::name_of_directory(&absolute_path(directory)));
    }

    /// Stops watching all sources for ever. A reload under way is dropped where it next awaits.
    ///
    /// No reload runs when this returns, with two exceptions: a call from inside a reload, and a reload that blocks its thread
    /// for longer than a second.
    pub fn close(&self) {
        // The lock is released before the wait: the reload that is waited for may use this watch.
        let phase = std::mem::replace(&mut *self.phase(), WatchPhase::Closed);
        if let WatchPhase::Active(client) = phase {
            self.service.send_if_running(WatchMessage::ClientLeft { client: client.id });
            client.reload_queue.close(CLOSE_WAIT);
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
        server_poll_interval: options.server_poll_interval.max(MIN_POLL),
        ..options
    }
}

/// The error for watching a document without a location.
pub fn unwatchable(source: &str) -> Error {
    Error::InvalidOptions {
        option: "watch".to_owned(),
        reason: format!("{source} has no location to watch: load it from a file or from an http(s) address"),
    }
}
