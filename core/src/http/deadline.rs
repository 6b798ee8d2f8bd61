//! Deadline: one timeout for several requests together.

use std::time::Duration;

use tokio::time::Instant;

/// A deadline that several requests share.
#[derive(Clone, Copy, Debug)]
pub struct Deadline(Instant);

impl Deadline {
    /// A deadline that is `timeout` from now.
    pub fn after(timeout: Duration) -> Self {
        Self(Instant::now() + timeout)
    }

    /// The time until the deadline; zero once it has passed.
    pub fn time_left(&self) -> Duration {
        self.0.saturating_duration_since(Instant::now())
    }
}
