//! What calls may cost: how many a minute and at a time, how long they wait, how often they are made, how much they say.
//!
//! A call asks the [`Limiter`] of its registry before it starts. Most have nothing to wait for: the answer is there at once,
//! and for a tool without limits it costs two looks at its definition.

mod concurrency;
mod evictions;
mod idempotency;
mod kept_outcome;
mod limiter;
mod permit;
mod rate_limit;

pub use limiter::{Limiter, LimiterOptions};
pub use permit::{Admission, Permit, Replay, Waiting};
