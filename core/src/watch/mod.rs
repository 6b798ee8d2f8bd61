//! Hot reload: sees that local files have changed for good, and hands their bytes over once; asks servers whether their
//! documents have changed.
//!
//! File events cannot be trusted: they are missing on network mounts and overlays, end without a word when a directory
//! is replaced, and come in storms or in the middle of a write. So an event is a hint and the content is the truth: a
//! hint or a poll leads to a look, a look that finds new content to another one a moment later, and content found twice
//! is handed to the [`Reloader`], bytes and all. What the bytes mean, this room does not know. A document that is made of
//! several files is looked at as a whole: what is handed over are all of them as they stood at one time.
//!
//! ```no_run
//! use std::sync::Arc;
//!
//! use futures_core::future::BoxFuture;
//! use toolrack_core::watch::{
//!     Observed, Reloader, TruncationVerdict, Truncation, Watch, WatchOptions, WatchService,
//! };
//!
//! struct Printer;
//!
//! impl Reloader for Printer {
//!     fn reload(&self, source: &str, observed: Observed, _: Truncation) -> BoxFuture<'_, TruncationVerdict> {
//!         println!("{source}: {observed:?}");
//!         Box::pin(async { TruncationVerdict::Done })
//!     }
//! }
//!
//! let applied = [0; 32]; // SHA-256 of the bytes that are in use
//! # let runtime = tokio::runtime::Runtime::new()?;
//! let service = WatchService::new(runtime.handle().clone()); // one for the whole process
//! let watch = Watch::start(&service, Arc::new(Printer), WatchOptions::default());
//! watch.watch("crm", "crm.yaml".into(), applied)?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! | file | holds |
//! |---|---|
//! | `documents` | [`DocumentReloader`]: what is seen goes to the loader |
//! | `coordinator` | [`SourceWatch`]: the sources of one reloader |
//! | `service` | [`WatchService`]: what all watches of a process share |
//! | `actor` | what runs for all of them: brings the rest together |
//! | `message` | what it is told |
//! | `client`, `entry` | one watch and one source as the actor knows them |
//! | `lane`, `pool` | where reloads and looks are done, so that a slow one harms no other watch |
//! | `timetable` | what is due when |
//! | `state` | when to look and when to hand over: a state machine without I/O |
//! | `poll`, `polls` | when to ask a server: the same for addresses |
//! | `subject` | what is looked at: the files of a document, or a directory |
//! | `group` | one look at all files of a document, as they stood at one time |
//! | `file` | one look at one file |
//! | `outline` | what tells content from its own beginning |
//! | `mounts` | files whose change nothing can see |
//! | `chain` | the symbolic links on the way to a file |
//! | `fs`, `board` | the events of the operating system, and whom they are for |
//!
//! A writer that stops in the middle of a file leaves content that looks truncated: it begins as the file did before and is
//! shorter, or the loader says that it takes away only what stood last. Such content waits for [`WatchOptions::truncation`].
//!
//! Limits: a writer that stops for longer than that, or whose file looks otherwise meanwhile, passes for one that is done. A single file that is bind-mounted into a container keeps its old content when it is replaced outside, and
//! nothing inside can see that.

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
