//! What is said of operations on top of the document, by the caller or by the document itself. What it makes of schemas
//! and requests is in `documents/`; here is what it does to tools, names and errors.

use std::sync::Arc;

use serde_json::{Value, json};
use toolrack_core::error::Error;
use toolrack_core::loader::LoadOptions;
use toolrack_core::registry::RegisteredTool;
use toolrack_core::spec::{ArgumentShape, SpecSource};

use crate::support::scene::{Scene, adds_up, codes, document, named, options, places, plain};

fn tool(scene: &Scene, name: &str) -> Arc<RegisteredTool> {
    Arc::clone(scene.registry.snapshot().get(name).expect("is there"))
}

#[tokio::test]
async fn overrides_say_what_a_tool_is_and_the_place_counts_before_the_id() {
    let scene = Scene::new();
    let over = json!({
        "namespace": "crm",
        "category": "all",
        "tags": ["ours"],
        "overrides": {
            "a": {"name": "find", "description": "Finds", "category": "own", "tags": ["x"], "requiresAuth": true,
                "rateLimit": 5},
            "get /b": {"description": "By place"},
            "b": {"description": "By id", "requiresAuth": true},
        }
    });
    let document = document(&[
        ("a", json!({"tags": ["theirs"]})),
        (
            "b",
            json!({"tags": ["theirs"], "x-toolrack": {"description": "Theirs", "category": "theirs", "rateLimit": 7}}),
        ),
    ]);
    let report = scene.load(&document, options(&over).expect("options")).await.expect("loads");
    assert_eq!(report.added, ["find", "crm_b"]);
    let told = |name: &str| {
        let own = tool(&scene, name);
        let one = &own.definition;
        json!([one.description, one.category, one.tags, one.requires_auth, one.rate_limit])
    };
    assert_eq!(told("find"), json!(["Finds", "own", ["x", "ours"], true, 5.0]));
    assert_eq!(told("crm_b"), json!(["By place", "all", ["theirs", "ours"], true, 7.0]));
    assert_eq!(codes(&report), [""; 0]);
}

#[tokio::test]
async fn a_document_may_raise_what_the_options_say_of_users_and_approvals_and_not_lower_it() {
    for key in ["requiresAuth", "requiresApproval"] {
        let scene = Scene::new();
        let over = json!({"overrides": {"a": {key: true}, "c": {key: false}}});
        let required = |required: bool| json!({"x-toolrack": {key: required}});
        let document = document(&[("a", required(false)), ("b", required(true)), ("c", required(true))]);
        let report = scene.load(&document, options(&over).expect("options")).await.expect("loads");
        let required = |name: &str| tool(&scene, name).to_json()[key].clone();
        assert_eq!(["a", "b", "c"].map(required), [true, true, false], "{key}");
        assert_eq!(codes(&report), ["EXTENSION_IGNORED"], "{key}");
    }
}

#[tokio::test]
async fn a_given_name_stays_while_it_is_given_and_the_first_one_comes_back() {
    let scene = Scene::new();
    let document = plain(&["a", "b"]);
    let rename = |name: &str| options(&json!({"overrides": {"a": {"name": name}}})).expect("options");
    scene.load(&document, named("api")).await.expect("loads");
    let report = scene.load(&document, rename("find")).await.expect("loads");
    assert_eq!(
        (report.added.as_slice(), report.removed.as_slice()),
        (&["find".to_owned()][..], &["a".to_owned()][..])
    );
    scene.load(&document, named("api")).await.expect("loads");
    assert_eq!(scene.names(), ["b", "a"]);
    let other = SpecSource::Text(plain(&["find"]).to_string().into());
    let report = scene.loader.load(other, named("other")).await.expect("loads");
    assert!(report.added[0].starts_with("find_"), "the name is kept: {:?}", report.added);
}

#[tokio::test]
async fn a_given_name_that_is_taken_is_reported_and_the_tool_stays_what_it_was() {
    let scene = Scene::new();
    let over = json!({"overrides": {"a": {"name": "c"}, "b": {"name": "same"}, "c": {"name": "same"}}});
    scene.load(&plain(&["a", "b", "c"]), named("api")).await.expect("loads");
    let report = scene.load(&plain(&["a", "b", "c"]), options(&over).expect("options")).await.expect("loads");
    let skipped: Vec<_> = report.skipped.iter().map(|one| (one.path.as_str(), one.code)).collect();
    assert_eq!(skipped, [("/a", "NAME_TAKEN"), ("/c", "NAME_TAKEN")]);
    assert_eq!(scene.names(), ["a", "c", "same"]);
    assert_eq!(report.stale, ["a", "c"]);
    assert!(adds_up(&report));
}

