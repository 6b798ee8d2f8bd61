//! What the calls of a tool may cost, as its owner says it.

use serde_json::{Map, Value, json};

use super::name;
use crate::error::Problem;
use crate::json::pointer;

/// What the calls of a tool may cost. Said of a tool, of a source or of a registry; [`CallLimits::over`] joins them. What
/// nobody says has the default that the reader of the field has.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct CallLimits {
    /// Calls per minute, for each user where calls name one.
    pub rate_limit: Option<f64>,
    /// Calls that may come at once after a quiet minute. Default: the rate, rounded up.
    pub burst: Option<u32>,
    /// Calls of the tool at a time.
    pub concurrency: Option<u32>,
    /// Calls of all tools of the tool's source at a time.
    pub source_concurrency: Option<u32>,
    /// Calls that wait for either of these at most.
    pub queue: Option<u32>,
    /// How long a call may take, in ms, the time in queues included.
    pub timeout_ms: Option<u64>,
    /// How often a request is sent again at most.
    pub retries: Option<u32>,
    /// When an origin is left alone.
    pub breaker: Option<BreakerLimits>,
    /// How long an idempotency key holds, in ms.
    pub idempotency_ms: Option<u64>,
    /// What a model is shown of a result at most, in bytes of JSON.
    pub max_result_bytes: Option<usize>,
    /// What is read of an API's answer at most, in bytes.
    pub max_response_bytes: Option<usize>,
    /// How many calls of closures may stand in one another.
    pub depth: Option<u32>,
}

/// When an origin that fails is left alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BreakerLimits {
    /// Never.
    Off,
    /// After so many `failures` within `window_ms` with no success between them, for `open_ms`.
    On {
        /// Failures.
        failures: u32,
        /// How far back they count, in ms.
        window_ms: u64,
        /// How long it is left alone, in ms.
        open_ms: u64,
    },
}

impl Default for BreakerLimits {
    fn default() -> Self {
        Self::On { failures: 5, window_ms: 30_000, open_ms: 10_000 }
    }
}

const KEYS: [&str; 12] = [
    "rateLimit",
    "burst",
    "concurrency",
    "sourceConcurrency",
    "queue",
    "timeoutMs",
    "retries",
    "breaker",
    "idempotencyMs",
    "maxResultBytes",
    "maxResponseBytes",
    "depth",
];
/// What a registry alone can say, for all of its tools share it.
const OF_REGISTRY: &str = "idempotencyBytes";
const BREAKER_KEYS: [&str; 3] = ["failures", "windowMs", "openMs"];

/// The longest time that can be said, in ms: a year.
const LONGEST: u64 = 366 * 24 * 3_600_000;
const MOST_CALLS: u64 = 1_000_000;
const MOST_BYTES: u64 = 1 << 30;
/// More than any stack takes that nobody made larger.
const DEEPEST: u64 = 1_000;

impl CallLimits {
    /// Calls that wait at most where nothing is said.
    pub const QUEUE: u32 = 100;
    /// How often a request is sent again where nothing is said.
    pub const RETRIES: u32 = 2;
    /// How long an idempotency key holds where nothing is said: a day.
    pub const IDEMPOTENCY_MS: u64 = 24 * 3_600_000;
    /// What a model is shown of a result where nothing is said.
    pub const MAX_RESULT_BYTES: usize = 1 << 20;
    /// What is read of an answer where nothing is said.
    pub const MAX_RESPONSE_BYTES: usize = 16 << 20;
    /// How many values an answer in JSON may have, lists and maps among them: its reader in JavaScript makes all of them at
    /// once, and 16 MiB of empty lists hold its event loop up for a second.
    pub const MAX_RESPONSE_VALUES: usize = 1_000_000;

    /// What all outcomes under idempotency keys may take where nothing is said, in bytes.
    pub const IDEMPOTENCY_BYTES: usize = 32 << 20;
    /// How many calls of closures may stand in one another where nothing is said. Stacks end at some 300.
    pub const DEPTH: u32 = 64;

    /// Reads those of a registry, and what all outcomes under its idempotency keys may take, in bytes.
    pub fn parse_of_registry(value: &Value, problems: &mut Vec<Problem>) -> (Self, Option<usize>) {
        let mut own = value.clone();
        let bytes = own.as_object_mut().and_then(|map| map.shift_remove(OF_REGISTRY));
        let limits = Self::parse(&own, "", problems);
        let map = bytes.map(|bytes| Map::from_iter([(OF_REGISTRY.to_owned(), bytes)])).unwrap_or_default();
        let mut reader = Reader { map: &map, at: "", problems };
        (limits, reader.bytes(OF_REGISTRY, 1_000))
    }

