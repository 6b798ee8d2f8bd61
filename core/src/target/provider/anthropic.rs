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

/// String formats that strict mode takes. Source: strict tool use, JSON-Schema limitations, 2026-11.
pub const FORMATS: [&str; 10] =
    ["date-time", "time", "date", "duration", "email", "hostname", "uri", "ipv4", "ipv6", "uuid"];

/// Keywords that strict mode takes, and those that are rewritten into them. Bounds and lengths are excluded, except
/// `minItems` of 0 or 1. Sources: strict tool use, JSON-Schema limitations, 2026-11; "properties maximum, minimum are
/// not supported", pi#9953, 2026-09-23; litellm#39115.
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

/// What a keyword becomes in strict mode. Bedrock shares it for Claude.
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
    references: ReferenceRule::Alone,
    recursion: RecursionRule::Refused,
    any_of: true,
    merged: true,
    pattern: patterns::grammar_change,
    format: |format, is_text| is_text && FORMATS.contains(&format),
    tuples_as_lists: true,
    objects: ObjectRule::Closed,
    types: TypeRule::Required,
    undeclared: UndeclaredRule::Refused,
    ..RewriteRules::ANY
};

/// Rules of Claude, through any API.
pub const CLAUDE: &[ProviderRule] = &[
    ProviderRule::refused(
        "ANT_PROPERTY_KEY",
        "a property name is not 1 to 64 letters, digits, _, . and -; rename the property",
        "error text, studio#6874; IDP#709 (top level only), 2026",
        RuleTest::Root(|root| {
            let names = root.get("properties").and_then(Value::as_object);
            names.is_some_and(|names| names.keys().any(|name| !ArgumentNameRule::TopLevel.allows(name)))
        }),
    ),
    ProviderRule::refused(
        "ANT_ROOT_COMBINATOR",
        "the root schema has oneOf, allOf or anyOf; write one object with the properties of all branches",
        "error text, claude-code#5319, #40075, 2026",
        RuleTest::Root(common_rules::is_union),
    ),
];

const CHECKS: &[ProviderRule] = &[
    common_rules::root_is_object(
        "ANT_ROOT_TYPE",
        "anthropic 2.11.0 types: input_schema.type is \"object\", 2026-11",
    ),
    ProviderRule::refused(
        "NAME_TOO_LONG",
        "the tool name is longer than 128 characters; shorten it",
        "error text, claude-code#96152, 2026-09-22",
        RuleTest::Tool(|tool| tool.name.len() > 128),
    ),
    common_rules::of_2020_12("ANT_NOT_2020_12", "error text, claude-code#63673, 2026-05"),
    ProviderRule::refused(
        "INPUT_EXAMPLE_INVALID",
        "an example of input_examples does not match the schema; correct or remove it",
        "tool use guide, input_examples: an example that does not fit is a 400, 2026-11",
        RuleTest::Tool(has_unfit_example),
    ),
];

/// The page that lists what strict mode does not take.
const LIMITATIONS: &str = "strict tool use, JSON-Schema limitations, 2026-11";

/// The rules of strict mode.
const STRICT_CHECKS: &[ProviderRule] = &[
    common_rules::closed_objects("ANTS_ADDITIONAL_PROPERTIES", LIMITATIONS),
    ProviderRule::refused(
        "ANTS_KEYWORD_",
        common_rules::UNSUPPORTED_KEYWORD,
        "strict tool use, JSON-Schema limitations; pi#9953, 2026-09-23; litellm#39115",
        RuleTest::Keyword(|keyword, held| {
            strict_fate(keyword, held) != KeywordFate::Kept || REWRITTEN.contains(&keyword)
        }),
    ),
    ProviderRule::refused(
        "ANTS_FORMAT",
        common_rules::UNSUPPORTED_FORMAT,
        LIMITATIONS,
        RuleTest::KeywordValue(|keyword, held, _| common_rules::is_other_format(keyword, held, &FORMATS)),
    ),
    common_rules::simple_patterns("ANTS_PATTERN", LIMITATIONS),
    common_rules::typed_schemas(
        "ANTS_UNTYPED",
        "@anthropic-ai/sdk 1.11.0 transformJSONSchema throws without one, 2026-11",
    ),
    common_rules::no_boolean_schemas("ANTS_UNTYPED", "@anthropic-ai/sdk 1.11.0, 2026-11"),
    common_rules::no_recursion("ANTS_RECURSIVE", LIMITATIONS),
    common_rules::declared_required(
        "ANTS_REQUIRED_UNDECLARED",
        "follows from additionalProperties: false, 2026-11",
    ),
];

