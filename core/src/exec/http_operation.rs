//! HTTP operation: the executor of an operation of an API, from a document or from a definition. [`HttpOperation`] makes
//! one call with its deadline, credentials, attempts and redaction.

use std::any::Any;
use std::fmt;
use std::sync::Arc;

use futures_core::future::BoxFuture;
use http::{HeaderMap, HeaderValue, StatusCode};
use serde_json::{Map, Value};
use url::Url;

use super::context_values::{ContextValues, FilledContext};
use super::response_projection::ResponseProjection;
use super::retrying_sender::{Jitter, RetryingSender};
use crate::auth::{AppliedCredentials, AuthContext, Authenticator, CallRedaction, Secret};
use crate::clock::{Clock, Deadline};
use crate::error::{Error, Result};
use crate::http::{HttpClient, HttpFault, HttpRequest, HttpResponse, IDEMPOTENCY_KEY, Reach, Redirects};
use crate::schema::OriginalSpellings;
use crate::tool::{CallLimits, Destination, Executor, ToolCall, ToolResult};
use crate::wire::request::{RequestParts, RequestValues, build_request, use_schema_spelling};
use crate::wire::response::read_response;
use crate::wire::{Endpoint, endpoint_destination};

/// Calls one operation of an API.
pub struct HttpOperation {
    endpoint: Endpoint,
    base: Option<Url>,
    headers: Arc<HeaderMap>,
    sender: RetryingSender,
    reach: Reach,
    authenticator: Authenticator,
    spellings: Option<Arc<OriginalSpellings>>,
    /// What the definition of a tool without a document adds.
    definition: Option<Arc<DefinedParts>>,
}

/// What the definition of an HTTP tool adds to an operation.
#[derive(Debug, Default, PartialEq)]
pub struct DefinedParts {
    /// Values of the caller's context.
    pub context: ContextValues,
    /// What of an answer the model sees.
    pub projection: Option<ResponseProjection>,
}

