//! Anthropic, Messages API, strict and not.

use serde_json::{Value, json};

use crate::schema::Schema;
use crate::target::check::common_rules;
use crate::target::check::definition_check;
use crate::target::check::definition_check::{ProviderRule, RuleGroups, RuleTest, ToolParts};
use crate::target::diagnostic::TargetFinding;
use crate::target::exchange::attached_file::{Attachment, PDF, is_model_image};
use crate::target::exchange::provider_call::ProviderCall;
use crate::target::provider::message_parts;
use crate::target::provider::{CacheMark, Provider, RenderMode, ToolSource};
use crate::target::request::request_limits::{
    ALL_DEFERRED, RequestLimit, StrictBudget, StrictCost, TOOL_NAME_CONFLICT,
};
use crate::target::rewrite::patterns;
use crate::target::rewrite::rewrite_rules::{
    ArgumentNameRule, KeywordFate, ObjectRule, RecursionRule, ReferenceRule, RewriteRules, TypeRule,
    UndeclaredRule, only,
};

/// Formats of texts that strict mode takes. Source: strict tool use, JSON-Schema limitations. 2026-11.
pub const FORMATS: [&str; 10] =
    ["date-time", "time", "date", "duration", "email", "hostname", "uri", "ipv4", "ipv6", "uuid"];

/// Keywords that strict mode takes, and those that are rewritten into them. Bounds of numbers, texts and lists are none
/// of them ("properties maximum, minimum are not supported", pi#9953, 2026-09-23; litellm#39115), but for `minItems` of
/// 0 and 1. Source: strict tool use, JSON-Schema limitations. 2026-11.
const STRICT: [&str; 19] = [
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
    "patternProperties",
];

const REWRITTEN: [&str; 4] = ["oneOf", "allOf", "prefixItems", "patternProperties"];

/// What a keyword of a strict schema becomes; Bedrock shares it for Claude's grammar.
pub fn strict_fate(keyword: &str, held: &Value) -> KeywordFate {
    match keyword {
        "minItems" if held.as_u64().is_some_and(|least| least <= 1) => KeywordFate::Kept,
        keyword => only(&STRICT, keyword),
    }
}

pub const PLAIN: RewriteRules =
    RewriteRules { root_unions: false, keys: ArgumentNameRule::TopLevel, ..RewriteRules::ANY };

pub const STRICT_RULES: RewriteRules = RewriteRules {
    fate: strict_fate,
    root_unions: false,
    keys: ArgumentNameRule::TopLevel,
    references: ReferenceRule::Bare,
    recursion: RecursionRule::Refused,
    any_of: true,
    merged: true,
    pattern: patterns::grammar,
    format: |format, is_text| is_text && FORMATS.contains(&format),
    tuples_as_lists: true,
    objects: ObjectRule::Closed,
    types: TypeRule::NullReadings,
    undeclared: UndeclaredRule::Refused,
    ..RewriteRules::ANY
};

/// Rules of Claude, by whatever way its tools come to it.
pub const CLAUDE: &[ProviderRule] = &[
    ProviderRule::refused(
        "ANT_PROPERTY_KEY",
        "a name of an argument has other characters than letters, digits, _, . and -, or more than 64",
        "error text, studio#6874; IDP#709 (top level only), 2026",
        RuleTest::Root(|root| {
            let names = root.get("properties").and_then(Value::as_object);
            names.is_some_and(|names| names.keys().any(|name| !ArgumentNameRule::TopLevel.takes(name)))
        }),
    ),
    ProviderRule::refused(
        "ANT_ROOT_COMBINATOR",
        "the root has oneOf, allOf or anyOf",
        "error text, claude-code#5319, #40075, 2026",
        RuleTest::Root(common_rules::is_union),
    ),
];

const CHECKS: &[ProviderRule] = &[
    ProviderRule::refused(
        "ANT_ROOT_TYPE",
        "the root is no object",
        "anthropic 2.11.0 types: input_schema.type is \"object\", 2026-11",
        RuleTest::Root(common_rules::is_no_object),
    ),
    ProviderRule::refused(
        "NAME_TOO_LONG",
        "the name is longer than 128",
        "error text, claude-code#96152, 2026-09-22",
        RuleTest::Tool(|tool| tool.name.len() > 128),
    ),
    common_rules::of_2020_12("ANT_NOT_2020_12", "error text, claude-code#63673, 2026-05"),
    ProviderRule::refused(
        "INPUT_EXAMPLE_INVALID",
        "an example does not fit the schema",
        "tool use guide, input_examples: an example that does not fit is a 400, 2026-11",
        RuleTest::Tool(has_unfit_example),
    ),
];

