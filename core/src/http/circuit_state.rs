//! Whether an origin is asked, by how it answered: a pure state machine.

use std::collections::VecDeque;
use std::time::Duration;

/// When an origin is left alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CircuitRules {
    /// After so many failures with no success between them;
    pub failures: u32,
    /// all of them within this time.
    pub window: Duration,
    /// How long it is left alone, before one request may try it.
    pub open: Duration,
}

/// How a request went, as far as its origin is judged by it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OriginOutcome {
    /// The origin answered.
    Works,
    /// It did not, or said itself that it cannot.
    Fails,
    /// Nobody knows: the request was given up, or none that could be sent.
    Unknown,
}

/// What is known of an origin.
#[derive(Debug, Default)]
pub struct Circuit {
    state: CircuitState,
    /// How often the state has changed: a request that began in another one says nothing of this one.
    turn: u64,
}

#[derive(Debug)]
enum CircuitState {
    /// Requests go; when the last ones failed.
    Closed(VecDeque<Duration>),
    /// None goes until then.
    Open { until: Duration },
    /// One goes, and says what is next.
    HalfOpen,
}

impl Default for CircuitState {
    fn default() -> Self {
        Self::Closed(VecDeque::new())
    }
}

/// A request that goes: the state in which it began.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CircuitPass(u64);

impl Circuit {
    /// Whether a request may go now; where not, how long there is to wait.
    pub fn begin(&mut self, now: Duration, rules: CircuitRules) -> Result<CircuitPass, Duration> {
        match self.state {
            CircuitState::Closed(_) => {}
            CircuitState::Open { until } => match until.saturating_sub(now) {
                Duration::ZERO => self.turn_to(CircuitState::HalfOpen),
                wait => return Err(wait),
            },
            // Whoever tries has not come back. How long that takes nobody knows; this is when to look again.
            CircuitState::HalfOpen => return Err(rules.open),
        }
        Ok(CircuitPass(self.turn))
    }

    /// How a request went.
    pub fn end(
        &mut self,
        passage: CircuitPass,
        outcome_of_origin: OriginOutcome,
        now: Duration,
        rules: CircuitRules,
    ) {
        if passage.0 != self.turn {
            return;
        }
        match (&mut self.state, outcome_of_origin) {
            (CircuitState::Closed(_), OriginOutcome::Unknown) | (CircuitState::Open { .. }, _) => {}
            (CircuitState::Closed(failures), OriginOutcome::Works) => failures.clear(),
            (CircuitState::Closed(failures), OriginOutcome::Fails) => {
                failures.push_back(now);
                while failures.front().is_some_and(|first| now.saturating_sub(*first) > rules.window) {
                    failures.pop_front();
                }
                if failures.len() >= usize::try_from(rules.failures).unwrap_or(usize::MAX) {
                    self.turn_to(CircuitState::Open { until: now.saturating_add(rules.open) });
                }
            }
            (CircuitState::HalfOpen, OriginOutcome::Works) => self.turn_to(CircuitState::default()),
            (CircuitState::HalfOpen, OriginOutcome::Fails) => {
                self.turn_to(CircuitState::Open { until: now.saturating_add(rules.open) });
            }
            // The next one tries.
            (CircuitState::HalfOpen, OriginOutcome::Unknown) => {
                self.turn_to(CircuitState::Open { until: now });
            }
        }
    }

    /// Whether it is as good as unknown.
    pub fn is_clear(&self, now: Duration, window: Duration) -> bool {
        match &self.state {
            CircuitState::Closed(failures) => {
                failures.back().is_none_or(|last| now.saturating_sub(*last) > window)
            }
            CircuitState::Open { .. } | CircuitState::HalfOpen => false,
        }
    }

