//! Monotonic clock as a trait, so that tests control the time.

use std::time::{Duration, Instant};

/// A clock that never goes back.
pub trait MonotonicClock: Send + Sync {
    /// The time since a fixed moment that the clock chooses.
    fn now(&self) -> Duration;
}

/// The clock of the system. Its fixed moment is its creation.
pub struct SystemClock(Instant);

impl Default for SystemClock {
    fn default() -> Self {
        Self(Instant::now())
    }
}

impl MonotonicClock for SystemClock {
    fn now(&self) -> Duration {
        self.0.elapsed()
    }
}
