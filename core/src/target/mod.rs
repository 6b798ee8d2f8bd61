//! Targets: tools in the format of a model provider, strict mode included, and the way back from a model's call to
//! arguments.
//!
//! A provider refuses a whole request for one tool that breaks its rules, and each provider has its own rules. The
//! schema of a tool is therefore rewritten by the provider's table (`rewrite`). The result is checked against the
//! provider's refusals, each with its source (`check`). A tool that the provider would refuse is quarantined for that
//! target.
//!
//! - `provider`: one file for each provider, behind the trait `Provider`.
//! - `rewrite`: the JSON Schema of a tool, rewritten for one provider.
//! - `check`: the provider's rules that a rendered tool breaks; also for tools that toolrack did not render.
//! - `request`: all tools of one request, with limits, cache marks and a cache of rendered tools.
//! - `exchange`: a model's call → arguments; a result or an error → the provider's message.
//!
//! A [`Diagnostic`] reports each change. A change that is `Wider` is safe: a call is validated against the tool's own
//! schema.
//!
//! ```
//! use serde_json::json;
//! use toolrack_core::target::{Target, TargetForm};
//! use toolrack_core::tool::ToolDefinition;
//!
//! let tool = json!({"name": "add", "description": "Adds.", "parameters": {"a": {"type": "integer"}}});
//! let tool = ToolDefinition::parse(&tool, true)?;
//! let rendering = TargetForm::from(Target::Anthropic).render(&tool, "add");
//! assert_eq!(rendering.definition.expect("no refusal")["input_schema"]["type"], "object");
//!
//! let call = json!({"type": "tool_use", "id": "1", "name": "add", "input": {"a": 2}});
//! let call = Target::Anthropic.read(&call)?;
//! let message = Target::Anthropic.answer(&call, Ok(json!(3)));
//! assert_eq!(message, json!({"type": "tool_result", "tool_use_id": "1", "content": "3"}));
//! # Ok::<(), toolrack_core::error::Error>(())
//! ```
//!
//! Limits: a schema has at most 200 levels; inlined references add at most 100,000 values; recursive schemas are
//! written out to a bounded depth; a tool keeps 8 rendered forms.

mod check;
mod diagnostic;
mod exchange;
mod mcp_revision;
mod provider;
mod request;
mod rewrite;
mod targets;

pub use diagnostic::{Diagnostic, RewriteChange, TargetFinding, Weight, change, refusal};
pub use exchange::attached_file::Attachment;
pub use exchange::messages::error_for_model;
pub use exchange::provider_call::ProviderCall;
pub use mcp_revision::McpRevision;
pub use provider::mcp_header::McpHeader;
pub use request::render_cache::{RenderCache, RenderedTool};
pub use request::rendering::{TargetForm, ToolRendering};
pub use request::tool_offer::{
    DeliveryOptions, JudgedTool, OfferCandidate, OfferReport, OfferedTool, ToolOffer,
};
pub use targets::{Strict, Target};
