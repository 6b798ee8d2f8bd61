//! Rules that several providers share: tool names, the meta-schema of 2020-12, closed objects, types, patterns.

use serde_json::{Map, Value};

use crate::schema::keywords::{self, KeywordValue, TYPE_NAMES};
use crate::target::check::definition_check::{ProviderRule, RuleTest, ToolParts};
use crate::target::rewrite::{patterns, schema_positions};

/// Whether a name consists of letters, digits and `extra`.
pub fn has_only(name: &str, extra: &str) -> bool {
    name.bytes().all(|byte| byte.is_ascii_alphanumeric() || extra.contains(byte as char))
}

/// Names of 1 to 64 letters, digits, `_` and `-`.
pub const NAMES: &[ProviderRule] = &[
    ProviderRule::refused(
        "NAME_EMPTY",
        "the tool name is empty; use 1 to 64 letters, digits, _ and -",
        "botocore 1.44.5 bedrock-runtime ToolName; openai-openapi @f85dbe2, 2026-08",
        RuleTest::Tool(|tool| tool.name.is_empty()),
    ),
    ProviderRule::refused(
        "NAME_PATTERN",
        "the tool name has a character other than letters, digits, _ and -; rename the tool",
        "error text, xiaozhi#268; home-assistant#147760, 2025",
        RuleTest::Tool(|tool| !has_only(tool.name, "_-")),
    ),
];

/// Names of at most 64 characters.
pub const NAMES_OF_64: &[ProviderRule] = &[ProviderRule::refused(
    "NAME_TOO_LONG",
    "the tool name is longer than 64 characters; shorten it",
    "openai-openapi @f85dbe2 FunctionObject; botocore 1.44.5 ToolName; witsy#164 (Mistral), 2026-08",
    RuleTest::Tool(|tool| tool.name.len() > 64),
)];

/// Whether a keyword of 2020-12 has a value that the meta-schema forbids.
pub fn is_malformed(keyword: &str, held: &Value) -> bool {
    let is_kind = |kind: &Value| kind.as_str().is_some_and(|kind| TYPE_NAMES.contains(&kind));
    let is_schema = |schema: &Value| schema.is_object() || schema.is_boolean();
    let is_texts = |list: &Value| list.as_array().is_some_and(|list| list.iter().all(Value::is_string));
    let Some(holds) = keywords::expected_value(keyword) else { return false };
    let fits = match holds {
        KeywordValue::Schema => is_schema(held),
        KeywordValue::SchemaMap => held.as_object().is_some_and(|map| map.values().all(is_schema)),
        KeywordValue::SchemaList => {
            held.as_array().is_some_and(|list| !list.is_empty() && list.iter().all(is_schema))
        }
        KeywordValue::Type => {
            is_kind(held)
                || held.as_array().is_some_and(|kinds| !kinds.is_empty() && kinds.iter().all(is_kind))
        }
        KeywordValue::Number => held.is_number(),
        KeywordValue::PositiveNumber => held.as_f64().is_some_and(|number| number > 0.0),
        KeywordValue::Count => held.as_f64().is_some_and(|number| number >= 0.0 && number.fract() == 0.0),
        KeywordValue::Text => held.is_string(),
        KeywordValue::Bool => held.is_boolean(),
        KeywordValue::TextList => is_texts(held),
        KeywordValue::TextListMap => held.as_object().is_some_and(|map| map.values().all(is_texts)),
        KeywordValue::ValueList => held.is_array(),
        KeywordValue::Value => true,
    };
    !fits
}

/// Whether the root schema is not an object.
pub fn is_no_object(root: &Map<String, Value>) -> bool {
    root.get("type").is_none_or(|kind| kind != "object")
}

/// Whether the root schema is a union.
pub fn is_union(root: &Map<String, Value>) -> bool {
    ["anyOf", "oneOf", "allOf"].iter().any(|union| root.contains_key(*union))
}

/// Whether an array schema has no `items`.
pub fn lacks_items(schema: &Map<String, Value>, _: &ToolParts<'_>) -> bool {
    schema_positions::has_type(schema, "array") && !schema.contains_key("items")
}

/// Whether an object schema is not closed.
pub fn is_open(schema: &Map<String, Value>, _: &ToolParts<'_>) -> bool {
    let is_object = schema_positions::has_type(schema, "object") || schema.contains_key("properties");
    is_object && schema.get("additionalProperties") != Some(&Value::Bool(false))
}

