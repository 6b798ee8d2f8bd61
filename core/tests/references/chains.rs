//! Long chains, circles and fan-out: what they cost.

use std::time::{Duration, Instant};

use serde_json::{Map, Value, json};
use toolrack_core::loader::LoadReport;
use toolrack_core::spec::SpecSource;

use crate::support::stage::{Scene, api, skipped};

/// What takes longer was not bounded: a debug build on a busy machine takes a tenth of it.
const SOON: Duration = Duration::from_secs(20);

/// The document of [`api`] with schemas under its components.
fn with_schemas(references: &[(&str, &str)], schemas: &Map<String, Value>) -> String {
    let mut document: Value = serde_json::from_str(&api(references)).expect("JSON");
    document["components"] = json!({"schemas": schemas});
    document.to_string()
}

fn to(name: impl std::fmt::Display) -> Value {
    json!({"$ref": format!("#/components/schemas/{name}")})
}

#[tokio::test]
async fn a_chain_of_20_000_references_leads_to_its_end() {
    let mut schemas: Map<_, _> = (0..20_000).map(|n| (format!("S{n}"), to(format!("S{}", n + 1)))).collect();
    schemas.insert("S20000".to_owned(), json!({"type": "string"}));
    let (scene, start) = (Scene::new(), Instant::now());
    let report = scene.load_text(with_schemas(&[("a", "#/components/schemas/S0")], &schemas)).await;
    assert_eq!(report.expect("loads").skipped, []);
    assert_eq!(scene.schema("a")["$defs"], json!({"S20000": {"type": "string"}}));
    assert!(start.elapsed() < SOON, "{:?}", start.elapsed());
}

#[tokio::test]
async fn a_long_chain_is_walked_once_by_all_who_enter_it() {
    for (end, opened) in [(json!({"type": "string"}), 0), (to("S0"), 3_000), (to("Nothing"), 3_000)] {
        let mut schemas: Map<_, _> =
            (0..3_000).map(|n| (format!("S{n}"), to(format!("S{}", n + 1)))).collect();
        schemas.insert("S3000".to_owned(), end);
        let ids: Vec<_> =
            (0..3_000).map(|n| (format!("o{n}"), format!("#/components/schemas/S{n}"))).collect();
        let references: Vec<_> =
            ids.iter().map(|(id, reference)| (id.as_str(), reference.as_str())).collect();
        let start = Instant::now();
        let report = Scene::new().load_text(with_schemas(&references, &schemas)).await.expect("loads");
        assert_eq!((report.skipped.len(), report.notes.len()), (0, opened));
        assert!(start.elapsed() < SOON, "{:?}", start.elapsed());
    }
}

#[tokio::test]
async fn references_that_are_nothing_but_a_circle_open_their_property() {
    let mut schemas = Map::new();
    for (from, next) in [("A", "B"), ("B", "A"), ("Self", "Self"), ("In", "A")] {
        schemas.insert(from.to_owned(), to(next));
    }
    schemas.insert("Fine".to_owned(), json!({"items": to("Fine")}));
    let ids = ["A", "B", "Self", "In", "Fine"];
    let references = ids.map(|id| (id, format!("#/components/schemas/{id}")));
    let references: Vec<_> = references.iter().map(|(id, reference)| (*id, reference.as_str())).collect();
    let scene = Scene::new();
    let report = scene.load_text(with_schemas(&references, &schemas)).await.expect("loads");
    assert_eq!((report.added.len(), skipped(&report)), (5, vec![]));
    assert_eq!(super::opened(&report), ["A", "B", "In", "Self"]);
    assert!(
        report.notes.iter().all(|one| one.note.message.contains("leads back to itself")),
        "{:?}",
        report.notes
    );
    assert_eq!(scene.schema("A")["properties"]["it"], json!({}));
}

