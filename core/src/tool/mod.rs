//! What a tool is: its definition, the rules for its name, its hash, and how it is called.
//!
//! A [`ToolDefinition`] is what somebody says of a tool; with what the registry knows of it, it is a
//! [`RegisteredTool`](crate::registry::RegisteredTool). Whatever carries a call out stands behind the trait [`Executor`]: a JavaScript closure, an HTTP operation.

mod call;
mod caller;
mod context;
mod definition;
mod definition_hints;
mod destination;
mod executor;
pub mod fingerprint;
mod limits;
pub mod name;
mod parameters;
mod result;
mod version;

pub use call::ToolCall;
pub use caller::Caller;
pub use context::{CONTEXT_KEYS, CallContext};
pub use definition::{Annotations, ToolDefinition};
pub use destination::{Destination, SecurityRequirement, SentArgument};
pub use executor::Executor;
pub use limits::{BreakerLimits, CallLimits};
pub use parameters::schema_of_parameters;
pub use result::{Content, HttpHead, ResultFile, ToolResult};
pub use version::{Version, VersionRange};
