//! What an API's answers become.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_core::future::BoxFuture;
use http::{HeaderMap, HeaderName, HeaderValue, Method};
use proptest::prelude::*;
use serde::de::IgnoredAny;
use serde_json::{Map, Value, json};
use toolrack_core::error::{Error, Result};
use toolrack_core::exec::HttpOperation;
use toolrack_core::http::{HttpClient, HttpFault, HttpRequest, HttpResponse};
use toolrack_core::spec::PathTemplate;
use toolrack_core::tool::{Content, Executor, ResultFile, ToolCall, ToolResult};
use toolrack_core::wire::Endpoint;

/// Gives one answer, and is asked once: what is tried again is another matter.
struct Answers(Mutex<Option<HttpResponse>>);

impl HttpClient for Answers {
    fn send(&self, request: HttpRequest) -> BoxFuture<'_, Result<HttpResponse, HttpFault>> {
        let answer = self.0.lock().expect("no panic").take().expect("one request");
        Box::pin(async move { Ok(HttpResponse { url: request.url, ..answer }) })
    }
}

type Headers<'h> = &'h [(&'static str, &'h str)];

/// What an answer to `GET https://api.example.com/a?key=s3cret` becomes.
async fn of(status: u16, headers: Headers<'_>, body: &[u8]) -> Result<ToolResult> {
    let header = |(name, value): &(&'static str, &str)| {
        (HeaderName::from_static(name), HeaderValue::from_bytes(value.as_bytes()).expect("a header"))
    };
    let mut all = HeaderMap::new();
    for (name, value) in headers.iter().map(header) {
        all.append(name, value);
    }
    let url = "https://api.example.com/a?key=s3cret".parse().expect("an address");
    let answer = HttpResponse { status, headers: all, body: body.to_vec(), url };
    let endpoint = Endpoint {
        method: Method::GET,
        template: PathTemplate::parse("/a").expect("a path"),
        arguments: Vec::new(),
        fixed: Vec::new(),
        body: None,
        security: Arc::default(),
        accept: None,
    };
    let base = Some(answer.url.join("/?key=s3cret").expect("an address"));
    let client = Arc::new(Answers(Mutex::new(Some(answer))));
    let operation = HttpOperation::new(endpoint, base, Arc::default(), client);
    let mut call = ToolCall::own("tool", Map::new(), Duration::from_secs(1));
    call.limits.retries = Some(0);
    operation.execute(call).await
}

async fn content(kind: &str, body: &[u8]) -> Content {
    let headers: Headers<'_> = if kind.is_empty() { &[] } else { &[("content-type", kind)] };
    of(200, headers, body).await.expect("a success").content
}

fn text(text: &str) -> Content {
    Content::Value(json!(text))
}

#[tokio::test]
async fn json_is_handed_on_as_it_came() {
    for kind in
        ["application/json", "Application/JSON; charset=UTF-8", "application/vnd.shop.v1+json", "text/json"]
    {
        for body in [
            "{\"a\": 1.50, \"a\": 2}",
            "[1,\n 2]",
            "\"x\"",
            "null",
            "12345678901234567890123",
            "[\"\\ud83d\"]",
        ] {
            assert_eq!(content(kind, body.as_bytes()).await, Content::Json(body.to_owned()), "{kind}");
        }
    }
    let latin = Content::Json("{\"a\":\"é\"}".to_owned());
    assert_eq!(content("application/json; charset=\"iso-8859-1\"", b"{\"a\":\"\xe9\"}").await, latin);
    assert_eq!(content("application/json", b"\xef\xbb\xbf{\"a\":\"\xc3\xa9\"}").await, latin);
    let deepest = format!("{}{}", "[".repeat(127), "]".repeat(127));
    assert_eq!(content("application/json", deepest.as_bytes()).await, Content::Json(deepest));
}

#[tokio::test]
async fn what_is_called_json_and_is_none_is_the_text_that_it_is() {
    let deep = "[".repeat(100_000);
    for body in ["", " ", "{", "{\"a\":1}x", "<h1>busy</h1>", "{'a': 1}", "NaN", "[1,]", &deep] {
        let expected = if body.is_empty() { Content::Value(Value::Null) } else { text(body) };
        assert_eq!(content("application/json", body.as_bytes()).await, expected, "{body:.20}");
    }
    let deep = format!("{}{}", "[".repeat(128), "]".repeat(128));
    assert_eq!(content("application/json", deep.as_bytes()).await, text(&deep));
    // Brackets within texts are no depth.
    let flat = json!(["[".repeat(500), "\\\"[{"]).to_string();
    assert_eq!(content("application/json", flat.as_bytes()).await, Content::Json(flat));
}

