//! OpenAI, Responses API, strict and not. Chat Completions shares its rules for schemas.
//!
//! `strict` is always written. Without it, the Responses API tries strict mode and Chat Completions does not
//! (openai-node 7.55).

use serde_json::{Map, Value, json};

use crate::target::check::common_rules;
use crate::target::check::definition_check::{ProviderRule, RuleGroups, RuleTest, ToolParts};
use crate::target::check::tool_namespace::check_namespace;
use crate::target::diagnostic::TargetFinding;
use crate::target::exchange::attached_file::{Attachment, PDF, is_model_image};
use crate::target::exchange::provider_call::ProviderCall;
use crate::target::provider::message_parts;
use crate::target::provider::{Provider, RenderMode, ToolSource};
use crate::target::request::request_limits::{ALL_DEFERRED, RequestLimit, TOOL_NAME_CONFLICT};
use crate::target::rewrite::rewrite_rules::{
    ObjectRule, ReferenceRule, RewriteRules, TypeRule, UndeclaredRule, only,
};
use crate::target::rewrite::{patterns, schema_positions};

/// String formats that strict mode takes. Source: structured-outputs guide, supported schemas, 2026-11.
pub const FORMATS: [&str; 9] =
    ["date-time", "time", "date", "duration", "email", "hostname", "ipv4", "ipv6", "uuid"];

/// Keywords that strict mode takes, and those that are rewritten into them. Sources: structured-outputs guide;
/// openai-node 7.55, which sends `const`; pydantic-ai 2.68, which sends lengths.
const STRICT: [&str; 27] = [
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
    "minItems",
    "maxItems",
    "pattern",
    "format",
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "multipleOf",
    "minLength",
    "maxLength",
    "patternProperties",
];

/// Keywords of that list that never go out.
const REWRITTEN: [&str; 4] = ["oneOf", "allOf", "prefixItems", "patternProperties"];

pub const PLAIN: RewriteRules = RewriteRules {
    root_unions: false,
    pattern: patterns::openai_change,
    types: TypeRule::Items,
    ..RewriteRules::ANY
};

pub const STRICT_RULES: RewriteRules = RewriteRules {
    fate: |keyword, _| only(&STRICT, keyword),
    root_unions: false,
    references: ReferenceRule::Wrapped,
    any_of: true,
    merged: true,
    pattern: patterns::openai_change,
    format: |format, is_text| is_text && FORMATS.contains(&format),
    tuples_as_lists: true,
    objects: ObjectRule::Closed,
    nulls: true,
    types: TypeRule::Required,
    undeclared: UndeclaredRule::Refused,
    ..RewriteRules::ANY
};

const ROOT_WORDS: [&str; 6] = ["oneOf", "anyOf", "allOf", "enum", "const", "not"];

pub const CHECKS: &[ProviderRule] = &[
    common_rules::root_is_object("OAI_ROOT_TYPE", "error text, GPT_API_free#403; stella#781, 2026-07"),
    ProviderRule::refused(
        "OAI_ROOT_KEYWORD",
        "the root schema has oneOf, anyOf, allOf, enum, const or not; write one object with properties",
        "error text, google-calendar-mcp#39; stella#781, 2026-07",
        RuleTest::Root(|root| ROOT_WORDS.iter().any(|word| root.contains_key(*word))),
    ),
    ProviderRule::refused(
        "OAI_ROOT_NO_PROPERTIES",
        "the root schema has no properties; add an empty map",
        "error text, spring-ai#4776, 2025",
        RuleTest::Root(|root| !root.get("properties").is_some_and(Value::is_object)),
    ),
    ProviderRule::refused(
        "OAI_ITEMS_MISSING",
        common_rules::ITEMS_MISSING,
        "error text, aichat#1049, 2024",
        RuleTest::Schema(common_rules::lacks_items),
    ),
    ProviderRule::refused(
        "OAI_PATTERN",
        "Python's re cannot read the pattern; rewrite it or remove it",
        "litellm 1.109.1 drop_non_python_regex_patterns, 2026-10",
        RuleTest::KeywordValue(common_rules::is_no_python),
    ),
    common_rules::of_2020_12("OAI_NOT_2020_12", "litellm 1.109.1 drop_non_python_regex_patterns, 2026-10"),
    ProviderRule::disputed(
        "DESCRIPTION_TOO_LONG",
        "the description is longer than 1,024 characters; shorten it",
        "error text, 5ire#33 2025-01, sentry-mcp#106 2025-04; not in the published specification",
        RuleTest::Tool(|tool| tool.description.is_some_and(|text| text.chars().count() > 1_024)),
    ),
];

