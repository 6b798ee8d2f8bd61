//! Null types: whether a schema takes null, and how null is added to a schema.

use std::cell::{Cell, OnceCell};
use std::collections::HashSet;

use serde_json::{Map, Value, json};

use crate::target::rewrite::canonical::settled_references;
use crate::target::rewrite::schema_positions;

/// Maximum depth of references. A schema beyond it counts as one that does not take null.
const FOLLOWED: usize = 32;
/// Maximum number of schemas read for one answer: unions that refer to each other fan out without end.
const LOOKED_AT: usize = 4_096;

/// The definitions that take null, found once for all of them. Otherwise unions that refer to each other would be
/// followed along each of their paths.
pub struct NullableDefinitions<'d> {
    definitions: &'d Map<String, Value>,
    names: OnceCell<HashSet<&'d str>>,
}

impl<'d> NullableDefinitions<'d> {
    pub const fn new(definitions: &'d Map<String, Value>) -> Self {
        Self { definitions, names: OnceCell::new() }
    }

    /// Whether a schema takes null. Keywords that do not apply to null allow it.
    pub fn takes_null(&self, schema: &Value) -> bool {
        match schema {
            Value::Object(map) => self.map_takes_null(map),
            schema => *schema != Value::Bool(false),
        }
    }

    /// Whether an object schema takes null.
    pub fn map_takes_null(&self, schema: &Map<String, Value>) -> bool {
        let is_nullable =
            |name: &str| self.names.get_or_init(|| nullable_names(self.definitions)).contains(name);
        map_takes_null(schema, &is_nullable)
    }
}

/// Each round finds the definitions that take null because of those found before.
fn nullable_names(definitions: &Map<String, Value>) -> HashSet<&str> {
    let mut names = HashSet::new();
    let mut others: Vec<_> = definitions.iter().collect();
    for _ in 0..FOLLOWED {
        let (found, rest): (Vec<_>, Vec<_>) = others
            .into_iter()
            .partition(|(_, schema)| takes_null(schema, &|name: &str| names.contains(name)));
        if found.is_empty() {
            break;
        }
        names.extend(found.into_iter().map(|(name, _)| name.as_str()));
        others = rest;
    }
    names
}

fn takes_null(schema: &Value, is_nullable: &impl Fn(&str) -> bool) -> bool {
    match schema {
        Value::Object(map) => map_takes_null(map, is_nullable),
        schema => *schema != Value::Bool(false),
    }
}

fn map_takes_null(map: &Map<String, Value>, is_nullable: &impl Fn(&str) -> bool) -> bool {
    let takes_null_here = |schema: &Value| takes_null(schema, is_nullable);
    let all = |keyword: &str| {
        map.get(keyword).and_then(Value::as_array).is_none_or(|list| list.iter().all(takes_null_here))
    };
    let any = |keyword: &str| {
        map.get(keyword).and_then(Value::as_array).is_none_or(|list| list.iter().any(takes_null_here))
    };
    let reference = map.get("$ref").and_then(Value::as_str).and_then(settled_references::definition_name);
    (!map.contains_key("type") || schema_positions::has_type(map, "null"))
        && map.get("enum").and_then(Value::as_array).is_none_or(|values| values.contains(&Value::Null))
        && map.get("const").is_none_or(Value::is_null)
        && all("allOf")
        && any("anyOf")
        && any("oneOf")
        && reference.is_none_or(|name| is_nullable(&name))
        && map.get("$ref").is_none_or(|reference| reference != "#")
}

/// Whether a schema takes null: `Some(true)` or `Some(false)`. `None` if its keywords apply to other types alone; a
/// strict target makes such a schema name its type.
pub fn declares_null(schema: &Value, definitions: &Map<String, Value>) -> Option<bool> {
    declares_null_within(schema, definitions, FOLLOWED, &Cell::new(LOOKED_AT))
}

fn declares_null_within(
    schema: &Value,
    definitions: &Map<String, Value>,
    deeper: usize,
    left: &Cell<usize>,
) -> Option<bool> {
    let Value::Object(map) = schema else { return (*schema == Value::Bool(false)).then_some(false) };
    let (Some(deeper), Some(rest)) = (deeper.checked_sub(1), left.get().checked_sub(1)) else {
        return Some(false);
    };
    left.set(rest);
    let declared = |schema: &Value| declares_null_within(schema, definitions, deeper, left);
    let list = |keyword: &str| map.get(keyword).and_then(Value::as_array);
    let union = |branches: &Vec<Value>| {
        let all: Vec<_> = branches.iter().map(declared).collect();
        if all.contains(&Some(true)) {
            Some(true)
        } else {
            all.into_iter().collect::<Option<Vec<_>>>().map(|_| false)
        }
    };
    let reference = map.get("$ref").and_then(Value::as_str);
    let target =
        reference.and_then(settled_references::definition_name).and_then(|name| definitions.get(&name));
    let mut parts = vec![
        map.contains_key("type").then(|| schema_positions::has_type(map, "null")),
        list("enum").map(|values| values.contains(&Value::Null)),
        map.get("const").map(Value::is_null),
        reference.and_then(|reference| target.map_or((reference == "#").then_some(false), declared)),
        list("anyOf").and_then(union),
        list("oneOf").and_then(union),
    ];
    parts.extend(list("allOf").into_iter().flatten().map(declared));
    parts.into_iter().flatten().reduce(|one, other| one && other)
}

/// Adds null to a schema.
pub fn add_null(schema: &mut Map<String, Value>) {
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
        // A `oneOf` without other keywords gets one more branch.
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
        && !branches.iter().any(|branch| takes_null(branch, &|_: &str| false))
    {
        branches.push(json!({"type": "null"}));
    }
}
