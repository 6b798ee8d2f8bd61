//! The outcome of a call as an idempotency key keeps it.

use std::borrow::Cow;
use std::sync::Arc;

use serde_json::{Map, Value};

use super::idempotency_store::IdempotencyStore;
use crate::error::{Error, ErrorCode, Failure, Problem, Result};
use crate::tool::{Content, ToolResult};

/// An outcome that several calls share.
pub type KeptOutcome = Arc<Result<ToolResult>>;

/// Whether a failed call certainly had no effect, so that its key is free for another attempt. An answer of an API is kept, apart
/// from 401 and 429, which say that the API did nothing. A call that the API may have acted on without an answer is kept too.
pub const fn has_no_effect(error: &Error) -> bool {
    match error {
        Error::UnknownTool { .. }
        | Error::Disabled { .. }
        | Error::InvalidParams { .. }
        | Error::MissingContext { .. }
        | Error::ApprovalRequired { .. }
        | Error::InputRequired { .. }
        | Error::RateLimited { .. }
        | Error::Busy { .. }
        | Error::CircuitOpen { .. }
        | Error::KeyReused { .. }
        | Error::AuthFailed { .. }
        | Error::AddressForbidden { .. }
        | Error::HttpUnreachable { .. }
        | Error::InvalidOptions { .. }
        | Error::InvalidValue { .. }
        | Error::InvalidConfig { .. }
        | Error::Closed { .. } => true,
        Error::HttpFailed { answer, .. } => matches!(answer.status, 401 | 429),
        Error::Raised(fault) => {
            matches!(fault.code, ErrorCode::UpstreamDown | ErrorCode::AuthFailed | ErrorCode::Busy)
        }
        Error::Syntax { .. }
        | Error::InvalidSpec { .. }
        | Error::InvalidModule { .. }
        | Error::UnsupportedSpec { .. }
        | Error::HiddenUnicode { .. }
        | Error::UnresolvedRef { .. }
        | Error::UnusableRef { .. }
        | Error::LimitExceeded { .. }
        | Error::LimitExceededAt { .. }
        | Error::ModuleOverLimit(_)
        | Error::SourceUnreadable { .. }
        | Error::SourceForbidden { .. }
        | Error::InvalidDefinition { .. }
        | Error::NameTaken { .. }
        | Error::SourceTaken { .. }
        | Error::UnknownSource { .. }
        | Error::OutcomeTooLong { .. }
        | Error::Timeout { .. }
        | Error::Cancelled { .. }
        | Error::ToolFailed { .. }
        | Error::OutputInvalid { .. }
        | Error::SelectionFailed { .. }
        | Error::SelectionTimeout { .. }
        | Error::HttpBroken { .. }
        | Error::ResponseTooLarge { .. }
        | Error::ResponseHasTooMany { .. }
        | Error::NotRepresentable { .. }
        | Error::StaleRevision { .. }
        | Error::GateRefused { .. }
        | Error::UnknownChange { .. }
        | Error::UnknownVersion { .. }
        | Error::AuditBroken { .. }
        | Error::AuditUnwritable { .. }
        | Error::StateBroken { .. }
        | Error::StateLocked { .. }
        | Error::StateUnwritable { .. }
        | Error::Internal { .. } => false,
    }
}

/// An outcome as it is kept: a value as JSON text, which takes a fraction of the memory of a tree.
pub fn keep_outcome(outcome: Cow<'_, Result<ToolResult>>) -> KeptOutcome {
    Arc::new(match outcome {
        Cow::Borrowed(Ok(ToolResult { content: Content::Value(value), http })) => {
            Ok(ToolResult { content: as_json_text(value), http: http.clone() })
        }
        Cow::Owned(Ok(ToolResult { content: Content::Value(value), http })) => {
            Ok(ToolResult { content: as_json_text(&value), http })
        }
        other => other.into_owned(),
    })
}

fn as_json_text(value: &Value) -> Content {
    // The writer doubles its buffer as it grows.
    let mut text = value.to_string();
    text.shrink_to_fit();
    Content::Json(text)
}

