//! Schema positions: where a keyword holds schemas. Enums, defaults and examples hold values and are never walked.

use serde_json::{Map, Value};

use crate::json::Path;
use crate::schema::keywords::{self, KeywordValue};

/// The step from a keyword to a schema under it.
#[derive(Clone, Copy, Debug)]
pub enum SchemaStep<'s> {
    /// The keyword holds the schema itself.
    Itself,
    /// A key of a map.
    Key(&'s str),
    /// An index of a list.
    Index(usize),
}

impl<'p> SchemaStep<'p> {
    /// The path of the schema.
    pub const fn from(self, keyword: &'p Path<'p>) -> Path<'p> {
        match self {
            Self::Itself => *keyword,
            Self::Key(name) => keyword.key(name),
            Self::Index(index) => keyword.index(index),
        }
    }
}

/// What a keyword holds, keywords of older drafts included.
fn holds(keyword: &str) -> Option<KeywordValue> {
    match keyword {
        "definitions" | "dependencies" => Some(KeywordValue::SchemaMap),
        "additionalItems" => Some(KeywordValue::Schema),
        _ => keywords::expected_value(keyword),
    }
}

/// Calls `visit` for each schema under a keyword.
pub fn visit_subschemas<'v, E>(
    keyword: &str,
    held: &'v Value,
    mut visit: impl FnMut(SchemaStep<'v>, &'v Value) -> Result<(), E>,
) -> Result<(), E> {
    match (held, holds(keyword)) {
        (Value::Object(_) | Value::Bool(_), Some(KeywordValue::Schema)) => visit(SchemaStep::Itself, held),
        (Value::Object(map), Some(KeywordValue::SchemaMap)) => {
            map.iter().try_for_each(|(name, schema)| visit(SchemaStep::Key(name), schema))
        }
        (Value::Array(list), Some(KeywordValue::SchemaList)) => {
            list.iter().enumerate().try_for_each(|(i, schema)| visit(SchemaStep::Index(i), schema))
        }
        (Value::Array(list), Some(KeywordValue::Schema)) if keyword == "items" => {
            list.iter().enumerate().try_for_each(|(i, schema)| visit(SchemaStep::Index(i), schema))
        }
        _ => Ok(()),
    }
}

/// Calls `visit` for each schema under a keyword, mutably.
pub fn visit_subschemas_mut<E>(
    keyword: &str,
    held: &mut Value,
    mut visit: impl FnMut(SchemaStep<'_>, &mut Value) -> Result<(), E>,
) -> Result<(), E> {
    match (&mut *held, holds(keyword)) {
        (Value::Object(_) | Value::Bool(_), Some(KeywordValue::Schema)) => visit(SchemaStep::Itself, held),
        (Value::Object(map), Some(KeywordValue::SchemaMap)) => {
            map.iter_mut().try_for_each(|(name, schema)| visit(SchemaStep::Key(name), schema))
        }
        (Value::Array(list), Some(KeywordValue::SchemaList)) => {
            list.iter_mut().enumerate().try_for_each(|(i, schema)| visit(SchemaStep::Index(i), schema))
        }
        (Value::Array(list), Some(KeywordValue::Schema)) if keyword == "items" => {
            list.iter_mut().enumerate().try_for_each(|(i, schema)| visit(SchemaStep::Index(i), schema))
        }
        _ => Ok(()),
    }
}

/// Whether schemas under this keyword apply to the same value as the schema that has the keyword.
pub fn is_in_place(keyword: &str) -> bool {
    matches!(keyword, "allOf" | "anyOf" | "oneOf" | "not" | "if" | "then" | "else" | "dependentSchemas")
}

/// The type names of a schema.
pub fn types(schema: &Map<String, Value>) -> impl Iterator<Item = &str> {
    let said = match schema.get("type") {
        Some(Value::Array(several)) => several.as_slice(),
        Some(one) => std::slice::from_ref(one),
        None => &[],
    };
    said.iter().filter_map(Value::as_str)
}

/// Whether a schema names a type.
pub fn has_type(schema: &Map<String, Value>, kind: &str) -> bool {
    types(schema).any(|one| one == kind)
}

/// The required property names of a schema.
pub fn required(schema: &Map<String, Value>) -> impl Iterator<Item = &str> {
    schema.get("required").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str)
}
