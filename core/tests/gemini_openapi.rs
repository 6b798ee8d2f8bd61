//! Gemini's `parameters` know no reference and want a type everywhere: schemas that contain themselves are written out
//! to a bounded depth, and values without a type are strings that hold JSON.

use serde_json::{Map, Value, json};
use toolrack_core::schema::Effect;
use toolrack_core::target::{Target, TargetForm, Weight};

fn form() -> TargetForm {
    Target::GeminiOpenApi.into()
}

/// What goes out, which keeps to the target's rules, and what was told of recursion and of JSON.
fn written(schema: &Value) -> (Value, Vec<(&'static str, Effect, String)>) {
    let (shown, told) = form().schema(schema.clone(), false).expect("can be written");
    let tool = json!({"name": "t", "description": "d", "parameters": shown});
    let broken = form().validate(&tool).into_iter().find(|finding| finding.weight == Weight::Refused);
    assert_eq!(broken, None, "{shown}");
    let told =
        told.into_iter().filter(|one| matches!(one.code, "RECURSION_UNROLLED" | "SCHEMA_TO_JSON_TEXT"));
    (shown, told.map(|one| (one.code, one.effect, one.pointer)).collect())
}

fn cut(pointer: &str) -> (&'static str, Effect, String) {
    ("RECURSION_UNROLLED", Effect::Narrower, pointer.to_owned())
}

fn text(pointer: &str) -> (&'static str, Effect, String) {
    ("SCHEMA_TO_JSON_TEXT", Effect::Shift, pointer.to_owned())
}

fn any_text(pointer: &str) -> (&'static str, Effect, String) {
    ("SCHEMA_TO_JSON_TEXT", Effect::Wider, pointer.to_owned())
}

#[test]
fn a_schema_that_contains_itself_is_written_out_to_three_levels_and_says_where_it_ends() {
    let next = "/properties/next";
    let tree = |node: Value| {
        json!({"type": "object", "properties": {"a": {"$ref": "#/$defs/N"}},
        "$defs": {"N": node}})
    };
    for (what, schema, expected) in [
        (
            "an optional property",
            tree(
                json!({"type": "object", "properties": {"v": {"type": "string"}, "next": {"$ref": "#/$defs/N"}},
                    "required": ["v"]}),
            ),
            vec![cut(&format!("/properties/a{next}{next}{next}"))],
        ),
        (
            "a list",
            tree(
                json!({"type": "object", "properties": {"next": {"type": "array", "items": {"$ref": "#/$defs/N"}}}}),
            ),
            vec![cut("/properties/a/properties/next/items/properties/next/items/properties/next")],
        ),
        (
            "the root",
            json!({"type": "object", "properties": {"v": {"type": "string"}, "next": {"$ref": "#"}}}),
            vec![cut(&next.repeat(3))],
        ),
        (
            "a branch of a union",
            tree(json!({"anyOf": [{"type": "string"}, {"type": "array", "items": {"$ref": "#/$defs/N"}}]})),
            vec![cut("/properties/a/anyOf/1/items/anyOf/1/items/anyOf/1")],
        ),
        (
            "a part of allOf",
            tree(json!({"type": "object", "properties": {"next": {"allOf": [{"$ref": "#/$defs/N"},
                    {"required": ["v"]}]}, "v": {"type": "string"}}})),
            vec![cut(&format!("/properties/a{next}{next}{next}"))],
        ),
        (
            "a required property",
            tree(
                json!({"type": "object", "properties": {"next": {"$ref": "#/$defs/N"}}, "required": ["next"]}),
            ),
            vec![
                text(&format!("/properties/a{next}{next}{next}")),
                any_text(&format!("/properties/a{next}{next}{next}")),
            ],
        ),
    ] {
        let (shown, told) = written(&schema);
        assert_eq!(told, expected, "{what}: {shown}");
        assert!(!shown.to_string().contains("$ref"), "{what}: {shown}");
    }
}

#[test]
fn of_a_large_definition_that_contains_itself_fewer_levels_are_written() {
    let member = |i: usize| (format!("p{i}"), json!({"$ref": "#/$defs/N"}));
    let tree = |fan: usize| {
        let members: Map<_, _> =
            (0..fan).map(member).chain([("v".to_owned(), json!({"type": "string"}))]).collect();
        json!({"type": "object", "properties": {"a": {"$ref": "#/$defs/N"}},
            "$defs": {"N": {"type": "object", "properties": members}}})
    };
    for (fan, levels) in [(2, 3), (9, 2), (90, 1)] {
        let (shown, told) = written(&tree(fan));
        assert!(
            told.iter().all(|(_, _, pointer)| pointer.matches("/properties").count() == levels + 1),
            "{told:?}"
        );
        assert_eq!(told.len(), fan.pow(u32::try_from(levels).expect("small")));
        assert!(shown.to_string().len() < 20_000, "{fan}: {}", shown.to_string().len());
    }
}

/// A tool whose argument is the first of definitions that all refer to one another, and how each refers to the next.
fn clique(count: usize, definition: impl Fn(usize, &dyn Fn(usize) -> Value) -> Value) -> Value {
    let led = |j: usize| json!({"$ref": format!("#/$defs/D{j}")});
    let definitions: Map<_, _> = (0..count).map(|i| (format!("D{i}"), definition(i, &led))).collect();
    json!({"type": "object", "properties": {"a": {"$ref": "#/$defs/D0"}}, "$defs": definitions})
}

fn values(value: &Value) -> usize {
    1 + match value {
        Value::Object(map) => map.values().map(values).sum(),
        Value::Array(items) => items.iter().map(values).sum(),
        _ => 0,
    }
}

#[test]
fn definitions_that_contain_one_another_are_written_out_as_far_as_a_model_can_pay_for() {
    let object = |members: Map<String, Value>| json!({"type": "object", "properties": members});
    for count in [2, 6, 40] {
        let members = |of: &dyn Fn(usize) -> Value| (0..count).map(|j| (format!("p{j}"), of(j))).collect();
        for (what, schema) in [
            ("properties", clique(count, |_, led| object(members(led)))),
            (
                "lists",
                clique(count, |_, led| object(members(&|j| json!({"type": "array", "items": led(j)})))),
            ),
            (
                "parts",
                clique(count, |_, led| {
                    object(members(&|j| json!({"allOf": [led(j), {"minProperties": 1, "type": "object"}]})))
                }),
            ),
            (
                "required properties",
                clique(count, |_, led| {
                    let names: Vec<_> = (0..count).map(|j| format!("p{j}")).collect();
                    json!({"type": "object", "properties": members(led), "required": names})
                }),
            ),
            (
                "branches",
                clique(count, |_, led| {
                    let branches = (0..count).map(led).chain([json!({"type": "string"})]);
                    json!({"anyOf": branches.collect::<Vec<_>>()})
                }),
            ),
            (
                "tagged branches",
                clique(count, |_, led| {
                    let branch = |j: usize| {
                        json!({"type": "object", "properties": {"k": {"const": j}, "n": led(j)},
                        "required": ["k"]})
                    };
                    json!({"oneOf": (0..count).map(branch).collect::<Vec<_>>()})
                }),
            ),
        ] {
            let (shown, told) = written(&schema);
            assert!(shown["properties"].get("a").is_some(), "{what} {count}: {shown}");
            assert!(!told.is_empty(), "{what} {count}");
            assert!(values(&shown) + told.len() < 25_000, "{what} {count}: {}", values(&shown));
            assert_eq!(form().restore(&schema, json!({"a": {"x": "5"}}), false), json!({"a": {"x": "5"}}));
        }
    }
}

#[test]
fn a_circle_of_a_thousand_definitions_is_written_out() {
    for due in [json!([]), json!(["n"])] {
        let schema = clique(1_000, |i, led| {
            json!({"type": "object", "properties": {"n": led((i + 1) % 1_000), "s": {"type": "string"}},
                "required": due})
        });
        let (shown, told) = written(&schema);
        assert_eq!(shown["properties"]["a"]["properties"]["s"]["type"], "string");
        assert_eq!(told[0].2.matches("/n").count(), 4, "{told:?}");
    }
}

#[test]
fn a_list_of_lists_of_itself_holds_strings_of_json_where_it_ends() {
    let list = json!({"type": "array", "items": {"$ref": "#/$defs/N"}});
    let schema = json!({"type": "object", "properties": {"a": {"$ref": "#/$defs/N"}}, "$defs": {"N": list}});
    let end = "/properties/a/items/items/items";
    assert_eq!(written(&schema).1, [text(end), any_text(end)]);
    let own = json!({"a": [[[[[]]], []]]});
    let sent = form().rename_for_model(&schema, own.clone(), false);
    assert_eq!(sent, json!({"a": [[["[[]]"], []]]}));
    assert_eq!(form().restore(&schema, sent, false), own);
}

#[test]
fn what_a_string_of_json_says_in_its_description_is_told() {
    let schema = json!({"type": "object", "properties": {"a": {"not": {"const": 7}, "description": "d"},
        "e": {"enum": ["x", 1]}}});
    let (shown, told) = form().schema(schema, false).expect("can be written");
    assert_eq!(
        shown["properties"]["a"]["description"],
        "d\n(not: {\"const\":7})\n(any value, written as JSON text)"
    );
    let told: Vec<_> = told.iter().map(|one| (one.code, one.pointer.as_str())).collect();
    for expected in [("KEYWORD_TO_HINT", "/properties/a/not"), ("ENUM_TO_HINT", "/properties/e")] {
        assert!(told.contains(&expected), "{told:?}");
    }
}

#[test]
fn an_untyped_schema_is_a_string_that_holds_json_and_its_value_comes_back() {
    let object = |property: Value| json!({"type": "object", "properties": {"a": property}});
    let union = json!({"anyOf": [{"type": "integer"}, {"description": "or what you like"}]});
    let untyped = vec![text("/properties/a")];
    let widened = vec![text("/properties/a"), any_text("/properties/a")];
    for (schema, told) in [
        (object(json!({})), untyped.clone()),
        (object(json!(true)), untyped.clone()),
        (object(json!({"description": "what you like"})), untyped.clone()),
        (
            json!({"type": "object", "properties": {"a": {"$ref": "#/$defs/Any"}}, "$defs": {"Any": {}}}),
            untyped,
        ),
        (object(json!({"not": {"const": 7}})), widened.clone()),
        (object(json!({"enum": ["a", 5, true, null, [1], {"b": 1}, "5", "true", 1.5]})), widened.clone()),
        (object(union), widened),
    ] {
        let (shown, own) = written(&schema);
        assert_eq!(own, told, "{schema}");
        assert_eq!(shown["properties"]["a"]["type"], "string", "{shown}");
        for value in [
            json!("a"),
            json!(5),
            json!(true),
            json!(null),
            json!([1]),
            json!({"b": 1}),
            json!("5"),
            json!("true"),
            json!(1.5),
        ] {
            let value = json!({"a": value});
            let sent = form().rename_for_model(&schema, value.clone(), false);
            assert!(sent["a"].is_string(), "{sent}");
            assert_eq!(form().restore(&schema, sent, false), value, "{schema}");
        }
    }
}

#[test]
fn a_string_that_is_no_json_stays_one_and_a_value_that_is_no_string_stays_it() {
    let schema = json!({"type": "object", "properties": {"a": {}}});
    for (sent, own) in [
        (json!("plain words"), json!("plain words")),
        (json!("{\"open\": "), json!("{\"open\": ")),
        (json!(""), json!("")),
        (json!("1 2"), json!("1 2")),
        (json!("1e999"), json!("1e999")),
        (json!("[1e999]"), json!("[1e999]")),
        (json!("123456789012345678901234567890"), json!("123456789012345678901234567890")),
        (json!("18446744073709551615"), json!(u64::MAX)),
        (json!("[".repeat(100_000)), json!("[".repeat(100_000))),
        (json!("[".repeat(200) + &"]".repeat(200)), json!("[".repeat(200) + &"]".repeat(200))),
        (json!("{\"__proto__\": {\"x\": 1}, \"a\": 1, \"a\": 2}"), json!({"__proto__": {"x": 1}, "a": 2})),
        (json!(" {\"b\": [1, null]} "), json!({"b": [1, null]})),
        (json!({"b": "1"}), json!({"b": "1"})),
        (json!(7), json!(7)),
    ] {
        assert_eq!(form().restore(&schema, json!({"a": sent}), false), json!({"a": own}), "{sent}");
    }
}

#[test]
fn a_string_in_a_place_that_has_a_type_is_never_parsed() {
    let schema = json!({
        "type": "object",
        "properties": {
            "id": {"type": "string"}, "any": {}, "list": {"type": "array", "items": {"type": "string"}},
            "u": {"anyOf": [{"type": "object", "properties": {"k": {"const": "a"}, "x": {}}, "required": ["k"]},
                {"type": "object", "properties": {"k": {"const": "b"}, "x": {"type": "string"}}, "required": ["k"]}]}
        },
        "additionalProperties": {"type": "string"}
    });
    let sent = json!({"id": "5", "any": "5", "list": ["5"], "u": {"k": "b", "x": "5"}, "other": "5"});
    let own = json!({"id": "5", "any": 5, "list": ["5"], "u": {"k": "b", "x": "5"}, "other": "5"});
    assert_eq!(form().restore(&schema, sent, false), own);
    let (sent, own) = (json!({"u": {"k": "a", "x": "5"}}), json!({"u": {"k": "a", "x": 5}}));
    assert_eq!(form().restore(&schema, sent, false), own);
}

#[test]
fn a_schema_that_speaks_of_properties_is_an_object_and_a_list_without_items_one_of_json() {
    for (schema, kind) in [
        (
            json!({"properties": {"b": {"type": "string"}}}),
            json!({"type": "object", "properties": {"b": {"type": "string"}}}),
        ),
        (json!({"additionalProperties": {}}), json!({"type": "object"})),
        (
            json!({"type": "array"}),
            json!({"type": "array", "items": {"type": "string", "description": "(any value, written as JSON text)"}}),
        ),
    ] {
        let (shown, _) = written(&json!({"type": "object", "properties": {"a": schema}}));
        assert_eq!(shown["properties"]["a"], kind);
    }
}

#[test]
fn what_goes_deeper_than_a_schema_is_written_out_comes_back_from_a_string_that_holds_json() {
    let schema = json!({
        "type": "object", "properties": {"a": {"$ref": "#/$defs/N"}},
        "$defs": {"N": {"type": "object", "properties": {"v": {"type": "string"},
            "2nd": {"type": "array", "items": {"$ref": "#/$defs/N"}}}, "required": ["v", "2nd"]}}
    });
    let node = |below: Vec<Value>| json!({"v": "5", "2nd": below});
    let own = json!({"a": node(vec![node(vec![node(vec![node(vec![node(vec![])])])])])});
    let sent = form().rename_for_model(&schema, own.clone(), false);
    let told = sent.pointer("/a/_2nd/0/_2nd/0/_2nd").and_then(Value::as_str);
    assert!(told.is_some_and(|told| told.starts_with('[')), "{sent}");
    assert_eq!(form().restore(&schema, sent, false), own);
}
