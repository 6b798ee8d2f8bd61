//! What requests ask for, by what documents say of their answers.

use std::sync::{Arc, Mutex};

use futures_core::future::BoxFuture;
use http::{HeaderMap, HeaderValue, header};
use serde_json::{Map, Value, json};
use toolrack_core::exec::{CallRequest, CallRunner};
use toolrack_core::http::{HttpClient, HttpFault, HttpRequest, HttpResponse};
use toolrack_core::loader::{LoadOptions, SpecLoader};
use toolrack_core::registry::{OnConflict, ToolRegistry};
use toolrack_core::spec::SpecSource;

/// Answers every request with nothing, and remembers what the last one asked for.
#[derive(Default)]
struct Recorder(Mutex<Option<HeaderValue>>);

impl HttpClient for Recorder {
    fn send(&self, request: HttpRequest) -> BoxFuture<'_, Result<HttpResponse, HttpFault>> {
        *self.0.lock().expect("no panic") = request.headers.get(header::ACCEPT).cloned();
        let answer =
            HttpResponse { status: 204, headers: HeaderMap::new(), body: Vec::new(), url: request.url };
        Box::pin(async { Ok(answer) })
    }
}

const ANYTHING: &str = "application/json, text/*;q=0.9, */*;q=0.1";

/// The `Accept` of a call of `GET /a`, which is what a document has to say.
async fn asked(document: Value, headers: Value) -> String {
    let registry = Arc::new(ToolRegistry::new(OnConflict::Refuse));
    let client = Arc::new(Recorder::default());
    let sender = Arc::clone(&client) as Arc<dyn HttpClient>;
    let loader = SpecLoader::new(Arc::clone(&registry), sender);
    let options = json!({"name": "a", "baseUrl": "https://h", "headers": headers});
    let options = LoadOptions::parse(&options).expect("options");
    let place = SpecSource::Text(document.to_string().into_bytes().into());
    loader.load(place, options).await.expect("is loaded");
    let snapshot = registry.snapshot();
    let outcome = CallRunner::default().execute(&snapshot, CallRequest::new("get", json!({}))).await;
    outcome.expect("is sent");
    let asked = client.0.lock().expect("no panic").take().expect("asks for something");
    asked.to_str().expect("a text").to_owned()
}

fn openapi(responses: &Value) -> Value {
    let shared = json!({"responses": {"Image": {"content": {"image/png": {}}}}});
    let get = json!({"operationId": "get", "responses": responses});
    json!({"openapi": "3.1.0", "paths": {"/a": {"get": get}}, "components": shared})
}

fn of(types: &[&str]) -> Value {
    json!({"content": types.iter().map(|name| ((*name).to_owned(), json!({}))).collect::<Map<_, _>>()})
}

#[tokio::test]
async fn a_request_asks_for_what_the_document_says_of_its_successes() {
    for (responses, expected) in [
        (json!({"200": of(&["application/json"])}), "application/json, */*;q=0.1"),
        (
            json!({"200": of(&["text/csv", "application/json"])}),
            "application/json, text/csv;q=0.8, */*;q=0.1",
        ),
        (json!({"200": of(&["text/csv"]), "404": of(&["application/json"])}), "text/csv, */*;q=0.1"),
        (json!({"2XX": {"$ref": "#/components/responses/Image"}}), "image/png, */*;q=0.1"),
        (
            json!({"204": {}, "default": of(&["application/problem+json"])}),
            "application/problem+json, */*;q=0.1",
        ),
        (
            json!({"200": of(&["text/event-stream", "application/json"])}),
            "application/json, text/event-stream;q=0.2, */*;q=0.1",
        ),
        (json!({"200": of(&["text/event-stream"])}), "text/event-stream, */*;q=0.1"),
        (
            json!({"200": of(&["application/json"]), "201": of(&["application/json"])}),
            "application/json, */*;q=0.1",
        ),
        (json!({"200": of(&["*/*"])}), ANYTHING),
        (json!({"200": of(&["a/b\r\nX-Admin: 1", "a/c;q=0"])}), ANYTHING),
        (json!({"200": {"$ref": "#/nowhere"}}), ANYTHING),
        (json!({"200": []}), ANYTHING),
        (json!([]), ANYTHING),
    ] {
        assert_eq!(asked(openapi(&responses), json!({})).await, expected, "{responses}");
    }
}

#[tokio::test]
async fn swagger_2_says_it_of_the_operation_or_of_all() {
    let document = |own: Value| {
        let get = json!({"operationId": "get", "produces": own, "responses": {"200": {}}});
        json!({"swagger": "2.0", "produces": ["application/xml"], "paths": {"/a": {"get": get}}})
    };
    for (own, expected) in [
        (
            json!(["application/yaml", "application/json"]),
            "application/json, application/yaml;q=0.8, */*;q=0.1",
        ),
        (json!([]), ANYTHING),
    ] {
        assert_eq!(asked(document(own), json!({})).await, expected);
    }
    let mut inherited = document(Value::Null);
    inherited["paths"]["/a"]["get"].as_object_mut().expect("a map").shift_remove("produces");
    assert_eq!(asked(inherited, json!({})).await, "application/xml, */*;q=0.1");
}

#[tokio::test]
async fn whoever_loads_a_document_has_the_last_word() {
    let document = openapi(&json!({"200": of(&["application/json"])}));
    assert_eq!(asked(document, json!({"accept": "text/html"})).await, "text/html");
}

#[tokio::test]
async fn a_header_is_no_longer_than_servers_take() {
    let many: Vec<String> = (0..1_000).map(|i| format!("application/vnd.a{i}+json")).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    let accept = asked(openapi(&json!({"200": of(&many)})), json!({})).await;
    assert!(accept.len() < 2_000 && accept.starts_with("application/vnd.a0+json, "), "{accept}");
}
