//! Messages to the actor of the watch service: orders of watches, and outcomes of looks, reloads and polls.

use std::ffi::OsString;
use std::path::PathBuf;
use std::sync::Arc;

use crate::loader::DirectoryChanges;
use crate::retrieve::{DirectoryListing, PollOutcome, WatchTarget};
use crate::watch::files::look_target::LookOutcome;
use crate::watch::service::watch_client::{WatchClient, WatchKey};
use crate::watch::{TruncationVerdict, WatchOptions};

/// A message to the actor.
pub(in crate::watch) enum WatchMessage {
    WatchSource {
        client: Arc<WatchClient>,
        source: String,
        watched: WatchTarget,
        options: WatchOptions,
    },
    WatchDirectory {
        client: Arc<WatchClient>,
        directory: WatchedDirectory,
        options: WatchOptions,
    },
    /// A document was loaded by other means and may consist of other files now.
    UpdateFiles {
        key: WatchKey,
    },
    Unwatch {
        key: WatchKey,
    },
    /// A watch was closed: all of its sources go.
    ClientLeft {
        client: u64,
    },
    LookEnded {
        key: WatchKey,
        generation: u64,
        outcome: LookOutcome,
    },
    Reloaded {
        key: WatchKey,
        outcome: ReloaderOutcome<TruncationVerdict>,
    },
    /// The answer to a request for a source's files; `None` leaves them as they are.
    FilesUpdated {
        key: WatchKey,
        watched: Option<WatchTarget>,
    },
    Listed {
        key: WatchKey,
        outcome: ReloaderOutcome<ListingOutcome>,
    },
    Polled {
        key: WatchKey,
        outcome: ReloaderOutcome<PollOutcome>,
    },
}

/// A directory to watch for new files.
pub(in crate::watch) struct WatchedDirectory {
    /// As the user wrote it.
    pub directory: PathBuf,
    /// The absolute path.
    pub path: PathBuf,
    /// Names of the files that are loaded already.
    pub known: Vec<OsString>,
    /// Which files are listed.
    pub listing: DirectoryListing,
}

/// The outcome of a call of a reloader, or the message of its panic.
pub(in crate::watch) type ReloaderOutcome<T> = Result<T, String>;

/// The changes of a directory, and how to watch each new document.
pub(in crate::watch) type ListingOutcome = (DirectoryChanges, Vec<(String, WatchTarget)>);
