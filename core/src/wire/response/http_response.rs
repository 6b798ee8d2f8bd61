//! Response reading: an HTTP response becomes a result (JSON, text or file) or an error, by its status and media type.
//!
//! The media type alone decides, never the bytes: a file that happens to be text stays a file, so each operation has
//! one form of result. JSON is checked and passed on as it came.

use std::borrow::Cow;

use http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use serde::de::IgnoredAny;
use serde_json::{Map, Value, json};
use url::Url;

use super::{charset, content_disposition, json_weight, response_head};
use crate::error::{Error, HttpAnswer, Result, truncate_bytes};
use crate::http::{HttpResponse, content_encoding};
use crate::spec::{MediaKind, MediaType};
use crate::tool::{CallLimits, Content, HttpHead, ResultFile, ToolResult};

/// Media types that are text although their names do not say so.
const TEXT_MEDIA_TYPES: [&str; 8] = [
    "application/ecmascript",
    "application/jwt",
    "application/pem-certificate-chain",
    "application/toml",
    "application/x-pem-file",
    "application/x-sh",
    "application/x-www-form-urlencoded",
    "application/xml-dtd",
];

/// Redacts secrets in a failed response before it is truncated.
pub trait ResponseRedactor {
    /// Redacts a text.
    fn redact_text(&self, text: String) -> String;

    /// Redacts the body of a failed response.
    fn redact_body(&self, content: Content) -> Content;
}

/// Reads a response as JSON, text, a file, or null where there is no body.
///
/// # Errors
/// `HTTP_FAILED` for any status but 2xx and 304, with the redacted and truncated body. `HTTP_FAILED` for a content
/// encoding that was not asked for, and `RESPONSE_TOO_LARGE` for too many values.
pub fn read_response(
    tool: &str,
    response: HttpResponse,
    redactor: &dyn ResponseRedactor,
) -> Result<ToolResult> {
    let head = response_head::response_head(response.status, &response.headers);
    let form = response_form(&response);
    let encoding_fault = match form {
        _ if matches!(response.status, 204 | 205 | 304) => None,
        ResponseForm::Json | ResponseForm::Text => {
            content_encoding::text_fault(&response.headers, &response.body)
        }
        ResponseForm::File | ResponseForm::Unknown => {
            content_encoding::fault(&response.headers, &response.body)
        }
    };
    if matches!(response.status, 200..300 | 304) {
        if let Some(reason) = encoding_fault {
            return Err(Error::HttpBroken { tool: tool.to_owned(), reason });
        }
        let (content, values) = response_content(response, form);
        if values > CallLimits::MAX_RESPONSE_VALUES {
            let (tool, limit) = (tool.to_owned(), CallLimits::MAX_RESPONSE_VALUES);
            return Err(Error::ResponseHasTooMany { tool, limit, values });
        }
        return Ok(ToolResult { content, http: Some(Box::new(head)) });
    }
    let HttpHead { status, headers } = head;
    let is_encoded = encoding_fault.is_some();
    let reason = encoding_fault.or_else(|| failure_reason(&response, redactor));
    let body =
        if is_encoded { Value::Null } else { failed_body(response_content(response, form).0, redactor) };
    let headers = headers.into_iter().fold(Map::new(), |mut all, (name, value)| {
        match all.get_mut(&name) {
            // RFC 9110, section 5.3.
            Some(Value::String(first)) => first.extend([", ", &value]),
            _ => drop(all.insert(name, json!(value))),
        }
        all
    });
    let answer = Box::new(HttpAnswer { status, headers, body, reason });
    Err(Error::HttpFailed { tool: tool.to_owned(), answer })
}

/// The body of a failed response in its error: redacted and truncated.
fn failed_body(content: Content, redactor: &dyn ResponseRedactor) -> Value {
    // A file is not in the error; its media type is among the headers.
    if matches!(content, Content::File(_)) {
        return Value::Null;
    }
    match redactor.redact_body(content) {
        Content::Value(value) => truncate_body(value),
        // A long body is truncated anyway, so it is not parsed.
        Content::Json(text) if text.len() > 4 * HttpAnswer::BODY_LIMIT => truncate_body(Value::String(text)),
        Content::Json(text) => truncate_body(serde_json::from_str(&text).unwrap_or(Value::String(text))),
        Content::File(_) => Value::Null,
    }
}

fn header_text(response: &HttpResponse, name: http::HeaderName) -> Option<&str> {
    response.headers.get(name)?.to_str().ok()
}

