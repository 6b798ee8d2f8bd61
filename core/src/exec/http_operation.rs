//! The executor of a tool that came from an API document.

use std::any::Any;
use std::fmt;
use std::sync::Arc;

use futures_core::future::BoxFuture;
use http::{HeaderMap, HeaderValue, StatusCode};
use serde_json::{Map, Value};
use url::Url;

use super::attempts::{self, RetryTiming, RetryingSender};
use crate::auth::{AppliedCredentials, Authenticator, CallAttempt, CallRedaction, Secret};
use crate::error::{Error, Result};
use crate::http::{HttpClient, HttpFault, HttpRequest, HttpResponse, Reach, Redirects};
use crate::schema::OriginalSpellings;
use crate::tool::{CallLimits, Destination, Executor, ToolCall, ToolResult};
use crate::wire::request::{self, RequestParts, spelled};
use crate::wire::{Endpoint, destination_of, response};

/// Calls one operation of an API.
pub struct HttpOperation {
    endpoint: Endpoint,
    base: Option<Url>,
    headers: Arc<HeaderMap>,
    attempts: RetryingSender,
    reach: Reach,
    pass: Authenticator,
    spellings: Option<Arc<OriginalSpellings>>,
}

impl HttpOperation {
    /// An operation at `base`; `headers` go with every request, over those that arguments set.
    pub fn new(
        endpoint: Endpoint,
        base: Option<Url>,
        headers: Arc<HeaderMap>,
        client: Arc<dyn HttpClient>,
    ) -> Self {
        Self {
            endpoint,
            base,
            headers,
            attempts: RetryingSender::new(client),
            reach: Reach::Any,
            pass: Authenticator::default(),
            spellings: None,
        }
    }

    /// The same for a base that somebody else than the caller named. A new one may reach any server.
    #[must_use]
    pub fn within(self, reach: Reach) -> Self {
        Self { reach, ..self }
    }

    /// The same with another die for the pauses between attempts.
    #[must_use]
    pub fn with(self, chance: Arc<dyn RetryTiming>) -> Self {
        Self { attempts: self.attempts.with(chance), ..self }
    }

    /// The same with credentials for what the document wants to be shown.
    #[must_use]
    pub fn with_pass(self, pass: Authenticator) -> Self {
        Self { pass, ..self }
    }

    /// The same where the document spells names and values in another way than a model reads them.
    #[must_use]
    pub fn with_spellings(self, spellings: Option<Arc<OriginalSpellings>>) -> Self {
        Self { spellings, ..self }
    }

    async fn call(&self, mut call: ToolCall) -> Result<ToolResult> {
        let base = self.base.as_ref().ok_or_else(|| Error::InvalidOptions {
            option: "baseUrl".to_owned(),
            reason: format!("the document of \"{}\" names no server: say where its API is", call.tool),
        })?;
        if let Some(spellings) = &self.spellings {
            call.arguments = spellings.to_original(call.arguments);
        }
        let mut parts = request::build(&self.endpoint, &call.tool, base, &call.arguments)?;
        for (name, value) in self.headers.iter() {
            parts.headers.insert(name, value.clone());
        }
        if let Some(key) = &call.idempotency_key
            && !self.endpoint.takes_header(attempts::IDEMPOTENCY_KEY)
            && let Ok(key) = HeaderValue::from_bytes(key.as_bytes())
        {
            parts.headers.entry(attempts::IDEMPOTENCY_KEY).or_insert(key);
        }
        let attempt = CallAttempt::new(&call, base, &self.headers, self.reach, self.attempts.client());
        let always = self.pass.redaction(&self.headers, base);
        let mut shown = self.shown(&attempt, &[]).await?;
        let again = (!shown.renewable.is_empty()).then(|| parts.clone());
        let mut outcome = self.send(&attempt, parts, &shown).await;
        let is_refused = |answer: &HttpResponse| answer.status == StatusCode::UNAUTHORIZED;
        if let Some(parts) = again.filter(|_| outcome.as_ref().is_ok_and(is_refused)) {
            // A server that does not know who asks has done nothing: it may be asked once more, with another token.
            match self.shown(&attempt, &shown.renewable).await {
                Ok(renewed) if renewed.differs_from(&shown) => {
                    shown = renewed.after(shown);
                    outcome = self.send(&attempt, parts, &shown).await;
                }
                Ok(_) => {}
                Err(error) => outcome = Err(error),
            }
        }
        // Whoever answers the second token, or refuses it, may quote the first one.
        let mask = CallRedaction::of(always, &shown);
        let read = |answer| response::read(&call.tool, mask.head(answer), &mask);
        mask.outcome(&call.tool, outcome.and_then(read))
    }

