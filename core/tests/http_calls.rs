//! Calls of API operations against a client that only remembers: where arguments land, and what an answer becomes.

use std::sync::{Arc, Mutex};

use crate::support::recorder::{
    Answer, BASE, Called, DEADLINE, NOTHING, Recorder, called, header, property, refused, sent, shape,
};
use http::Method;
use serde_json::{Map, Value, json};
use toolrack_core::error::{Error, ErrorCode, Result};
use toolrack_core::exec::HttpOperation;
use toolrack_core::http::{HttpFault, HttpRequest, Redirects};
use toolrack_core::spec::{
    Argument, ArgumentGroup, ArgumentLocation, ParameterIn, ParameterStyle, PathTemplate, ValueSerialization,
};
use toolrack_core::tool::{Executor, ToolCall};
use toolrack_core::wire::Endpoint;

fn parameter(argument: &str, name: &str, place: ParameterIn) -> Arc<Argument> {
    let style = if matches!(place, ParameterIn::Path | ParameterIn::Header) {
        ParameterStyle::Simple
    } else {
        ParameterStyle::Form
    };
    let wire = ValueSerialization::plain(style, style == ParameterStyle::Form);
    let location = ArgumentLocation::Parameter { name: name.into(), place, wire };
    Arc::new(Argument { name: argument.into(), group: None, location })
}

/// `POST /users/{id}/{part}` with something in every place. `id` also is a property of the body.
fn everywhere() -> Endpoint {
    Endpoint {
        method: Method::POST,
        template: PathTemplate::parse("/users/{id}/{part}").expect("a path"),
        arguments: vec![
            parameter("id__path", "id", ParameterIn::Path),
            parameter("part", "part", ParameterIn::Path),
            parameter("filter[id]", "filter[id]", ParameterIn::Query),
            parameter("tags", "tags", ParameterIn::Query),
            parameter("trace", "X-Trace", ParameterIn::Header),
            parameter("session", "session", ParameterIn::Cookie),
            parameter("theme", "theme", ParameterIn::Cookie),
            property("id"),
            property("note"),
        ],
        fixed: Vec::new(),
        body: Some(shape("application/json", false)),
        security: Arc::default(),
        accept: None,
    }
}

/// `PUT /raw` whose whole body is the argument `body`.
fn whole_body() -> Endpoint {
    Endpoint {
        method: Method::PUT,
        template: PathTemplate::parse("/raw").expect("a path"),
        arguments: vec![Arc::new(Argument {
            name: "body".into(),
            group: None,
            location: ArgumentLocation::Body,
        })],
        fixed: Vec::new(),
        body: Some(shape("application/merge-patch+json", true)),
        security: Arc::default(),
        accept: None,
    }
}

