//! Errors that another language raises on its side of the border: their data in, their message out of the one table.

use serde::Deserialize;

use super::error::Error;
use super::error_data::{Failure, Problem};
use super::message_text::{join_problems, over_limit, timed_out};

/// An error that JavaScript raises, with the data of its message. The data are read from JSON: `{ code, tool, … }`.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(tag = "code", rename_all = "SCREAMING_SNAKE_CASE", rename_all_fields = "camelCase")]
pub enum RaisedError {
    /// See [`Error::Cancelled`].
    Cancelled {
        /// The tool.
        tool: String,
    },
    /// See [`Error::Timeout`].
    Timeout {
        /// The tool.
        tool: String,
        /// The deadline, in ms. JavaScript takes fractions.
        timeout_ms: f64,
    },
    /// See [`Error::ToolFailed`].
    ToolFailed {
        /// The tool.
        tool: String,
        /// The message of what it threw.
        message: String,
    },
    /// See [`Error::InvalidParams`].
    InvalidParams {
        /// The tool.
        tool: String,
        /// All problems of the arguments.
        problems: Vec<Problem>,
    },
    /// See [`Error::InvalidDefinition`].
    InvalidDefinition {
        /// The tool; empty where it has no name.
        tool: String,
        /// All problems of the definition.
        problems: Vec<Problem>,
        /// The function that takes a definition, where the value is none.
        function: Option<String>,
    },
    /// See [`Error::InvalidOptions`].
    InvalidOptions {
        /// The option's name.
        option: String,
        /// What is wrong and what would be right.
        reason: String,
    },
    /// See [`Error::LimitExceeded`]. The call depth is counted where closures call each other, in JavaScript.
    LimitExceeded {
        /// What is counted.
        what: String,
        /// The limit, in units of `what`.
        limit: f64,
        /// The tool of a call that is nested too deep.
        tool: Option<String>,
        /// The number of calls around that one.
        depth: Option<u32>,
    },
    /// A tool of the handle's name that is not the one that the handle registered.
    UnknownTool {
        /// The name.
        name: String,
    },
    /// See [`Error::Closed`].
    Closed {
        /// What is closed: `registry` or `loader`.
        what: String,
    },
}

impl RaisedError {
    /// The message, as people read it.
    pub fn message(self) -> String {
        match self {
            Self::Cancelled { tool } => Error::Cancelled { tool }.to_string(),
            Self::Timeout { tool, timeout_ms } => timed_out(&tool, &timeout_ms),
            Self::ToolFailed { tool, message } => {
                let failure = Box::new(Failure { message, ..Failure::default() });
                Error::ToolFailed { tool, failure }.to_string()
            }
            Self::InvalidParams { tool, problems } => Error::InvalidParams { tool, problems }.to_string(),
            Self::InvalidDefinition { problems, function: Some(function), .. } => {
                format!("{function} {}", join_problems(&problems))
            }
            Self::InvalidDefinition { tool, problems, .. } => {
                Error::InvalidDefinition { tool, problems }.to_string()
            }
            Self::InvalidOptions { option, reason } => Error::InvalidOptions { option, reason }.to_string(),
            Self::LimitExceeded { what, limit, tool: Some(tool), depth: Some(depth) } => format!(
                "call of \"{tool}\" stands in {depth} other calls, each made by the tool before: {} (callLimits.depth); a tool that calls itself needs an end",
                over_limit(&what, &limit)
            ),
            Self::LimitExceeded { what, limit, .. } => over_limit(&what, &limit),
            Self::UnknownTool { name } => {
                format!("no tool \"{name}\" of this handle: another tool has its name")
            }
            Self::Closed { what } => {
                let what = if what == "loader" { "loader" } else { "registry" };
                Error::Closed { what }.to_string()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn message(data: Value) -> String {
        serde_json::from_value::<RaisedError>(data).expect("a raised error").message()
    }

    #[test]
    fn a_raised_error_has_the_message_of_the_core() {
        let tool = || "a".to_owned();
        let problems = vec![Problem::at("/n", "must be a number"), Problem::at("", "is wrong")];
        for (data, error) in [
            (json!({"code": "CANCELLED", "tool": "a"}), Error::Cancelled { tool: tool() }),
            (
                json!({"code": "TIMEOUT", "tool": "a", "timeoutMs": 500}),
                Error::Timeout { tool: tool(), timeout_ms: 500 },
            ),
            (
                json!({"code": "INVALID_PARAMS", "tool": "a", "problems": problems.clone()}),
                Error::InvalidParams { tool: tool(), problems: problems.clone() },
            ),
            (
                json!({"code": "INVALID_DEFINITION", "tool": "", "problems": problems.clone()}),
                Error::InvalidDefinition { tool: String::new(), problems },
            ),
            (
                json!({"code": "INVALID_OPTIONS", "option": "o", "reason": "r"}),
                Error::InvalidOptions { option: "o".to_owned(), reason: "r".to_owned() },
            ),
            (
                json!({"code": "LIMIT_EXCEEDED", "what": "document bytes", "limit": 5}),
                Error::LimitExceeded { what: "document bytes", limit: 5 },
            ),
            (json!({"code": "CLOSED", "what": "loader"}), Error::Closed { what: "loader" }),
        ] {
            assert_eq!(message(data), error.to_string());
        }
    }

    #[test]
    fn javascript_alone_has_fractions_depths_and_handles() {
        let timeout = message(json!({"code": "TIMEOUT", "tool": "a", "timeoutMs": 0.5}));
        assert_eq!(timeout, "tool \"a\" did not answer within 0.5 ms");
        let failed = message(json!({"code": "TOOL_FAILED", "tool": "a", "message": "no"}));
        assert_eq!(failed, "tool \"a\" failed: no");
        let depth =
            json!({"code": "LIMIT_EXCEEDED", "what": "call depth", "limit": 2, "tool": "a", "depth": 2});
        assert!(message(depth).contains("stands in 2 other calls"));
        let problems = json!([{"pointer": "", "message": "takes one object"}]);
        let data = json!({"code": "INVALID_DEFINITION", "tool": "", "problems": problems, "function": "register(d)"});
        assert_eq!(message(data), "register(d) takes one object");
        let handle = message(json!({"code": "UNKNOWN_TOOL", "name": "a", "nearest": []}));
        assert_eq!(handle, "no tool \"a\" of this handle: another tool has its name");
    }
}
