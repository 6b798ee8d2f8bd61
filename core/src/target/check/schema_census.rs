//! Schema census: depth, properties, characters, enum values, optional properties, unions and recursion, for limits.

use std::collections::HashSet;

use serde_json::{Map, Value};

use crate::target::rewrite::canonical::settled_references;
use crate::target::rewrite::schema_positions;

/// The figures of one schema: the root and each definition. References are not followed.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct SchemaCensus {
    /// Number of properties.
    pub properties: usize,
    /// Maximum nesting of objects and arrays.
    pub depth: usize,
    /// Characters in the names of properties and definitions, and in enums and constants.
    pub characters: usize,
    /// Number of enum values.
    pub enum_values: usize,
    /// Characters of the longest enum with more than 250 values.
    pub long_enum: usize,
    /// Sum of all `maxItems`.
    pub max_items: u64,
    /// Whether the schema is recursive.
    pub is_recursive: bool,
    /// Number of properties that are not required.
    pub optionals: usize,
    /// Number of unions: `anyOf`, or a list of types.
    pub unions: usize,
}

/// Enums with more values are also measured by their characters.
const MANY_VALUES: usize = 250;

impl SchemaCensus {
    /// Counts a schema.
    pub fn of(root: &Map<String, Value>) -> Self {
        let mut census = Self::default();
        census.schema(root, 0);
        let none = Map::new();
        let definitions = root.get("$defs").and_then(Value::as_object).unwrap_or(&none);
        census.is_recursive = settled_references::is_recursive(root, definitions);
        census
    }

    fn schema(&mut self, schema: &Map<String, Value>, above: usize) {
        if above > crate::target::rewrite::canonical::schema_scan::MAX_DEPTH {
            return;
        }
        let is_level = ["object", "array"].iter().any(|kind| schema_positions::has_type(schema, kind));
        let depth = above + usize::from(is_level);
        self.depth = self.depth.max(depth);
        if schema.get("anyOf").is_some() || schema.get("type").is_some_and(Value::is_array) {
            self.unions += 1;
        }
        for (keyword, held) in schema {
            match (keyword.as_str(), held) {
                ("properties", Value::Object(map)) => {
                    self.properties += map.len();
                    self.characters += map.keys().map(|name| name.chars().count()).sum::<usize>();
                    let must: HashSet<&str> = schema_positions::required(schema).collect();
                    self.optionals += map.keys().filter(|name| !must.contains(name.as_str())).count();
                }
                ("$defs", Value::Object(map)) => {
                    self.characters += map.keys().map(|name| name.chars().count()).sum::<usize>();
                }
                ("enum", Value::Array(values)) => {
                    let length = values.iter().map(characters).sum();
                    self.enum_values += values.len();
                    self.characters += length;
                    if values.len() > MANY_VALUES {
                        self.long_enum = self.long_enum.max(length);
                    }
                }
                ("const", value) => self.characters += characters(value),
                ("maxItems", value) => self.max_items += value.as_u64().unwrap_or(0),
                _ => {}
            }
            let below = if keyword == "$defs" { 0 } else { depth };
            let visit = |_, value: &Value| {
                if let Value::Object(map) = value {
                    self.schema(map, below);
                }
                Ok::<_, ()>(())
            };
            schema_positions::visit_subschemas(keyword, held, visit).unwrap_or_default();
        }
    }
}

fn characters(value: &Value) -> usize {
    match value {
        Value::String(text) => text.chars().count(),
        other => other.to_string().len(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn definitions_are_counted_by_themselves() {
        let schema = json!({
            "type": "object", "required": ["ab"],
            "properties": {"ab": {"type": "array", "maxItems": 3, "items": {"$ref": "#/$defs/N"}}, "c": {"enum": ["x", "yz"]}},
            "$defs": {"N": {"type": ["object", "null"], "properties": {"n": {"$ref": "#/$defs/N"}}}}
        });
        let census = SchemaCensus::of(schema.as_object().expect("a map"));
        let expected = SchemaCensus {
            properties: 3,
            depth: 2,
            characters: 8,
            enum_values: 2,
            long_enum: 0,
            max_items: 3,
            is_recursive: true,
            optionals: 2,
            unions: 1,
        };
        assert_eq!(census, expected);
    }
}