fn get(template: &str) -> Endpoint {
    let template = PathTemplate::parse(template).expect("a path");
    let variables: Vec<_> = template
        .variables()
        .into_iter()
        .map(|one| parameter(&one.name, &one.name, ParameterIn::Path))
        .collect();
    Endpoint {
        method: Method::GET,
        template,
        arguments: variables,
        fixed: Vec::new(),
        body: None,
        security: Arc::default(),
        accept: None,
    }
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
async fn arguments_that_have_no_place_are_refused_all_at_once() {
    let arguments = json!({"id__path": 1, "part": "", "id__query": 2, "a/b": 3});
    assert_eq!(refused(everywhere(), &arguments).await, ["/part", "/id__query", "/a~1b"]);
}

/// The same argument names in each group.
fn grouped() -> Endpoint {
    let one = |group, place| {
        let argument = parameter("id", "id", place);
        Arc::new(Argument { group: Some(group), ..(*argument).clone() })
    };
    Endpoint {
        method: Method::PUT,
        template: PathTemplate::parse("/users/{id}").expect("a path"),
        arguments: vec![
            one(ArgumentGroup::Path, ParameterIn::Path),
            one(ArgumentGroup::Query, ParameterIn::Query),
            one(ArgumentGroup::Header, ParameterIn::Header),
            one(ArgumentGroup::Cookie, ParameterIn::Cookie),
            Arc::new(Argument { name: "body".into(), group: None, location: ArgumentLocation::Body }),
        ],
        fixed: Vec::new(),
        body: Some(shape("application/json", false)),
        security: Arc::default(),
        accept: None,
    }
}

#[tokio::test]
async fn grouped_arguments_stand_in_the_object_of_their_place() {
    let arguments = json!({
        "path": {"id": 1}, "query": {"id": 2}, "header": {"id": "3"}, "cookie": {"id": 4}, "body": {"id": 5}
    });
    let request = sent(grouped(), &arguments).await;
    assert_eq!(request.url.as_str(), "https://api.example.com/users/1?id=2");
    assert_eq!((header(&request, "id"), header(&request, "cookie")), (Some("3"), Some("id=4")));
    assert_eq!(body(&request), json!({"id": 5}));
    let nothing_more = json!({"path": {"id": 1}, "query": null, "header": {}, "cookie": {"id": null}});
    let request = sent(grouped(), &nothing_more).await;
    assert_eq!(request.url.as_str(), "https://api.example.com/users/1");
    assert_eq!((header(&request, "id"), header(&request, "cookie")), (None, None));
    for (arguments, places) in [
        (json!({"query": {"x": 1}, "header": 7}), &["/query/x", "/header", "/path/id"][..]),
        (json!({"path": {"id": "..", "a/b": 1}, "id": 1}), &["/path/id", "/path/a~1b", "/id"]),
        (json!({"path": {"id": 1}, "header": {"id": "a\nb"}}), &["/header/id"]),
    ] {
        assert_eq!(refused(grouped(), &arguments).await, places, "{arguments}");
    }
}

#[tokio::test]
async fn values_that_the_caller_fixed_go_with_every_request() {
    let everywhere = Endpoint {
        arguments: vec![parameter("part", "part", ParameterIn::Path), property("note")],
        fixed: vec![
            (parameter("", "id", ParameterIn::Path).location.clone(), json!("me")),
            (parameter("", "api-version", ParameterIn::Query).location.clone(), json!("2")),
            (parameter("", "X-Tenant", ParameterIn::Header).location.clone(), json!("acme")),
            (parameter("", "theme", ParameterIn::Cookie).location.clone(), json!("dark")),
            (property("id").location.clone(), json!(7)),
        ],
        ..everywhere()
    };
    let request = sent(everywhere, &json!({"part": "x", "note": "n"})).await;
    assert_eq!(request.url.as_str(), "https://api.example.com/users/me/x?api-version=2");
    assert_eq!(
        (header(&request, "x-tenant"), header(&request, "cookie")),
        (Some("acme"), Some("theme=dark"))
    );
    assert_eq!(body(&request), json!({"note": "n", "id": 7}));
    let fixed = vec![(property("dry").location.clone(), json!(true))];
    let request = sent(Endpoint { fixed, ..whole_body() }, &json!({"body": {"a": 1}})).await;
    assert_eq!(body(&request), json!({"a": 1, "dry": true}));
}

#[tokio::test]
async fn what_is_missing_in_the_path_is_told_by_the_name_of_its_argument() {
    assert_eq!(refused(everywhere(), &json!({})).await, ["/id__path", "/part"]);
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
    let query = Endpoint { arguments: vec![parameter("q", "q", ParameterIn::Query)], ..get("/pets") };
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
async fn a_fault_of_the_client_is_told_as_what_it_means_for_the_call() {
    type Case = (fn() -> Result<Answer, HttpFault>, ErrorCode, Value);
    let options = "network: { hosts: [\"api.example.com\"] } or baseUrl: \"https://api.example.com\"";
    let advice = format!("if calls may reach it, load the document with {options}");
    let cases: [Case; 6] = [
        (
            || Err(HttpFault::Forbidden { reason: "h is in 10.0.0.0/8 (private)".to_owned() }),
            ErrorCode::AddressForbidden,
            json!({
                "tool": "tool",
                "reason": format!("h is in 10.0.0.0/8 (private); {advice}"),
            }),
        ),
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
            json!({"tool": "tool", "reason": "broken response from x"}),
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
    let call = ToolCall::own("tool", Map::new(), DEADLINE);
    let error = operation.execute(call).await.expect_err("has no address");
    assert!(matches!(error, Error::InvalidOptions { ref option, .. } if option == "baseUrl"), "{error}");
}