impl HttpOperation {
    /// An operation below the URL `base`. `headers` go with every request and replace those of arguments.
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
            sender: RetryingSender::new(client),
            reach: Reach::Any,
            authenticator: Authenticator::default(),
            spellings: None,
            definition: None,
        }
    }

    /// Limits the servers that calls may reach (SSRF guard), for a base URL from a document. Default: any.
    #[must_use]
    pub fn within(self, reach: Reach) -> Self {
        Self { reach, ..self }
    }

    /// Replaces the clock of timeouts and retries.
    #[must_use]
    pub fn with_clock(self, clock: Arc<dyn Clock>) -> Self {
        Self { sender: self.sender.with_clock(clock), ..self }
    }

    /// Replaces the jitter of retries.
    #[must_use]
    pub fn with_jitter(self, jitter: Jitter) -> Self {
        Self { sender: self.sender.with_jitter(jitter), ..self }
    }

    /// Adds the credentials that the document requires.
    #[must_use]
    pub fn with_authenticator(self, authenticator: Authenticator) -> Self {
        Self { authenticator, ..self }
    }

    /// Adds the spellings of a document whose names have hidden characters: a model reads them without.
    #[must_use]
    pub fn with_spellings(self, spellings: Option<Arc<OriginalSpellings>>) -> Self {
        Self { spellings, ..self }
    }

    /// Adds what the definition of a tool without a document says.
    #[must_use]
    pub fn with_definition(self, parts: DefinedParts) -> Self {
        Self { definition: Some(Arc::new(parts)), ..self }
    }

    /// Arguments → request → credentials → attempts → response → redaction.
    async fn call(&self, mut call: ToolCall) -> Result<ToolResult> {
        let base = self.base_of(&call.tool)?;
        if let Some(spellings) = &self.spellings {
            call.arguments = spellings.to_original(call.arguments);
        }
        let filled = match &self.definition {
            Some(parts) => parts.context.fill(&call.tool, &call.context)?,
            None => FilledContext::default(),
        };
        let parts = self.request_parts(&call, base, &filled)?;
        let context = AuthContext {
            deadline: Deadline::after(self.sender.clock(), call.timeout),
            call: &call,
            url: base,
            headers: &self.headers,
            reach: self.reach,
            client: self.sender.client(),
        };
        let always = self.authenticator.redaction(&self.headers, base);
        let mut applied = self.acquire(&context, &[]).await?;
        let again = (!applied.renewable.is_empty()).then(|| parts.clone());
        let mut outcome = self.send(&context, parts, &applied).await;
        let is_refused = |response: &HttpResponse| response.status == StatusCode::UNAUTHORIZED;
        if let Some(parts) = again.filter(|_| outcome.as_ref().is_ok_and(is_refused)) {
            // An API that refuses the token has done nothing, so one attempt with a new token is safe for any method.
            match self.acquire(&context, &applied.renewable).await {
                Ok(renewed) if renewed.differs_from(&applied) => {
                    applied = renewed.keep_redactions(applied);
                    outcome = self.send(&context, parts, &applied).await;
                }
                Ok(_) => {}
                Err(error) => outcome = Err(error),
            }
        }
        // The response to the second token may quote the first one, so both are redacted.
        let redaction = CallRedaction::new(always, &applied).and(filled.redaction.as_ref());
        let read = |answer| read_response(&call.tool, redaction.redact_headers(answer), &redaction);
        let result = redaction.redact_outcome(&call.tool, outcome.and_then(read))?;
        match self.definition.as_ref().and_then(|parts| parts.projection.as_ref()) {
            Some(projection) => projection.apply(&call.tool, result),
            None => Ok(result),
        }
    }

    /// The base URL, which a document may leave out.
    fn base_of(&self, tool: &str) -> Result<&Url> {
        self.base.as_ref().ok_or_else(|| Error::InvalidOptions {
            option: "baseUrl".to_owned(),
            reason: format!("the document of \"{tool}\" names no server: set baseUrl to the URL of the API"),
        })
    }

    /// The request of a call, with the headers of the source and the idempotency key.
    fn request_parts(&self, call: &ToolCall, base: &Url, filled: &FilledContext) -> Result<RequestParts> {
        let values = RequestValues { arguments: &call.arguments, fixed: &filled.fixed };
        let mut parts = build_request(&self.endpoint, &call.tool, base, values)
            .map_err(|fault| self.context_fault(call, base, fault))?;
        for (name, value) in self.headers.iter().chain(&filled.headers) {
            parts.headers.insert(name, value.clone());
        }
        if let Some(key) = &call.idempotency_key
            && !self.endpoint.fills_header(IDEMPOTENCY_KEY)
            && let Ok(key) = HeaderValue::from_bytes(key.as_bytes())
        {
            parts.headers.entry(IDEMPOTENCY_KEY).or_insert(key);
        }
        Ok(parts)
    }

    /// The error of a request that cannot be built: where the arguments alone are right, a value of the context is wrong,
    /// which no model can correct.
    fn context_fault(&self, call: &ToolCall, base: &Url, fault: Error) -> Error {
        let Some(parts) = self.definition.as_ref().filter(|parts| !parts.context.others.is_empty()) else {
            return fault;
        };
        let samples = parts.context.samples();
        let values = RequestValues { arguments: &call.arguments, fixed: &samples };
        match (&fault, build_request(&self.endpoint, &call.tool, base, values)) {
            (Error::InvalidParams { problems, .. }, Ok(_)) => {
                let reason = problems.first().map(|problem| problem.message.clone()).unwrap_or_default();
                Error::InvalidOptions { option: parts.context.options(), reason }
            }
            _ => fault,
        }
    }

    /// Acquires the credentials before the deadline of the call.
    async fn acquire(&self, context: &AuthContext<'_>, refused: &[Secret]) -> Result<AppliedCredentials> {
        if !self.authenticator.may_wait() {
            return self.authenticator.acquire(context, refused).await;
        }
        let acquired = context.deadline.limit(self.authenticator.acquire(context, refused)).await;
        acquired.unwrap_or_else(|| Err(context.timeout_error()))
    }

    async fn send(
        &self,
        context: &AuthContext<'_>,
        parts: RequestParts,
        applied: &AppliedCredentials,
    ) -> Result<HttpResponse> {
        let RequestParts { mut url, mut headers, body } = parts;
        applied.apply_to(&mut url, &mut headers);
        let request = HttpRequest {
            method: self.endpoint.method.clone(),
            url,
            headers,
            body,
            // Token requests may have taken a part of the timeout.
            timeout: if self.authenticator.may_wait() { context.time_left() } else { context.call.timeout },
            redirects: Redirects::None,
            reach: self.reach,
            max_bytes: CallLimits::MAX_RESPONSE_BYTES,
            circuit: None,
        };
        let outcome = self.sender.send(request, &context.call.limits).await;
        outcome.map_err(|fault| self.call_error(context, fault))
    }

    /// The error of a call without a complete response.
    fn call_error(&self, context: &AuthContext<'_>, fault: HttpFault) -> Error {
        let tool = context.call.tool.clone();
        match fault {
            HttpFault::Timeout { .. } => context.timeout_error(),
            HttpFault::TooLarge { limit } => Error::ResponseTooLarge { tool, limit },
            HttpFault::CircuitOpen { origin, retry_after } => {
                let retry_after_ms =
                    u64::try_from(retry_after.as_nanos().div_ceil(1_000_000)).unwrap_or(u64::MAX);
                Error::CircuitOpen { tool, origin, retry_after_ms }
            }
            HttpFault::Broken { .. } => Error::HttpBroken { tool, reason: fault.to_string() },
            HttpFault::Forbidden { reason } => {
                let reason = format!("{reason}; {}", self.reach_advice(context.url));
                Error::AddressForbidden { tool, reason }
            }
            HttpFault::Unsendable { .. } | HttpFault::Unreachable { .. } => {
                Error::HttpUnreachable { tool, reason: fault.to_string() }
            }
        }
    }

    /// The options that let calls reach the host of a base URL.
    fn reach_advice(&self, base: &Url) -> String {
        if self.definition.is_some() {
            return defined_reach_advice(base);
        }
        let (host, scheme) = (host_and_port(base), if base.scheme() == "http" { "http" } else { "https" });
        format!(
            "if calls may reach it, load the document with network: {{ hosts: [\"{host}\"] }} or baseUrl: \"{scheme}://{host}\""
        )
    }
}

