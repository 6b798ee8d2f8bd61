//! Calls of API operations against a client that only remembers: where arguments land, and what an answer becomes.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use http::{HeaderMap, HeaderName, HeaderValue, Method};
use serde_json::{Map, Value, json};
use toolrack_core::error::{Error, ErrorCode, Result};
use toolrack_core::exec::{Endpoint, HttpOperation};
use toolrack_core::http::{BoxFuture, HttpClient, HttpFault, HttpRequest, HttpResponse, Redirects};
use toolrack_core::spec::{Argument, BodyShape, In, Location, Media, Style, Template, Wire};
use toolrack_core::tool::{CallContext, Executor, ToolCall};
use url::Url;

/// Remembers what is sent, and answers what it was given.
struct Recorder {
    sent: Mutex<Vec<HttpRequest>>,
    answer: fn() -> Result<Answer, HttpFault>,
}

/// Status, content type and body.
type Answer = (u16, &'static str, Vec<u8>);

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

fn parameter(argument: &str, name: &str, place: In) -> Arc<Argument> {
    let style = if matches!(place, In::Path | In::Header) { Style::Simple } else { Style::Form };
    let wire = Wire::plain(style, style == Style::Form);
    let location = Location::Parameter { name: name.into(), place, wire };
    Arc::new(Argument { name: argument.into(), group: None, location })
}

fn shape(media: &str, required: bool) -> BodyShape {
    BodyShape { media_type: Media::parse(media), required, parts: Vec::new() }
}

fn property(name: &str) -> Arc<Argument> {
    let location = Location::BodyProperty { name: name.into(), pointer: format!("/{name}"), part: None };
    Arc::new(Argument { name: name.into(), group: None, location })
}

/// `POST /users/{id}/{part}` with something in every place. `id` also is a property of the body.
fn everywhere() -> Endpoint {
    Endpoint {
        method: Method::POST,
        template: Template::parse("/users/{id}/{part}").expect("a path"),
        arguments: vec![
            parameter("id__path", "id", In::Path),
            parameter("part", "part", In::Path),
            parameter("filter[id]", "filter[id]", In::Query),
            parameter("tags", "tags", In::Query),
            parameter("trace", "X-Trace", In::Header),
            parameter("session", "session", In::Cookie),
            parameter("theme", "theme", In::Cookie),
            property("id"),
            property("note"),
        ],
        fixed: Vec::new(),
        body: Some(shape("application/json", false)),
    }
}

/// `PUT /raw` whose whole body is the argument `body`.
fn whole_body() -> Endpoint {
    Endpoint {
        method: Method::PUT,
        template: Template::parse("/raw").expect("a path"),
        arguments: vec![Arc::new(Argument { name: "body".into(), group: None, location: Location::Body })],
        fixed: Vec::new(),
        body: Some(shape("application/merge-patch+json", true)),
    }
}

fn get(template: &str) -> Endpoint {
    let template = Template::parse(template).expect("a path");
    let variables: Vec<_> =
        template.variables().into_iter().map(|name| parameter(name, name, In::Path)).collect();
    Endpoint { method: Method::GET, template, arguments: variables, fixed: Vec::new(), body: None }
}

const BASE: &str = "https://api.example.com";
const DEADLINE: Duration = Duration::from_secs(7);

const NOTHING: fn() -> Result<Answer, HttpFault> = || Ok((204, "application/json", Vec::new()));

/// What comes of a call, and what was sent for it.
struct Called {
    outcome: Result<Value>,
    sent: Vec<HttpRequest>,
}

async fn called(
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
    let call = ToolCall {
        tool: "tool".to_owned(),
        revision: 1,
        arguments: arguments.as_object().cloned().unwrap_or_else(Map::new),
        context: CallContext::default(),
        timeout: DEADLINE,
    };
    let outcome = operation.execute(call).await;
    let sent = std::mem::take(&mut *client.sent.lock().expect("no panic"));
    Called { outcome, sent }
}

/// The one request that a call leads to.
async fn sent(endpoint: Endpoint, arguments: &Value) -> HttpRequest {
    let Called { outcome, mut sent } = called(endpoint, BASE, &[], arguments, NOTHING).await;
    outcome.expect("is sent");
    sent.pop().expect("one request")
}

/// The places of all that is wrong with the arguments of a call that nothing is sent for.
async fn refused(endpoint: Endpoint, arguments: &Value) -> Vec<String> {
    let Called { outcome, sent } = called(endpoint, BASE, &[], arguments, NOTHING).await;
    assert!(sent.is_empty(), "{arguments} was sent");
    match outcome {
        Err(Error::InvalidParams { problems, .. }) => problems.into_iter().map(|one| one.pointer).collect(),
        other => panic!("{arguments}: {other:?}"),
    }
}

fn header<'r>(request: &'r HttpRequest, name: &str) -> Option<&'r str> {
    request.headers.get(name).map(|value| value.to_str().expect("a text"))
}

