//! Keyword table of JSON Schema 2020-12: each keyword, the kind of its value, and whether it is an
//! assertion. All traversals of schemas use it.

use std::sync::LazyLock;

use crate::json::{HashMap, Node};

/// The kind of value that a keyword takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeywordValue {
    /// A schema.
    Schema,
    /// An object of schemas. Its keys belong to the user.
    SchemaMap,
    /// An array of schemas.
    SchemaList,
    /// A type name, or an array of type names.
    Type,
    /// Any number.
    Number,
    /// A number above zero.
    PositiveNumber,
    /// A non-negative integer.
    Count,
    /// A string.
    Text,
    /// A boolean.
    Bool,
    /// An array of distinct strings.
    TextList,
    /// An object of string arrays.
    TextListMap,
    /// An array of any values.
    ValueList,
    /// Any value.
    Value,
}

impl KeywordValue {
    /// Returns true if a keyword without subschemas accepts the value.
    pub(super) fn accepts(self, held: Node<'_>) -> bool {
        match (self, held) {
            (Self::Value, _)
            | (Self::Number, Node::Number(_))
            | (Self::Text, Node::String(_))
            | (Self::Bool, Node::Bool(_))
            | (Self::ValueList, Node::Array(_)) => true,
            (Self::PositiveNumber, Node::Number(number)) => {
                number.nearest().and_then(|(near, _)| near.as_f64()).is_some_and(|number| number > 0.0)
            }
            (Self::TextList, Node::Array(items)) => items.iter().all(|item| item.as_str().is_some()),
            (Self::TextListMap, Node::Object(map)) => {
                map.iter().all(|(_, list)| Self::TextList.accepts(list))
            }
            _ => false,
        }
    }
}

/// Keyword, kind of value, and true for an assertion, false for an annotation. `$ref` and `$dynamicRef` are
/// absent: each traversal decides how to follow a reference. Source: JSON Schema 2020-12, Core sections 8
/// to 10 and Validation sections 6 to 9.
const TABLE: [(&str, KeywordValue, bool); 50] = [
    ("type", KeywordValue::Type, true),
    ("enum", KeywordValue::ValueList, true),
    ("const", KeywordValue::Value, true),
    ("properties", KeywordValue::SchemaMap, true),
    ("required", KeywordValue::TextList, true),
    ("items", KeywordValue::Schema, true),
    ("description", KeywordValue::Text, false),
    ("title", KeywordValue::Text, false),
    ("default", KeywordValue::Value, false),
    ("format", KeywordValue::Text, true),
    ("pattern", KeywordValue::Text, true),
    ("minLength", KeywordValue::Count, true),
    ("maxLength", KeywordValue::Count, true),
    ("minimum", KeywordValue::Number, true),
    ("maximum", KeywordValue::Number, true),
    ("exclusiveMinimum", KeywordValue::Number, true),
    ("exclusiveMaximum", KeywordValue::Number, true),
    ("multipleOf", KeywordValue::PositiveNumber, true),
    ("minItems", KeywordValue::Count, true),
    ("maxItems", KeywordValue::Count, true),
    ("uniqueItems", KeywordValue::Bool, true),
    ("minProperties", KeywordValue::Count, true),
    ("maxProperties", KeywordValue::Count, true),
    ("additionalProperties", KeywordValue::Schema, true),
    ("anyOf", KeywordValue::SchemaList, true),
    ("oneOf", KeywordValue::SchemaList, true),
    ("allOf", KeywordValue::SchemaList, true),
    ("not", KeywordValue::Schema, true),
    ("if", KeywordValue::Schema, true),
    ("then", KeywordValue::Schema, true),
    ("else", KeywordValue::Schema, true),
    ("prefixItems", KeywordValue::SchemaList, true),
    ("contains", KeywordValue::Schema, true),
    ("minContains", KeywordValue::Count, true),
    ("maxContains", KeywordValue::Count, true),
    ("patternProperties", KeywordValue::SchemaMap, true),
    ("propertyNames", KeywordValue::Schema, true),
    ("dependentRequired", KeywordValue::TextListMap, true),
    ("dependentSchemas", KeywordValue::SchemaMap, true),
    ("unevaluatedItems", KeywordValue::Schema, true),
    ("unevaluatedProperties", KeywordValue::Schema, true),
    ("contentEncoding", KeywordValue::Text, false),
    ("contentMediaType", KeywordValue::Text, false),
    ("contentSchema", KeywordValue::Schema, false),
    ("examples", KeywordValue::ValueList, false),
    ("deprecated", KeywordValue::Bool, false),
    ("readOnly", KeywordValue::Bool, false),
    ("writeOnly", KeywordValue::Bool, false),
    ("$defs", KeywordValue::SchemaMap, false),
    ("$comment", KeywordValue::Text, false),
];

/// Returns the kind of value that a keyword takes. Returns `None` for a keyword outside 2020-12.
pub fn expected_value(keyword: &str) -> Option<KeywordValue> {
    BY_NAME.get(keyword).map(|(holds, _)| *holds)
}

/// Returns true if a keyword restricts values; false for annotations and unknown keywords.
pub fn is_assertion(keyword: &str) -> bool {
    BY_NAME.get(keyword).is_some_and(|(_, asserts)| *asserts)
}

/// Iterates over all keywords.
pub fn keyword_names() -> impl Iterator<Item = &'static str> {
    TABLE.iter().map(|(name, ..)| *name)
}

/// The table as a map. A document has hundreds of thousands of keywords.
static BY_NAME: LazyLock<HashMap<&str, (KeywordValue, bool)>> =
    LazyLock::new(|| TABLE.iter().map(|(name, holds, asserts)| (*name, (*holds, *asserts))).collect());

/// The type names of JSON Schema.
pub const TYPE_NAMES: [&str; 7] = ["string", "number", "integer", "boolean", "array", "object", "null"];
