//! Context values: what each request of a tool gets from the caller's context, in headers and elsewhere.

use http::header::{AUTHORIZATION, COOKIE};
use http::{HeaderMap, HeaderName, HeaderValue};
use serde_json::Value;

use super::context_text::{ContextKey, ContextText};
use crate::auth::SecretRedactor;
use crate::error::{Error, Result};
use crate::spec::ArgumentLocation;
use crate::tool::CallContext;

/// Parts of the names of headers that carry a secret of the caller.
const SECRET_WORDS: [&str; 7] = ["token", "secret", "key", "password", "session", "auth", "credential"];

/// Where values of the caller's context go.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ContextValues {
    /// Headers.
    pub headers: Vec<(HeaderName, ContextText)>,
    /// Path variables, query parameters, cookies and properties of the body.
    pub others: Vec<(ArgumentLocation, ContextText)>,
}

/// The context values of one call.
#[derive(Default)]
pub struct FilledContext {
    /// Headers.
    pub headers: HeaderMap,
    /// All others, as fixed values of the request.
    pub fixed: Vec<(ArgumentLocation, Value)>,
    /// Redacts the secrets among the headers.
    pub redaction: Option<SecretRedactor>,
}

impl ContextValues {
    /// The values of a context.
    ///
    /// # Errors
    /// `MISSING_CONTEXT` for a value that the context has not, `INVALID_OPTIONS` for one that no header can hold.
    pub fn fill(&self, tool: &str, context: &CallContext) -> Result<FilledContext> {
        let (mut filled, mut secrets) = (FilledContext::default(), Vec::new());
        for (name, text) in &self.headers {
            let value = text.fill_text(tool, context)?;
            if is_secret_header(name) {
                // The token of `Bearer …` alone is a secret too.
                secrets.extend(value.split_once(' ').map(|(_, token)| token.to_owned()));
                secrets.push(value.clone());
            }
            let mut value = HeaderValue::try_from(value).map_err(|_| unsendable(name, text))?;
            value.set_sensitive(true);
            filled.headers.insert(name.clone(), value);
        }
        for (location, text) in &self.others {
            filled.fixed.push((location.clone(), text.fill(tool, context)?));
        }
        filled.redaction =
            (!secrets.is_empty()).then(|| SecretRedactor::new(secrets.iter().map(String::as_str)));
        Ok(filled)
    }

    /// Whether a value is the user of the context.
    pub fn needs_user(&self) -> bool {
        let headers = self.headers.iter().map(|(_, text)| text);
        let others = self.others.iter().map(|(_, text)| text);
        headers.chain(others).flat_map(ContextText::keys).any(|key| *key == ContextKey::UserId)
    }

    /// The options of a call that fill all values but headers, as errors name them.
    pub fn options(&self) -> String {
        option_names(self.others.iter().map(|(_, text)| text))
    }

    /// Fixed values of a request that is only checked: its context is not known yet.
    pub fn samples(&self) -> Vec<(ArgumentLocation, Value)> {
        self.others.iter().map(|(location, _)| (location.clone(), Value::from("context"))).collect()
    }
}

/// Whether a value of the context in this header is a secret. A user id is none: answers that name the user stay whole.
fn is_secret_header(name: &HeaderName) -> bool {
    name == AUTHORIZATION || name == COOKIE || SECRET_WORDS.iter().any(|word| name.as_str().contains(word))
}

fn option_names<'t>(texts: impl Iterator<Item = &'t ContextText>) -> String {
    let keys = texts.flat_map(ContextText::keys).map(|key| format!("context.{}", key.name()));
    keys.collect::<Vec<_>>().join(", ")
}

fn unsendable(name: &HeaderName, text: &ContextText) -> Error {
    let option = option_names([text].into_iter());
    let reason =
        format!("cannot be sent in the header \"{name}\": leave out line breaks and control characters");
    Error::InvalidOptions { option, reason }
}
