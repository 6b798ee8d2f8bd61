//! The polling state machine of one address: interval, exponential backoff with jitter, `Retry-After`.
//!
//! Pure: time and randomness come in, work goes out.

use std::time::Duration;

/// The longest backoff of a failing server. A longer interval is kept.
pub(in crate::watch) const MAX_BACKOFF: Duration = Duration::from_mins(10);
/// The longest `Retry-After` that is honoured.
pub(in crate::watch) const MAX_RETRY_AFTER: Duration = Duration::from_hours(24);

/// An input. All times are counted from one start that the caller chose.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::watch) enum PollInput {
    /// Time has passed. Send it at [`PollState::next_deadline`]; it does nothing earlier.
    Tick,
    /// The server answered with a document, or that it has not changed.
    Answered,
    /// There was no usable response.
    Failed {
        /// The pause that the server asks for.
        retry_after: Option<Duration>,
    },
}

/// Work to do now. There is no further work until its outcome comes in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::watch) enum PollWork {
    /// Request the document.
    Request,
}

/// The state of one polled address.
#[derive(Debug)]
pub(in crate::watch) struct PollState {
    interval: Duration,
    /// When to request next; `None` while a request is under way.
    due: Option<Duration>,
    /// Failures since the last usable response.
    failures: u32,
}

impl PollState {
    /// The state of an address. `age` is the time since its document was last known to be current.
    pub fn new(interval: Duration, age: Duration, now: Duration) -> Self {
        Self { interval, due: Some(now + interval.saturating_sub(age)), failures: 0 }
    }

    /// The state of an address with a request under way.
    pub const fn requesting(interval: Duration) -> Self {
        Self { interval, due: None, failures: 0 }
    }

    /// Handles an input. `random` is a number from 0 to 1 for the jitter, which spreads the requests of many processes that
    /// started together.
    pub fn step(&mut self, input: PollInput, random: f64, now: Duration) -> Option<PollWork> {
        match input {
            PollInput::Tick if self.due.is_some_and(|due| due <= now) => {
                self.due = None;
                return Some(PollWork::Request);
            }
            PollInput::Tick => {}
            PollInput::Answered => {
                self.failures = 0;
                self.due = Some(now + with_jitter(self.interval, 0.1, random));
            }
            PollInput::Failed { retry_after } => {
                self.failures = self.failures.saturating_add(1);
                let doubled = self.interval.saturating_mul(2_u32.saturating_pow(self.failures));
                let backoff = doubled.min(MAX_BACKOFF.max(self.interval));
                let requested = retry_after.unwrap_or_default().min(MAX_RETRY_AFTER);
                // `Retry-After` extends the backoff and never shortens it.
                self.due = Some(now + with_jitter(backoff, 0.5, random).max(requested));
            }
        }
        None
    }

    /// When to send the next [`PollInput::Tick`]; `None` while a request is under way.
    pub const fn next_deadline(&self) -> Option<Duration> {
        self.due
    }
}

