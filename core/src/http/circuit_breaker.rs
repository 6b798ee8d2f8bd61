//! Circuit breaker: opens and closes the circuit of one origin. A pure state machine; time comes in as a value.

use std::collections::VecDeque;
use std::time::Duration;

/// When a circuit opens, and for how long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CircuitRules {
    /// The number of failures without a success between them that opens the circuit.
    pub failures: u32,
    /// The time within which all these failures must lie.
    pub window: Duration,
    /// How long the circuit stays open before one request probes the origin.
    pub open: Duration,
}

/// The outcome of a request, as a judgement of its origin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OriginOutcome {
    /// The origin answered.
    Success,
    /// The origin gave no answer, or answered 502, 503 or 504.
    Failure,
    /// The request was cancelled or never sent.
    Unknown,
}

/// The circuit of one origin.
#[derive(Debug, Default)]
pub struct Circuit {
    state: CircuitState,
    /// The number of state changes. A request that began in an earlier state must not judge this one.
    generation: u64,
}

#[derive(Debug)]
enum CircuitState {
    /// Requests are sent. Holds the times of the latest failures.
    Closed(VecDeque<Duration>),
    /// No request is sent before this time.
    Open { until: Duration },
    /// One request probes the origin; all others are refused.
    HalfOpen,
}

impl Default for CircuitState {
    fn default() -> Self {
        Self::Closed(VecDeque::new())
    }
}

/// The generation of a circuit in which a request was admitted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CircuitGeneration(u64);

impl Circuit {
    /// Admits a request, or returns the time to wait before the next try.
    pub fn admit_request(
        &mut self,
        now: Duration,
        rules: CircuitRules,
    ) -> Result<CircuitGeneration, Duration> {
        match self.state {
            CircuitState::Closed(_) => {}
            CircuitState::Open { until } => match until.saturating_sub(now) {
                Duration::ZERO => self.change_state(CircuitState::HalfOpen),
                wait => return Err(wait),
            },
            // Nobody knows how long the probe takes; after `open` it is worth another look.
            CircuitState::HalfOpen => return Err(rules.open),
        }
        Ok(CircuitGeneration(self.generation))
    }

    /// Records the outcome of an admitted request.
    pub fn record_outcome(
        &mut self,
        generation: CircuitGeneration,
        outcome: OriginOutcome,
        now: Duration,
        rules: CircuitRules,
    ) {
        if generation.0 != self.generation {
            return;
        }
        match (&mut self.state, outcome) {
            (CircuitState::Closed(_), OriginOutcome::Unknown) | (CircuitState::Open { .. }, _) => {}
            (CircuitState::Closed(failures), OriginOutcome::Success) => failures.clear(),
            (CircuitState::Closed(failures), OriginOutcome::Failure) => {
                failures.push_back(now);
                while failures.front().is_some_and(|first| now.saturating_sub(*first) > rules.window) {
                    failures.pop_front();
                }
                if failures.len() >= usize::try_from(rules.failures).unwrap_or(usize::MAX) {
                    self.change_state(CircuitState::Open { until: now.saturating_add(rules.open) });
                }
            }
            (CircuitState::HalfOpen, OriginOutcome::Success) => self.change_state(CircuitState::default()),
            (CircuitState::HalfOpen, OriginOutcome::Failure) => {
                self.change_state(CircuitState::Open { until: now.saturating_add(rules.open) });
            }
            // A cancelled probe says nothing: the next request is the probe.
            (CircuitState::HalfOpen, OriginOutcome::Unknown) => {
                self.change_state(CircuitState::Open { until: now });
            }
        }
    }

    /// Whether the circuit is not closed, or has a failure within `window`. One without can be forgotten.
    pub fn has_recent_failure(&self, now: Duration, window: Duration) -> bool {
        match &self.state {
            CircuitState::Closed(failures) => {
                failures.back().is_some_and(|last| now.saturating_sub(*last) <= window)
            }
            CircuitState::Open { .. } | CircuitState::HalfOpen => true,
        }
    }

