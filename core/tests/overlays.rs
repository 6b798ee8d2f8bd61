//! Overlays: what their actions make of a document, in the spirit of the examples of the Overlay Specification 1.0.

use serde_json::{Value, json};
use toolrack_core::error::{Error, Result};
use toolrack_core::json::Arena;
use toolrack_core::spec::{
    OverlaidValue, Overlay, OverlayBudget, ParseLimits, parse_document, value_under_overlays,
};

fn overlay(actions: &Value) -> Value {
    json!({"overlay": "1.0.0", "info": {"title": "t", "version": "1"}, "actions": actions})
}

/// What actions make of a document, and the codes of the notes.
fn laid(document: Value, actions: &Value) -> Result<(Value, Vec<String>)> {
    laid_within(ParseLimits::default(), document, actions)
}

fn laid_within(limits: ParseLimits, document: Value, actions: &Value) -> Result<(Value, Vec<String>)> {
    let OverlaidValue { document, notes, .. } =
        Overlay::read("o.yaml", &overlay(actions))?.apply(document, OverlayBudget::new(limits))?;
    Ok((document, notes.iter().map(|note| format!("{} {}", note.kind.code, note.pointer)).collect()))
}

/// What it is, the actions, a place in the document that they lead to, and what stands there.
const CASES: [(&str, &str, &str, &str); 17] = [
    (
        "a structure",
        r#"[{"target": "$", "update": {"info": {"x": 1}, "paths": {"/": {"get": {}}}}}]"#,
        "/info",
        r#"{"title": "Pets", "x": 1}"#,
    ),
    (
        "null says nothing of a map",
        r#"[{"target": "$", "update": {"components": null}}]"#,
        "/components",
        r#"{"schemas": {"A": {}}}"#,
    ),
    (
        "one place",
        r#"[{"target": "$.paths['/pets'].get", "update": {"summary": "new", "tags": ["y"]}}]"#,
        "/paths/~1pets/get/summary",
        r#""new""#,
    ),
    (
        "lists grow",
        r#"[{"target": "$.paths['/pets'].get", "update": {"tags": ["y"]}}]"#,
        "/paths/~1pets/get/tags",
        r#"["x", "y"]"#,
    ),
    (
        "many places",
        r#"[{"target": "$.paths.*.get", "update": {"x-safe": true}}]"#,
        "/paths/~1toys/get/x-safe",
        "true",
    ),
    (
        "by a filter",
        r#"[{"target": "$.paths.*.get.parameters[?@.name=='filter' && @.in=='query']", "update": {"schema": {}}}]"#,
        "/paths/~1pets/get/parameters/1",
        r#"{"name": "filter", "in": "query", "schema": {}}"#,
    ),
    (
        "an entry is appended",
        r#"[{"target": "$.paths.*.get.parameters", "update": {"name": "new"}}]"#,
        "/paths/~1pets/get/parameters/3",
        r#"{"name": "new"}"#,
    ),
    (
        "a list is appended item by item",
        r#"[{"target": "$.tags", "update": ["c", "d"]}]"#,
        "/tags",
        r#"["a", "b", "c", "d"]"#,
    ),
    ("a text is appended", r#"[{"target": "$.tags", "update": "c"}]"#, "/tags", r#"["a", "b", "c"]"#),
    (
        "items are removed",
        r#"[{"target": "$.paths.*.get.parameters[?@.name == 'dummy']", "remove": true}]"#,
        "/paths/~1pets/get/parameters",
        r#"[{"name": "filter", "in": "query"}]"#,
    ),
    ("places in removed places", r#"[{"target": "$..*", "remove": true}]"#, "", "{}"),
    (
        "remove comes before update",
        r#"[{"target": "$.tags", "remove": true, "update": "c"}, {"target": "$", "update": {"tags": []}}]"#,
        "/tags",
        "[]",
    ),
    (
        "traits",
        concat!(
            r#"[{"target": "$.paths[?@.get['x-oai-traits'][?@ == 'paged']].get", "#,
            r#""update": {"parameters": [{"name": "top"}]}}]"#
        ),
        "/paths/~1toys/get/parameters",
        r#"[{"name": "top"}]"#,
    ),
    (
        "in order",
        r#"[{"target": "$.paths['/toys']", "remove": true}, {"target": "$.paths", "update": {"/toys": {"put": {}}}}]"#,
        "/paths/~1toys",
        r#"{"put": {}}"#,
    ),
    (
        "once, though selected twice",
        r#"[{"target": "$['tags','tags']", "update": "c"}]"#,
        "/tags",
        r#"["a", "b", "c"]"#,
    ),
    (
        "by an expression",
        r#"[{"target": "$..[?match(@.operationId, '__.*__')]", "update": {"found": true}}]"#,
        "/paths/~1__proto__/get/found",
        "true",
    ),
    (
        "an own __proto__",
        concat!(
            r#"[{"target": "$.info", "update": {"__proto__": {"a": 1}}}, "#,
            r#"{"target": "$.info['__proto__'].a", "remove": true}]"#
        ),
        "/info/__proto__",
        "{}",
    ),
];

#[test]
fn actions_do_what_the_specification_says() {
    let pets = json!({
        "info": {"title": "Pets"},
        "tags": ["a", "b"],
        "paths": {
            "/pets": {"get": {
                "summary": "old",
                "tags": ["x"],
                "parameters": [{"name": "dummy"}, {"name": "filter", "in": "query"}, {"name": "dummy"}]
            }},
            "/toys": {"get": {"x-oai-traits": ["paged"]}, "post": {}},
            "/__proto__": {"get": {"operationId": "__proto__"}}
        },
        "components": {"schemas": {"A": {}}}
    });
    for (what, actions, place, expected) in CASES {
        let read = |text: &str| serde_json::from_str::<Value>(text).expect("JSON");
        let (document, notes) =
            laid(pets.clone(), &read(actions)).unwrap_or_else(|error| panic!("{what}: {error}"));
        assert_eq!(document.pointer(place), Some(&read(expected)), "{what}");
        assert_eq!(notes, [""; 0], "{what}");
    }
}

#[test]
fn what_changes_nothing_is_told() {
    let actions =
        json!([{"target": "$.nowhere", "update": {}}, {"target": "$.a"}, {"target": "$..b", "remove": true}]);
    let (document, notes) = laid(json!({"a": {}}), &actions).expect("is no error");
    assert_eq!(document, json!({"a": {}}));
    assert_eq!(
        notes,
        [
            "OVERLAY_UNUSED o.yaml#/actions/0/target",
            "OVERLAY_UNUSED o.yaml#/actions/1",
            "OVERLAY_UNUSED o.yaml#/actions/2/target"
        ]
    );
}

#[test]
fn an_action_that_cannot_be_meant_is_an_error_with_its_place() {
    let document = json!({"a": {"list": [1], "text": "x"}});
    for (action, place, reason) in [
        (json!(5), "", "an action is a map"),
        (json!({"update": {}}), "/target", "must be a JSONPath"),
        (json!({"target": "a.b", "update": {}}), "/target", "is no JSONPath"),
        (json!({"target": "$", "copy": "$.a"}), "/copy", "is none of target, description, update, remove"),
        (json!({"target": "$", "remove": "yes"}), "/remove", "must be a boolean"),
        (json!({"target": "$", "remove": true}), "/remove", "the whole document cannot be removed"),
        (json!({"target": "$.a.text", "update": "y"}), "/update", "a string does not merge with a string"),
        (json!({"target": "$.a", "update": "y"}), "/update", "a string does not merge with a map"),
        (json!({"target": "$.a", "update": null}), "/update", "null does not merge with a map"),
        (
            json!({"target": "$", "update": {"a": {"list": "y"}}}),
            "/update",
            "under \"a\", under \"list\", a string does not merge with a list",
        ),
        (
            json!({"target": "$.a", "update": {"text": {}}}),
            "/update",
            "under \"text\", a map does not merge with a string",
        ),
        (
            json!({"target": format!("$.{}", "x".repeat(5_000)), "update": {}}),
            "/target",
            "a JSONPath has at most 4096 bytes",
        ),
        (
            json!({"target": format!("$[?{}@.a{}]", "(".repeat(2_000), ")".repeat(2_000)), "update": {}}),
            "/target",
            "8 brackets in each other",
        ),
        (
            json!({"target": format!("$[?@{}.a{}]", "[?@".repeat(40), "]".repeat(40)), "update": {}}),
            "/target",
            "8 brackets in each other",
        ),
    ] {
        let error = laid(document.clone(), &json!([action])).expect_err("is wrong");
        let Error::InvalidSpec { pointer, reason: told } = &error else { panic!("{error}") };
        assert_eq!(*pointer, format!("o.yaml#/actions/0{place}"), "{error}");
        assert!(told.contains(reason), "{told}");
    }
}

#[test]
fn what_is_no_overlay_is_refused_with_its_place() {
    let info = json!({"title": "t", "version": "1"});
    for (overlay, expected) in [
        (json!([]), "o.yaml#: an overlay is a map"),
        (json!({"openapi": "3.1.0"}), "o.yaml#/openapi: is none of overlay, info, extends, actions"),
        (json!({"info": info}), "o.yaml#: there is no \"overlay\" key: this is no overlay"),
        (json!({"overlay": {}, "info": info}), "o.yaml#/overlay: must be a version"),
        (json!({"overlay": "1.0.0"}), "o.yaml#/info: must be a map with title and version"),
        (json!({"overlay": "1.0.0", "info": info, "extends": 5}), "o.yaml#/extends: must be a string"),
        (
            json!({"overlay": "1.0.0", "info": info, "actions": []}),
            "o.yaml#/actions: must be a list of at least one action",
        ),
    ] {
        match Overlay::read("o.yaml", &overlay) {
            Err(Error::InvalidSpec { pointer, reason }) => {
                assert_eq!(format!("{pointer}: {reason}"), expected);
            }
            other => panic!("{overlay}: {other:?}"),
        }
    }
    let newer = json!({"overlay": "1.1.0", "info": info, "actions": [{"target": "$"}]});
    assert!(matches!(Overlay::read("o.yaml", &newer), Err(Error::UnsupportedSpec { .. })));
    let number = json!({"overlay": 1.0, "info": info, "x-own": 1, "actions": [{"target": "$", "x-own": 1}]});
    assert!(Overlay::read("o.yaml", &number).is_ok());
}

#[test]
fn overlays_cannot_make_a_document_larger_or_deeper_than_one_may_be() {
    let limits = ParseLimits { nodes: 1_000, bytes: 10_000, depth: 20, ..ParseLimits::default() };
    let wider = json!({"target": "$..[?!@.*]", "update": {"a": {}, "b": {}}});
    let deeper = json!({"target": "$..[?!@.*]", "update": {"a": {"b": {}}}});
    let longer = json!({"target": "$.a", "update": {"a": "x".repeat(1_000)}});
    for (action, expected) in
        [(wider, "number of values in the document"), (deeper, "document depth"), (longer, "document bytes")]
    {
        let error =
            laid_within(limits, json!({"a": {}}), &json!(vec![action; 20])).expect_err("is too large");
        assert!(matches!(&error, Error::LimitExceeded { what, .. } if *what == expected), "{error}");
    }
}

#[test]
fn numbers_that_64_bits_cannot_hold_are_told() {
    let arena = Arena::new();
    let text = "{\"a\": [1, 340282366920938463463374607431768211455], \"b\": 0.1}";
    let parsed = parse_document(text, &ParseLimits::default(), &arena).expect("JSON");
    let (value, notes) = value_under_overlays(parsed.root, "");
    assert_eq!(value["b"], json!(0.1));
    let told: Vec<_> = notes.iter().map(|note| (note.kind.code, &*note.pointer)).collect();
    assert_eq!(told, [("NUMBER_ROUNDED", "/a/1")]);
}
