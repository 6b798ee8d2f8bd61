//! What an argument can do to a request: fill its own place, and nothing else.

use std::sync::Arc;

use crate::support::recorder::{Called, NOTHING, called, header, property, refused, sent, shape};
use http::Method;
use proptest::prelude::*;
use serde_json::{Value, json};
use toolrack_core::error::Error;
use toolrack_core::http::HttpRequest;
use toolrack_core::spec::{
    Argument, ArgumentLocation, MediaType, ParameterIn, ParameterStyle, PathTemplate, ValueSerialization,
};
use toolrack_core::wire::Endpoint;
use url::form_urlencoded;

fn parameter(name: &str, place: ParameterIn, wire: ValueSerialization) -> Arc<Argument> {
    let location = ArgumentLocation::Parameter { name: name.into(), place, wire };
    Arc::new(Argument { name: name.into(), group: None, location })
}

fn plain(name: &str, place: ParameterIn) -> Arc<Argument> {
    parameter(
        name,
        place,
        ValueSerialization::plain(ParameterStyle::default_of(place), place != ParameterIn::Path),
    )
}

fn content(media: &str) -> ValueSerialization {
    ValueSerialization {
        media_type: Some(MediaType::parse(media)),
        ..ValueSerialization::plain(ParameterStyle::Content, false)
    }
}

fn get(template: &str, more: Vec<Arc<Argument>>) -> Endpoint {
    let template = PathTemplate::parse(template).expect("a path");
    let mut arguments: Vec<_> =
        template.variables().into_iter().map(|variable| plain(&variable.name, ParameterIn::Path)).collect();
    arguments.extend(more);
    Endpoint {
        method: Method::GET,
        template,
        arguments,
        fixed: Vec::new(),
        body: None,
        security: Arc::default(),
        accept: None,
    }
}

#[tokio::test]
async fn a_path_that_an_argument_would_lead_out_of_is_refused() {
    for (template, arguments, places) in [
        ("/a/{x}/b", json!({"x": ".."}), &["/x"][..]),
        ("/a/{x}/b", json!({"x": "."}), &["/x"]),
        ("/a/{x}/b", json!({"x": ""}), &["/x"]),
        ("/a/{x}/b", json!({"x": null}), &["/x"]),
        ("/a/{x}/b", json!({"x": []}), &["/x"]),
        ("/a/{x}/b", json!({"x": {}}), &["/x"]),
        ("/a/{x}{y}/b", json!({"x": ".", "y": "."}), &["/x", "/y"]),
        ("/a/.{x}", json!({"x": "."}), &["/x"]),
        ("/a/{x}/b", json!({}), &["/x"]),
        // Encoded, for whoever decodes once more than he should.
        ("/a/{x}/b", json!({"x": "%2e%2E"}), &["/x"]),
        ("/a/{x}/b", json!({"x": "%252e."}), &["/x"]),
        ("/a/{x}{y}/b", json!({"x": "%2e", "y": "%2e"}), &["/x", "/y"]),
        ("/a/{x}{y}/b", json!({"x": "%2", "y": "e."}), &["/x", "/y"]),
        ("/a/{x}.{y}/b", json!({"x": "a/", "y": "/b"}), &["/x", "/y"]),
        ("/a/{x}.", json!({"x": "%2E"}), &["/x"]),
        // Behind an encoded separator.
        ("/a/{x}/b", json!({"x": "../admin"}), &["/x"]),
        ("/a/{x}/b", json!({"x": "c/%2e%2e/admin"}), &["/x"]),
        ("/a/{x}/b", json!({"x": "c\\..\\admin"}), &["/x"]),
        ("/a/{x}/b", json!({"x": "..;v=1"}), &["/x"]),
    ] {
        let found = refused(get(template, Vec::new()), &arguments).await;
        assert_eq!(found, places, "{template} {arguments}");
    }
    for (value, expected) in [
        ("c/%41\\\t\n#?@;", "/a/c%2F%2541%5C%09%0A%23%3F%40%3B/b"),
        ("...", "/a/.../b"),
        ("main...next", "/a/main...next/b"),
        (".gitignore", "/a/.gitignore/b"),
        ("https://h/", "/a/https%3A%2F%2Fh%2F/b"),
    ] {
        let request = sent(get("/a/{x}/b", Vec::new()), &json!({"x": value})).await;
        assert_eq!(request.url.path(), expected);
    }
}

