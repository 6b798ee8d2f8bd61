//! Errors that another language raises on its side of the border: their data in, their message out of the one table.

use serde::Deserialize;

use super::error::Error;
use super::error_data::{ConfigProblem, Failure, Problem};
use super::message_text::{excerpt, excerpt_of_pointer, join_problems, over_limit, timed_out, with_reason};

/// An error that JavaScript raises, with the data of its message. The data are read from JSON: `{ code, tool, … }`.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(tag = "code", rename_all = "SCREAMING_SNAKE_CASE", rename_all_fields = "camelCase")]
pub enum RaisedError {
    /// See [`Error::Cancelled`].
    Cancelled {
        /// The tool.
        tool: String,
    },
    /// See [`Error::Timeout`]; or something else that is over its deadline.
    Timeout {
        /// What did not answer.
        #[serde(flatten)]
        subject: TimeoutSubject,
        /// The deadline, in ms. JavaScript takes fractions.
        timeout_ms: f64,
    },
    /// See [`Error::SourceUnreadable`]. The source is one that JavaScript reads.
    SourceUnreadable {
        /// What cannot be read.
        location: String,
        /// Why not.
        reason: String,
    },
    /// See [`Error::SourceForbidden`].
    SourceForbidden {
        /// What may not be read.
        location: String,
        /// Why not.
        reason: String,
    },
    /// See [`Error::SourceTaken`]: the name of a source.
    NameTaken {
        /// The source name.
        name: String,
        /// The location of the source that has it.
        location: String,
    },
    /// See [`Error::UnknownSource`].
    UnknownSource {
        /// The name.
        name: String,
        /// The nearest names.
        nearest: Vec<String>,
    },
    /// A module that cannot be linked, or that throws while it is evaluated.
    InvalidSpec {
        /// The path of the module.
        location: String,
        /// 1-based line, where it is known.
        line: Option<u32>,
        /// 1-based column, where it is known.
        column: Option<u32>,
        /// What is wrong.
        reason: String,
    },
    /// See [`Error::ApprovalRequired`]. In JavaScript a call may have waited, or too many others wait.
    ApprovalRequired {
        /// The tool.
        tool: String,
        /// How long the call has waited, in ms.
        waited_ms: Option<f64>,
        /// The limit of calls that wait, where it is reached.
        max_approvals: Option<u64>,
    },
    /// A person has rejected a call. Calls wait in JavaScript alone.
    ApprovalRejected {
        /// The tool.
        tool: String,
        /// What the person said.
        reason: Option<String>,
    },
    /// No call waits for approval under this id.
    UnknownApproval {
        /// The id.
        id: String,
        /// What was decided, where that is known.
        outcome: Option<String>,
    },
    /// See [`Error::InputRequired`].
    InputRequired {
        /// The tool.
        tool: String,
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
    /// See [`Error::OutputInvalid`].
    OutputInvalid {
        /// The tool.
        tool: String,
        /// All problems of the result.
        problems: Vec<Problem>,
    },
    /// The MCP server of a tool cannot be reached. Nothing of the call was sent.
    UpstreamDown {
        /// The tool.
        tool: String,
        /// The source that the server is.
        upstream: String,
        /// Since when, as ISO 8601.
        since: String,
        /// Why not.
        reason: String,
    },
    /// The MCP server of a tool did not carry out a call.
    UpstreamFailed {
        /// The tool.
        tool: String,
        /// The source that the server is.
        upstream: String,
        /// Why not.
        reason: String,
        /// Whether the call was sent and may have taken effect.
        may_have_run: bool,
    },
    /// The caller of a tool has no credentials for its MCP server, or the server does not accept them.
    AuthFailed {
        /// The tool.
        tool: String,
        /// The source that the server is.
        upstream: String,
        /// What is wrong. It holds no credential.
        reason: String,
    },
    /// All connections that callers of a tool may have to its MCP server are in use.
    Busy {
        /// The tool.
        tool: String,
        /// The source that the server is.
        upstream: String,
        /// The number of connections.
        limit: u32,
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
    /// See [`Error::InvalidConfig`]. What takes the options of a configuration finds mistakes after it was read.
    ConfigInvalid {
        /// All problems.
        problems: Vec<ConfigProblem>,
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
    /// A server has too many calls at once. It does not know when one ends.
    RateLimited {
        /// The tool that was called.
        tool: String,
        /// When to try again, in ms.
        retry_after_ms: u64,
    },
    /// A tool of the handle's name that is not the one that the handle registered.
    UnknownTool {
        /// The name.
        name: String,
    },
    /// See [`Error::Closed`].
    Closed {
        /// What is closed: `registry`, `loader`, `ToolModules`, `McpLoader`, `provider` or `MCP server`.
        what: String,
    },
}

/// What is over its deadline. The key says which it is: the first of these that the data have.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(untagged)]
pub enum TimeoutSubject {
    /// A module whose evaluation does not end.
    Module {
        /// Its path.
        location: String,
    },
    /// Something with a name of its own: a function of a provider, a load.
    Named {
        /// What it is.
        what: String,
    },
    /// A tool.
    Tool {
        /// Its name.
        tool: String,
    },
}

impl TimeoutSubject {
    fn message(&self, timeout_ms: f64) -> String {
        match self {
            Self::Module { location } => format!(
                "module \"{location}\" was not evaluated within {timeout_ms} ms: a top-level await does not end, in it or in what it imports"
            ),
            Self::Named { what } => format!("{what} did not answer within {timeout_ms} ms"),
            Self::Tool { tool } => timed_out(tool, &timeout_ms),
        }
    }
}

impl RaisedError {
    /// The message, as people read it.
    pub fn message(self) -> String {
        match self {
            Self::Cancelled { tool } => Error::Cancelled { tool }.to_string(),
            Self::Timeout { subject, timeout_ms } => subject.message(timeout_ms),
            Self::SourceUnreadable { location, reason } => {
                Error::SourceUnreadable { location, reason, status: None }.to_string()
            }
            Self::InvalidSpec { location, line, column, reason } => {
                invalid_spec(&location, [line, column], &reason)
            }
            Self::SourceForbidden { location, reason } => {
                Error::SourceForbidden { location, reason }.to_string()
            }
            Self::NameTaken { name, location } => Error::SourceTaken { name, location }.to_string(),
            Self::UnknownSource { name, nearest } => Error::UnknownSource { name, nearest }.to_string(),
            Self::ApprovalRequired { tool, waited_ms, max_approvals } => {
                approval_required(tool, waited_ms, max_approvals)
            }
            Self::ApprovalRejected { tool, reason } => format!(
                "a person rejected this call of tool \"{tool}\"{}; do not make it again unchanged",
                with_reason(reason.as_deref())
            ),
            Self::UnknownApproval { id, outcome } => unknown_approval(&id, outcome.as_deref()),
            Self::InputRequired { tool } => Error::InputRequired { tool }.to_string(),
            Self::ToolFailed { tool, message } => tool_failed(tool, message),
            Self::InvalidParams { tool, problems } => Error::InvalidParams { tool, problems }.to_string(),
            Self::OutputInvalid { tool, problems } => Error::OutputInvalid { tool, problems }.to_string(),
            Self::UpstreamDown { tool, upstream, since, reason } => format!(
                "tool \"{tool}\" was not called: its MCP server \"{upstream}\" is down since {since}: {reason}"
            ),
            Self::UpstreamFailed { tool, upstream, reason, may_have_run } => {
                upstream_failed(&tool, &upstream, &reason, may_have_run)
            }
            Self::AuthFailed { tool, upstream, reason } => format!(
                "tool \"{tool}\" did not run: its caller has no valid credentials for MCP server \"{upstream}\": {reason}"
            ),
            Self::Busy { tool, upstream, limit } => format!(
                "tool \"{tool}\" was not called: all {limit} connections of callers to MCP server \"{upstream}\" are in use: try again later, or raise maxConnections"
            ),
            Self::InvalidDefinition { problems, function: Some(function), .. } => {
                format!("{function} {}", join_problems(&problems))
            }
            Self::InvalidDefinition { tool, problems, .. } => {
                Error::InvalidDefinition { tool, problems }.to_string()
            }
            Self::InvalidOptions { option, reason } => Error::InvalidOptions { option, reason }.to_string(),
            Self::ConfigInvalid { problems } => Error::InvalidConfig { problems }.to_string(),
            Self::LimitExceeded { what, limit, tool: Some(tool), depth: Some(depth) } => format!(
                "call of \"{tool}\" stands in {depth} other calls, each made by the tool before: {} (callLimits.depth); a tool that calls itself needs an end",
                over_limit(&what, &limit)
            ),
            Self::LimitExceeded { what, limit, .. } => over_limit(&what, &limit),
            Self::RateLimited { tool, retry_after_ms } => format!(
                "the server has too many calls at once to call \"{tool}\": try again in {retry_after_ms} ms"
            ),
            Self::UnknownTool { name } => format!(
                "the tool of this handle is not registered any more: another tool has the name \"{name}\""
            ),
            Self::Closed { what } => Error::Closed { what: closed_part(what.as_str()) }.to_string(),
        }
    }
}

/// The message of a document that cannot be read, with its line and column.
fn invalid_spec(location: &str, place: [Option<u32>; 2], reason: &str) -> String {
    let place = place.into_iter().flatten().map(|number| format!(":{number}"));
    format!("{}{}: {reason}", excerpt_of_pointer(location), place.collect::<String>())
}

fn tool_failed(tool: String, message: String) -> String {
    let failure = Box::new(Failure { message, ..Failure::default() });
    Error::ToolFailed { tool, failure }.to_string()
}

/// What was closed, as messages name it.
fn closed_part(what: &str) -> &'static str {
    match what {
        "loader" => "loader",
        "ToolModules" => "ToolModules",
        "McpLoader" => "McpLoader",
        "provider" => "provider",
        "MCP server" => "MCP server",
        _ => "registry",
    }
}

fn approval_required(tool: String, waited_ms: Option<f64>, max_approvals: Option<u64>) -> String {
    match (waited_ms, max_approvals) {
        (Some(waited), _) => format!(
            "tool \"{tool}\" requires approval, and no decision came within {waited} ms: ask a person, then call it again"
        ),
        (None, Some(most)) => {
            format!("tool \"{tool}\" requires approval, and {most} calls wait for one already: call it later")
        }
        (None, None) => Error::ApprovalRequired { tool }.to_string(),
    }
}

fn unknown_approval(id: &str, outcome: Option<&str>) -> String {
    let id = excerpt(id);
    match outcome {
        Some(outcome) => format!("approval \"{id}\" is settled already: {outcome}"),
        None => format!("no call waits for approval \"{id}\": it is settled, or there was none of this id"),
    }
}

fn upstream_failed(tool: &str, upstream: &str, reason: &str, may_have_run: bool) -> String {
    let advice = if may_have_run { "; the call may have run, and is not sent again" } else { "" };
    format!("the MCP server \"{upstream}\" did not carry out tool \"{tool}\": {reason}{advice}")
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
            (json!({"code": "APPROVAL_REQUIRED", "tool": "a"}), Error::ApprovalRequired { tool: tool() }),
            (json!({"code": "INPUT_REQUIRED", "tool": "a"}), Error::InputRequired { tool: tool() }),
            (
                json!({"code": "TIMEOUT", "tool": "a", "timeoutMs": 500}),
                Error::Timeout { tool: tool(), timeout_ms: 500 },
            ),
            (
                json!({"code": "INVALID_PARAMS", "tool": "a", "problems": problems.clone()}),
                Error::InvalidParams { tool: tool(), problems: problems.clone() },
            ),
            (
                json!({"code": "OUTPUT_INVALID", "tool": "a", "problems": problems.clone()}),
                Error::OutputInvalid { tool: tool(), problems: problems.clone() },
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
                json!({"code": "CONFIG_INVALID", "problems": [{"pointer": "/a", "message": "is wrong"}]}),
                Error::InvalidConfig {
                    problems: vec![ConfigProblem {
                        file: String::new(),
                        line: None,
                        column: None,
                        pointer: "/a".to_owned(),
                        message: "is wrong".to_owned(),
                    }],
                },
            ),
            (
                json!({"code": "LIMIT_EXCEEDED", "what": "document bytes", "limit": 5}),
                Error::LimitExceeded { what: "document bytes", limit: 5 },
            ),
            (
                json!({"code": "SOURCE_UNREADABLE", "location": "crm", "reason": "down"}),
                Error::SourceUnreadable {
                    location: "crm".to_owned(),
                    reason: "down".to_owned(),
                    status: None,
                },
            ),
            (json!({"code": "CLOSED", "what": "loader"}), Error::Closed { what: "loader" }),
            (json!({"code": "CLOSED", "what": "ToolModules"}), Error::Closed { what: "ToolModules" }),
            (json!({"code": "CLOSED", "what": "McpLoader"}), Error::Closed { what: "McpLoader" }),
            (json!({"code": "CLOSED", "what": "provider"}), Error::Closed { what: "provider" }),
            (json!({"code": "CLOSED", "what": "MCP server"}), Error::Closed { what: "MCP server" }),
        ] {
            assert_eq!(message(data), error.to_string());
        }
    }

