//! Vercel AI SDK: a tool as its `tools` take it, each with its name. The SDK hands the schema on as it is to a provider
//! that is not known here (ai 7.0.173 `prepareTools`), so that it keeps to what all of them take.

use serde_json::{Value, json};

use crate::target::check::common_rules;
use crate::target::check::definition_check::{ProviderRule, RuleGroups, RuleTest};
use crate::target::exchange::provider_call::ProviderCall;
use crate::target::provider::{anthropic, message_parts, openai};
use crate::target::rewrite::patterns;
use crate::target::rewrite::rewrite_rules::{ArgumentNameRule, KeywordFate, RecursionRule, RewriteRules};

pub const PLAIN: RewriteRules = RewriteRules { keys: ArgumentNameRule::TopLevel, ..openai::PLAIN };

/// Strict as OpenAI takes it, with no keyword that Anthropic refuses.
pub const STRICT_RULES: RewriteRules = RewriteRules {
    fate: |keyword, held| match (openai::STRICT_RULES.fate)(keyword, held) {
        KeywordFate::Kept => anthropic::strict_fate(keyword, held),
        other => other,
    },
    keys: ArgumentNameRule::TopLevel,
    recursion: RecursionRule::Refused,
    pattern: patterns::grammar,
    ..openai::STRICT_RULES
};

const STRICT_CHECKS: &[ProviderRule] = &[
    ProviderRule::refused(
        "ANTS_KEYWORD_",
        "Anthropic's strict mode does not take the keyword",
        "strict tool use, JSON-Schema limitations; pi#9953, 2026-09-23",
        RuleTest::Keyword(|keyword, held| anthropic::strict_fate(keyword, held) != KeywordFate::Kept),
    ),
    ProviderRule::refused(
        "ANTS_RECURSIVE",
        "the schema contains itself",
        "strict tool use, JSON-Schema limitations, 2026-11",
        RuleTest::RequestFigures(|census| census.is_recursive),
    ),
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

pub fn shape(name: &str, description: &str, schema: Value, strict: bool) -> Value {
    message_parts::object([
        ("type", "function".into()),
        ("name", name.into()),
        ("description", description.into()),
        ("inputSchema", schema),
        ("strict", strict.into()),
    ])
}

/// A tool call of the SDK: `input` in versions 5 and later, `args` before.
pub fn read(call: &Value) -> Option<ProviderCall> {
    Some(ProviderCall {
        id: call.get("toolCallId").and_then(Value::as_str).map(ToOwned::to_owned),
        wire_name: call.get("toolName")?.as_str()?.to_owned(),
        arguments: call.get("input").or_else(|| call.get("args")).cloned().unwrap_or_default(),
    })
}

/// A part of a tool message.
pub fn answer(sent: &ProviderCall, outcome: Result<Value, Value>) -> Value {
    let failed = outcome.is_err();
    let (Ok(value) | Err(value)) = outcome;
    let kind = match (&value, failed) {
        (Value::String(_), false) => "text",
        (_, false) => "json",
        (Value::String(_), true) => "error-text",
        (_, true) => "error-json",
    };
    let output = json!({"type": kind, "value": value});
    json!({"type": "tool-result", "toolCallId": sent.id, "toolName": sent.wire_name, "output": output})
}
