//! Argument validation: fills defaults, coerces types where the option asks for it, and collects every problem at once.

use serde::Serialize;
use serde_json::{Map, Value};

use crate::error::{Error, Problem, Result, not_an_object};
use crate::registry::RegisteredTool;
use crate::schema::is_wrong_type;

/// An argument that was coerced to the type of its schema.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CoercedArgument {
    /// JSON pointer into the arguments.
    pub pointer: String,
    /// The new type: a JSON Schema `type`.
    pub to: &'static str,
    /// The new value.
    #[serde(skip)]
    pub value: Value,
}

/// Arguments that match the schema of their tool.
#[derive(Debug)]
pub struct ValidatedArguments {
    /// The arguments.
    pub arguments: Map<String, Value>,
    /// Whether defaults were filled in.
    pub is_filled: bool,
    /// The arguments that were coerced.
    pub coerced: Vec<CoercedArgument>,
}

/// Reads arguments as an object; null is an empty object.
///
/// # Errors
/// `INVALID_PARAMS` for any other value.
pub fn arguments_object(tool: &RegisteredTool, params: Value) -> Result<Map<String, Value>> {
    match params {
        Value::Object(map) => Ok(map),
        Value::Null => Ok(Map::new()),
        other => {
            let mut problem = Problem::at("", not_an_object(&other));
            problem.got = Some(other.to_string().chars().take(80).collect());
            Err(Error::InvalidParams { tool: tool.name().to_owned(), problems: vec![problem] })
        }
    }
}

/// The most levels of arguments: what a JSON text may have that is parsed.
const MOST_LEVELS: usize = 127;

/// Refuses arguments that are nested deeper than a JSON text may be: a model's call may have JSON within its texts, which
/// becomes a part of the arguments.
///
/// # Errors
/// `INVALID_PARAMS`.
pub fn check_nesting(tool: &RegisteredTool, arguments: &Map<String, Value>) -> Result<()> {
    if arguments.values().any(|value| is_deeper(value, MOST_LEVELS - 1)) {
        let problems = vec![Problem::at("", format!("is nested deeper than {MOST_LEVELS} levels"))];
        return Err(Error::InvalidParams { tool: tool.name().to_owned(), problems });
    }
    Ok(())
}

/// Whether a value has more levels of lists and maps than `most`.
fn is_deeper(value: &Value, most: usize) -> bool {
    match value {
        Value::Array(items) => most == 0 || items.iter().any(|item| is_deeper(item, most - 1)),
        Value::Object(members) => most == 0 || members.values().any(|member| is_deeper(member, most - 1)),
        _ => false,
    }
}

/// Fills defaults and validates. With `coerce`, a value of a wrong type is converted where it has one meaning: `"5"` to
/// `5`.
///
/// # Errors
/// `INVALID_PARAMS` with every problem at once.
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
        coerced = find_coercions(&value, &problems);
        let mut changed = value.clone();
        for CoercedArgument { pointer, value, .. } in &coerced {
            if let Some(place) = changed.pointer_mut(pointer) {
                place.clone_from(value);
            }
        }
        // Coercion counts only where it solves every problem; else the problems are those of the arguments as sent.
        if !coerced.is_empty() && schema.problems(&changed).is_empty() {
            (value, problems) = (changed, Vec::new());
        }
    }
    match value {
        Value::Object(arguments) if problems.is_empty() => {
            Ok(ValidatedArguments { arguments, is_filled, coerced })
        }
        _ => Err(Error::InvalidParams { tool: tool.name().to_owned(), problems }),
    }
}

fn find_coercions(value: &Value, problems: &[Problem]) -> Vec<CoercedArgument> {
    let coercion = |problem: &Problem| {
        let kinds = problem.expected.as_deref().filter(|_| is_wrong_type(problem))?;
        let given = value.pointer(&problem.pointer)?;
        let (to, value) = kinds.split(", ").find_map(|kind| coerce_value(given, kind))?;
        Some(CoercedArgument { pointer: problem.pointer.clone(), to, value })
    };
    problems.iter().filter_map(coercion).collect()
}

/// Converts a value to a type, where exactly one value of that type can be meant.
fn coerce_value(given: &Value, kind: &str) -> Option<(&'static str, Value)> {
    let parse_json = |text: &str| serde_json::from_str::<Value>(text.trim()).ok();
    match (kind, given) {
        ("integer", Value::String(text)) => {
            parse_json(text).filter(|value| value.is_i64() || value.is_u64()).map(|value| ("integer", value))
        }
        ("number", Value::String(text)) => {
            parse_json(text).filter(Value::is_number).map(|value| ("number", value))
        }
        ("boolean", Value::String(text)) => match text.trim() {
            "true" | "True" | "TRUE" => Some(("boolean", Value::Bool(true))),
            "false" | "False" | "FALSE" => Some(("boolean", Value::Bool(false))),
            _ => None,
        },
        ("null", Value::String(text)) => (text.trim() == "null").then_some(("null", Value::Null)),
        // Models often send an array or object as a string of JSON where the schema is deep.
        ("array", Value::String(text)) => {
            parse_json(text).filter(Value::is_array).map(|value| ("array", value))
        }
        ("object", Value::String(text)) => {
            parse_json(text).filter(Value::is_object).map(|value| ("object", value))
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
    fn a_list_of_as_many_levels_as_json_text_may_have_is_not_deeper() {
        for (levels, expected) in [(1, false), (126, false), (127, true), (200, true)] {
            let list = (0..levels).fold(None, |inner, _| Some(Value::Array(inner.into_iter().collect())));
            assert_eq!(is_deeper(&list.expect("a level"), MOST_LEVELS - 1), expected, "{levels}");
        }
        assert!(!is_deeper(&json!("text"), 0));
    }

    #[test]
    fn a_value_is_coerced_only_where_it_has_one_meaning() {
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
            assert_eq!(coerce_value(&given, kind).map(|(_, value)| value), expected, "{given} {kind}");
        }
    }
}
