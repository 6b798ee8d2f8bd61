//! Calls from end to end: context, argument validation, deadline, attempts, audit record, and truncation of results.
//!
//! A model sends a name and arguments. [`CallRunner::execute`] separates the caller's identity from the arguments, fills
//! defaults, validates, asks the [`limit`](crate::limit)s, and runs the executor of the tool. [`HttpOperation`] is the
//! executor of an operation from an API document: one deadline holds for token requests and all attempts together.
//!
//! ```
//! use futures_core::future::BoxFuture;
//! use serde_json::{Value, json};
//! use toolrack_core::{error::Result, exec::{CallRequest, CallRunner}, registry::*, tool::*};
//!
//! struct Echo;
//! impl Executor for Echo {
//!     fn execute(&self, call: ToolCall) -> BoxFuture<'_, Result<ToolResult>> {
//!         Box::pin(async { Ok(Value::Object(call.arguments).into()) })
//!     }
//! }
//!
//! # async fn example() -> Result<()> {
//! let schema = json!({"type": "object", "properties": {"pages": {"type": "integer", "default": 1}}});
//! let echo = ToolDefinition::parse(&json!({"name": "echo", "description": "Echoes.", "inputSchema": schema}), true)?;
//! let registry = ToolRegistry::new(OnConflict::Refuse);
//! registry.register(RegisteredTool::new(echo, std::sync::Arc::new(Echo), Origin::code(), 0))?;
//! let outcome = CallRunner::default().execute(&registry.snapshot(), CallRequest::new("echo", json!({}))).await?;
//! assert_eq!(outcome.result.into_value(), json!({"pages": 1}));
//! # Ok(()) }
//! # tokio::runtime::Runtime::new().expect("a runtime").block_on(example()).expect("a result");
//! ```
//!
//! | file | what it decides, symptom it answers |
//! |---|---|
//! | `call_runner`, `call_record` | the timeout of a call from Rust, `maxResultBytes`; the audit record of a call |
//! | `context`, `approval` | who calls; human in the loop |
//! | `argument_validation`, `result_validation` | defaults, coercion, problems of arguments; `OUTPUT_INVALID` |
//! | `http_operation`, `retrying_sender` | a second attempt with a new token after 401; retries |
//! | `context_text`, `context_values`, `response_projection` | `{context.userId}` in a request; the part of an answer that a model sees |
//! | `reply` | [`Reply`] to a model: whether a result is truncated (`model_value`; files are exempt) |
//! | `result_truncation` | how a value is cut to its limit; it does not decide whether |
//!
//! Limits: a result is held in memory whole. A request that changes something is sent once, or has an idempotency key.

pub mod approval;
mod argument_validation;
mod call_record;
mod call_runner;
pub mod context;
mod context_text;
mod context_values;
mod http_operation;
mod reply;
mod response_projection;
mod result_truncation;
mod result_validation;
mod retrying_sender;

pub use argument_validation::{
    CoercedArgument, ValidatedArguments, arguments_object, check_nesting, validate_arguments,
};
pub use call_record::CallRecord;
pub use call_runner::{CallOutcome, CallRequest, CallRunner};
pub use context_text::{ContextKey, ContextText};
pub use context_values::ContextValues;
pub use http_operation::{DefinedParts, HttpOperation, defined_reach_advice};
pub use reply::{Reply, ReplyContent, StructuredContent};
pub use response_projection::ResponseProjection;
pub use result_truncation::{ResultTruncation, TruncationCut, TruncationUnit, json_size, truncate_value};
pub use result_validation::{validate_result, validate_result_text};
pub use retrying_sender::Jitter;