/// The rules of strict mode, under Anthropic's codes.
const STRICT_CHECKS: &[ProviderRule] = &[
    ProviderRule::refused(
        "ANTS_ADDITIONAL_PROPERTIES",
        "an object does not say additionalProperties: false",
        "strict tool use, JSON-Schema limitations, 2026-11",
        RuleTest::Schema(common_rules::is_open),
    ),
    ProviderRule::refused(
        "ANTS_KEYWORD_",
        "strict mode does not take the keyword",
        "strict tool use, JSON-Schema limitations; pi#9953, 2026-09-23; litellm#39115",
        RuleTest::Keyword(|keyword, held| {
            strict_fate(keyword, held) != KeywordFate::Kept || REWRITTEN.contains(&keyword)
        }),
    ),
    ProviderRule::refused(
        "ANTS_FORMAT",
        "the format is none that strict mode takes",
        "strict tool use, JSON-Schema limitations, 2026-11",
        RuleTest::Held(|keyword, held, _| {
            keyword == "format" && !held.as_str().is_some_and(|held| FORMATS.contains(&held))
        }),
    ),
    ProviderRule::refused(
        "ANTS_PATTERN",
        "the pattern is more than a grammar can say",
        "strict tool use, JSON-Schema limitations, 2026-11",
        RuleTest::Held(|keyword, held, _| {
            common_rules::any_pattern(keyword, held, |pattern| !patterns::is_simple(pattern))
        }),
    ),
    ProviderRule::refused(
        "ANTS_UNTYPED",
        "a schema says no type",
        "@anthropic-ai/sdk 1.11.0 transformJSONSchema throws without one, 2026-11",
        RuleTest::Schema(common_rules::is_untyped),
    ),
    ProviderRule::refused(
        "ANTS_UNTYPED",
        "a schema takes anything",
        "@anthropic-ai/sdk 1.11.0, 2026-11",
        RuleTest::Bool(|_| true),
    ),
    ProviderRule::refused(
        "ANTS_RECURSIVE",
        "the schema contains itself",
        "strict tool use, JSON-Schema limitations, 2026-11",
        RuleTest::RequestFigures(|census| census.is_recursive),
    ),
    ProviderRule::refused(
        "ANTS_REQUIRED_UNDECLARED",
        "a property is required and not declared",
        "follows from additionalProperties: false, 2026-11",
        RuleTest::Schema(common_rules::requires_undeclared),
    ),
];

pub const GROUPS: RuleGroups = &[common_rules::NAMES, CHECKS, CLAUDE];
pub const STRICT_GROUPS: RuleGroups = &[common_rules::NAMES, CHECKS, CLAUDE, STRICT_CHECKS];

fn has_unfit_example(tool: &ToolParts<'_>) -> bool {
    let Some(examples) = tool.whole.get("input_examples").and_then(Value::as_array) else { return false };
    let Some(schema) = tool.schema.map(Schema::new) else { return false };
    examples.iter().any(|example| !schema.problems(example).is_empty())
}

/// Tools in one request.
const MAX_TOOLS: usize = 10_000;

/// What strict tools may cost in one request. Source: strict tool use, limits per request, 2026-11.
const BUDGET: StrictBudget = StrictBudget { tools: 20, optionals: 24, unions: 16 };

const LIMITS: &[RequestLimit] = &[
    RequestLimit {
        code: "TOO_MANY_TOOLS",
        says: "more than 10,000 tools",
        source: "tool search guide, 2026-11",
        breaks: |figures| figures.tools > MAX_TOOLS,
        figure: |figures| figures.tools,
    },
    TOOL_NAME_CONFLICT,
    ALL_DEFERRED,
    RequestLimit {
        code: "EXAMPLES_WITH_TOOL_SEARCH",
        says: "input_examples stand beside deferred tools",
        source: "tool search guide: not with input_examples, 2026-11",
        breaks: |figures| figures.has_deferred_examples,
        figure: |figures| figures.deferred,
    },
    RequestLimit {
        code: "ANTS_TOO_MANY_STRICT",
        says: "more than 20 strict tools",
        source: "strict tool use, limits per request, 2026-11",
        breaks: |figures| figures.strict > BUDGET.tools,
        figure: |figures| figures.strict,
    },
    RequestLimit {
        code: "ANTS_OPTIONAL_BUDGET",
        says: "more than 24 optional parameters of strict tools",
        source: "strict tool use, limits per request, 2026-11; camel#4171",
        breaks: |figures| figures.optionals > BUDGET.optionals,
        figure: |figures| figures.optionals,
    },
    RequestLimit {
        code: "ANTS_UNION_BUDGET",
        says: "more than 16 parameters of strict tools are unions",
        source: "strict tool use, limits per request, 2026-11; langchain4j#5128",
        breaks: |figures| figures.unions > BUDGET.unions,
        figure: |figures| figures.unions,
    },
];