/// The option that lets a tool without a document reach the host of its endpoint.
pub fn defined_reach_advice(endpoint: &Url) -> String {
    let host = host_and_port(endpoint);
    format!("if calls may reach it, register the tool with network: {{ hosts: [\"{host}\"] }}")
}

fn host_and_port(url: &Url) -> String {
    let (host, port) = (url.host_str().unwrap_or_default(), url.port());
    port.map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
}

impl Executor for HttpOperation {
    fn execute(&self, call: ToolCall) -> BoxFuture<'_, Result<ToolResult>> {
        Box::pin(self.call(call))
    }

    fn check_arguments(&self, tool: &str, arguments: &Map<String, Value>) -> Result<()> {
        let base = self.base_of(tool)?;
        let original = self.spellings.as_ref().map(|spellings| spellings.to_original(arguments.clone()));
        let samples = self.definition.as_ref().map(|parts| parts.context.samples()).unwrap_or_default();
        let arguments = original.as_ref().unwrap_or(arguments);
        build_request(&self.endpoint, tool, base, RequestValues { arguments, fixed: &samples }).map(drop)
    }

    fn spelled(&self, arguments: Map<String, Value>) -> Map<String, Value> {
        use_schema_spelling(&self.endpoint, self.spellings.as_deref(), arguments)
    }

    fn is_same_as(&self, other: &dyn Executor) -> bool {
        let other = other.as_any().and_then(|other| other.downcast_ref::<Self>());
        other.is_some_and(|other| {
            self.endpoint == other.endpoint
                && self.base == other.base
                && self.headers == other.headers
                && self.reach == other.reach
                && self.spellings == other.spellings
                && self.definition == other.definition
                && self.authenticator.is_same_as(&other.authenticator, &self.headers)
        })
    }

    fn destination(&self) -> Option<Destination> {
        let spellings = self.spellings.as_deref();
        Some(endpoint_destination(&self.endpoint, self.base.as_ref(), &self.headers, spellings))
    }

    fn as_any(&self) -> Option<&dyn Any> {
        Some(self)
    }
}

/// Shows method and path alone: headers and fixed values can hold a credential.
impl fmt::Debug for HttpOperation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Endpoint { method, template, .. } = &self.endpoint;
        f.debug_struct("HttpOperation")
            .field("method", method)
            .field("path", &template.as_str())
            .finish_non_exhaustive()
    }
}
