//! Amazon Bedrock, Converse API, strict and not.
//!
//! Strict mode is off unless the caller asks for it: only some models take it.

use serde_json::{Value, json};

use crate::target::check::common_rules;
use crate::target::check::definition_check::{ProviderRule, RuleGroups, RuleTest, ToolParts};
use crate::target::exchange::attached_file::{Attachment, PDF, is_model_image};
use crate::target::exchange::provider_call::ProviderCall;
use crate::target::provider::{CacheMark, Provider, RenderMode, ToolSource};
use crate::target::provider::{anthropic, message_parts};
use crate::target::request::request_limits::{RequestLimit, TOOL_NAME_CONFLICT};
use crate::target::rewrite::rewrite_rules::{KeywordFate, RewriteRules};

/// What a keyword becomes in strict mode: as for Anthropic, but string lengths pass.
/// Source: pydantic-ai 2.68, measured 2026-05 and 2026-10.
fn strict_fate(keyword: &str, held: &Value) -> KeywordFate {
    match keyword {
        "minLength" | "maxLength" => KeywordFate::Kept,
        _ => anthropic::strict_fate(keyword, held),
    }
}

/// Claude's rules hold for each model of Bedrock: a tool may go to any of them.
const STRICT_RULES: RewriteRules = RewriteRules { fate: strict_fate, ..anthropic::STRICT_RULES };

const CHECKS: &[ProviderRule] = &[
    ProviderRule::refused(
        "DESCRIPTION_EMPTY",
        "the description is empty; remove it or write one",
        "botocore 1.44.5 bedrock-runtime NonEmptyString, 2026-11; litellm#24668",
        RuleTest::Tool(|tool| tool.description == Some("")),
    ),
    common_rules::root_is_object("BR_ROOT_TYPE", "botocore 1.44.5 bedrock-runtime ToolInputSchema, 2026-11"),
    common_rules::of_2020_12("BR_NOT_2020_12", "error text for Claude, claude-code#63673, 2026-05"),
];

const MEASURED: &str = "pydantic-ai 2.68 Bedrock strict, measured 2026-05 and 2026-10";

const STRICT_CHECKS: &[ProviderRule] = &[
    ProviderRule::refused(
        "BRS_ONEOF",
        "strict mode does not take oneOf; write anyOf",
        "harness-sdk#2822, 2026: one oneOf was an outage of 18 hours",
        RuleTest::Schema(|schema, _| schema.contains_key("oneOf")),
    ),
    ProviderRule::refused(
        "BRS_KEYWORD_",
        common_rules::UNSUPPORTED_KEYWORD,
        MEASURED,
        RuleTest::Keyword(|keyword, held| {
            strict_fate(keyword, held) != KeywordFate::Kept
                || ["allOf", "prefixItems", "patternProperties"].contains(&keyword)
        }),
    ),
    common_rules::closed_objects("BRS_ADDITIONAL_PROPERTIES", MEASURED),
    common_rules::simple_patterns("BRS_PATTERN", MEASURED),
    common_rules::no_recursion(
        "BRS_RECURSIVE",
        "strict tool use of Claude, JSON-Schema limitations, 2026-11",
    ),
    ProviderRule::refused(
        "BRS_OPTIONALS",
        "more than 24 optional properties; require some or send the tool without strict mode",
        "strands#2664, 2026; pydantic-ai 2.68",
        RuleTest::Census(|census| census.optionals > 24),
    ),
    common_rules::typed_schemas("BRS_UNTYPED", MEASURED),
];

pub const GROUPS: RuleGroups = &[common_rules::NAMES, common_rules::NAMES_OF_64, CHECKS, anthropic::CLAUDE];
pub const STRICT_GROUPS: RuleGroups =
    &[common_rules::NAMES, common_rules::NAMES_OF_64, CHECKS, anthropic::CLAUDE, STRICT_CHECKS];

const LIMITS: &[RequestLimit] = &[
    RequestLimit {
        code: "TOOLS_EMPTY",
        says: "a request without tools",
        next: "leave toolConfig out",
        source: "botocore 1.44.5 ToolConfiguration, 2026-11",
        breaks: |figures| figures.tools == 0,
        figure: |figures| figures.tools,
    },
    TOOL_NAME_CONFLICT,
];

/// Bedrock's Converse API.
pub struct Bedrock;

impl Provider for Bedrock {
    fn call_form(&self) -> &'static str {
        "Bedrock's Converse API (\"toolUse\")"
    }

    fn cache_mark(&self) -> CacheMark {
        CacheMark::Entry
    }

    fn rewrite_rules(&self, mode: RenderMode) -> &'static RewriteRules {
        if mode.strict { &STRICT_RULES } else { &anthropic::PLAIN }
    }

    fn rule_groups(&self, mode: RenderMode) -> RuleGroups {
        if mode.strict { STRICT_GROUPS } else { GROUPS }
    }

    fn render_tool(&self, source: ToolSource<'_>) -> Value {
        let ToolSource { tool, name, schema, strict, .. } = source;
        let description = tool.description.as_str();
        let mut spec = message_parts::object([("name", name.into())]);
        if !description.is_empty() {
            spec["description"] = json!(description);
        }
        spec["inputSchema"] = message_parts::object([("json", schema)]);
        spec["strict"] = json!(strict);
        message_parts::object([("toolSpec", spec)])
    }

    fn tool_parts<'t>(&self, tool: &'t Value) -> ToolParts<'t> {
        let own = tool.get("toolSpec").unwrap_or(tool);
        let schema = own.get("inputSchema").and_then(|held| held.get("json"));
        ToolParts { schema, ..message_parts::parts(tool, own, "inputSchema") }
    }

    fn read_call(&self, call: &Value) -> Option<ProviderCall> {
        let call = call.get("toolUse").unwrap_or(call);
        Some(ProviderCall {
            id: Some(call.get("toolUseId")?.as_str()?.to_owned()),
            wire_name: call.get("name")?.as_str()?.to_owned(),
            arguments: call.get("input").cloned().unwrap_or_default(),
        })
    }

    fn write_result(&self, call: &ProviderCall, outcome: Result<Value, Value>) -> Value {
        let status = if outcome.is_ok() { "success" } else { "error" };
        let (Ok(value) | Err(value)) = outcome;
        let content = if value.is_object() {
            json!({"json": value})
        } else {
            json!({"text": message_parts::text(&value)})
        };
        json!({"toolResult": {"toolUseId": call.id, "content": [content], "status": status}})
    }

    fn write_file(&self, file: &Attachment, number: usize) -> Option<Value> {
        let (media, data) = (file.essence(), &file.base64);
        match media {
            media if is_model_image(media) => {
                let format = media.trim_start_matches("image/");
                Some(json!({"image": {"format": format, "source": {"bytes": data}}}))
            }
            // A neutral name prevents prompt injection: Amazon warns that a model may follow a file name as an instruction.
            PDF => {
                let name = format!("document {number}");
                Some(json!({"document": {"format": "pdf", "name": name, "source": {"bytes": data}}}))
            }
            _ => None,
        }
    }

    fn attach_files(&self, mut message: Value, text: Option<String>, files: Vec<Value>) -> Value {
        let own = message["toolResult"]["content"].take();
        let own = own.as_array().and_then(|own| own.first().cloned()).filter(|_| text.is_some());
        message["toolResult"]["content"] = own.into_iter().chain(files).collect();
        message
    }

    fn request_limits(&self) -> &'static [RequestLimit] {
        LIMITS
    }

    fn is_builtin_tool(&self, tool: &Value) -> bool {
        tool.get("toolSpec").is_none()
    }
}