#[tokio::test]
async fn text_is_read_in_its_charset_and_never_as_json() {
    for (kind, body, expected) in [
        ("text/plain", &b"{\"a\": 1}"[..], "{\"a\": 1}"),
        ("text/html; charset=iso-8859-1", b"<p>caf\xe9", "<p>café"),
        ("text/csv", b"caf\xe9;1", "café;1"),
        ("text/plain; charset=utf-16", b"\xff\xfea\0", "a"),
        ("application/x-ndjson", b"{\"a\":1}\n{\"a\":2}\n", "{\"a\":1}\n{\"a\":2}\n"),
        ("application/xml", "<é/>".as_bytes(), "<é/>"),
        ("image/svg+xml", b"<svg/>", "<svg/>"),
        ("application/yaml", b"a: 1", "a: 1"),
        ("text/event-stream", b"data: 1\n\n", "data: 1\n\n"),
        ("application/x-www-form-urlencoded", b"a=1", "a=1"),
        ("application/jwt", b"a.b.c", "a.b.c"),
        ("", b"{\"a\": 1}", "{\"a\": 1}"),
    ] {
        assert_eq!(content(kind, body).await, text(expected), "{kind}");
    }
}

#[tokio::test]
async fn bytes_are_a_file_with_its_media_type_and_its_name_whatever_they_look_like() {
    let file = |media_type: &str, name: Option<&str>, bytes: &[u8]| {
        let (media_type, name) = (media_type.to_owned(), name.map(ToOwned::to_owned));
        Content::File(ResultFile { media_type, name, bytes: bytes.to_vec() })
    };
    for kind in [
        "image/png",
        "application/pdf",
        "application/octet-stream",
        "audio/mpeg; rate=1",
        "multipart/mixed; boundary=x",
    ] {
        for body in [&b"\x89PNG\xff"[..], b"just text", b"{\"a\": 1}"] {
            assert_eq!(content(kind, body).await, file(kind, None, body), "{kind}");
        }
    }
    assert_eq!(content("", b"\xff\xfe\x00").await, file("application/octet-stream", None, b"\xff\xfe\x00"));
    let headers =
        [("content-type", "image/png"), ("content-disposition", "attachment; filename=\"../cat.png\"")];
    let named = of(200, &headers, b"x").await.expect("a success").content;
    assert_eq!(named, file("image/png", Some("cat.png"), b"x"));
}

#[tokio::test]
async fn a_success_without_a_body_is_null() {
    for status in [200, 201, 202, 204, 205, 206, 226, 304] {
        let result = of(status, &[("etag", "\"7\"")], b"").await.expect("a success");
        assert_eq!(result.content, Content::Value(Value::Null), "{status}");
        let http = result.http.expect("a head");
        assert_eq!(
            (http.status, http.headers.as_slice()),
            (status, &[("etag".to_owned(), "\"7\"".to_owned())][..])
        );
    }
    // A server that sends one where none may be: HTTP forbids it, and clients disagree on whose bytes these are.
    let result = of(204, &[("content-type", "application/json")], b"{}").await.expect("a success");
    assert_eq!(result.content, Content::Value(Value::Null));
    let accepted = of(202, &[("content-type", "application/json")], b"{\"id\":7}").await.expect("a success");
    assert_eq!(accepted.content, Content::Json("{\"id\":7}".to_owned()));
}

#[tokio::test]
async fn a_success_brings_the_headers_that_say_how_to_go_on() {
    let headers = [
        ("link", "</a?page=2>; rel=next"),
        ("set-cookie", "session=s3cret"),
        ("x-ratelimit-remaining", "7"),
        ("x-secret", "s3cret"),
    ];
    let http = of(200, &headers, b"").await.expect("a success").http.expect("a head");
    let names: Vec<_> = http.headers.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["link", "x-ratelimit-remaining"]);
}

async fn failure(status: u16, headers: Headers<'_>, body: &[u8]) -> (String, Value) {
    match of(status, headers, body).await {
        Err(error @ Error::HttpFailed { .. }) => (error.to_string(), error.details()),
        other => panic!("{other:?}"),
    }
}