/// Whether a schema has no type, value, reference or union.
pub fn is_untyped(schema: &Map<String, Value>, _: &ToolParts<'_>) -> bool {
    !["type", "enum", "const", "$ref", "anyOf", "oneOf", "allOf"]
        .iter()
        .any(|word| schema.contains_key(*word))
}

/// Whether a required property is not declared.
pub fn requires_undeclared(schema: &Map<String, Value>, _: &ToolParts<'_>) -> bool {
    let declares =
        |name: &str| schema.get("properties").is_some_and(|properties| properties.get(name).is_some());
    schema_positions::required(schema).any(|name| !declares(name))
}

/// Whether a keyword has a pattern that Python's `re` cannot read.
pub fn is_no_python(keyword: &str, held: &Value, _: &Map<String, Value>) -> bool {
    any_pattern(keyword, held, |pattern| !patterns::is_python_re(pattern))
}

/// Whether a keyword has a pattern that matches a predicate.
pub fn any_pattern(keyword: &str, held: &Value, is: impl Fn(&str) -> bool) -> bool {
    match (keyword, held) {
        ("pattern", Value::String(pattern)) => is(pattern),
        ("patternProperties", Value::Object(map)) => map.keys().any(|pattern| is(pattern)),
        _ => false,
    }
}

/// Whether a keyword is a format other than these.
pub fn is_other_format(keyword: &str, held: &Value, formats: &[&str]) -> bool {
    keyword == "format" && !held.as_str().is_some_and(|held| formats.contains(&held))
}

/// The message for a schema without a type.
pub const UNTYPED: &str = "a schema has no type; add one";

/// The message for an array schema without `items`.
pub const ITEMS_MISSING: &str = "an array schema has no items; add a schema for its items";

/// The message for a keyword that strict mode refuses.
pub const UNSUPPORTED_KEYWORD: &str =
    "strict mode does not take the keyword; remove it or send the tool without strict mode";

/// The message for a format that strict mode refuses.
pub const UNSUPPORTED_FORMAT: &str =
    "strict mode does not take the format; remove it or send the tool without strict mode";

/// Rule: the root schema is an object.
pub const fn root_is_object(code: &'static str, source: &'static str) -> ProviderRule {
    let says = "the root schema is not an object; set its type to \"object\"";
    ProviderRule::refused(code, says, source, RuleTest::Root(is_no_object))
}

/// Rule: keywords have values that the meta-schema of 2020-12 allows.
pub const fn of_2020_12(code: &'static str, source: &'static str) -> ProviderRule {
    let says = "the schema is not valid JSON Schema 2020-12; correct the keyword at the pointer";
    ProviderRule::refused(
        code,
        says,
        source,
        RuleTest::KeywordValue(|keyword, held, _| is_malformed(keyword, held)),
    )
}

/// Rule: every object is closed, as each strict mode needs it.
pub const fn closed_objects(code: &'static str, source: &'static str) -> ProviderRule {
    let says = "an object schema does not set additionalProperties to false; set it";
    ProviderRule::refused(code, says, source, RuleTest::Schema(is_open))
}

/// Rule: a grammar can express every pattern.
pub const fn simple_patterns(code: &'static str, source: &'static str) -> ProviderRule {
    let says = "a grammar cannot express the pattern; simplify it or remove it";
    let is_complex = |keyword: &str, held: &Value, _: &Map<String, Value>| {
        any_pattern(keyword, held, |pattern| !patterns::is_grammar_pattern(pattern))
    };
    ProviderRule::refused(code, says, source, RuleTest::KeywordValue(is_complex))
}

/// Rule: the schema is not recursive.
pub const fn no_recursion(code: &'static str, source: &'static str) -> ProviderRule {
    let says = "the schema is recursive; write it out to a fixed depth or send the tool without strict mode";
    ProviderRule::refused(code, says, source, RuleTest::Census(|census| census.is_recursive))
}

/// Rule: every schema has a type, a value, a reference or a union.
pub const fn typed_schemas(code: &'static str, source: &'static str) -> ProviderRule {
    ProviderRule::refused(code, UNTYPED, source, RuleTest::Schema(is_untyped))
}

/// Rule: no schema is `true` or `false`.
pub const fn no_boolean_schemas(code: &'static str, source: &'static str) -> ProviderRule {
    let says = "a schema is true or false; replace it with a schema that has a type";
    ProviderRule::refused(code, says, source, RuleTest::Bool(|_| true))
}

/// Rule: every required property is declared.
pub const fn declared_required(code: &'static str, source: &'static str) -> ProviderRule {
    let says = "a required property is not declared; add it to properties or remove it from required";
    ProviderRule::refused(code, says, source, RuleTest::Schema(requires_undeclared))
}
