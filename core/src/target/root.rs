//! The root of a schema as every provider wants it: an object that says its properties itself.

use serde_json::{Map, Value, json};

use super::definitions;

/// The root as one object with properties. A union there becomes the properties of all its branches, of which those are
/// required that every branch requires; `allOf` becomes the properties of all its parts with all they require. The
/// description says what cannot be said otherwise.
pub fn flatten(schema: &Value) -> Map<String, Value> {
    let mut root = schema.as_object().cloned().unwrap_or_default();
    root.shift_remove("$schema");
    root.shift_remove("$id");
    definitions::gather(&mut root);
    if let Some(target) = root.shift_remove("$ref").and_then(|reference| object_at(schema, &reference)) {
        merge(&mut root, &target, Joined::All);
    }
    for (union, joined) in [("allOf", Joined::All), ("anyOf", Joined::Any), ("oneOf", Joined::Any)] {
        let Some(Value::Array(branches)) = root.shift_remove(union) else { continue };
        let branches = branches.iter().filter_map(|branch| match branch.get("$ref") {
            Some(reference) => object_at(schema, reference),
            None => branch.as_object().cloned(),
        });
        match joined {
            Joined::All => branches.for_each(|branch| merge(&mut root, &branch, Joined::All)),
            Joined::Any => {
                let mut merged: Option<Map<String, Value>> = None;
                for branch in branches {
                    match &mut merged {
                        Some(merged) => merge(merged, &branch, Joined::Any),
                        None => merged = Some(branch),
                    }
                }
                merge(&mut root, &merged.unwrap_or_default(), Joined::All);
            }
        }
    }
    for keyword in ["not", "if", "then", "else", "const", "enum"] {
        if let Some(held) = root.shift_remove(keyword) {
            super::rewrite::hint(&mut root, keyword, &held);
        }
    }
    root.insert("type".to_owned(), json!("object"));
    root.entry("properties").or_insert_with(|| json!({}));
    root
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Joined {
    All,
    Any,
}

fn object_at(root: &Value, reference: &Value) -> Option<Map<String, Value>> {
    root.pointer(reference.as_str()?.strip_prefix('#')?)?.as_object().cloned()
}

/// Takes the properties of `branch` and what it requires into `base`.
fn merge(base: &mut Map<String, Value>, branch: &Map<String, Value>, joined: Joined) {
    let required = |map: &Map<String, Value>| -> Vec<Value> {
        map.get("required").and_then(Value::as_array).cloned().unwrap_or_default()
    };
    let (mut own, others) = (required(base), required(branch));
    match joined {
        Joined::All => {
            let new: Vec<_> = others.into_iter().filter(|name| !own.contains(name)).collect();
            own.extend(new);
        }
        Joined::Any => own.retain(|name| others.contains(name)),
    }
    base.shift_remove("required");
    if !own.is_empty() {
        base.insert("required".to_owned(), Value::Array(own));
    }
    if let Some(Value::Object(properties)) = branch.get("properties") {
        let Value::Object(known) = base.entry("properties").or_insert_with(|| json!({})) else { return };
        for (name, property) in properties {
            match known.get_mut(name) {
                Some(present) if present == property => {}
                Some(present) => *present = joined_property(present.take(), property, joined),
                None => drop(known.insert(name.clone(), property.clone())),
            }
        }
    }
}

/// One property that two branches declare. Where both list their values the lists are joined: a tag that tells branches
/// apart stays one short enum.
fn joined_property(one: Value, other: &Value, joined: Joined) -> Value {
    if joined == Joined::All {
        return json!({"allOf": [one, other]});
    }
    match (values(&one), values(other)) {
        (Some(mut values), Some(more)) => {
            let new: Vec<_> = more.into_iter().filter(|value| !values.contains(value)).collect();
            values.extend(new);
            let mut property = one;
            if let Some(map) = property.as_object_mut() {
                map.shift_remove("const");
                if values.iter().all(Value::is_string) {
                    map.insert("type".to_owned(), json!("string"));
                }
                map.insert("enum".to_owned(), Value::Array(values));
            }
            property
        }
        _ => json!({"anyOf": [one, other]}),
    }
}

fn values(schema: &Value) -> Option<Vec<Value>> {
    schema
        .get("enum")
        .and_then(Value::as_array)
        .cloned()
        .or_else(|| schema.get("const").map(|value| vec![value.clone()]))
}
