//! Removes hidden characters from a schema.

use serde_json::{Map, Value};

use crate::schema::keywords::{self, KeywordValue};
use crate::unicode::{count_hidden, has_hidden, strip_hidden, strip_hidden_value};

/// A schema without hidden characters.
pub struct StrippedSchema {
    /// The schema.
    pub schema: Value,
    /// True if names or values changed, so that arguments need the original spelling.
    pub is_respelled: bool,
}

/// Removes hidden characters at schema positions.
///
/// A pattern that contains them is removed, since the model's text does not have them. Names that only such
/// a pattern allowed are allowed then.
pub fn strip_schema(schema: &Value) -> StrippedSchema {
    let mut stripper = SchemaStripper { is_respelled: false };
    let schema = stripper.schema(schema);
    StrippedSchema { schema, is_respelled: stripper.is_respelled }
}

struct SchemaStripper {
    is_respelled: bool,
}

impl SchemaStripper {
    fn schema(&mut self, schema: &Value) -> Value {
        let Value::Object(map) = schema else { return schema.clone() };
        let mut visible = Map::with_capacity(map.len());
        for (keyword, held) in map {
            if let Some(held) = self.keyword(keyword, held) {
                visible.insert(keyword.clone(), held);
            }
        }
        if ["enum", "const"].iter().any(|keyword| map.get(*keyword).is_some_and(has_hidden)) {
            // These keywords hold for the original values only.
            visible.shift_remove("minLength");
            visible.shift_remove("pattern");
        }
        let patterns = map.get("patternProperties").and_then(Value::as_object);
        if patterns.is_some_and(|patterns| patterns.keys().any(|pattern| count_hidden(pattern) > 0)) {
            for keyword in ["additionalProperties", "unevaluatedProperties"] {
                if visible.get(keyword) == Some(&Value::Bool(false)) {
                    visible.shift_remove(keyword);
                }
            }
        }
        Value::Object(visible)
    }

    fn keyword(&mut self, keyword: &str, held: &Value) -> Option<Value> {
        Some(match (keywords::expected_value(keyword), held) {
            (Some(KeywordValue::Schema), held) => self.schema(held),
            (Some(KeywordValue::SchemaList), Value::Array(list)) => {
                Value::Array(list.iter().map(|one| self.schema(one)).collect())
            }
            (Some(KeywordValue::SchemaMap), Value::Object(map)) if keyword == "patternProperties" => {
                let seen = map.iter().filter(|(pattern, _)| count_hidden(pattern) == 0);
                Value::Object(seen.map(|(pattern, one)| (pattern.clone(), self.schema(one))).collect())
            }
            (Some(KeywordValue::SchemaMap), Value::Object(map)) => {
                let visible = map.iter().map(|(name, one)| (self.name(name), self.schema(one)));
                Value::Object(visible.collect())
            }
            (Some(KeywordValue::Text), Value::String(text)) => {
                let seen = strip_hidden(text);
                if seen.len() < text.len() && (keyword == "pattern" || seen.trim().is_empty()) {
                    return None;
                }
                Value::String(seen.into_owned())
            }
            (Some(KeywordValue::TextList), Value::Array(_)) => self.names(held),
            (Some(KeywordValue::TextListMap), Value::Object(map)) => {
                let visible = map.iter().map(|(name, list)| (self.name(name), self.names(list)));
                Value::Object(visible.collect())
            }
            (Some(KeywordValue::ValueList | KeywordValue::Value), held) if has_hidden(held) => {
                // Examples are not sent.
                self.is_respelled |= keyword != "examples";
                strip_hidden_value(held)
            }
            (_, held) => held.clone(),
        })
    }

    fn name(&mut self, name: &str) -> String {
        let seen = strip_hidden(name);
        self.is_respelled |= seen.len() < name.len();
        seen.into_owned()
    }

    fn names(&mut self, list: &Value) -> Value {
        let names = list.as_array().into_iter().flatten();
        names
            .map(|name| name.as_str().map_or_else(|| name.clone(), |name| Value::String(self.name(name))))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_part_of_a_schema_is_stripped_and_says_whether_the_way_back_matters() {
        for (own, seen, is_respelled) in [
            (json!({"title": "a\u{200B}", "description": "\u{E0041}"}), json!({"title": "a"}), false),
            (
                json!({"properties": {"a\u{200B}": {}}, "required": ["a\u{200B}"]}),
                json!({"properties": {"a": {}}, "required": ["a"]}),
                true,
            ),
            (
                json!({"dependentRequired": {"a\u{200B}": ["b\u{200B}"]}}),
                json!({"dependentRequired": {"a": ["b"]}}),
                true,
            ),
            (
                json!({"items": {"enum": ["a\u{200B}", 1], "minLength": 2, "pattern": "^a.$"}}),
                json!({"items": {"enum": ["a", 1]}}),
                true,
            ),
            (
                json!({"anyOf": [{"const": {"k\u{FEFF}": ["\u{202E}v"]}}]}),
                json!({"anyOf": [{"const": {"k": ["v"]}}]}),
                true,
            ),
            (json!({"examples": ["a\u{200B}"]}), json!({"examples": ["a"]}), false),
            (json!({"pattern": "a\u{200B}", "minLength": 1}), json!({"minLength": 1}), false),
            (
                json!({"patternProperties": {"\u{200B}": {}, "^x": {}}, "additionalProperties": false}),
                json!({"patternProperties": {"^x": {}}}),
                false,
            ),
            (
                json!({"properties": {"description": {"type": "string"}}, "default": 5}),
                json!({"properties": {"description": {"type": "string"}}, "default": 5}),
                false,
            ),
            (json!(true), json!(true), false),
        ] {
            let StrippedSchema { schema, is_respelled: respelled } = strip_schema(&own);
            assert_eq!((&schema, respelled), (&seen, is_respelled), "{own}");
            assert_eq!(strip_schema(&schema).schema, schema);
        }
    }
}