const REFERENCES: &[ProviderRule] = &[
    ProviderRule::refused(
        "NAME_TOO_LONG",
        "a reference names a tool with more than 64 characters",
        "error text, claude-code#21492, 2026-01-28",
        RuleTest::Tool(|tool| tool.name.len() > 64),
    ),
    ProviderRule::refused(
        "TOOL_REFERENCE_UNRESOLVED",
        "a reference names a tool that is not there",
        "error text, tool search guide: \"has no corresponding tool definition\", 2026-11",
        RuleTest::Tool(|tool| {
            let tools = tool.whole.get("tools").and_then(Value::as_array);
            tools.is_some_and(|tools| {
                !tools.iter().any(|other| other.get("name").is_some_and(|name| name == tool.name))
            })
        }),
    ),
];

/// The Messages API.
pub struct Anthropic;

impl Provider for Anthropic {
    fn call_form(&self) -> &'static str {
        "Anthropic's Messages API (type \"tool_use\")"
    }

    fn defers_tools(&self) -> bool {
        true
    }

    fn cache_mark(&self) -> CacheMark {
        CacheMark::LastTool
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
            ("name", name.into()),
            ("description", description.into()),
            ("input_schema", schema),
            ("strict", strict.into()),
        ])
    }

    fn tool_parts<'t>(&self, tool: &'t Value) -> ToolParts<'t> {
        message_parts::parts(tool, tool, "input_schema")
    }

    fn read_call(&self, call: &Value) -> Option<ProviderCall> {
        Some(ProviderCall {
            id: Some(call.get("id")?.as_str()?.to_owned()),
            wire_name: call.get("name")?.as_str()?.to_owned(),
            arguments: call.get("input").cloned().unwrap_or_default(),
        })
    }

    fn write_result(&self, call: &ProviderCall, outcome: Result<Value, Value>) -> Value {
        let failed = outcome.is_err();
        let (Ok(value) | Err(value)) = outcome;
        let mut block =
            json!({"type": "tool_result", "tool_use_id": call.id, "content": message_parts::text(&value)});
        if failed {
            block["is_error"] = json!(true);
        }
        block
    }

    fn write_file(&self, file: &Attachment, _: usize) -> Option<Value> {
        let media = file.essence();
        let kind = match media {
            media if is_model_image(media) => "image",
            PDF => "document",
            _ => return None,
        };
        Some(json!({"type": kind, "source": {"type": "base64", "media_type": media, "data": file.base64}}))
    }

    fn attach_files(&self, mut message: Value, text: Option<String>, files: Vec<Value>) -> Value {
        message["content"] = message_parts::text_before("text", text, files);
        message
    }

    fn request_limits(&self) -> &'static [RequestLimit] {
        LIMITS
    }

    fn max_tools(&self) -> Option<usize> {
        Some(MAX_TOOLS)
    }

    fn strict_budget(&self) -> Option<StrictBudget> {
        Some(BUDGET)
    }

    fn strict_cost(&self, tool: &Value) -> Option<StrictCost> {
        let is_strict = tool.get("strict").is_some_and(|strict| *strict == json!(true));
        is_strict.then(|| StrictCost::of_schema(tool.get("input_schema").and_then(Value::as_object)))
    }

    /// A `tool_reference` of the tool search.
    fn check_other(&self, definition: &Value) -> Option<Vec<TargetFinding>> {
        definition.get("tool_reference")?;
        let name =
            definition.pointer("/tool_reference/tool_name").and_then(Value::as_str).unwrap_or_default();
        let parts = ToolParts { whole: definition, name, description: None, schema: None };
        Some(definition_check::broken(&parts, &[REFERENCES]))
    }

    fn is_builtin_tool(&self, tool: &Value) -> bool {
        tool.get("type").is_some_and(|kind| kind != "custom")
    }
}
