//! What the actor is told.

use std::ffi::OsString;
use std::path::PathBuf;
use std::sync::Arc;

use super::client::{Client, Key};
use super::subject::Looked;
use super::{TruncationVerdict, WatchOptions};
use crate::loader::DirectoryChanges;
use crate::retrieve::{PollOutcome, WatchTarget};

/// What the actor is told: by each [`Watch`](super::Watch), and by its own looks, reloads and questions.
pub(super) enum Message {
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
pub(super) type Outcome<T> = Result<T, String>;
