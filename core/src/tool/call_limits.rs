//! Limits of calls: burst, concurrency, timeout, retries, circuit breaker, idempotency, truncation, depth.

use serde_json::{Map, Value, json};

use super::BreakerLimits;
use super::call_limits_reader::{CallLimitsReader, LONGEST_MS, REGISTRY_KEY};
use crate::error::Problem;

/// The limits of the calls of a tool, of a source or of a registry. [`CallLimits::over`] joins them; the constants are the
/// defaults of what nobody sets. The rate limit stands beside them at each level.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct CallLimits {
    /// Calls within the rate limit that may come at once after a quiet minute. Default: the rate limit, rounded up.
    pub burst: Option<u32>,
    /// Concurrency: calls of the tool at a time.
    pub concurrency: Option<u32>,
    /// Concurrency of the source: calls of all of its tools at a time.
    pub source_concurrency: Option<u32>,
    /// The most calls that wait for either concurrency limit.
    pub queue: Option<u32>,
    /// Timeout of a call in ms, the time in queues included.
    pub timeout_ms: Option<u64>,
    /// The most retries of a request.
    pub retries: Option<u32>,
    /// The circuit breaker.
    pub breaker: Option<BreakerLimits>,
    /// How long an idempotency key is kept, in ms.
    pub idempotency_ms: Option<u64>,
    /// Truncation of a result that a model reads, in bytes of JSON.
    pub max_result_bytes: Option<usize>,
    /// The most bytes that are read of an API's answer.
    pub max_response_bytes: Option<usize>,
    /// The deepest nesting of calls of closures.
    pub depth: Option<u32>,
}