    fn change_state(&mut self, state: CircuitState) {
        self.state = state;
        self.generation += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::OriginOutcome::{Failure, Success, Unknown};
    use super::*;

    const RULES: CircuitRules =
        CircuitRules { failures: 3, window: Duration::from_secs(30), open: Duration::from_secs(10) };

    /// Sends one request at a second; the seconds to wait where it is refused.
    fn send_at(circuit: &mut Circuit, second: u64, outcome: OriginOutcome) -> Option<u64> {
        let now = Duration::from_secs(second);
        match circuit.admit_request(now, RULES) {
            Ok(generation) => circuit.record_outcome(generation, outcome, now, RULES),
            Err(wait) => return Some(wait.as_secs()),
        }
        None
    }

    /// The second, the outcome of the request, and the seconds to wait where it is refused.
    type Step = (u64, OriginOutcome, Option<u64>);

    const CASES: [(&str, &[Step]); 8] = [
        (
            "three failures open the circuit",
            &[(0, Failure, None), (1, Failure, None), (2, Failure, None), (3, Success, Some(9))],
        ),
        (
            "a success between them keeps it closed",
            &[
                (0, Failure, None),
                (1, Failure, None),
                (2, Success, None),
                (3, Failure, None),
                (4, Failure, None),
                (5, Success, None),
            ],
        ),
        (
            "failures before the window do not count",
            &[(0, Failure, None), (29, Failure, None), (31, Failure, None), (32, Success, None)],
        ),
        (
            "failures at the edge of the window count",
            &[(0, Failure, None), (29, Failure, None), (30, Failure, None), (31, Success, Some(9))],
        ),
        (
            "unknown outcomes do not count",
            &[
                (0, Failure, None),
                (1, Failure, None),
                (2, Unknown, None),
                (3, Unknown, None),
                (4, Failure, None),
                (5, Success, Some(9)),
            ],
        ),
        (
            "a successful probe closes it",
            &[
                (0, Failure, None),
                (0, Failure, None),
                (0, Failure, None),
                (10, Success, None),
                (10, Failure, None),
                (10, Failure, None),
                (10, Success, None),
            ],
        ),
        (
            "a failed probe opens it again",
            &[
                (0, Failure, None),
                (0, Failure, None),
                (0, Failure, None),
                (10, Failure, None),
                (11, Success, Some(9)),
                (20, Success, None),
            ],
        ),
        (
            "after a cancelled probe the next request probes",
            &[
                (0, Failure, None),
                (0, Failure, None),
                (0, Failure, None),
                (10, Unknown, None),
                (10, Success, None),
                (10, Success, None),
            ],
        ),
    ];

    #[test]
    fn a_circuit_opens_and_closes_by_the_outcomes_of_requests() {
        for (name, steps) in CASES {
            let mut circuit = Circuit::default();
            for (number, (second, outcome, expected)) in steps.iter().enumerate() {
                assert_eq!(send_at(&mut circuit, *second, *outcome), *expected, "{name}: step {number}");
            }
        }
    }

    #[test]
    fn one_request_probes_an_open_circuit() {
        let mut circuit = Circuit::default();
        let at = Duration::from_secs;
        for _ in 0..3 {
            send_at(&mut circuit, 0, Failure);
        }
        let first = circuit.admit_request(at(10), RULES).expect("a probe");
        assert_eq!(circuit.admit_request(at(10), RULES), Err(RULES.open));
        circuit.record_outcome(first, Success, at(11), RULES);
        assert!(circuit.admit_request(at(11), RULES).is_ok());
    }

    #[test]
    fn a_request_admitted_before_the_circuit_opened_does_not_judge_it() {
        let mut circuit = Circuit::default();
        let at = Duration::from_secs;
        let late = circuit.admit_request(at(0), RULES).expect("a closed circuit");
        for _ in 0..3 {
            send_at(&mut circuit, 0, Failure);
        }
        circuit.record_outcome(late, Success, at(1), RULES);
        assert_eq!(send_at(&mut circuit, 2, Success), Some(8), "a late success does not close it");
        let probe = circuit.admit_request(at(10), RULES).expect("a probe");
        circuit.record_outcome(late, Failure, at(10), RULES);
        circuit.record_outcome(probe, Success, at(10), RULES);
        assert_eq!(send_at(&mut circuit, 10, Success), None);
    }

    #[test]
    fn an_origin_without_recent_failures_can_be_forgotten() {
        let mut circuit = Circuit::default();
        assert!(!circuit.has_recent_failure(Duration::ZERO, RULES.window));
        send_at(&mut circuit, 0, Failure);
        assert!(circuit.has_recent_failure(Duration::from_secs(30), RULES.window));
        assert!(!circuit.has_recent_failure(Duration::from_secs(31), RULES.window));
        for _ in 0..3 {
            send_at(&mut circuit, 40, Failure);
        }
        assert!(circuit.has_recent_failure(Duration::from_secs(999), RULES.window));
    }
}