/// The limits since July 2025, from the structured-outputs guide.
const STRICT_LIMITS: &str = "structured-outputs guide, limits since 2025-07";

pub const STRICT_CHECKS: &[ProviderRule] = &[
    common_rules::closed_objects("OAIS_ADDITIONAL_PROPERTIES", "structured-outputs guide, 2026-11"),
    ProviderRule::refused(
        "OAIS_REQUIRED_ALL",
        "an object schema does not require all of its properties; list each in required",
        "error text, mysql-mcp#5, 2025",
        RuleTest::Schema(|schema, tool| {
            !requires_all(schema) || common_rules::requires_undeclared(schema, tool)
        }),
    ),
    ProviderRule::refused(
        "OAIS_FORMAT",
        common_rules::UNSUPPORTED_FORMAT,
        "error text, agent-native#3085, 2026; structured-outputs guide",
        RuleTest::KeywordValue(|keyword, held, _| common_rules::is_other_format(keyword, held, &FORMATS)),
    ),
    ProviderRule::refused(
        "OAIS_REF_SIBLINGS",
        "a schema has other keywords beside $ref; remove them or wrap the reference in anyOf",
        "error text, camel#3001; hindsight#3944, 2026-08-31",
        RuleTest::Schema(|schema, _| schema.contains_key("$ref") && schema.len() > 1),
    ),
    ProviderRule::refused(
        "OAIS_KEYWORD_",
        common_rules::UNSUPPORTED_KEYWORD,
        "structured-outputs guide; openai-node 7.55 toStrictJsonSchema, 2026-11",
        RuleTest::Keyword(|keyword, _| !STRICT.contains(&keyword) || REWRITTEN.contains(&keyword)),
    ),
    ProviderRule::refused(
        "OAIS_PATTERN",
        "the pattern has look-around; rewrite it or remove it",
        "@ai-sdk/openai 4.0.118 normalizeOpenAIJsonSchema, 2026-11",
        RuleTest::KeywordValue(|keyword, held, _| {
            common_rules::any_pattern(keyword, held, patterns::has_lookaround)
        }),
    ),
    common_rules::typed_schemas("OAIS_UNTYPED", "pydantic-ai 2.68 strict transformer, 2026-11"),
    common_rules::no_boolean_schemas("OAIS_UNTYPED", "pydantic-ai 2.68, 2026-11"),
    ProviderRule::refused(
        "OAIS_DEPTH",
        "the schema is nested more than 10 levels deep; flatten it",
        STRICT_LIMITS,
        RuleTest::Census(|census| census.depth > 10),
    ),
    ProviderRule::refused(
        "OAIS_PROPERTIES",
        "the schema has more than 5,000 properties; remove some",
        STRICT_LIMITS,
        RuleTest::Census(|census| census.properties > 5_000),
    ),
    ProviderRule::refused(
        "OAIS_CHARS",
        "names and values of the schema exceed 120,000 characters; shorten or remove some",
        STRICT_LIMITS,
        RuleTest::Census(|census| census.characters > 120_000),
    ),
    ProviderRule::refused(
        "OAIS_ENUM_COUNT",
        "the enums of the schema have more than 1,000 values; remove some",
        STRICT_LIMITS,
        RuleTest::Census(|census| census.enum_values > 1_000),
    ),
    ProviderRule::refused(
        "OAIS_ENUM_CHARS",
        "an enum with more than 250 values exceeds 15,000 characters; remove or shorten values",
        STRICT_LIMITS,
        RuleTest::Census(|census| census.long_enum > 15_000),
    ),
];

