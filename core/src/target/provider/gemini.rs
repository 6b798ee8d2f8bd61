//! Google's Gemini API: `parametersJsonSchema`, and `parameters` for the Live API and older models.
//!
//! Its strict mode is `functionCallingConfig.mode: "VALIDATED"` of the request and asks nothing of schemas.

use serde_json::{Map, Value, json};

use crate::target::check::common_rules;
use crate::target::check::definition_check::{ProviderRule, RuleGroups, RuleTest, ToolParts};
use crate::target::exchange::provider_call::ProviderCall;
use crate::target::provider::message_parts;
use crate::target::rewrite::positions;
use crate::target::rewrite::rewrite_rules::{
    ArgumentNameRule, EnumRule, KeywordFate, ObjectRule, RecursionRule, ReferenceRule, RewriteRules,
    TypeRule, UndeclaredRule, UntypedRule, only,
};

/// The keywords listed in the types of @google/genai 3.1.0; of those not listed, the ones that gemini-cli, the AI SDK and
/// pydantic-ai send (`pattern`, lengths, `default`); and those that are rewritten. 2026-11.
const TAKEN: [&str; 25] = [
    "$defs",
    "$ref",
    "type",
    "format",
    "title",
    "description",
    "enum",
    "const",
    "items",
    "prefixItems",
    "minItems",
    "maxItems",
    "minimum",
    "maximum",
    "anyOf",
    "oneOf",
    "allOf",
    "properties",
    "additionalProperties",
    "required",
    "propertyOrdering",
    "pattern",
    "minLength",
    "maxLength",
    "default",
];

pub const RULES: RewriteRules = RewriteRules {
    fate: |keyword, _| only(&TAKEN, keyword),
    root_unions: false,
    keys: ArgumentNameRule::Everywhere,
    references: ReferenceRule::InlinedBeside,
    merged: true,
    format: |format, is_text| !is_text || format == "date-time",
    values: EnumRule::Enums,
    inclusive: true,
    ..RewriteRules::ANY
};

/// The fields of the message `Schema`: any other is "Unknown name … Cannot find field." for the whole request.
/// Source: @google/genai 3.1.0 types; pizza-bot#62, 2026-09.
const FIELDS: [&str; 22] = [
    "type",
    "format",
    "title",
    "description",
    "nullable",
    "default",
    "items",
    "minItems",
    "maxItems",
    "enum",
    "properties",
    "required",
    "minProperties",
    "maxProperties",
    "minimum",
    "maximum",
    "minLength",
    "maxLength",
    "pattern",
    "example",
    "anyOf",
    "propertyOrdering",
];

/// What is rewritten into those fields.
const INTO_FIELDS: [&str; 6] = ["$ref", "const", "oneOf", "allOf", "prefixItems", "additionalProperties"];

pub const PROTO_RULES: RewriteRules = RewriteRules {
    fate: |keyword, _| {
        if INTO_FIELDS.contains(&keyword) { KeywordFate::Kept } else { only(&FIELDS, keyword) }
    },
    references: ReferenceRule::Inlined,
    recursion: RecursionRule::Unrolled,
    any_of: true,
    values: EnumRule::Texts,
    tuples_as_lists: true,
    objects: ObjectRule::Unsaid,
    types: TypeRule::One,
    untyped: UntypedRule::JsonText,
    undeclared: UndeclaredRule::Dropped,
    ..RULES
};

const NAMES: &[ProviderRule] = &[
    ProviderRule::refused(
        "NAME_PATTERN",
        "the name does not start with a letter or _, or has other characters than letters, digits, _, ., : and -",
        "error text, ccs#25, 2025-11; voipbin#644, 2026-03",
        RuleTest::Tool(|tool| !is_name(tool.name)),
    ),
    ProviderRule::refused(
        "NAME_TOO_LONG",
        "the name is longer than 64",
        "error text, ccs#219; voipbin#644, 2026-03 (the types of @google/genai 3.1.0 say 128)",
        RuleTest::Tool(|tool| tool.name.len() > 64),
    ),
];

fn is_name(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
        && common_rules::is_made_of(name, "_.:-")
}

