//! One frozen schema of dialect 2020-12.

use std::fmt;
use std::sync::OnceLock;

use serde_json::Value;

use super::keywords;
use super::validator::Validator;
use crate::error::Problem;

/// A schema that does not change any more. It keeps its compact text (what is hashed, shown and sent) and compiles its
/// validator at the first value it judges: of the 1,200 tools of a large API a session calls a dozen.
pub struct Schema {
    text: Box<str>,
    compiled: OnceLock<Box<Compiled>>,
}

struct Compiled {
    validator: Option<Validator>,
    has_defaults: bool,
    value: Value,
}

impl Schema {
    /// Freezes a schema.
    pub fn new(value: &Value) -> Self {
        Self { text: value.to_string().into_boxed_str(), compiled: OnceLock::new() }
    }

    /// The schema as compact JSON, keys in their first order.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The schema as a value of its own.
    pub fn value(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_default()
    }

    /// Fills the defaults of properties that `value` lacks; whether there were any.
    pub fn fill_defaults(&self, value: &mut Value) -> bool {
        let compiled = self.compiled();
        compiled.has_defaults && super::fill_defaults(&compiled.value, value)
    }

    /// Everything that this schema refuses of `value`; empty when it takes it.
    pub fn problems(&self, value: &Value) -> Vec<Problem> {
        match &self.compiled().validator {
            Some(validator) => validator.problems(value),
            None => Vec::new(),
        }
    }

    /// Why this schema could not judge any value, though it is one by its meta-schema: a reference that leads nowhere,
    /// a pattern that cannot be read.
    pub fn unusable(&self) -> Option<Problem> {
        let may_fail =
            ["\"$ref\"", "\"pattern", "\"$dynamicRef\""].iter().any(|keyword| self.text.contains(keyword));
        may_fail
            .then(|| Validator::compile(&self.value()).err().map(|reason| Problem::at("", reason)))
            .flatten()
    }

    fn compiled(&self) -> &Compiled {
        self.compiled.get_or_init(|| {
            let value = self.value();
            // A pattern that this engine cannot read must not make a tool uncallable: the API judges that value.
            let validator =
                Validator::compile(&value).or_else(|_| Validator::compile(&without_patterns(&value)));
            Box::new(Compiled {
                validator: validator.ok(),
                has_defaults: self.text.contains("\"default\":"),
                value,
            })
        })
    }
}

impl fmt::Debug for Schema {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl PartialEq for Schema {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

/// The schema without `pattern` and `patternProperties`, at schema positions only.
fn without_patterns(schema: &Value) -> Value {
    use keywords::Holds;
    let Value::Object(map) = schema else { return schema.clone() };
    let kept = map.iter().filter(|(keyword, _)| !matches!(keyword.as_str(), "pattern" | "patternProperties"));
    let walked = kept.map(|(keyword, held)| {
        let held = match (keywords::holds(keyword), held) {
            (Some(Holds::Schema), schema) => without_patterns(schema),
            (Some(Holds::SchemaList), Value::Array(list)) => list.iter().map(without_patterns).collect(),
            (Some(Holds::SchemaMap), Value::Object(map)) => Value::Object(
                map.iter().map(|(name, schema)| (name.clone(), without_patterns(schema))).collect(),
            ),
            (_, other) => other.clone(),
        };
        (keyword.clone(), held)
    });
    Value::Object(walked.collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn every_problem_is_told_with_its_place() {
        let schema = Schema::new(&json!({
            "type": "object",
            "properties": {"id": {"type": "string", "pattern": "^C[0-9]+$"}, "kind": {"enum": ["a", "b"]}, "n": {"minimum": 3}},
            "required": ["id", "q/r"],
            "additionalProperties": false
        }));
        let problems = schema.problems(&json!({"id": "X1", "kind": "c", "n": 1, "extra": true}));
        let told: Vec<_> = problems.iter().map(|p| (p.pointer.as_str(), p.message.as_str())).collect();
        assert!(told.contains(&("/id", "does not match the pattern")), "{told:?}");
        assert!(told.contains(&("/kind", "is none of the allowed values")), "{told:?}");
        assert!(told.contains(&("/q~1r", "is required")), "{told:?}");
        assert!(told.contains(&("", "has no \"extra\"")), "{told:?}");
        assert!(told.contains(&("/n", "is less than the minimum of 3")), "{told:?}");
    }

    #[test]
    fn a_wrong_type_says_what_was_expected_and_what_came() {
        let schema = Schema::new(&json!({"properties": {"n": {"type": ["integer", "null"]}}}));
        let problems = schema.problems(&json!({"n": "five"}));
        assert_eq!(problems[0].expected.as_deref(), Some("null, integer"), "{problems:?}");
        assert_eq!(problems[0].got.as_deref(), Some("\"five\""));
    }

    #[test]
    fn a_pattern_that_no_engine_reads_leaves_the_rest_of_the_schema_in_force() {
        let schema = Schema::new(&json!({
            "properties": {"a": {"type": "string", "pattern": "(("}, "pattern": {"type": "integer"}}
        }));
        assert!(schema.problems(&json!({"a": "x", "pattern": 1})).is_empty());
        assert_eq!(schema.problems(&json!({"a": 1, "pattern": "x"})).len(), 2);
    }

    #[test]
    fn an_evil_pattern_ends_soon_and_counts_as_not_matching() {
        let schema = Schema::new(&json!({"pattern": "^(a|a)*(?=b)b$"}));
        assert_eq!(schema.problems(&json!("a".repeat(40) + "!")).len(), 1);
    }
}
