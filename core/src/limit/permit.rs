//! What a call hears when it asks whether it may start.

use std::borrow::Cow;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::time;

use super::concurrency::{Entry, Gates, Seat, Ticket};
use super::idempotency::Claim;
use super::kept_outcome::{Outcome, is_without_effect, kept, weight};
use crate::error::{Error, Result};
use crate::tool::ToolResult;

/// Whether a call may start.
#[must_use]
pub enum Admission {
    /// It may.
    Go(Permit),
    /// It may when it is its turn.
    Wait(Waiting),
    /// It was made before.
    Replay(Replay),
}

/// The right to carry a call out, for as long as this is held.
///
/// Whoever gives up a call with a key without saying what it came to leaves it unknown: the key then stands for
/// [`Error::Cancelled`], and the call is not made again.
#[must_use]
pub struct Permit {
    /// The tool's and the source's.
    seats: [Option<Seat>; 2],
    key: Option<Key>,
}

/// A key whose call is being made.
pub(super) struct Key {
    pub claim: Claim<Outcome>,
    pub tool: String,
}

impl Key {
    /// How the bound of an outcome is told that is too long to be kept.
    const WHAT: &str = "bytes of an outcome kept for an idempotency key";

    /// What the call came to, for all other calls of the key.
    fn keep(self, outcome: Outcome) {
        let Self { claim, tool } = self;
        let bytes = weight(&outcome);
        claim.keep(outcome, bytes, |limit| {
            let marker = Err(Error::OutcomeTooLong { tool, what: Self::WHAT, limit });
            let bytes = weight(&marker);
            (Arc::new(marker), bytes)
        });
    }
}

impl Permit {
    /// One without anything to give back.
    pub(super) const FREE: Self = Self { seats: [None, None], key: None };

    pub(super) fn new(seats: [Option<Seat>; 2], key: Option<Key>) -> Self {
        Self { seats, key }
    }

    /// Whether there is nothing to give back: it can be forgotten at once.
    pub const fn is_free(&self) -> bool {
        matches!(self.seats, [None, None]) && self.key.is_none()
    }

    /// Whether [`Permit::settle`] has anybody to tell.
    pub const fn has_key(&self) -> bool {
        self.key.is_some()
    }

    /// What the call came to: other calls of its key have the same.
    pub fn settle(mut self, outcome: Cow<'_, Result<ToolResult>>) {
        let Some(key) = self.key.take() else { return };
        let outcome = kept(outcome);
        if outcome.as_ref().as_ref().is_err_and(is_without_effect) {
            key.claim.free(outcome);
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

/// A call in line. Who drops it leaves the line.
#[must_use]
pub struct Waiting {
    pub(super) tool: String,
    pub(super) line: Line,
    pub(super) key: Option<Key>,
}

/// What a call waits for.
pub(super) enum Line {
    /// A seat of its tool, and then perhaps one of its source, at the gates given.
    Tool(Ticket, Option<Gate>),
    /// A seat of its source; that of its tool it may have.
    Source(Option<Seat>, Ticket),
}

/// Where a call will be in line next.
pub(super) struct Gate {
    pub gates: Arc<Gates>,
    pub source: Arc<str>,
    pub limit: u32,
}

impl Waiting {
    /// Waits for the call's turn, so long and no longer.
    pub async fn within(self, timeout: Duration) -> Result<Permit> {
        let Self { tool, line, key } = self;
        let Ok(seats) = time::timeout(timeout, line.seats()).await else {
            let error = Error::Timeout { tool, timeout_ms: milliseconds(timeout) };
            if let Some(key) = key {
                key.claim.free(Arc::new(Err(error.clone())));
            }
            return Err(error);
        };
        Ok(Permit::new(seats, key))
    }
}

impl Line {
    async fn seats(self) -> [Option<Seat>; 2] {
        match self {
            Self::Source(tool, source) => [tool, Some(source.seat().await)],
            Self::Tool(tool, gate) => {
                let tool = tool.seat().await;
                let Some(Gate { gates, source, limit }) = gate else { return [Some(tool), None] };
                // It has waited by leave already: the next line takes it however long that is.
                let source = match gates.enter(&source, limit, u32::MAX) {
                    Entry::In(seat) => Some(seat),
                    Entry::Line(ticket) => Some(ticket.seat().await),
                    Entry::Full(_) => None,
                };
                [Some(tool), source]
            }
        }
    }
}

/// The outcome of a call that was made before, or is being made.
#[must_use]
pub struct Replay {
    pub(super) tool: String,
    pub(super) outcome: Known,
}

pub(super) enum Known {
    Now(Outcome),
    Soon(watch::Receiver<Option<Outcome>>),
}

impl Replay {
    /// The outcome, where it is there already.
    pub fn now(&self) -> Option<Result<ToolResult>> {
        match &self.outcome {
            Known::Now(outcome) => Some(Result::clone(outcome)),
            Known::Soon(_) => None,
        }
    }

    /// The outcome, when it is there; within so long and no longer.
    pub async fn within(self, timeout: Duration) -> Result<ToolResult> {
        let mut receiver = match self.outcome {
            Known::Now(outcome) => return Result::clone(&outcome),
            Known::Soon(receiver) => receiver,
        };
        match time::timeout(timeout, receiver.wait_for(Option::is_some)).await {
            Err(_) => Err(Error::Timeout { tool: self.tool, timeout_ms: milliseconds(timeout) }),
            // The call left the line before it was made.
            Ok(Err(_)) => Err(Error::Cancelled { tool: self.tool }),
            Ok(Ok(outcome)) => match outcome.as_deref() {
                Some(outcome) => outcome.clone(),
                None => Err(Error::Cancelled { tool: self.tool }),
            },
        }
    }
}

/// A time as errors tell it.
pub(super) fn milliseconds(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}