pub const GROUPS: RuleGroups = &[common_rules::NAMES, common_rules::NAMES_OF_64, CHECKS];
pub const STRICT_GROUPS: RuleGroups =
    &[common_rules::NAMES, common_rules::NAMES_OF_64, CHECKS, STRICT_CHECKS];

/// Rules for the members of a namespace, whose names may have 128 characters. Source: openai-openapi @f85dbe2
/// `FunctionToolParam`.
pub const MEMBER_GROUPS: RuleGroups = &[common_rules::NAMES, CHECKS];

fn requires_all(schema: &Map<String, Value>) -> bool {
    let Some(Value::Object(properties)) = schema.get("properties") else { return true };
    properties.keys().all(|name| schema_positions::required(schema).any(|required| required == name))
}

/// Maximum number of tools in one request.
pub const MAX_TOOLS: usize = 128;

/// The tool limit of both APIs.
pub const TOO_MANY_TOOLS: RequestLimit = RequestLimit {
    code: "TOO_MANY_TOOLS",
    says: "more than 128 tools",
    next: "offer fewer tools, or set overLimit to \"trim\"",
    source: "error text, oh-my-openagent#2848, 2026-03-26; claude-code-router#686, 2025-08",
    breaks: |figures| figures.tools > MAX_TOOLS,
    figure: |figures| figures.tools,
};

const LIMITS: &[RequestLimit] = &[TOO_MANY_TOOLS, TOOL_NAME_CONFLICT, ALL_DEFERRED];

/// OpenAI's Responses API.
pub struct OpenAi;

impl Provider for OpenAi {
    fn call_form(&self) -> &'static str {
        "OpenAI's Responses API (type \"function_call\")"
    }

    fn defers_tools(&self) -> bool {
        true
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
            ("parameters", schema),
            ("strict", strict.into()),
        ])
    }

    fn tool_parts<'t>(&self, tool: &'t Value) -> ToolParts<'t> {
        message_parts::parts(tool, tool, "parameters")
    }

    fn read_call(&self, call: &Value) -> Option<ProviderCall> {
        Some(ProviderCall {
            id: Some(call.get("call_id")?.as_str()?.to_owned()),
            wire_name: call.get("name")?.as_str()?.to_owned(),
            arguments: call.get("arguments").cloned().unwrap_or_default(),
        })
    }

    fn write_result(&self, call: &ProviderCall, outcome: Result<Value, Value>) -> Value {
        let (Ok(value) | Err(value)) = outcome;
        json!({"type": "function_call_output", "call_id": call.id, "output": message_parts::text(&value)})
    }

    fn write_file(&self, file: &Attachment, number: usize) -> Option<Value> {
        match file.essence() {
            media if is_model_image(media) => {
                Some(json!({"type": "input_image", "image_url": file.data_url()}))
            }
            PDF => Some(
                json!({"type": "input_file", "filename": file.label(number), "file_data": file.data_url()}),
            ),
            _ => None,
        }
    }

    fn attach_files(&self, mut message: Value, text: Option<String>, files: Vec<Value>) -> Value {
        message["output"] = message_parts::text_before("input_text", text, files);
        message
    }

    fn request_limits(&self) -> &'static [RequestLimit] {
        LIMITS
    }

    fn max_tools(&self) -> Option<usize> {
        Some(MAX_TOOLS)
    }

    fn check_other(&self, definition: &Value) -> Option<Vec<TargetFinding>> {
        let is_namespace = definition.get("type").is_some_and(|kind| kind == "namespace");
        is_namespace.then(|| check_namespace(definition, MEMBER_GROUPS, &[STRICT_CHECKS]))
    }

    fn is_builtin_tool(&self, tool: &Value) -> bool {
        tool.get("type").is_some_and(|kind| kind != "function" && kind != "namespace")
    }
}
