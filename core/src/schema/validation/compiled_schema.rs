//! Compiled schema: a 2020-12 schema as text, with a validator that is compiled at the first use.
//!
//! The text is what is hashed, shown and sent. A session calls a dozen of the 1,200 tools of a large API,
//! so that most validators are never compiled.

use std::borrow::Cow;
use std::fmt;
use std::sync::{Arc, OnceLock};

use serde_json::Value;

use super::default_values;
use super::pattern_removal::without_patterns;
use super::validator::Validator;
use crate::error::Problem;
use crate::json::{Node, to_compact_text, write_json_string};

/// One entry of `$defs`. The tools of a document share definitions: copies would take 12 MB for Kubernetes.
#[derive(Debug, PartialEq, Eq)]
pub struct Definition {
    /// Name in `$defs`.
    pub name: Box<str>,
    /// Its schema as compact JSON.
    pub text: Box<str>,
}

/// The `$defs` of a schema, in order.
pub type Definitions = Arc<[Arc<Definition>]>;

/// One property of an argument object. Operations with a common parameter share it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Property {
    /// Name.
    pub name: Arc<str>,
    /// Its schema as compact JSON.
    pub schema: Arc<str>,
    /// True if each call must have it.
    pub required: bool,
}

impl Property {
    /// Creates a property.
    pub fn new(name: impl Into<Arc<str>>, schema: Node<'_>, required: bool) -> Self {
        Self { name: name.into(), schema: to_compact_text(schema).into(), required }
    }

    /// Returns the text of an object schema with these properties.
    pub fn object(properties: &[Self]) -> String {
        let length: usize = properties.iter().map(|one| one.schema.len() + 2 * one.name.len() + 10).sum();
        let mut text = String::with_capacity(length + 60);
        text.push_str("{\"type\":\"object\",\"properties\":{");
        for (i, property) in properties.iter().enumerate() {
            if i > 0 {
                text.push(',');
            }
            write_json_string(&property.name, &mut text);
            text.push(':');
            text.push_str(&property.schema);
        }
        text.push('}');
        let mut required = properties.iter().filter(|property| property.required).peekable();
        if required.peek().is_some() {
            text.push_str(",\"required\":");
            for (i, property) in required.enumerate() {
                text.push(if i == 0 { '[' } else { ',' });
                write_json_string(&property.name, &mut text);
            }
            text.push(']');
        }
        text.push('}');
        text
    }
}

/// The schema without its definitions.
#[derive(Clone)]
enum SchemaForm {
    Text(Box<str>),
    /// The text of an object that tools share, without its `$defs`.
    Shared(Arc<str>),
    /// Properties of an argument object.
    Arguments(Box<[Property]>),
}

/// An immutable 2020-12 schema. It holds compact text, shares its definitions, and compiles its validator
/// at the first validation.
pub struct Schema {
    own: SchemaForm,
    definitions: Definitions,
    compiled: OnceLock<Box<CompiledSchema>>,
}

struct CompiledSchema {
    validator: Option<Validator>,
    has_defaults: bool,
    value: Value,
}

impl Schema {
    /// Creates a schema from a JSON value.
    pub fn new(value: &Value) -> Self {
        let own = SchemaForm::Text(value.to_string().into_boxed_str());
        Self { own, definitions: Definitions::default(), compiled: OnceLock::new() }
    }

    /// Creates the schema of an argument object. Its text is written when it is asked for.
    pub fn for_arguments(properties: Vec<Property>, definitions: Definitions) -> Self {
        let own = SchemaForm::Arguments(properties.into_boxed_slice());
        Self { own, definitions, compiled: OnceLock::new() }
    }

    /// Creates a schema of a text that tools share: an object without `$defs`, and its definitions.
    pub fn shared(text: Arc<str>, definitions: Definitions) -> Self {
        Self { own: SchemaForm::Shared(text), definitions, compiled: OnceLock::new() }
    }

