//! Mistral, Chat Completions format with `strict`.
//!
//! Mistral publishes no rules for schemas. Strict schemas are written as OpenAI takes them, because Mistral follows its format.

use crate::target::check::common_rules;
use crate::target::check::definition_check::RuleGroups;
use crate::target::provider::chat_completions::ChatCompletions;
use crate::target::provider::openai;
use crate::target::request::request_limits::TOOL_NAME_CONFLICT;

/// Names: error text, witsy#164, 2025-04.
const GROUPS: RuleGroups = &[common_rules::NAMES, common_rules::NAMES_OF_64];
const STRICT_GROUPS: RuleGroups = &[common_rules::NAMES, common_rules::NAMES_OF_64, openai::STRICT_CHECKS];

/// Mistral's chat API.
pub const MISTRAL: ChatCompletions = ChatCompletions {
    call_form: "Mistral (\"tool_calls\")",
    plain_rewrite: &openai::PLAIN,
    strict_rewrite: &openai::STRICT_RULES,
    plain_checks: GROUPS,
    strict_checks: STRICT_GROUPS,
    writes_strict: true,
    // The TypeScript SDK takes `toolCallId` and sends `tool_call_id`.
    result_id_key: "toolCallId",
    request_limits: &[TOOL_NAME_CONFLICT],
    max_tools: None,
};
