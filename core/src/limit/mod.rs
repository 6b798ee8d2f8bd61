//! Limits of calls: rate limit, concurrency (a semaphore with a FIFO queue), idempotency keys.
//!
//! An API allows so many calls a minute, a server bears so many calls at a time, and a payment must not be made twice. A call
//! therefore asks the [`Limiter`] of its registry before it starts. The answer is a [`LimitDecision`]: a [`Permit`], a place in
//! a FIFO queue, or the outcome of the earlier call with the same idempotency key. A call over its rate limit is refused with
//! the time to wait; a call over a full queue is refused as busy. A refused call counts against no limit.
//!
//! ```
//! use std::sync::Arc;
//! use futures_core::future::BoxFuture;
//! use serde_json::{Map, Value, json};
//! use toolrack_core::{clock::system_clock, error::{ErrorCode, Result}, limit::*};
//! use toolrack_core::{registry::{Origin, RegisteredTool}, tool::*};
//!
//! struct Search;
//! impl Executor for Search {
//!     fn execute(&self, _: ToolCall) -> BoxFuture<'_, Result<ToolResult>> { Box::pin(async { Ok(Value::Null.into()) }) }
//! }
//!
//! let definition = json!({"name": "search", "description": "Searches.", "rateLimit": 1});
//! let definition = ToolDefinition::parse(&definition, true).expect("a definition");
//! let tool = RegisteredTool::new(definition, Arc::new(Search), Origin::code(), 0);
//! let options = LimiterOptions { enforce_rates: true, ..LimiterOptions::default() };
//! let limiter = Limiter::new(options, system_clock());
//! let ask = || limiter.decide(&tool, || Caller::of(&CallContext::default(), "tenant"), None, &Map::new());
//! assert!(matches!(ask(), Ok(LimitDecision::Permitted(_))));
//! assert_eq!(ask().err().map(|error| error.code()), Some(ErrorCode::RateLimited));
//! ```
//!
//! | file | what it decides, symptom it answers |
//! |---|---|
//! | `limiter` | which limits a call has; for whom an idempotency key counts: `claim_key`, with `tool/caller.rs` |
//! | `rate_limit` | whether a call is over its rate limit, and how long it waits |
//! | `concurrency` | how many calls run, and which one is next (FIFO) |
//! | `permit` | what a call waits for; an outcome that is unknown, because its permit was dropped |
//! | `idempotency_store`, `kept_outcome` | a key that was evicted; which outcomes leave a key free |
//! | `eviction_report` | how often evictions are reported |
//!
//! Limits: counters are kept in memory, for one process. They are kept by tool name and user, so a reload resets nothing.

mod concurrency;
mod eviction_report;
mod idempotency_store;
mod kept_outcome;
mod limiter;
mod permit;
mod rate_limit;

pub use limiter::{Limiter, LimiterOptions};
pub use permit::{IdempotentReplay, LimitDecision, Permit, QueuedCall};