/// Shortens a pause by a random part of `share`. It is never made longer, so that `poll_interval` stays an upper bound.
fn with_jitter(pause: Duration, share: f64, random: f64) -> Duration {
    pause.mul_f64(1.0 - share * random.clamp(0.0, 1.0))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn seconds(count: u64) -> Duration {
        Duration::from_secs(count)
    }

    const MINUTE: Duration = Duration::from_mins(1);
    const FAILED: PollInput = PollInput::Failed { retry_after: None };

    /// The seconds before each request, for outcomes that each come at once.
    fn pauses(outcomes: &[PollInput], random: f64) -> Vec<u64> {
        let mut state = PollState::new(MINUTE, Duration::ZERO, Duration::ZERO);
        let pauses = outcomes.iter().scan(Duration::ZERO, |now, outcome| {
            let due = state.next_deadline().expect("a deadline");
            let pause = due.saturating_sub(*now);
            *now = due;
            assert_eq!(state.step(PollInput::Tick, random, due), Some(PollWork::Request));
            assert_eq!(state.next_deadline(), None, "one request at a time");
            assert_eq!(state.step(PollInput::Tick, random, due + seconds(9999)), None);
            assert_eq!(state.step(*outcome, random, due), None);
            Some(pause.as_secs())
        });
        pauses.collect()
    }

    fn retry_after(count: u64) -> PollInput {
        PollInput::Failed { retry_after: Some(seconds(count)) }
    }

    #[test]
    fn a_server_that_answers_is_polled_once_each_interval() {
        assert_eq!(pauses(&[PollInput::Answered; 4], 0.0), [60, 60, 60, 60]);
        assert_eq!(pauses(&[PollInput::Answered; 4], 1.0), [60, 54, 54, 54]);
    }

    #[test]
    fn the_backoff_doubles_with_each_failure_up_to_ten_minutes() {
        assert_eq!(pauses(&[FAILED; 8], 0.0), [60, 120, 240, 480, 600, 600, 600, 600]);
        assert_eq!(pauses(&[FAILED; 8], 1.0), [60, 60, 120, 240, 300, 300, 300, 300]);
    }

    #[test]
    fn one_response_ends_the_backoff() {
        assert_eq!(
            pauses(&[FAILED, FAILED, PollInput::Answered, FAILED, FAILED], 0.0),
            [60, 120, 240, 60, 120]
        );
    }

    #[test]
    fn retry_after_extends_the_backoff_up_to_a_day_and_never_shortens_it() {
        assert_eq!(pauses(&[retry_after(1000), FAILED], 0.0), [60, 1000]);
        assert_eq!(pauses(&[retry_after(1), FAILED], 0.0), [60, 120]);
        assert_eq!(pauses(&[retry_after(u64::MAX), FAILED], 0.0), [60, 86_400]);
    }

    #[test]
    fn an_interval_above_the_longest_backoff_is_kept() {
        let mut state = PollState::new(seconds(3600), Duration::ZERO, Duration::ZERO);
        state.step(PollInput::Tick, 0.0, seconds(3600));
        state.step(FAILED, 0.0, seconds(3600));
        assert_eq!(state.next_deadline(), Some(seconds(7200)));
    }

    #[test]
    fn a_document_that_was_read_long_ago_is_requested_at_once() {
        for (age, due) in [(0, 60), (20, 40), (60, 0), (9999, 0)] {
            let state = PollState::new(MINUTE, seconds(age), seconds(5));
            assert_eq!(state.next_deadline(), Some(seconds(5 + due)));
        }
    }

    #[test]
    fn a_request_under_way_is_awaited() {
        let mut state = PollState::requesting(MINUTE);
        assert_eq!(state.step(PollInput::Tick, 0.0, seconds(9999)), None);
        state.step(PollInput::Answered, 0.0, seconds(9999));
        assert_eq!(state.next_deadline(), Some(seconds(9999 + 60)));
    }

    proptest! {
        #[test]
        fn a_pause_is_never_under_half_the_interval_nor_over_a_day(
            interval in 1_u64..100_000,
            outcomes in prop::collection::vec((prop::option::of(prop::option::of(any::<u64>())), 0.0..1.0_f64), 1..50),
        ) {
            let interval = seconds(interval);
            let mut state = PollState::new(interval, Duration::ZERO, Duration::ZERO);
            for (failed, random) in outcomes {
                let now = state.next_deadline().expect("a deadline");
                prop_assert_eq!(state.step(PollInput::Tick, random, now), Some(PollWork::Request));
                let input = failed.map_or(PollInput::Answered, |retry| PollInput::Failed { retry_after: retry.map(seconds) });
                state.step(input, random, now);
                let pause = state.next_deadline().expect("a deadline").saturating_sub(now);
                prop_assert!(pause >= interval.mul_f64(0.5) && pause <= MAX_RETRY_AFTER.max(interval.mul_f64(2.0)));
            }
        }
    }
}