fn body(request: &HttpRequest) -> Value {
    request.body.as_deref().map_or(json!("none"), |body| serde_json::from_slice(body).expect("JSON"))
}

#[tokio::test]
async fn every_argument_lands_where_the_map_says() {
    let arguments = json!({
        "id__path": "a/b", "part": 7, "filter[id]": "x&y", "tags": ["p", "q r"], "trace": "t-1",
        "session": "s", "theme": "dark", "id": 5, "note": "hé"
    });
    let request = sent(everywhere(), &arguments).await;
    assert_eq!(request.method, Method::POST);
    let url = "https://api.example.com/users/a%2Fb/7?filter%5Bid%5D=x%26y&tags=p&tags=q%20r";
    assert_eq!(request.url.as_str(), url);
    assert_eq!(header(&request, "x-trace"), Some("t-1"));
    assert_eq!(header(&request, "cookie"), Some("session=s; theme=dark"));
    assert_eq!(header(&request, "content-type"), Some("application/json"));
    assert_eq!(body(&request), json!({"id": 5, "note": "hé"}));
    assert_eq!((request.timeout, request.redirects), (DEADLINE, Redirects::None));
}

#[tokio::test]
async fn null_is_left_out_everywhere_but_in_the_body() {
    let arguments = json!({
        "id__path": 1, "part": 2, "filter[id]": null, "tags": null, "trace": null, "session": null, "note": null
    });
    let request = sent(everywhere(), &arguments).await;
    assert_eq!(request.url.as_str(), "https://api.example.com/users/1/2");
    assert_eq!((header(&request, "x-trace"), header(&request, "cookie")), (None, None));
    assert_eq!(body(&request), json!({"note": null}));
    assert_eq!(body(&sent(whole_body(), &json!({"body": null})).await), Value::Null);
}

#[tokio::test]
async fn a_request_has_a_body_where_there_is_something_to_say_or_there_must_be_one() {
    let request = sent(everywhere(), &json!({"id__path": 1, "part": 2})).await;
    assert_eq!((body(&request), header(&request, "content-type")), (json!("none"), None));
    let required = Endpoint { body: Some(shape("application/json", true)), ..everywhere() };
    let request = sent(required, &json!({"id__path": 1, "part": 2})).await;
    assert_eq!((body(&request), header(&request, "content-type")), (json!({}), Some("application/json")));
    let request = sent(whole_body(), &json!({"body": [1, {"a": null}]})).await;
    assert_eq!(body(&request), json!([1, {"a": null}]));
    assert_eq!(header(&request, "content-type"), Some("application/merge-patch+json"));
}

#[tokio::test]
async fn a_path_that_an_argument_would_lead_out_of_is_refused() {
    for (template, arguments, places) in [
        ("/a/{x}/b", json!({"x": ".."}), &["/x"][..]),
        ("/a/{x}/b", json!({"x": "."}), &["/x"]),
        ("/a/{x}/b", json!({"x": ""}), &["/x"]),
        ("/a/{x}/b", json!({"x": null}), &["/x"]),
        ("/a/{x}/b", json!({"x": []}), &["/x"]),
        ("/a/{x}{y}/b", json!({"x": ".", "y": "."}), &["/x", "/y"]),
        ("/a/.{x}", json!({"x": "."}), &["/x"]),
        ("/a/{x}/b", json!({}), &["/x"]),
    ] {
        let mut found = refused(get(template), &arguments).await;
        found.retain(|place| !place.is_empty());
        assert_eq!(found, places, "{template} {arguments}");
    }
    let request = sent(get("/a/{x}/b"), &json!({"x": "../%2e%2e\\\t\n#?@"})).await;
    assert_eq!(request.url.path(), "/a/..%2F%252e%252e%5C%09%0A%23%3F%40/b");
}