    #[test]
    fn the_place_of_a_module_is_as_exact_as_it_is_known() {
        let said = |place: Value| {
            let mut data = json!({"code": "INVALID_SPEC", "location": "/a.js", "reason": "no"});
            data.as_object_mut().expect("an object").extend(place.as_object().expect("an object").clone());
            message(data)
        };
        assert_eq!(said(json!({})), "/a.js: no");
        assert_eq!(said(json!({"line": 2})), "/a.js:2: no");
        assert_eq!(said(json!({"line": 2, "column": 3})), "/a.js:2:3: no");
    }

    #[test]
    fn javascript_alone_has_fractions_depths_and_handles() {
        let timeout = message(json!({"code": "TIMEOUT", "tool": "a", "timeoutMs": 0.5}));
        assert_eq!(timeout, "tool \"a\" did not answer within 0.5 ms");
        let module = message(json!({"code": "TIMEOUT", "location": "/a.js", "timeoutMs": 5}));
        assert!(module.starts_with("module \"/a.js\" was not evaluated within 5 ms"));
        let provider = json!({"code": "TIMEOUT", "tool": "", "what": "loadTools of crm", "timeoutMs": 5});
        assert_eq!(message(provider), "loadTools of crm did not answer within 5 ms");
        let failed = message(json!({"code": "TOOL_FAILED", "tool": "a", "message": "no"}));
        assert_eq!(failed, "tool \"a\" failed: no");
        let depth =
            json!({"code": "LIMIT_EXCEEDED", "what": "call depth", "limit": 2, "tool": "a", "depth": 2});
        assert!(message(depth).contains("stands in 2 other calls"));
        let problems = json!([{"pointer": "", "message": "takes one object"}]);
        let data = json!({"code": "INVALID_DEFINITION", "tool": "", "problems": problems, "function": "register(d)"});
        assert_eq!(message(data), "register(d) takes one object");
        let down = json!({"code": "UPSTREAM_DOWN", "tool": "gh_a", "upstream": "gh", "since": "2026-01-01T00:00:00.000Z", "reason": "no"});
        assert_eq!(
            message(down),
            "tool \"gh_a\" was not called: its MCP server \"gh\" is down since 2026-01-01T00:00:00.000Z: no"
        );
        let failed = json!({"code": "UPSTREAM_FAILED", "tool": "gh_a", "upstream": "gh", "reason": "no", "mayHaveRun": true});
        assert!(message(failed).ends_with("no; the call may have run, and is not sent again"));
        let refused = json!({"code": "AUTH_FAILED", "tool": "gh_a", "upstream": "gh", "reason": "HTTP 401"});
        assert_eq!(
            message(refused),
            "tool \"gh_a\" did not run: its caller has no valid credentials for MCP server \"gh\": HTTP 401"
        );
        let busy = message(json!({"code": "BUSY", "tool": "gh_a", "upstream": "gh", "limit": 2}));
        assert!(busy.starts_with("tool \"gh_a\" was not called: all 2 connections of callers"), "{busy}");
        let late = message(json!({"code": "APPROVAL_REQUIRED", "tool": "a", "waitedMs": 5}));
        assert!(late.contains("no decision came within 5 ms"), "{late}");
        let full = message(json!({"code": "APPROVAL_REQUIRED", "tool": "a", "maxApprovals": 2}));
        assert!(full.contains("2 calls wait"), "{full}");
        let rejected = message(json!({"code": "APPROVAL_REJECTED", "tool": "a", "reason": "no"}));
        assert_eq!(rejected, "a person rejected this call of tool \"a\": no; do not make it again unchanged");
        let settled = message(json!({"code": "UNKNOWN_APPROVAL", "id": "x", "outcome": "approved"}));
        assert_eq!(settled, "approval \"x\" is settled already: approved");
        let unknown = message(json!({"code": "UNKNOWN_APPROVAL", "id": "x"}));
        assert!(unknown.starts_with("no call waits for approval \"x\""), "{unknown}");
        let handle = message(json!({"code": "UNKNOWN_TOOL", "name": "a", "nearest": []}));
        assert_eq!(
            handle,
            "the tool of this handle is not registered any more: another tool has the name \"a\""
        );
    }
}
