//! The executor that counts how the calls of a version go.

use std::any::Any;
use std::sync::Arc;
use std::time::Duration;

use futures_core::future::BoxFuture;
use serde_json::{Map, Value};

use super::health::{CountedCall, VersionHealth};
use crate::error::{Error, Result};
use crate::tool::{Destination, Executor, ToolCall, ToolResult};

/// Counts the calls of a version's tool.
pub struct CountingExecutor {
    inner: Arc<dyn Executor>,
    source: Arc<str>,
    tally: Arc<VersionHealth>,
}

impl CountingExecutor {
    /// Counts the calls that `inner` carries out.
    pub const fn new(inner: Arc<dyn Executor>, source: Arc<str>, tally: Arc<VersionHealth>) -> Self {
        Self { inner, source, tally }
    }
}

impl Executor for CountingExecutor {
    fn execute(&self, call: ToolCall) -> BoxFuture<'_, Result<ToolResult>> {
        let Some(begun) = self.tally.begin() else { return self.inner.execute(call) };
        let attempt = CountedAttempt { counted: self, begun, timeout: call.timeout, is_ended: false };
        Box::pin(async move {
            let mut attempt = attempt;
            let outcome = self.inner.execute(call).await;
            attempt.is_ended = true;
            let has_failed = outcome.as_ref().is_err_and(is_failure);
            self.tally.end(&attempt.begun, &self.source, has_failed);
            outcome
        })
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

/// A call that may be given up: then it is over without an answer.
struct CountedAttempt<'c> {
    counted: &'c CountingExecutor,
    begun: CountedCall,
    timeout: Duration,
    is_ended: bool,
}

/// Whoever gives a call up when its time is up says that it failed; who does so before changed their mind.
impl Drop for CountedAttempt<'_> {
    fn drop(&mut self) {
        if self.is_ended {
            return;
        }
        let CountingExecutor { tally, source, .. } = self.counted;
        // Two clocks: that of the caller may be a little ahead.
        if u128::from(tally.since(&self.begun)) * 10 >= self.timeout.as_millis() * 9 {
            tally.end(&self.begun, source, true);
        }
    }
}

/// Whether it is the version that failed. An API that says who may not do what, or that there is no such thing, works; one
/// that does not understand arguments that its own document allows does not.
const fn is_failure(error: &Error) -> bool {
    match error {
        Error::HttpFailed { answer, .. } => {
            matches!(answer.status, 300..=400 | 405 | 406 | 408 | 415 | 422 | 500..)
        }
        Error::Timeout { .. }
        // A version that names a server where calls may not go.
        | Error::AddressForbidden { .. }
        // It failed so often that nobody asks it.
        | Error::CircuitOpen { .. }
        | Error::ToolFailed { .. }
        | Error::HttpBroken { .. }
        | Error::HttpUnreachable { .. }
        | Error::ResponseTooLarge { .. }
        | Error::ResponseHasTooMany { .. }
        // A document that names no server.
        | Error::InvalidOptions { .. } => true,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_the_versions_fault_is_a_failure() {
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
            (Error::MissingContext { tool: tool(), key: "userId" }, false),
        ] {
            assert_eq!(is_failure(&error), expected, "{error}");
        }
    }
}