#[expect(clippy::too_many_lines, reason = "one table of cases")]
#[tokio::test]
async fn a_failure_has_its_status_its_headers_and_its_body() {
    let problem = json!({"type": "about:blank", "title": "Not found", "detail": "no pet\n7", "status": 404});
    let problem = problem.to_string();
    for (status, headers, body, message, details) in [
        (
            404,
            &[("content-type", "application/json")][..],
            "{\"error\": \"no pet\"}",
            "",
            json!({"headers": {"content-type": "application/json"}, "body": {"error": "no pet"}}),
        ),
        (
            500,
            &[("content-type", "text/html")],
            "<h1>",
            "",
            json!({"headers": {"content-type": "text/html"}, "body": "<h1>"}),
        ),
        (
            502,
            &[("content-type", "image/png")],
            "x",
            "",
            json!({"headers": {"content-type": "image/png"}, "body": null}),
        ),
        (
            400,
            &[("content-type", "application/json")],
            "{",
            "",
            json!({"headers": {"content-type": "application/json"}, "body": "{"}),
        ),
        (429, &[("retry-after", "3")], "", "", json!({"headers": {"retry-after": "3"}, "body": null})),
        (
            401,
            &[("www-authenticate", "Digest realm=r, nonce=s3cret")],
            "",
            "",
            json!({"headers": {"www-authenticate": "Digest realm=r"}, "body": null}),
        ),
        (100, &[], "", "", json!({"body": null})),
        (
            405,
            &[("allow", "GET"), ("allow", "HEAD"), ("set-cookie", "s3cret")],
            "",
            "",
            json!({"headers": {"allow": "GET, HEAD"}, "body": null}),
        ),
        (
            404,
            &[("content-type", "application/problem+json")],
            problem.as_str(),
            ": Not found: no pet 7",
            json!({"headers": {"content-type": "application/problem+json"},
                "body": serde_json::from_str::<Value>(&problem).expect("JSON")}),
        ),
    ] {
        let (said, told) = failure(status, headers, body.as_bytes()).await;
        assert_eq!(said, format!("tool \"tool\" failed: the API responded with status {status}{message}"));
        let mut expected = json!({"tool": "tool", "status": status});
        expected.as_object_mut().expect("a map").extend(details.as_object().cloned().expect("a map"));
        assert_eq!(told, expected);
        assert!(!said.contains("s3cret") && !told.to_string().contains("s3cret"), "{told}");
    }
}

#[tokio::test]
async fn a_redirect_is_a_failure_that_says_where_it_leads_and_not_with_what() {
    for (location, origin) in [
        ("https://other.example:8443/login?token=s3cret", "https://other.example:8443"),
        ("/b?token=s3cret", "https://api.example.com"),
        ("//cdn.example/x", "https://cdn.example"),
    ] {
        for status in [301, 302, 303, 307, 308] {
            let (message, _) = failure(status, &[("location", location)], b"").await;
            let expected = format!(
                "the API responded with status {status}: it redirects to {origin}, which is not followed"
            );
            assert_eq!(message, format!("tool \"tool\" failed: {expected}"));
        }
    }
    let (message, _) = failure(300, &[("location", "https://")], b"").await;
    assert_eq!(message, "tool \"tool\" failed: the API responded with status 300");
}

#[tokio::test]
async fn a_failure_is_cut_where_it_would_drown_what_it_says() {
    let long = "é".repeat(20_000);
    let object = json!({"a": "x".repeat(30_000)}).to_string();
    let huge = json!({"a": "x".repeat(3_000_000)}).to_string();
    for (kind, body) in [("text/plain", &long), ("application/json", &object), ("application/json", &huge)] {
        let (_, details) = failure(500, &[("content-type", kind)], body.as_bytes()).await;
        let told = details["body"].as_str().expect("a text");
        assert!(told.ends_with('…') && told.len() < 17_000 && told.len() > 16_000, "{}", told.len());
    }
    for key in ["title", "detail"] {
        let problem = json!({key: "x\n".repeat(2_000)}).to_string();
        let (message, _) =
            failure(500, &[("content-type", "application/problem+json")], problem.as_bytes()).await;
        assert!(message.len() < 600 && !message.contains('\n'), "{message}");
    }
    for body in ["[]", "{}", "{\"title\": 7}", "{\"title\": \"\"}", "{"] {
        let (message, _) =
            failure(500, &[("content-type", "application/problem+json")], body.as_bytes()).await;
        assert_eq!(message, "tool \"tool\" failed: the API responded with status 500");
    }
}

/// Bodies as APIs send them, and as those do who attack their callers.
fn body() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        prop::collection::vec(any::<u8>(), 0..64),
        any::<String>().prop_map(String::into_bytes),
        "[\\[\\]{}\",:0-9a-f\\\\ ]{0,40}".prop_map(String::into_bytes),
    ]
}

proptest! {
    #[test]
    fn whatever_an_api_answers_has_the_form_that_its_media_type_says(
        kind in "(application|text|image)/(json|a\\+json|plain|png|x)(; ?charset=(\"?utf-8|latin1|utf-16|x)?)?",
        disposition in any::<String>(),
        body in body(),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().expect("a runtime");
        let disposition: String = disposition.chars().filter(|c| !c.is_control()).collect();
        let headers = [("content-type", kind.as_str()), ("content-disposition", disposition.as_str())];
        let result = runtime.block_on(of(200, &headers, &body)).expect("a success");
        match result.content {
            Content::Value(Value::Null) => prop_assert!(body.is_empty()),
            Content::Json(text) => {
                prop_assert!(kind.contains("json"));
                prop_assert!(serde_json::from_str::<IgnoredAny>(&text).is_ok());
            }
            Content::File(file) => {
                let is_text = kind.contains("json") || kind.starts_with("text/");
                prop_assert!(!is_text);
                prop_assert_eq!(file.bytes, body);
            }
            Content::Value(Value::String(_)) => prop_assert!(kind.contains("json") || kind.starts_with("text/")),
            Content::Value(other) => prop_assert!(false, "{:?}", other),
        }
    }
}