    /// Returns the compact JSON text, keys in their original order.
    pub fn text(&self) -> Cow<'_, str> {
        let mut text = match &self.own {
            SchemaForm::Text(text) => return Cow::Borrowed(text),
            SchemaForm::Shared(text) if self.definitions.is_empty() => return Cow::Borrowed(text),
            SchemaForm::Shared(text) => text.to_string(),
            SchemaForm::Arguments(properties) => Property::object(properties),
        };
        if !self.definitions.is_empty() {
            text.pop();
            for (i, definition) in self.definitions.iter().enumerate() {
                text.push_str(if i == 0 { ",\"$defs\":{" } else { "," });
                write_json_string(&definition.name, &mut text);
                text.push(':');
                text.push_str(&definition.text);
            }
            text.push_str("}}");
        }
        Cow::Owned(text)
    }

    /// Returns the compact JSON text without `$defs`.
    pub fn text_without_definitions(&self) -> Cow<'_, str> {
        match &self.own {
            SchemaForm::Text(text) => Cow::Borrowed(text),
            SchemaForm::Shared(text) => Cow::Borrowed(text),
            SchemaForm::Arguments(properties) => Cow::Owned(Property::object(properties)),
        }
    }

    /// Returns the length of the text in bytes; an estimate if names need escapes.
    pub fn len(&self) -> usize {
        match &self.own {
            SchemaForm::Text(text) => text.len(),
            SchemaForm::Shared(text) if self.definitions.is_empty() => text.len(),
            SchemaForm::Shared(text) => {
                text.len() + ",\"$defs\":{".len() + Self::definitions_len(&self.definitions)
            }
            SchemaForm::Arguments(properties) => Self::arguments_len(properties, &self.definitions),
        }
    }

    /// Returns the estimated length of an argument schema.
    pub fn arguments_len(properties: &[Property], definitions: &[Arc<Definition>]) -> usize {
        let own = properties.iter().map(|one| {
            let again = if one.required { one.name.len() + 3 } else { 0 };
            one.name.len() + one.schema.len() + 4 + again
        });
        own.sum::<usize>() + Self::definitions_len(definitions) + 60
    }

    fn definitions_len(definitions: &[Arc<Definition>]) -> usize {
        definitions.iter().map(|one| one.name.len() + one.text.len() + 4).sum()
    }

    /// Always false: a schema has a text.
    pub const fn is_empty(&self) -> bool {
        false
    }

    /// Returns true if the validator is compiled.
    pub fn is_compiled(&self) -> bool {
        self.compiled.get().is_some()
    }

    /// Returns the schema as a JSON value.
    pub fn value(&self) -> Value {
        serde_json::from_str(&self.text()).unwrap_or_default()
    }

    /// Returns the schema as a JSON value without reading its text again, once it is compiled.
    pub fn read(&self) -> Cow<'_, Value> {
        match self.compiled.get() {
            Some(compiled) => Cow::Borrowed(&compiled.value),
            None => Cow::Owned(self.value()),
        }
    }

    /// Returns true if the schema declares a property directly, not through a reference or union.
    pub fn has_property(&self, name: &str) -> bool {
        match &self.own {
            SchemaForm::Arguments(properties) => properties.iter().any(|property| &*property.name == name),
            SchemaForm::Text(text) => declares_property(text, name),
            SchemaForm::Shared(text) => declares_property(text, name),
        }
    }

    fn contains(&self, word: &str) -> bool {
        let own = match &self.own {
            SchemaForm::Text(text) => text.contains(word),
            SchemaForm::Shared(text) => text.contains(word),
            SchemaForm::Arguments(properties) => {
                properties.iter().any(|property| property.schema.contains(word))
            }
        };
        own || self.definitions.iter().any(|definition| definition.text.contains(word))
    }

    /// Fills the defaults of missing properties. Returns true if any was filled.
    pub fn fill_defaults(&self, value: &mut Value) -> bool {
        let compiled = self.compiled();
        compiled.has_defaults && default_values::fill(&compiled.value, value)
    }

    /// Validates a value. Returns all problems, none if the value is valid.
    pub fn problems(&self, value: &Value) -> Vec<Problem> {
        match &self.compiled().validator {
            Some(validator) => validator.problems(value),
            None => Vec::new(),
        }
    }

    /// Returns why the validator cannot be compiled, although the meta-schema accepts the schema: an
    /// unresolved reference or an unreadable pattern.
    pub fn compile_problem(&self) -> Option<Problem> {
        let may_fail =
            ["\"$ref\"", "\"pattern", "\"$dynamicRef\""].iter().any(|keyword| self.contains(keyword));
        may_fail
            .then(|| Validator::compile(&self.value()).err().map(|reason| Problem::at("", reason)))
            .flatten()
    }

    fn compiled(&self) -> &CompiledSchema {
        self.compiled.get_or_init(|| {
            let value = self.value();
            // An unreadable pattern must not disable a tool: the API validates that value.
            let validator =
                Validator::compile(&value).or_else(|_| Validator::compile(&without_patterns(&value)));
            Box::new(CompiledSchema {
                validator: validator.ok(),
                has_defaults: self.contains("\"default\":"),
                value,
            })
        })
    }
}

/// Whether the text of an object schema declares a property directly.
fn declares_property(text: &str, name: &str) -> bool {
    // Most schemas do not contain the name at all.
    text.contains(name)
        && serde_json::from_str(text)
            .is_ok_and(|own: Value| own.get("properties").is_some_and(|all| all.get(name).is_some()))
}

/// A clone compiles its own validator.
impl Clone for Schema {
    fn clone(&self) -> Self {
        let (own, definitions) = (self.own.clone(), Arc::clone(&self.definitions));
        Self { own, definitions, compiled: OnceLock::new() }
    }
}

