//! Cohere, v2 Chat API: the Chat Completions format. Strict mode is `strict_tools` of the request.

use serde_json::Value;

use crate::target::check::common_rules;
use crate::target::check::definition_check::{ProviderRule, RuleGroups, RuleTest};
use crate::target::diagnostic::{RewriteChange, change};
use crate::target::provider::chat_completions::ChatCompletions;
use crate::target::provider::openai;
use crate::target::request::request_limits::TOOL_NAME_CONFLICT;
use crate::target::rewrite::patterns;
use crate::target::rewrite::rewrite_rules::{KeywordFate, ReferenceRule, RewriteRules, only};

/// String formats that strict mode takes. Source: Cohere structured outputs guide, 2026-11.
const FORMATS: [&str; 4] = ["date-time", "uuid", "date", "time"];

/// Keywords that strict mode takes, and those that are rewritten into them. The guide excludes `allOf`, `oneOf`, `not`,
/// bounds, lengths and `uniqueItems`. Source: Cohere structured outputs guide, 2026-11.
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

/// Keywords of that list that never go out.
const REWRITTEN: [&str; 3] = ["oneOf", "allOf", "prefixItems"];

fn strict_fate(keyword: &str, _: &Value) -> KeywordFate {
    only(&STRICT, keyword)
}

/// Why strict mode does not take a pattern: it has anchors or look-around.
fn pattern(pattern: &str) -> Option<&'static RewriteChange> {
    let is_plain = patterns::is_grammar_pattern(pattern) && !pattern.contains(['^', '$']);
    (!is_plain).then_some(&change::PATTERN_TO_HINT)
}

pub const PLAIN: RewriteRules = openai::PLAIN;

pub const STRICT_RULES: RewriteRules = RewriteRules {
    fate: strict_fate,
    root_unions: false,
    references: ReferenceRule::Alone,
    any_of: true,
    merged: true,
    pattern,
    format: |format, is_text| is_text && FORMATS.contains(&format),
    tuples_as_lists: true,
    ..PLAIN
};

/// The guide lists unsupported keywords, but not whether Cohere refuses or ignores them. They count as refused.
const GUIDE: &str = "Cohere structured outputs guide, 2026-11";

const STRICT_CHECKS: &[ProviderRule] = &[
    ProviderRule::refused(
        "COH_UNSUPPORTED_",
        common_rules::UNSUPPORTED_KEYWORD,
        GUIDE,
        RuleTest::Keyword(|keyword, held| {
            strict_fate(keyword, held) != KeywordFate::Kept || REWRITTEN.contains(&keyword)
        }),
    ),
    ProviderRule::refused(
        "COH_FORMAT",
        common_rules::UNSUPPORTED_FORMAT,
        GUIDE,
        RuleTest::KeywordValue(|keyword, held, _| common_rules::is_other_format(keyword, held, &FORMATS)),
    ),
    ProviderRule::refused(
        "COH_PATTERN",
        "a pattern has an anchor or look-around, which strict mode does not support; remove it",
        GUIDE,
        RuleTest::KeywordValue(|keyword, held, _| {
            common_rules::any_pattern(keyword, held, |text| pattern(text).is_some())
        }),
    ),
];

pub const GROUPS: RuleGroups = &[common_rules::NAMES, common_rules::NAMES_OF_64];
pub const STRICT_GROUPS: RuleGroups = &[common_rules::NAMES, common_rules::NAMES_OF_64, STRICT_CHECKS];

/// Cohere's v2 Chat API.
pub const COHERE: ChatCompletions = ChatCompletions {
    call_form: "Cohere (\"tool_calls\")",
    plain_rewrite: &PLAIN,
    strict_rewrite: &STRICT_RULES,
    plain_checks: GROUPS,
    strict_checks: STRICT_GROUPS,
    writes_strict: false,
    // The TypeScript SDK takes `toolCallId` and sends `tool_call_id`.
    result_id_key: "toolCallId",
    request_limits: &[TOOL_NAME_CONFLICT],
    max_tools: None,
};
