//! Version health: counts calls and failures per version, and triggers the fallback from a version whose calls fail.

use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use serde::Serialize;

/// The failure rate at which a route leaves a version.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Fallback {
    /// The share of calls that may fail, from 0 to below 1.
    pub failure_rate: f64,
    /// The sliding window in which calls count, in ms.
    pub window_ms: u64,
    /// The number of calls in the window below which the rate is not judged.
    pub min_calls: u64,
}

/// A clock in ms. Only differences count.
pub type HealthClock = Arc<dyn Fn() -> u64 + Send + Sync>;

/// A monotonic clock of the process.
pub fn process_clock() -> HealthClock {
    let start = Instant::now();
    Arc::new(move || u64::try_from(start.elapsed().as_millis()).unwrap_or(u64::MAX))
}

/// Called with the source whose failure rate is too high, the epoch of the watch and the counts.
pub type FailureCallback = Arc<dyn Fn(&str, u64, CallCounts) + Send + Sync>;

/// The limit that a version's health is watched for.
#[derive(Clone)]
pub struct HealthWatch {
    pub fallback: Fallback,
    pub on_failure: FailureCallback,
    pub clock: HealthClock,
}

impl fmt::Debug for HealthWatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.fallback.fmt(f)
    }
}

/// Calls in the window, and how many of them failed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CallCounts {
    pub calls: u64,
    pub failures: u64,
}

/// The number of slots of the sliding window. Calls expire slot by slot: 20 counters replace 20,000 timestamps, and a call
/// counts for at least 95 % of the window.
const SLOTS: usize = 20;

#[derive(Clone, Copy, Debug, Default)]
struct WindowSlot {
    /// The number of the slot since the clock began; tells whether the counts are of the present window.
    number: u64,
    counts: CallCounts,
}

#[derive(Default)]
struct HealthState {
    watch: Option<HealthWatch>,
    /// Increased with each watch. A call counts for the watch under which it began.
    epoch: u64,
    has_failed: bool,
    slots: [WindowSlot; SLOTS],
}

/// The health of one version.
#[derive(Default)]
pub struct VersionHealth {
    /// Read without the lock, so that calls of unwatched versions cost one load.
    is_watched: AtomicBool,
    state: Mutex<HealthState>,
}

impl fmt::Debug for VersionHealth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("VersionHealth").field("is_watched", &self.is_watched).finish_non_exhaustive()
    }
}

/// A call that began and is counted when it ends.
pub struct CountedCall {
    epoch: u64,
    begun_at: u64,
}

impl VersionHealth {
    /// Watches for a failure rate from now on, or stops watching. Earlier counts are discarded.
    pub fn watch(&self, watch: Option<HealthWatch>) {
        let mut state = self.state();
        self.is_watched.store(watch.is_some(), Ordering::Release);
        *state = HealthState { watch, epoch: state.epoch + 1, ..HealthState::default() };
    }

    /// Whether the failure rate was exceeded under the watch of `epoch`, and that watch is still the present one.
    pub fn has_failed(&self, epoch: u64) -> bool {
        let state = self.state();
        state.has_failed && state.epoch == epoch
    }

    /// Begins a call; `None` where the version is not watched.
    pub fn begin_call(&self) -> Option<CountedCall> {
        if !self.is_watched.load(Ordering::Acquire) {
            return None;
        }
        let state = self.state();
        state.watch.as_ref().map(|watch| CountedCall { epoch: state.epoch, begun_at: (watch.clock)() })
    }

    /// Counts a call that ended. Calls [`HealthWatch::on_failure`] once, where the failure rate exceeds its limit.
    pub fn end_call(&self, call: &CountedCall, source: &str, has_failed: bool) {
        let exceeded = {
            let mut state = self.state();
            let is_current = state.epoch == call.epoch && !state.has_failed;
            let Some(watch) = state.watch.clone().filter(|_| is_current) else { return };
            let counts = state.count((watch.clock)(), &watch.fallback, has_failed);
            state.has_failed = watch.fallback.is_exceeded_by(counts);
            state.has_failed.then_some((watch.on_failure, counts))
        };
        // After the lock is released: the callback publishes a revision, which reads this state.
        if let Some((on_failure, counts)) = exceeded {
            on_failure(source, call.epoch, counts);
        }
    }

