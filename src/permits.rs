//! Permits of closure calls that start in JavaScript: concurrency permits, queue places and idempotent replays, by
//! number.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde::Deserialize;
use serde_json::{Map, Value};
use toolrack_core::error::{Error, ErrorCode, Failure, Problem, RaisedFault, Result};
use toolrack_core::limit::{IdempotentReplay, LimitDecision, Permit, QueuedCall};
use toolrack_core::tool::{Content, ToolResult};

use crate::convert::to_counter;

/// What a call holds.
enum HeldPermit {
    /// A permit to run.
    Permit(Permit),
    /// A place in the queue.
    Waiting(QueuedCall),
    /// The outcome of an earlier call with the same idempotency key.
    Replay(IdempotentReplay),
}

/// Everything that calls hold, by number.
#[derive(Default)]
pub struct PermitTable {
    next: AtomicU32,
    held: Mutex<BTreeMap<u32, HeldPermit>>,
}

/// A permit as JavaScript sees it: 0 for nothing held, else the number, with the kind in the two lowest bits.
pub type PermitCode = u32;

/// Kind: a permit, which must be released.
const PERMIT: PermitCode = 1;
/// Kind: a place in the queue.
const WAITING: PermitCode = 2;
/// Kind: a replay of an earlier outcome.
const REPLAY: PermitCode = 3;
/// Numbers wrap around after this many.
const NUMBERS: u32 = 1 << 30;

impl PermitTable {
    /// Stores the decision of the limiter and returns its code.
    pub fn keep(&self, admission: LimitDecision) -> PermitCode {
        match admission {
            LimitDecision::Permitted(permit) if permit.is_free() => 0,
            LimitDecision::Permitted(permit) => self.put(HeldPermit::Permit(permit)) << 2 | PERMIT,
            LimitDecision::Queued(waiting) => self.put(HeldPermit::Waiting(waiting)) << 2 | WAITING,
            LimitDecision::Replayed(replay) => self.put(HeldPermit::Replay(replay)) << 2 | REPLAY,
        }
    }

    /// Waits until a queued call may run; its number then stands for a permit.
    pub async fn turn(&self, number: u32, timeout: Duration) -> Result<()> {
        let Some(HeldPermit::Waiting(waiting)) = self.take(number) else { return Err(unknown()) };
        let permit = waiting.within(timeout).await?;
        self.state().insert(number, HeldPermit::Permit(permit));
        Ok(())
    }

    /// Waits for the outcome of the earlier call.
    pub async fn replay(&self, number: u32, timeout: Duration) -> Result<ToolResult> {
        let Some(HeldPermit::Replay(replay)) = self.take(number) else { return Err(unknown()) };
        replay.within(timeout).await
    }

    /// Releases a permit. `outcome` is stored as JSON for later calls with the same idempotency key.
    pub fn release(&self, number: u32, tool: &str, outcome: Option<(bool, String)>) {
        let Some(HeldPermit::Permit(permit)) = self.take(number) else { return };
        let Some((ok, text)) = outcome else { return };
        permit.settle(Cow::Owned(read_outcome(ok, text, tool)));
    }

    fn put(&self, held: HeldPermit) -> u32 {
        let number = self.next.fetch_add(1, Ordering::Relaxed) % NUMBERS;
        self.state().insert(number, held);
        number
    }

    fn take(&self, number: u32) -> Option<HeldPermit> {
        self.state().remove(&number)
    }

    fn state(&self) -> MutexGuard<'_, BTreeMap<u32, HeldPermit>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Why a closure call has no result. Each variant has its own keys; unknown keys are refused.
#[derive(Deserialize)]
#[serde(untagged, deny_unknown_fields, rename_all_fields = "camelCase")]
enum ClosureFailure {
    /// The tool's Standard Schema refused the arguments; the closure was not called.
    Refused { problems: Vec<Problem> },
    /// The result is refused: the closure was called.
    OutputRefused { output_problems: Vec<Problem> },
    /// A tool, that of the closure or one that it calls, asks for input: a call with the input is another attempt.
    Unanswered { input_required: String },
    /// The call timed out, after this many ms.
    Late { timeout_ms: f64 },
    /// An error of toolrack, by its code.
    Raised {
        raised: String,
        message: String,
        #[serde(default)]
        details: Map<String, Value>,
    },
    /// The caller cancelled the call.
    GivenUp {},
    /// The closure failed.
    Failed(Failure),
}

/// Reads what a closure returned: a value as JSON, or a [`ClosureFailure`].
pub fn read(ok: bool, text: &str, tool: &str) -> Result<ToolResult> {
    match (ok, text) {
        (true, "") => Ok(Value::Null.into()),
        (true, text) => serde_json::from_str::<Value>(text).map(ToolResult::from).map_err(unreadable),
        (false, text) => Err(closure_failure(text, tool)),
    }
}

/// Reads the outcome of a call that JavaScript executed; its value stays JSON text.
fn read_outcome(ok: bool, text: String, tool: &str) -> Result<ToolResult> {
    if !ok {
        return Err(closure_failure(&text, tool));
    }
    let content = Content::Json(if text.is_empty() { "null".to_owned() } else { text });
    Ok(ToolResult { content, http: None })
}

fn closure_failure(text: &str, tool: &str) -> Error {
    let tool = tool.to_owned();
    match serde_json::from_str(text) {
        Ok(ClosureFailure::Refused { problems }) => Error::InvalidParams { tool, problems },
        Ok(ClosureFailure::OutputRefused { output_problems: problems }) => {
            Error::OutputInvalid { tool, problems }
        }
        Ok(ClosureFailure::Unanswered { input_required: tool }) => Error::InputRequired { tool },
        Ok(ClosureFailure::Late { timeout_ms }) => {
            Error::Timeout { tool, timeout_ms: to_counter(timeout_ms) }
        }
        Ok(ClosureFailure::Raised { raised, message, details }) => {
            let code = ErrorCode::parse(&raised).unwrap_or(ErrorCode::ToolFailed);
            Error::Raised(Box::new(RaisedFault { code, message, details }))
        }
        Ok(ClosureFailure::GivenUp {}) => Error::Cancelled { tool },
        Ok(ClosureFailure::Failed(failure)) => Error::ToolFailed { tool, failure: Box::new(failure) },
        Err(error) => unreadable(error),
    }
}

#[expect(clippy::needless_pass_by_value, reason = "for `map_err`")]
fn unreadable(error: serde_json::Error) -> Error {
    Error::Internal { reason: format!("not JSON: {error}") }
}

fn unknown() -> Error {
    Error::Internal { reason: "no such permit".to_owned() }
}