    /// What is shown, within the time of the call.
    async fn shown(&self, attempt: &CallAttempt<'_>, refused: &[Secret]) -> Result<AppliedCredentials> {
        if !self.pass.asks() {
            return self.pass.show(attempt, refused).await;
        }
        tokio::time::timeout_at(attempt.deadline, self.pass.show(attempt, refused))
            .await
            .unwrap_or_else(|_| Err(attempt.late()))
    }

    async fn send(
        &self,
        attempt: &CallAttempt<'_>,
        parts: RequestParts,
        shown: &AppliedCredentials,
    ) -> Result<HttpResponse> {
        let RequestParts { mut url, mut headers, body } = parts;
        shown.put_on(&mut url, &mut headers);
        let request = HttpRequest {
            method: self.endpoint.method.clone(),
            url,
            headers,
            body,
            // What was asked for may have taken some of it.
            timeout: if self.pass.asks() { attempt.left() } else { attempt.call.timeout },
            redirects: Redirects::None,
            reach: self.reach,
            max_bytes: CallLimits::MAX_RESPONSE_BYTES,
            circuit: None,
        };
        let tool = || attempt.call.tool.clone();
        self.attempts.send(request, &attempt.call.limits).await.map_err(|fault| match fault {
            HttpFault::Timeout { .. } => attempt.late(),
            HttpFault::TooLarge { limit } => Error::ResponseTooLarge { tool: tool(), limit },
            HttpFault::CircuitOpen { origin, retry_after } => {
                let retry_after_ms =
                    u64::try_from(retry_after.as_nanos().div_ceil(1_000_000)).unwrap_or(u64::MAX);
                Error::CircuitOpen { tool: tool(), origin, retry_after_ms }
            }
            HttpFault::Broken { .. } => Error::HttpBroken { tool: tool(), reason: fault.to_string() },
            HttpFault::Forbidden { reason } => Error::AddressForbidden { tool: tool(), reason },
            other => Error::HttpUnreachable { tool: tool(), reason: other.to_string() },
        })
    }
}

impl Executor for HttpOperation {
    fn execute(&self, call: ToolCall) -> BoxFuture<'_, Result<ToolResult>> {
        Box::pin(self.call(call))
    }

    fn spelled(&self, arguments: Map<String, Value>) -> Map<String, Value> {
        spelled(&self.endpoint, self.spellings.as_deref(), arguments)
    }

    fn is_same_as(&self, other: &dyn Executor) -> bool {
        let other = other.as_any().and_then(|other| other.downcast_ref::<Self>());
        other.is_some_and(|other| {
            self.endpoint == other.endpoint
                && self.base == other.base
                && self.headers == other.headers
                && self.reach == other.reach
                && self.spellings == other.spellings
                && self.pass.is_same_as(&other.pass, &self.headers)
        })
    }

    fn destination(&self) -> Option<Destination> {
        let spellings = self.spellings.as_deref();
        Some(destination_of(&self.endpoint, self.base.as_ref(), &self.headers, spellings))
    }

    fn as_any(&self) -> Option<&dyn Any> {
        Some(self)
    }
}

/// Shows where the operation is, never the headers or the values that were fixed: they may hold a credential.
impl fmt::Debug for HttpOperation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Endpoint { method, template, .. } = &self.endpoint;
        f.debug_struct("HttpOperation")
            .field("method", method)
            .field("path", &template.as_str())
            .finish_non_exhaustive()
    }
}
