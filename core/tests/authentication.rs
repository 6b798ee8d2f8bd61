//! Documents whose security or whose server nobody answers for: the report says so, and calls fail before anything is
//! sent.

use std::sync::Arc;

use crate::support::doorman::{API, House, document, lacks, no_arguments, options, three_schemes};
use futures_core::future::BoxFuture;
use serde_json::{Value, json};
use toolrack_core::error::ErrorCode;
use toolrack_core::http::{HttpClient, HttpFault, HttpRequest, HttpResponse};
use toolrack_core::loader::{LoadReport, SpecLoader};
use toolrack_core::registry::{OnConflict, ToolRegistry};
use toolrack_core::spec::SpecSource;

fn house() -> House {
    House::of(|_| Ok((200, json!({"ok": true}))))
}

/// The notes of a code: pointers, messages and tools.
fn notes(report: &LoadReport, code: &str) -> Vec<(String, String, Vec<String>)> {
    let all = report.notes.iter().filter(|one| one.note.kind.code == code);
    all.map(|one| (one.note.pointer.to_string(), one.note.message.to_string(), one.tools.clone())).collect()
}

#[tokio::test]
async fn security_that_nothing_answers_is_told_once_a_scheme_and_its_calls_are_auth_failed() {
    for (security, given, lacking) in [
        (json!([{"a": []}]), json!({}), &["a"][..]),
        (json!([{"a": [], "b": []}, {"c": []}]), json!({}), &["a", "b", "c"]),
        (json!([{"none": []}]), json!({}), &["none"]),
        (json!([{"a": []}]), json!({"headers": {"Accept": "text/csv", "X-Api-Version": "2"}}), &["a"]),
        (json!([{"a": []}]), json!({"baseUrl": "https://api.example.com/v1"}), &["a"]),
        (json!([{"a": []}]), json!({"auth": null}), &["a"]),
        (json!([{"a": [], "b": []}]), json!({"auth": {"a": "value"}}), &["b"]),
        (json!([{"a": []}]), json!({"auth": {"a": {"env": "NO_SUCH"}}}), &["a"]),
    ] {
        let house = house();
        let report =
            house.load(&document(&three_schemes(), &security), options(&given)).await.expect("loads");
        let told = notes(&report, "AUTH_NOT_CONFIGURED");
        let pointers: Vec<_> = told.iter().map(|(pointer, ..)| pointer.as_str()).collect();
        let at = |name: &&str| match *name {
            "none" => String::new(),
            name => format!("/components/securitySchemes/{name}"),
        };
        assert_eq!(pointers, lacking.iter().map(at).collect::<Vec<_>>(), "{security} {given}");
        assert!(told.iter().all(|(_, message, tools)| message.contains("auth: false") && tools == &["get"]));
        let (schemes, reason) = lacks(house.call(no_arguments()).await);
        assert_eq!(schemes, lacking, "{security} {given}");
        assert!(given["auth"].is_object() || reason.contains("auth: false"), "{reason}");
        assert!(house.sent().is_empty(), "{security} {given}");
    }
}

#[tokio::test]
async fn security_that_something_may_answer_is_not_told_and_its_calls_are_sent() {
    for (security, given) in [
        (json!([{"a": []}]), json!({"auth": false})),
        (json!([{"none": []}]), json!({"auth": false})),
        (json!([{"a": []}, {}]), json!({})),
        (json!([{}]), json!({})),
        (json!([]), json!({})),
        (json!([{"a": []}]), json!({"headers": {"X-Key": "of-headers"}})),
        (json!([{"b": []}]), json!({"headers": {"Authorization": "Bearer of-headers"}})),
        (json!([{"c": []}]), json!({"headers": {"Cookie": "sid=of-headers"}})),
        (json!([{"b": []}]), json!({"baseUrl": "https://ada:pw@api.example.com/"})),
        (json!([{"c": []}]), json!({"baseUrl": "https://api.example.com/?c=of-the-base"})),
        (json!([{"a": []}, {"b": []}]), json!({"auth": {"b": "value"}})),
    ] {
        let house = house();
        let report =
            house.load(&document(&three_schemes(), &security), options(&given)).await.expect("loads");
        assert_eq!(notes(&report, "AUTH_NOT_CONFIGURED"), [], "{security} {given}");
        house.call(no_arguments()).await.expect("is sent");
        assert_eq!(house.sent().len(), 1, "{security} {given}");
    }
}

