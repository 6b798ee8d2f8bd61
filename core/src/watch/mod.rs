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
//! | a half-written file removes tools: the first guard, a prefix of the former content | `files/content_outline` |
//! | its second and third guard | `loader/pipeline/truncated_document`, `review/large_removal_gate` |
//! | file events (inotify) are lost or refused | `file_events/` |
//! | the symlink swap of a `ConfigMap` goes unseen | `file_events/symlinks` |
//! | content, stamps, several files as one; a bind mount of a single file | `files/` |
//! | polling of a server, backoff, `Retry-After` | `polling/` |
//! | one task for all watches, reload queue, blocking threads; a reload that panics or hangs | `service/`, `deadline_queue` |
//! | start, stop, options; reloads by the loader | `source_watch`, `options`, `document_reloader` |
//!
//! Limits: a writer that pauses longer than [`WatchOptions::truncation`] counts as finished. A single file that is
//! bind-mounted keeps its old content when it is replaced outside; this is reported as [`WatchNotice::Blind`].

mod deadline_queue;
mod debounce;
mod document_reloader;
mod file_events;
mod files;
mod options;
mod polling;
mod service;
mod source_watch;

use std::fmt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use futures_core::future::BoxFuture;

use crate::loader::DirectoryChanges;
pub use crate::loader::{Truncation, TruncationVerdict};
use crate::retrieve::{FileContents, ListedFiles, PollOutcome, WatchTarget};

pub use document_reloader::DocumentReloader;
pub use options::WatchOptions;
pub use service::watch_service::WatchService;
pub use source_watch::{SourceWatch, unwatchable};

/// Receives the new state of watched sources. It reports failures by means of its own.
pub trait Reloader: Send + Sync {
    /// Receives the new state of one source.
    ///
    /// The future runs on the runtime of the [`WatchService`] and may block. Only one call of a reloader works at any time, and
    /// at most one reload per source is under way. Changes meanwhile are handed over after it.
    ///
    /// The verdict [`TruncationVerdict::Truncated`] refuses content of a file that may still be being written. The content in
    /// use stays, and the refused content comes again if it stays for [`WatchOptions::truncation`].
    ///
    /// All other content comes once, also if it is refused. It comes again only after other content, or after the file was
    /// missing or unreadable.
    ///
    /// A panic ends this reload alone and becomes [`WatchNotice::ReloadPanicked`].
    fn reload(
        &self,
        source: &str,
        observed: Observed,
        truncation: Truncation,
    ) -> BoxFuture<'_, TruncationVerdict>;

    /// Requests the document of a source at an address, and loads it if it changed. Runs as [`Reloader::reload`] does, with at
    /// most one request per source. `deadline` is the maximum time of the response. Default: stops the polling.
    fn poll(&self, source: &str, deadline: Duration) -> BoxFuture<'_, PollOutcome> {
        let _ = (source, deadline);
        Box::pin(async { PollOutcome::Gone })
    }

    /// The files of a source after a reload, which may be others than before. `None` (the default) leaves them as they are.
    fn watch_target(&self, source: &str) -> Option<WatchTarget> {
        let _ = source;
        None
    }

    /// Receives the names of the documents in a directory, and returns which are new and which are gone. It is also told when
    /// other folders cannot be listed. Default: none.
    fn update_listing(&self, directory: &Path, listed: &ListedFiles) -> DirectoryChanges {
        let _ = (directory, listed);
        DirectoryChanges::default()
    }

    /// Receives a notice about the watch itself. It must not block, since all watches of the service would wait. Default: ignored.
    fn notice(&self, notice: WatchNotice) {
        let _ = notice;
    }
}

/// The new state of a watched file or file group.
#[derive(Clone, PartialEq, Eq)]
pub enum Observed {
    /// New content: all bytes of the file as they were at one time. Empty if the file stays empty.
    Bytes(Vec<u8>),
    /// New content of at least one of several files: all bytes of all files as they were at one time.
    Files(FileContents),
    /// The file is missing. Handed over once, until it exists again.
    Missing,
    /// The file has been missing for [`WatchOptions::remove_after`]. Handed over once, until it exists again.
    Gone,
    /// The file cannot be read. Handed over once per reason.
    Unreadable {
        /// The reason. Messages put it after `cannot read {path}: `.
        reason: String,
    },
}

/// Shows the number of bytes instead of the bytes.
impl fmt::Debug for Observed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bytes(bytes) => write!(f, "Bytes({})", bytes.len()),
            Self::Files(files) => {
                let parts = files.files.iter().map(|(path, bytes)| (path, bytes.len()));
                write!(f, "Files({:?}, ", files.document.as_ref().map(Vec::len))?;
                f.debug_map().entries(parts).finish()?;
                f.write_str(")")
            }
            Self::Missing => f.write_str("Missing"),
            Self::Gone => f.write_str("Gone"),
            Self::Unreadable { reason } => f.debug_struct("Unreadable").field("reason", reason).finish(),
        }
    }
}

/// A notice about the watch itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WatchNotice {
    /// The system gives no file events for at least one directory: polling finds changes there. Given once per
    /// [`SourceWatch`].
    Polling {
        /// The message of the system, with the setting to raise.
        reason: String,
        /// The maximum time until a change is found.
        interval: Duration,
    },
    /// A file is a bind mount: it keeps its content when it is replaced outside of the container, and the replacement cannot be
    /// seen inside. Given once per path.
    Blind {
        /// The source.
        source: String,
        /// The file.
        path: PathBuf,
    },
    /// A reload panicked. Its content counts as handed over.
    ReloadPanicked {
        /// The source.
        source: String,
        /// The message of the panic.
        message: String,
    },
}
