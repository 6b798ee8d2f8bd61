//! Provider formats: one file for each model provider, all behind the trait [`Provider`].
//!
//! A provider's file holds its tables (rewrite rules, refusals with their sources) and its JSON: how a tool is written,
//! where a tool's parts stand, how a call is read, how a result and its files are written. [`Target::provider`] picks the
//! provider; no other code knows which providers there are.
//!
//! Limits: a provider sees one tool or one call at a time. Limits of whole requests stand in `request/`.
//!
//! [`Target::provider`]: crate::target::Target

use serde_json::Value;

use crate::target::check::definition_check::{RuleGroups, ToolParts};
use crate::target::diagnostic::TargetFinding;
use crate::target::exchange::attached_file::Attachment;
use crate::target::exchange::provider_call::ProviderCall;
use crate::target::mcp_revision::McpRevision;
use crate::target::request::request_limits::{RequestLimit, StrictBudget, StrictCost, TOOL_NAME_CONFLICT};
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

/// A tool with its rewritten schema, ready to be written in a provider's JSON.
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

/// Where a request says that the provider caches the tools.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CacheMark {
    /// Nowhere: the provider caches by itself, or not at all.
    None,
    /// On the last tool that is not deferred (`cache_control`).
    LastTool,
    /// In an entry of its own behind the tools (`cachePoint`).
    Entry,
}

/// A model provider's tool format.
pub trait Provider: Sync {
    /// Names the provider and the form of its calls, for error messages.
    fn call_form(&self) -> &'static str;

    /// Whether strict mode changes what the provider takes.
    fn has_strict(&self) -> bool {
        true
    }

    /// Whether the form depends on the MCP revision.
    fn has_revisions(&self) -> bool {
        false
    }

    /// Whether the provider's tool search loads deferred tools.
    fn defers_tools(&self) -> bool {
        false
    }

    /// Where a request marks its tools for caching.
    fn cache_mark(&self) -> CacheMark {
        CacheMark::None
    }

    /// The text around the tools of a request, where it is more than a list.
    fn list_envelope(&self) -> Option<(&'static str, &'static str)> {
        None
    }

    /// The key of a tool that holds the functions, where one tool holds several.
    fn nested_tools(&self) -> Option<&'static str> {
        None
    }

    /// How schemas are rewritten.
    fn rewrite_rules(&self, mode: RenderMode) -> &'static RewriteRules;

    /// What the provider refuses.
    fn rule_groups(&self, mode: RenderMode) -> RuleGroups;

    /// Writes a tool.
    fn render_tool(&self, source: ToolSource<'_>) -> Value;

    /// Finds name, description and schema of a tool in the provider's form.
    fn tool_parts<'t>(&self, tool: &'t Value) -> ToolParts<'t>;

    /// Reads a call; `None` where the value has another form.
    fn read_call(&self, call: &Value) -> Option<ProviderCall>;

    /// Writes the result of a call, or the error that [`fault`](crate::target::fault) describes.
    fn write_result(&self, call: &ProviderCall, outcome: Result<Value, Value>) -> Value;

    /// Writes a file of a result; `None` where the provider has no form for its media type. `number` counts from 1.
    fn write_file(&self, _: &Attachment, _: usize) -> Option<Value> {
        None
    }

    /// Puts written files into the message of a result; `text` is the result as text, `None` for null.
    fn attach_files(&self, message: Value, _: Option<String>, _: Vec<Value>) -> Value {
        message
    }

    /// The limits of one request.
    fn request_limits(&self) -> &'static [RequestLimit] {
        const LIMITS: &[RequestLimit] = &[TOOL_NAME_CONFLICT];
        LIMITS
    }

    /// How many tools a request takes, where the provider says it.
    fn max_tools(&self) -> Option<usize> {
        None
    }

    /// What the strict tools of a request may cost together, where the provider limits it.
    fn strict_budget(&self) -> Option<StrictBudget> {
        None
    }

    /// What a written tool takes of that budget; `None` where it is not strict.
    fn strict_cost(&self, _: &Value) -> Option<StrictCost> {
        None
    }

    /// Checks an entry of a list of tools that is no tool; `None` for a tool.
    fn check_other(&self, _: &Value) -> Option<Vec<TargetFinding>> {
        None
    }

    /// Whether a tool is one that the provider runs itself: it has a type and no schema.
    fn is_builtin_tool(&self, _: &Value) -> bool {
        false
    }

    /// Checks the result that lists tools, for a protocol that has one.
    fn check_list_result(&self, _: &Value, _: RenderMode) -> Vec<TargetFinding> {
        Vec::new()
    }
}