#[tokio::test]
async fn a_name_in_the_document_is_a_wish_in_the_namespace() {
    let scene = Scene::new();
    let over = json!({"namespace": "crm"});
    let document = document(&[("a", json!({"x-toolrack": {"name": "send mail"}}))]);
    scene.load(&document, options(&over).expect("options")).await.expect("loads");
    assert_eq!(scene.names(), ["crm_send_mail"]);
}

#[test]
fn an_override_that_cannot_be_meant_is_told_with_every_place() {
    let over = json!({"overrides": {
        "a/b": {"name": "a b", "description": " ", "category": 5, "tags": ["x", 1], "requiresAuth": "yes",
            "requiresApproval": "predicate", "rateLimit": 0,
            "exclude": 1, "colour": "red", "parameters": {"x": {"hide": true, "value": 1, "hidden": false}, "y": 5}},
        "b": 5,
        "GET /c": {},
        "get /c": {}
    }});
    let mut told = places(&LoadOptions::parse(&over).expect_err("is wrong"));
    told.sort();
    let mut expected = [
        "/a~1b/name",
        "/a~1b/description",
        "/a~1b/category",
        "/a~1b/tags/1",
        "/a~1b/requiresAuth",
        "/a~1b/requiresApproval",
        "/a~1b/rateLimit",
        "/a~1b/exclude",
        "/a~1b/colour",
        "/a~1b/parameters/x/hide",
        "/a~1b/parameters/x/hidden",
        "/a~1b/parameters/y",
        "/b",
        "/get ~1c",
    ];
    expected.sort_unstable();
    assert_eq!(told, expected);
    assert_eq!(places(&LoadOptions::parse(&json!({"overrides": []})).expect_err("is wrong")), [""]);
}

fn parameter(name: &str, place: &str, schema: &Value) -> Value {
    json!({"name": name, "in": place, "required": place == "path", "schema": schema})
}

#[tokio::test]
async fn a_value_that_its_argument_does_not_take_is_refused_with_its_place_and_not_shown() {
    let scene = Scene::new();
    let parameters = json!([
        parameter("n", "query", &json!({"$ref": "#/components/schemas/N"})),
        parameter("list", "query", &json!({"type": "array", "items": {"type": "integer"}})),
        {"name": "must", "in": "query", "required": true, "schema": {}},
    ]);
    let mut document = document(&[("a", json!({"parameters": parameters}))]);
    document["components"] = json!({"schemas": {"N": {"type": "integer", "maximum": 5}}});
    let over = json!({"overrides": {"a": {"parameters": {
        "n": {"value": "secret"}, "list": {"value": [1, "secret"]}, "must": {"hidden": true}
    }}}});
    let error = scene.load(&document, options(&over).expect("options")).await.expect_err("is wrong");
    assert_eq!(
        places(&error),
        ["/a/parameters/n/value", "/a/parameters/list/value/1", "/a/parameters/must/hidden"]
    );
    assert!(!error.to_string().contains("secret") && !error.details().to_string().contains("secret"));
    assert_eq!(scene.registry.snapshot().revision(), 0);
}

#[tokio::test]
async fn a_reload_that_a_fixed_value_does_not_fit_any_more_keeps_the_last_tools() {
    let scene = Scene::new();
    let with = |parameters: Value| document(&[("a", json!({"parameters": parameters}))]);
    let over = json!({"overrides": {"a": {"parameters": {"tenant": {"value": "acme"}}}}});
    let tenant = |place: &str| parameter("tenant", place, &json!({"type": "string"}));
    scene.load(&with(json!([tenant("query")])), options(&over).expect("options")).await.expect("loads");
    let before = tool(&scene, "a");
    for parameters in [
        json!([parameter("tenant", "query", &json!({"type": "integer"}))]),
        // One that would draw the value away from the first.
        json!([tenant("query"), tenant("header")]),
        json!([
            tenant("query"),
            parameter("query/tenant", "query", &json!({})),
            parameter("tenant", "cookie", &json!({}))
        ]),
    ] {
        scene.write(&with(parameters));
        let error = scene.loader.reload("api").await.expect_err("is refused");
        assert_eq!(places(&error)[0].split("/value").next(), Some("/a/parameters/tenant"));
        assert!(Arc::ptr_eq(&before, &tool(&scene, "a")));
    }
}

