//! Custom `fetch`: a JavaScript function as an HTTP client of the core.

use std::sync::Arc;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use futures_core::future::BoxFuture;
use http::{HeaderMap, HeaderName, HeaderValue};
use serde::Deserialize;
use serde_json::{Value, json};
use toolrack_core::clock::Clock;
use toolrack_core::error::Error;
use toolrack_core::http::{CallerFetchClient, HttpClient, HttpFault, HttpRequest, HttpResponse};
use toolrack_core::tool::{Executor, ToolCall};

use crate::dispatcher::Dispatcher;
use crate::executor::JsExecutor;

/// Makes a client of the closure in a slot. The core follows redirects and guards addresses (SSRF).
pub fn client(dispatcher: &Arc<Dispatcher>, slot: u32, clock: &Arc<dyn Clock>) -> CallerFetchClient {
    let client = FetchClient(JsExecutor::new(Arc::clone(dispatcher), slot));
    CallerFetchClient::new(Arc::new(client)).with_clock(Arc::clone(clock))
}

/// Sends each request once, through a closure.
struct FetchClient(JsExecutor);

/// The response as the closure returns it.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct FetchResponse {
    #[serde(default)]
    status: u16,
    #[serde(default)]
    headers: Vec<(String, String)>,
    /// The body as base64.
    #[serde(default)]
    body: String,
    #[serde(default)]
    is_too_large: bool,
}

impl FetchClient {
    async fn answer(&self, request: HttpRequest) -> Result<HttpResponse, HttpFault> {
        let HttpRequest { method, url, headers, body, timeout, max_bytes, .. } = request;
        let broken = |reason: &str| {
            let origin = url.origin().ascii_serialization();
            HttpFault::Broken { reason: format!("{origin}: {reason}") }
        };
        // Header values are bytes; JavaScript gets one character for each.
        let headers = headers.iter().map(|(name, value)| {
            json!([name.as_str(), value.as_bytes().iter().map(|byte| char::from(*byte)).collect::<String>()])
        });
        let arguments = json!({
            "method": method.as_str(),
            "url": url.as_str(),
            "headers": headers.collect::<Vec<_>>(),
            "body": body.map(|body| BASE64_STANDARD.encode(body)),
            "maxBytes": max_bytes,
        });
        let Value::Object(arguments) = arguments else {
            return Err(broken("the request cannot be written as JSON"));
        };
        let answer = self.0.execute(ToolCall::own("fetch", arguments, timeout)).await;
        let answer = answer.map_err(|error| match error {
            Error::Timeout { .. } => HttpFault::Timeout { timeout },
            Error::ToolFailed { failure, .. } => broken(&failure.message),
            other => broken(&other.to_string()),
        })?;
        let answer =
            FetchResponse::deserialize(answer.into_value()).map_err(|error| broken(&error.to_string()))?;
        if answer.is_too_large {
            return Err(HttpFault::TooLarge { limit: max_bytes });
        }
        let body = BASE64_STANDARD.decode(answer.body).map_err(|error| broken(&error.to_string()))?;
        Ok(HttpResponse { status: answer.status, headers: read(&answer.headers), body, url })
    }
}

/// Reads the headers that are valid; others are left out.
fn read(given: &[(String, String)]) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for (name, value) in given {
        // WHATWG Fetch: each character of a header value is a byte.
        let bytes: Vec<u8> = value.chars().filter_map(|c| u8::try_from(u32::from(c)).ok()).collect();
        if let (Ok(name), Ok(value)) = (HeaderName::try_from(name.as_str()), HeaderValue::from_bytes(&bytes))
        {
            headers.append(name, value);
        }
    }
    headers
}

impl HttpClient for FetchClient {
    fn may_authenticate(&self) -> bool {
        true
    }

    fn send(&self, request: HttpRequest) -> BoxFuture<'_, Result<HttpResponse, HttpFault>> {
        Box::pin(self.answer(request))
    }
}