/// `depth` layers of schemas, each with `width` references to the next: written out they are `width` to the power of
/// `depth`.
fn fan(depth: usize, width: usize) -> Map<String, Value> {
    let layer = |n: usize| {
        let properties: Map<_, _> =
            (0..width).map(|w| (format!("p{w}"), to(format!("L{}", n + 1)))).collect();
        (format!("L{n}"), json!({"type": "object", "properties": properties, "required": ["p0"]}))
    };
    let end = (format!("L{depth}"), json!({"type": "string"}));
    (0..depth).map(layer).chain([end]).collect()
}

#[tokio::test]
async fn fan_out_stays_definitions_and_each_tool_carries_those_it_reaches() {
    for (depth, width) in [(30, 2), (12, 3)] {
        let references: Vec<_> =
            (0..=depth).map(|n| (format!("o{n}"), format!("#/components/schemas/L{n}"))).collect();
        let references: Vec<_> = references.iter().map(|(id, to)| (id.as_str(), to.as_str())).collect();
        let (scene, start) = (Scene::new(), Instant::now());
        let report = scene.load_text(with_schemas(&references, &fan(depth, width))).await.expect("loads");
        assert_eq!(report.skipped, []);
        for n in 0..=depth {
            let schema = scene.schema(&format!("o{n}"));
            let names: Vec<_> = schema["$defs"].as_object().expect("definitions").keys().cloned().collect();
            assert_eq!(names, (n..=depth).map(|n| format!("L{n}")).collect::<Vec<_>>());
        }
        assert!(start.elapsed() < SOON, "{:?}", start.elapsed());
        assert!(scene.face().len() < 1_000_000);
    }
}

#[tokio::test]
async fn fan_out_below_a_discriminator_is_bounded() {
    let mut schemas: Map<_, _> =
        (0..10).map(|n| (format!("A{n}"), json!({"allOf": vec![to(format!("A{}", n + 1)); 50]}))).collect();
    schemas.insert("A10".to_owned(), json!({"type": "object"}));
    let union = json!({"oneOf": vec![to("A0"); 50], "discriminator": {"propertyName": "kind"}});
    schemas.insert("Union".to_owned(), union);
    let start = Instant::now();
    let report = Scene::new().load_text(with_schemas(&[("a", "#/components/schemas/Union")], &schemas)).await;
    assert_eq!(skipped(&report.expect("loads")), [("a".to_owned(), "LIMIT_EXCEEDED")]);
    assert!(start.elapsed() < SOON, "{:?}", start.elapsed());
}

#[tokio::test]
async fn a_wide_union_with_a_long_mapping_is_read_in_time() {
    let count = 3_000;
    let mut schemas: Map<_, _> = (0..count).map(|n| (format!("B{n}"), json!({"type": "object"}))).collect();
    let mapping: Map<_, _> =
        (0..count).map(|n| (format!("v{n}"), json!(format!("#/components/schemas/B{n}")))).collect();
    let branches: Vec<_> = (0..count).map(|n| to(format!("B{n}"))).collect();
    let discriminator = json!({"propertyName": "kind", "mapping": mapping});
    schemas.insert("Union".to_owned(), json!({"oneOf": branches, "discriminator": discriminator}));
    let (scene, start) = (Scene::new(), Instant::now());
    let report = scene.load_text(with_schemas(&[("a", "#/components/schemas/Union")], &schemas)).await;
    assert_eq!(report.expect("loads").skipped, []);
    let union = &scene.schema("a")["$defs"]["Union"]["oneOf"];
    assert_eq!(union[7]["properties"], json!({"kind": {"const": "v7"}}));
    assert!(start.elapsed() < SOON, "{:?}", start.elapsed());
}

