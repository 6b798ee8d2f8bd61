//! Credentials: which of them go where, and where they never do.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::support::doorman::{
    API, House, asking, authorization, document, header, lacks, no_arguments, options, three_schemes,
};
use serde_json::{Value, json};
use toolrack_core::error::{Error, ErrorCode, Failure};
use toolrack_core::http::HttpFault;
use toolrack_core::loader::LoadOptions;
use toolrack_core::tool::ToolCall;

const KEY: &str = "key-0123456789";

fn house() -> House {
    House::of(|_| Ok((200, json!({"ok": true}))))
}

/// What one call of a document sends: the query, and the headers that may show something.
async fn shown(document: &Value, auth: &Value) -> String {
    let house = house();
    house.load(document, options(&json!({"auth": auth}))).await.expect("loads");
    house.call(no_arguments()).await.expect("is sent");
    let sent = house.sent().pop().expect("one request");
    let headers = ["x-key", "authorization", "cookie"];
    let headers = headers.iter().filter_map(|name| Some(format!("{name}: {}", header(&sent, name)?)));
    let query = sent.url.query().map(|query| format!("?{query}"));
    query.into_iter().chain(headers).collect::<Vec<_>>().join(" ")
}

#[tokio::test]
async fn each_scheme_of_openapi_3_is_shown_where_it_says() {
    let login = json!({"username": "ada", "password": "päss:word"});
    for (scheme, credential, expected) in [
        (json!({"type": "apiKey", "in": "header", "name": "X-Key"}), json!(KEY), format!("x-key: {KEY}")),
        (
            json!({"type": "apiKey", "in": "query", "name": "a b"}),
            json!("k&y=1 #"),
            "?a%20b=k%26y%3D1%20%23".to_owned(),
        ),
        (json!({"type": "apiKey", "in": "cookie", "name": "sid"}), json!(KEY), format!("cookie: sid={KEY}")),
        (
            json!({"type": "http", "scheme": "Basic"}),
            login,
            "authorization: Basic YWRhOnDDpHNzOndvcmQ=".to_owned(),
        ),
        (
            json!({"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}),
            json!("tok"),
            "authorization: Bearer tok".to_owned(),
        ),
        (json!({"type": "oauth2", "flows": {}}), json!("tok"), "authorization: Bearer tok".to_owned()),
        (
            json!({"type": "openIdConnect", "openIdConnectUrl": "https://id.example.com"}),
            json!("tok"),
            "authorization: Bearer tok".to_owned(),
        ),
        (
            json!({"type": "apiKey", "in": "header", "name": "X-Key"}),
            json!({"env": "KEY", "value": KEY}),
            format!("x-key: {KEY}"),
        ),
    ] {
        for version in ["3.0.4", "3.1.1", "3.2.0"] {
            let mut document = document(&json!({"s": scheme}), &json!([{"s": []}]));
            document["openapi"] = json!(version);
            assert_eq!(shown(&document, &json!({"s": credential})).await, expected, "{version} {scheme}");
        }
    }
}

#[tokio::test]
async fn each_scheme_of_swagger_2_is_shown_where_it_says() {
    for (scheme, credential, expected) in [
        (json!({"type": "apiKey", "in": "header", "name": "X-Key"}), json!(KEY), format!("x-key: {KEY}")),
        (json!({"type": "apiKey", "in": "query", "name": "key"}), json!(KEY), format!("?key={KEY}")),
        (json!({"type": "basic"}), json!({"username": "ada", "password": ""}), String::new()),
        (
            json!({"type": "basic"}),
            json!({"username": "ada", "password": "pw"}),
            "authorization: Basic YWRhOnB3".to_owned(),
        ),
        (
            json!({"type": "oauth2", "flow": "implicit", "authorizationUrl": "https://a.example"}),
            json!("tok"),
            "authorization: Bearer tok".to_owned(),
        ),
    ] {
        let document = json!({
            "swagger": "2.0", "host": "api.example.com",
            "paths": {"/things": {"get": {"operationId": "get"}}},
            "security": [{"s": []}], "securityDefinitions": {"s": scheme},
        });
        if expected.is_empty() {
            let given = json!({"auth": {"s": credential}});
            let refused = LoadOptions::parse(&given).expect_err("an empty password is none");
            assert_eq!(refused.code(), ErrorCode::InvalidOptions);
            continue;
        }
        assert_eq!(shown(&document, &json!({"s": credential})).await, expected, "{scheme}");
    }
}

#[tokio::test]
async fn the_first_alternative_that_can_be_shown_whole_is() {
    let (a, b, c) = ("x-key: va", "authorization: Bearer vb", "?c=vc");
    for (security, given, expected) in [
        (json!([{"a": []}, {"b": []}]), "ab", a.to_owned()),
        (json!([{"a": []}, {"b": []}]), "b", b.to_owned()),
        (json!([{"a": [], "c": []}, {"b": []}]), "bc", b.to_owned()),
        (json!([{"a": [], "c": []}, {"b": []}]), "abc", format!("{c} {a}")),
        (json!([{}, {"a": []}]), "a", a.to_owned()),
        (json!([{}, {"a": []}]), "b", String::new()),
        (json!([{"a": []}, {}]), "", String::new()),
        (json!([]), "abc", String::new()),
    ] {
        let auth: Value = given.chars().map(|c| (c.to_string(), json!(format!("v{c}")))).collect();
        assert_eq!(
            shown(&document(&three_schemes(), &security), &auth).await,
            expected,
            "{security} {given}"
        );
    }
}

#[expect(clippy::too_many_lines, reason = "one table of cases")]
#[tokio::test]
async fn what_cannot_be_shown_is_told_before_anything_is_sent() {
    let mutual = json!({"m": {"type": "mutualTLS"}, "d": {"type": "http", "scheme": "digest"},
        "x": {"type": "apiKey", "in": "path"}, "h": {"type": "apiKey", "in": "header", "name": "Host"}});
    for (schemes, security, auth, lacking, words) in [
        (
            three_schemes(),
            json!([{"a": [], "b": []}, {"c": []}]),
            json!({"b": "v"}),
            &["a", "c"][..],
            "has no entry in auth",
        ),
        (three_schemes(), json!([{"a": []}]), json!({}), &["a"], "has no entry in auth"),
        (
            three_schemes(),
            json!([{"a": []}]),
            json!({"a": {"env": "NO_SUCH"}}),
            &["a"],
            "\"NO_SUCH\" is not set",
        ),
        (
            three_schemes(),
            json!([{"a": []}]),
            json!({"a": {"username": "ada", "password": "pw"}}),
            &["a"],
            "takes no user name",
        ),
        (
            three_schemes(),
            json!([{"a": []}]),
            json!({"a": {"clientId": "i", "clientSecret": "s"}}),
            &["a"],
            "is an API key",
        ),
        (
            three_schemes(),
            json!([{"b": []}]),
            json!({"b": {"clientId": "i", "clientSecret": "s"}}),
            &["b"],
            "set tokenUrl in auth",
        ),
        (
            three_schemes(),
            json!([{"b": []}]),
            json!({"b": "two\nlines"}),
            &["b"],
            "cannot be sent in a header",
        ),
        (
            three_schemes(),
            json!([{"none": []}]),
            json!({"none": "v"}),
            &["none"],
            "is not declared in the document",
        ),
        (
            mutual.clone(),
            json!([{"m": []}, {"d": []}]),
            json!({"m": "v", "d": "v"}),
            &["m", "d"],
            "mutual TLS",
        ),
        (mutual.clone(), json!([{"x": []}]), json!({"x": "v"}), &["x"], "header, query and cookie"),
        (mutual, json!([{"h": []}]), json!({"h": "v"}), &["h"], "names a reserved header"),
        (
            json!({"b": {"type": "http", "scheme": "basic"}}),
            json!([{"b": []}]),
            json!({"b": "ada:pw"}),
            &["b"],
            "{ username, password }",
        ),
    ] {
        let house = house();
        house.load(&document(&schemes, &security), options(&json!({"auth": auth}))).await.expect("loads");
        let (schemes, reason) = lacks(house.call(no_arguments()).await);
        assert_eq!(schemes, lacking, "{security} {auth}");
        assert!(reason.contains(words), "{reason}");
        assert!(house.sent().is_empty(), "{security} {auth}");
    }
}

#[tokio::test]
async fn with_auth_off_calls_go_out_as_they_are_and_headers_show_what_they_cover() {
    let document = document(&three_schemes(), &json!([{"a": [], "c": []}]));
    let house = house();
    house.load(&document, options(&json!({"auth": false}))).await.expect("loads");
    house.call(no_arguments()).await.expect("is sent");
    assert_eq!(house.sent().len(), 1);
    let covered = json!({"headers": {"X-KEY": "of-headers"}, "auth": {"c": "vc"}});
    house.load(&document, options(&covered)).await.expect("loads");
    house.call(no_arguments()).await.expect("is sent");
    let sent = house.sent().pop().expect("one request");
    assert_eq!((sent.url.query(), header(&sent, "x-key")), (Some("c=vc"), Some("of-headers")));
}

#[tokio::test]
async fn no_argument_takes_the_place_of_a_credential() {
    let schemes = json!({"k": {"type": "apiKey", "in": "query", "name": "api key"}});
    let house = house();
    house
        .load(&document(&schemes, &json!([{"k": []}])), options(&json!({"auth": {"k": KEY}})))
        .await
        .expect("loads");
    house.call(json!({"q": {"api key": "of-the-model", "other": "1"}})).await.expect("is sent");
    let sent = house.sent().pop().expect("one request");
    assert_eq!(sent.url.query(), Some("other=1&api%20key=key-0123456789"));

    let cookies = json!({"k": {"type": "apiKey", "in": "cookie", "name": "sid"}});
    let mut document = document(&cookies, &json!([{"k": []}]));
    document["paths"]["/things"]["get"]["parameters"] = json!([
        {"name": "jar", "in": "cookie", "schema": {"type": "object"}, "style": "form", "explode": true},
    ]);
    house.load(&document, options(&json!({"auth": {"k": KEY}}))).await.expect("loads");
    house.call(json!({"jar": {"sid": "of-the-model", "other": "1"}})).await.expect("is sent");
    let sent = house.sent().pop().expect("one request");
    assert_eq!(header(&sent, "cookie"), Some("other=1; sid=key-0123456789"));
}

#[tokio::test]
async fn a_parameter_that_a_credential_covers_is_no_argument() {
    let schemes = json!({"k": {"type": "apiKey", "in": "query", "name": "api_key"}});
    let mut document = document(&schemes, &json!([{"k": []}]));
    document["paths"]["/things"]["get"]["parameters"] = json!([
        {"name": "api_key", "in": "query", "required": true, "schema": {"type": "string"}},
        {"name": "q", "in": "query", "schema": {"type": "string"}},
    ]);
    for (auth, arguments, notes) in [
        (json!({"k": KEY}), &["q"][..], &["PARAMETER_HIDDEN"][..]),
        (json!({"other": KEY}), &["api_key", "q"], &["AUTH_UNUSED", "AUTH_NOT_CONFIGURED"]),
    ] {
        let house = house();
        let report = house.load(&document, options(&json!({"auth": auth}))).await.expect("loads");
        let codes: Vec<_> = report.notes.iter().map(|note| note.note.kind.code).collect();
        assert_eq!(codes, notes, "{auth}");
        let snapshot = house.registry.snapshot();
        let schema: Value = snapshot.get("get").expect("is there").to_json()["inputSchema"].clone();
        let names: Vec<&String> = schema["properties"].as_object().expect("a map").keys().collect();
        assert_eq!(names, arguments, "{schema}");
    }
}

#[test]
fn what_is_wrong_with_the_option_is_told_at_once_and_never_shows_a_value() {
    let given = json!({
        "a": "", "b": 7, "c": {"username": "a:b", "password": KEY}, "d": {"username": KEY},
        "e": {"clientId": "i", "clientSecret": KEY, "tokenUrl": "ftp://x", "scopes": ["a b"], "clientAuth": KEY,
            "audience": 1},
        "f": {"refreshToken": KEY}, "g": {"token": KEY}, "h": {"env": 1},
            "i": {"clientId": "i", "clientSecret": KEY, "extra": KEY},
        "j/k": {"clientId": "i", "clientSecret": KEY, "tokenUrl": "https://u:p@x.example/"}, "__proto__": [],
    });
    let Err(Error::InvalidValue { option, problems }) = LoadOptions::parse(&json!({"auth": given})) else {
        panic!("is refused");
    };
    assert_eq!(option, "auth");
    let places: Vec<&str> = problems.iter().map(|problem| problem.pointer.as_str()).collect();
    let expected = [
        "/a",
        "/b",
        "/c/username",
        "/d/password",
        "/e/tokenUrl",
        "/e/scopes",
        "/e/audience",
        "/e/clientAuth",
        "/f/clientId",
        "/g",
        "/h",
        "/i/extra",
        "/j~1k/tokenUrl",
        "/__proto__",
    ];
    assert_eq!(places, expected);
    assert!(!format!("{problems:?}").contains(KEY));
    for (wrong, option) in [
        (json!({"auth": []}), "auth"),
        (json!({"network": {"authOrigins": ["https://a.example/path"]}}), "network.authOrigins"),
        (json!({"network": {"authOrigins": ["api.example.com"]}}), "network.authOrigins"),
    ] {
        let refused = LoadOptions::parse(&wrong).expect_err("is refused").to_string();
        assert!(refused.starts_with(&format!("option \"{option}\"")), "{refused}");
    }
    let shown = format!("{:?}", options(&json!({"auth": {"s": KEY}, "headers": {"x-key": KEY}})));
    assert!(shown.contains("\"s\"") && !shown.contains(KEY), "{shown}");
}

#[tokio::test]
async fn a_function_is_asked_for_each_call_and_for_whom() {
    let schemes = json!({"s": {"type": "oauth2", "flows": {}}});
    let house = house();
    let options = asking(
        |call| {
            assert_eq!(call.tool, "get");
            let request = &call.arguments["request"];
            assert_eq!(
                *request,
                json!({"scheme": "s", "type": "oauth2", "scopes": ["read"], "origin": API, "isRefused": false})
            );
            Ok(json!(format!("token-of-{}", call.context.user_id.as_str().expect("a user"))))
        },
        || 0,
    );
    house.load(&document(&schemes, &json!([{"s": ["read"]}])), options).await.expect("loads");
    for user in ["ada", "bob"] {
        house.call_for(user, no_arguments()).await.expect("is sent");
        assert_eq!(authorization(&house.sent()[0]), Some(format!("Bearer token-of-{user}").as_str()));
    }
}

#[tokio::test]
async fn what_a_function_says_is_good_for_a_while_is_kept_for_its_user_alone() {
    static NOW: AtomicUsize = AtomicUsize::new(1_000_000);
    let asked = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&asked);
    let house = house();
    let options = asking(
        move |call| {
            let n = counted.fetch_add(1, Ordering::Relaxed);
            let user = call.context.user_id.as_str().expect("a user");
            Ok(json!({"token": format!("{user}-{n}"), "expiresAt": 1_100_000}))
        },
        || NOW.load(Ordering::Relaxed) as u64,
    );
    let schemes = json!({"s": {"type": "http", "scheme": "bearer"}});
    house.load(&document(&schemes, &json!([{"s": []}])), options).await.expect("loads");
    for (user, now, expected) in [
        ("ada", 1_000_000, "Bearer ada-0"),
        ("ada", 1_080_000, "Bearer ada-0"),
        ("bob", 1_080_000, "Bearer bob-1"),
        ("ada", 1_095_000, "Bearer ada-2"),
    ] {
        NOW.store(now, Ordering::Relaxed);
        house.call_for(user, no_arguments()).await.expect("is sent");
        assert_eq!(authorization(&house.sent()[0]), Some(expected), "{now}");
    }
}

#[tokio::test]
async fn a_function_that_fails_or_says_nothing_of_use_sends_nothing() {
    let schemes = json!({"s": {"type": "http", "scheme": "basic"}});
    let failure = || Failure {
        name: "Error".to_owned(),
        message: "vault is sealed".to_owned(),
        code: None,
        for_model: false,
        stack: None,
        cause: None,
    };
    for (said, words) in [
        (
            Err(Error::ToolFailed { tool: "get".to_owned(), failure: Box::new(failure()) }),
            "the credential function failed: Error: vault is sealed",
        ),
        (Err(Error::Timeout { tool: "get".to_owned(), timeout_ms: 5 }), "did not answer within 5 ms"),
        (Ok(json!(null)), "returned nothing"),
        (Ok(json!("")), "an empty string"),
        (Ok(json!(7)), "neither a string nor an object"),
        (Ok(json!({"token": KEY, "more": 1})), "an object with other members"),
        (Ok(json!({"token": KEY, "expiresAt": "soon"})), "not a time in ms"),
        (Ok(json!(KEY)), "wants a user name and a password"),
    ] {
        let house = house();
        let options = asking(move |_| said.clone(), || 0);
        house.load(&document(&schemes, &json!([{"s": []}])), options).await.expect("loads");
        let (schemes, reason) = lacks(house.call(no_arguments()).await);
        assert_eq!(schemes, ["s"]);
        assert!(reason.contains(words) && !reason.contains(KEY), "{reason}");
        assert!(house.sent().is_empty());
    }
}

#[tokio::test]
async fn what_an_api_echoes_of_a_credential_is_masked() {
    let schemes = json!({"a": {"type": "apiKey", "in": "query", "name": "key"},
        "b": {"type": "http", "scheme": "basic"}});
    let echo = |status: u16| {
        move |request: &toolrack_core::http::HttpRequest| {
            let seen = json!({"url": request.url.as_str(), "headers": authorization(request),
                "x": header(request, "x-own"), KEY: 1});
            Ok((status, seen))
        }
    };
    let given = json!({"auth": {"a": KEY, "b": {"username": "ada", "password": "pass-0123456789"}},
        "headers": {"x-own": "own-0123456789", "x-version": "2022-11-28"}});
    for status in [200, 401, 500] {
        let house = House::of(echo(status));
        house.load(&document(&schemes, &json!([{"a": [], "b": []}])), options(&given)).await.expect("loads");
        let told = match house.call(no_arguments()).await {
            Ok(value) => value.to_string(),
            Err(error) => format!("{error} {:?} {}", error, error.details()),
        };
        for secret in [KEY, "pass-0123456789", "own-0123456789", "YWRhOnBhc3MtMDEy"] {
            assert!(!told.contains(secret), "{status}: {told}");
        }
        assert!(told.contains("[redacted]"), "{told}");
    }
    let house = House::of(|_| Ok((200, json!("cGFzcyt3b3JkLTEyMw pass+word-123"))));
    let given_there = json!({"baseUrl": "https://ada:pass%2Bword-123@api.example.com"});
    house.load(&document(&schemes, &json!([])), options(&given_there)).await.expect("loads");
    assert_eq!(house.call(no_arguments()).await, Ok(json!("[redacted] [redacted]")));
    let house = House::of(|_| Err(HttpFault::Broken { reason: format!("said {KEY}") }));
    house.load(&document(&schemes, &json!([{"a": []}])), options(&given)).await.expect("loads");
    let error = house.call(no_arguments()).await.expect_err("is broken").to_string();
    assert!(error.contains("said [redacted]"), "{error}");
}

#[tokio::test]
async fn a_token_that_was_refused_is_masked_in_what_comes_of_the_next_one() {
    let schemes = json!({"s": {"type": "http", "scheme": "bearer"}});
    for status in [200, 500] {
        let house = House::of(move |request| {
            let is_first = authorization(request) == Some("Bearer first-token-12345678");
            let status = if is_first { 401 } else { status };
            let told = "you first came with first-token-12345678, then with second-token-12345678";
            Ok((status, json!({"told": told})))
        });
        let ask = |call: &ToolCall| {
            let is_refused = call.arguments["request"]["isRefused"] == json!(true);
            let which = if is_refused { "second" } else { "first" };
            Ok(json!({"token": format!("{which}-token-12345678"), "expiresAt": 1_000_000}))
        };
        let options = asking(move |call| ask(call), || 0);
        house.load(&document(&schemes, &json!([{"s": []}])), options).await.expect("loads");
        let told = match house.call(no_arguments()).await {
            Ok(value) => value.to_string(),
            Err(error) => format!("{error} {}", error.details()),
        };
        assert_eq!(house.sent().len(), 2);
        assert!(told.contains("with [redacted], then with [redacted]"), "{status}: {told}");
    }
}
