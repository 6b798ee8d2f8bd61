//! Requests that are sent again, and those that are not.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use http::Method;
use serde_json::{Map, Value, json};
use tokio::time::Instant;
use toolrack_core::clock::Clock;
use toolrack_core::error::{ErrorCode, Result};
use toolrack_core::exec::HttpOperation;
use toolrack_core::http::{HttpClient, HttpFault};
use toolrack_core::spec::{
    Argument, ArgumentLocation, ParameterIn, ParameterStyle, PathTemplate, ValueSerialization,
};
use toolrack_core::tool::{Executor, ToolCall, ToolResult};
use toolrack_core::wire::Endpoint;
use url::Url;

use super::scene::{Paused, Servers, Turn, limits};

/// A clock that tests stop, at a fixed time of day.
struct Certain(Arc<Paused>);

impl Clock for Certain {
    fn now(&self) -> Duration {
        self.0.now()
    }

    fn time_of_day(&self) -> SystemTime {
        // Sun, 06 Nov 1994 08:49:37 GMT
        SystemTime::UNIX_EPOCH + Duration::from_secs(784_111_777)
    }
}

fn endpoint(method: Method) -> Endpoint {
    Endpoint {
        method,
        template: PathTemplate::parse("/x").expect("a path"),
        arguments: Vec::new(),
        fixed: Vec::new(),
        body: None,
        security: Arc::default(),
        accept: None,
    }
}

struct Called {
    outcome: Result<ToolResult>,
    servers: Arc<Servers>,
    took: Duration,
}

async fn called(endpoint: Endpoint, key: Option<&str>, own: &Value, turns: Vec<Turn>) -> Called {
    let servers = Servers::new(turns);
    let client = Arc::clone(&servers) as Arc<dyn HttpClient>;
    let base = Url::parse("https://api.example.com").expect("an address");
    let is_given = endpoint.arguments.iter().any(|argument| &*argument.name == "key");
    let given = is_given.then(|| ("key".to_owned(), json!("own")));
    let operation = HttpOperation::new(endpoint, Some(base), Arc::default(), client)
        .with_clock(Arc::new(Certain(Paused::new())))
        .with_jitter(|| 0.0);
    let arguments: Map<String, Value> = given.into_iter().collect();
    let call = ToolCall {
        idempotency_key: key.map(ToOwned::to_owned),
        limits: limits(own),
        ..ToolCall::own("t", arguments, Duration::from_secs(10))
    };
    let began = Instant::now();
    let outcome = operation.execute(call).await;
    Called { outcome, servers, took: began.elapsed() }
}

fn unreachable() -> Turn {
    Err(HttpFault::Unreachable { reason: "r".into() })
}

#[expect(clippy::unnecessary_wraps, reason = "a turn among others")]
const fn status(code: u16) -> Turn {
    Ok((code, &[]))
}

fn broken() -> Turn {
    Err(HttpFault::Broken { reason: "r".into() })
}

const OK: Turn = Ok((204, &[]));
const BUSY: Turn = Ok((503, &[]));

#[tokio::test(start_paused = true)]
async fn what_changes_nothing_more_is_sent_again_until_it_succeeds() {
    for method in [Method::GET, Method::HEAD, Method::OPTIONS, Method::TRACE, Method::PUT, Method::DELETE] {
        let Called { outcome, servers, took } =
            called(endpoint(method.clone()), None, &json!({}), vec![BUSY, broken(), OK]).await;
        assert!(outcome.is_ok(), "{method}");
        assert_eq!(servers.times(), [0, 100, 300], "{method}: longer each time");
        assert_eq!(took, Duration::from_millis(300));
        let sent = servers.sent.lock().expect("no panic");
        let left: Vec<_> = sent.iter().map(|(_, request)| request.timeout.as_millis()).collect();
        assert_eq!(left, [10_000, 9_900, 9_700], "one deadline for all of them");
    }
}

#[tokio::test(start_paused = true)]
async fn what_changes_something_is_sent_once_unless_the_server_can_know_it_again() {
    for method in [Method::POST, Method::PATCH] {
        let Called { outcome, servers, .. } =
            called(endpoint(method.clone()), None, &json!({}), vec![BUSY, OK]).await;
        assert_eq!(
            (outcome.expect_err("503").code(), servers.count()),
            (ErrorCode::HttpFailed, 1),
            "{method}"
        );
        let Called { outcome, servers, .. } =
            called(endpoint(method.clone()), Some("k-1"), &json!({}), vec![BUSY, OK]).await;
        assert!(outcome.is_ok(), "{method}");
        let sent = servers.sent.lock().expect("no panic");
        let keys: Vec<_> = sent
            .iter()
            .map(|(_, request)| request.headers["idempotency-key"].to_str().expect("a text"))
            .collect();
        assert_eq!(keys, ["k-1", "k-1"], "{method}");
    }
}

