//! Plain schemas: most schemas have a few keywords with values of the right kind. A walk finds that the meta-schema has
//! nothing against them, in a tenth of the time that it takes.

use serde_json::Value;

use crate::schema::keywords::TYPE_NAMES;

/// Identifiers of dialects that the meta-schema takes, as they are written.
const DIALECTS: [&str; 3] = [
    "http://json-schema.org/draft-07/schema#",
    "https://json-schema.org/draft/2020-12/schema",
    "http://json-schema.org/draft-07/schema",
];

/// Whether the meta-schema of 2020-12 accepts a schema that has neither references nor patterns. `false` where a walk
/// cannot tell: the meta-schema judges then.
pub fn is_plain_schema(schema: &Value) -> bool {
    match schema {
        Value::Bool(_) => true,
        Value::Object(keywords) => keywords.iter().all(|(keyword, value)| is_plain_keyword(keyword, value)),
        _ => false,
    }
}

fn is_plain_keyword(keyword: &str, value: &Value) -> bool {
    match keyword {
        "type" => is_type(value),
        "title" | "description" | "format" | "$comment" | "contentEncoding" | "contentMediaType" => {
            value.is_string()
        }
        "properties" | "$defs" | "dependentSchemas" => {
            value.as_object().is_some_and(|all| all.values().all(is_plain_schema))
        }
        "items"
        | "additionalProperties"
        | "not"
        | "if"
        | "then"
        | "else"
        | "contains"
        | "propertyNames"
        | "unevaluatedItems"
        | "unevaluatedProperties"
        | "contentSchema" => is_plain_schema(value),
        "anyOf" | "oneOf" | "allOf" | "prefixItems" => {
            value.as_array().is_some_and(|all| !all.is_empty() && all.iter().all(is_plain_schema))
        }
        "required" => value.as_array().is_some_and(|names| are_distinct_texts(names)),
        "enum" | "examples" => value.is_array(),
        "default" | "const" => true,
        "deprecated" | "readOnly" | "writeOnly" | "uniqueItems" => value.is_boolean(),
        "minimum" | "maximum" | "exclusiveMinimum" | "exclusiveMaximum" => value.is_number(),
        "minLength" | "maxLength" | "minItems" | "maxItems" | "minProperties" | "maxProperties"
        | "minContains" | "maxContains" => value.is_u64(),
        "$schema" => value.as_str().is_some_and(|dialect| DIALECTS.contains(&dialect)),
        // What the meta-schema, or a compiler, has more to say about.
        "pattern" | "patternProperties" | "multipleOf" | "dependentRequired" | "dependencies"
        | "definitions" => false,
        other => !other.starts_with('$'),
    }
}

fn is_type(value: &Value) -> bool {
    match value {
        Value::String(kind) => TYPE_NAMES.contains(&kind.as_str()),
        Value::Array(kinds) => {
            let is_known = |kind: &Value| kind.as_str().is_some_and(|kind| TYPE_NAMES.contains(&kind));
            !kinds.is_empty() && kinds.iter().all(is_known) && are_distinct_texts(kinds)
        }
        _ => false,
    }
}

/// Whether a short list has texts, each once. A long list is left to the meta-schema, which does not compare all with all.
fn are_distinct_texts(items: &[Value]) -> bool {
    const SHORT: usize = 32;
    items.len() <= SHORT
        && items.iter().enumerate().all(|(index, item)| item.is_string() && !items[..index].contains(item))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::meta_schema_problems;
    use serde_json::json;

    #[test]
    fn a_plain_schema_is_one_that_the_meta_schema_accepts() {
        for (schema, is_plain) in [
            (
                json!({"type": "object", "properties": {"type": {"type": "string"}, "$ref": {"minLength": 1}}}),
                true,
            ),
            (json!({"type": ["string", "null"], "enum": ["a", "a", null], "default": {"type": 1}}), true),
            (json!({"required": ["a", "b"], "additionalProperties": false, "x-own": {"type": 1}}), true),
            (json!({"anyOf": [true, {"items": {"maximum": 1.5}}], "minItems": 0, "uniqueItems": true}), true),
            (json!({"$schema": "http://json-schema.org/draft-07/schema#", "$defs": {"a": {}}}), true),
            (json!({"type": "strin"}), false),
            (json!({"type": []}), false),
            (json!({"type": ["string", "string"]}), false),
            (json!({"properties": {"a": {"minimum": "1"}}}), false),
            (json!({"required": ["a", "a"]}), false),
            (json!({"required": "a"}), false),
            (json!({"anyOf": []}), false),
            (json!({"minLength": -1}), false),
            (json!({"minLength": 1.5}), false),
            (json!({"description": 1}), false),
            (json!({"items": [{}]}), false),
            (json!({"$schema": 1}), false),
            (json!({"$anchor": "a b"}), false),
            (json!("x"), false),
        ] {
            assert_eq!(is_plain_schema(&schema), is_plain, "{schema}");
            assert_eq!(meta_schema_problems(&schema).is_empty(), is_plain, "{schema}");
        }
    }

    #[test]
    fn what_a_walk_cannot_tell_is_left_to_the_meta_schema() {
        for schema in [
            json!({"pattern": "a"}),
            json!({"$ref": "#/$defs/a", "$defs": {"a": {}}}),
            json!({"multipleOf": 2}),
            json!({"definitions": {"a": {}}}),
            json!({"minLength": 2.0}),
        ] {
            assert!(!is_plain_schema(&schema) && meta_schema_problems(&schema).is_empty(), "{schema}");
        }
    }
}