const JSON_CHECKS: &[ProviderRule] = &[
    ProviderRule::refused(
        "GEMJ_ROOT_TYPE",
        "the root is no object",
        "@google/genai 3.1.0 types, 2026-11",
        RuleTest::Root(common_rules::is_no_object),
    ),
    ProviderRule::refused(
        "GEMJ_REF_SIBLINGS",
        "something stands beside a reference",
        "error text, opencode#12295, 2026-02; @google/genai 3.1.0 types",
        RuleTest::Schema(|schema, _| {
            schema.contains_key("$ref")
                && schema.keys().any(|keyword| {
                    !keyword.starts_with('$') && keyword != "description" && keyword != "default"
                })
        }),
    ),
    ProviderRule::refused(
        "GEMJ_REF_DANGLING",
        "a reference leads to no definition",
        "error text, gemini-cli#13326, 2025",
        RuleTest::Schema(leads_nowhere),
    ),
    ProviderRule::refused(
        "GEM_PROPERTY_KEY",
        "a name of an argument has other characters than letters, digits and _, starts with a digit or is longer than 64",
        "@google/genai 3.1.0 types, 2026-11",
        RuleTest::Schema(has_odd_key),
    ),
    common_rules::of_2020_12("GEMJ_NOT_2020_12", "@google/genai 3.1.0 types, 2026-11"),
    ProviderRule::disputed(
        "GEM_COMPLEXITY",
        "maxItems come to more than 960",
        "measured by a reporter, python-genai#2170; vercel/ai#21192, 2026",
        RuleTest::RequestFigures(|census| census.max_items > 960),
    ),
];

fn leads_nowhere(schema: &Map<String, Value>, tool: &ToolParts<'_>) -> bool {
    let Some(Value::String(reference)) = schema.get("$ref") else { return false };
    let place = reference.strip_prefix('#');
    place.is_none_or(|place| tool.schema.is_none_or(|root| root.pointer(place).is_none()))
}

fn has_odd_key(schema: &Map<String, Value>, _: &ToolParts<'_>) -> bool {
    let names = schema.get("properties").and_then(Value::as_object);
    names.is_some_and(|names| names.keys().any(|name| !ArgumentNameRule::Everywhere.takes(name)))
}

/// Whether a schema says a type, in whichever case: the types of @google/genai write `STRING`.
fn says(schema: &Map<String, Value>, kind: &str) -> bool {
    positions::types(schema).any(|said| said.eq_ignore_ascii_case(kind))
}

