//! Redaction of one call: secrets are taken out of its result or its error, wherever a document or a server wrote.
//!
//! The response head is redacted before it is read: a text or a file name that is truncated later may otherwise keep a
//! part of a secret. All else is redacted in the result or the error. Both are matched without a catch-all arm, so that a
//! new variant of either does not compile until somebody says which of its texts a server writes.

use std::borrow::Cow;

use http::HeaderValue;
use serde_json::{Map, Value};

use super::byte_ranges::MASK;
use super::secret_redaction::Redaction;
use crate::auth::applied_credential::AppliedCredentials;
use crate::error::{Error, HttpAnswer, Result};
use crate::http::HttpResponse;
use crate::tool::{Content, HttpHead, ResultFile, ToolResult};
use crate::wire::response::ResponseRedactor;

/// The secrets of one call.
pub struct CallRedaction<'m>(Vec<&'m Redaction>);

impl<'m> CallRedaction<'m> {
    /// The secrets of every call of a source, and those of the credentials that this call sent.
    pub fn new(always: &'m Redaction, applied: &'m AppliedCredentials) -> Self {
        let own = applied.redactions.iter().map(|redaction| &**redaction);
        Self([always].into_iter().chain(own).filter(|redaction| !redaction.is_empty()).collect())
    }

    /// Redacts the headers of a response. File names and truncated texts are made of them.
    pub fn redact_headers(&self, mut response: HttpResponse) -> HttpResponse {
        for value in response.headers.values_mut() {
            if !self.0.iter().any(|redaction| redaction.finds(value.as_bytes())) {
                continue;
            }
            let mut bytes = value.as_bytes().to_vec();
            self.0.iter().for_each(|redaction| redaction.redact_bytes(&mut bytes));
            if let Ok(redacted) = HeaderValue::from_bytes(&bytes) {
                *value = redacted;
            }
        }
        response
    }

    /// Redacts what a call came to.
    ///
    /// # Errors
    /// The call's own error, redacted; `HTTP_BROKEN` where a secret is part of the structure of the response's JSON.
    pub fn redact_outcome(&self, tool: &str, outcome: Result<ToolResult>) -> Result<ToolResult> {
        if self.0.is_empty() {
            return outcome;
        }
        let ToolResult { content, mut http } = outcome.map_err(|error| self.redact_error(error))?;
        if let Some(head) = &mut http {
            self.redact_head(head);
        }
        let content = self.redact_content(content).ok_or_else(|| {
            let reason = "a credential is part of the structure of its JSON, and cannot be redacted";
            Error::HttpBroken { tool: tool.to_owned(), reason: reason.to_owned() }
        })?;
        Ok(ToolResult { content, http })
    }

    /// Redacts an error.
    fn redact_error(&self, mut error: Error) -> Error {
        if let Error::HttpFailed { answer, .. } = &mut error {
            self.redact_answer(answer);
        }
        if let Some(text) = server_text(&mut error) {
            self.redact_in_place(text);
        }
        error
    }

    fn redact_in_place(&self, text: &mut String) {
        for redaction in &self.0 {
            if let Cow::Owned(redacted) = redaction.redacted(text) {
                *text = redacted;
            }
        }
    }

    fn redact_string(&self, mut text: String) -> String {
        self.redact_in_place(&mut text);
        text
    }

    fn redact_value(&self, value: &mut Value) {
        self.0.iter().for_each(|redaction| redaction.redact_value(value));
    }

    /// Redacts a header name: names have lower-case letters alone.
    fn redact_name(&self, name: &mut String) {
        self.0.iter().for_each(|redaction| redaction.redact_name(name));
    }

    fn redact_head(&self, HttpHead { status: _, headers }: &mut HttpHead) {
        for (name, value) in headers {
            self.redact_name(name);
            self.redact_in_place(value);
        }
    }

    /// Redacts the content of a result; `None` where its JSON cannot be redacted.
    fn redact_content(&self, content: Content) -> Option<Content> {
        Some(match content {
            Content::Value(mut value) => {
                self.redact_value(&mut value);
                Content::Value(value)
            }
            Content::Json(json) => Content::Json(self.redact_json(json)?),
            Content::File(ResultFile { media_type, name, mut bytes }) => {
                self.0.iter().for_each(|redaction| redaction.redact_bytes(&mut bytes));
                let name = name.map(|name| self.redact_string(name));
                Content::File(ResultFile { media_type: self.redact_string(media_type), name, bytes })
            }
        })
    }

