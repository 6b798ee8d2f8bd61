//! Manual clock: stands still until a test moves it, from one wait to the next.

use std::collections::BTreeMap;
use std::collections::btree_map::OccupiedEntry;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};
use std::time::{Duration, SystemTime};

use futures_core::future::BoxFuture;

use super::Clock;

/// A clock that a test moves.
pub struct ManualClock {
    started_at: SystemTime,
    state: Arc<Mutex<ManualTime>>,
}

/// The end of a wait. Its number keeps two waits apart that end at the same moment.
type WaitEnd = (Duration, u64);

#[derive(Default)]
struct ManualTime {
    now: Duration,
    next_number: u64,
    /// Who waits, by the end of the wait. One that was not polled yet has no waker.
    waits: BTreeMap<WaitEnd, Option<Waker>>,
}

impl ManualClock {
    /// A clock that stands at a time of day.
    pub fn starting_at(time_of_day: SystemTime) -> Self {
        Self { started_at: time_of_day, state: Arc::default() }
    }

    /// Whether anything waits by this clock.
    pub fn is_waited_for(&self) -> bool {
        !lock(&self.state).waits.is_empty()
    }

    /// Moves to the end of the next wait, and ends it; returns whether there is one until `limit`. Otherwise it moves to
    /// `limit`. One wait at a time: what follows from it may wait again, from that moment.
    pub fn advance_towards(&self, limit: Duration) -> bool {
        let ended = {
            let mut time = lock(&self.state);
            let next = time.waits.first_entry().filter(|wait| wait.key().0 <= limit);
            let ended = next.map(OccupiedEntry::remove_entry);
            let reached = ended.as_ref().map_or(limit, |((end, _), _)| *end);
            time.now = time.now.max(reached);
            ended
        };
        let is_ended = ended.is_some();
        // The lock is released before timers are woken: a task that wakes may read the clock at once.
        if let Some((_, Some(waker))) = ended {
            waker.wake();
        }
        is_ended
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Duration {
        lock(&self.state).now
    }

    fn time_of_day(&self) -> SystemTime {
        self.started_at.checked_add(self.now()).unwrap_or(self.started_at)
    }

    fn sleep(&self, time: Duration) -> BoxFuture<'static, ()> {
        let end = {
            let mut state = lock(&self.state);
            let end = (state.now.saturating_add(time), state.next_number);
            state.next_number += 1;
            if !time.is_zero() {
                state.waits.insert(end, None);
            }
            end
        };
        Box::pin(ManualWait { end, state: Arc::clone(&self.state) })
    }
}

/// A wait. Dropping it takes it off the clock.
struct ManualWait {
    end: WaitEnd,
    state: Arc<Mutex<ManualTime>>,
}

impl Future for ManualWait {
    type Output = ();

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        match lock(&self.state).waits.get_mut(&self.end) {
            Some(waker) => {
                *waker = Some(context.waker().clone());
                Poll::Pending
            }
            None => Poll::Ready(()),
        }
    }
}

impl Drop for ManualWait {
    fn drop(&mut self) {
        lock(&self.state).waits.remove(&self.end);
    }
}

/// A panic while the lock is held leaves the time consistent, so poisoning is ignored.
fn lock(state: &Mutex<ManualTime>) -> MutexGuard<'_, ManualTime> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::{Deadline, within};

    const SECOND: Duration = Duration::from_secs(1);

    fn clock() -> ManualClock {
        ManualClock::starting_at(SystemTime::UNIX_EPOCH)
    }

    #[tokio::test]
    async fn waits_end_one_after_the_other_and_the_clock_stands_at_each_end() {
        let clock = clock();
        let (long, short) = (clock.sleep(SECOND * 3), clock.sleep(SECOND));
        assert!(clock.advance_towards(SECOND * 5));
        assert_eq!((clock.now(), clock.unix_ms()), (SECOND, 1_000));
        short.await;
        let next = clock.sleep(SECOND);
        assert!(clock.advance_towards(SECOND * 5));
        assert_eq!(clock.now(), SECOND * 2, "a wait that began on the way");
        next.await;
        assert!(clock.advance_towards(SECOND * 5));
        long.await;
        assert!(!clock.advance_towards(SECOND * 5));
        assert_eq!(clock.now(), SECOND * 5);
        assert!(!clock.advance_towards(SECOND) && clock.now() == SECOND * 5, "it never goes back");
    }

    #[tokio::test]
    async fn a_wait_that_is_dropped_is_off_the_clock() {
        let clock = clock();
        drop(clock.sleep(SECOND));
        assert!(!clock.is_waited_for());
        assert!(!clock.advance_towards(SECOND * 2));
        clock.sleep(Duration::ZERO).await;
    }

    #[tokio::test]
    async fn a_timeout_is_over_when_the_clock_says_so() {
        let clock: Arc<dyn Clock> = Arc::new(clock());
        assert_eq!(within(&*clock, Duration::ZERO, async { 1 }).await, Some(1), "what is done counts");
        let deadline = Deadline::after(&clock, Duration::ZERO);
        assert_eq!(deadline.limit(std::future::pending::<()>()).await, None);
        assert_eq!(deadline.time_left(), Duration::ZERO);
    }
}