#[tokio::test]
async fn reserved_characters_that_may_stay_do_not_lead_out_of_the_path_either() {
    let wire = ValueSerialization {
        allow_reserved: true,
        ..ValueSerialization::plain(ParameterStyle::Simple, false)
    };
    let endpoint = || Endpoint {
        arguments: vec![parameter("x", ParameterIn::Path, wire.clone())],
        ..get("/a/{x}/b", Vec::new())
    };
    for value in ["%2e%2e", "..;a", "..%2fadmin", "a/../b"] {
        assert_eq!(refused(endpoint(), &json!({"x": value})).await, ["/x"], "{value}");
    }
    let request = sent(endpoint(), &json!({"x": "a/b?c#d:@!$&'()*+,;=%20%zz"})).await;
    assert_eq!(request.url.path(), "/a/a%2Fb%3Fc%23d:@!$&'()*+,;=%20%25zz/b");
}

#[tokio::test]
async fn a_header_holds_neither_line_breaks_nor_a_name_that_is_none() {
    for value in ["a\r\nX-Admin: 1", "a\nb", "a\0b", "a\u{7f}"] {
        let endpoint = get("/a", vec![plain("trace", ParameterIn::Header)]);
        assert_eq!(refused(endpoint, &json!({"trace": value})).await, ["/trace"], "{value:?}");
    }
    let exploded =
        parameter("map", ParameterIn::Header, ValueSerialization::plain(ParameterStyle::Simple, true));
    for value in [json!({"a\r\nX-Admin: 1": 1}), json!(["a", "b\n"])] {
        assert_eq!(refused(get("/a", vec![exploded.clone()]), &json!({"map": value})).await, ["/map"]);
    }
    let json = parameter("json", ParameterIn::Header, content("application/json"));
    let request = sent(get("/a", vec![json]), &json!({"json": {"a": "b\r\nc"}})).await;
    assert_eq!(header(&request, "json"), Some("{\"a\":\"b\\r\\nc\"}"));
    let named = get("/a", vec![plain("X-A: 1\r\nX-B", ParameterIn::Header)]);
    assert_eq!(refused(named, &json!({"X-A: 1\r\nX-B": "x"})).await, ["/X-A: 1\r\nX-B"]);
}

#[tokio::test]
async fn an_argument_sets_no_header_that_says_who_asks_or_where_a_request_ends() {
    for name in
        ["Host", "authorization", "Cookie", "Content-Length", "transfer_encoding", "X-Forwarded-For", "Via"]
    {
        let endpoint = get("/a", vec![plain(name, ParameterIn::Header)]);
        assert_eq!(refused(endpoint, &json!({name: "x"})).await, [format!("/{name}")]);
        let fixed = vec![(plain(name, ParameterIn::Header).location.clone(), json!("x"))];
        let endpoint = Endpoint { fixed, ..get("/a", Vec::new()) };
        assert_eq!(refused(endpoint, &json!({})).await, [""], "{name}");
    }
}

#[tokio::test]
async fn a_cookie_is_one_cookie() {
    let escaped = get("/a", vec![plain("session", ParameterIn::Cookie)]);
    let request = sent(escaped, &json!({"session": "a\r\nb; admin=1"})).await;
    assert_eq!(header(&request, "cookie"), Some("session=a%0D%0Ab%3B%20admin%3D1"));
    let as_it_is = || {
        let own = parameter(
            "session",
            ParameterIn::Cookie,
            ValueSerialization::plain(ParameterStyle::Cookie, true),
        );
        get("/a", vec![own, parameter("text", ParameterIn::Cookie, content("text/plain"))])
    };
    for (arguments, places) in [
        (json!({"session": "a; admin=1"}), &["/session"][..]),
        (json!({"session": "a\r\nb", "text": "a;b"}), &["/session", "/text"]),
        (json!({"session": {"a=b": "c"}}), &["/session"]),
        (json!({"session": {"a; b": "c"}}), &["/session"]),
        (json!({"session": {"": "c"}}), &["/session"]),
    ] {
        assert_eq!(refused(as_it_is(), &arguments).await, places, "{arguments}");
    }
    let request = sent(as_it_is(), &json!({"session": {"a": "b=c", "d": "%20"}, "text": "x y"})).await;
    assert_eq!(header(&request, "cookie"), Some("a=b=c; d=%20; text=x y"));
}

