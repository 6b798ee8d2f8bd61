//! Mistral: the shape of Chat Completions, with `strict`. No rules for schemas are published; strict is written as OpenAI
//! takes it, whose shape it follows.

use crate::target::check::common_rules;
use crate::target::check::definition_check::RuleGroups;
use crate::target::check::definition_check::ToolParts;
use crate::target::exchange::provider_call::ProviderCall;
use crate::target::provider::openai;
use crate::target::provider::openai_chat::{
    function_parts, read_function_call, render_function, write_tool_message,
};
use crate::target::provider::{Provider, RenderMode, ToolSource};
use crate::target::rewrite::rewrite_rules::RewriteRules;
use serde_json::Value;

pub const PLAIN: RewriteRules = openai::PLAIN;
pub const STRICT_RULES: RewriteRules = openai::STRICT_RULES;

/// Names: error text, witsy#164, 2025-04.
pub const GROUPS: RuleGroups = &[common_rules::NAMES, common_rules::NAMES_OF_64];
pub const STRICT_GROUPS: RuleGroups =
    &[common_rules::NAMES, common_rules::NAMES_OF_64, openai::STRICT_CHECKS];

/// Mistral's chat API. Its SDK for TypeScript writes `toolCallId`; on the wire it is `tool_call_id`.
pub struct Mistral;

impl Provider for Mistral {
    fn call_form(&self) -> &'static str {
        "Mistral (\"tool_calls\")"
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
        write_tool_message("toolCallId", call, outcome)
    }
}
