//! What the actor is told.

use std::ffi::OsString;
use std::path::PathBuf;
use std::sync::Arc;

use crate::loader::DirectoryChanges;
use crate::retrieve::{PollOutcome, WatchTarget};
use crate::watch::files::look_target::LookOutcome;
use crate::watch::service::watch_client::{WatchClient, WatchKey};
use crate::watch::{TruncationVerdict, WatchOptions};

/// What the actor is told: by each [`SourceWatch`](crate::watch::Watch), and by its own looks, reloads and questions.
pub(in crate::watch) enum WatchMessage {
    WatchSource {
        client: Arc<WatchClient>,
        source: String,
        watched: WatchTarget,
        options: WatchOptions,
    },
    /// A directory, as it is called and from the root, and the documents that are known to be in it.
    WatchDirectory {
        client: Arc<WatchClient>,
        directory: PathBuf,
        path: PathBuf,
        known: Vec<OsString>,
        options: WatchOptions,
    },
    /// A document was loaded by other means: other files may belong to it.
    Refit {
        key: WatchKey,
    },
    Unwatch {
        key: WatchKey,
    },
    /// A watch has ended, with all of its sources.
    Leave {
        client: u64,
    },
    LookEnded {
        key: WatchKey,
        generation: u64,
        looked: LookOutcome,
    },
    Reloaded {
        key: WatchKey,
        outcome: ReloaderOutcome<TruncationVerdict>,
    },
    /// How a source is to be watched now.
    Refitted {
        key: WatchKey,
        watched: Option<WatchTarget>,
    },
    Listed {
        key: WatchKey,
        /// The listing, and how to watch what was found.
        outcome: ReloaderOutcome<(DirectoryChanges, Vec<(String, WatchTarget)>)>,
    },
    PollOutcome {
        key: WatchKey,
        outcome: ReloaderOutcome<PollOutcome>,
    },
}

/// What came of something that a reloader did, or what its panic said.
pub(in crate::watch) type ReloaderOutcome<T> = Result<T, String>;
