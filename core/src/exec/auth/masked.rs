//! What came of a call, without what is secret.

use serde_json::Value;

use super::redaction::Redaction;
use super::shown::Shown;
use crate::error::{Error, Result};
use crate::tool::{Content, ToolResult};

/// Masks an outcome wherever a document or a server wrote into it: answers, their heads, failures and reasons.
pub fn masked(outcome: Result<ToolResult>, always: &Redaction, shown: &Shown) -> Result<ToolResult> {
    let all: Vec<&Redaction> = [always]
        .into_iter()
        .chain(shown.redactions.iter().map(|redaction| &**redaction))
        .filter(|redaction| !redaction.is_empty())
        .collect();
    if all.is_empty() {
        return outcome;
    }
    let text = |text: &mut String| {
        for redaction in &all {
            *text = redaction.text(text).into_owned();
        }
    };
    let value = |value: &mut Value| all.iter().for_each(|redaction| redaction.value(value));
    match outcome {
        Ok(mut result) => {
            match &mut result.content {
                Content::Value(content) => value(content),
                Content::Json(json) => {
                    // JSON can escape what it likes, and a secret of digits may stand in a number: what may be in the text
                    // is sought in the value.
                    let may_be = json.contains('\\') || all.iter().any(|one| one.finds(json.as_bytes()));
                    let content = may_be.then(|| serde_json::from_str::<Value>(json).ok()).flatten();
                    let found = |content: &Value| all.iter().any(|one| one.finds_in(content));
                    if let Some(mut content) = content.filter(found) {
                        value(&mut content);
                        result.content = Content::Value(content);
                    }
                }
                Content::File(file) => {
                    for redaction in &all {
                        redaction.bytes(&mut file.bytes);
                    }
                    file.name.iter_mut().for_each(text);
                }
            }
            for (_, said) in result.http.iter_mut().flat_map(|head| &mut head.headers) {
                text(said);
            }
            Ok(result)
        }
        Err(Error::HttpFailed { tool, mut answer }) => {
            value(&mut answer.body);
            answer.headers.values_mut().for_each(value);
            answer.reason.iter_mut().for_each(text);
            // Both may have been cut before they came here.
            let body = match &mut answer.body {
                Value::String(body) => Some(body),
                _ => None,
            };
            for cut in body.into_iter().chain(&mut answer.reason) {
                for redaction in &all {
                    redaction.cut(cut);
                }
            }
            Err(Error::HttpFailed { tool, answer })
        }
        Err(Error::HttpBroken { tool, mut reason }) => {
            text(&mut reason);
            Err(Error::HttpBroken { tool, reason })
        }
        Err(Error::HttpUnreachable { tool, mut reason }) => {
            text(&mut reason);
            Err(Error::HttpUnreachable { tool, reason })
        }
        Err(other) => Err(other),
    }
}
