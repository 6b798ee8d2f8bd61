//! The clock of the system.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use super::Clock;

/// The clock of the system. Its fixed moment is its creation.
pub struct SystemClock(Instant);

impl Default for SystemClock {
    fn default() -> Self {
        Self(Instant::now())
    }
}

impl Clock for SystemClock {
    fn now(&self) -> Duration {
        self.0.elapsed()
    }
}

/// The clock of the system: the default where no clock is passed.
pub fn system_clock() -> Arc<dyn Clock> {
    Arc::new(SystemClock::default())
}