#[tokio::test]
async fn members_of_a_map_take_the_name_of_no_other_parameter() {
    let endpoint = || {
        let filter =
            parameter("filter", ParameterIn::Query, ValueSerialization::plain(ParameterStyle::Form, true));
        let tabs =
            parameter("prefs", ParameterIn::Cookie, ValueSerialization::plain(ParameterStyle::Form, true));
        let fixed = vec![(plain("version", ParameterIn::Query).location.clone(), json!("2"))];
        let more =
            vec![filter, plain("limit", ParameterIn::Query), tabs, plain("session", ParameterIn::Cookie)];
        Endpoint { fixed, ..get("/a?action=list", more) }
    };
    for (arguments, places) in [
        (
            json!({"filter": {"limit": 9, "version": 1, "action": "x"}}),
            &["/filter/limit", "/filter/version", "/filter/action"][..],
        ),
        (json!({"prefs": {"session": "s"}}), &["/prefs/session"]),
    ] {
        assert_eq!(refused(endpoint(), &arguments).await, places, "{arguments}");
    }
    let arguments = json!({"filter": {"filter": 1, "session": 2}, "prefs": {"limit": 3}});
    let request = sent(endpoint(), &arguments).await;
    assert_eq!(request.url.query(), Some("action=list&filter=1&session=2&version=2"));
    assert_eq!(header(&request, "cookie"), Some("limit=3"));
    let whole = parameter("q", ParameterIn::QueryString, content("application/x-www-form-urlencoded"));
    let whole = || get("/a?action=list", vec![whole.clone()]);
    assert_eq!(refused(whole(), &json!({"q": {"action": "x"}})).await, ["/q/action"]);
    let request = sent(whole(), &json!({"q": {"a": "b c", "d": [1, 2], "e": null}})).await;
    assert_eq!(request.url.query(), Some("action=list&a=b+c&d=1&d=2"));
    assert_eq!(sent(whole(), &json!({"q": {}})).await.url.query(), Some("action=list"));
}

/// Texts as models and those who trick them write them.
fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        "[./%25eE\\\\;:#?&=+@ \r\n\\[\\],|é-]{0,8}",
        "(%2e|%25|\\.|/|%2f|a|\\\\|;){0,5}",
    ]
}

/// What is sent for a call, or nothing where its arguments are refused.
fn sent_or_refused(endpoint: Endpoint, arguments: &Value) -> Option<HttpRequest> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().expect("a runtime");
    let called = called(endpoint, "https://h:8443/v1?key=a%20b", &[], arguments, NOTHING);
    let Called { outcome, mut sent } = runtime.block_on(called);
    match outcome {
        Ok(_) => sent.pop(),
        Err(Error::InvalidParams { .. }) => None,
        Err(other) => panic!("{arguments}: {other}"),
    }
}

fn query_of(request: &HttpRequest) -> Vec<(String, String)> {
    request.url.query_pairs().into_owned().collect()
}

/// What stands in a path that a template of RFC 6570 makes, or the places of the arguments that are refused.
async fn expanded(template: &str, arguments: &Value) -> Result<String, Vec<String>> {
    let template = PathTemplate::parse(template).expect("a path");
    let variables = template.variables().into_iter();
    let wire = |variable| ValueSerialization::plain(ParameterStyle::Simple, false).expanded(variable);
    let arguments_of = variables.map(|variable| parameter(&variable.name, ParameterIn::Path, wire(variable)));
    let endpoint = Endpoint { template: template.clone(), ..get("/", arguments_of.collect()) };
    match called(endpoint, "https://h/v1", &[], arguments, NOTHING).await {
        Called { outcome: Err(Error::InvalidParams { problems, .. }), .. } => {
            Err(problems.into_iter().map(|problem| problem.pointer).collect())
        }
        Called { sent, .. } => {
            let url = &sent[0].url;
            Ok(url.as_str().trim_start_matches("https://h/v1").to_owned())
        }
    }
}