pub const GROUPS: RuleGroups = &[common_rules::NAMES, CHECKS, CLAUDE];
pub const STRICT_GROUPS: RuleGroups = &[common_rules::NAMES, CHECKS, CLAUDE, STRICT_CHECKS];

fn has_unfit_example(tool: &ToolParts<'_>) -> bool {
    let Some(examples) = tool.whole.get("input_examples").and_then(Value::as_array) else { return false };
    let Some(schema) = tool.schema.map(Schema::new) else { return false };
    examples.iter().any(|example| !schema.problems(example).is_empty())
}

/// Maximum number of tools in one request.
const MAX_TOOLS: usize = 10_000;

/// What strict tools may cost in one request. Source: strict tool use, limits per request, 2026-11.
const BUDGET: StrictBudget = StrictBudget { tools: 20, optionals: 24, unions: 16 };

const LIMITS: &[RequestLimit] = &[
    RequestLimit {
        code: "TOO_MANY_TOOLS",
        says: "more than 10,000 tools",
        next: "offer fewer tools, or set overLimit to \"trim\"",
        source: "tool search guide, 2026-11",
        breaks: |figures| figures.tools > MAX_TOOLS,
        figure: |figures| figures.tools,
    },
    TOOL_NAME_CONFLICT,
    ALL_DEFERRED,
    RequestLimit {
        code: "EXAMPLES_WITH_TOOL_SEARCH",
        says: "a request with deferred tools has input_examples",
        next: "remove the examples, or leave deferLoading out",
        source: "tool search guide: not with input_examples, 2026-11",
        breaks: |figures| figures.has_deferred_examples,
        figure: |figures| figures.deferred,
    },
    RequestLimit {
        code: "ANTS_TOO_MANY_STRICT",
        says: "more than 20 strict tools",
        next: "send some without strict mode",
        source: "strict tool use, limits per request, 2026-11",
        breaks: |figures| figures.strict > BUDGET.tools,
        figure: |figures| figures.strict,
    },
    RequestLimit {
        code: "ANTS_OPTIONAL_BUDGET",
        says: "strict tools with more than 24 optional parameters in all",
        next: "require some, or send a tool without strict mode",
        source: "strict tool use, limits per request, 2026-11; camel#4171",
        breaks: |figures| figures.optionals > BUDGET.optionals,
        figure: |figures| figures.optionals,
    },
    RequestLimit {
        code: "ANTS_UNION_BUDGET",
        says: "strict tools with more than 16 union parameters in all",
        next: "send a tool without strict mode",
        source: "strict tool use, limits per request, 2026-11; langchain4j#5128",
        breaks: |figures| figures.unions > BUDGET.unions,
        figure: |figures| figures.unions,
    },
];

const REFERENCES: &[ProviderRule] = &[
    ProviderRule::refused(
        "NAME_TOO_LONG",
        "the tool name in the reference is longer than 64 characters; shorten it",
        "error text, claude-code#21492, 2026-01-28",
        RuleTest::Tool(|tool| tool.name.len() > 64),
    ),
    ProviderRule::refused(
        "TOOL_REFERENCE_UNRESOLVED",
        "the reference names a tool that is not in the request; add the tool or remove the reference",
        "error text, tool search guide: \"has no corresponding tool definition\", 2026-11",
        RuleTest::Tool(|tool| {
            let tools = tool.whole.get("tools").and_then(Value::as_array);
            tools.is_some_and(|tools| {
                !tools.iter().any(|other| other.get("name").is_some_and(|name| name == tool.name))
            })
        }),
    ),
];

/// Anthropic's Messages API.
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

    /// Checks a `tool_reference` of the tool search.
    fn check_other(&self, definition: &Value) -> Option<Vec<TargetFinding>> {
        definition.get("tool_reference")?;
        let name =
            definition.pointer("/tool_reference/tool_name").and_then(Value::as_str).unwrap_or_default();
        let parts = ToolParts { whole: definition, name, description: None, schema: None };
        Some(definition_check::check_tool(&parts, &[REFERENCES]))
    }

    fn is_builtin_tool(&self, tool: &Value) -> bool {
        tool.get("type").is_some_and(|kind| kind != "custom")
    }
}
