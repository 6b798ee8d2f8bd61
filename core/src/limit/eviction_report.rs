//! Reports idempotency keys that were evicted before their window ended.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use crate::clock::Clock;

/// Called with the number of keys that were evicted since its last call.
pub type EvictionListener = Box<dyn Fn(u64) + Send + Sync>;

/// Counts evictions and reports them: the first one at once, then at most once a minute, because under load each call evicts a
/// key. The first call with a key after the quiet minute reports what the minute left unreported.
pub struct EvictionReport {
    clock: Arc<dyn Clock>,
    listener: EvictionListener,
    state: Mutex<EvictionState>,
}

#[derive(Default)]
struct EvictionState {
    unreported: u64,
    reported_at: Option<Duration>,
}

/// How long no report follows a report.
const QUIET: Duration = Duration::from_mins(1);

impl EvictionReport {
    /// A report without evictions.
    pub fn new(clock: Arc<dyn Clock>, listener: EvictionListener) -> Self {
        Self { clock, listener, state: Mutex::default() }
    }

    /// Counts `keys` evictions; 0 reports what is still unreported.
    pub fn count(&self, keys: u64) {
        let now = self.clock.now();
        let evicted = {
            let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
            state.unreported = state.unreported.saturating_add(keys);
            if state.unreported == 0
                || state.reported_at.is_some_and(|reported_at| now.saturating_sub(reported_at) < QUIET)
            {
                return;
            }
            state.reported_at = Some(now);
            std::mem::take(&mut state.unreported)
        };
        (self.listener)(evicted);
    }
}
