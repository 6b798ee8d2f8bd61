//! Vercel AI SDK: one tool of its `tools`.
//!
//! The SDK passes a schema unchanged to a provider that is not known here (ai 7.0.173 `prepareTools`). A schema therefore keeps
//! to what every provider takes.

use serde_json::{Value, json};

use crate::target::check::common_rules;
use crate::target::check::definition_check::ToolParts;
use crate::target::check::definition_check::{ProviderRule, RuleGroups, RuleTest};
use crate::target::exchange::attached_file::Attachment;
use crate::target::exchange::provider_call::ProviderCall;
use crate::target::provider::mcp::input_schema_parts;
use crate::target::provider::{Provider, RenderMode, ToolSource};
use crate::target::provider::{anthropic, message_parts, openai};
use crate::target::rewrite::patterns;
use crate::target::rewrite::rewrite_rules::{ArgumentNameRule, KeywordFate, RecursionRule, RewriteRules};

pub const PLAIN: RewriteRules = RewriteRules { keys: ArgumentNameRule::TopLevel, ..openai::PLAIN };

/// Strict mode of OpenAI, without the keywords that Anthropic refuses.
pub const STRICT_RULES: RewriteRules = RewriteRules {
    fate: |keyword, held| match (openai::STRICT_RULES.fate)(keyword, held) {
        KeywordFate::Kept => anthropic::strict_fate(keyword, held),
        other => other,
    },
    keys: ArgumentNameRule::TopLevel,
    recursion: RecursionRule::Refused,
    pattern: patterns::grammar_change,
    ..openai::STRICT_RULES
};

const STRICT_CHECKS: &[ProviderRule] = &[
    ProviderRule::refused(
        "ANTS_KEYWORD_",
        "Anthropic's strict mode does not take the keyword; remove it or send the tool without strict mode",
        "strict tool use, JSON-Schema limitations; pi#9953, 2026-09-23",
        RuleTest::Keyword(|keyword, held| anthropic::strict_fate(keyword, held) != KeywordFate::Kept),
    ),
    common_rules::no_recursion("ANTS_RECURSIVE", "strict tool use, JSON-Schema limitations, 2026-11"),
];

pub const GROUPS: RuleGroups =
    &[common_rules::NAMES, common_rules::NAMES_OF_64, openai::CHECKS, anthropic::CLAUDE];
pub const STRICT_GROUPS: RuleGroups = &[
    common_rules::NAMES,
    common_rules::NAMES_OF_64,
    openai::CHECKS,
    anthropic::CLAUDE,
    openai::STRICT_CHECKS,
    STRICT_CHECKS,
];

/// Vercel's AI SDK.
pub struct AiSdk;

impl Provider for AiSdk {
    fn call_form(&self) -> &'static str {
        "the AI SDK (type \"tool-call\")"
    }

    fn rewrite_rules(&self, mode: RenderMode) -> &'static RewriteRules {
        if mode.strict { &STRICT_RULES } else { &PLAIN }
    }

    fn rule_groups(&self, mode: RenderMode) -> RuleGroups {
        if mode.strict { STRICT_GROUPS } else { GROUPS }
    }

    fn render_tool(&self, source: ToolSource<'_>) -> Value {
        let ToolSource { tool, name, schema, strict, .. } = source;
        let description = tool.description.as_str();
        message_parts::object([
            ("type", "function".into()),
            ("name", name.into()),
            ("description", description.into()),
            ("inputSchema", schema),
            ("strict", strict.into()),
        ])
    }

    fn tool_parts<'t>(&self, tool: &'t Value) -> ToolParts<'t> {
        input_schema_parts(tool)
    }

    fn read_call(&self, call: &Value) -> Option<ProviderCall> {
        Some(ProviderCall {
            id: call.get("toolCallId").and_then(Value::as_str).map(ToOwned::to_owned),
            wire_name: call.get("toolName")?.as_str()?.to_owned(),
            arguments: call.get("input").or_else(|| call.get("args")).cloned().unwrap_or_default(),
        })
    }

    fn write_result(&self, call: &ProviderCall, outcome: Result<Value, Value>) -> Value {
        let failed = outcome.is_err();
        let (Ok(value) | Err(value)) = outcome;
        let kind = match (&value, failed) {
            (Value::String(_), false) => "text",
            (_, false) => "json",
            (Value::String(_), true) => "error-text",
            (_, true) => "error-json",
        };
        let output = json!({"type": kind, "value": value});
        json!({"type": "tool-result", "toolCallId": call.id, "toolName": call.wire_name, "output": output})
    }

    fn write_file(&self, file: &Attachment, number: usize) -> Option<Value> {
        let (media, data) = (file.essence(), &file.base64);
        Some(if media.starts_with("image/") {
            json!({"type": "image-data", "data": data, "mediaType": media})
        } else {
            json!({"type": "file-data", "data": data, "mediaType": media, "filename": file.label(number)})
        })
    }

    fn attach_files(&self, mut message: Value, text: Option<String>, files: Vec<Value>) -> Value {
        message["output"] =
            json!({"type": "content", "value": message_parts::text_before("text", text, files)});
        message
    }
}
