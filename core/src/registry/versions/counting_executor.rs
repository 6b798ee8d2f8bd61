//! The counting executor: counts how many calls of a version fail, for its health.

use std::any::Any;
use std::sync::Arc;
use std::time::Duration;

use futures_core::future::BoxFuture;
use serde_json::{Map, Value};

use super::health::{CountedCall, VersionHealth};
use crate::error::{Error, Result};
use crate::tool::{Destination, Executor, ToolCall, ToolResult};

/// Wraps the executor of a version's tool and counts its calls.
pub struct CountingExecutor {
    inner: Arc<dyn Executor>,
    source: Arc<str>,
    health: Arc<VersionHealth>,
}

impl CountingExecutor {
    /// Counts the calls of `inner` for the version that was loaded as `source`.
    pub const fn new(inner: Arc<dyn Executor>, source: Arc<str>, health: Arc<VersionHealth>) -> Self {
        Self { inner, source, health }
    }
}

impl Executor for CountingExecutor {
    fn execute(&self, call: ToolCall) -> BoxFuture<'_, Result<ToolResult>> {
        let Some(counted) = self.health.begin_call() else { return self.inner.execute(call) };
        let attempt =
            CountedAttempt { executor: self, call: counted, timeout: call.timeout, is_ended: false };
        Box::pin(async move {
            let mut attempt = attempt;
            let outcome = self.inner.execute(call).await;
            attempt.is_ended = true;
            let has_failed = outcome.as_ref().is_err_and(is_failure);
            self.health.end_call(&attempt.call, &self.source, has_failed);
            outcome
        })
    }

    fn needs_approval(&self, call: ToolCall) -> BoxFuture<'_, Result<bool>> {
        self.inner.needs_approval(call)
    }

    fn check_arguments(&self, tool: &str, arguments: &Map<String, Value>) -> Result<()> {
        self.inner.check_arguments(tool, arguments)
    }

    fn spelled(&self, arguments: Map<String, Value>) -> Map<String, Value> {
        self.inner.spelled(arguments)
    }

    fn is_same_as(&self, other: &dyn Executor) -> bool {
        self.inner.is_same_as(other)
    }

    fn as_any(&self) -> Option<&dyn Any> {
        self.inner.as_any()
    }

    fn destination(&self) -> Option<Destination> {
        self.inner.destination()
    }

    fn slot(&self) -> Option<u32> {
        self.inner.slot()
    }
}

/// A call under way. Dropped before it ended, it was cancelled by its caller or by its deadline.
struct CountedAttempt<'c> {
    executor: &'c CountingExecutor,
    call: CountedCall,
    timeout: Duration,
    is_ended: bool,
}

/// A call that is dropped at its deadline counts as failed. One that is cancelled earlier says nothing of the version.
impl Drop for CountedAttempt<'_> {
    fn drop(&mut self) {
        if self.is_ended {
            return;
        }
        let CountingExecutor { health, source, .. } = self.executor;
        // The deadline runs on another clock, which may be a little ahead: 90 % of the time counts as all of it.
        if u128::from(health.elapsed(&self.call)) * 10 >= self.timeout.as_millis() * 9 {
            health.end_call(&self.call, source, true);
        }
    }
}

/// Whether an error is a fault of the version. Refusals such as 401, 403, 404 and 429 show that the API works. A status that
/// rejects arguments its own document allows (400, 422) does not.
const fn is_failure(error: &Error) -> bool {
    match error {
        Error::HttpFailed { answer, .. } => {
            matches!(answer.status, 300..=400 | 405 | 406 | 408 | 415 | 422 | 500..)
        }
        Error::Timeout { .. }
        // The version names a server that calls may not reach.
        | Error::AddressForbidden { .. }
        // The circuit breaker opened because calls failed.
        | Error::CircuitOpen { .. }
        | Error::ToolFailed { .. }
        | Error::HttpBroken { .. }
        | Error::HttpUnreachable { .. }
        | Error::ResponseTooLarge { .. }
        | Error::ResponseHasTooMany { .. }
        // The document names no server.
        | Error::InvalidOptions { .. } => true,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_faults_of_the_version_count_as_failures() {
        let tool = || "t".to_owned();
        let http = |status| {
            let answer =
                crate::error::HttpAnswer { status, headers: Map::new(), body: Value::Null, reason: None };
            Error::HttpFailed { tool: tool(), answer: Box::new(answer) }
        };
        for (error, expected) in [
            (http(500), true),
            (http(503), true),
            (http(400), true),
            (http(405), true),
            (http(422), true),
            (http(302), true),
            (http(408), true),
            (http(401), false),
            (http(403), false),
            (http(404), false),
            (http(409), false),
            (http(413), false),
            (http(429), false),
            (Error::Timeout { tool: tool(), timeout_ms: 1 }, true),
            (Error::HttpUnreachable { tool: tool(), reason: String::new() }, true),
            (Error::CircuitOpen { tool: tool(), origin: String::new(), retry_after_ms: 1 }, true),
            (Error::HttpBroken { tool: tool(), reason: String::new() }, true),
            (Error::Busy { tool: tool(), what: "tool", waiting: 1 }, false),
            (Error::RateLimited { tool: tool(), limit: 1.into(), retry_after_ms: 1 }, false),
            (Error::AddressForbidden { tool: tool(), reason: String::new() }, true),
            (Error::Cancelled { tool: tool() }, false),
            (Error::InvalidParams { tool: tool(), problems: Vec::new() }, false),
            (Error::MissingContext { tool: tool(), key: "userId".into() }, false),
        ] {
            assert_eq!(is_failure(&error), expected, "{error}");
        }
    }
}
