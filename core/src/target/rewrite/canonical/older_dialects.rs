//! Older dialects: keywords of draft-04 to draft-07 and of OpenAPI 3.0 (`nullable`) as JSON Schema 2020-12.
//!
//! Operations of documents arrive converted; this is for schemas that a user wrote or took from elsewhere.

use serde_json::{Map, Value, json};

use crate::json::Path;
use crate::target::diagnostic::{Diagnostic, RewriteChange, change};
use crate::target::rewrite::{null_types, positions};

/// Rewrites a schema and all below it.
pub fn modernise(schema: &mut Map<String, Value>, path: &Path<'_>, notes: &mut Vec<Diagnostic>) {
    let mut note = |change: &RewriteChange| notes.push(Diagnostic::new(change, path));
    if let Some(Value::Object(older)) = schema.shift_remove("definitions") {
        note(&change::DIALECT_DEFINITIONS);
        if let Value::Object(definitions) = schema.entry("$defs").or_insert_with(|| json!({})) {
            for (name, definition) in older {
                definitions.entry(name).or_insert(definition);
            }
        }
    }
    tuple(schema, &mut note);
    dependencies(schema, &mut note);
    bounds(schema, &mut note);
    if let Some(Value::Bool(is)) = schema.shift_remove("nullable")
        && is
    {
        nullable(schema, &mut note);
    }
    for (keyword, held) in schema {
        let below = path.key(keyword);
        let visit = |step: positions::SchemaStep<'_>, value: &mut Value| {
            if let Value::Object(map) = value {
                modernise(map, &step.from(&below), notes);
            }
            Ok::<_, ()>(())
        };
        positions::each_mut(keyword, held, visit).unwrap_or_default();
    }
}

fn tuple(schema: &mut Map<String, Value>, note: &mut impl FnMut(&RewriteChange)) {
    let rest = schema.shift_remove("additionalItems");
    if !schema.get("items").is_some_and(Value::is_array) {
        return;
    }
    note(&change::DIALECT_TUPLE);
    if let Some(items) = schema.shift_remove("items") {
        schema.insert("prefixItems".to_owned(), items);
    }
    if let Some(rest) = rest {
        schema.insert("items".to_owned(), rest);
    }
}

fn dependencies(schema: &mut Map<String, Value>, note: &mut impl FnMut(&RewriteChange)) {
    let Some(Value::Object(all)) = schema.shift_remove("dependencies") else { return };
    note(&change::DIALECT_DEPENDENCIES);
    for (name, held) in all {
        let word = if held.is_array() { "dependentRequired" } else { "dependentSchemas" };
        if let Value::Object(map) = schema.entry(word).or_insert_with(|| json!({})) {
            map.entry(name).or_insert(held);
        }
    }
}

fn bounds(schema: &mut Map<String, Value>, note: &mut impl FnMut(&RewriteChange)) {
    for (exclusive, inclusive) in [("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum")] {
        let Some(Value::Bool(is)) = schema.get(exclusive) else { continue };
        let is = *is;
        note(&change::DIALECT_BOUNDS);
        schema.shift_remove(exclusive);
        if is && let Some(bound) = schema.shift_remove(inclusive) {
            schema.insert(exclusive.to_owned(), bound);
        }
    }
}

/// OpenAPI 3.0.4 adds null only beside a type; beside an enum, a union or a reference it is taken as meant.
fn nullable(schema: &mut Map<String, Value>, note: &mut impl FnMut(&RewriteChange)) {
    let has_type = schema.contains_key("type");
    let enum_forbids =
        schema.get("enum").and_then(Value::as_array).is_some_and(|values| !values.contains(&Value::Null));
    note(match (has_type, enum_forbids) {
        (_, true) => &change::OAS_NULLABLE_ENUM,
        (true, false) => &change::OAS_NULLABLE,
        (false, false) => &change::OAS_NULLABLE_NO_TYPE,
    });
    null_types::admit(schema);
}