#[tokio::test]
async fn a_schema_that_is_part_of_itself_stays_a_definition() {
    let mut schemas = Map::new();
    let all = json!({"allOf": [to("All"), {"properties": {"more": to("All")}}]});
    schemas.insert("All".to_owned(), all);
    schemas.insert("Any".to_owned(), json!({"anyOf": [to("Any"), {"type": "string"}]}));
    let references = [("all", "#/components/schemas/All"), ("any", "#/components/schemas/Any")];
    let scene = Scene::new();
    let report = scene.load_text(with_schemas(&references, &schemas)).await.expect("loads");
    assert_eq!(report.skipped, []);
    assert_eq!(scene.schema("all")["$defs"]["All"]["allOf"][0], json!({"$ref": "#/$defs/All"}));
    assert_eq!(scene.schema("any")["$defs"]["Any"]["anyOf"][0], json!({"$ref": "#/$defs/Any"}));
}

/// A document with the operations `heavy`, whose body is the first schema, and `light`, which has none of them.
async fn weighed(scene: &Scene, mut schemas: Map<String, Value>) -> LoadReport {
    schemas.insert("Light".to_owned(), json!({"type": "string"}));
    let first = format!("#/components/schemas/{}", schemas.keys().next().expect("one"));
    let start = Instant::now();
    let references = [("heavy", first.as_str()), ("light", "#/components/schemas/Light")];
    let report = scene.load_text(with_schemas(&references, &schemas)).await.expect("loads");
    assert!(start.elapsed() < SOON, "{:?}", start.elapsed());
    report
}

#[tokio::test]
async fn a_schema_that_no_validator_would_come_through_costs_its_tool() {
    let all = |to: Vec<Value>| json!({"allOf": to});
    let row = |count: usize, schema: &dyn Fn(Value) -> Value| -> Map<_, _> {
        (0..count).map(|n| (format!("L{n}"), schema(to(format!("L{}", (n + 1) % count))))).collect()
    };
    let nullable = |n: usize| {
        (0..n).fold(json!({"type": "string"}), |held, _| json!({"nullable": true, "allOf": [held]}))
    };
    let cases: [(&str, Map<String, Value>, &str); 5] = [
        ("a row that overflows the stack", row(5_000, &|next| all(vec![next])), "depth of the schemas"),
        ("2 to the power of 30", row(31, &|next| all(vec![next.clone(), next])), "number of schemas"),
        (
            "2 to the power of 30, of other words",
            row(31, &|next| json!({"if": next, "then": next})),
            "number of schemas",
        ),
        (
            "each refers to each",
            (0..12).map(|n| (format!("L{n}"), all((0..12).map(|m| to(format!("L{m}"))).collect()))).collect(),
            "number of schemas",
        ),
        ("deeper than it was", [("L0".to_owned(), nullable(50))].into_iter().collect(), "schema depth"),
    ];
    for (what, schemas, reason) in cases {
        let scene = Scene::new();
        let report = weighed(&scene, schemas).await;
        assert_eq!(report.added, ["light"], "{what}");
        assert_eq!(skipped(&report), [("heavy".to_owned(), "LIMIT_EXCEEDED")], "{what}");
        assert!(report.skipped[0].reason.starts_with(reason), "{what}: {}", report.skipped[0].reason);
    }
}

#[tokio::test]
async fn a_schema_that_grew_is_read_again_by_whoever_reads_json() {
    let mut loaded = 0;
    for (depth, shape) in (20..40).flat_map(|depth| [(depth, "flat"), (depth, "grouped")]) {
        let schema =
            (0..depth).fold(json!({"type": "string"}), |held, _| json!({"nullable": true, "allOf": [held]}));
        let parameters = json!([{"name": "q", "in": "query", "schema": schema}]);
        let paths = json!({"/a": {"get": {"operationId": "a", "parameters": parameters}}});
        let text = json!({"openapi": "3.0.4", "paths": paths}).to_string();
        let (scene, place) = (Scene::new(), SpecSource::Text(text.into()));
        let report =
            scene.load(place, json!({"name": "api", "document": {"arguments": shape}})).await.expect("loads");
        if report.skipped.is_empty() {
            loaded += 1;
            assert!(
                scene.schema("a")["properties"].is_object() && scene.face().contains("anyOf"),
                "{depth} {shape}"
            );
        }
    }
    assert!((10..40).contains(&loaded), "{loaded}");
}

