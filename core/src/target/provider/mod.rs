//! Provider formats: one file for each model provider, all behind the trait [`Provider`].
//!
//! A provider's file has its tables: rewrite rules, and refusals with their sources. It also has its JSON: how a tool
//! is written, where the parts of a tool are, how a call is read, how a result and its files are written.
//! [`Target::provider`] picks the provider; no other code knows which providers there are. `chat_completions.rs` is
//! the format that OpenAI's Chat Completions, Mistral and Cohere share.
//!
//! Limits: a provider sees one tool or one call at a time. `request/` applies the limits of whole requests.
//!
//! [`Target::provider`]: crate::target::Target

use serde_json::Value;

use crate::target::check::definition_check::{RuleGroups, ToolParts};
use crate::target::diagnostic::TargetFinding;
use crate::target::exchange::attached_file::Attachment;
use crate::target::exchange::provider_call::ProviderCall;
use crate::target::mcp_revision::McpRevision;
use crate::target::provider::mcp_header::McpHeader;
use crate::target::request::request_limits::{RequestLimit, StrictBudget, StrictCost, TOOL_NAME_CONFLICT};
use crate::target::rewrite::output_schema::OutputSchemaPlace;
use crate::target::rewrite::rewrite_rules::RewriteRules;
use crate::tool::ToolDefinition;

pub mod ai_sdk;
pub mod anthropic;
pub mod bedrock;
pub mod chat_completions;
pub mod cohere;
pub mod gemini;
pub mod gemini_openapi;
pub mod mcp;
pub mod mcp_header;
pub mod message_parts;
pub mod mistral;
pub mod openai;
pub mod openai_chat;
pub mod plain;

/// How one tool is rendered.
#[derive(Clone, Copy, Debug)]
pub struct RenderMode {
    /// Whether strict mode is on.
    pub strict: bool,
    /// The MCP revision; other providers ignore it.
    pub mcp: McpRevision,
}

/// A tool with its rewritten schema, ready for a provider's JSON.
#[derive(Debug)]
pub struct ToolSource<'t> {
    /// The definition.
    pub tool: &'t ToolDefinition,
    /// The name that the provider sees.
    pub name: &'t str,
    /// The schema as the provider takes it.
    pub schema: Value,
    /// Whether strict mode is on.
    pub strict: bool,
}

/// How a request asks the provider to cache the tools.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CacheMark {
    /// Not at all: the provider caches by itself, or never.
    None,
    /// By `cache_control` on the last tool that is not deferred.
    LastTool,
    /// By a `cachePoint` entry after the tools.
    Entry,
}

/// The tool format of a model provider.
pub trait Provider: Sync {
    /// Names the provider and the form of its calls, for error messages.
    fn call_form(&self) -> &'static str;

    /// Whether strict mode changes what the provider takes.
    fn has_strict(&self) -> bool {
        true
    }

    /// Whether the format depends on the MCP revision.
    fn has_revisions(&self) -> bool {
        false
    }

    /// Whether the provider has a tool search that loads deferred tools.
    fn defers_tools(&self) -> bool {
        false
    }

    /// How a request asks the provider to cache the tools.
    fn cache_mark(&self) -> CacheMark {
        CacheMark::None
    }

    /// The text around the tools of a request, if it is more than a list.
    fn list_envelope(&self) -> Option<(&'static str, &'static str)> {
        None
    }

    /// The key of the functions in a tool, if one tool holds several.
    fn nested_tools(&self) -> Option<&'static str> {
        None
    }

    /// How schemas are rewritten.
    fn rewrite_rules(&self, mode: RenderMode) -> &'static RewriteRules;

    /// What the provider refuses.
    fn rule_groups(&self, mode: RenderMode) -> RuleGroups;

    /// Where the output schema of a tool stands, if the provider has a place for it.
    fn output_schema_place(&self, _: RenderMode) -> Option<OutputSchemaPlace> {
        None
    }

    /// Writes a tool, without its output schema.
    fn render_tool(&self, source: ToolSource<'_>) -> Value;

    /// Finds name, description and schema of a rendered tool.
    fn tool_parts<'t>(&self, tool: &'t Value) -> ToolParts<'t>;

    /// Reads a call; `None` for a value in another form.
    fn read_call(&self, call: &Value) -> Option<ProviderCall>;

    /// Writes the result of a call, or an error of [`error_for_model`](crate::target::error_for_model).
    fn write_result(&self, call: &ProviderCall, outcome: Result<Value, Value>) -> Value;

    /// Writes a file of a result; `None` if the provider has no form for its media type. `number` counts from 1.
    fn write_file(&self, _: &Attachment, _: usize) -> Option<Value> {
        None
    }

    /// Puts written files into the message of a result. `text` is the result as text, `None` for null.
    fn attach_files(&self, message: Value, _: Option<String>, _: Vec<Value>) -> Value {
        message
    }

    /// Whether the message of a result has it as data beside the text.
    fn has_structured_content(&self) -> bool {
        false
    }

    /// Sets the data in the message of a result; `None` for a message without it.
    fn with_structured_content(&self, message: Value, _: Option<Value>) -> Value {
        message
    }

    /// The limits of one request.
    fn request_limits(&self) -> &'static [RequestLimit] {
        const LIMITS: &[RequestLimit] = &[TOOL_NAME_CONFLICT];
        LIMITS
    }

    /// How many tools one request takes, if the provider publishes it.
    fn max_tools(&self) -> Option<usize> {
        None
    }

    /// What the strict tools of a request may cost together, if the provider limits it.
    fn strict_budget(&self) -> Option<StrictBudget> {
        None
    }

    /// What a rendered tool takes of that budget; `None` for a tool that is not strict.
    fn strict_cost(&self, _: &Value) -> Option<StrictCost> {
        None
    }

    /// Checks an entry of a tool list that is not a tool; `None` for a tool.
    fn check_other(&self, _: &Value) -> Option<Vec<TargetFinding>> {
        None
    }

    /// Whether the provider runs a tool itself: such a tool has a type and no schema.
    fn is_builtin_tool(&self, _: &Value) -> bool {
        false
    }

    /// The arguments of a rendered tool that HTTP clients repeat in headers, for a protocol that has them.
    fn headers(&self, _: &Value, _: RenderMode) -> Vec<McpHeader> {
        Vec::new()
    }

    /// Checks a result that lists tools, for a protocol that has one.
    fn check_list_result(&self, _: &Value, _: RenderMode) -> Vec<TargetFinding> {
        Vec::new()
    }
}
