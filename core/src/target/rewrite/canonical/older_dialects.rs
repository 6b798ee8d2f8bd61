//! Older dialects: keywords of draft-04 to draft-07 and of OpenAPI 3.0 (`nullable`), written as JSON Schema 2020-12.
//!
//! Operations of API documents arrive converted. This is for schemas that a user wrote or copied.

use serde_json::{Map, Value, json};

use crate::json::Path;
use crate::target::diagnostic::{Diagnostic, RewriteChange, change};
use crate::target::rewrite::{null_types, schema_positions};

/// Rewrites a schema and its subschemas, and returns what changed.
pub fn upgrade(schema: &mut Map<String, Value>) -> Vec<Diagnostic> {
    let mut upgrade = DialectUpgrade { notes: Vec::new() };
    upgrade.rewrite(schema, &Path::at(""));
    upgrade.notes
}

/// The walk over one schema.
struct DialectUpgrade {
    notes: Vec<Diagnostic>,
}

impl DialectUpgrade {
    fn rewrite(&mut self, schema: &mut Map<String, Value>, path: &Path<'_>) {
        let changes = [definitions(schema), tuple(schema), dependencies(schema)];
        let changes = changes.into_iter().flatten().chain(bounds(schema)).chain(nullable(schema));
        self.notes.extend(changes.map(|change| Diagnostic::new(change, path)));
        for (keyword, held) in schema {
            let below = path.key(keyword);
            let visit = |step: schema_positions::SchemaStep<'_>, value: &mut Value| {
                if let Value::Object(map) = value {
                    self.rewrite(map, &step.from(&below));
                }
                Ok::<_, ()>(())
            };
            schema_positions::visit_subschemas_mut(keyword, held, visit).unwrap_or_default();
        }
    }
}

/// What a rewrite changed, if anything.
type DialectChange = Option<&'static RewriteChange>;

fn definitions(schema: &mut Map<String, Value>) -> DialectChange {
    let Some(Value::Object(older)) = schema.shift_remove("definitions") else { return None };
    if let Value::Object(definitions) = schema.entry("$defs").or_insert_with(|| json!({})) {
        for (name, definition) in older {
            definitions.entry(name).or_insert(definition);
        }
    }
    Some(&change::DIALECT_DEFINITIONS)
}

fn tuple(schema: &mut Map<String, Value>) -> DialectChange {
    let rest = schema.shift_remove("additionalItems");
    if !schema.get("items").is_some_and(Value::is_array) {
        return None;
    }
    if let Some(items) = schema.shift_remove("items") {
        schema.insert("prefixItems".to_owned(), items);
    }
    if let Some(rest) = rest {
        schema.insert("items".to_owned(), rest);
    }
    Some(&change::DIALECT_TUPLE)
}

fn dependencies(schema: &mut Map<String, Value>) -> DialectChange {
    let Some(Value::Object(all)) = schema.shift_remove("dependencies") else { return None };
    for (name, held) in all {
        let word = if held.is_array() { "dependentRequired" } else { "dependentSchemas" };
        if let Value::Object(map) = schema.entry(word).or_insert_with(|| json!({})) {
            map.entry(name).or_insert(held);
        }
    }
    Some(&change::DIALECT_DEPENDENCIES)
}

/// Writes the boolean bounds of draft-04 as numbers; one change for each bound.
fn bounds(schema: &mut Map<String, Value>) -> Vec<&'static RewriteChange> {
    let mut changes = Vec::new();
    for (exclusive, inclusive) in [("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum")] {
        let Some(Value::Bool(is)) = schema.get(exclusive) else { continue };
        let is = *is;
        changes.push(&change::DIALECT_BOUNDS);
        schema.shift_remove(exclusive);
        if is && let Some(bound) = schema.shift_remove(inclusive) {
            schema.insert(exclusive.to_owned(), bound);
        }
    }
    changes
}

/// OpenAPI 3.0.4 lets `nullable` add null only beside a type. Beside an enum, a union or a reference, null is added too:
/// that is what authors mean.
fn nullable(schema: &mut Map<String, Value>) -> DialectChange {
    let Some(Value::Bool(true)) = schema.shift_remove("nullable") else { return None };
    let has_type = schema.contains_key("type");
    let enum_forbids =
        schema.get("enum").and_then(Value::as_array).is_some_and(|values| !values.contains(&Value::Null));
    null_types::add_null(schema);
    Some(match (has_type, enum_forbids) {
        (_, true) => &change::OAS_NULLABLE_ENUM,
        (true, false) => &change::OAS_NULLABLE,
        (false, false) => &change::OAS_NULLABLE_NO_TYPE,
    })
}
