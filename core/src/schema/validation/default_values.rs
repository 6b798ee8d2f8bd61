//! Default values: fills properties that a caller omitted.

use serde_json::Value;

use super::pattern_removal::without_patterns;
use super::validator::Validator;
use crate::json::{Node, ObjectBuilder};
use crate::schema::keywords;

/// Fills each missing property that has a `default`, at the root and in objects that are present. Returns
/// true if any was filled. References and unions are not followed: the branch is unknown before validation.
pub fn fill(schema: &Value, value: &mut Value) -> bool {
    let (Some(Value::Object(properties)), Value::Object(object)) = (schema.get("properties"), value) else {
        return false;
    };
    let mut filled = false;
    for (name, property) in properties {
        match object.get_mut(name) {
            Some(present) => filled |= fill(property, present),
            None => {
                if let Some(default) = property.get("default") {
                    object.insert(name.clone(), default.clone());
                    filled = true;
                }
            }
        }
    }
    filled
}

/// Keywords that [`fits`] checks, and those that are not checked. Most schemas with a default have no
/// others. A pattern can take longer to compile than the rest of a document to read.
const SIMPLE: [&str; 8] =
    ["type", "enum", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "format", "pattern"];

/// Returns false if a schema certainly refuses its own default. Patterns and references are not checked.
pub(in crate::schema) fn is_plausible(default: Node<'_>, schema: &ObjectBuilder<'_>) -> bool {
    let has_more =
        || schema.iter().any(|(keyword, _)| keywords::is_assertion(keyword) && !SIMPLE.contains(&keyword));
    // A reference does not resolve here, so that such a schema does not compile.
    let value = || schema.iter().map(|(keyword, held)| (keyword.to_owned(), held.to_value())).collect();
    let judge = || Validator::compile(&without_patterns(&Value::Object(value()))).ok();
    let is_taken = |judge: Validator| judge.problems(&default.to_value()).is_empty();
    fits(default, schema) && (!has_more() || judge().is_none_or(is_taken))
}

/// Checks `type`, `enum` and the numeric bounds.
fn fits(default: Node<'_>, schema: &ObjectBuilder<'_>) -> bool {
    let float = |node: Node<'_>| match node {
        Node::Number(number) => number.nearest().and_then(|(near, _)| near.as_f64()),
        _ => None,
    };
    let number = float(default);
    let is_of = |name: &str| match default {
        Node::Null => name == "null",
        Node::Bool(_) => name == "boolean",
        Node::Number(_) => {
            name == "number" || name == "integer" && number.is_some_and(|number| number.fract() == 0.0)
        }
        Node::String(_) => name == "string",
        Node::Array(_) => name == "array",
        Node::Object(_) => name == "object",
    };
    let has_type = match schema.get("type") {
        Some(Node::String(name)) => is_of(name),
        Some(Node::Array(names)) => names.iter().filter_map(|name| name.as_str()).any(is_of),
        _ => true,
    };
    let is_default = |value: &Node<'_>| *value == default || value.to_value() == default.to_value();
    let values = schema.get("enum").and_then(Node::as_array);
    let in_enum = values.is_none_or(|values| values.iter().any(is_default));
    let bound = |keyword: &str| schema.get(keyword).and_then(float);
    let in_bounds = number.is_none_or(|number| {
        bound("minimum").is_none_or(|least| number >= least)
            && bound("maximum").is_none_or(|most| number <= most)
            && bound("exclusiveMinimum").is_none_or(|least| number > least)
            && bound("exclusiveMaximum").is_none_or(|most| number < most)
    });
    has_type && in_enum && in_bounds
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::json::{Arena, DocumentBounds, NodeBuilder, read};

    #[test]
    fn what_is_missing_is_filled_and_what_is_there_stays() {
        let schema = json!({"properties": {
            "a": {"default": 1}, "b": {"default": 2}, "c": {"properties": {"d": {"default": null}}}, "e": {}
        }});
        let mut value = json!({"b": 0, "c": {}});
        assert!(fill(&schema, &mut value));
        assert_eq!(value, json!({"b": 0, "c": {"d": null}, "a": 1}));
        assert!(!fill(&schema, &mut value));
    }

    #[test]
    fn a_default_that_its_schema_refuses_is_seen() {
        for (schema, plausible) in [
            (json!({"type": "integer", "default": 1.0}), true),
            (json!({"type": "integer", "default": "1"}), false),
            (json!({"type": ["string", "null"], "default": null}), true),
            (json!({"type": "string", "default": null}), false),
            (json!({"enum": ["a"], "default": "b"}), false),
            (json!({"type": "integer", "minimum": 1, "default": 0}), false),
            (json!({"maxLength": 2, "default": "abc"}), false),
            (json!({"items": {"type": "string"}, "default": [1]}), false),
            (json!({"items": {"type": "string"}, "default": ["a"]}), true),
            (json!({"items": {"$ref": "#/$defs/A"}, "default": [1]}), true),
            (json!({"default": {}}), true),
        ] {
            let arena = Arena::new();
            let text = schema.to_string();
            let node = read(&text, &mut NodeBuilder::new(&arena, DocumentBounds::SMALL)).expect("JSON");
            let members = ObjectBuilder::from_object(node.as_object().expect("a map"));
            let default = node.get("default").expect("a default");
            assert_eq!(is_plausible(default, &members), plausible, "{schema}");
        }
    }
}
