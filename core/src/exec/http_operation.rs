//! The executor of a tool that came from an API document.

use std::any::Any;
use std::fmt;
use std::sync::Arc;

use http::{HeaderMap, HeaderValue};
use url::Url;

use super::attempts::{self, Attempts, Chance};
use super::endpoint::Endpoint;
use super::{destination, request, response};
use crate::error::{Error, Result};
use crate::http::{HttpClient, HttpFault, HttpRequest, Reach, Redirects};
use crate::tool::{BoxFuture, CallLimits, Destination, Executor, ToolCall, ToolResult};

/// Calls one operation of an API.
pub struct HttpOperation {
    endpoint: Endpoint,
    base: Option<Url>,
    headers: Arc<HeaderMap>,
    attempts: Attempts,
    reach: Reach,
}

impl HttpOperation {
    /// An operation at `base`; `headers` go with every request, over those that arguments set.
    pub fn new(
        endpoint: Endpoint,
        base: Option<Url>,
        headers: Arc<HeaderMap>,
        client: Arc<dyn HttpClient>,
    ) -> Self {
        Self { endpoint, base, headers, attempts: Attempts::new(client), reach: Reach::Any }
    }

    /// The same for a base that somebody else than the caller named. A new one may reach any server.
    #[must_use]
    pub fn within(self, reach: Reach) -> Self {
        Self { reach, ..self }
    }

    /// The same with another die for the pauses between attempts.
    #[must_use]
    pub fn with(self, chance: Arc<dyn Chance>) -> Self {
        Self { attempts: self.attempts.with(chance), ..self }
    }

    async fn call(&self, call: ToolCall) -> Result<ToolResult> {
        let base = self.base.as_ref().ok_or_else(|| Error::InvalidOptions {
            option: "baseUrl".to_owned(),
            reason: format!("the document of \"{}\" names no server: say where its API is", call.tool),
        })?;
        let parts = request::build(&self.endpoint, &call.tool, base, &call.arguments)?;
        let mut headers = parts.headers;
        for (name, value) in self.headers.iter() {
            headers.insert(name, value.clone());
        }
        if let Some(key) = &call.idempotency_key
            && !self.endpoint.takes_header(attempts::IDEMPOTENCY_KEY)
            && let Ok(key) = HeaderValue::from_bytes(key.as_bytes())
        {
            headers.entry(attempts::IDEMPOTENCY_KEY).or_insert(key);
        }
        let request = HttpRequest {
            method: self.endpoint.method.clone(),
            url: parts.url,
            headers,
            body: parts.body,
            timeout: call.timeout,
            redirects: Redirects::None,
            reach: self.reach,
            max_bytes: CallLimits::MAX_RESPONSE_BYTES,
            circuit: None,
        };
        let answer = self.attempts.send(request, &call.limits).await.map_err(|fault| match fault {
            HttpFault::Timeout { .. } => {
                let timeout_ms = u64::try_from(call.timeout.as_millis()).unwrap_or(u64::MAX);
                Error::Timeout { tool: call.tool.clone(), timeout_ms }
            }
            HttpFault::TooLarge { limit } => Error::ResponseTooLarge { tool: call.tool.clone(), limit },
            HttpFault::CircuitOpen { origin, retry_after } => {
                let retry_after_ms =
                    u64::try_from(retry_after.as_nanos().div_ceil(1_000_000)).unwrap_or(u64::MAX);
                Error::CircuitOpen { tool: call.tool.clone(), origin, retry_after_ms }
            }
            HttpFault::Broken { .. } => {
                Error::HttpBroken { tool: call.tool.clone(), reason: fault.to_string() }
            }
            HttpFault::Forbidden { reason } => Error::AddressForbidden { tool: call.tool.clone(), reason },
            other => Error::HttpUnreachable { tool: call.tool.clone(), reason: other.to_string() },
        })?;
        response::read(&call.tool, answer)
    }
}

impl Executor for HttpOperation {
    fn execute(&self, call: ToolCall) -> BoxFuture<'_, Result<ToolResult>> {
        Box::pin(self.call(call))
    }

    fn is_same_as(&self, other: &dyn Executor) -> bool {
        let other = other.as_any().and_then(|other| other.downcast_ref::<Self>());
        other.is_some_and(|other| {
            self.endpoint == other.endpoint
                && self.base == other.base
                && self.headers == other.headers
                && self.reach == other.reach
        })
    }

    fn destination(&self) -> Option<Destination> {
        Some(destination::of(&self.endpoint, self.base.as_ref(), &self.headers))
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
