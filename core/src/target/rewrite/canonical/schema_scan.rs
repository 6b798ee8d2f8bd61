//! Schema scan: depth, references and older keywords of a schema, read once before it is rewritten.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use crate::json::Path;
use crate::target::diagnostic::{TargetFinding, refusal};
use crate::target::rewrite::schema_positions;

/// Maximum depth of a schema: each level uses stack frames in every walk. Schemas are kept as text, which nests twice
/// as deep.
pub const MAX_DEPTH: usize = 200;

/// What a schema contains.
#[derive(Debug, Default)]
pub struct SchemaScan {
    /// The references of `$ref` and `$dynamicRef`, as written.
    pub references: BTreeSet<String>,
    /// Whether it has keywords of older dialects or of OpenAPI 3.0.
    pub is_older: bool,
    /// Whether it has a `$dynamicRef`.
    pub is_dynamic: bool,
}

impl SchemaScan {
    /// Scans a schema.
    /// # Errors
    /// `LIMIT_DEPTH` or `REF_NESTED_ID`.
    pub fn of(schema: &Map<String, Value>) -> Result<Self, TargetFinding> {
        let mut scan = Self::default();
        scan.scan_schema(schema, 0, false, &Path::at(""))?;
        Ok(scan)
    }

    fn scan_schema(
        &mut self,
        schema: &Map<String, Value>,
        depth: usize,
        has_base: bool,
        path: &Path<'_>,
    ) -> Result<(), TargetFinding> {
        if depth >= MAX_DEPTH {
            return Err(TargetFinding::refused(refusal::LIMIT_DEPTH, &Path::at("")));
        }
        let id = schema.get("$id").and_then(Value::as_str);
        let has_base = has_base || (depth > 0 && id.is_some_and(|id| !id.starts_with('#')));
        for (keyword, held) in schema {
            match (keyword.as_str(), held) {
                ("$ref" | "$dynamicRef" | "$recursiveRef", Value::String(_)) if has_base => {
                    return Err(TargetFinding::refused(refusal::REF_NESTED_ID, path));
                }
                ("$ref", Value::String(reference)) if !self.references.contains(reference) => {
                    self.references.insert(reference.clone());
                }
                ("$dynamicRef", Value::String(reference)) => {
                    self.references.insert(reference.clone());
                    self.is_dynamic = true;
                }
                ("items", Value::Array(_))
                | ("additionalItems" | "dependencies" | "definitions", _)
                | ("nullable" | "exclusiveMinimum" | "exclusiveMaximum", Value::Bool(_)) => {
                    self.is_older = true;
                }
                _ => {}
            }
            let below = path.key(keyword);
            schema_positions::visit_subschemas(keyword, held, |step, schema| match schema {
                Value::Object(map) => self.scan_schema(map, depth + 1, has_base, &step.from(&below)),
                _ => Ok(()),
            })?;
        }
        Ok(())
    }
}

/// The pointer of the schema that has a reference, for the message that it has no target.
pub fn find_reference(schema: &Map<String, Value>, reference: &str, path: &Path<'_>) -> Option<String> {
    if ["$ref", "$dynamicRef"].iter().any(|key| schema.get(*key).is_some_and(|held| held == reference)) {
        return Some(path.pointer());
    }
    for (keyword, held) in schema {
        let below = path.key(keyword);
        let found = schema_positions::visit_subschemas(keyword, held, |step, schema| {
            let found = schema.as_object().and_then(|map| find_reference(map, reference, &step.from(&below)));
            found.map_or(Ok(()), Err)
        });
        if let Err(place) = found {
            return Some(place);
        }
    }
    None
}

/// Counts the values in a value, up to `most` + 1.
pub fn size(value: &Value, most: usize) -> usize {
    let below: Box<dyn Iterator<Item = &Value>> = match value {
        Value::Object(map) => Box::new(map.values()),
        Value::Array(items) => Box::new(items.iter()),
        _ => return 1,
    };
    let mut count = 1;
    for value in below {
        if count > most {
            break;
        }
        count += size(value, most - count);
    }
    count
}
