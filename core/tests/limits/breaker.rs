//! Origins that are left alone while they fail.

use std::sync::Arc;
use std::time::Duration;

use futures_core::future::BoxFuture;
use http::Method;
use serde_json::json;
use tokio::sync::Notify;
use tokio::time::{Instant, timeout};
use toolrack_core::error::ErrorCode;
use toolrack_core::exec::HttpOperation;
use toolrack_core::http::{
    CircuitBreakerClient, CircuitRules, HttpClient, HttpFault, HttpRequest, HttpResponse,
};
use toolrack_core::spec::PathTemplate;
use toolrack_core::tool::{Executor, ToolCall};
use toolrack_core::wire::Endpoint;
use url::Url;

use super::scene::{Paused, Servers, Turn, limits};

const RULES: CircuitRules =
    CircuitRules { failures: 3, window: Duration::from_secs(30), open: Duration::from_secs(10) };

fn request(origin: &str) -> HttpRequest {
    let url = Url::parse(&format!("{origin}/path")).expect("an address");
    HttpRequest { circuit: Some(RULES), ..HttpRequest::new(Method::GET, url) }
}

const OK: Turn = Ok((200, &[]));

#[expect(clippy::unnecessary_wraps, reason = "a turn among others")]
const fn status(code: u16) -> Turn {
    Ok((code, &[]))
}

fn unreachable() -> Turn {
    Err(HttpFault::Unreachable { reason: "r".into() })
}

#[tokio::test(start_paused = true)]
async fn an_origin_that_fails_is_left_alone_and_no_other_one() {
    let servers = Servers::new([unreachable(), unreachable(), unreachable(), OK]);
    let client = CircuitBreakerClient::new(Arc::clone(&servers) as _, Paused::new());
    let (one, other) = ("https://one.example", "https://other.example");
    for _ in 0..3 {
        assert!(matches!(client.send(request(one)).await, Err(HttpFault::Unreachable { .. })));
    }
    tokio::time::sleep(Duration::from_secs(4)).await;
    let fault = client.send(request(one)).await.expect_err("open");
    assert_eq!(fault, HttpFault::CircuitOpen { origin: one.into(), retry_after: Duration::from_secs(6) });
    assert_eq!(servers.count(), 3, "nothing was sent");
    for origin in [other, "http://one.example", "https://one.example:444"] {
        assert!(client.send(request(origin)).await.is_ok(), "{origin}");
    }
    let free = HttpRequest { circuit: None, ..request(one) };
    assert!(client.send(free).await.is_ok(), "a request without rules goes");
    tokio::time::sleep(Duration::from_secs(6)).await;
    assert!(client.send(request(one)).await.is_ok() && client.send(request(one)).await.is_ok());
}

#[tokio::test(start_paused = true)]
async fn only_an_origin_that_cannot_answer_fails() {
    let fault = |reason: &str| reason.to_owned();
    for (turn, opens) in [
        (unreachable(), true),
        (Err(HttpFault::Broken { reason: fault("r") }), true),
        (Err(HttpFault::Timeout { timeout: Duration::from_secs(1) }), true),
        (status(502), true),
        (status(503), true),
        (status(504), true),
        (status(200), false),
        (status(400), false),
        (status(404), false),
        (status(429), false),
        (status(500), false),
        (Err(HttpFault::TooLarge { limit: 1 }), false),
        (Err(HttpFault::Forbidden { reason: fault("r") }), false),
        (Err(HttpFault::Unsendable { reason: fault("r") }), false),
    ] {
        let shown = format!("{turn:?}");
        let servers = Servers::new([turn]);
        let client = CircuitBreakerClient::new(Arc::clone(&servers) as _, Paused::new());
        for _ in 0..10 {
            let _ = client.send(request("https://one.example")).await;
        }
        assert_eq!(servers.count() == 3, opens, "{shown}: {} sent", servers.count());
    }
}

/// Never answers, until it is told to.
#[derive(Default)]
struct Silent {
    answer: Notify,
}

