//! The keywords of JSON Schema 2020-12 and what stands under each: the one table that every walk over schemas uses.

use std::sync::LazyLock;

use crate::json::{HashMap, Node};

/// What stands under a keyword.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holds {
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

impl Holds {
    /// Whether a keyword without schemas below it may hold a value.
    pub(super) fn takes(self, held: Node<'_>) -> bool {
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
            (Self::TextListMap, Node::Object(map)) => map.iter().all(|(_, list)| Self::TextList.takes(list)),
            _ => false,
        }
    }
}

/// Keyword, what it holds, and whether it says something of a value (`true`) or only of the schema (`false`).
/// `$ref` and its kin are not here: whoever walks a schema decides what a reference means to it.
/// Source: JSON Schema 2020-12, Core sections 8 to 10 and Validation sections 6 to 9.
const TABLE: [(&str, Holds, bool); 50] = [
    ("type", Holds::Type, true),
    ("enum", Holds::ValueList, true),
    ("const", Holds::Value, true),
    ("properties", Holds::SchemaMap, true),
    ("required", Holds::TextList, true),
    ("items", Holds::Schema, true),
    ("description", Holds::Text, false),
    ("title", Holds::Text, false),
    ("default", Holds::Value, false),
    ("format", Holds::Text, true),
    ("pattern", Holds::Text, true),
    ("minLength", Holds::Count, true),
    ("maxLength", Holds::Count, true),
    ("minimum", Holds::Number, true),
    ("maximum", Holds::Number, true),
    ("exclusiveMinimum", Holds::Number, true),
    ("exclusiveMaximum", Holds::Number, true),
    ("multipleOf", Holds::PositiveNumber, true),
    ("minItems", Holds::Count, true),
    ("maxItems", Holds::Count, true),
    ("uniqueItems", Holds::Bool, true),
    ("minProperties", Holds::Count, true),
    ("maxProperties", Holds::Count, true),
    ("additionalProperties", Holds::Schema, true),
    ("anyOf", Holds::SchemaList, true),
    ("oneOf", Holds::SchemaList, true),
    ("allOf", Holds::SchemaList, true),
    ("not", Holds::Schema, true),
    ("if", Holds::Schema, true),
    ("then", Holds::Schema, true),
    ("else", Holds::Schema, true),
    ("prefixItems", Holds::SchemaList, true),
    ("contains", Holds::Schema, true),
    ("minContains", Holds::Count, true),
    ("maxContains", Holds::Count, true),
    ("patternProperties", Holds::SchemaMap, true),
    ("propertyNames", Holds::Schema, true),
    ("dependentRequired", Holds::TextListMap, true),
    ("dependentSchemas", Holds::SchemaMap, true),
    ("unevaluatedItems", Holds::Schema, true),
    ("unevaluatedProperties", Holds::Schema, true),
    ("contentEncoding", Holds::Text, false),
    ("contentMediaType", Holds::Text, false),
    ("contentSchema", Holds::Schema, false),
    ("examples", Holds::ValueList, false),
    ("deprecated", Holds::Bool, false),
    ("readOnly", Holds::Bool, false),
    ("writeOnly", Holds::Bool, false),
    ("$defs", Holds::SchemaMap, false),
    ("$comment", Holds::Text, false),
];

/// What a keyword holds; `None` for one that 2020-12 does not know.
pub fn holds(keyword: &str) -> Option<Holds> {
    BY_NAME.get(keyword).map(|(holds, _)| *holds)
}

/// Whether a keyword says something of a value, and is not only an annotation.
pub fn asserts(keyword: &str) -> bool {
    BY_NAME.get(keyword).is_some_and(|(_, asserts)| *asserts)
}

/// All keywords of the table.
pub fn names() -> impl Iterator<Item = &'static str> {
    TABLE.iter().map(|(name, ..)| *name)
}

/// The table by keyword: a document has hundreds of thousands of them.
static BY_NAME: LazyLock<HashMap<&str, (Holds, bool)>> =
    LazyLock::new(|| TABLE.iter().map(|(name, holds, asserts)| (*name, (*holds, *asserts))).collect());

/// The type names of JSON Schema.
pub const TYPES: [&str; 7] = ["string", "object", "integer", "array", "boolean", "number", "null"];
