//! Time for several requests together.

use std::time::Duration;

use tokio::time::Instant;

/// A deadline that several requests share.
#[derive(Clone, Copy, Debug)]
pub struct Deadline(Instant);

impl Deadline {
    /// One that begins now.
    pub fn after(time: Duration) -> Self {
        Self(Instant::now() + time)
    }

    /// What is left of it.
    pub fn time_left(&self) -> Duration {
        self.0.saturating_duration_since(Instant::now())
    }
}
