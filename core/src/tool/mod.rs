//! Tools: definition, name, fingerprint, version, limits of calls, and the trait that carries calls out.
//!
//! A registry needs one form for what a JavaScript closure, an HTTP operation or an MCP server offers. A
//! [`ToolDefinition`] says what a model sees: name, description, schemas, hints. Whatever carries a call out is an
//! [`Executor`], which takes a [`ToolCall`] and gives a [`ToolResult`]. The identity of the caller
//! ([`CallContext`]) is apart from the arguments, because a model writes the arguments.
//!
//! ```
//! use serde_json::json;
//! use toolrack_core::tool::{ToolDefinition, name};
//!
//! let value = json!({
//!     "name": "crm/lookup",
//!     "description": "Finds a customer.",
//!     "parameters": { "id": { "type": "string" } },
//!     "rateLimit": 60
//! });
//! let tool = ToolDefinition::parse(&value, true)?;
//! assert_eq!(tool.rate_limit, Some(60.0));
//! assert_eq!(name::portable(&tool.name), "crm_lookup");
//! assert_eq!(tool.input_schema.value()["required"], json!(["id"]));
//! # Ok::<(), toolrack_core::error::Error>(())
//! ```
//!
//! # Limits
//! A name has at most 128 bytes, a portable one 64. A tool has at most 64 aliases of 200 characters. The JSON of a definition has at most
//! [`ToolDefinition::MAX_BYTES`]; the constants of [`CallLimits`] are the defaults of timeout, retry, queue,
//! truncation and idempotency.

mod aliases;
mod breaker_limits;
mod call;
mod call_approval;
mod call_context;
mod call_limits;
mod call_limits_reader;
mod caller;
mod definition;
mod definition_hints;
mod definition_reader;
mod destination;
mod executor;
pub mod fingerprint;
pub mod name;
mod parameter_map;
mod scopes;
pub mod sha256;
mod tool_annotations;
mod tool_result;
mod version;
mod version_range;

pub use aliases::{MAX_ALIASES, check_alias_limits, parse_aliases};
pub use breaker_limits::BreakerLimits;
pub use call::ToolCall;
pub use call_approval::CallApproval;
pub use call_context::{CONTEXT_KEYS, CallContext};
pub use call_limits::CallLimits;
pub use call_limits_reader::parse_rate_limit;
pub use caller::Caller;
pub use definition::ToolDefinition;
pub(crate) use definition_reader::DEFINITION_KEYS;
pub use destination::{Destination, SecurityRequirement, SentArgument};
pub use executor::Executor;
pub use parameter_map::schema_of_parameters;
pub use scopes::{joined_scopes, parse_scopes};
pub use tool_annotations::Annotations;
pub use tool_result::{Content, HttpHead, ResultFile, ToolResult};
pub use version::Version;
pub use version_range::VersionRange;
