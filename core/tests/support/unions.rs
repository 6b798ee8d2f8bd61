//! Which properties a schema declares for a value, where that depends on the branch that takes it.

use serde_json::{Map, Value};

use super::effects::Judge;

/// Unions, references and parts within one another that are followed.
const FOLLOWED: usize = 16;

/// A map without what no part of the schema that takes it declares. `or_open` says that a part which takes any name
/// outright declares all of them.
pub fn declared(schema: &Value, value: &Value, or_open: bool) -> Value {
    let parts = parts(schema, schema, value);
    let is_open = |part: &&Value| {
        part.get("additionalProperties").is_some_and(|extra| *extra != false)
            || part.get("patternProperties").is_some()
    };
    let open = or_open && parts.iter().any(is_open);
    let kept = value.as_object().into_iter().flatten();
    let kept = kept.filter(|(name, _)| open || member(&parts, name).is_some());
    Value::Object(kept.map(|(name, held)| (name.clone(), held.clone())).collect::<Map<_, _>>())
}

/// A value without what is declared nowhere, in the maps below it too.
pub fn declared_throughout(root: &Value, schema: &Value, value: &Value) -> Value {
    let parts = parts(root, schema, value);
    match value {
        Value::Object(map) => {
            let kept = map.iter().filter_map(|(name, held)| {
                Some((name.clone(), declared_throughout(root, member(&parts, name)?, held)))
            });
            Value::Object(kept.collect())
        }
        Value::Array(items) => match parts.iter().find_map(|part| part.get("items")) {
            Some(schema) => items.iter().map(|item| declared_throughout(root, schema, item)).collect(),
            None => value.clone(),
        },
        other => other.clone(),
    }
}

/// What the parts say of a member.
fn member<'s>(parts: &[&'s Value], name: &str) -> Option<&'s Value> {
    parts.iter().find_map(|part| part.get("properties")?.get(name))
}

/// A schema with the parts of it, the branches and the definitions that take a value.
fn parts<'s>(root: &'s Value, schema: &'s Value, value: &Value) -> Vec<&'s Value> {
    let mut parts = Vec::new();
    collect(root, schema, value, FOLLOWED, &mut parts);
    parts
}

fn collect<'s>(root: &'s Value, schema: &'s Value, value: &Value, deeper: usize, parts: &mut Vec<&'s Value>) {
    let (Value::Object(map), Some(deeper)) = (schema, deeper.checked_sub(1)) else { return };
    parts.push(schema);
    if let Some(target) = schema["$ref"].as_str().and_then(|reference| root.pointer(&reference[1..])) {
        collect(root, target, value, deeper, parts);
    }
    for keyword in ["allOf", "anyOf", "oneOf"] {
        for part in map.get(keyword).and_then(Value::as_array).into_iter().flatten() {
            let mut whole = part.clone();
            if let (Value::Object(whole), Some(definitions)) = (&mut whole, root.get("$defs")) {
                whole.insert("$defs".to_owned(), definitions.clone());
            }
            if keyword == "allOf" || Judge::of(&whole).takes(value) {
                collect(root, part, value, deeper, parts);
            }
        }
    }
}