    /// Reads them, at a place of what a user wrote. All that is wrong is told.
    pub fn parse(value: &Value, at: &str, problems: &mut Vec<Problem>) -> Self {
        let Value::Object(map) = value else {
            problems.push(Problem::at(at, "must be a map of limits"));
            return Self::default();
        };
        let mut reader = Reader { map, at, problems };
        reader.keys(&KEYS, "limit of calls");
        Self {
            rate_limit: reader.rate(),
            burst: reader.count("burst", 1, MOST_CALLS),
            concurrency: reader.count("concurrency", 1, MOST_CALLS),
            source_concurrency: reader.count("sourceConcurrency", 1, MOST_CALLS),
            queue: reader.count("queue", 0, MOST_CALLS),
            timeout_ms: reader.number("timeoutMs", 1, LONGEST),
            retries: reader.count("retries", 0, 10),
            breaker: reader.breaker(),
            idempotency_ms: reader.number("idempotencyMs", 1, LONGEST),
            max_result_bytes: reader.bytes("maxResultBytes", 1_000),
            max_response_bytes: reader.bytes("maxResponseBytes", 1),
            depth: reader.count("depth", 1, DEEPEST),
        }
    }

    /// These, and where they say nothing what `others` say.
    #[must_use]
    pub fn over(self, others: &Self) -> Self {
        Self {
            rate_limit: self.rate_limit.or(others.rate_limit),
            burst: self.burst.or(others.burst),
            concurrency: self.concurrency.or(others.concurrency),
            source_concurrency: self.source_concurrency.or(others.source_concurrency),
            queue: self.queue.or(others.queue),
            timeout_ms: self.timeout_ms.or(others.timeout_ms),
            retries: self.retries.or(others.retries),
            breaker: self.breaker.or(others.breaker),
            idempotency_ms: self.idempotency_ms.or(others.idempotency_ms),
            max_result_bytes: self.max_result_bytes.or(others.max_result_bytes),
            max_response_bytes: self.max_response_bytes.or(others.max_response_bytes),
            depth: self.depth.or(others.depth),
        }
    }

    /// Whether nothing is said.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// As a user would write them.
    pub fn to_json(&self) -> Value {
        let breaker = self.breaker.map(|breaker| match breaker {
            BreakerLimits::Off => json!(false),
            BreakerLimits::On { failures, window_ms, open_ms } => {
                json!({"failures": failures, "windowMs": window_ms, "openMs": open_ms})
            }
        });
        let values = [
            json!(self.rate_limit),
            json!(self.burst),
            json!(self.concurrency),
            json!(self.source_concurrency),
            json!(self.queue),
            json!(self.timeout_ms),
            json!(self.retries),
            json!(breaker),
            json!(self.idempotency_ms),
            json!(self.max_result_bytes),
            json!(self.max_response_bytes),
            json!(self.depth),
        ];
        let said = KEYS.into_iter().zip(values).filter(|(_, value)| !value.is_null());
        Value::Object(said.map(|(key, value)| (key.to_owned(), value)).collect())
    }
}

/// Collects what is wrong while it reads.
struct Reader<'r> {
    map: &'r Map<String, Value>,
    at: &'r str,
    problems: &'r mut Vec<Problem>,
}

