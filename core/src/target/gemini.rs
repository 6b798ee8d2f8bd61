//! Google's Gemini API with `parametersJsonSchema`.
//!
//! Rules and their sources: the keywords listed in the types of @google/genai 3.1.0, `date-time` as the one string
//! format, nothing beside a `$ref` (opencode#12295), names of arguments `^[a-zA-Z_][a-zA-Z0-9_]{0,63}$`. `pattern`,
//! lengths and `default` are not on the list; gemini-cli, the AI SDK and pydantic-ai send them, so they are taken.
//! As of 2026-11.

use serde_json::{Value, json};

use super::exchange::Sent;
use super::rules::{Fate, Keys, Rules};

const TAKEN: [&str; 26] = [
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
    "$anchor",
];

pub const RULES: Rules = Rules {
    fate: |keyword| match keyword {
        taken if TAKEN.contains(&taken) => Fate::Kept,
        asserting if crate::schema::keywords::asserts(asserting) => Fate::Hinted,
        _ => Fate::Dropped,
    },
    keys: Keys::Everywhere,
    items_required: false,
    python_patterns: false,
    enums_for_consts: true,
    only_format: Some("date-time"),
    bare_references: true,
};

pub fn shape(name: &str, description: &str, schema: &Value) -> Value {
    json!({"name": name, "description": description, "parametersJsonSchema": schema})
}

/// Gemini takes a list of tools, one of which holds all functions.
pub fn request(functions: &[Value]) -> Value {
    if functions.is_empty() { json!([]) } else { json!([{"functionDeclarations": functions}]) }
}

pub fn read(call: &Value) -> Option<Sent> {
    let call = call.get("functionCall").unwrap_or(call);
    Some(Sent {
        id: call.get("id").and_then(Value::as_str).map(ToOwned::to_owned),
        wire_name: call.get("name")?.as_str()?.to_owned(),
        arguments: call.get("args").cloned().unwrap_or_default(),
    })
}

/// `response` has the keys that the types of @google/genai name: `output` for a result, `error` for a failure.
pub fn answer(sent: &Sent, outcome: Result<Value, Value>) -> Value {
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
