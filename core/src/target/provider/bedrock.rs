//! Amazon Bedrock, Converse API, strict and not. Strict is off unless it is asked for: only some models take it.

use serde_json::{Value, json};

use crate::target::check::common_rules;
use crate::target::check::definition_check::{ProviderRule, RuleGroups, RuleTest, ToolParts};
use crate::target::exchange::attached_file::{Attachment, PDF, is_model_image};
use crate::target::exchange::provider_call::ProviderCall;
use crate::target::provider::{CacheMark, Provider, RenderMode, ToolSource};
use crate::target::provider::{anthropic, message_parts};
use crate::target::request::request_limits::{RequestLimit, TOOL_NAME_CONFLICT};
use crate::target::rewrite::patterns;
use crate::target::rewrite::rewrite_rules::{
    ArgumentNameRule, KeywordFate, ObjectRule, RecursionRule, ReferenceRule, RewriteRules, TypeRule,
    UndeclaredRule,
};

/// Keywords that strict mode takes, and those that are rewritten into them. As Anthropic's, but lengths of texts pass.
/// Source: pydantic-ai 2.68, measured 2026-05 and 2026-10.
fn strict_fate(keyword: &str, held: &Value) -> KeywordFate {
    match keyword {
        "minLength" | "maxLength" => KeywordFate::Kept,
        "minItems" if held.as_u64().is_some_and(|least| least <= 1) => KeywordFate::Kept,
        _ => anthropic::strict_fate(keyword, held),
    }
}

pub const PLAIN: RewriteRules =
    RewriteRules { root_unions: false, keys: ArgumentNameRule::TopLevel, ..RewriteRules::ANY };

pub const STRICT_RULES: RewriteRules = RewriteRules {
    fate: strict_fate,
    references: ReferenceRule::Bare,
    recursion: RecursionRule::Refused,
    any_of: true,
    merged: true,
    pattern: patterns::grammar,
    format: |format, is_text| is_text && anthropic::FORMATS.contains(&format),
    tuples_as_lists: true,
    objects: ObjectRule::Closed,
    types: TypeRule::NullReadings,
    undeclared: UndeclaredRule::Refused,
    ..PLAIN
};

const CHECKS: &[ProviderRule] = &[
    ProviderRule::refused(
        "DESCRIPTION_EMPTY",
        "the description is empty: it can be left out",
        "botocore 1.44.5 bedrock-runtime NonEmptyString, 2026-11; litellm#24668",
        RuleTest::Tool(|tool| tool.description == Some("")),
    ),
    ProviderRule::refused(
        "BR_ROOT_TYPE",
        "the root is no object",
        "botocore 1.44.5 bedrock-runtime ToolInputSchema, 2026-11",
        RuleTest::Root(common_rules::is_no_object),
    ),
    common_rules::of_2020_12("BR_NOT_2020_12", "error text for Claude, claude-code#63673, 2026-05"),
];

/// pydantic-ai's list, measured 2026-05 and 2026-10.
const MEASURED: &str = "pydantic-ai 2.68 Bedrock strict, measured 2026-05 and 2026-10";

const STRICT_CHECKS: &[ProviderRule] = &[
    ProviderRule::refused(
        "BRS_ONEOF",
        "strict mode does not take oneOf",
        "harness-sdk#2822, 2026: one oneOf was an outage of 18 hours",
        RuleTest::Schema(|schema, _| schema.contains_key("oneOf")),
    ),
    ProviderRule::refused(
        "BRS_KEYWORD_",
        "strict mode does not take the keyword",
        MEASURED,
        RuleTest::Keyword(|keyword, held| {
            strict_fate(keyword, held) != KeywordFate::Kept
                || ["allOf", "prefixItems", "patternProperties"].contains(&keyword)
        }),
    ),
    ProviderRule::refused(
        "BRS_ADDITIONAL_PROPERTIES",
        "an object does not say additionalProperties: false",
        MEASURED,
        RuleTest::Schema(common_rules::is_open),
    ),
    ProviderRule::refused(
        "BRS_PATTERN",
        "the pattern is more than a grammar can say",
        MEASURED,
        RuleTest::Held(|keyword, held, _| {
            common_rules::any_pattern(keyword, held, |pattern| !patterns::is_simple(pattern))
        }),
    ),
    ProviderRule::refused(
        "BRS_RECURSIVE",
        "the schema contains itself",
        "strict tool use of Claude, JSON-Schema limitations, 2026-11",
        RuleTest::RequestFigures(|census| census.is_recursive),
    ),
    ProviderRule::refused(
        "BRS_OPTIONALS",
        "more than 24 optional properties",
        "strands#2664, 2026; pydantic-ai 2.68",
        RuleTest::RequestFigures(|census| census.optionals > 24),
    ),
    ProviderRule::refused(
        "BRS_UNTYPED",
        "a schema says no type",
        MEASURED,
        RuleTest::Schema(common_rules::is_untyped),
    ),
];

pub const GROUPS: RuleGroups = &[common_rules::NAMES, common_rules::NAMES_OF_64, CHECKS, anthropic::CLAUDE];
pub const STRICT_GROUPS: RuleGroups =
    &[common_rules::NAMES, common_rules::NAMES_OF_64, CHECKS, anthropic::CLAUDE, STRICT_CHECKS];

const LIMITS: &[RequestLimit] = &[
    RequestLimit {
        code: "TOOLS_EMPTY",
        says: "no tools: toolConfig is left out then",
        source: "botocore 1.44.5 ToolConfiguration, 2026-11",
        breaks: |figures| figures.tools == 0,
        figure: |figures| figures.tools,
    },
    TOOL_NAME_CONFLICT,
];

/// The Converse API.
pub struct Bedrock;

impl Provider for Bedrock {
    fn call_form(&self) -> &'static str {
        "Bedrock's Converse API (\"toolUse\")"
    }

    fn cache_mark(&self) -> CacheMark {
        CacheMark::Entry
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
            // A neutral name: Amazon says that a model may take a name for an instruction.
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