#[tokio::test(start_paused = true)]
async fn only_what_may_pass_is_tried_again() {
    for (turn, times) in [
        (status(429), 3),
        (status(502), 3),
        (status(503), 3),
        (status(504), 3),
        (unreachable(), 3),
        (broken(), 3),
        (status(200), 1),
        (status(302), 1),
        (status(400), 1),
        (status(404), 1),
        (status(408), 1),
        (status(500), 1),
        (status(501), 1),
        (Err(HttpFault::Timeout { timeout: Duration::from_secs(1) }), 1),
        (Err(HttpFault::TooLarge { limit: 1 }), 1),
        (Err(HttpFault::Forbidden { reason: "r".into() }), 1),
        (Err(HttpFault::Unsendable { reason: "r".into() }), 1),
        (Err(HttpFault::CircuitOpen { origin: "o".into(), retry_after: Duration::ZERO }), 1),
    ] {
        let shown = format!("{turn:?}");
        let Called { servers, .. } = called(endpoint(Method::GET), None, &json!({}), vec![turn]).await;
        assert_eq!(servers.count(), times, "{shown}");
    }
}

#[tokio::test(start_paused = true)]
async fn what_may_have_had_an_effect_is_not_forgotten_for_an_attempt_that_had_none() {
    for (turns, expected) in [
        (vec![broken(), unreachable(), unreachable()], "broken response"),
        (vec![unreachable(), broken(), unreachable()], "broken response"),
        (vec![BUSY, status(429), unreachable()], "responded with status 503"),
        (vec![broken(), broken(), status(429)], "broken response"),
        (vec![broken(), BUSY, unreachable()], "responded with status 503"),
        (vec![unreachable(), broken(), status(401)], "broken response"),
        (vec![unreachable(), unreachable(), status(429)], "responded with status 429"),
        (vec![status(429), unreachable(), unreachable()], "cannot connect"),
        (vec![broken(), broken(), status(404)], "responded with status 404"),
    ] {
        let shown = format!("{turns:?}");
        let Called { outcome, servers, .. } =
            called(endpoint(Method::POST), Some("k"), &json!({}), turns).await;
        let told = outcome.expect_err("fails").to_string();
        assert!(told.contains(expected) && servers.count() == 3, "{shown}: {told}");
    }
}

#[tokio::test(start_paused = true)]
async fn how_often_is_the_owners_to_say() {
    for (retries, times) in [(0, 1), (1, 2), (5, 6)] {
        let Called { servers, .. } =
            called(endpoint(Method::GET), None, &json!({"retries": retries}), vec![BUSY]).await;
        assert_eq!(servers.count(), times);
    }
}

#[tokio::test(start_paused = true)]
async fn a_server_that_says_when_is_asked_then_and_not_at_all_where_there_is_no_time() {
    for (headers, times) in [
        (&[("retry-after", "3")] as &[_], &[0, 3_000, 3_200][..]),
        (&[("retry-after", "Sun, 06 Nov 1994 08:49:42 GMT")], &[0, 5_000, 5_200]),
        (&[("retry-after", "0")], &[0, 100, 300]),
        (&[("retry-after", "soon")], &[0, 100, 300]),
        (&[("retry-after", "10")], &[0]),
        (&[("retry-after", "99999999999999999999")], &[0]),
    ] {
        let busy = vec![Ok((429, headers)), BUSY, OK];
        let Called { outcome, servers, .. } = called(endpoint(Method::GET), None, &json!({}), busy).await;
        assert_eq!(servers.times(), times, "{headers:?}");
        assert_eq!(outcome.is_ok(), times.len() == 3, "{headers:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_key_goes_where_the_document_wants_it() {
    let wire = ValueSerialization::plain(ParameterStyle::Simple, false);
    let declared = |argument: &str| {
        let location = ArgumentLocation::Parameter {
            name: "Idempotency-Key".into(),
            place: ParameterIn::Header,
            wire: wire.clone(),
        };
        let argument = Arc::new(Argument { name: argument.into(), group: None, location });
        Endpoint { arguments: vec![argument], ..endpoint(Method::POST) }
    };
    let header = |servers: &Servers| {
        let sent = servers.sent.lock().expect("no panic");
        sent[0].1.headers.get("idempotency-key").map(|value| value.to_str().expect("a text").to_owned())
    };
    for (endpoint, expected, times) in [
        (declared("key"), Some("own"), 2),
        (declared("absent"), None, 1),
        (endpoint(Method::POST), Some("mine"), 2),
    ] {
        let Called { servers, .. } = called(endpoint, Some("mine"), &json!({}), vec![BUSY, OK]).await;
        assert_eq!((header(&servers).as_deref(), servers.count()), (expected, times));
    }
}

#[tokio::test(start_paused = true)]
async fn limits_of_the_call_go_with_the_request() {
    let Called { servers, .. } =
        called(endpoint(Method::GET), None, &json!({"maxResponseBytes": 7, "breaker": false}), vec![OK])
            .await;
    let sent = servers.sent.lock().expect("no panic")[0].1.clone();
    assert_eq!((sent.max_bytes, sent.circuit), (7, None));
    let Called { servers, .. } = called(endpoint(Method::GET), None, &json!({}), vec![OK]).await;
    let sent = servers.sent.lock().expect("no panic")[0].1.clone();
    let rules = sent.circuit.expect("rules");
    assert_eq!(
        (sent.max_bytes, rules.failures, rules.window.as_secs(), rules.open.as_secs()),
        (16 << 20, 5, 30, 10)
    );
}
