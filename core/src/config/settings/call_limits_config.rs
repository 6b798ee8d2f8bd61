//! Limits of calls in a configuration: concurrency, timeout, retry, circuit breaker, idempotency, sizes.

use serde::Deserialize;

use crate::config::alternatives::OffOr;

/// The limits of calls: concurrency, timeout, retry, circuit breaker, idempotency, sizes.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct CallLimitsConfig {
    /// Burst of the rate limit: the number of calls that may come at once, 1 to 1,000,000.
    pub burst: Option<u64>,
    /// Concurrency: the number of calls of the tool that run at the same time, 1 to 1,000,000. Further calls wait.
    pub concurrency: Option<u64>,
    /// Concurrency of the source: the number of calls of all its tools that run at the same time.
    pub source_concurrency: Option<u64>,
    /// The number of calls that wait, 0 to 1,000,000. One more fails with `BUSY`. Default: `100`.
    pub queue: Option<u64>,
    /// Timeout of a call, in ms.
    pub timeout_ms: Option<f64>,
    /// Retry: the number of times that a failed request is sent again, 0 to 10. Default: `2`.
    pub retries: Option<u64>,
    /// Circuit breaker of an API's origin. `false`: none.
    pub breaker: Option<OffOr<BreakerConfig>>,
    /// Lifetime of an idempotency key, in ms. Default: `86400000`.
    pub idempotency_ms: Option<f64>,
    /// Truncation limit of a result for a model, in bytes of JSON. Default: `1048576`.
    pub max_result_bytes: Option<u64>,
    /// Size limit of an API's response, in bytes. Default: `16777216`.
    pub max_response_bytes: Option<u64>,
    /// The number of nested synchronous calls of closures, 1 to 1,000. Default: `64`.
    pub depth: Option<u64>,
}

/// The limits of calls of all tools.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct RegistryCallLimitsConfig {
    /// Burst of the rate limit: the number of calls that may come at once, 1 to 1,000,000.
    pub burst: Option<u64>,
    /// Concurrency: the number of calls of one tool that run at the same time, 1 to 1,000,000. Further calls wait.
    pub concurrency: Option<u64>,
    /// Concurrency of each source: the number of calls of all its tools that run at the same time.
    pub source_concurrency: Option<u64>,
    /// The number of calls that wait, 0 to 1,000,000. One more fails with `BUSY`. Default: `100`.
    pub queue: Option<u64>,
    /// Retry: the number of times that a failed request is sent again, 0 to 10. Default: `2`.
    pub retries: Option<u64>,
    /// Circuit breaker of an API's origin. `false`: none.
    pub breaker: Option<OffOr<BreakerConfig>>,
    /// Lifetime of an idempotency key, in ms. Default: `86400000`.
    pub idempotency_ms: Option<f64>,
    /// Truncation limit of a result for a model, in bytes of JSON. Default: `1048576`.
    pub max_result_bytes: Option<u64>,
    /// Size limit of an API's response, in bytes. Default: `16777216`.
    pub max_response_bytes: Option<u64>,
    /// The number of nested synchronous calls of closures, 1 to 1,000. Default: `64`.
    pub depth: Option<u64>,
    /// Memory for the outcomes of all idempotency keys, in bytes. Default: `33554432`.
    pub idempotency_bytes: Option<u64>,
}

/// The rules of a circuit breaker.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct BreakerConfig {
    /// The number of failures in a row that open the circuit, 1 to 1,000. Default: `5`.
    pub failures: Option<u64>,
    /// The time within which these failures must happen, in ms. Default: `30000`.
    pub window_ms: Option<f64>,
    /// The time for which the circuit stays open, in ms. Default: `10000`.
    pub open_ms: Option<f64>,
}
