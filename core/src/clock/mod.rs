//! Clock: what time it is, and a wait for a later time, as a value.
//!
//! Rate limits, backoff, circuit breakers, idempotency keys, tokens and deadlines depend on the time. A test must not
//! wait a minute for a rate limit. All of them therefore ask the trait [`Clock`]: [`SystemClock`] is that of the
//! system, and a [`ManualClock`] stands still until a test moves it. [`within`] is a timeout by any clock, and a
//! [`Deadline`] is one timeout for several waits.
//!
//! ```
//! use std::time::{Duration, SystemTime};
//! use toolrack_core::clock::{Clock, ManualClock};
//!
//! let clock = ManualClock::starting_at(SystemTime::UNIX_EPOCH);
//! let pause = clock.sleep(Duration::from_secs(60));
//! assert!(!clock.advance_towards(Duration::from_secs(59)), "no wait ends by then");
//! assert!(clock.advance_towards(Duration::from_secs(90)), "the pause ends on the way");
//! assert_eq!(clock.now(), Duration::from_secs(60));
//! # drop(pause);
//! ```
//!
//! Limits: the timeout of a connection, the debounce of watched files and polling keep the time of the system, since
//! networks and file systems do.

mod deadline;
mod manual_clock;
mod system_clock;

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use futures_core::future::BoxFuture;

pub use deadline::{Deadline, within};
pub use manual_clock::ManualClock;
pub use system_clock::{SystemClock, system_clock};

/// A clock: a time that never goes back, the time of day, and waits.
pub trait Clock: Send + Sync {
    /// The time since a fixed moment that the clock chooses. It never goes back.
    fn now(&self) -> Duration;

    /// The time of day. Default: that of the system.
    fn time_of_day(&self) -> SystemTime {
        SystemTime::now()
    }

    /// Waits. The wait begins with this call, and ends early when it is dropped. Default: the timer of the system, which
    /// needs a tokio runtime once it is polled.
    fn sleep(&self, time: Duration) -> BoxFuture<'static, ()> {
        // The timer is made when it is polled: a wait may be made on a thread without a runtime.
        Box::pin(async move { tokio::time::sleep(time).await })
    }

    /// The time of day in ms since 1970.
    fn unix_ms(&self) -> u64 {
        let since = self.time_of_day().duration_since(UNIX_EPOCH).unwrap_or_default();
        u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
    }
}
