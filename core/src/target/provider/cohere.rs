//! Cohere, v2 Chat: the shape of Chat Completions; strict is `strict_tools` of the request.

use serde_json::Value;

use crate::target::check::common_rules;
use crate::target::check::definition_check::ToolParts;
use crate::target::check::definition_check::{ProviderRule, RuleGroups, RuleTest};
use crate::target::diagnostic::{RewriteChange, change};
use crate::target::exchange::provider_call::ProviderCall;
use crate::target::provider::openai;
use crate::target::provider::openai_chat::{
    function_parts, read_function_call, render_function, write_tool_message,
};
use crate::target::provider::{Provider, RenderMode, ToolSource};
use crate::target::rewrite::patterns;
use crate::target::rewrite::rewrite_rules::{KeywordFate, ReferenceRule, RewriteRules, only};

/// Formats of texts that strict mode takes. Source: Cohere structured outputs guide, 2026-11.
const FORMATS: [&str; 4] = ["date-time", "uuid", "date", "time"];

/// Keywords that strict mode takes, and those that are rewritten into them. Source: Cohere structured outputs guide:
/// not allOf, oneOf, not, bounds, lengths, uniqueItems. 2026-11.
const STRICT: [&str; 18] = [
    "$ref",
    "$defs",
    "type",
    "title",
    "description",
    "enum",
    "const",
    "anyOf",
    "oneOf",
    "allOf",
    "properties",
    "required",
    "additionalProperties",
    "items",
    "prefixItems",
    "pattern",
    "format",
    "default",
];

const REWRITTEN: [&str; 3] = ["oneOf", "allOf", "prefixItems"];

fn strict_fate(keyword: &str, _: &Value) -> KeywordFate {
    only(&STRICT, keyword)
}

/// Strict mode takes no anchors and no look-around.
fn pattern(pattern: &str) -> Option<&'static RewriteChange> {
    let is_plain = patterns::is_simple(pattern) && !pattern.contains(['^', '$']);
    (!is_plain).then_some(&change::PATTERN_TO_HINT)
}

pub const PLAIN: RewriteRules = openai::PLAIN;

pub const STRICT_RULES: RewriteRules = RewriteRules {
    fate: strict_fate,
    root_unions: false,
    references: ReferenceRule::Bare,
    any_of: true,
    merged: true,
    pattern,
    format: |format, is_text| is_text && FORMATS.contains(&format),
    tuples_as_lists: true,
    ..PLAIN
};

/// The guide, which lists what is not supported and does not say whether it is refused or ignored.
const GUIDE: &str = "Cohere structured outputs guide, 2026-11";

const STRICT_CHECKS: &[ProviderRule] = &[
    ProviderRule::refused(
        "COH_UNSUPPORTED_",
        "strict mode does not support the keyword",
        GUIDE,
        RuleTest::Keyword(|keyword, held| {
            strict_fate(keyword, held) != KeywordFate::Kept || REWRITTEN.contains(&keyword)
        }),
    ),
    ProviderRule::refused(
        "COH_FORMAT",
        "the format is none that strict mode supports",
        GUIDE,
        RuleTest::Held(|keyword, held, _| {
            keyword == "format" && !held.as_str().is_some_and(|held| FORMATS.contains(&held))
        }),
    ),
    ProviderRule::refused(
        "COH_PATTERN",
        "the pattern has an anchor or looks around",
        GUIDE,
        RuleTest::Held(|keyword, held, _| {
            common_rules::any_pattern(keyword, held, |text| pattern(text).is_some())
        }),
    ),
];

pub const GROUPS: RuleGroups = &[common_rules::NAMES, common_rules::NAMES_OF_64];
pub const STRICT_GROUPS: RuleGroups = &[common_rules::NAMES, common_rules::NAMES_OF_64, STRICT_CHECKS];

/// Cohere's chat API. Its SDK for TypeScript writes `toolCallId`; on the wire it is `tool_call_id`.
pub struct Cohere;

impl Provider for Cohere {
    fn call_form(&self) -> &'static str {
        "Cohere (\"tool_calls\")"
    }

    fn rewrite_rules(&self, mode: RenderMode) -> &'static RewriteRules {
        if mode.strict { &STRICT_RULES } else { &PLAIN }
    }

    fn rule_groups(&self, mode: RenderMode) -> RuleGroups {
        if mode.strict { STRICT_GROUPS } else { GROUPS }
    }

    fn render_tool(&self, source: ToolSource<'_>) -> Value {
        render_function(source.tool, source.name, source.schema, None)
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
