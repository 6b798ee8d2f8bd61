//! When to ask a server whether a document has changed. Pure: time and chance come in, work goes out.

use std::time::Duration;

/// The longest pause between two questions to a server that does not answer; a longer interval is kept.
pub(in crate::watch) const LONGEST_PAUSE: Duration = Duration::from_secs(10 * 60);
/// The longest pause that a server may ask for.
pub(in crate::watch) const LONGEST_RETRY_AFTER: Duration = Duration::from_secs(24 * 60 * 60);

/// What happened. All times are counted from one start that the caller chose.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::watch) enum PollInput {
    /// It is some time; sent when [`PollState::next_deadline`] has come, harmless at any other.
    Tick,
    /// The server answered.
    Answered,
    /// It did not, or not with a document. It may have said how long to wait.
    Failed {
        /// How long.
        retry_after: Option<Duration>,
    },
}

/// What to do now; nothing further is asked for until the answer to it has come in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::watch) enum PollWork {
    /// Ask the server.
    Ask,
}

/// One address that is polled.
#[derive(Debug)]
pub(in crate::watch) struct PollState {
    interval: Duration,
    /// When to ask next; `None` while an answer is waited for.
    due: Option<Duration>,
    /// Questions without an answer since the last one that had one.
    faults: u32,
}

impl PollState {
    /// An address whose document was last known to be in use `age` ago.
    pub fn new(interval: Duration, age: Duration, now: Duration) -> Self {
        Self { interval, due: Some(now + interval.saturating_sub(age)), faults: 0 }
    }

    /// The same, while an answer to an earlier question is still waited for.
    pub const fn asking(interval: Duration) -> Self {
        Self { interval, due: None, faults: 0 }
    }

    /// Takes in what happened. `chance` is any number from 0 to 1: questions of many processes that began at one time
    /// spread by it.
    pub fn step(&mut self, input: PollInput, chance: f64, now: Duration) -> Option<PollWork> {
        match input {
            PollInput::Tick if self.due.is_some_and(|due| due <= now) => {
                self.due = None;
                return Some(PollWork::Ask);
            }
            PollInput::Tick => {}
            PollInput::Answered => {
                self.faults = 0;
                self.due = Some(now + spread(self.interval, 0.1, chance));
            }
            PollInput::Failed { retry_after } => {
                self.faults = self.faults.saturating_add(1);
                let doubled = self.interval.saturating_mul(2_u32.saturating_pow(self.faults));
                let pause = doubled.min(LONGEST_PAUSE.max(self.interval));
                let asked_for = retry_after.unwrap_or_default().min(LONGEST_RETRY_AFTER);
                self.due = Some(now + spread(pause, 0.5, chance).max(asked_for));
            }
        }
        None
    }

    /// When to send the next [`PollInput::Tick`]; `None` while an answer is waited for.
    pub const fn next_deadline(&self) -> Option<Duration> {
        self.due
    }
}

