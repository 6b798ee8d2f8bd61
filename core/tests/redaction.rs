//! A credential that a server echoes: wherever its bytes get into a result or an error, the credential is masked.

use std::sync::Arc;
use std::time::Duration;

use futures_core::future::BoxFuture;
use http::{HeaderMap, HeaderName, HeaderValue};
use serde_json::{Map, Value, json};
use toolrack_core::error::{Error, Result};
use toolrack_core::http::{HttpClient, HttpFault, HttpRequest, HttpResponse};
use toolrack_core::loader::{LoadOptions, SpecLoader};
use toolrack_core::registry::{OnConflict, ToolRegistry};
use toolrack_core::spec::SpecSource;
use toolrack_core::tool::{Content, ToolCall, ToolResult};

const SECRET: &str = "Key/0123:secret-45";

type Headers<'h> = &'h [(&'h str, String)];

/// Gives one answer to all.
struct Echo(Result<HttpResponse, HttpFault>);

impl HttpClient for Echo {
    fn send(&self, request: HttpRequest) -> BoxFuture<'_, Result<HttpResponse, HttpFault>> {
        let answer = self.0.clone().map(|answer| HttpResponse { url: request.url, ..answer });
        Box::pin(async { answer })
    }
}

fn answer(status: u16, headers: Headers<'_>, body: &str) -> HttpResponse {
    let header = |(name, value): &(&str, String)| {
        (HeaderName::try_from(*name).expect("a name"), HeaderValue::try_from(value).expect("a value"))
    };
    let headers: HeaderMap = headers.iter().map(header).collect();
    let url = "https://api.example.com/".parse().expect("an address");
    HttpResponse { status, headers, body: body.as_bytes().to_vec(), url }
}

/// What a call comes to that shows the secret as an API key.
async fn called(answer: Result<HttpResponse, HttpFault>) -> Result<ToolResult> {
    called_with(SECRET, answer).await
}

async fn called_with(secret: &str, answer: Result<HttpResponse, HttpFault>) -> Result<ToolResult> {
    let registry = Arc::new(ToolRegistry::new(OnConflict::Refuse));
    let loader = SpecLoader::new(Arc::clone(&registry), Arc::new(Echo(answer)));
    let document = json!({
        "openapi": "3.1.0", "info": {"title": "api", "version": "1"}, "servers": [{"url": "https://api.example.com"}],
        "paths": {"/a": {"get": {"operationId": "get"}}}, "security": [{"k": []}],
        "components": {"securitySchemes": {"k": {"type": "apiKey", "in": "header", "name": "X-Key"}}},
    });
    let options = LoadOptions::parse(&json!({"auth": {"k": secret}})).expect("options");
    loader.load(SpecSource::Text(document.to_string().into()), options).await.expect("loads");
    let snapshot = registry.snapshot();
    let mut call = ToolCall::own("get", Map::new(), Duration::from_secs(5));
    call.limits.retries = Some(0);
    snapshot.get("get").expect("is there").executor.execute(call).await
}

/// All that a caller can see of an outcome.
fn seen(outcome: &Result<ToolResult>) -> String {
    match outcome {
        Ok(ToolResult { content, http }) => {
            let content = match content {
                Content::Value(value) => value.to_string(),
                Content::Json(text) => text.clone(),
                Content::File(file) => {
                    let text = String::from_utf8_lossy(&file.bytes);
                    format!("{} {:?} {text}", file.media_type, file.name)
                }
            };
            format!("{content} {:?}", http.as_ref().map(|head| &head.headers))
        }
        Err(error) => format!("{error} {}", error.details()),
    }
}

#[tokio::test]
async fn a_credential_that_an_answer_echoes_is_masked_wherever_it_stands() {
    let json = || ("content-type", "application/json".to_owned());
    let file = || ("content-type", "image/png".to_owned());
    let cut = format!("{}{SECRET}", "x".repeat(4096 - 9));
    let twice = format!("{{\"a\": \"{SECRET}\", \"a\": 1}}");
    let escaped = SECRET.chars().fold(String::new(), |text, c| text + &format!("\\u{:04x}", u32::from(c)));
    for (row, status, headers, body) in [
        ("media type", 200, &[("content-type", format!("image/png; key=\"{SECRET}\""))][..], "x"),
        ("media type of JSON", 200, &[("content-type", format!("application/json; k={SECRET}"))], "{}"),
        ("whole media type", 200, &[("content-type", "Key/0123:secret-45".to_owned())], "x"),
        (
            "file name",
            200,
            &[file(), ("content-disposition", format!("attachment; filename=\"{SECRET}\""))],
            "x",
        ),
        (
            "path in a file name",
            200,
            &[file(), ("content-disposition", format!("attachment; filename=a/{SECRET}"))],
            "x",
        ),
        ("location", 200, &[json(), ("location", format!("https://h.example/?key={SECRET}"))], "1"),
        ("link", 200, &[json(), ("link", format!("<https://h.example/{SECRET}>"))], "1"),
        ("end of a header that is cut", 200, &[json(), ("link", cut.clone())], "1"),
        ("end of a failure's header that is cut", 500, &[json(), ("link", cut.clone())], "1"),
        ("JSON", 200, &[json()], &format!("{{\"{SECRET}\": [\"{SECRET}\"]}}")),
        ("escaped JSON", 200, &[json()], &format!("[\"{escaped}\"]")),
        ("a key of JSON that stands twice", 200, &[json()], &twice),
        ("text", 200, &[("content-type", "text/plain".to_owned())], &format!("a {SECRET}")),
        ("no media type", 200, &[], SECRET),
        ("file", 200, &[file()], SECRET),
        ("failure", 500, &[json()], &format!("{{\"error\": \"{SECRET}\"}}")),
        ("failure's media type", 500, &[("content-type", format!("text/plain; k={SECRET}"))], "x"),
        ("challenge", 401, &[("www-authenticate", format!("Bearer error=\"{SECRET}\""))], ""),
        ("redirect", 302, &[("location", format!("https://h.example/{SECRET}"))], ""),
        (
            "problem",
            400,
            &[("content-type", "application/problem+json".to_owned())],
            &format!("{{\"title\": \"{SECRET}\"}}"),
        ),
        ("encoding", 200, &[json(), ("content-encoding", SECRET.to_owned())], "x"),
        ("encoding of a failure", 500, &[json(), ("content-encoding", SECRET.to_owned())], "x"),
    ] {
        let outcome = called(Ok(answer(status, headers, body))).await;
        let seen = seen(&outcome);
        for part in ["secret-45", "0123:secret", "0123_secret", "Key/0123", "Key/01", &escaped] {
            assert!(!seen.contains(part), "{row}: {part} in {seen}");
        }
    }
}

#[tokio::test]
async fn a_credential_in_json_that_only_javascript_reads_is_redacted() {
    const KEY: &str = "s3cretcredential/abc";
    const DIGITS: &str = "12345678";
    for (secret, body, expected) in [
        (KEY, r#"{"n":1e999,"t":"s3\u0063retcredential/abc"}"#, r#"{"n":1e999,"t":"[redacted]"}"#),
        (KEY, r#"{"n":"\ud800","t":"s3\u0063retcredential\/abc"}"#, r#"{"n":"\ud800","t":"[redacted]"}"#),
        (KEY, r#"["\ud800 s3cretcredential\u002Fabc\n"]"#, r#"["\ud800 [redacted]\n"]"#),
        (KEY, r#"{"s3cretcredential\/abc":1,"a":2,"a":1.0}"#, r#"{"[redacted]":1,"a":2,"a":1.0}"#),
        (KEY, r#"{"in":"{\"t\":\"s3cretcredential\\/abc\"}"}"#, r#"{"in":"{\"t\":\"[redacted]\"}"}"#),
        ("u0041-secret", r#"["\u0041-secret"]"#, r#"["[redacted]"]"#),
        (
            DIGITS,
            r#"{"x":1e999,"n":12345678,"t":"12345678"}"#,
            r#"{"x":1e999,"n":"[redacted]","t":"[redacted]"}"#,
        ),
        (DIGITS, r"[1.2345678e7, 12345678.0, 12345679]", r#"["[redacted]", "[redacted]", 12345679]"#),
        ("00001234", r#"[1234, 1234e0, "00001234"]"#, r#"[1234, 1234e0, "[redacted]"]"#),
        // A credential that is JSON itself goes with the values that it is made of.
        (r#"{"a":"b"}"#, r#"{"t":{"a":"b"},"c":1}"#, r#"{"t":{"[redacted]":"[redacted]"},"c":1}"#),
    ] {
        let kind = ("content-type", "application/json".to_owned());
        let outcome = called_with(secret, Ok(answer(200, &[kind], body))).await.expect("is sent");
        assert_eq!(outcome.content, Content::Json(expected.to_owned()), "{secret} in {body}");
    }
    let body = answer(200, &[("content-type", "application/json".to_owned())], "[[[[[[[[[]]]]]]]]]");
    let error = called_with("[[[[[[[[", Ok(body)).await.expect_err("cannot be redacted");
    assert!(matches!(&error, Error::HttpBroken { reason, .. } if reason.contains("credential")), "{error}");
}

#[tokio::test]
async fn json_that_is_shown_as_text_is_redacted_before_it_is_cut() {
    const KEY: &str = "s3cretcredential/abc";
    let escaped = [r"s3cretcredential\/abc", r"s3\u0063retcredential/abc", r"s3\u0063retcredential\u002fabc"];
    for written in escaped {
        let member = format!("{{\"t\":\"{written}\"");
        let long = format!("{member},\"x\":\"{}\"}}", "x".repeat(70_000));
        let at_the_cut = format!("{{\"x\":\"{}{written}{}\"}}", "x".repeat(16_360), "y".repeat(70_000));
        let deep = format!("{}\"{written}\"{}", "[".repeat(200), "]".repeat(200));
        for (row, status, body) in [
            ("a long failure", 500, &long),
            ("a failure that is cut in it", 500, &at_the_cut),
            ("a failure that is no JSON", 500, &member),
            ("no JSON", 200, &member),
            ("too deep", 200, &deep),
            ("a failure that is too deep", 500, &deep),
        ] {
            let kind = ("content-type", "application/json".to_owned());
            let seen = seen(&called_with(KEY, Ok(answer(status, &[kind], body))).await);
            // What a result or an error is written as escapes each backslash once more.
            let plain = seen.replace(r"\\", r"\");
            for part in ["s3cret", r"s3\u0063ret", "credential"] {
                assert!(!plain.contains(part), "{row}: {part} in {plain:.200}");
            }
            assert!(plain.contains("[redacted") || row.contains("cut"), "{row}: {plain:.200}");
        }
    }
    let problem = json!({"title": format!("{}{KEY}", "x ".repeat(240)), "detail": "s3cretcredential\\/abc"});
    let kind = ("content-type", "application/problem+json".to_owned());
    let seen = seen(&called_with(KEY, Ok(answer(400, &[kind], &problem.to_string()))).await);
    assert!(!seen.contains("credential"), "{seen}");
}

#[tokio::test]
async fn the_name_of_a_header_is_masked_too() {
    // Names have small letters and no slash: another secret.
    let name = format!("x-ratelimit-{}", "0123456789abcdef");
    let registry = Arc::new(ToolRegistry::new(OnConflict::Refuse));
    let echo = Echo(Ok(answer(200, &[(&name, "1".to_owned())], "")));
    let loader = SpecLoader::new(Arc::clone(&registry), Arc::new(echo));
    let document = json!({
        "openapi": "3.1.0", "info": {"title": "api", "version": "1"}, "servers": [{"url": "https://api.example.com"}],
        "paths": {"/a": {"get": {"operationId": "get"}}},
    });
    let options = LoadOptions::parse(&json!({"headers": {"X-Key": "0123456789ABCDEF"}})).expect("options");
    loader.load(SpecSource::Text(document.to_string().into()), options).await.expect("loads");
    let call = ToolCall::own("get", Map::new(), Duration::from_secs(5));
    let outcome = registry.snapshot().get("get").expect("is there").executor.execute(call).await;
    let head = outcome.expect("is sent").http.expect("a head");
    assert_eq!(head.headers, [("x-ratelimit-[redacted]".to_owned(), "1".to_owned())]);
}

#[tokio::test]
async fn a_credential_that_a_client_quotes_is_masked_in_every_fault() {
    let reason = || format!("x: bad {SECRET}");
    for fault in [
        HttpFault::Broken { reason: reason() },
        HttpFault::Unreachable { reason: reason() },
        HttpFault::Unsendable { reason: reason() },
        HttpFault::Forbidden { reason: reason() },
        HttpFault::CircuitOpen { origin: reason(), retry_after: Duration::from_secs(1) },
    ] {
        let outcome = called(Err(fault.clone())).await;
        let seen = seen(&outcome);
        assert!(!seen.contains("secret-45") && seen.contains("[redacted]"), "{fault:?}: {seen}");
    }
}

#[tokio::test]
async fn an_encoding_that_was_not_asked_for_is_http_failed_and_says_why() {
    let json = || ("content-type", "application/json".to_owned());
    let encoded = |word: &str| ("content-encoding", word.to_owned());
    for (row, status, headers, body, word) in [
        ("unknown", 200, &[json(), encoded("x-foo")][..], "{}", "\"x-foo\""),
        ("not asked for", 200, &[json(), encoded("deflate")], "{}", "\"deflate\""),
        ("twice", 200, &[json(), encoded("gzip, gzip")], "{}", "\"gzip, gzip\""),
        ("a file", 200, &[("content-type", "image/png".to_owned()), encoded("deflate")], "x", "\"deflate\""),
        ("a failure", 500, &[json(), encoded("deflate")], "{}", "\"deflate\""),
        // The client takes two lines of gzip away with the first decoding.
        ("still compressed", 200, &[json()], "\u{1f}gz", ""),
    ] {
        let mut answer = answer(status, headers, body);
        if word.is_empty() {
            answer.body = vec![0x1f, 0x8b, 0x08, 0];
        }
        let error = called(Ok(answer)).await.expect_err(row);
        assert_eq!(error.code().as_str(), "HTTP_FAILED", "{row}");
        let word = if word.is_empty() { "compressed with gzip" } else { word };
        assert!(error.to_string().contains(word), "{row}: {error}");
        if let Error::HttpFailed { answer, .. } = error {
            assert_eq!((answer.status, answer.body), (500, Value::Null));
        }
    }
    for (status, headers, body) in [
        (200, &[json(), encoded("identity")][..], "{}"),
        (204, &[encoded("x-foo")], ""),
        (304, &[encoded("x-foo")], ""),
    ] {
        called(Ok(answer(status, headers, body))).await.expect("is a success");
    }
}

#[tokio::test]
async fn json_of_more_values_than_the_limit_is_refused_and_says_what_is_counted() {
    let kind = ("content-type", "application/json".to_owned());
    let lists = |count: usize| format!("[{}[]]", "[],".repeat(count - 1));
    let outcome = called(Ok(answer(200, std::slice::from_ref(&kind), &lists(999_999)))).await;
    assert!(matches!(outcome.expect("is within").content, Content::Json(_)));
    let error =
        called(Ok(answer(200, std::slice::from_ref(&kind), &lists(1_000_000)))).await.expect_err("too many");
    assert_eq!(error.code().as_str(), "RESPONSE_TOO_LARGE");
    assert_eq!(error.details(), json!({"tool": "get", "limit": 1_000_000, "values": 1_000_001}));
    assert!(error.to_string().contains("1000001 values"), "{error}");
}
