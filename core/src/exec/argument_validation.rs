//! What a model wrote, made into what the tool's schema takes: defaults, coercion, and every problem at once.

use serde::Serialize;
use serde_json::{Map, Value};

use crate::error::{Error, Problem, Result};
use crate::registry::RegisteredTool;
use crate::schema::WRONG_TYPE;

/// An argument that was not of the type that the schema wants, and means a value that is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CoercedArgument {
    /// Where it stands.
    pub pointer: String,
    /// The type that it has now.
    pub to: &'static str,
    /// Its value now, which is what the schema takes.
    #[serde(skip)]
    pub value: Value,
}

/// Arguments that the schema takes.
#[derive(Debug)]
pub struct ValidatedArguments {
    /// The arguments.
    pub arguments: Map<String, Value>,
    /// Whether defaults were filled in.
    pub is_filled: bool,
    /// What was made into another type.
    pub coerced: Vec<CoercedArgument>,
}

/// Arguments as the map they must be; nothing at all is a map without members.
pub fn arguments_object(tool: &RegisteredTool, params: Value) -> Result<Map<String, Value>> {
    match params {
        Value::Object(map) => Ok(map),
        Value::Null => Ok(Map::new()),
        other => {
            let mut problem = Problem::at("", "arguments are a map");
            problem.got = Some(other.to_string().chars().take(80).collect());
            Err(Error::InvalidParams { tool: tool.name().to_owned(), problems: vec![problem] })
        }
    }
}

/// Fills defaults in and judges. `coerce` asks whether a value of another type may be read as what it says.
pub fn validate_arguments(
    tool: &RegisteredTool,
    arguments: Map<String, Value>,
    coerce: bool,
) -> Result<ValidatedArguments> {
    let schema = &tool.definition.input_schema;
    let mut value = Value::Object(tool.executor.spelled(arguments));
    let is_filled = schema.fill_defaults(&mut value);
    let mut problems = schema.problems(&value);
    let mut coerced = Vec::new();
    if coerce && !problems.is_empty() {
        coerced = coercions(&value, &problems);
        let mut other = value.clone();
        for CoercedArgument { pointer, value, .. } in &coerced {
            if let Some(place) = other.pointer_mut(pointer) {
                place.clone_from(value);
            }
        }
        // What is still wrong afterwards is told of the arguments as they came.
        if !coerced.is_empty() && schema.problems(&other).is_empty() {
            (value, problems) = (other, Vec::new());
        }
    }
    match value {
        Value::Object(arguments) if problems.is_empty() => {
            Ok(ValidatedArguments { arguments, is_filled, coerced })
        }
        _ => Err(Error::InvalidParams { tool: tool.name().to_owned(), problems }),
    }
}

fn coercions(value: &Value, problems: &[Problem]) -> Vec<CoercedArgument> {
    let of = |problem: &Problem| {
        let kinds = problem.expected.as_deref().filter(|_| problem.message == WRONG_TYPE)?;
        let given = value.pointer(&problem.pointer)?;
        let (to, value) = kinds.split(", ").find_map(|kind| read(given, kind))?;
        Some(CoercedArgument { pointer: problem.pointer.clone(), to, value })
    };
    problems.iter().filter_map(of).collect()
}

/// A value as one of another type, if there is exactly one that it can mean.
fn read(given: &Value, kind: &str) -> Option<(&'static str, Value)> {
    let of_text = |text: &str| serde_json::from_str::<Value>(text.trim()).ok();
    match (kind, given) {
        ("integer", Value::String(text)) => {
            of_text(text).filter(|value| value.is_i64() || value.is_u64()).map(|value| ("integer", value))
        }
        ("number", Value::String(text)) => {
            of_text(text).filter(Value::is_number).map(|value| ("number", value))
        }
        ("boolean", Value::String(text)) => match text.trim() {
            "true" | "True" | "TRUE" => Some(("boolean", Value::Bool(true))),
            "false" | "False" | "FALSE" => Some(("boolean", Value::Bool(false))),
            _ => None,
        },
        ("null", Value::String(text)) => (text.trim() == "null").then_some(("null", Value::Null)),
        // Models write a map or a list into a text where the schema is deep.
        ("array", Value::String(text)) => of_text(text).filter(Value::is_array).map(|value| ("array", value)),
        ("object", Value::String(text)) => {
            of_text(text).filter(Value::is_object).map(|value| ("object", value))
        }
        ("string", Value::Number(_) | Value::Bool(_)) => Some(("string", Value::String(given.to_string()))),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_value_is_read_as_another_type_only_where_it_says_exactly_that() {
        for (given, kind, expected) in [
            (json!("5"), "integer", Some(json!(5))),
            (json!(" -5 "), "integer", Some(json!(-5))),
            (json!("18446744073709551615"), "integer", Some(json!(u64::MAX))),
            (json!("5.5"), "integer", None),
            (json!("5e1"), "integer", None),
            (json!("05"), "integer", None),
            (json!("0x5"), "integer", None),
            (json!("five"), "integer", None),
            (json!(""), "integer", None),
            (json!(true), "integer", None),
            (json!("5.5"), "number", Some(json!(5.5))),
            (json!("NaN"), "number", None),
            (json!("Infinity"), "number", None),
            (json!("true"), "boolean", Some(json!(true))),
            (json!("False"), "boolean", Some(json!(false))),
            (json!("yes"), "boolean", None),
            (json!(1), "boolean", None),
            (json!("null"), "null", Some(json!(null))),
            (json!(""), "null", None),
            (json!("[1, 2]"), "array", Some(json!([1, 2]))),
            (json!("1,2"), "array", None),
            (json!({"0": 1}), "array", None),
            (json!("{\"a\": 1}"), "object", Some(json!({"a": 1}))),
            (json!("[]"), "object", None),
            (json!(5), "string", Some(json!("5"))),
            (json!(false), "string", Some(json!("false"))),
            (json!(null), "string", None),
            (json!({}), "string", None),
        ] {
            assert_eq!(read(&given, kind).map(|(_, value)| value), expected, "{given} {kind}");
        }
    }
}
