//! Redaction of what came of a call, wherever a document or a server wrote into it.
//!
//! The head of an answer is masked before it is read: a name of a file or a text that is cut later cannot hold a piece of a
//! secret then. Everything else is masked in the result or the error. Both are matched whole, so that a new kind of
//! either does not compile before somebody says what of it a server writes.

use std::borrow::Cow;

use http::HeaderValue;
use serde_json::{Map, Value};

use super::secret_redaction::{MASK, Redaction};
use crate::auth::applied_credential::AppliedCredentials;
use crate::error::{Error, HttpAnswer, Result};
use crate::http::HttpResponse;
use crate::tool::{Content, HttpHead, ResultFile, ToolResult};
use crate::wire::response::ResponseRedactor;

/// What nobody may see of one call.
pub struct CallRedaction<'m>(Vec<&'m Redaction>);

impl<'m> CallRedaction<'m> {
    /// What is secret in every call, and what was shown with this one.
    pub fn of(always: &'m Redaction, shown: &'m AppliedCredentials) -> Self {
        let own = shown.redactions.iter().map(|redaction| &**redaction);
        Self([always].into_iter().chain(own).filter(|redaction| !redaction.is_empty()).collect())
    }

    /// Masks the head of an answer, which texts that are cut and names of files are made of.
    pub fn head(&self, mut answer: HttpResponse) -> HttpResponse {
        for value in answer.headers.values_mut() {
            if !self.0.iter().any(|redaction| redaction.finds(value.as_bytes())) {
                continue;
            }
            let mut bytes = value.as_bytes().to_vec();
            self.0.iter().for_each(|redaction| redaction.bytes(&mut bytes));
            if let Ok(masked) = HeaderValue::from_bytes(&bytes) {
                *value = masked;
            }
        }
        answer
    }

    /// Masks an outcome of a tool.
    pub fn outcome(&self, tool: &str, outcome: Result<ToolResult>) -> Result<ToolResult> {
        if self.0.is_empty() {
            return outcome;
        }
        match outcome {
            Ok(ToolResult { content, http }) => {
                let http = http.map(|mut head| {
                    self.http_head(&mut head);
                    head
                });
                let content = self.content(content).ok_or_else(|| {
                    let reason = "a credential is part of the structure of its JSON, and cannot be redacted";
                    Error::HttpBroken { tool: tool.to_owned(), reason: reason.to_owned() }
                })?;
                Ok(ToolResult { content, http })
            }
            Err(error) => Err(self.error(error)),
        }
    }

    fn text(&self, text: &mut String) {
        for redaction in &self.0 {
            if let Cow::Owned(masked) = redaction.text(text) {
                *text = masked;
            }
        }
    }

    /// A text without what is secret.
    fn masked(&self, mut text: String) -> String {
        self.text(&mut text);
        text
    }

    fn value(&self, value: &mut Value) {
        self.0.iter().for_each(|redaction| redaction.value(value));
    }

    /// The name of a header, which has small letters alone.
    fn name(&self, name: &mut String) {
        self.0.iter().for_each(|redaction| redaction.name(name));
    }

    fn http_head(&self, HttpHead { status: _, headers }: &mut HttpHead) {
        for (name, said) in headers {
            self.name(name);
            self.text(said);
        }
    }

    /// Nothing where JSON cannot be masked.
    fn content(&self, content: Content) -> Option<Content> {
        Some(match content {
            Content::Value(mut value) => {
                self.value(&mut value);
                Content::Value(value)
            }
            Content::Json(json) => Content::Json(self.json(json)?),
            Content::File(ResultFile { media_type, name, mut bytes }) => {
                self.0.iter().for_each(|redaction| redaction.bytes(&mut bytes));
                let name = name.map(|name| self.masked(name));
                Content::File(ResultFile { media_type: self.masked(media_type), name, bytes })
            }
        })
    }

    /// Valid JSON, which stays it; nothing where a secret is made of its structure.
    fn json(&self, mut json: String) -> Option<String> {
        for redaction in &self.0 {
            if let Cow::Owned(masked) = redaction.json(&json)? {
                json = masked;
            }
        }
        Some(json)
    }

    fn answer(&self, answer: &mut HttpAnswer) {
        let HttpAnswer { status: _, headers, body, reason } = answer;
        self.value(body);
        let all = std::mem::take(headers).into_iter().map(|(mut name, mut value)| {
            self.name(&mut name);
            self.value(&mut value);
            (name, value)
        });
        *headers = all.collect::<Map<_, _>>();
        if let Some(reason) = reason {
            self.text(reason);
        }
        // Both may have been cut before they came here.
        let body = match body {
            Value::String(body) => Some(body),
            _ => None,
        };
        for cut in body.into_iter().chain(reason) {
            self.0.iter().for_each(|redaction| redaction.cut(cut));
        }
    }

    /// Masks an error.
    pub fn error(&self, error: Error) -> Error {
        match error {
            Error::HttpFailed { tool, mut answer } => {
                self.answer(&mut answer);
                Error::HttpFailed { tool, answer }
            }
            Error::HttpBroken { tool, reason } => Error::HttpBroken { tool, reason: self.masked(reason) },
            Error::HttpUnreachable { tool, reason } => {
                Error::HttpUnreachable { tool, reason: self.masked(reason) }
            }
            Error::AddressForbidden { tool, reason } => {
                Error::AddressForbidden { tool, reason: self.masked(reason) }
            }
            Error::CircuitOpen { tool, origin, retry_after_ms } => {
                Error::CircuitOpen { tool, origin: self.masked(origin), retry_after_ms }
            }
            Error::AuthFailed { tool, schemes, reason } => {
                Error::AuthFailed { tool, schemes, reason: self.masked(reason) }
            }
            Error::Internal { reason } => Error::Internal { reason: self.masked(reason) },
            // What the caller's own code said, and what toolrack says of numbers and names: no server writes there.
            own @ (Error::ToolFailed { .. }
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
            | Error::InvalidValue { .. }) => own,
            // What documents, registries and files come to: no call does.
            other @ (Error::Syntax { .. }
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
            | Error::StateUnwritable { .. }) => other,
        }
    }
}

impl ResponseRedactor for CallRedaction<'_> {
    fn redact_text(&self, text: String) -> String {
        self.masked(text)
    }

    /// The body is cut later, and a piece of a secret would not be found then.
    fn redact_body(&self, content: Content) -> Content {
        if self.0.is_empty() {
            return content;
        }
        self.content(content).unwrap_or_else(|| Content::Value(MASK.into()))
    }
}