    /// Redacts valid JSON, which stays valid; `None` where a secret is made of its structure.
    fn redact_json(&self, mut json: String) -> Option<String> {
        for redaction in &self.0 {
            if let Cow::Owned(redacted) = redaction.redacted_json(&json)? {
                json = redacted;
            }
        }
        Some(json)
    }

    fn redact_answer(&self, answer: &mut HttpAnswer) {
        let HttpAnswer { status: _, headers, body, reason } = answer;
        self.redact_value(body);
        let all = std::mem::take(headers).into_iter().map(|(mut name, mut value)| {
            self.redact_name(&mut name);
            self.redact_value(&mut value);
            (name, value)
        });
        *headers = all.collect::<Map<_, _>>();
        if let Some(reason) = reason {
            self.redact_in_place(reason);
        }
        // Body and reason may have been truncated inside a secret before they came here.
        let body = match body {
            Value::String(body) => Some(body),
            _ => None,
        };
        for truncated in body.into_iter().chain(reason) {
            self.0.iter().for_each(|redaction| redaction.redact_truncated(truncated));
        }
    }
}

/// The text of an error that a server or a document may have written.
///
/// There is no catch-all arm: a new error does not compile until it is decided here. [`Error::HttpFailed`] has several
/// texts, which [`CallRedaction`] redacts by itself.
const fn server_text(error: &mut Error) -> Option<&mut String> {
    match error {
        Error::HttpBroken { reason, .. }
        | Error::HttpUnreachable { reason, .. }
        | Error::AddressForbidden { reason, .. }
        | Error::AuthFailed { reason, .. }
        | Error::Internal { reason } => Some(reason),
        Error::CircuitOpen { origin, .. } => Some(origin),
        // Texts of the caller's own code, and of toolrack about numbers and names.
        Error::HttpFailed { .. }
        | Error::ToolFailed { .. }
        | Error::FilterFailed { .. }
        | Error::FilterTimeout { .. }
        | Error::Timeout { .. }
        | Error::Cancelled { .. }
        | Error::ResponseTooLarge { .. }
        | Error::ResponseHasTooMany { .. }
        | Error::InvalidParams { .. }
        | Error::MissingContext { .. }
        | Error::RateLimited { .. }
        | Error::Busy { .. }
        | Error::KeyReused { .. }
        | Error::OutcomeTooLong { .. }
        | Error::Disabled { .. }
        | Error::UnknownTool { .. }
        | Error::Closed { .. }
        | Error::NotRepresentable { .. }
        | Error::InvalidOptions { .. }
        | Error::InvalidValue { .. }
        // Errors of documents, registries and files: no call ends in one.
        | Error::Syntax { .. }
        | Error::InvalidSpec { .. }
        | Error::UnsupportedSpec { .. }
        | Error::UnresolvedRef { .. }
        | Error::HiddenUnicode { .. }
        | Error::UnusableRef { .. }
        | Error::LimitExceeded { .. }
        | Error::LimitExceededAt { .. }
        | Error::SourceUnreadable { .. }
        | Error::SourceForbidden { .. }
        | Error::InvalidDefinition { .. }
        | Error::NameTaken { .. }
        | Error::SourceTaken { .. }
        | Error::UnknownSource { .. }
        | Error::StaleRevision { .. }
        | Error::GateRefused { .. }
        | Error::UnknownChange { .. }
        | Error::UnknownVersion { .. }
        | Error::AuditBroken { .. }
        | Error::AuditUnwritable { .. }
        | Error::StateBroken { .. }
        | Error::StateLocked { .. }
        | Error::StateUnwritable { .. } => None,
    }
}

impl ResponseRedactor for CallRedaction<'_> {
    fn redact_text(&self, text: String) -> String {
        self.redact_string(text)
    }

    /// Redacts a body before it is truncated: a part of a secret would not be found afterwards.
    fn redact_body(&self, content: Content) -> Content {
        if self.0.is_empty() {
            return content;
        }
        self.redact_content(content).unwrap_or_else(|| Content::Value(MASK.into()))
    }
}