    /// The time since a call began, in ms.
    pub fn elapsed(&self, call: &CountedCall) -> u64 {
        let now = self.state().watch.as_ref().map(|watch| (watch.clock)());
        now.map_or(0, |now| now.saturating_sub(call.begun_at))
    }

    /// Counts that a panicking thread left are still counts.
    fn state(&self) -> MutexGuard<'_, HealthState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl HealthState {
    /// Counts one call and returns the sums of the window.
    fn count(&mut self, now: u64, fallback: &Fallback, has_failed: bool) -> CallCounts {
        let number = now / (fallback.window_ms / SLOTS as u64).max(1);
        let slot = &mut self.slots[usize::try_from(number % SLOTS as u64).unwrap_or_default()];
        if slot.number != number {
            *slot = WindowSlot { number, counts: CallCounts::default() };
        }
        slot.counts.calls += 1;
        slot.counts.failures += u64::from(has_failed);
        let recent = self.slots.iter().filter(|slot| slot.number + SLOTS as u64 > number);
        recent.fold(CallCounts::default(), |sum, slot| CallCounts {
            calls: sum.calls + slot.counts.calls,
            failures: sum.failures + slot.counts.failures,
        })
    }
}

impl Fallback {
    #[expect(clippy::cast_precision_loss, reason = "counts stay far below 2^53")]
    fn is_exceeded_by(&self, counts: CallCounts) -> bool {
        counts.calls >= self.min_calls && counts.failures as f64 > self.failure_rate * counts.calls as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FALLBACK: Fallback = Fallback { failure_rate: 0.2, window_ms: 1_000, min_calls: 5 };

    /// Counts calls at their times. Returns for each whether the failure rate was exceeded then.
    fn exceeded(calls: &[(u64, bool)]) -> Vec<bool> {
        let mut state = HealthState::default();
        let count =
            |(now, failed): &(u64, bool)| FALLBACK.is_exceeded_by(state.count(*now, &FALLBACK, *failed));
        calls.iter().map(count).collect()
    }

    #[test]
    fn the_bound_is_exceeded_by_the_rate_over_the_window_and_not_before_there_are_calls_enough() {
        let (good, bad) = (false, true);
        for (calls, expected) in [
            (vec![(1, bad), (2, bad), (3, bad), (4, bad), (5, bad)], [false, false, false, false, true]),
            (vec![(1, bad), (2, good), (3, good), (4, good), (5, good)], [false; 5]),
            (vec![(1, bad), (2, good), (3, bad), (4, good), (5, good)], [false, false, false, false, true]),
            // Calls older than the window do not count, and a slot that is reused starts at zero.
            (vec![(1, bad), (2, bad), (3, bad), (4, good), (1_004, bad)], [false; 5]),
            (
                vec![(1, bad), (2, bad), (3, bad), (900, good), (949, good)],
                [false, false, false, false, true],
            ),
            (vec![(1, bad), (2, bad), (3, bad), (4, bad), (u64::MAX / 2, bad)], [false; 5]),
        ] {
            assert_eq!(exceeded(&calls), expected, "{calls:?}");
        }
    }

    #[test]
    fn a_window_of_one_ms_has_slots_too() {
        let fallback = Fallback { failure_rate: 0.0, window_ms: 1, min_calls: 2 };
        let mut state = HealthState::default();
        assert_eq!(state.count(5, &fallback, true), CallCounts { calls: 1, failures: 1 });
        assert_eq!(state.count(5, &fallback, true), CallCounts { calls: 2, failures: 2 });
        assert_eq!(state.count(5 + SLOTS as u64, &fallback, true), CallCounts { calls: 1, failures: 1 });
    }
}
