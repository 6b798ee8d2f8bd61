//! An HTTP response to a result.

use http::header::CONTENT_TYPE;
use serde_json::{Value, json};

use crate::error::{Error, HttpAnswer, Result};
use crate::http::HttpResponse;
use crate::tool::{Content, HttpHead, ToolResult};

/// The body of a success as a value: JSON where it says so, text otherwise, null where there is none. Anything but a
/// success is a failed tool.
pub fn read(tool: &str, response: &HttpResponse) -> Result<ToolResult> {
    let body = value(response);
    if !(200..300).contains(&response.status) {
        let body = body.map_or(Value::Null, shortened);
        return Err(Error::HttpFailed {
            tool: tool.to_owned(),
            answer: Box::new(HttpAnswer { status: response.status, body }),
        });
    }
    let body = body.ok_or_else(|| Error::HttpUnreachable {
        tool: tool.to_owned(),
        reason: format!(
            "the answer is {}, which is neither JSON nor text",
            content_type(response).unwrap_or("binary")
        ),
    })?;
    let http = HttpHead { status: response.status, headers: Vec::new() };
    Ok(ToolResult { content: Content::Value(body), http: Some(Box::new(http)) })
}

fn content_type(response: &HttpResponse) -> Option<&str> {
    response.headers.get(CONTENT_TYPE)?.to_str().ok()
}

fn value(response: &HttpResponse) -> Option<Value> {
    if response.body.is_empty() {
        return Some(Value::Null);
    }
    let essence = content_type(response).unwrap_or_default().split(';').next().unwrap_or_default().trim();
    let is_json =
        essence.eq_ignore_ascii_case("application/json") || essence.to_ascii_lowercase().ends_with("+json");
    if is_json && let Ok(value) = serde_json::from_slice(&response.body) {
        return Some(value);
    }
    std::str::from_utf8(&response.body).ok().map(|text| json!(text))
}

/// A failed answer's body, cut where it would drown what the error says.
fn shortened(body: Value) -> Value {
    let text = match &body {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    if text.len() <= HttpAnswer::BODY_LIMIT {
        return body;
    }
    let end = (0..=HttpAnswer::BODY_LIMIT).rev().find(|end| text.is_char_boundary(*end)).unwrap_or(0);
    json!(format!("{}…", &text[..end]))
}
