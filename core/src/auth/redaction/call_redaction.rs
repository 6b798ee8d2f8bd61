//! Redaction of one call: removes secrets from its result or its error, in every text that a document or a server
//! wrote.
//!
//! Response headers are redacted before they are read, because a truncated text could keep a part of a secret. All else
//! is redacted in the result or the error. Both are matched without a catch-all arm: a new variant does not compile
//! until its author decides which of its texts a server can write. A new error with a secret in it is decided in
//! [`server_text`].

use std::borrow::Cow;

use http::HeaderValue;
use serde_json::{Map, Value};

use super::byte_ranges::REDACTION_MARK;
use super::secret_redactor::SecretRedactor;
use crate::auth::applied_credential::AppliedCredentials;
use crate::error::{Error, HttpAnswer, Result};
use crate::http::HttpResponse;
use crate::tool::{Content, HttpHead, ResultFile, ToolResult};
use crate::wire::response::ResponseRedactor;

/// The secrets of one call.
pub struct CallRedaction<'m>(Vec<&'m SecretRedactor>);

impl<'m> CallRedaction<'m> {
    /// The secrets of every call of a source, and those of the credentials that this call sent.
    pub fn new(always: &'m SecretRedactor, applied: &'m AppliedCredentials) -> Self {
        let own = applied.redactions.iter().map(|redaction| &**redaction);
        Self([always].into_iter().chain(own).filter(|redaction| !redaction.is_empty()).collect())
    }

    /// Adds the secrets that the context of the call gave.
    #[must_use]
    pub fn and(mut self, more: Option<&'m SecretRedactor>) -> Self {
        self.0.extend(more.filter(|redaction| !redaction.is_empty()));
        self
    }

    /// Redacts the headers of a response. File names and truncated texts come from them.
    pub fn redact_headers(&self, mut response: HttpResponse) -> HttpResponse {
        for value in response.headers.values_mut() {
            if !self.0.iter().any(|redaction| redaction.contains_secret(value.as_bytes())) {
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

    /// Redacts the outcome of a call.
    ///
    /// # Errors
    /// The error of the call, redacted; `HTTP_FAILED` where a secret is part of the structure of the response's JSON.
    pub fn redact_outcome(&self, tool: &str, outcome: Result<ToolResult>) -> Result<ToolResult> {
        if self.0.is_empty() {
            return outcome;
        }
        let ToolResult { content, mut http } = outcome.map_err(|error| self.redact_error(error))?;
        if let Some(head) = &mut http {
            self.redact_head(head);
        }
        let content = self.redact_content(content).ok_or_else(|| {
            let reason = "a credential is part of the structure of its JSON and cannot be redacted";
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
            if let Cow::Owned(redacted) = redaction.redact_text(text) {
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

    /// Redacts a header name, whose letters are lower case.
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
            if let Cow::Owned(redacted) = redaction.redact_json_text(&json)? {
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
        // Body and reason may have been truncated within a secret.
        let body = match body {
            Value::String(body) => Some(body),
            _ => None,
        };
        for truncated in body.into_iter().chain(reason) {
            self.0.iter().for_each(|redaction| redaction.redact_truncated(truncated));
        }
    }
}

/// The patterns of errors whose texts no server writes.
macro_rules! without_server_text {
    ($($variant:ident)+) => { $(Error::$variant { .. })|+ };
}

/// The text of an error that a server or a document may have written.
///
/// There is no catch-all arm: a new error does not compile until it is listed here. [`Error::HttpFailed`] has several
/// texts, which [`CallRedaction::redact_answer`] redacts.
const fn server_text(error: &mut Error) -> Option<&mut String> {
    match error {
        Error::HttpBroken { reason, .. }
        | Error::HttpUnreachable { reason, .. }
        | Error::AddressForbidden { reason, .. }
        | Error::AuthFailed { reason, .. }
        | Error::Internal { reason } => Some(reason),
        Error::Raised(fault) => Some(&mut fault.message),
        Error::CircuitOpen { origin, .. } => Some(origin),
        without_server_text! {
            // Redacted by `redact_answer`.
            HttpFailed
            // Texts of the caller's own code, and messages of toolrack about numbers and names.
            ToolFailed SelectionFailed SelectionTimeout Timeout Cancelled ResponseTooLarge ResponseHasTooMany
            InvalidParams OutputInvalid MissingContext ApprovalRequired InputRequired RateLimited Busy KeyReused
            OutcomeTooLong Disabled UnknownTool Closed NotRepresentable InvalidOptions InvalidValue
            // Errors of documents, registries and files: no call ends with one.
            Syntax InvalidSpec InvalidModule UnsupportedSpec UnresolvedRef HiddenUnicode UnusableRef LimitExceeded
            LimitExceededAt ModuleOverLimit SourceUnreadable SourceForbidden InvalidDefinition NameTaken SourceTaken
            UnknownSource StaleRevision GateRefused UnknownChange UnknownVersion AuditBroken AuditUnwritable
            StateBroken StateLocked StateUnwritable InvalidConfig
        } => None,
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
        self.redact_content(content).unwrap_or_else(|| Content::Value(REDACTION_MARK.into()))
    }
}
