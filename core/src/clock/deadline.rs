//! Deadline: one timeout for several waits, by a clock.

use std::fmt;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use super::Clock;

/// Runs work for at most `timeout`; `None` where that is over first.
pub async fn within<T>(clock: &dyn Clock, timeout: Duration, work: impl Future<Output = T>) -> Option<T> {
    let over = clock.sleep(timeout);
    tokio::select! {
        // Work that is done counts, also where its time is over at the same moment.
        biased;
        outcome = work => Some(outcome),
        () = over => None,
    }
}

/// A deadline that several waits share.
#[derive(Clone)]
pub struct Deadline {
    clock: Arc<dyn Clock>,
    at: Duration,
}

impl Deadline {
    /// A deadline that is `timeout` from now.
    pub fn after(clock: &Arc<dyn Clock>, timeout: Duration) -> Self {
        Self { at: clock.now().saturating_add(timeout), clock: Arc::clone(clock) }
    }

    /// The time until the deadline; zero once it has passed.
    pub fn time_left(&self) -> Duration {
        self.at.saturating_sub(self.clock.now())
    }

    /// Runs work until the deadline; `None` where that comes first.
    pub async fn limit<T>(&self, work: impl Future<Output = T>) -> Option<T> {
        within(&*self.clock, self.time_left(), work).await
    }
}

impl fmt::Debug for Deadline {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Deadline").field("at", &self.at).finish_non_exhaustive()
    }
}