#[tokio::test]
async fn a_header_value_with_a_line_break_is_refused() {
    for value in ["a\r\nX-Admin: 1", "a\nb", "a\0b"] {
        let arguments = json!({"id__path": 1, "part": 2, "trace": value});
        assert_eq!(refused(everywhere(), &arguments).await, ["/trace"], "{value:?}");
    }
    let cookie = json!({"id__path": 1, "part": 2, "session": "a\r\nb; admin=1"});
    assert_eq!(header(&sent(everywhere(), &cookie).await, "cookie"), Some("session=a%0D%0Ab%3B%20admin%3D1"));
}

#[tokio::test]
async fn arguments_that_have_no_place_are_refused_all_at_once() {
    let arguments = json!({"id__path": 1, "part": "", "id__query": 2, "a/b": 3});
    assert_eq!(refused(everywhere(), &arguments).await, ["/part", "/id__query", "/a~1b"]);
}

#[tokio::test]
async fn a_base_address_keeps_its_path_and_its_query() {
    for (base, expected) in [
        ("https://h/v1", "https://h/v1/pets/1"),
        ("https://h/v1/", "https://h/v1/pets/1"),
        ("https://h", "https://h/pets/1"),
        ("https://h/v1?key=a%20b", "https://h/v1/pets/1?key=a%20b"),
        ("http://h:8080/a%2Fb#part", "http://h:8080/a%2Fb/pets/1"),
    ] {
        let Called { outcome, sent } = called(get("/pets/{id}"), base, &[], &json!({"id": 1}), NOTHING).await;
        outcome.expect("is sent");
        assert_eq!(sent[0].url.as_str(), expected, "{base}");
    }
    let query = Endpoint { arguments: vec![parameter("q", "q", In::Query)], ..get("/pets") };
    let Called { sent, .. } = called(query, "https://h/v1?key=k", &[], &json!({"q": "x"}), NOTHING).await;
    assert_eq!(sent[0].url.as_str(), "https://h/v1/pets?key=k&q=x");
}

#[tokio::test]
async fn headers_of_the_document_go_over_those_of_arguments() {
    let headers =
        [("x-trace", "ours"), ("accept", "text/plain"), ("cookie", "key=k"), ("authorization", "k")];
    let arguments = json!({"id__path": 1, "part": 2, "trace": "theirs", "session": "theirs"});
    let Called { sent, .. } = called(everywhere(), BASE, &headers, &arguments, NOTHING).await;
    for (name, value) in headers {
        assert_eq!(sent[0].headers.get_all(name).iter().collect::<Vec<_>>(), [value], "{name}");
    }
}

#[tokio::test]
async fn a_success_is_its_body() {
    type Case = (fn() -> Result<Answer, HttpFault>, Value);
    let cases: [Case; 7] = [
        (|| Ok((200, "application/json", b"{\"a\": 1}".to_vec())), json!({"a": 1})),
        (|| Ok((201, "application/problem+json; charset=utf-8", b"[1]".to_vec())), json!([1])),
        (|| Ok((200, "text/plain", b"{\"a\": 1}".to_vec())), json!("{\"a\": 1}")),
        (|| Ok((200, "text/csv", "é,b".as_bytes().to_vec())), json!("é,b")),
        (|| Ok((200, "application/json", b"not json".to_vec())), json!("not json")),
        (NOTHING, json!(null)),
        (|| Ok((200, "text/plain", Vec::new())), json!(null)),
    ];
    for (answer, expected) in cases {
        let Called { outcome, .. } = called(get("/pets"), BASE, &[], &json!({}), answer).await;
        assert_eq!(outcome, Ok(expected));
    }
}

