//! What a call came to, as a key keeps it.

use std::borrow::Cow;
use std::sync::Arc;

use serde_json::{Map, Value};

use super::idempotency::Keys;
use crate::error::{Error, Failure, Result};
use crate::tool::{Content, ToolResult};

/// An outcome that many calls may have.
pub type Outcome = Arc<Result<ToolResult>>;

/// Whether nobody acted on a call that failed so: its key is free for another attempt. What an API answered is kept, but for
/// the two that say that it looked at nothing (401, 429); so is a call that it may have acted on without an answer.
pub const fn is_without_effect(error: &Error) -> bool {
    match error {
        Error::UnknownTool { .. }
        | Error::Disabled { .. }
        | Error::InvalidParams { .. }
        | Error::MissingContext { .. }
        | Error::RateLimited { .. }
        | Error::Busy { .. }
        | Error::CircuitOpen { .. }
        | Error::KeyReused { .. }
        | Error::AuthFailed { .. }
        | Error::AddressForbidden { .. }
        | Error::HttpUnreachable { .. }
        | Error::InvalidOptions { .. }
        | Error::InvalidValue { .. }
        | Error::Closed { .. } => true,
        Error::HttpFailed { answer, .. } => matches!(answer.status, 401 | 429),
        _ => false,
    }
}

/// An outcome as it is kept: a value as its text, which takes a fraction of what a tree takes. A tree is written and not copied.
pub fn kept(outcome: Cow<'_, Result<ToolResult>>) -> Outcome {
    Arc::new(match outcome {
        Cow::Borrowed(Ok(ToolResult { content: Content::Value(value), http })) => {
            Ok(ToolResult { content: written(value), http: http.clone() })
        }
        Cow::Owned(Ok(ToolResult { content: Content::Value(value), http })) => {
            Ok(ToolResult { content: written(&value), http })
        }
        other => other.into_owned(),
    })
}

fn written(value: &Value) -> Content {
    // Writing doubles its room as it goes.
    let mut text = value.to_string();
    text.shrink_to_fit();
    Content::Json(text)
}

/// How many bytes a kept outcome takes, with its key.
pub fn weight(outcome: &Result<ToolResult>) -> usize {
    /// The counters of an `Arc`, and what allocators round up.
    const SLACK: usize = 64;
    let own = match outcome {
        Ok(result) => {
            let head = result.http.as_ref().map_or(0, |http| http.headers.iter().map(header_weight).sum());
            let content = match &result.content {
                Content::Value(value) => tree_weight(value),
                Content::Json(text) => text.capacity(),
                Content::File(file) => file.bytes.capacity() + file.media_type.len(),
            };
            content + head
        }
        Err(Error::HttpFailed { answer, .. }) => map_weight(&answer.headers) + tree_weight(&answer.body),
        Err(Error::ToolFailed { failure, .. }) => failure_weight(failure),
        Err(_) => 0,
    };
    own.saturating_add(size_of::<Result<ToolResult>>() + Keys::<Outcome>::OVERHEAD + SLACK)
}

fn header_weight((name, value): &(String, String)) -> usize {
    size_of::<(String, String)>() + name.len() + value.len()
}

fn failure_weight(failure: &Failure) -> usize {
    let Failure { name, message, code, stack, cause, for_model: _ } = failure;
    let optional = |text: &Option<String>| text.as_ref().map_or(0, String::len);
    let below = cause.as_ref().map_or(0, |cause| failure_weight(cause));
    size_of::<Failure>() + name.len() + message.len() + optional(code) + optional(stack) + below
}

/// What a tree of values takes beside its root.
fn tree_weight(value: &Value) -> usize {
    match value {
        Value::String(text) => text.capacity(),
        Value::Array(items) => {
            items.capacity() * size_of::<Value>() + items.iter().map(tree_weight).sum::<usize>()
        }
        Value::Object(map) => map_weight(map),
        _ => 0,
    }
}

fn map_weight(map: &Map<String, Value>) -> usize {
    /// The key, the value, the hash, and the place in the table.
    const ENTRY: usize = size_of::<(String, Value)>() + 4 * size_of::<usize>();
    map.iter().map(|(key, value)| ENTRY + key.len() + tree_weight(value)).sum()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_kept_value_is_a_text_and_weighs_what_it_is() {
        let value = json!({"a": [1, 2, 3], "b": "c".repeat(1_000)});
        let outcome = kept(Cow::Borrowed(&Ok(value.clone().into())));
        let Ok(result) = outcome.as_ref() else { panic!("a result") };
        assert_eq!(result.content, Content::Json(value.to_string()));
        let least = weight(&Ok(Value::Null.into()));
        let weighed = weight(&outcome);
        assert!((1_000..1_100).contains(&(weighed - least)), "{weighed} and {least}");
        assert!(least >= Keys::<Outcome>::OVERHEAD + size_of::<Result<ToolResult>>());
        assert_eq!(result.clone().into_value(), value);
    }

    #[test]
    fn an_outcome_that_is_given_away_is_kept_without_a_copy() {
        let text = "[1]".to_owned();
        let place = text.as_ptr();
        let outcome = kept(Cow::Owned(Ok(ToolResult { content: Content::Json(text), http: None })));
        let Ok(ToolResult { content: Content::Json(text), .. }) = outcome.as_ref() else { panic!("JSON") };
        assert_eq!(text.as_ptr(), place);
    }

    #[test]
    fn failures_weigh_all_that_they_hold() {
        let least = weight(&Err(Error::Cancelled { tool: "t".into() }));
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
        assert!(weight(&failed) >= least + 2_000);
    }
}
