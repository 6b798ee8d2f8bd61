//! Redaction of what came of a call, wherever a document or a server wrote into it.
//!
//! The head of an answer is masked before it is read: a name of a file or a text that is cut later cannot hold a piece of a
//! secret then. Everything else is masked in the result or the error. Both are matched whole, so that a new kind of
//! either does not compile before somebody says what of it a server writes.

use http::HeaderValue;
use serde_json::{Map, Value};

use super::redaction::Redaction;
use super::shown::Shown;
use crate::error::{Error, HttpAnswer, Result};
use crate::http::HttpResponse;
use crate::tool::{Content, File, HttpHead, ToolResult};

/// What nobody may see of one call.
pub struct Mask<'m>(Vec<&'m Redaction>);

impl<'m> Mask<'m> {
    /// What is secret in every call, and what was shown with this one.
    pub fn of(always: &'m Redaction, shown: &'m Shown) -> Self {
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

    /// Masks an outcome.
    pub fn outcome(&self, outcome: Result<ToolResult>) -> Result<ToolResult> {
        if self.0.is_empty() {
            return outcome;
        }
        match outcome {
            Ok(ToolResult { content, http }) => {
                let http = http.map(|mut head| {
                    self.http_head(&mut head);
                    head
                });
                Ok(ToolResult { content: self.content(content), http })
            }
            Err(error) => Err(self.error(error)),
        }
    }

    fn text(&self, text: &mut String) {
        for redaction in &self.0 {
            if redaction.finds(text.as_bytes()) {
                *text = redaction.text(text).into_owned();
            }
        }
    }

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

    fn content(&self, content: Content) -> Content {
        match content {
            Content::Value(mut value) => {
                self.value(&mut value);
                Content::Value(value)
            }
            Content::Json(json) => self.json(json),
            Content::File(File { media_type, name, mut bytes }) => {
                self.0.iter().for_each(|redaction| redaction.bytes(&mut bytes));
                let name = name.map(|name| self.masked(name));
                Content::File(File { media_type: self.masked(media_type), name, bytes })
            }
        }
    }

    /// JSON can escape what it likes, and a secret of digits may stand in a number: what may be in the text is sought in the
    /// value. Of a key that stands twice the value has the last alone: the first is masked in the text.
    fn json(&self, json: String) -> Content {
        let stands = self.0.iter().any(|redaction| redaction.finds(json.as_bytes()));
        if !stands && !json.contains('\\') {
            return Content::Json(json);
        }
        match serde_json::from_str::<Value>(&json) {
            Ok(mut value) if self.0.iter().any(|redaction| redaction.finds_in(&value)) => {
                self.value(&mut value);
                Content::Value(value)
            }
            _ if stands => {
                let masked = self.masked(json.clone());
                let is_json = serde_json::from_str::<serde::de::IgnoredAny>(&masked).is_ok();
                Content::Json(if is_json { masked } else { json })
            }
            _ => Content::Json(json),
        }
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
            | Error::UnusableRef { .. }
            | Error::LimitExceeded { .. }
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