impl fmt::Debug for Schema {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text())
    }
}

impl PartialEq for Schema {
    fn eq(&self, other: &Self) -> bool {
        let own = match (&self.own, &other.own) {
            (SchemaForm::Text(one), SchemaForm::Text(other)) => one == other,
            (SchemaForm::Shared(one), SchemaForm::Shared(other)) => one == other,
            (SchemaForm::Arguments(one), SchemaForm::Arguments(other)) => one == other,
            _ => return self.text() == other.text(),
        };
        let same =
            |(one, other): (&Arc<Definition>, &Arc<Definition>)| Arc::ptr_eq(one, other) || one == other;
        own && self.definitions.len() == other.definitions.len()
            && self.definitions.iter().zip(&*other.definitions).all(same)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::is_wrong_type;
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
        assert!(told.contains(&("/kind", "must be one of a, b, got \"c\"")), "{told:?}");
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
        assert_eq!(problems[0].message, "must be null or an integer, got \"five\"");
    }

    #[test]
    fn a_value_in_a_message_is_short_and_on_one_line() {
        let long = "x".repeat(100);
        let cases = [
            (json!({"type": "number"}), json!("1"), "must be a number, got \"1\"".to_owned()),
            (json!({"type": "string"}), json!(1.5), "must be a string, got 1.5".to_owned()),
            (json!({"type": "array"}), json!({"a": [1]}), "must be an array, got an object".to_owned()),
            (json!({"type": "object"}), json!([1]), "must be an object, got a list".to_owned()),
            (json!({"type": "boolean"}), json!(null), "must be a boolean, got null".to_owned()),
            (json!({"type": "integer"}), json!("a\n\"b"), "must be an integer, got \"a\\n\\\"b\"".to_owned()),
            (json!({"type": "null"}), json!(long), format!("must be null, got \"{}…\"", "x".repeat(60))),
            (json!({"enum": ["low", "high"]}), json!("x"), "must be one of low, high, got \"x\"".to_owned()),
            (
                json!({"enum": ["a b", 1, null]}),
                json!([]),
                "must be one of \"a b\", 1, null, got a list".to_owned(),
            ),
            (json!({"const": "v1"}), json!(2), "must be exactly \"v1\", got 2".to_owned()),
        ];
        for (schema, value, message) in cases {
            assert_eq!(Schema::new(&schema).problems(&value)[0].message, message, "{schema} {value}");
        }
        let many: Vec<usize> = (0..30).collect();
        let problem = Schema::new(&json!({"enum": many})).problems(&json!(40)).remove(0);
        assert!(problem.message.ends_with(", 19, and 10 more, got 40"), "{}", problem.message);
        assert!(problem.without_value().message.ends_with(", and 10 more"));
    }

    #[test]
    fn a_wrong_type_is_told_from_other_problems() {
        for (schema, value, expected) in [
            (json!({"type": "null"}), json!("null"), true),
            (json!({"type": ["integer", "null"]}), json!("5"), true),
            (json!({"const": null}), json!("null"), false),
            (json!({"enum": [null]}), json!("null"), false),
            (json!({"pattern": "integer"}), json!("5"), false),
        ] {
            let problem = Schema::new(&schema).problems(&value).remove(0);
            assert_eq!(is_wrong_type(&problem), expected, "{problem:?}");
            assert_eq!(is_wrong_type(&problem.without_value()), expected, "{schema}");
        }
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
    fn a_shared_text_and_its_definitions_are_one_schema() {
        let name: Arc<str> = r##"{"properties":{"a":{"$ref":"#/$defs/b"}}}"##.into();
        let definition = Definition { name: "b".into(), text: r#"{"type":"string"}"#.into() };
        let shared = Schema::shared(Arc::clone(&name), [Arc::new(definition)].into());
        let value = json!({"properties": {"a": {"$ref": "#/$defs/b"}}, "$defs": {"b": {"type": "string"}}});
        assert_eq!((shared.value(), shared.text().len()), (value.clone(), value.to_string().len()));
        assert_eq!(shared.len(), shared.text().len());
        assert_eq!(shared.problems(&json!({"a": 1}))[0].pointer, "/a");
        assert!(shared.has_property("a") && !shared.has_property("b"));
        assert_eq!((shared.clone(), Schema::new(&value)), (Schema::new(&value), shared));
        assert_eq!(Schema::shared(name, Definitions::default()).text().len(), 41);
    }

    #[test]
    fn an_evil_pattern_ends_soon_and_counts_as_not_matching() {
        let schema = Schema::new(&json!({"pattern": "^(a|a)*(?=b)b$"}));
        assert_eq!(schema.problems(&json!("a".repeat(40) + "!")).len(), 1);
    }
}