#[tokio::test]
async fn place_and_name_mean_one_argument_whatever_else_there_is() {
    let scene = Scene::new();
    let parameters = json!([
        parameter("id", "query", &json!({})),
        parameter("id", "header", &json!({})),
        parameter("id__query", "cookie", &json!({}))
    ]);
    let document = document(&[("a", json!({"parameters": parameters}))]);
    let over = json!({"overrides": {"a": {"parameters": {"query/id": {"value": 1}, "id__header": {"hidden": true}}}}});
    scene.load(&document, options(&over).expect("options")).await.expect("loads");
    let schema = tool(&scene, "a").definition.input_schema.value();
    assert_eq!(schema["properties"], json!({"id__query": {}}));
}

#[tokio::test]
async fn grouped_arguments_are_fixed_in_their_group() {
    let scene = Scene::new();
    let parameters = json!([parameter("id", "query", &json!({})),
        {"name": "key", "in": "header", "required": true, "schema": {}}]);
    let document = document(&[("a", json!({"parameters": parameters}))]);
    let over = json!({"overrides": {"a": {"parameters": {"header/key": {"value": "x"},
        "id": {"description": "Which"}}}}});
    let mut options = options(&over).expect("options");
    options.conversion.arguments = ArgumentShape::Grouped;
    scene.load(&document, options).await.expect("loads");
    assert_eq!(
        tool(&scene, "a").definition.input_schema.value(),
        json!({"type": "object", "properties": {"query": {"type": "object",
            "properties": {"id": {"description": "Which"}}}}})
    );
}

#[tokio::test]
async fn a_document_takes_only_so_many_arguments_out_of_sight() {
    let scene = Scene::new();
    let hidden = |i: usize| {
        json!({"name": format!("p{i}"), "in": "query", "schema": {},
        "x-toolrack": {"hidden": true}})
    };
    let parameters: Vec<_> = (0..103).map(hidden).collect();
    let document = document(&[("a", json!({"parameters": parameters}))]);
    let over = json!({"overrides": {"a": {"parameters": {"p0": {"hidden": true}}}}});
    let report = scene.load(&document, options(&over).expect("options")).await.expect("loads");
    let schema = tool(&scene, "a").definition.input_schema.value();
    assert_eq!(schema["properties"], json!({"p101": {}, "p102": {}}));
    assert_eq!(codes(&report).iter().filter(|code| **code == "EXTENSION_IGNORED").count(), 2);
}

#[tokio::test]
async fn names_of_the_language_are_names_like_any_other() {
    let scene = Scene::new();
    let parameters = json!([
        parameter("__proto__", "query", &json!({"type": "string"})),
        parameter("constructor", "query", &json!({}))
    ]);
    let document = document(&[("__proto__", json!({"parameters": parameters})), ("toString", json!({}))]);
    let mut over = json!({"overrides": {}});
    over["overrides"]["__proto__"] =
        json!({"description": "Own", "parameters": {"__proto__": {"value": "x"}}});
    let report = scene.load(&document, options(&over).expect("options")).await.expect("loads");
    let own = tool(&scene, "__proto__");
    assert_eq!(own.definition.description, "Own");
    assert_eq!(own.definition.input_schema.value()["properties"], json!({"constructor": {}}));
    assert_eq!(codes(&report), ["PARAMETER_FIXED"]);
}