impl Reader<'_> {
    fn problem(&mut self, key: &str, message: impl Into<String>) {
        self.problems.push(Problem::at(pointer::push(self.at, key), message));
    }

    fn keys(&mut self, known: &[&str], what: &str) {
        let map = self.map;
        for key in map.keys().filter(|key| !known.contains(&key.as_str())) {
            if key == OF_REGISTRY {
                self.problem(key, "is a limit of the whole registry: say it in the registry's callLimits");
                continue;
            }
            let nearest = name::nearest(key, known.iter().copied());
            let hint = nearest.first().map(|near| format!(", nearest: {near}")).unwrap_or_default();
            self.problem(key, format!("is no {what}{hint}"));
        }
    }

    /// What stands under a key; null says nothing.
    fn given(&self, key: &str) -> Option<Value> {
        self.map.get(key).filter(|value| !value.is_null()).cloned()
    }

    fn rate(&mut self) -> Option<f64> {
        let rate = self.given("rateLimit")?.as_f64().filter(|rate| *rate > 0.0);
        if rate.is_none() {
            self.problem("rateLimit", "must be a number of calls per minute above zero");
        }
        rate
    }

    fn number(&mut self, key: &str, least: u64, most: u64) -> Option<u64> {
        let given = self.given(key)?;
        // A caller may have written 1e3.
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
            self.problem(key, format!("must be a whole number from {least} to {most}"));
        }
        number
    }

    fn count(&mut self, key: &str, least: u64, most: u64) -> Option<u32> {
        self.number(key, least, most).and_then(|number| u32::try_from(number).ok())
    }

    fn bytes(&mut self, key: &str, least: u64) -> Option<usize> {
        self.number(key, least, MOST_BYTES).and_then(|number| usize::try_from(number).ok())
    }

    fn breaker(&mut self) -> Option<BreakerLimits> {
        let BreakerLimits::On { failures, window_ms, open_ms } = BreakerLimits::default() else {
            return None;
        };
        match self.given("breaker")? {
            Value::Bool(false) => Some(BreakerLimits::Off),
            Value::Object(map) => {
                let at = pointer::push(self.at, "breaker");
                let mut inner = Reader { map: &map, at: &at, problems: self.problems };
                inner.keys(&BREAKER_KEYS, "rule of a breaker");
                Some(BreakerLimits::On {
                    failures: inner.count("failures", 1, 1_000).unwrap_or(failures),
                    window_ms: inner.number("windowMs", 1, LONGEST).unwrap_or(window_ms),
                    open_ms: inner.number("openMs", 1, LONGEST).unwrap_or(open_ms),
                })
            }
            _ => {
                self.problem("breaker", "must be a map of rules or false");
                None
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(value: &Value) -> (CallLimits, Vec<String>) {
        let mut problems = Vec::new();
        let limits = CallLimits::parse(value, "/callLimits", &mut problems);
        (limits, problems.into_iter().map(|problem| problem.pointer).collect())
    }

    #[test]
    fn what_is_read_is_what_is_written() {
        let all = json!({
            "rateLimit": 0.5, "burst": 3, "concurrency": 2, "sourceConcurrency": 4, "queue": 0, "timeoutMs": 5000,
            "retries": 0, "breaker": {"failures": 2, "windowMs": 10, "openMs": 20}, "idempotencyMs": 60_000,
            "maxResultBytes": 1000, "maxResponseBytes": 2000, "depth": 8
        });
        let (limits, problems) = read(&all);
        assert_eq!((limits.to_json(), problems), (all, vec![]));
        for (value, expected) in [
            (json!({}), json!({})),
            (
                json!({"breaker": false, "burst": null, "retries": 1.0}),
                json!({"retries": 1, "breaker": false}),
            ),
            (
                json!({"breaker": {}}),
                json!({"breaker": {"failures": 5, "windowMs": 30_000, "openMs": 10_000}}),
            ),
        ] {
            let (limits, problems) = read(&value);
            assert_eq!((limits.to_json(), problems), (expected, vec![]), "{value}");
        }
    }

    #[test]
    fn all_that_is_wrong_is_told_at_its_place() {
        let bad = json!({
            "rateLimit": 0, "burst": 0, "concurrency": "2", "sourceConcurrency": -1, "queue": 1.5, "timeoutMs": 0,
            "retries": 11, "breaker": true, "idempotencyMs": 1e300, "maxResultBytes": 63, "maxResponseBytes": [],
            "depth": 1_001, "ratelimit": 5, "__proto__": 1
        });
        let (limits, problems) = read(&bad);
        assert!(limits.is_empty());
        let places = [
            "ratelimit",
            "__proto__",
            "rateLimit",
            "burst",
            "concurrency",
            "sourceConcurrency",
            "queue",
            "timeoutMs",
            "retries",
            "breaker",
            "idempotencyMs",
            "maxResultBytes",
            "maxResponseBytes",
            "depth",
        ];
        assert_eq!(problems, places.map(|place| format!("/callLimits/{place}")));
        assert_eq!(
            read(&json!({"breaker": {"failures": 0, "opens": 1}})).1,
            ["/callLimits/breaker/opens", "/callLimits/breaker/failures"]
        );
        for value in [json!(null), json!([]), json!(5)] {
            assert_eq!(read(&value).1, ["/callLimits"], "{value}");
        }
    }

    #[test]
    fn what_all_keys_may_take_is_said_by_a_registry_alone() {
        let mut problems = Vec::new();
        let read_of = CallLimits::parse_of_registry;
        let (limits, bytes) = read_of(&json!({"idempotencyBytes": 5_000, "queue": 1}), &mut problems);
        assert_eq!((limits.queue, bytes, problems.len()), (Some(1), Some(5_000), 0));
        assert_eq!(read_of(&json!({}), &mut problems), (CallLimits::default(), None));
        read_of(&json!({"idempotencyBytes": 0, "burst": 0}), &mut problems);
        let places: Vec<_> = problems.iter().map(|problem| problem.pointer.as_str()).collect();
        assert_eq!(places, ["/burst", "/idempotencyBytes"]);
        let mut problems = Vec::new();
        CallLimits::parse(&json!({"idempotencyBytes": 5_000}), "/callLimits", &mut problems);
        assert_eq!(problems[0].pointer, "/callLimits/idempotencyBytes");
        assert!(problems[0].message.contains("the registry's callLimits"), "{}", problems[0].message);
    }

    #[test]
    fn the_nearer_word_counts_field_by_field() {
        let of = |value: Value| read(&value).0;
        let tool = of(json!({"rateLimit": 5, "breaker": false}));
        let source = of(json!({"rateLimit": 60, "queue": 3, "breaker": {}}));
        let registry = of(json!({"queue": 9, "retries": 1}));
        let joined = tool.over(&source).over(&registry);
        assert_eq!(joined, of(json!({"rateLimit": 5, "queue": 3, "retries": 1, "breaker": false})));
    }
}
