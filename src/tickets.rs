//! What calls of closures hold that began in JavaScript: JavaScript knows it by a number.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde::Deserialize;
use serde_json::Value;
use toolrack_core::error::{Error, Failure, Problem, Result};
use toolrack_core::limit::{IdempotentReplay, LimitDecision, Permit, QueuedCall};
use toolrack_core::tool::{Content, ToolResult};

use crate::door::to_counter;

/// Something that a call holds.
enum Held {
    /// The right to be carried out.
    Permit(Permit),
    /// A place in a line.
    Waiting(QueuedCall),
    /// Another call's outcome.
    Replay(IdempotentReplay),
}

/// All that is held, by number.
#[derive(Default)]
pub struct Tickets {
    next: AtomicU32,
    held: Mutex<BTreeMap<u32, Held>>,
}

/// What JavaScript is told of an admission: nothing held is 0, anything else its number and, in the lowest bits, what it is.
pub type Told = u32;

/// The right to be carried out, which is to be given back.
const PERMIT: Told = 1;
/// A place in a line.
const WAITING: Told = 2;
/// The outcome of a call that was made before.
const REPLAY: Told = 3;
/// How many numbers there are before the first one comes again.
const NUMBERS: u32 = 1 << 30;

impl Tickets {
    /// Keeps what an admission gives.
    pub fn keep(&self, admission: LimitDecision) -> Told {
        match admission {
            LimitDecision::Permitted(permit) if permit.is_free() => 0,
            LimitDecision::Permitted(permit) => self.put(Held::Permit(permit)) << 2 | PERMIT,
            LimitDecision::Queued(waiting) => self.put(Held::Waiting(waiting)) << 2 | WAITING,
            LimitDecision::Replayed(replay) => self.put(Held::Replay(replay)) << 2 | REPLAY,
        }
    }

    /// Waits for the turn of a call; what it held before is a permit then.
    pub async fn turn(&self, ticket: u32, timeout: Duration) -> Result<()> {
        let Some(Held::Waiting(waiting)) = self.take(ticket) else { return Err(unknown()) };
        let permit = waiting.within(timeout).await?;
        self.state().insert(ticket, Held::Permit(permit));
        Ok(())
    }

    /// The outcome of the call that was made before.
    pub async fn replay(&self, ticket: u32, timeout: Duration) -> Result<ToolResult> {
        let Some(Held::Replay(replay)) = self.take(ticket) else { return Err(unknown()) };
        replay.within(timeout).await
    }

    /// Gives back what a call held; `told` is what it came to, as JSON, where somebody may ask for it again.
    pub fn leave(&self, ticket: u32, tool: &str, told: Option<(bool, String)>) {
        let Some(Held::Permit(permit)) = self.take(ticket) else { return };
        let Some((ok, text)) = told else { return };
        permit.settle(Cow::Owned(outcome(ok, text, tool)));
    }

    fn put(&self, held: Held) -> u32 {
        let ticket = self.next.fetch_add(1, Ordering::Relaxed) % NUMBERS;
        self.state().insert(ticket, held);
        ticket
    }

    fn take(&self, ticket: u32) -> Option<Held> {
        self.state().remove(&ticket)
    }

    fn state(&self) -> MutexGuard<'_, BTreeMap<u32, Held>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The outcome of a closure call without a result. Each variant has keys of its own, and unknown keys are refused.
#[derive(Deserialize)]
#[serde(untagged, deny_unknown_fields, rename_all_fields = "camelCase")]
enum Unanswered {
    /// The tool's own schema refused the arguments: the closure was not called.
    Refused { problems: Vec<Problem> },
    /// Its time was up, so many ms.
    Late { timeout_ms: f64 },
    /// Its caller gave it up.
    GivenUp {},
    /// It failed.
    Failed(Failure),
}

/// What a closure answered as JSON: a value, or an [`Unanswered`].
pub fn read(ok: bool, text: &str, tool: &str) -> Result<ToolResult> {
    match (ok, text) {
        (true, "") => Ok(Value::Null.into()),
        (true, text) => serde_json::from_str::<Value>(text).map(ToolResult::from).map_err(unreadable),
        (false, text) => Err(unanswered(text, tool)),
    }
}

/// The same of a call that JavaScript carried out, whose value stays the text that it is.
fn outcome(ok: bool, text: String, tool: &str) -> Result<ToolResult> {
    if !ok {
        return Err(unanswered(&text, tool));
    }
    let content = Content::Json(if text.is_empty() { "null".to_owned() } else { text });
    Ok(ToolResult { content, http: None })
}

fn unanswered(text: &str, tool: &str) -> Error {
    let tool = tool.to_owned();
    match serde_json::from_str(text) {
        Ok(Unanswered::Refused { problems }) => Error::InvalidParams { tool, problems },
        Ok(Unanswered::Late { timeout_ms }) => Error::Timeout { tool, timeout_ms: to_counter(timeout_ms) },
        Ok(Unanswered::GivenUp {}) => Error::Cancelled { tool },
        Ok(Unanswered::Failed(failure)) => Error::ToolFailed { tool, failure: Box::new(failure) },
        Err(error) => unreadable(error),
    }
}

#[expect(clippy::needless_pass_by_value, reason = "for `map_err`")]
fn unreadable(error: serde_json::Error) -> Error {
    Error::Internal { reason: format!("not JSON: {error}") }
}

fn unknown() -> Error {
    Error::Internal { reason: "no such ticket".to_owned() }
}
