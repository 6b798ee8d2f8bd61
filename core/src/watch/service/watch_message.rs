//! What the actor is told.

use std::ffi::OsString;
use std::path::PathBuf;
use std::sync::Arc;

use crate::loader::DirectoryChanges;
use crate::retrieve::{PollOutcome, WatchTarget};
use crate::watch::files::look_target::Looked;
use crate::watch::service::watch_client::{Client, Key};
use crate::watch::{TruncationVerdict, WatchOptions};

/// What the actor is told: by each [`Watch`](crate::watch::Watch), and by its own looks, reloads and questions.
pub(in crate::watch) enum Message {
    Watch {
        client: Arc<Client>,
        source: String,
        watched: WatchTarget,
        options: WatchOptions,
    },
    /// A directory, as it is called and from the root, and the documents that are known to be in it.
    WatchDirectory {
        client: Arc<Client>,
        directory: PathBuf,
        path: PathBuf,
        known: Vec<OsString>,
        options: WatchOptions,
    },
    /// A document was loaded by other means: other files may belong to it.
    Refit {
        key: Key,
    },
    Unwatch {
        key: Key,
    },
    /// A watch has ended, with all of its sources.
    Leave {
        client: u64,
    },
    Looked {
        key: Key,
        generation: u64,
        looked: Looked,
    },
    Reloaded {
        key: Key,
        outcome: Outcome<TruncationVerdict>,
    },
    /// How a source is to be watched now.
    Refitted {
        key: Key,
        watched: Option<WatchTarget>,
    },
    Listed {
        key: Key,
        /// The listing, and how to watch what was found.
        outcome: Outcome<(DirectoryChanges, Vec<(String, WatchTarget)>)>,
    },
    PollOutcome {
        key: Key,
        outcome: Outcome<PollOutcome>,
    },
}

/// What came of something that a reloader did, or what its panic said.
pub(in crate::watch) type Outcome<T> = Result<T, String>;
