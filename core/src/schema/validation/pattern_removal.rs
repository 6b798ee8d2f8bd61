//! Removes patterns from a schema.

use serde_json::Value;

use crate::schema::keywords::{self, KeywordValue};

/// Removes `pattern` and `patternProperties` at schema positions.
pub(in crate::schema) fn without_patterns(schema: &Value) -> Value {
    let Value::Object(map) = schema else { return schema.clone() };
    let kept = map.iter().filter(|(keyword, _)| !matches!(keyword.as_str(), "pattern" | "patternProperties"));
    let walked = kept.map(|(keyword, held)| {
        let held = match (keywords::expected_value(keyword), held) {
            (Some(KeywordValue::Schema), schema) => without_patterns(schema),
            (Some(KeywordValue::SchemaList), Value::Array(list)) => {
                list.iter().map(without_patterns).collect()
            }
            (Some(KeywordValue::SchemaMap), Value::Object(map)) => Value::Object(
                map.iter().map(|(name, schema)| (name.clone(), without_patterns(schema))).collect(),
            ),
            (_, other) => other.clone(),
        };
        (keyword.clone(), held)
    });
    Value::Object(walked.collect())
}
