//! OpenAI, Chat Completions API. Schemas follow the rules of the Responses API.

use crate::target::provider::chat_completions::ChatCompletions;
use crate::target::provider::openai;
use crate::target::request::request_limits::TOOL_NAME_CONFLICT;

/// OpenAI's Chat Completions API.
pub const OPENAI_CHAT: ChatCompletions = ChatCompletions {
    call_form: "OpenAI's Chat Completions (\"tool_calls\")",
    plain_rewrite: &openai::PLAIN,
    strict_rewrite: &openai::STRICT_RULES,
    plain_checks: openai::GROUPS,
    strict_checks: openai::STRICT_GROUPS,
    writes_strict: true,
    result_id_key: "tool_call_id",
    request_limits: &[openai::TOO_MANY_TOOLS, TOOL_NAME_CONFLICT],
    max_tools: Some(openai::MAX_TOOLS),
};
