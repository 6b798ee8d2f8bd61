//! Idempotency keys that were let go before their time, as they are told.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use crate::http::Clock;

/// Is told how many keys were evicted since it was told last.
pub type Listener = Box<dyn Fn(u64) + Send + Sync>;

/// Counts evictions, and tells of them at the first one and then once a minute at most: under load each call evicts a key. What the quiet
/// minute leaves untold is told by the first call under a key behind it.
pub struct Evictions {
    clock: Arc<dyn Clock>,
    listener: Listener,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    untold: u64,
    told_at: Option<Duration>,
}

/// How long is nothing told after something was.
const QUIET: Duration = Duration::from_secs(60);

impl Evictions {
    /// None yet.
    pub fn new(clock: Arc<dyn Clock>, listener: Listener) -> Self {
        Self { clock, listener, state: Mutex::default() }
    }

    /// So many more were evicted. Also said where there are none, so that those before are told.
    pub fn count(&self, keys: u64) {
        let now = self.clock.now();
        let told = {
            let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
            state.untold = state.untold.saturating_add(keys);
            if state.untold == 0 || state.told_at.is_some_and(|told_at| now.saturating_sub(told_at) < QUIET) {
                return;
            }
            state.told_at = Some(now);
            std::mem::take(&mut state.untold)
        };
        (self.listener)(told);
    }
}