#[tokio::test]
async fn limits_of_calls_are_the_callers_to_say_and_a_document_may_ask_for_fewer() {
    let scene = Scene::new();
    let asks = |limit: Value| json!({"x-toolrack": {"rateLimit": limit, "callLimits": {"retries": 9}}});
    let document = document(&[
        ("plain", json!({})),
        ("fewer", asks(json!(5))),
        ("more", asks(json!(500))),
        ("own", asks(json!(500))),
        ("other", asks(json!(1))),
    ]);
    let given = json!({
        "rateLimit": 60,
        "callLimits": {"retries": 1, "breaker": false},
        "overrides": {"own": {"rateLimit": 700, "callLimits": {"retries": 0}}, "other": {"rateLimit": 90}}
    });
    let report = scene.load(&document, options(&given).expect("options")).await.expect("loads");
    assert_eq!(codes(&report), ["EXTENSION_IGNORED"; 4]);
    for (name, rate, retries) in
        [("plain", 60, 1), ("fewer", 5, 1), ("more", 60, 1), ("own", 700, 0), ("other", 90, 1)]
    {
        let shown = tool(&scene, name).definition_json();
        let shown = json!([shown["rateLimit"], shown["callLimits"]]);
        assert_eq!(shown, json!([f64::from(rate), {"retries": retries, "breaker": false}]), "{name}");
    }
}

#[tokio::test]
async fn a_rate_limit_that_only_the_document_asks_for_is_marked_as_its_request() {
    let document = document(&[("asks", json!({"x-toolrack": {"rateLimit": 500}})), ("plain", json!({}))]);
    for (given, requested) in [
        (json!({}), [true, false]),
        (json!({"rateLimit": 60}), [false, false]),
        (json!({"overrides": {"asks": {"rateLimit": 90}}}), [false, false]),
    ] {
        let scene = Scene::new();
        scene.load(&document, options(&given).expect("options")).await.expect("loads");
        assert_eq!(
            ["asks", "plain"].map(|name| tool(&scene, name).rate_limit_is_requested),
            requested,
            "{given}"
        );
    }
}

#[test]
fn an_override_leaves_no_operation_out() {
    let error = LoadOptions::parse(&json!({"overrides": {"a": {"exclude": true}}})).expect_err("is wrong");
    let advice = "leave operations out with the option exclude";
    assert_eq!(
        error.to_string(),
        format!("option \"overrides\": /a/exclude is no key of an override: {advice}")
    );
}

#[tokio::test]
async fn a_document_leaves_an_operation_out_by_one_word() {
    let scene = Scene::new();
    let document =
        document(&[("a", json!({"x-toolrack": false})), ("b", json!({"x-toolrack": {"exclude": true}}))]);
    let report = scene.load(&document, named("api")).await.expect("loads");
    assert_eq!((report.added.as_slice(), codes(&report)), (&["b".to_owned()][..], vec!["EXTENSION_IGNORED"]));
    let message = "is no key of x-toolrack: leave the operation out with x-toolrack: false";
    assert_eq!(&*report.notes[0].note.message, message);
}

#[test]
fn limits_that_cannot_be_are_told_at_their_places() {
    for (given, expected) in [
        (json!({"callLimits": {"burst": 0, "x": 1}}), vec!["/x", "/burst"]),
        (json!({"callLimits": 5}), vec![""]),
        (json!({"callLimits": {"rateLimit": 5}}), vec!["/rateLimit"]),
        (json!({"rateLimit": "5"}), vec![""]),
        (json!({"overrides": {"a": {"callLimits": {"queue": -1}}}}), vec!["/a/callLimits/queue"]),
        (
            json!({"overrides": {"a": {"rateLimit": 0, "callLimits": {"rateLimit": 5}}}}),
            vec!["/a/rateLimit", "/a/callLimits/rateLimit"],
        ),
    ] {
        let Err(Error::InvalidValue { problems, .. }) = options(&given) else { panic!("{given}") };
        assert_eq!(
            problems.into_iter().map(|problem| problem.pointer).collect::<Vec<_>>(),
            expected,
            "{given}"
        );
    }
}

#[tokio::test]
async fn other_limits_of_calls_enter_with_a_reload_whatever_its_gates_hold() {
    let scene = Scene::new();
    let document = plain(&["a", "b"]);
    let load =
        |limits: Value| options(&json!({"gates": "production", "callLimits": limits})).expect("options");
    scene.load(&document, load(json!({"concurrency": 5}))).await.expect("loads");
    let report = scene.load(&document, load(json!({"concurrency": 6}))).await.expect("loads");
    assert_eq!(report.updated, ["a", "b"]);
    assert_eq!(tool(&scene, "a").definition.call_limits.concurrency, Some(6));
}
