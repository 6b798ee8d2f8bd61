//! Hot reload: watches files and polls servers, and hands new content to a [`Reloader`] once it is stable.
//!
//! File events are unreliable: network mounts send none, a replaced directory ends them, and an editor writes in several
//! steps. So an event is only a hint and content is the truth. A hint or a poll leads to a look; new content must be found
//! twice (debounce, 150 ms apart) before it is handed over. All files of a document are read as they stood at one time, so
//! that a `ConfigMap` whose symlink is swapped never mixes generations. Content that looks truncated waits longer.
//!
//! ```no_run
//! use std::sync::Arc;
//! use toolrack_core::watch::{SourceWatch, WatchOptions, WatchService};
//! # fn start(reloader: Arc<dyn toolrack_core::watch::Reloader>) -> toolrack_core::error::Result<()> {
//! let service = WatchService::new(tokio::runtime::Handle::current()); // one for the whole process
//! let watch = SourceWatch::start(&service, reloader, WatchOptions::default());
//! watch.watch("crm", "crm.yaml".into(), [0; 32])?; // SHA-256 of the bytes that are in use
//! # Ok(())
//! # }
//! ```
//!
//! | need or symptom | place |
//! |---|---|
//! | debounce, stability, truncated content: when a change is handed over | `debounce/` |
//! | file events (inotify) are lost or refused; a symlink swap goes unseen | `file_events/` |
//! | content, stamps, several files as one; a bind mount of a single file | `files/` |
//! | polling of a server, backoff, `Retry-After` | `polling/` |
//! | one task for all watches, reload queue, blocking threads | `service/` |
//! | start, stop, options; reloads by the loader | `source_watch`, `options`, `document_reloader` |
//!
//! Limits: a writer that pauses longer than [`WatchOptions::truncation`] passes for finished. A single file that is
//! bind-mounted keeps its old content when it is replaced outside; this is reported as [`WatchNotice::Blind`].

mod debounce;
mod document_reloader;
mod file_events;
mod files;
mod options;
mod polling;
mod service;
mod source_watch;
mod timetable;

use std::ffi::OsString;
use std::fmt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use futures_core::future::BoxFuture;

use crate::loader::DirectoryChanges;
pub use crate::loader::{Truncation, TruncationVerdict};
use crate::retrieve::{FileContents, PollOutcome, WatchTarget};

pub use document_reloader::DocumentReloader;
pub use options::WatchOptions;
pub use service::watch_service::WatchService;
pub use source_watch::{SourceWatch, unwatchable};

/// Takes what has become of the watched files. It has no way to fail: it reports by means of its own.
pub trait Reloader: Send + Sync {
    /// Takes the new state of one source. The future is driven on the runtime of the [`WatchService`] and may block: of all
    /// that a watch asks its reloader for only one thing is at work at any time. At most one reload is under way per source,
    /// and what changes meanwhile is seen after it.
    ///
    /// Content that may be of a file that is still being written can be left alone by [`TruncationVerdict::Truncated`]: what was in use
    /// then still is, and the content comes again if it stays for [`WatchOptions::truncation`].
    ///
    /// Other content comes once, whatever becomes of it: one that is refused here comes again only after another, or after
    /// the file was missing or could not be read.
    ///
    /// A panic ends this reload only and becomes [`WatchNotice::ReloadPanicked`].
    fn reload(
        &self,
        source: &str,
        observed: Observed,
        truncation: Truncation,
    ) -> BoxFuture<'_, TruncationVerdict>;

    /// Asks the server of a source whether its document has changed, and takes what it answers. Called like
    /// [`Reloader::reload`]; at most one question is under way per source.
    fn poll(&self, source: &str, deadline: Duration) -> BoxFuture<'_, PollOutcome> {
        let _ = (source, deadline);
        Box::pin(async { PollOutcome::Gone })
    }

    /// A source as it is to be watched, after it was reloaded: other files may belong to it. `None`: as before.
    fn watched(&self, source: &str) -> Option<WatchTarget> {
        let _ = source;
        None
    }

    /// Takes the names of the documents that are in a directory now, and says which are to be watched.
    fn listed(&self, directory: &Path, names: &[OsString]) -> DirectoryChanges {
        let _ = (directory, names);
        DirectoryChanges::default()
    }

    /// Takes word of the watching itself. Must not block: all watches of the service would wait.
    fn notice(&self, notice: WatchNotice) {
        let _ = notice;
    }
}

/// What has become of a watched file.
#[derive(Clone, PartialEq, Eq)]
pub enum Observed {
    /// New content: all of it, as it stood in the file at one time. Empty if the file stays empty.
    Bytes(Vec<u8>),
    /// New content of at least one of several files: all of each, as they stood at one time.
    Together(FileContents),
    /// There is no file. Told once, until there is one again.
    Missing,
    /// There has been none for as long as [`WatchOptions::remove_after`] allows. Told once, until there is one again.
    Gone,
    /// There is one that cannot be read, told once for each reason.
    Unreadable {
        /// Why, to stand after `cannot read {path}: `.
        reason: String,
    },
}

/// With the number of bytes in place of the bytes.
impl fmt::Debug for Observed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bytes(bytes) => write!(f, "Bytes({})", bytes.len()),
            Self::Together(files) => {
                let parts = files.files.iter().map(|(path, bytes)| (path, bytes.len()));
                write!(f, "Together({:?}, ", files.document.as_ref().map(Vec::len))?;
                f.debug_map().entries(parts).finish()?;
                f.write_str(")")
            }
            Self::Missing => f.write_str("Missing"),
            Self::Gone => f.write_str("Gone"),
            Self::Unreadable { reason } => f.debug_struct("Unreadable").field("reason", reason).finish(),
        }
    }
}

/// What is to be known of the watching itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WatchNotice {
    /// The system gives no file events, at least for one directory: changes there are found by polling. Told once per
    /// [`SourceWatch`].
    Polling {
        /// What the system said, and which setting allows more.
        reason: String,
        /// How long a change may stay unseen.
        interval: Duration,
    },
    /// A file of a source is a mount of its own: it stays what it is when it is replaced outside, and nothing inside can see
    /// that. Told once for each path.
    Blind {
        /// The source.
        source: String,
        /// The file.
        path: PathBuf,
    },
    /// A reload panicked. Its content counts as handed over.
    ReloadPanicked {
        /// The source whose reload it was.
        source: String,
        /// What the panic said.
        message: String,
    },
}
