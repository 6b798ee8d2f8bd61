//! A model that keeps to what it is shown: it writes null where something must come that is not there.

use serde_json::{Map, Value};

use super::effects::Judge;

/// What a model sends that means these arguments.
pub fn obedient(root: &Value, shown: &Value, value: Value) -> Value {
    if let Some(reference) = shown["$ref"].as_str() {
        let target = root.pointer(&reference[1..]).expect("leads somewhere");
        return obedient(root, target, value);
    }
    let value = match shown["anyOf"].as_array() {
        Some(branches) => in_union(root, branches, value),
        None => value,
    };
    match value {
        Value::Object(map) => {
            let mut full: Map<_, _> = map
                .into_iter()
                .map(|(name, held)| {
                    let held = match shown["properties"].get(&name) {
                        Some(property) => obedient(root, property, held),
                        None => held,
                    };
                    (name, held)
                })
                .collect();
            for name in shown["required"].as_array().into_iter().flatten().filter_map(Value::as_str) {
                full.entry(name.to_owned()).or_insert(Value::Null);
            }
            Value::Object(full)
        }
        Value::Array(items) => items.into_iter().map(|item| obedient(root, &shown["items"], item)).collect(),
        other => other,
    }
}

/// Of the branches that fit, the one that is told the fewest nulls is meant.
fn in_union(root: &Value, branches: &[Value], value: Value) -> Value {
    let written = |branch| (branch, obedient(root, branch, value.clone()));
    let of_type = branches.iter().filter(|branch| is_of_type(root, branch, &value));
    let mut tried: Vec<(&Value, Value)> = of_type.map(written).collect();
    tried.sort_by_key(|(branch, value)| (undeclared(root, branch, value), nulls(value)));
    let fits = |branch: &Value, value: &Value| {
        let mut whole = branch.clone();
        if let (Some(definitions), Value::Object(whole)) = (root.get("$defs"), &mut whole) {
            whole.insert("$defs".to_owned(), definitions.clone());
        }
        Judge::of(&whole).takes(value)
    };
    let meant = match tried.as_slice() {
        [_] => 0,
        tried => tried.iter().position(|(branch, value)| fits(branch, value)).unwrap_or(0),
    };
    // Where none takes it, the one that declares most of it is what it was made for.
    if meant < tried.len() { tried.swap_remove(meant).1 } else { value }
}

fn nulls(value: &Value) -> usize {
    match value {
        Value::Null => 1,
        Value::Object(map) => map.values().map(nulls).sum(),
        Value::Array(items) => items.iter().map(nulls).sum(),
        _ => 0,
    }
}

fn target<'s>(root: &'s Value, branch: &'s Value) -> &'s Value {
    branch["$ref"].as_str().and_then(|reference| root.pointer(&reference[1..])).unwrap_or(branch)
}

/// How many members of a map a branch does not declare.
fn undeclared(root: &Value, branch: &Value, value: &Value) -> usize {
    let properties = &target(root, branch)["properties"];
    value.as_object().into_iter().flatten().filter(|(name, _)| properties.get(name).is_none()).count()
}

fn is_of_type(root: &Value, branch: &Value, value: &Value) -> bool {
    let kind = match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    };
    let is = |said: &Value| said == kind || (kind == "number" && said == "integer");
    match &target(root, branch)["type"] {
        Value::Array(kinds) => kinds.iter().any(is),
        Value::Null => true,
        said => is(said),
    }
}