/// A pause that is shorter by a share of it at most.
fn spread(pause: Duration, share: f64, chance: f64) -> Duration {
    pause.mul_f64(1.0 - share * chance.clamp(0.0, 1.0))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn seconds(count: u64) -> Duration {
        Duration::from_secs(count)
    }

    const MINUTE: Duration = Duration::from_secs(60);
    const FAILED: PollInput = PollInput::Failed { retry_after: None };

    /// After how many seconds each question is asked, when these are the answers, each at once.
    fn asked(answers: &[PollInput], chance: f64) -> Vec<u64> {
        let mut state = PollState::new(MINUTE, Duration::ZERO, Duration::ZERO);
        let pauses = answers.iter().scan(Duration::ZERO, |now, answer| {
            let due = state.next_deadline().expect("a deadline");
            let pause = due.saturating_sub(*now);
            *now = due;
            assert_eq!(state.step(PollInput::Tick, chance, due), Some(PollWork::Ask));
            assert_eq!(state.next_deadline(), None, "one question at a time");
            assert_eq!(state.step(PollInput::Tick, chance, due + seconds(9999)), None);
            assert_eq!(state.step(*answer, chance, due), None);
            Some(pause.as_secs())
        });
        pauses.collect()
    }

    fn wait(count: u64) -> PollInput {
        PollInput::Failed { retry_after: Some(seconds(count)) }
    }

    #[test]
    fn a_server_is_asked_once_in_each_interval_while_it_answers() {
        assert_eq!(asked(&[PollInput::Answered; 4], 0.0), [60, 60, 60, 60]);
        assert_eq!(asked(&[PollInput::Answered; 4], 1.0), [60, 54, 54, 54]);
    }

    #[test]
    fn a_server_that_fails_is_asked_less_and_less_and_each_ten_minutes_in_the_end() {
        assert_eq!(asked(&[FAILED; 8], 0.0), [60, 120, 240, 480, 600, 600, 600, 600]);
        assert_eq!(asked(&[FAILED; 8], 1.0), [60, 60, 120, 240, 300, 300, 300, 300]);
    }

    #[test]
    fn one_answer_ends_the_waiting() {
        assert_eq!(
            asked(&[FAILED, FAILED, PollInput::Answered, FAILED, FAILED], 0.0),
            [60, 120, 240, 60, 120]
        );
    }

    #[test]
    fn a_server_says_how_long_to_wait_but_no_less_than_it_would_be_and_no_longer_than_a_day() {
        assert_eq!(asked(&[wait(1000), FAILED], 0.0), [60, 1000]);
        assert_eq!(asked(&[wait(1), FAILED], 0.0), [60, 120]);
        assert_eq!(asked(&[wait(u64::MAX), FAILED], 0.0), [60, 86_400]);
    }

    #[test]
    fn an_interval_above_the_longest_pause_is_kept() {
        let mut state = PollState::new(seconds(3600), Duration::ZERO, Duration::ZERO);
        state.step(PollInput::Tick, 0.0, seconds(3600));
        state.step(FAILED, 0.0, seconds(3600));
        assert_eq!(state.next_deadline(), Some(seconds(7200)));
    }

    #[test]
    fn what_was_read_long_ago_is_asked_for_at_once() {
        for (age, due) in [(0, 60), (20, 40), (60, 0), (9999, 0)] {
            let state = PollState::new(MINUTE, seconds(age), seconds(5));
            assert_eq!(state.next_deadline(), Some(seconds(5 + due)));
        }
    }

    #[test]
    fn a_question_that_is_still_open_is_waited_for() {
        let mut state = PollState::asking(MINUTE);
        assert_eq!(state.step(PollInput::Tick, 0.0, seconds(9999)), None);
        state.step(PollInput::Answered, 0.0, seconds(9999));
        assert_eq!(state.next_deadline(), Some(seconds(9999 + 60)));
    }

    proptest! {
        #[test]
        fn a_pause_is_never_under_half_the_interval_nor_over_a_day(
            interval in 1_u64..100_000,
            answers in prop::collection::vec((prop::option::of(prop::option::of(any::<u64>())), 0.0..1.0_f64), 1..50),
        ) {
            let interval = seconds(interval);
            let mut state = PollState::new(interval, Duration::ZERO, Duration::ZERO);
            for (failed, chance) in answers {
                let now = state.next_deadline().expect("a deadline");
                prop_assert_eq!(state.step(PollInput::Tick, chance, now), Some(PollWork::Ask));
                let input = failed.map_or(PollInput::Answered, |retry| PollInput::Failed { retry_after: retry.map(seconds) });
                state.step(input, chance, now);
                let pause = state.next_deadline().expect("a deadline").saturating_sub(now);
                prop_assert!(pause >= interval.mul_f64(0.5) && pause <= LONGEST_RETRY_AFTER.max(interval.mul_f64(2.0)));
            }
        }
    }
}