#[tokio::test]
async fn a_parent_that_names_its_children_who_are_parts_of_it_is_no_burden() {
    let kinds: Vec<_> = (0..200).map(|n| format!("Kind{n}")).collect();
    let union: Vec<_> = kinds.iter().map(to).collect();
    let mut schemas = Map::new();
    let parent = json!({"type": "object", "oneOf": union, "discriminator": {"propertyName": "kind"}});
    schemas.insert("Parent".to_owned(), parent);
    for kind in &kinds {
        let own =
            json!({"type": "object", "properties": {"parent": to("Parent"), "own": {"type": "string"}}});
        schemas.insert(kind.clone(), json!({"allOf": [to("Parent"), own]}));
    }
    let scene = Scene::new();
    assert_eq!(weighed(&scene, schemas).await.skipped, []);
    let (snapshot, start) = (scene.registry.snapshot(), Instant::now());
    let schema = &snapshot.get("heavy").expect("is there").definition.input_schema;
    assert_eq!(schema.problems(&json!({"it": {"kind": "Kind7", "own": "x"}})), []);
    assert!(!schema.problems(&json!({"it": {"kind": "Kind7", "own": 7}})).is_empty());
    assert!(start.elapsed() < SOON, "{:?}", start.elapsed());
}

#[tokio::test]
async fn a_long_row_of_definitions_can_be_judged_by_and_shown() {
    let mut schemas: Map<_, _> = (0..3_000)
        .map(|n| {
            (format!("L{n}"), json!({"type": "object", "properties": {"next": to(format!("L{}", n + 1))}}))
        })
        .collect();
    schemas.insert("L3000".to_owned(), json!({"type": "string"}));
    let scene = Scene::new();
    assert_eq!(weighed(&scene, schemas).await.skipped, []);
    let start = Instant::now();
    assert!(scene.face().contains("L3000"));
    let snapshot = scene.registry.snapshot();
    let schema = &snapshot.get("heavy").expect("is there").definition.input_schema;
    assert_eq!(schema.problems(&json!({"it": {"next": {"next": 5}}}))[0].pointer, "/it/next/next");
    assert!(start.elapsed() < SOON, "{:?}", start.elapsed());
}

#[tokio::test]
async fn definitions_that_every_tool_carries_are_bounded_over_all_tools() {
    let count = 400;
    let wide = |n: usize| json!({"properties": {"next": to(format!("L{}", (n + 1) % count)), "a": {"type": "string"}}});
    let mut schemas: Map<_, _> = (0..count).map(|n| (format!("L{n}"), wide(n))).collect();
    schemas.insert("Light".to_owned(), json!({"type": "string"}));
    let ids: Vec<_> = (0..3_000).map(|n| format!("o{n}")).collect();
    let mut references: Vec<_> = ids.iter().map(|id| (id.as_str(), "#/components/schemas/L0")).collect();
    references.push(("light", "#/components/schemas/Light"));
    let (scene, start) = (Scene::new(), Instant::now());
    let text = with_schemas(&references, &schemas);
    let report = scene.load_text(text.clone()).await.expect("loads");
    assert!(report.added.len() > 20 && report.added.contains(&"light".to_owned()), "{}", report.added.len());
    assert!(
        report
            .skipped
            .iter()
            .all(|one| one.reason.starts_with("number of bytes in the definitions of all tools of one load"))
    );
    assert!(!report.skipped.is_empty() && start.elapsed() < SOON, "{:?}", start.elapsed());
    let options = json!({"name": "raised", "limits": {"bytes": 200 << 20}});
    let report = Scene::new().load(SpecSource::Text(text.into()), options).await.expect("loads");
    assert_eq!(report.skipped, []);
}