    fn turn_to(&mut self, state: CircuitState) {
        self.state = state;
        self.turn += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::OriginOutcome::{Fails, Unknown, Works};
    use super::*;

    const RULES: CircuitRules =
        CircuitRules { failures: 3, window: Duration::from_secs(30), open: Duration::from_secs(10) };

    /// One request at a second; what was left to wait where it did not go.
    fn ask(circuit: &mut Circuit, second: u64, outcome_of_origin: OriginOutcome) -> Option<u64> {
        let now = Duration::from_secs(second);
        match circuit.begin(now, RULES) {
            Ok(passage) => circuit.end(passage, outcome_of_origin, now, RULES),
            Err(wait) => return Some(wait.as_secs()),
        }
        None
    }

    #[test]
    fn states_follow_from_what_came_before() {
        for (name, steps) in [
            (
                "three failures open it",
                &[(0, Fails, None), (1, Fails, None), (2, Fails, None), (3, Works, Some(9))][..],
            ),
            (
                "a success between them does not",
                &[
                    (0, Fails, None),
                    (1, Fails, None),
                    (2, Works, None),
                    (3, Fails, None),
                    (4, Fails, None),
                    (5, Works, None),
                ],
            ),
            (
                "nor do failures that are long ago",
                &[(0, Fails, None), (29, Fails, None), (31, Fails, None), (32, Works, None)],
            ),
            (
                "those at the edge of the window count",
                &[(0, Fails, None), (29, Fails, None), (30, Fails, None), (31, Works, Some(9))],
            ),
            (
                "what nobody knows does not count",
                &[
                    (0, Fails, None),
                    (1, Fails, None),
                    (2, Unknown, None),
                    (3, Unknown, None),
                    (4, Fails, None),
                    (5, Works, Some(9)),
                ],
            ),
            (
                "a try that works closes it",
                &[
                    (0, Fails, None),
                    (0, Fails, None),
                    (0, Fails, None),
                    (10, Works, None),
                    (10, Fails, None),
                    (10, Fails, None),
                    (10, Works, None),
                ],
            ),
            (
                "a try that fails opens it again",
                &[
                    (0, Fails, None),
                    (0, Fails, None),
                    (0, Fails, None),
                    (10, Fails, None),
                    (11, Works, Some(9)),
                    (20, Works, None),
                ],
            ),
            (
                "a try that was given up leaves it to the next",
                &[
                    (0, Fails, None),
                    (0, Fails, None),
                    (0, Fails, None),
                    (10, Unknown, None),
                    (10, Works, None),
                    (10, Works, None),
                ],
            ),
        ] {
            let mut circuit = Circuit::default();
            for (number, (second, outcome_of_origin, expected)) in steps.iter().enumerate() {
                assert_eq!(
                    ask(&mut circuit, *second, *outcome_of_origin),
                    *expected,
                    "{name}: step {number}"
                );
            }
        }
    }

    #[test]
    fn only_one_tries() {
        let mut circuit = Circuit::default();
        let at = Duration::from_secs;
        for _ in 0..3 {
            ask(&mut circuit, 0, Fails);
        }
        let first = circuit.begin(at(10), RULES).expect("tries");
        assert_eq!(circuit.begin(at(10), RULES), Err(RULES.open));
        circuit.end(first, Works, at(11), RULES);
        assert!(circuit.begin(at(11), RULES).is_ok());
    }

    #[test]
    fn who_began_before_it_opened_says_nothing_of_it() {
        let mut circuit = Circuit::default();
        let at = Duration::from_secs;
        let late = circuit.begin(at(0), RULES).expect("goes");
        for _ in 0..3 {
            ask(&mut circuit, 0, Fails);
        }
        circuit.end(late, Works, at(1), RULES);
        assert_eq!(ask(&mut circuit, 2, Works), Some(8), "a late success does not close it");
        let probe = circuit.begin(at(10), RULES).expect("tries");
        circuit.end(late, Fails, at(10), RULES);
        circuit.end(probe, Works, at(10), RULES);
        assert_eq!(ask(&mut circuit, 10, Works), None);
    }

    #[test]
    fn an_origin_without_fresh_failures_need_not_be_known() {
        let mut circuit = Circuit::default();
        assert!(circuit.is_clear(Duration::ZERO, RULES.window));
        ask(&mut circuit, 0, Fails);
        assert!(!circuit.is_clear(Duration::from_secs(30), RULES.window));
        assert!(circuit.is_clear(Duration::from_secs(31), RULES.window));
        for _ in 0..3 {
            ask(&mut circuit, 40, Fails);
        }
        assert!(!circuit.is_clear(Duration::from_secs(999), RULES.window));
    }
}