impl HttpClient for Silent {
    fn send(&self, request: HttpRequest) -> BoxFuture<'_, Result<HttpResponse, HttpFault>> {
        Box::pin(async move {
            self.answer.notified().await;
            let (headers, body) = Default::default();
            Ok(HttpResponse { status: 200, headers, body, url: request.url })
        })
    }
}

#[tokio::test(start_paused = true)]
async fn a_request_that_is_given_up_when_its_time_is_over_has_failed_and_one_before_says_nothing() {
    let origin = "https://one.example";
    for (seconds, opens) in [(30, true), (28, true), (5, false)] {
        let client = CircuitBreakerClient::new(Arc::new(Silent::default()), Paused::new());
        for _ in 0..3 {
            let given_up = timeout(Duration::from_secs(seconds), client.send(request(origin))).await;
            assert!(given_up.is_err());
        }
        let next = timeout(Duration::from_secs(1), client.send(request(origin))).await;
        // The first failure is long ago by then.
        let rules = matches!(next, Ok(Err(HttpFault::CircuitOpen { .. })));
        assert_eq!(rules, opens && seconds * 2 <= 30, "given up after {seconds} s");
    }
}

#[tokio::test(start_paused = true)]
async fn one_request_tries_while_the_others_are_refused() {
    let silent = Arc::new(Silent::default());
    let client = Arc::new(CircuitBreakerClient::new(Arc::clone(&silent) as _, Paused::new()));
    let late = HttpRequest { timeout: Duration::from_secs(1), ..request("https://one.example") };
    for _ in 0..3 {
        assert!(timeout(Duration::from_secs(1), client.send(late.clone())).await.is_err());
    }
    tokio::time::sleep(Duration::from_secs(10)).await;
    let probe = tokio::spawn({
        let (client, late) = (Arc::clone(&client), late.clone());
        async move { client.send(late).await }
    });
    tokio::task::yield_now().await;
    for _ in 0..5 {
        assert!(matches!(client.send(late.clone()).await, Err(HttpFault::CircuitOpen { .. })));
    }
    silent.answer.notify_one();
    assert!(probe.await.expect("no panic").is_ok());
    silent.answer.notify_one();
    assert!(client.send(late).await.is_ok(), "closed again");
}

#[tokio::test(start_paused = true)]
async fn a_call_hears_when_its_api_is_tried_again_and_why_it_failed_where_it_was_its_own_attempts() {
    let servers = Servers::new([unreachable()]);
    let client = Arc::new(CircuitBreakerClient::new(Arc::clone(&servers) as _, Paused::new()));
    let endpoint = Endpoint {
        method: Method::GET,
        template: PathTemplate::parse("/x").expect("a path"),
        arguments: Vec::new(),
        fixed: Vec::new(),
        body: None,
        security: Arc::default(),
        accept: None,
    };
    let base = Url::parse("https://api.example.com/v1?secret=1").expect("an address");
    let operation = HttpOperation::new(endpoint, Some(base), Arc::default(), client);
    let began = Instant::now();
    let call = || ToolCall {
        limits: limits(&json!({"breaker": {"failures": 2, "openMs": 60_000}})),
        ..ToolCall::own("t", serde_json::Map::new(), Duration::from_secs(10))
    };
    let own = operation.execute(call()).await.expect_err("fails");
    assert_eq!((own.code(), servers.count()), (ErrorCode::HttpFailed, 2), "the third attempt found it open");
    let open = operation.execute(call()).await.expect_err("open");
    assert_eq!((open.code(), servers.count()), (ErrorCode::CircuitOpen, 2));
    let details = open.details();
    assert_eq!(
        (details["tool"].as_str(), details["origin"].as_str()),
        (Some("t"), Some("https://api.example.com"))
    );
    let wait = details["retryAfterMs"].as_u64().expect("a time");
    assert!((59_000..=60_000).contains(&wait) && began.elapsed() < Duration::from_secs(2), "{wait}");
}
