//! How the calls of a version go, and the way back from one whose calls fail.

use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use serde::Serialize;

/// When a version is left for the old one.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Fallback {
    /// The share of calls that may fail.
    pub failure_rate: f64,
    /// How far back calls count, in ms.
    pub window_ms: u64,
    /// How many calls there must be.
    pub min_calls: u64,
}

/// Says the time in ms; only differences count.
pub type HealthClock = Arc<dyn Fn() -> u64 + Send + Sync>;

/// The time of the process.
pub fn clock() -> HealthClock {
    let start = Instant::now();
    Arc::new(move || u64::try_from(start.elapsed().as_millis()).unwrap_or(u64::MAX))
}

/// Is told of a source whose calls fail too often: under which watch, and how often they did.
pub type FailureCallback = Arc<dyn Fn(&str, u64, CallCounts) + Send + Sync>;

/// What a tally looks for, and whom it tells.
#[derive(Clone)]
pub struct HealthWatch {
    pub fallback: Fallback,
    pub over: FailureCallback,
    pub clock: HealthClock,
}

impl fmt::Debug for HealthWatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.fallback.fmt(f)
    }
}

/// What was counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CallCounts {
    pub calls: u64,
    pub failures: u64,
}

/// The parts of a window. What is counted is forgotten part by part: 20 numbers say what 20,000 calls came to, and a call
/// counts for 95 % of the window at least.
const PARTS: usize = 20;

#[derive(Clone, Copy, Debug, Default)]
struct WindowPart {
    /// Which part of the time it is, counted from the beginning of time.
    number: u64,
    counts: CallCounts,
}

#[derive(Default)]
struct HealthState {
    watch: Option<HealthWatch>,
    /// One more with each watch: a call counts for the watch under which it began.
    epoch: u64,
    is_over: bool,
    parts: [WindowPart; PARTS],
}

/// How the calls of one version went.
#[derive(Default)]
pub struct VersionHealth {
    is_watched: AtomicBool,
    state: Mutex<HealthState>,
}

impl fmt::Debug for VersionHealth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tally").field("is_watched", &self.is_watched).finish_non_exhaustive()
    }
}

/// A call that began.
pub struct CountedCall {
    epoch: u64,
    at: u64,
}

impl VersionHealth {
    /// Looks for this from now on, or for nothing; what was counted is forgotten.
    pub fn watch(&self, watch: Option<HealthWatch>) {
        let mut state = self.state();
        self.is_watched.store(watch.is_some(), Ordering::Release);
        *state = HealthState { watch, epoch: state.epoch + 1, ..HealthState::default() };
    }

    /// Whether the bound was passed under a watch that is still on.
    pub fn is_over(&self, epoch: u64) -> bool {
        let state = self.state();
        state.is_over && state.epoch == epoch
    }

    /// A call begins; `None` where nobody looks.
    pub fn begin(&self) -> Option<CountedCall> {
        if !self.is_watched.load(Ordering::Acquire) {
            return None;
        }
        let state = self.state();
        state.watch.as_ref().map(|watch| CountedCall { epoch: state.epoch, at: (watch.clock)() })
    }

    /// Counts a call that ended. Where the failure rate passes its limit, calls [`HealthWatch::over`] once, after the lock is released: the
    /// callback publishes a revision.
    pub fn end(&self, begun: &CountedCall, source: &str, has_failed: bool) {
        let over = {
            let mut state = self.state();
            let Some(watch) = state.watch.clone().filter(|_| state.epoch == begun.epoch && !state.is_over)
            else {
                return;
            };
            let counts = state.count((watch.clock)(), &watch.fallback, has_failed);
            state.is_over = watch.fallback.is_passed_by(counts);
            state.is_over.then_some((watch.over, counts))
        };
        if let Some((over, counts)) = over {
            over(source, begun.epoch, counts);
        }
    }

    /// How long ago a call began.
    pub fn since(&self, begun: &CountedCall) -> u64 {
        let now = self.state().watch.as_ref().map(|watch| (watch.clock)());
        now.map_or(0, |now| now.saturating_sub(begun.at))
    }

    /// A thread that panicked has counted or not.
    fn state(&self) -> MutexGuard<'_, HealthState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl HealthState {
    fn count(&mut self, now: u64, fallback: &Fallback, has_failed: bool) -> CallCounts {
        let number = now / (fallback.window_ms / PARTS as u64).max(1);
        let part = &mut self.parts[usize::try_from(number % PARTS as u64).unwrap_or_default()];
        if part.number != number {
            *part = WindowPart { number, counts: CallCounts::default() };
        }
        part.counts.calls += 1;
        part.counts.failures += u64::from(has_failed);
        let recent = self.parts.iter().filter(|part| part.number + PARTS as u64 > number);
        recent.fold(CallCounts::default(), |sum, part| CallCounts {
            calls: sum.calls + part.counts.calls,
            failures: sum.failures + part.counts.failures,
        })
    }
}

impl Fallback {
    #[expect(clippy::cast_precision_loss, reason = "nobody counts 2^53 calls")]
    fn is_passed_by(&self, counts: CallCounts) -> bool {
        counts.calls >= self.min_calls && counts.failures as f64 > self.failure_rate * counts.calls as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FALLBACK: Fallback = Fallback { failure_rate: 0.2, window_ms: 1_000, min_calls: 5 };

    /// Counts calls at their times; whether the bound was passed at each.
    fn passed(calls: &[(u64, bool)]) -> Vec<bool> {
        let mut state = HealthState::default();
        let count =
            |(now, failed): &(u64, bool)| FALLBACK.is_passed_by(state.count(*now, &FALLBACK, *failed));
        calls.iter().map(count).collect()
    }

    #[test]
    fn the_bound_is_passed_by_the_rate_over_the_window_and_not_before_there_are_calls_enough() {
        let (good, bad) = (false, true);
        for (calls, expected) in [
            (vec![(1, bad), (2, bad), (3, bad), (4, bad), (5, bad)], [false, false, false, false, true]),
            (vec![(1, bad), (2, good), (3, good), (4, good), (5, good)], [false; 5]),
            (vec![(1, bad), (2, good), (3, bad), (4, good), (5, good)], [false, false, false, false, true]),
            // What is older than the window does not count, and what comes back to its place in the ring is new.
            (vec![(1, bad), (2, bad), (3, bad), (4, good), (1_004, bad)], [false; 5]),
            (
                vec![(1, bad), (2, bad), (3, bad), (900, good), (949, good)],
                [false, false, false, false, true],
            ),
            (vec![(1, bad), (2, bad), (3, bad), (4, bad), (u64::MAX / 2, bad)], [false; 5]),
        ] {
            assert_eq!(passed(&calls), expected, "{calls:?}");
        }
    }

    #[test]
    fn a_window_of_a_moment_has_parts_too() {
        let fallback = Fallback { failure_rate: 0.0, window_ms: 1, min_calls: 2 };
        let mut state = HealthState::default();
        assert_eq!(state.count(5, &fallback, true), CallCounts { calls: 1, failures: 1 });
        assert_eq!(state.count(5, &fallback, true), CallCounts { calls: 2, failures: 2 });
        assert_eq!(state.count(5 + PARTS as u64, &fallback, true), CallCounts { calls: 1, failures: 1 });
    }
}