/// Memory of a kept outcome with its key, in bytes.
pub fn outcome_bytes(outcome: &Result<ToolResult>) -> usize {
    /// The counters of an `Arc`, and what allocators round up to.
    const SLACK: usize = 64;
    let own = match outcome {
        Ok(result) => {
            let head = result.http.as_ref().map_or(0, |http| http.headers.iter().map(header_bytes).sum());
            let content = match &result.content {
                Content::Value(value) => value_bytes(value),
                Content::Json(text) => text.capacity(),
                Content::File(file) => file.bytes.capacity() + file.media_type.len(),
            };
            content + head
        }
        Err(Error::HttpFailed { answer, .. }) => map_bytes(&answer.headers) + value_bytes(&answer.body),
        Err(Error::ToolFailed { failure, .. }) => failure_bytes(failure),
        Err(Error::OutputInvalid { problems, .. }) => problems.iter().map(problem_bytes).sum(),
        Err(_) => 0,
    };
    own.saturating_add(size_of::<Result<ToolResult>>() + IdempotencyStore::<KeptOutcome>::OVERHEAD + SLACK)
}

fn header_bytes((name, value): &(String, String)) -> usize {
    size_of::<(String, String)>() + name.len() + value.len()
}

fn problem_bytes(Problem { pointer, message, expected, got }: &Problem) -> usize {
    let optional = |text: &Option<String>| text.as_ref().map_or(0, String::len);
    size_of::<Problem>() + pointer.len() + message.len() + optional(expected) + optional(got)
}

fn failure_bytes(failure: &Failure) -> usize {
    let Failure { name, message, code, stack, cause, for_model: _ } = failure;
    let optional = |text: &Option<String>| text.as_ref().map_or(0, String::len);
    let below = cause.as_ref().map_or(0, |cause| failure_bytes(cause));
    size_of::<Failure>() + name.len() + message.len() + optional(code) + optional(stack) + below
}

/// Memory of a tree of values beside its root, in bytes.
fn value_bytes(value: &Value) -> usize {
    match value {
        Value::String(text) => text.capacity(),
        Value::Array(items) => {
            items.capacity() * size_of::<Value>() + items.iter().map(value_bytes).sum::<usize>()
        }
        Value::Object(map) => map_bytes(map),
        _ => 0,
    }
}

fn map_bytes(map: &Map<String, Value>) -> usize {
    /// The key, the value, the hash, and the slot of the table.
    const ENTRY: usize = size_of::<(String, Value)>() + 4 * size_of::<usize>();
    map.iter().map(|(key, value)| ENTRY + key.len() + value_bytes(value)).sum()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_kept_value_is_a_text_and_weighs_what_it_is() {
        let value = json!({"a": [1, 2, 3], "b": "c".repeat(1_000)});
        let outcome = keep_outcome(Cow::Borrowed(&Ok(value.clone().into())));
        let Ok(result) = outcome.as_ref() else { panic!("a result") };
        assert_eq!(result.content, Content::Json(value.to_string()));
        let least = outcome_bytes(&Ok(Value::Null.into()));
        let weighed = outcome_bytes(&outcome);
        assert!((1_000..1_100).contains(&(weighed - least)), "{weighed} and {least}");
        assert!(least >= IdempotencyStore::<KeptOutcome>::OVERHEAD + size_of::<Result<ToolResult>>());
        assert_eq!(result.clone().into_value(), value);
    }

    #[test]
    fn an_outcome_that_is_given_away_is_kept_without_a_copy() {
        let text = "[1]".to_owned();
        let place = text.as_ptr();
        let outcome = keep_outcome(Cow::Owned(Ok(ToolResult { content: Content::Json(text), http: None })));
        let Ok(ToolResult { content: Content::Json(text), .. }) = outcome.as_ref() else { panic!("JSON") };
        assert_eq!(text.as_ptr(), place);
    }

    #[test]
    fn failures_weigh_all_that_they_hold() {
        let least = outcome_bytes(&Err(Error::Cancelled { tool: "t".into() }));
        let failure = |cause| Failure {
            name: "E".into(),
            message: "m".repeat(500),
            code: None,
            stack: Some("s".repeat(500)),
            cause,
            for_model: false,
        };
        let failure = failure(Some(Box::new(failure(None))));
        let failed = Err(Error::ToolFailed { tool: "t".into(), failure: Box::new(failure) });
        assert!(outcome_bytes(&failed) >= least + 2_000);
    }
}