#[tokio::test]
async fn a_fixed_argument_answers_where_an_api_key_goes() {
    let mut document = document(&three_schemes(), &json!([{"c": []}]));
    document["paths"]["/things"]["get"]["parameters"] =
        json!([{"name": "c", "in": "query", "schema": {"type": "string"}}]);
    for (name, value, count) in
        [("c", json!({"value": "of-the-caller"}), 0), ("c", json!({"description": "x"}), 1)]
    {
        let house = house();
        let given = json!({"overrides": {"get": {"parameters": {name: value}}}});
        let report = house.load(&document, options(&given)).await.expect("loads");
        assert_eq!(notes(&report, "AUTH_NOT_CONFIGURED").len(), count, "{given}");
    }
}

#[tokio::test]
async fn a_scheme_is_told_with_all_its_tools_in_both_dialects() {
    let operation = |id: &str, security: Value| json!({"get": {"operationId": id, "security": security}});
    let paths = json!({
        "/a": {"get": {"operationId": "a"}}, "/b": {"get": {"operationId": "b"}},
        "/open": operation("open", json!([])), "/free": operation("free", json!([{}, {"k": []}])),
        "/other": operation("other", json!([{"o": []}])),
    });
    let schemes = json!({
        "k": {"type": "apiKey", "in": "header", "name": "X-Key"},
        "o": {"type": "oauth2", "flow": "implicit", "flows": {}},
    });
    let modern = json!({
        "openapi": "3.0.3", "info": {"title": "api", "version": "1"}, "servers": [{"url": API}], "paths": paths,
        "security": [{"k": []}], "components": {"securitySchemes": schemes},
    });
    let swagger = json!({
        "swagger": "2.0", "host": "api.example.com", "paths": paths, "security": [{"k": []}],
        "securityDefinitions": schemes,
    });
    for (document, below) in [(modern, "/components/securitySchemes"), (swagger, "/securityDefinitions")] {
        let house = house();
        let report = house.load(&document, options(&json!({}))).await.expect("loads");
        let told = notes(&report, "AUTH_NOT_CONFIGURED");
        let told: Vec<_> =
            told.iter().map(|(pointer, _, tools)| (pointer.as_str(), tools.join(" "))).collect();
        let at = |name: &str| format!("{below}/{name}");
        assert_eq!(told, [(&*at("k"), "a b".to_owned()), (&*at("o"), "other".to_owned())]);
    }
}

#[tokio::test]
async fn a_reload_that_brings_a_scheme_tells_it_and_so_does_a_check() {
    let house = house();
    let open = document(&json!({}), &json!([]));
    let closed = document(&three_schemes(), &json!([{"a": []}]));
    house.load(&open, options(&json!({}))).await.expect("loads");
    house.call(no_arguments()).await.expect("is sent");
    let source = SpecSource::Text(closed.to_string().into());
    let named = options(&json!({"name": "api"}));
    let check = house.loader.check_load(source, named).await.expect("is checked");
    assert_eq!(notes(&check.report, "AUTH_NOT_CONFIGURED").len(), 1);
    assert_eq!(house.sent().len(), 1);
    let report = house.load(&closed, options(&json!({}))).await.expect("loads");
    assert_eq!((report.updated.len(), notes(&report, "AUTH_NOT_CONFIGURED").len()), (1, 1));
    lacks(house.call(no_arguments()).await);
    // The same document with another word for its credentials is another tool.
    let report = house.load(&closed, options(&json!({"auth": false}))).await.expect("loads");
    assert_eq!((report.updated.len(), notes(&report, "AUTH_NOT_CONFIGURED").len()), (1, 0));
    house.call(no_arguments()).await.expect("is sent");
    house.loader.decisions().rollback("api", None).expect("goes back");
    lacks(house.call(no_arguments()).await);
}

/// Shows a credential of its own.
struct OwnFetch;