/// The form of a response, by its media type.
fn response_form(response: &HttpResponse) -> ResponseForm {
    let essence = essence(header_text(response, CONTENT_TYPE).unwrap_or_default());
    match MediaType::parse(&essence).kind {
        _ if essence.is_empty() => ResponseForm::Unknown,
        MediaKind::Json => ResponseForm::Json,
        _ if essence == "text/json" => ResponseForm::Json,
        MediaKind::Text | MediaKind::Form => ResponseForm::Text,
        _ if TEXT_MEDIA_TYPES.contains(&essence.as_str()) => ResponseForm::Text,
        MediaKind::Multipart | MediaKind::Bytes => ResponseForm::File,
    }
}

/// The content of a response, and its weight where it is JSON.
fn response_content(response: HttpResponse, form: ResponseForm) -> (Content, usize) {
    if response.body.is_empty() || matches!(response.status, 204 | 205 | 304) {
        return (Content::Value(Value::Null), 0);
    }
    let written = header_text(&response, CONTENT_TYPE).unwrap_or_default().to_owned();
    let charset = media_type_parameter(&written, "charset");
    let content = match form {
        ResponseForm::Json => return json_content(charset::decode_text(response.body, charset.as_deref())),
        ResponseForm::Text => {
            Content::Value(Value::String(charset::decode_text(response.body, charset.as_deref())))
        }
        // RFC 9110, section 8.3: without a media type the bytes may be inspected.
        ResponseForm::Unknown => match String::from_utf8(response.body) {
            Ok(text) => Content::Value(Value::String(text)),
            Err(error) => file_content("application/octet-stream", None, error.into_bytes()),
        },
        ResponseForm::File => {
            let name = response.headers.get(CONTENT_DISPOSITION);
            let name = name
                .and_then(|value| content_disposition::file_name(&String::from_utf8_lossy(value.as_bytes())));
            file_content(&written, name, response.body)
        }
    };
    (content, 0)
}

#[derive(Clone, Copy)]
enum ResponseForm {
    Json,
    Text,
    File,
    /// The response has no media type.
    Unknown,
}

fn file_content(media_type: &str, name: Option<String>, bytes: Vec<u8>) -> Content {
    Content::File(ResultFile { media_type: media_type.to_owned(), name, bytes })
}

/// A media type without its parameters.
fn essence(written: &str) -> String {
    written.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

/// A parameter of a media type, without quotes.
fn media_type_parameter(written: &str, wanted: &str) -> Option<String> {
    let mut all = written.split(';').skip(1).filter_map(|parameter| parameter.split_once('='));
    let (_, value) = all.find(|(name, _)| name.trim().eq_ignore_ascii_case(wanted))?;
    Some(value.trim().trim_matches(['"', '\'']).to_owned())
}

/// JSON as it came, with its weight. Invalid JSON, such as the error page of a proxy, is text.
fn json_content(text: String) -> (Content, usize) {
    match json_weight::json_weight(&text) {
        Some(values) if serde_json::from_str::<IgnoredAny>(&text).is_ok() => (Content::Json(text), values),
        _ => (Content::Value(Value::String(text)), 0),
    }
}

/// The reason of a failed response in one line: the target of a redirect, or the title and detail of a problem document
/// (RFC 9457).
fn failure_reason(response: &HttpResponse, redactor: &dyn ResponseRedactor) -> Option<String> {
    if let Some(location) =
        header_text(response, http::header::LOCATION).filter(|_| (300..400).contains(&response.status))
    {
        // Path and query can hold a code or a token for the browser of a user.
        let origin = response.url.join(location).ok().map(|url: Url| url.origin().ascii_serialization());
        return origin.map(|origin| format!("it redirects to {origin}, which is not followed"));
    }
    let kind = header_text(response, CONTENT_TYPE).map(essence).unwrap_or_default();
    if kind != "application/problem+json" || response.body.len() > HttpAnswer::BODY_LIMIT {
        return None;
    }
    let problem: Value = serde_json::from_slice(&response.body).ok()?;
    let line = |text: &str| one_line(&redactor.redact_text(text.to_owned()));
    let text = |key: &str| problem.get(key).and_then(Value::as_str).map(line).filter(|text| !text.is_empty());
    match (text("title"), text("detail")) {
        (Some(title), Some(detail)) => Some(format!("{title}: {detail}")),
        (one, other) => one.or(other),
    }
}

/// A text without line breaks, truncated to 500 characters.
fn one_line(text: &str) -> String {
    const LONGEST: usize = 500;
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() > LONGEST { line.chars().take(LONGEST).chain(['…']).collect() } else { line }
}

/// Truncates a body to [`HttpAnswer::BODY_LIMIT`].
fn truncate_body(body: Value) -> Value {
    let text = match &body {
        Value::String(text) => Cow::Borrowed(text),
        other => Cow::Owned(other.to_string()),
    };
    if text.len() <= HttpAnswer::BODY_LIMIT {
        return body;
    }
    Value::String(format!("{}…", truncate_bytes(&text, HttpAnswer::BODY_LIMIT)))
}