#[tokio::test]
async fn a_failure_has_its_status_and_its_body() {
    for (answer, status, expected) in [
        (
            (|| Ok((404, "application/json", b"{\"error\": \"no pet\"}".to_vec()))) as fn() -> _,
            404,
            json!({"error": "no pet"}),
        ),
        (|| Ok((500, "text/html", b"<h1>".to_vec())), 500, json!("<h1>")),
        (|| Ok((302, "text/plain", Vec::new())), 302, json!(null)),
        (|| Ok((502, "image/png", vec![0xff, 0xfe])), 502, json!(null)),
    ] {
        let Called { outcome, .. } = called(get("/pets"), BASE, &[], &json!({}), answer).await;
        let error = outcome.expect_err("is no success");
        assert_eq!(error.code(), ErrorCode::HttpFailed);
        assert_eq!(error.details(), json!({"tool": "tool", "status": status, "body": expected}));
    }
}

#[tokio::test]
async fn a_long_failure_is_cut_and_an_answer_that_is_no_text_is_told() {
    let long: fn() -> _ = || Ok((500, "text/plain", "é".repeat(20_000).into_bytes()));
    let Called { outcome, .. } = called(get("/pets"), BASE, &[], &json!({}), long).await;
    let Err(Error::HttpFailed { answer, .. }) = outcome else { panic!("{outcome:?}") };
    let body = answer.body.as_str().expect("a text");
    assert!(body.ends_with('…') && body.len() < 17_000, "{}", body.len());
    let image: fn() -> _ = || Ok((200, "image/png", vec![0x89, 0xff]));
    let Called { outcome, .. } = called(get("/pets"), BASE, &[], &json!({}), image).await;
    let error = outcome.expect_err("is no text").to_string();
    assert!(error.contains("image/png"), "{error}");
}

#[tokio::test]
async fn a_fault_of_the_client_is_told_as_what_it_means_for_the_call() {
    type Case = (fn() -> Result<Answer, HttpFault>, ErrorCode, Value);
    let cases: [Case; 5] = [
        (
            || Err(HttpFault::Timeout { timeout: DEADLINE }),
            ErrorCode::Timeout,
            json!({"tool": "tool", "timeoutMs": 7000}),
        ),
        (
            || Err(HttpFault::TooLarge { limit: 9 }),
            ErrorCode::ResponseTooLarge,
            json!({"tool": "tool", "limit": 9}),
        ),
        (
            || Err(HttpFault::Unreachable { reason: "x".to_owned() }),
            ErrorCode::HttpFailed,
            json!({"tool": "tool", "reason": "cannot connect to x"}),
        ),
        (
            || Err(HttpFault::Broken { reason: "x".to_owned() }),
            ErrorCode::HttpFailed,
            json!({"tool": "tool", "reason": "broken answer from x"}),
        ),
        (
            || Err(HttpFault::Unsendable { reason: "x".to_owned() }),
            ErrorCode::HttpFailed,
            json!({"tool": "tool", "reason": "request cannot be sent: x"}),
        ),
    ];
    for (answer, code, details) in cases {
        let Called { outcome, .. } = called(get("/pets"), BASE, &[], &json!({}), answer).await;
        let error = outcome.expect_err("a fault");
        assert_eq!((error.code(), error.details()), (code, details));
    }
}

#[tokio::test]
async fn an_operation_without_an_address_says_which_option_gives_it_one() {
    let client = Arc::new(Recorder { sent: Mutex::default(), answer: NOTHING });
    let operation = HttpOperation::new(get("/pets"), None, Arc::default(), client);
    let call = ToolCall {
        tool: "tool".to_owned(),
        revision: 1,
        arguments: Map::new(),
        context: CallContext::default(),
        timeout: DEADLINE,
    };
    let error = operation.execute(call).await.expect_err("has no address");
    assert!(matches!(error, Error::InvalidOptions { ref option, .. } if option == "baseUrl"), "{error}");
}
