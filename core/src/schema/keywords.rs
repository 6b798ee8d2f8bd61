//! The keywords of JSON Schema 2020-12 and what stands under each: the one table that every walk over schemas uses.

use std::sync::LazyLock;

use crate::json::{HashMap, Node};

/// What stands under a keyword.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeywordValue {
    /// One schema.
    Schema,
    /// A map of names to schemas. The names are the user's.
    SchemaMap,
    /// A list of schemas.
    SchemaList,
    /// A type name or a list of them.
    Type,
    /// Any number.
    Number,
    /// A number above zero.
    PositiveNumber,
    /// A whole number from zero.
    Count,
    /// A text.
    Text,
    /// A truth value.
    Bool,
    /// A list of different texts.
    TextList,
    /// A map of names to lists of texts.
    TextListMap,
    /// A list of any values.
    ValueList,
    /// Any value.
    Value,
}

impl KeywordValue {
    /// Whether a keyword without schemas below it may hold a value.
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

/// Keyword, what it holds, and whether it says something of a value (`true`) or only of the schema (`false`).
/// `$ref` and its kin are not here: whoever walks a schema decides what a reference means to it.
/// Source: JSON Schema 2020-12, Core sections 8 to 10 and Validation sections 6 to 9.
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

/// What a keyword holds; `None` for one that 2020-12 does not know.
pub fn expected_value(keyword: &str) -> Option<KeywordValue> {
    BY_NAME.get(keyword).map(|(holds, _)| *holds)
}

/// Whether a keyword says something of a value, and is not only an annotation.
pub fn is_assertion(keyword: &str) -> bool {
    BY_NAME.get(keyword).is_some_and(|(_, asserts)| *asserts)
}

/// All keywords of the table.
pub fn keyword_names() -> impl Iterator<Item = &'static str> {
    TABLE.iter().map(|(name, ..)| *name)
}

/// The table by keyword: a document has hundreds of thousands of them.
static BY_NAME: LazyLock<HashMap<&str, (KeywordValue, bool)>> =
    LazyLock::new(|| TABLE.iter().map(|(name, holds, asserts)| (*name, (*holds, *asserts))).collect());

/// The type names of JSON Schema.
pub const TYPE_NAMES: [&str; 7] = ["string", "object", "integer", "array", "boolean", "number", "null"];
