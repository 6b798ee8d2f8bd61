//! Whether a schema takes null, and how to make it do so.

use serde_json::{Map, Value, json};

use super::positions;
use super::references;

/// References that are followed before a schema counts as one that does not take null.
const FOLLOWED: usize = 32;

/// Whether a schema takes null. Keywords that say nothing of null let it pass.
pub fn takes(schema: &Value, definitions: &Map<String, Value>) -> bool {
    takes_within(schema, definitions, FOLLOWED)
}

fn takes_within(schema: &Value, definitions: &Map<String, Value>, left: usize) -> bool {
    let Value::Object(map) = schema else { return schema != &Value::Bool(false) };
    let Some(left) = left.checked_sub(1) else { return false };
    let takes = |schema: &Value| takes_within(schema, definitions, left);
    let all =
        |keyword: &str| map.get(keyword).and_then(Value::as_array).is_none_or(|list| list.iter().all(takes));
    let any =
        |keyword: &str| map.get(keyword).and_then(Value::as_array).is_none_or(|list| list.iter().any(takes));
    let reference = map.get("$ref").and_then(Value::as_str).and_then(references::name_of);
    (!map.contains_key("type") || positions::is_of(map, "null"))
        && map.get("enum").and_then(Value::as_array).is_none_or(|values| values.contains(&Value::Null))
        && map.get("const").is_none_or(Value::is_null)
        && all("allOf")
        && any("anyOf")
        && any("oneOf")
        && reference.is_none_or(|name| definitions.get(&name).is_some_and(takes))
        && map.get("$ref").is_none_or(|reference| reference != "#")
}

/// Makes a schema take null too.
pub fn admit(schema: &mut Map<String, Value>) {
    let is_bound = schema.contains_key("$ref")
        || schema.get("const").is_some_and(|value| !value.is_null())
        || ["allOf", "oneOf", "not", "if"].iter().any(|keyword| schema.contains_key(*keyword));
    if is_bound {
        let mut outer = Map::new();
        for annotation in ["title", "description"] {
            if let Some(held) = schema.shift_remove(annotation) {
                outer.insert(annotation.to_owned(), held);
            }
        }
        let inner = std::mem::take(schema);
        // A union that only names its branches takes one more.
        let mut branches = match inner.get("oneOf") {
            Some(Value::Array(branches)) if inner.len() == 1 => branches.clone(),
            _ => vec![Value::Object(inner)],
        };
        branches.push(json!({"type": "null"}));
        schema.insert("anyOf".to_owned(), Value::Array(branches));
        schema.extend(outer);
        return;
    }
    match schema.get_mut("type") {
        Some(Value::String(kind)) if kind != "null" => {
            let kind = std::mem::take(kind);
            schema.insert("type".to_owned(), json!([kind, "null"]));
        }
        Some(Value::Array(kinds)) if !kinds.iter().any(|kind| kind == "null") => kinds.push(json!("null")),
        _ => {}
    }
    if let Some(Value::Array(values)) = schema.get_mut("enum")
        && !values.contains(&Value::Null)
    {
        values.push(Value::Null);
    }
    if let Some(Value::Array(branches)) = schema.get_mut("anyOf")
        && !branches.iter().any(|branch| takes(branch, &Map::new()))
    {
        branches.push(json!({"type": "null"}));
    }
}
