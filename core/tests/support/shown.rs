//! What targets are shown, as JSON Schema: all but one take it as it is.

use serde_json::{Map, Value, json};
use toolrack_core::target::{McpRevision, Strict, Target, TargetForm};

/// Every target, strict and not, and every revision of MCP whose schemas differ.
pub fn forms() -> Vec<TargetForm> {
    let plain = Target::ALL.into_iter().map(TargetForm::from);
    let strict = Target::ALL.into_iter().map(|target| TargetForm { strict: Strict::On, ..target.into() });
    let newer = TargetForm { mcp: McpRevision::July2026, ..Target::Mcp.into() };
    plain.chain(strict).chain([newer]).collect()
}

/// A form in words.
pub fn named(form: TargetForm) -> String {
    let strict = if form.strict == Strict::Off { "" } else { " strict" };
    let revision = if form.mcp == McpRevision::July2026 { " 2026-07-28" } else { "" };
    format!("{}{strict}{revision}", form.target.as_str())
}

/// The schema in a definition, as it stands there.
pub fn schema_of(definition: &Value) -> &Value {
    [
        "/parameters",
        "/input_schema",
        "/toolSpec/inputSchema/json",
        "/inputSchema",
        "/function/parameters",
        "/parametersJsonSchema",
    ]
    .iter()
    .find_map(|place| definition.pointer(place))
    .expect("a schema")
}

/// The schema in a definition, as JSON Schema 2020-12.
pub fn json_schema(form: TargetForm, definition: &Value) -> Value {
    let schema = schema_of(definition);
    if form.target == Target::GeminiOpenApi { of_message(schema) } else { schema.clone() }
}

/// Gemini's message `Schema` as JSON Schema: types in any case, null where it is nullable, no other properties
/// forbidden. Source: the fields of `Schema` in @google/genai 3.1.0, 2026-11.
fn of_message(message: &Value) -> Value {
    let Value::Object(message) = message else { panic!("{message} is no message") };
    let mut schema = Map::new();
    for (field, held) in message {
        let held = match (field.as_str(), held) {
            ("type", Value::String(kind)) => json!(kind.to_lowercase()),
            ("properties", Value::Object(map)) => {
                Value::Object(map.iter().map(|(name, one)| (name.clone(), of_message(one))).collect())
            }
            ("items", one) => of_message(one),
            ("anyOf", Value::Array(branches)) => branches.iter().map(of_message).collect(),
            ("nullable" | "example" | "propertyOrdering", _) => continue,
            (_, held) => held.clone(),
        };
        schema.insert(field.clone(), held);
    }
    if message.get("nullable") == Some(&json!(true)) {
        return json!({"anyOf": [schema, {"type": "null"}]});
    }
    Value::Object(schema)
}