impl HttpClient for OwnFetch {
    fn send(&self, request: HttpRequest) -> BoxFuture<'_, Result<HttpResponse, HttpFault>> {
        let headers = http::HeaderMap::new();
        Box::pin(async { Ok(HttpResponse { status: 200, headers, body: Vec::new(), url: request.url }) })
    }

    fn may_authenticate(&self) -> bool {
        true
    }
}

#[tokio::test]
async fn a_client_that_may_authenticate_answers_all() {
    let registry = Arc::new(ToolRegistry::new(OnConflict::Refuse));
    let client = toolrack_core::http::CircuitBreakerClient::new(
        Arc::new(toolrack_core::http::CallerFetchClient::new(Arc::new(OwnFetch))),
        toolrack_core::clock::system_clock(),
    );
    let loader = SpecLoader::new(registry, Arc::new(client));
    let source = SpecSource::Text(document(&three_schemes(), &json!([{"a": []}])).to_string().into());
    let report = loader.load(source, options(&json!({}))).await.expect("loads");
    assert_eq!(notes(&report, "AUTH_NOT_CONFIGURED"), []);
}

#[test]
fn auth_is_a_map_or_false() {
    for wrong in [json!(true), json!(0), json!("x"), json!([])] {
        let refused = toolrack_core::loader::LoadOptions::parse(&json!({"auth": wrong}));
        let refused = refused.expect_err("is refused");
        assert_eq!(refused.code(), ErrorCode::InvalidOptions);
        assert!(refused.to_string().contains("must be false"), "{refused}");
    }
}

#[tokio::test]
async fn a_document_without_a_usable_server_is_told_once() {
    let with = |key: &str, value: Value| {
        let mut document = document(&json!({}), &json!([]));
        document.as_object_mut().expect("a map").remove("servers");
        document[key] = value;
        document
    };
    let mut swagger = json!({"swagger": "2.0", "paths": {"/things": {"get": {"operationId": "get"}}}});
    let without = swagger.clone();
    swagger["basePath"] = json!("/v1");
    for (document, pointer, word) in [
        (with("x-none", json!(1)), "", "names no server"),
        (with("servers", json!([])), "/servers", "names no server"),
        (with("servers", json!([{"url": "/v1"}])), "/servers", "is relative"),
        (with("servers", json!([{"url": "ftp://a.example"}])), "/servers", "neither http nor https"),
        (with("servers", json!([{"url": "https://"}])), "/servers", "no URL"),
        (with("servers", json!([{"url": "https://{v}.example"}])), "/servers", "cannot be used"),
        (without, "", "names no server"),
        (swagger, "/basePath", "is relative"),
    ] {
        let house = house();
        let report = house.load(&document, options(&json!({}))).await.expect("loads");
        let told = notes(&report, "NO_SERVER");
        let [(at, message, tools)] = told.as_slice() else { panic!("{document} {told:?}") };
        assert_eq!((at.as_str(), tools.len()), (pointer, 0), "{document}");
        assert!(message.contains(word) && message.contains("option baseUrl"), "{message}");
        let refused = house.call(no_arguments()).await.expect_err("has no address");
        assert_eq!(refused.code(), ErrorCode::InvalidOptions);
        let given = options(&json!({"baseUrl": API}));
        let report = house.load(&document, given).await.expect("loads");
        assert_eq!(notes(&report, "NO_SERVER"), [], "{document}");
    }
}

#[tokio::test]
async fn an_operation_whose_own_server_is_not_usable_is_told_with_its_name() {
    let mut document = document(&json!({}), &json!([]));
    document["paths"]["/things"]["get"]["servers"] = json!([{"url": "ftp://a.example"}]);
    let house = house();
    let report = house.load(&document, options(&json!({}))).await.expect("loads");
    let told = notes(&report, "NO_SERVER");
    let [(at, message, tools)] = told.as_slice() else { panic!("{told:?}") };
    assert_eq!((at.as_str(), tools.as_slice()), ("/paths/~1things/get", &["get".to_owned()][..]));
    assert!(message.contains("calls go to the document's server"), "{message}");
    // One that has a server of its own needs none of the document.
    document["servers"] = json!([]);
    document["paths"]["/things"]["get"]["servers"] = json!([{"url": API}]);
    let report = house.load(&document, options(&json!({}))).await.expect("loads");
    assert_eq!(notes(&report, "NO_SERVER"), []);
}