const PROTO_CHECKS: &[ProviderRule] = &[
    ProviderRule::refused(
        "GEM_UNKNOWN_FIELD_",
        "the message Schema has no such field",
        "error text, pizza-bot#62, 2026-09; 9router#3018, 2026-08; pydantic-ai#1598",
        RuleTest::Keyword(|keyword, _| !FIELDS.contains(&keyword)),
    ),
    ProviderRule::refused(
        "GEM_TYPE_ARRAY",
        "type is a list",
        "error text, google_workspace_mcp#1099, 2026",
        RuleTest::Held(|keyword, held, _| keyword == "type" && !held.is_string()),
    ),
    ProviderRule::refused(
        "GEM_ENUM_STRING",
        "an enum has a value that is no text",
        "error text, thClaws#172, 2026-06",
        RuleTest::Held(|keyword, held, _| {
            keyword == "enum" && held.as_array().into_iter().flatten().any(|value| !value.is_string())
        }),
    ),
    ProviderRule::refused(
        "GEM_ENUM_TYPE",
        "an enum stands in a schema of another type than STRING",
        "error text, 9router#380, 2026",
        RuleTest::Schema(|schema, _| schema.contains_key("enum") && !says(schema, "string")),
    ),
    ProviderRule::refused(
        "GEM_ENUM_EMPTY",
        "an enum has an empty text",
        "litellm 1.109.1 build_vertex_schema takes it out, 2026-10",
        RuleTest::Held(|keyword, held, _| {
            keyword == "enum" && held.as_array().into_iter().flatten().any(|value| value == "")
        }),
    ),
    ProviderRule::refused(
        "GEM_ANYOF_SIBLINGS",
        "something stands beside anyOf",
        "error text, opencode#14700; vercel/ai#19000, 2026",
        RuleTest::Schema(|schema, _| schema.contains_key("anyOf") && schema.len() > 1),
    ),
    ProviderRule::refused(
        "GEM_REQUIRED_UNDEFINED",
        "a property is required and not declared",
        "error text, home-generative-agent#525, 2026",
        RuleTest::Schema(common_rules::requires_undeclared),
    ),
    ProviderRule::refused(
        "GEM_REQUIRED_TYPE",
        "required stands in a schema of another type than OBJECT",
        "error text, home-generative-agent#525, 2026",
        RuleTest::Schema(|schema, _| schema.contains_key("required") && !says(schema, "object")),
    ),
    ProviderRule::refused(
        "GEM_ITEMS_MISSING",
        "a list does not say what its items are",
        "error text, DEEIX-Chat#546, 2026-07",
        RuleTest::Schema(|schema, _| says(schema, "array") && !schema.contains_key("items")),
    ),
    ProviderRule::refused(
        "GEM_TYPE_MISSING",
        "a schema says no type",
        "inspect_ai#3097, 2026-01: Gemini 3 refuses TYPE_UNSPECIFIED",
        RuleTest::Schema(|schema, _| !schema.contains_key("type") && !schema.contains_key("anyOf")),
    ),
    ProviderRule::refused(
        "GEM_BOOLEAN_SCHEMA",
        "a schema is true or false",
        "@google/genai 3.1.0 types, 2026-11",
        RuleTest::Bool(|_| true),
    ),
    ProviderRule::disputed(
        "GEM_FORMAT",
        "the format of a text is none of date-time and enum",
        "older API text; pydantic-ai 2.68 leaves others out, 2026-11",
        RuleTest::Held(|keyword, held, schema| {
            keyword == "format" && says(schema, "string") && held != "date-time" && held != "enum"
        }),
    ),
    ProviderRule::refused(
        "GEM_PROPERTY_KEY",
        "a name of an argument has other characters than letters, digits and _, starts with a digit or is longer than 64",
        "@google/genai 3.1.0 types, 2026-11",
        RuleTest::Schema(has_odd_key),
    ),
];

pub const GROUPS: RuleGroups = &[NAMES, JSON_CHECKS];
pub const PROTO_GROUPS: RuleGroups = &[NAMES, PROTO_CHECKS];

pub fn shape(name: &str, description: &str, schema: Value) -> Value {
    message_parts::object([
        ("name", name.into()),
        ("description", description.into()),
        ("parametersJsonSchema", schema),
    ])
}

pub fn proto_shape(name: &str, description: &str, schema: Value) -> Value {
    message_parts::object([
        ("name", name.into()),
        ("description", description.into()),
        ("parameters", schema),
    ])
}

pub fn shown(tool: &Value) -> ToolParts<'_> {
    message_parts::shown(tool, tool, "parametersJsonSchema")
}

pub fn proto_shown(tool: &Value) -> ToolParts<'_> {
    message_parts::shown(tool, tool, "parameters")
}

/// Gemini takes a list of tools, one of which holds all functions.
pub const ENVELOPE: (&str, &str) = (r#"[{"functionDeclarations":["#, "]}]");

pub fn read(call: &Value) -> Option<ProviderCall> {
    let call = call.get("functionCall").unwrap_or(call);
    Some(ProviderCall {
        id: call.get("id").and_then(Value::as_str).map(ToOwned::to_owned),
        wire_name: call.get("name")?.as_str()?.to_owned(),
        arguments: call.get("args").cloned().unwrap_or_default(),
    })
}

/// `response` has the keys that the types of @google/genai name: `output` for a result, `error` for a failure.
pub fn answer(sent: &ProviderCall, outcome: Result<Value, Value>) -> Value {
    let response = match outcome {
        Ok(value) => json!({"output": value}),
        Err(fault) => fault,
    };
    let mut answer = json!({"name": sent.wire_name, "response": response});
    if let Some(id) = &sent.id {
        answer["id"] = json!(id);
    }
    json!({"functionResponse": answer})
}
