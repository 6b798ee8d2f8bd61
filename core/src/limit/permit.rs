//! The permit of a call: what a call gets when it asks its limits, and what it waits for when it gets none yet.

use std::borrow::Cow;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;

use super::concurrency::{Acquired, QueueTicket, SemaphorePermit, Semaphores};
use super::idempotency_store::IdempotencyClaim;
use super::kept_outcome::{KeptOutcome, has_no_effect, keep_outcome, outcome_bytes};
use crate::clock::{Clock, within};
use crate::error::{Error, Result};
use crate::tool::ToolResult;

/// What the limits say of a call that would start now.
#[must_use]
pub enum LimitDecision {
    /// The call may start.
    Permitted(Permit),
    /// The call waits in a FIFO queue until it may start.
    Queued(QueuedCall),
    /// The call was made before under its idempotency key.
    Replayed(IdempotentReplay),
}

/// The right to carry out one call. Dropping it gives it back.
///
/// A permit with an idempotency key that is dropped without [`Permit::settle`] leaves the outcome unknown: the key then stands
/// for [`Error::Cancelled`], and the call is not made again.
#[must_use]
pub struct Permit {
    /// The semaphore permits of the tool and of its source.
    semaphores: [Option<SemaphorePermit>; 2],
    key: Option<ClaimedKey>,
}

/// An idempotency key whose call is running.
pub(super) struct ClaimedKey {
    pub claim: IdempotencyClaim<KeptOutcome>,
    pub tool: String,
}

impl ClaimedKey {
    /// Names the limit in the error that stands for an outcome that is too long to be kept.
    const LIMIT_NAME: &str = "bytes of an outcome kept for an idempotency key";

    /// Keeps the outcome for all later calls of the key.
    fn keep(self, outcome: KeptOutcome) {
        let Self { claim, tool } = self;
        let bytes = outcome_bytes(&outcome);
        claim.keep(outcome, bytes, |limit| {
            let marker = Err(Error::OutcomeTooLong { tool, what: Self::LIMIT_NAME, limit });
            let bytes = outcome_bytes(&marker);
            (Arc::new(marker), bytes)
        });
    }
}

impl Permit {
    /// The permit of a call without limits: it holds nothing.
    pub(super) const FREE: Self = Self { semaphores: [None, None], key: None };

    pub(super) fn new(semaphores: [Option<SemaphorePermit>; 2], key: Option<ClaimedKey>) -> Self {
        Self { semaphores, key }
    }

    /// Whether the permit holds nothing, so that it can be dropped at once.
    pub const fn is_free(&self) -> bool {
        matches!(self.semaphores, [None, None]) && self.key.is_none()
    }

    /// Whether the call has an idempotency key, so that [`Permit::settle`] keeps its outcome.
    pub const fn has_key(&self) -> bool {
        self.key.is_some()
    }

    /// Keeps the outcome for later calls of the key. An outcome without any effect frees the key.
    pub fn settle(mut self, outcome: Cow<'_, Result<ToolResult>>) {
        let Some(key) = self.key.take() else { return };
        let outcome = keep_outcome(outcome);
        if outcome.as_ref().as_ref().is_err_and(has_no_effect) {
            key.claim.release(outcome);
        } else {
            key.keep(outcome);
        }
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        if let Some(key) = self.key.take() {
            let tool = key.tool.clone();
            key.keep(Arc::new(Err(Error::Cancelled { tool })));
        }
    }
}

/// A call in the queue of its tool or its source. Dropping it leaves the queue.
#[must_use]
pub struct QueuedCall {
    pub(super) tool: String,
    pub(super) queue: CallQueue,
    pub(super) key: Option<ClaimedKey>,
    pub(super) clock: Arc<dyn Clock>,
}

/// The queue that a call waits in.
pub(super) enum CallQueue {
    /// The queue of its tool; the source's semaphore comes after it, where the source has a limit.
    Tool(QueueTicket, Option<SourceSemaphore>),
    /// The queue of its source; the call has the permit of its tool where the tool has a limit.
    Source(Option<SemaphorePermit>, QueueTicket),
}

/// The semaphore of a source, which a call asks after that of its tool.
pub(super) struct SourceSemaphore {
    pub semaphores: Arc<Semaphores>,
    pub source: Arc<str>,
    pub limit: u32,
}

impl QueuedCall {
    /// Waits for the call's turn, at most `timeout`.
    ///
    /// # Errors
    /// `TIMEOUT` when the turn does not come in time; the call then leaves the queue and frees its idempotency key.
    pub async fn within(self, timeout: Duration) -> Result<Permit> {
        let Self { tool, queue, key, clock } = self;
        let Some(semaphores) = within(&*clock, timeout, queue.acquire()).await else {
            let error = Error::Timeout { tool, timeout_ms: milliseconds(timeout) };
            if let Some(key) = key {
                key.claim.release(Arc::new(Err(error.clone())));
            }
            return Err(error);
        };
        Ok(Permit::new(semaphores, key))
    }
}

impl CallQueue {
    async fn acquire(self) -> [Option<SemaphorePermit>; 2] {
        match self {
            Self::Source(tool, source) => [tool, Some(source.acquire().await)],
            Self::Tool(tool, source) => {
                let tool = tool.acquire().await;
                let Some(SourceSemaphore { semaphores, source, limit }) = source else {
                    return [Some(tool), None];
                };
                // The call was let into one queue already, so the next queue takes it however long that is.
                let source = match semaphores.acquire(&source, limit, u32::MAX) {
                    Acquired::Permit(permit) => Some(permit),
                    Acquired::Queued(ticket) => Some(ticket.acquire().await),
                    Acquired::Full(_) => None,
                };
                [Some(tool), source]
            }
        }
    }
}

/// The outcome of a call that was made before under the same idempotency key, or is running.
#[must_use]
pub struct IdempotentReplay {
    pub(super) tool: String,
    pub(super) outcome: ReplayedOutcome,
    pub(super) clock: Arc<dyn Clock>,
}

pub(super) enum ReplayedOutcome {
    Ready(KeptOutcome),
    Pending(watch::Receiver<Option<KeptOutcome>>),
}

impl IdempotentReplay {
    /// The outcome, if the call is done.
    pub fn now(&self) -> Option<Result<ToolResult>> {
        match &self.outcome {
            ReplayedOutcome::Ready(outcome) => Some(Result::clone(outcome)),
            ReplayedOutcome::Pending(_) => None,
        }
    }

    /// Waits for the outcome, at most `timeout`.
    ///
    /// # Errors
    /// The error of the call that was made; `TIMEOUT` when there is no outcome in time; `CANCELLED` when that call was given up.
    pub async fn within(self, timeout: Duration) -> Result<ToolResult> {
        let mut receiver = match self.outcome {
            ReplayedOutcome::Ready(outcome) => return Result::clone(&outcome),
            ReplayedOutcome::Pending(receiver) => receiver,
        };
        match within(&*self.clock, timeout, receiver.wait_for(Option::is_some)).await {
            None => Err(Error::Timeout { tool: self.tool, timeout_ms: milliseconds(timeout) }),
            // The call left its queue before it was made.
            Some(Err(_)) => Err(Error::Cancelled { tool: self.tool }),
            Some(Ok(outcome)) => match outcome.as_deref() {
                Some(outcome) => outcome.clone(),
                None => Err(Error::Cancelled { tool: self.tool }),
            },
        }
    }
}

/// A duration in whole milliseconds, as errors have it.
pub(super) fn milliseconds(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}