const LIMIT_KEYS: [&str; 11] = [
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
/// The most calls that a limit may name.
const MOST_CALLS: u64 = 1_000_000;
/// The deepest nesting of closures: more than any stack takes that nobody enlarged.
const DEEPEST: u64 = 1_000;

impl CallLimits {
    /// Default of [`CallLimits::queue`].
    pub const QUEUE: u32 = 100;
    /// Default of [`CallLimits::retries`].
    pub const RETRIES: u32 = 2;
    /// Default of [`CallLimits::idempotency_ms`]: a day.
    pub const IDEMPOTENCY_MS: u64 = 24 * 3_600_000;
    /// Default of [`CallLimits::max_result_bytes`].
    pub const MAX_RESULT_BYTES: usize = 1 << 20;
    /// Default of [`CallLimits::max_response_bytes`].
    pub const MAX_RESPONSE_BYTES: usize = 16 << 20;
    /// The most values of an answer in JSON, lists and maps included. JavaScript parses all of them at once: 16 MiB of
    /// empty lists block its event loop for a second.
    pub const MAX_RESPONSE_VALUES: usize = 1_000_000;
    /// Default of the memory for outcomes under idempotency keys of a registry, in bytes.
    pub const IDEMPOTENCY_BYTES: usize = 32 << 20;
    /// Default of [`CallLimits::depth`]. Stacks end at some 300 calls.
    pub const DEPTH: u32 = 64;

    /// Parses the limits of a registry, and its memory for outcomes under idempotency keys, in bytes.
    ///
    /// # Errors
    /// All problems of the value.
    pub fn parse_of_registry(value: &Value) -> Result<(Self, Option<usize>), Vec<Problem>> {
        let mut own = value.clone();
        let bytes = own.as_object_mut().and_then(|map| map.shift_remove(REGISTRY_KEY));
        // The timeout of a registry is an option of its own.
        let timeout = own.as_object_mut().and_then(|map| map.shift_remove("timeoutMs"));
        let (limits, mut problems) = Self::parse(&own, "");
        if timeout.is_some_and(|timeout| !timeout.is_null()) {
            problems.push(Problem::at("/timeoutMs", "belongs beside callLimits: { timeoutMs }"));
        }
        let map = bytes.map(|bytes| Map::from_iter([(REGISTRY_KEY.to_owned(), bytes)])).unwrap_or_default();
        let mut reader = CallLimitsReader::new(&map, "");
        let bytes = reader.read_bytes(REGISTRY_KEY, 1_000);
        problems.extend(reader.problems);
        if problems.is_empty() { Ok((limits, bytes)) } else { Err(problems) }
    }

    /// Parses limits, and returns them with all problems. A limit that has a problem is not set. `at` is the JSON pointer
    /// of `value` in what the user wrote.
    pub fn parse(value: &Value, at: &str) -> (Self, Vec<Problem>) {
        let Value::Object(map) = value else {
            return (Self::default(), vec![Problem::at(at, "must be a map of limits")]);
        };
        let mut reader = CallLimitsReader::new(map, at);
        reader.check_keys(&LIMIT_KEYS);
        let limits = Self {
            burst: reader.read_count("burst", 1, MOST_CALLS),
            concurrency: reader.read_count("concurrency", 1, MOST_CALLS),
            source_concurrency: reader.read_count("sourceConcurrency", 1, MOST_CALLS),
            queue: reader.read_count("queue", 0, MOST_CALLS),
            timeout_ms: reader.read_number("timeoutMs", 1, LONGEST_MS),
            retries: reader.read_count("retries", 0, 10),
            breaker: reader.read_breaker(),
            idempotency_ms: reader.read_number("idempotencyMs", 1, LONGEST_MS),
            max_result_bytes: reader.read_bytes("maxResultBytes", 1_000),
            max_response_bytes: reader.read_bytes("maxResponseBytes", 1),
            depth: reader.read_count("depth", 1, DEEPEST),
        };
        (limits, reader.problems)
    }

    /// These limits, with those of `others` where these set none: tool over source over registry.
    #[must_use]
    pub fn over(self, others: &Self) -> Self {
        Self {
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

    /// Whether no limit is set.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// The limits as a user writes them.
    pub fn to_json(&self) -> Value {
        let breaker = self.breaker.map(|breaker| match breaker {
            BreakerLimits::Off => json!(false),
            BreakerLimits::On { failures, window_ms, open_ms } => {
                json!({"failures": failures, "windowMs": window_ms, "openMs": open_ms})
            }
        });
        let values = [
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
        let said = LIMIT_KEYS.into_iter().zip(values).filter(|(_, value)| !value.is_null());
        Value::Object(said.map(|(key, value)| (key.to_owned(), value)).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tool::parse_rate_limit;

    fn read(value: &Value) -> (CallLimits, Vec<String>) {
        let (limits, problems) = CallLimits::parse(value, "/callLimits");
        (limits, problems.into_iter().map(|problem| problem.pointer).collect())
    }

    #[test]
    fn what_is_read_is_what_is_written() {
        let all = json!({
            "burst": 3, "concurrency": 2, "sourceConcurrency": 4, "queue": 0, "timeoutMs": 5000,
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
            "rateLimit": 60, "burst": 0, "concurrency": "2", "sourceConcurrency": -1, "queue": 1.5, "timeoutMs": 0,
            "retries": 11, "breaker": true, "idempotencyMs": 1e300, "maxResultBytes": 63, "maxResponseBytes": [],
            "depth": 1_001, "ratelimit": 5, "__proto__": 1
        });
        let (limits, problems) = read(&bad);
        assert!(limits.is_empty());
        let places = [
            "rateLimit",
            "ratelimit",
            "__proto__",
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
        let read_of = |value: Value| CallLimits::parse_of_registry(&value);
        let limits = read_of(json!({"idempotencyBytes": 5_000, "queue": 1}));
        assert_eq!(limits.map(|(limits, bytes)| (limits.queue, bytes)), Ok((Some(1), Some(5_000))));
        assert_eq!(read_of(json!({})), Ok((CallLimits::default(), None)));
        let problems = read_of(json!({"idempotencyBytes": 0, "burst": 0})).expect_err("two problems");
        let places: Vec<_> = problems.iter().map(|problem| problem.pointer.as_str()).collect();
        assert_eq!(places, ["/burst", "/idempotencyBytes"]);
        let (_, problems) = CallLimits::parse(&json!({"idempotencyBytes": 5_000}), "/callLimits");
        assert_eq!(problems[0].pointer, "/callLimits/idempotencyBytes");
        assert!(problems[0].message.contains("the registry's callLimits"), "{}", problems[0].message);
    }

    #[test]
    fn the_nearer_word_counts_field_by_field() {
        let of = |value: Value| read(&value).0;
        let tool = of(json!({"burst": 5, "breaker": false}));
        let source = of(json!({"burst": 60, "queue": 3, "breaker": {}}));
        let registry = of(json!({"queue": 9, "retries": 1}));
        let joined = tool.over(&source).over(&registry);
        assert_eq!(joined, of(json!({"burst": 5, "queue": 3, "retries": 1, "breaker": false})));
    }

    #[test]
    fn a_rate_limit_stands_beside_the_limits_of_calls() {
        let (_, problems) = CallLimits::parse(&json!({"rateLimit": 60}), "/a/callLimits");
        let told: Vec<_> = problems.iter().map(|one| (one.pointer.as_str(), one.message.as_str())).collect();
        assert_eq!(told, [("/a/callLimits/rateLimit", "belongs beside callLimits: { rateLimit }")]);
        assert_eq!(parse_rate_limit(&json!(0.5)), Ok(0.5));
        for wrong in [json!(0), json!(-1), json!("60"), json!(null), json!([])] {
            assert!(parse_rate_limit(&wrong).is_err(), "{wrong}");
        }
    }
}
