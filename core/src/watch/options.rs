//! How long to wait for what.

use std::num::NonZeroU32;
use std::time::Duration;

/// How long a [`Watch`](super::Watch) waits for what. A change that comes with an event is handed over `quiet` +
/// `stability` after the last write, 200 ms by default, and one that does not is found within `poll_interval`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WatchOptions {
    /// How often each file is looked at without an event; 10 ms at least. Default: 2 s.
    pub poll_interval: Duration,
    /// How many polls it takes until one reads the file though its size and times have not changed. Default: 15.
    pub polls_per_read: NonZeroU32,
    /// How long events have to be silent before the file is looked at; a stream of them is cut by `stability`.
    /// Default: 50 ms.
    pub quiet: Duration,
    /// How long new content, or none, has to stay the same before it is handed over. Default: 150 ms.
    pub stability: Duration,
    /// How long new content is held back from a file that never stays the same, and an empty file because it may be
    /// about to be written. Default: 1 s.
    pub max_wait: Duration,
    /// How long a file may be, in bytes. Default: 64 MiB.
    pub max_bytes: usize,
}

impl Default for WatchOptions {
    fn default() -> Self {
        Self {
            poll_interval: Duration::from_secs(2),
            polls_per_read: NonZeroU32::MIN.saturating_add(14),
            quiet: Duration::from_millis(50),
            stability: Duration::from_millis(150),
            max_wait: Duration::from_secs(1),
            max_bytes: 64 * 1024 * 1024,
        }
    }
}
