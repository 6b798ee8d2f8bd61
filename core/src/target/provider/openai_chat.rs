//! OpenAI, Chat Completions, and the shape that Mistral and Cohere share with it: `function` holds the tool.

use serde_json::{Value, json};

use crate::target::check::definition_check::{RuleGroups, ToolParts};
use crate::target::exchange::provider_call::ProviderCall;
use crate::target::provider::message_parts;
use crate::target::provider::openai::{GROUPS, PLAIN, STRICT_GROUPS, STRICT_RULES};
use crate::target::provider::openai::{MAX_TOOLS, TOO_MANY_TOOLS};
use crate::target::provider::{Provider, RenderMode, ToolSource};
use crate::target::request::request_limits::{RequestLimit, TOOL_NAME_CONFLICT};
use crate::target::rewrite::rewrite_rules::RewriteRules;
use crate::tool::ToolDefinition;

/// Writes a tool with `function`; `strict` is left out where the provider does not take it.
pub fn render_function(tool: &ToolDefinition, name: &str, schema: Value, strict: Option<bool>) -> Value {
    let description = tool.description.as_str();
    let mut function = message_parts::object([
        ("name", name.into()),
        ("description", description.into()),
        ("parameters", schema),
    ]);
    if let Some(strict) = strict {
        function["strict"] = json!(strict);
    }
    message_parts::object([("type", "function".into()), ("function", function)])
}

/// Finds name, description and schema below `function`.
pub fn function_parts(tool: &Value) -> ToolParts<'_> {
    message_parts::parts(tool, tool.get("function").unwrap_or(tool), "parameters")
}

/// Reads one entry of `tool_calls`.
pub fn read_function_call(call: &Value) -> Option<ProviderCall> {
    let function = call.get("function")?;
    Some(ProviderCall {
        id: call.get("id").and_then(Value::as_str).map(ToOwned::to_owned),
        wire_name: function.get("name")?.as_str()?.to_owned(),
        arguments: function.get("arguments").cloned().unwrap_or_default(),
    })
}

/// Writes a message with the role `tool`. `id_key` is the key that holds the id of the call.
pub fn write_tool_message(id_key: &str, call: &ProviderCall, outcome: Result<Value, Value>) -> Value {
    let (Ok(value) | Err(value)) = outcome;
    json!({"role": "tool", id_key: call.id, "content": message_parts::text(&value)})
}

const LIMITS: &[RequestLimit] = &[TOO_MANY_TOOLS, TOOL_NAME_CONFLICT];

/// Chat Completions.
pub struct OpenAiChat;

impl Provider for OpenAiChat {
    fn call_form(&self) -> &'static str {
        "OpenAI's Chat Completions (\"tool_calls\")"
    }

    fn rewrite_rules(&self, mode: RenderMode) -> &'static RewriteRules {
        if mode.strict { &STRICT_RULES } else { &PLAIN }
    }

    fn rule_groups(&self, mode: RenderMode) -> RuleGroups {
        if mode.strict { STRICT_GROUPS } else { GROUPS }
    }

    fn render_tool(&self, source: ToolSource<'_>) -> Value {
        render_function(source.tool, source.name, source.schema, Some(source.strict))
    }

    fn tool_parts<'t>(&self, tool: &'t Value) -> ToolParts<'t> {
        function_parts(tool)
    }

    fn read_call(&self, call: &Value) -> Option<ProviderCall> {
        read_function_call(call)
    }

    fn write_result(&self, call: &ProviderCall, outcome: Result<Value, Value>) -> Value {
        write_tool_message("tool_call_id", call, outcome)
    }

    fn request_limits(&self) -> &'static [RequestLimit] {
        LIMITS
    }

    fn max_tools(&self) -> Option<usize> {
        Some(MAX_TOOLS)
    }
}
