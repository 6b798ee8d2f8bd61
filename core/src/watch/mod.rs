//! Hot reload: sees that a local file has changed for good, and hands its bytes over once.
//!
//! File events cannot be trusted: they are missing on network mounts and overlays, end without a word when a directory
//! is replaced, and come in storms or in the middle of a write. So an event is a hint and the content is the truth: a
//! hint or a poll leads to a look, a look that finds new content to another one a moment later, and content found twice
//! is handed to the [`Reloader`], bytes and all. What the bytes mean, this room does not know.
//!
//! ```no_run
//! use std::sync::Arc;
//! use toolrack_core::watch::{BoxFuture, Observed, Reloader, Watch, WatchOptions};
//!
//! struct Printer;
//!
//! impl Reloader for Printer {
//!     fn reload(&self, source: &str, observed: Observed) -> BoxFuture<'_, ()> {
//!         println!("{source}: {observed:?}");
//!         Box::pin(async {})
//!     }
//! }
//!
//! let applied = [0; 32]; // SHA-256 of the bytes that are in use
//! let watch = Watch::start(Arc::new(Printer), WatchOptions::default());
//! watch.watch("crm", "crm.yaml".into(), applied)?;
//! # Ok::<(), toolrack_core::error::Error>(())
//! ```
//!
//! | file | holds |
//! |---|---|
//! | `documents` | [`Documents`]: what is seen goes to the loader |
//! | `coordinator` | [`Watch`]: the thread, its start and its end |
//! | `actor` | what runs on it: brings the rest together |
//! | `state` | when to look and when to hand over: a state machine without I/O |
//! | `file` | one look at one file |
//! | `chain` | the symbolic links on the way to a file |
//! | `fs` | the events of the operating system |
//!
//! Limits: a writer that stops for longer than [`WatchOptions::stability`] in the middle of a file passes for one that
//! is done. A single file that is bind-mounted into a container keeps its old content when it is replaced outside, and
//! nothing inside can see that.

mod actor;
mod chain;
mod coordinator;
mod documents;
mod file;
mod fs;
mod options;
mod state;
#[cfg(test)]
mod state_cases;

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

pub use coordinator::Watch;
pub use documents::Documents;
pub use options::WatchOptions;

/// A future that any thread may drive.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Takes what has become of the watched files. It has no way to fail: it reports by means of its own.
pub trait Reloader: Send + Sync {
    /// Takes the new state of one source. Called on the watch's thread, whose runtime has I/O and time enabled and
    /// drives the future; at most one is under way per source, and what changes meanwhile is seen after it.
    ///
    /// Each content comes once, whatever becomes of it: one that is refused here comes again only after another, or after
    /// the file was missing or could not be read.
    ///
    /// A panic ends this reload only and becomes [`Notice::ReloadPanicked`].
    fn reload(&self, source: &str, observed: Observed) -> BoxFuture<'_, ()>;

    /// Takes word of the watching itself. Called on the watch's thread; must not block.
    fn notice(&self, notice: Notice) {
        let _ = notice;
    }
}

/// What has become of a watched file.
#[derive(Clone, PartialEq, Eq)]
pub enum Observed {
    /// New content: all of it, as it stood in the file at one time. Empty if the file stays empty.
    Bytes(Vec<u8>),
    /// There is no file. Told once, until there is one again.
    Missing,
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
            Self::Missing => f.write_str("Missing"),
            Self::Unreadable { reason } => f.debug_struct("Unreadable").field("reason", reason).finish(),
        }
    }
}

/// What is to be known of the watching itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Notice {
    /// The system gives no file events, at least for one directory: changes there are found by polling. Told once per
    /// [`Watch`].
    Polling {
        /// What the system said, and which setting allows more.
        reason: String,
        /// How long a change may stay unseen.
        interval: Duration,
    },
    /// A reload panicked. Its content counts as handed over.
    ReloadPanicked {
        /// The source whose reload it was.
        source: String,
        /// What the panic said.
        message: String,
    },
}
