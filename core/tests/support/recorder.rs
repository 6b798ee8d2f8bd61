//! A client that only remembers, and operations that are called with it.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_core::future::BoxFuture;
use http::{HeaderMap, HeaderName, HeaderValue};
use serde_json::{Map, Value};
use toolrack_core::error::{Error, Result};
use toolrack_core::exec::HttpOperation;
use toolrack_core::http::{HttpClient, HttpFault, HttpRequest, HttpResponse};
use toolrack_core::spec::{Argument, ArgumentLocation, BodyEncoding, MediaType};
use toolrack_core::tool::{Executor, ToolCall, ToolResult};
use toolrack_core::wire::Endpoint;
use url::Url;

/// Remembers what is sent, and answers what it was given.
pub struct Recorder {
    pub sent: Mutex<Vec<HttpRequest>>,
    pub answer: fn() -> Result<Answer, HttpFault>,
}

/// Status, content type and body.
pub type Answer = (u16, &'static str, Vec<u8>);

impl HttpClient for Recorder {
    fn send(&self, request: HttpRequest) -> BoxFuture<'_, Result<HttpResponse, HttpFault>> {
        let url = request.url.clone();
        self.sent.lock().expect("no panic").push(request);
        let answer = (self.answer)().map(|(status, kind, body)| {
            let kind = (http::header::CONTENT_TYPE, HeaderValue::from_static(kind));
            HttpResponse { status, headers: HeaderMap::from_iter([kind]), body, url }
        });
        Box::pin(async move { answer })
    }
}

pub fn shape(media: &str, required: bool) -> BodyEncoding {
    BodyEncoding { media_type: MediaType::parse(media), required, fields: Vec::new() }
}

pub fn property(name: &str) -> Arc<Argument> {
    let location = ArgumentLocation::BodyProperty { name: name.into(), pointer: format!("/{name}") };
    Arc::new(Argument { name: name.into(), group: None, location })
}

pub const BASE: &str = "https://api.example.com";
pub const DEADLINE: Duration = Duration::from_secs(7);

pub const NOTHING: fn() -> Result<Answer, HttpFault> = || Ok((204, "application/json", Vec::new()));

/// What comes of a call, and what was sent for it.
pub struct Called {
    pub outcome: Result<Value>,
    pub sent: Vec<HttpRequest>,
}

pub async fn called(
    endpoint: Endpoint,
    base: &str,
    headers: &[(&'static str, &'static str)],
    arguments: &Value,
    answer: fn() -> Result<Answer, HttpFault>,
) -> Called {
    let client = Arc::new(Recorder { sent: Mutex::default(), answer });
    let header = |(name, value): &(&'static str, &'static str)| {
        (HeaderName::from_static(name), HeaderValue::from_static(value))
    };
    let headers = Arc::new(headers.iter().map(header).collect::<HeaderMap>());
    let base = Some(Url::parse(base).expect("an address"));
    let sender = Arc::clone(&client) as Arc<dyn HttpClient>;
    let operation = HttpOperation::new(endpoint, base, headers, sender);
    let call = ToolCall::own("tool", arguments.as_object().cloned().unwrap_or_else(Map::new), DEADLINE);
    let outcome = operation.execute(call).await.map(ToolResult::into_value);
    let sent = std::mem::take(&mut *client.sent.lock().expect("no panic"));
    Called { outcome, sent }
}

/// The one request that a call leads to.
pub async fn sent(endpoint: Endpoint, arguments: &Value) -> HttpRequest {
    let Called { outcome, mut sent } = called(endpoint, BASE, &[], arguments, NOTHING).await;
    outcome.expect("is sent");
    sent.pop().expect("one request")
}

/// The places of all that is wrong with the arguments of a call that nothing is sent for.
pub async fn refused(endpoint: Endpoint, arguments: &Value) -> Vec<String> {
    let Called { outcome, sent } = called(endpoint, BASE, &[], arguments, NOTHING).await;
    assert!(sent.is_empty(), "{arguments} was sent");
    match outcome {
        Err(Error::InvalidParams { problems, .. }) => problems.into_iter().map(|one| one.pointer).collect(),
        other => panic!("{arguments}: {other:?}"),
    }
}

pub fn header<'r>(request: &'r HttpRequest, name: &str) -> Option<&'r str> {
    request.headers.get(name).map(|value| value.to_str().expect("a text"))
}
