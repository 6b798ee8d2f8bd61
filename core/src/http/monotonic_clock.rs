//! What time it is, for what must not depend on it in tests.

use std::time::{Duration, Instant};

/// Says how much time has passed since a moment of its own. It never goes back.
pub trait MonotonicClock: Send + Sync {
    /// The time since that moment.
    fn now(&self) -> Duration;
}

/// The system's clock, from when it was made on.
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