#[tokio::test]
async fn expressions_of_rfc_6570_are_expanded_as_it_says() {
    for (template, arguments, expected) in [
        ("/{+name}:go", json!({"name": "a/b c?d#e%2f"}), "/a/b%20c%3Fd%23e%2f:go"),
        ("/x/{+name}/y", json!({"name": ["a/b", "c,d"]}), "/x/a/b,c%2Cd/y"),
        ("/{proxy+}", json!({"proxy": "a/b"}), "/a/b"),
        ("/a{/b,c}", json!({"b": "1/2", "c": 3}), "/a/1%2F2/3"),
        ("/a{/b*}", json!({"b": [1, 2]}), "/a/1/2"),
        ("/a{/b}{.c}", json!({"b": 1}), "/a/1"),
        ("/a{/b}{.c}", json!({"c": "xml"}), "/a.xml"),
        ("/a{;b,c}", json!({"b": 1, "c": "x y"}), "/a;b=1;c=x%20y"),
        ("/a{;b}", json!({}), "/a"),
        ("/a?{b}=1&c={d}-", json!({"b": "x", "d": "1&2"}), "/a?x=1&c=1%262-"),
        ("/a?v=1&{b}=1", json!({}), "/a?v=1"),
    ] {
        assert_eq!(expanded(template, &arguments).await.as_deref(), Ok(expected), "{template} {arguments}");
    }
}

#[tokio::test]
async fn a_reserved_expansion_leads_out_of_no_path() {
    for value in [
        "..",
        "a/..",
        "../b",
        "a/../../b",
        "/a",
        "a//b",
        "a/",
        "",
        ".",
        "a/%2e%2e/b",
        "a/%252e%252e",
        "a/..%5cb",
    ] {
        let given = json!({"name": value});
        assert_eq!(expanded("/v/{+name}", &given).await, Err(vec!["/name".to_owned()]), "{value}");
    }
}

