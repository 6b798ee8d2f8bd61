//! Result validation: a result that the output schema of its tool refuses is `OUTPUT_INVALID`, and nobody gets it.
//!
//! A tool without an output schema costs one comparison here, and its result is not parsed.

use serde_json::Value;

use crate::error::{Error, Problem, Result};
use crate::tool::{Content, ResultFile, ToolDefinition, ToolResult};

/// Validates a result, and returns it as it is.
///
/// # Errors
/// `OUTPUT_INVALID` with every problem at once.
pub fn validate_result(tool: &ToolDefinition, result: ToolResult) -> Result<ToolResult> {
    if tool.output_schema.is_some() {
        match &result.content {
            Content::Value(value) => validate_result_value(tool, value)?,
            Content::Json(text) => validate_result_text(tool, text)?,
            Content::File(ResultFile { media_type, .. }) => {
                let message = format!("is a file of the media type {media_type}, and no JSON value");
                return Err(invalid(tool, vec![Problem::at("", message)]));
            }
        }
    }
    Ok(result)
}

/// Validates a result that is JSON text.
///
/// # Errors
/// `OUTPUT_INVALID` with every problem at once.
pub fn validate_result_text(tool: &ToolDefinition, text: &str) -> Result<()> {
    match serde_json::from_str(text) {
        Ok(value) => validate_result_value(tool, &value),
        Err(error) => Err(invalid(tool, vec![Problem::at("", format!("cannot be read as JSON: {error}"))])),
    }
}

fn validate_result_value(tool: &ToolDefinition, value: &Value) -> Result<()> {
    let Some(schema) = &tool.output_schema else { return Ok(()) };
    let problems = schema.problems(value);
    if problems.is_empty() { Ok(()) } else { Err(invalid(tool, problems)) }
}

fn invalid(tool: &ToolDefinition, problems: Vec<Problem>) -> Error {
    Error::OutputInvalid { tool: tool.name.clone(), problems }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn tool(output: &Value) -> ToolDefinition {
        let definition = json!({"name": "t", "description": "d", "outputSchema": output});
        ToolDefinition::parse(&definition, true).expect("a definition")
    }

    fn content(content: Content) -> ToolResult {
        ToolResult { content, http: None }
    }

    #[test]
    fn a_result_that_fits_is_given_as_it_is_in_each_form() {
        let tool = tool(&json!({"type": "object", "required": ["a"]}));
        for form in [Content::Value(json!({"a": 1})), Content::Json(" {\"a\": 1}".to_owned())] {
            let result = content(form);
            assert_eq!(validate_result(&tool, result.clone()), Ok(result));
        }
    }

    #[test]
    fn every_problem_of_a_result_is_told_with_its_pointer() {
        let schema =
            json!({"type": "object", "properties": {"a": {"type": "string"}}, "required": ["a", "b"]});
        let tool = tool(&schema);
        let deep = format!("{}{}", "[".repeat(200), "]".repeat(200));
        let file = ResultFile { media_type: "image/png".to_owned(), name: None, bytes: Vec::new() };
        for (form, pointers) in [
            (Content::Value(json!({"a": 1})), &["/a", "/b"][..]),
            (Content::Value(Value::Null), &[""]),
            (Content::Json("[]".to_owned()), &[""]),
            (Content::Json(deep), &[""]),
            (Content::Json("{".to_owned()), &[""]),
            (Content::File(file), &[""]),
        ] {
            let Err(Error::OutputInvalid { tool, problems }) = validate_result(&tool, content(form.clone()))
            else {
                panic!("{form:?} is refused")
            };
            let mut told: Vec<_> = problems.iter().map(|problem| problem.pointer.as_str()).collect();
            told.sort_unstable();
            assert_eq!((tool.as_str(), told), ("t", pointers.to_vec()), "{form:?}");
        }
    }

    #[test]
    fn a_tool_without_an_output_schema_gives_anything() {
        let tool = tool(&Value::Null);
        let result = content(Content::Json("no JSON".to_owned()));
        assert_eq!(validate_result(&tool, result.clone()), Ok(result));
    }
}
