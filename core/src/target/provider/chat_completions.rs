//! Chat Completions format: `function` holds a tool, and `tool_calls` holds the calls. OpenAI, Mistral and Cohere share it.

use serde_json::{Value, json};

use crate::target::check::definition_check::{RuleGroups, ToolParts};
use crate::target::exchange::provider_call::ProviderCall;
use crate::target::provider::message_parts;
use crate::target::provider::{Provider, RenderMode, ToolSource};
use crate::target::request::request_limits::RequestLimit;
use crate::target::rewrite::rewrite_rules::RewriteRules;

/// A provider that follows Chat Completions, with what differs between them.
pub struct ChatCompletions {
    /// Names the provider and the form of its calls, for error messages.
    pub call_form: &'static str,
    /// Rewrite rules without strict mode.
    pub plain_rewrite: &'static RewriteRules,
    /// Rewrite rules in strict mode.
    pub strict_rewrite: &'static RewriteRules,
    /// What the provider refuses without strict mode.
    pub plain_checks: RuleGroups,
    /// What the provider refuses in strict mode.
    pub strict_checks: RuleGroups,
    /// Whether a tool has the key `strict`. Cohere has `strict_tools` on the request instead.
    pub writes_strict: bool,
    /// The key of a result that holds the id of its call.
    pub result_id_key: &'static str,
    /// The limits of one request.
    pub request_limits: &'static [RequestLimit],
    /// How many tools one request takes, where the provider says it.
    pub max_tools: Option<usize>,
}

impl Provider for ChatCompletions {
    fn call_form(&self) -> &'static str {
        self.call_form
    }

    fn rewrite_rules(&self, mode: RenderMode) -> &'static RewriteRules {
        if mode.strict { self.strict_rewrite } else { self.plain_rewrite }
    }

    fn rule_groups(&self, mode: RenderMode) -> RuleGroups {
        if mode.strict { self.strict_checks } else { self.plain_checks }
    }

    fn render_tool(&self, source: ToolSource<'_>) -> Value {
        let ToolSource { tool, name, schema, strict } = source;
        let mut function = message_parts::object([
            ("name", name.into()),
            ("description", tool.description.as_str().into()),
            ("parameters", schema),
        ]);
        if self.writes_strict {
            function["strict"] = json!(strict);
        }
        message_parts::object([("type", "function".into()), ("function", function)])
    }

    fn tool_parts<'t>(&self, tool: &'t Value) -> ToolParts<'t> {
        message_parts::parts(tool, tool.get("function").unwrap_or(tool), "parameters")
    }

    /// Reads one entry of `tool_calls`.
    fn read_call(&self, call: &Value) -> Option<ProviderCall> {
        let function = call.get("function")?;
        Some(ProviderCall {
            id: call.get("id").and_then(Value::as_str).map(ToOwned::to_owned),
            wire_name: function.get("name")?.as_str()?.to_owned(),
            arguments: function.get("arguments").cloned().unwrap_or_default(),
        })
    }

    /// Writes a message with the role `tool`.
    fn write_result(&self, call: &ProviderCall, outcome: Result<Value, Value>) -> Value {
        let (Ok(value) | Err(value)) = outcome;
        json!({"role": "tool", self.result_id_key: call.id, "content": message_parts::text(&value)})
    }

    fn request_limits(&self) -> &'static [RequestLimit] {
        self.request_limits
    }

    fn max_tools(&self) -> Option<usize> {
        self.max_tools
    }
}