proptest! {
    #[test]
    fn no_text_in_a_reserved_expansion_leaves_the_path_of_its_operation(x in text(), y in text()) {
        let template = PathTemplate::parse("/a/{+x}/b{/y}").expect("a path");
        let wires = template.variables().into_iter().map(|one| (one.name.clone(),
            ValueSerialization::plain(ParameterStyle::Simple, false).expanded(one)));
        let arguments = wires.map(|(name, wire)| parameter(&name, ParameterIn::Path, wire)).collect();
        let endpoint = Endpoint { template: template.clone(), ..get("/", arguments) };
        let Some(request) = sent_or_refused(endpoint, &json!({"x": x, "y": y})) else { return Ok(()) };
        prop_assert_eq!(request.url.origin().ascii_serialization(), "https://h:8443");
        let segments: Vec<_> = request.url.path().split('/').collect();
        prop_assert_eq!(&segments[..3], &["", "v1", "a"]);
        prop_assert_eq!(segments[segments.len() - 2], "b");
        prop_assert!(segments[1..].iter().all(|segment| !segment.is_empty() && !matches!(*segment, "." | "..")));
        prop_assert_eq!((request.url.query(), request.url.fragment()), (Some("key=a%20b"), None));
    }

    #[test]
    fn no_text_in_a_path_changes_where_a_request_goes(
        x in text(), y in text(), z in text(),
        style in prop_oneof![Just(ParameterStyle::Simple), Just(ParameterStyle::Label), Just(ParameterStyle::Matrix),
            Just(ParameterStyle::Content)],
        allow_reserved: bool,
    ) {
        let template = PathTemplate::parse("/a/{x}/b/{y}{z}/c").expect("a path");
        let wire = ValueSerialization { allow_reserved, ..ValueSerialization::plain(style, true) };
        let arguments = ["x", "y", "z"].map(|name| parameter(name, ParameterIn::Path, wire.clone())).to_vec();
        let body = Some(shape("application/json", false));
        let arguments = arguments.into_iter().chain([property("p")]).collect();
        let endpoint = Endpoint { method: Method::POST, template, arguments, fixed: Vec::new(), body,
            security: Arc::default(), accept: None };
        let given = json!({"x": x, "y": y, "z": [z, 1], "p": x});
        let Some(request) = sent_or_refused(endpoint, &given) else { return Ok(()) };
        prop_assert_eq!(request.url.origin().ascii_serialization(), "https://h:8443");
        let segments: Vec<_> = request.url.path().split('/').collect();
        prop_assert_eq!(segments.len(), 7);
        prop_assert_eq!([segments[1], segments[2], segments[4], segments[6]], ["v1", "a", "b", "c"]);
        prop_assert_eq!((request.url.query(), request.url.fragment()), (Some("key=a%20b"), None));
        prop_assert_eq!(request.body, Some(json!({"p": x}).to_string().into_bytes()));
    }

    #[test]
    fn a_query_is_read_as_what_was_given(name in text(), one in text(), two in text(), three in text()) {
        let arguments = vec![
            plain(&name, ParameterIn::Query),
            parameter("list", ParameterIn::Query, ValueSerialization::plain(ParameterStyle::Form, true)),
            parameter("deep", ParameterIn::Query, ValueSerialization::plain(ParameterStyle::DeepObject, true)),
            parameter("json", ParameterIn::Query, content("application/json")),
            parameter("space", ParameterIn::Query, ValueSerialization::plain(ParameterStyle::SpaceDelimited, false)),
        ];
        prop_assume!(!["list", "deep", "json", "space"].contains(&name.as_str()));
        let given = json!({
            name.as_str(): one, "list": [one, two], "deep": {three.as_str(): two}, "json": [three],
            "space": [one, two]
        });
        let request = sent_or_refused(get("/a?b=c", arguments), &given).expect("is sent");
        let expected = [
            ("key".to_owned(), "a b".to_owned()),
            ("b".to_owned(), "c".to_owned()),
            (name, one.clone()),
            ("list".to_owned(), one.clone()),
            ("list".to_owned(), two.clone()),
            (format!("deep[{three}]"), two.clone()),
            ("json".to_owned(), json!([three]).to_string()),
            ("space".to_owned(), format!("{one} {two}")),
        ];
        prop_assert_eq!(query_of(&request), expected);
        prop_assert_eq!(request.url.path(), "/v1/a");
    }

    #[test]
    fn reserved_characters_add_no_parameter(value in text(), list in prop::collection::vec(text(), 1..4)) {
        let wire = |style, explode| ValueSerialization { allow_reserved: true,
            ..ValueSerialization::plain(style, explode) };
        let arguments = vec![
            parameter("a", ParameterIn::Query, wire(ParameterStyle::Form, true)),
            parameter("b", ParameterIn::Query, wire(ParameterStyle::PipeDelimited, false)),
            parameter("c", ParameterIn::Query, wire(ParameterStyle::Form, false)),
        ];
        let given = json!({"a": value, "b": list, "c": list});
        let request = sent_or_refused(get("/a", arguments), &given).expect("is sent");
        let names: Vec<_> = query_of(&request).into_iter().map(|(name, _)| name).collect();
        prop_assert_eq!(names, ["key", "a", "b", "c"]);
        let commas = request.url.query().unwrap_or_default().rsplit("c=").next().unwrap_or_default().matches(',');
        prop_assert_eq!(commas.count(), list.len() - 1);
    }

    #[test]
    fn a_query_string_is_read_as_what_was_given(map in prop::collection::hash_map(text(), text(), 0..5)) {
        prop_assume!(!map.contains_key("key"));
        let whole = parameter("q", ParameterIn::QueryString, content("application/x-www-form-urlencoded"));
        let request = sent_or_refused(get("/a", vec![whole]), &json!({"q": map})).expect("is sent");
        let read: std::collections::HashMap<_, _> = query_of(&request).into_iter().skip(1).collect();
        prop_assert_eq!(read, map);
        let text = json!({"q": "a&b=c#"});
        let plain = parameter("q", ParameterIn::QueryString, content("text/plain"));
        let request = sent_or_refused(get("/a", vec![plain]), &text).expect("is sent");
        let pairs: Vec<_> = form_urlencoded::parse(request.url.query().unwrap_or_default().as_bytes()).collect();
        prop_assert_eq!(pairs.len(), 2);
    }
}
