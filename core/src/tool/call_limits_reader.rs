//! Reads the limits of calls as a user writes them.

use serde_json::{Map, Value};

use super::BreakerLimits;
use crate::error::{Problem, describe_unknown};
use crate::json::pointer;

const BREAKER_KEYS: [&str; 3] = ["failures", "windowMs", "openMs"];
/// A limit that only a registry takes, because all of its tools share it.
pub const REGISTRY_KEY: &str = "idempotencyBytes";
/// A limit that stands beside the others: orchestrators read it.
const RATE_LIMIT_KEY: &str = "rateLimit";
/// The longest time, in ms: a year.
pub const LONGEST_MS: u64 = 366 * 24 * 3_600_000;
const MOST_BYTES: u64 = 1 << 30;

/// Parses a rate limit, in calls per minute.
///
/// # Errors
/// What is wrong with the value: `must be a number of calls per minute above zero`.
pub fn parse_rate_limit(value: &Value) -> Result<f64, &'static str> {
    let rate = value.as_f64().filter(|rate| *rate > 0.0);
    rate.ok_or("must be a number of calls per minute above zero")
}

/// Reads the members of a map of limits, and collects every problem.
pub struct CallLimitsReader<'r> {
    /// The map.
    pub map: &'r Map<String, Value>,
    /// JSON pointer of the map in what the user wrote.
    pub at: &'r str,
    /// The problems so far.
    pub problems: Vec<Problem>,
}

impl<'r> CallLimitsReader<'r> {
    /// Creates a reader of a map at a JSON pointer.
    pub const fn new(map: &'r Map<String, Value>, at: &'r str) -> Self {
        Self { map, at, problems: Vec::new() }
    }

    fn add_problem(&mut self, key: &str, message: impl Into<String>) {
        self.problems.push(Problem::at(pointer::push(self.at, key), message));
    }

    /// Refuses unknown keys and names the nearest.
    pub fn check_keys(&mut self, known: &[&str]) {
        let map = self.map;
        for key in map.keys().filter(|key| !known.contains(&key.as_str())) {
            if key == REGISTRY_KEY {
                self.add_problem(
                    key,
                    "is a limit of the whole registry: say it in the registry's callLimits",
                );
                continue;
            }
            if key == RATE_LIMIT_KEY {
                self.add_problem(key, "belongs beside callLimits: { rateLimit }");
                continue;
            }
            self.add_problem(key, describe_unknown(key, known));
        }
    }

    /// The value of a key. `null` counts as absent.
    fn member(&self, key: &str) -> Option<Value> {
        self.map.get(key).filter(|value| !value.is_null()).cloned()
    }

    /// Reads a whole number within bounds.
    pub fn read_number(&mut self, key: &str, least: u64, most: u64) -> Option<u64> {
        let given = self.member(key)?;
        // JSON has one type of number: a caller may write 1e3.
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a whole number in range"
        )]
        let whole = given.as_u64().or_else(|| {
            let number = given.as_f64().filter(|number| number.fract() == 0.0)?;
            (0.0..=1e15).contains(&number).then_some(number as u64)
        });
        let number = whole.filter(|number| (least..=most).contains(number));
        if number.is_none() {
            self.add_problem(key, format!("must be a whole number from {least} to {most}"));
        }
        number
    }

    /// Reads a whole number of calls.
    pub fn read_count(&mut self, key: &str, least: u64, most: u64) -> Option<u32> {
        self.read_number(key, least, most).and_then(|number| u32::try_from(number).ok())
    }

    /// Reads a number of bytes, at most 1 GiB.
    pub fn read_bytes(&mut self, key: &str, least: u64) -> Option<usize> {
        self.read_number(key, least, MOST_BYTES).and_then(|number| usize::try_from(number).ok())
    }

    /// Reads the limits of the circuit breaker; `false` turns it off.
    pub fn read_breaker(&mut self) -> Option<BreakerLimits> {
        let BreakerLimits::On { failures, window_ms, open_ms } = BreakerLimits::default() else {
            return None;
        };
        match self.member("breaker")? {
            Value::Bool(false) => Some(BreakerLimits::Off),
            Value::Object(map) => {
                let at = pointer::push(self.at, "breaker");
                let mut inner = CallLimitsReader::new(&map, &at);
                inner.check_keys(&BREAKER_KEYS);
                let limits = BreakerLimits::On {
                    failures: inner.read_count("failures", 1, 1_000).unwrap_or(failures),
                    window_ms: inner.read_number("windowMs", 1, LONGEST_MS).unwrap_or(window_ms),
                    open_ms: inner.read_number("openMs", 1, LONGEST_MS).unwrap_or(open_ms),
                };
                self.problems.extend(inner.problems);
                Some(limits)
            }
            _ => {
                self.add_problem("breaker", "must be a map of rules or false");
                None
            }
        }
    }
}
