//! Schemas with names of their own, and the names of definitions.

use serde_json::{Value, json};
use toolrack_core::spec::SpecSource;

use crate::support::stage::{Scene, api, skipped, tree};

/// A document of 3.1 in YAML's brackets, with an operation for each reference.
async fn loaded(scene: &Scene, references: &[(&str, &str)], rest: &str) -> Vec<(String, String)> {
    let text = api(references).replacen('{', &format!("{{{rest},"), 1);
    let report = scene.load_text(text).await.expect("loads");
    report.skipped.into_iter().map(|one| (one.operation_id.unwrap_or_default(), one.reason)).collect()
}

/// The titles of the definitions that a tool has.
fn titles(scene: &Scene, tool: &str) -> Vec<String> {
    let schema = scene.schema(tool);
    let defs = schema["$defs"].as_object().into_iter().flat_map(serde_json::Map::values);
    defs.filter_map(|definition| definition["title"].as_str()).map(str::to_owned).collect()
}

#[tokio::test]
async fn a_schema_with_an_id_is_a_document_of_its_own() {
    let scene = Scene::new();
    let skipped = loaded(
        &scene,
        &[
            ("by_id", "https://example.com/schemas/pet"),
            ("inside", "https://example.com/schemas/pet#/$defs/Tag"),
            ("relative", "https://example.com/schemas/shop"),
            ("anchor", "https://example.com/schemas/pet#tag"),
            ("components", "#/components/schemas/Pet"),
        ],
        r##""components": {"schemas": {
            "Pet": {"$id": "https://example.com/schemas/pet", "title": "pet",
                "properties": {"tag": {"$ref": "#/$defs/Tag"}, "shop": {"$ref": "shop"},
                "owner": {"$ref": "#/components/schemas/Owner"}},
                "$defs": {"Tag": {"$anchor": "tag", "title": "tag of pet"}}},
            "Shop": {"$id": "https://example.com/schemas/shop", "title": "shop",
                "properties": {"tag": {"$ref": "#/$defs/Tag"}, "same": {"$ref": "#tag"}, "whole": {"$ref": "#"}},
                "$defs": {"Tag": {"$anchor": "tag", "title": "tag of shop"}}},
            "Owner": {"title": "owner"}}}"##,
    )
    .await;
    assert_eq!(skipped, []);
    let all = ["pet", "tag of pet", "shop", "owner", "tag of shop"];
    assert_eq!(titles(&scene, "by_id"), all);
    assert_eq!(titles(&scene, "components"), all);
    assert_eq!(titles(&scene, "inside"), ["tag of pet"]);
    assert_eq!(titles(&scene, "anchor"), ["tag of pet"]);
    // One pointer, two schemas: each means that of the document it stands in.
    assert_eq!(titles(&scene, "relative"), ["shop", "tag of shop"]);
    let shop = &scene.schema("relative")["$defs"]["Shop"]["properties"];
    assert_eq!([&shop["whole"], &shop["same"]], [&json!({"$ref": "#/$defs/Shop"}), &shop["tag"]]);
}

#[tokio::test]
async fn schemas_bundled_into_a_file_are_found_by_their_ids_and_nobody_is_asked_for_them() {
    let folder = tree(&[
        (
            "openapi.json",
            &api(&[("order", "bundle.json"), ("line", "urn:example:line"), ("no", "urn:example:no")]),
        ),
        (
            "bundle.json",
            r##"{"$id": "https://example.com/order", "title": "order", "properties": {
                "line": {"$ref": "line"}, "urn": {"$ref": "urn:example:line"}, "own": {"$ref": "#/$defs/x"}},
                "$defs": {"x": {"$id": "line", "title": "line", "properties": {"order": {"$ref": "order#/title"}}},
                    "y": {"$id": "urn:example:line", "title": "urn"}}}"##,
        ),
    ]);
    let scene = Scene::new();
    let place = SpecSource::Path(folder.path().join("openapi.json"));
    let report =
        scene.load(place, json!({"network": {"references": {"internet": false}}})).await.expect("loads");
    assert_eq!(skipped(&report), [("no".to_owned(), "SOURCE_FORBIDDEN")]);
    assert_eq!(titles(&scene, "order"), ["order", "line", "urn"]);
    assert_eq!(titles(&scene, "line"), ["urn"]);
}

#[tokio::test]
async fn an_anchor_is_a_name_within_its_document() {
    let scene = Scene::new();
    let skipped = loaded(
        &scene,
        &[("one", "#one"), ("draft_7", "#seven"), ("dynamic", "#three"), ("none", "#nothing")],
        r##""components": {"schemas": {"A": {"$anchor": "one", "title": "one"},
            "B": {"$id": "#seven", "title": "seven"},
            "C": {"$dynamicAnchor": "three", "$anchor": "three", "title": "three"}}}"##,
    )
    .await;
    assert_eq!(skipped, []);
    let found = ["one", "draft_7", "dynamic", "none"].map(|tool| titles(&scene, tool).concat());
    assert_eq!(found, ["one", "seven", "three", ""]);
    assert_eq!(scene.schema("none")["properties"]["it"], json!({}));
}

#[tokio::test]
async fn a_dynamic_reference_is_one_where_it_can_mean_one_schema_alone() {
    let tree_of = |more: &str| {
        format!(
            r##""components": {{"schemas": {{"Tree": {{"$dynamicAnchor": "node",
                "properties": {{"kids": {{"items": {{"$dynamicRef": "#node"}}}}}}}},
                "Plain": {{"items": {{"$dynamicRef": "#/components/schemas/Tree"}}}}{more}}}}}"##
        )
    };
    let references = [("tree", "#/components/schemas/Tree"), ("plain", "#/components/schemas/Plain")];
    let scene = Scene::new();
    assert_eq!(loaded(&scene, &references, &tree_of("")).await, []);
    let tree = json!({"properties": {"kids": {"items": {"$ref": "#/$defs/Tree"}}}});
    assert_eq!(scene.schema("tree")["$defs"], json!({"Tree": tree}));
    assert_eq!(scene.schema("plain")["$defs"]["Plain"], json!({"items": {"$ref": "#/$defs/Tree"}}));
    let scene = Scene::new();
    let skipped = loaded(&scene, &references, &tree_of(r#", "Strict": {"$dynamicAnchor": "node"}"#)).await;
    assert_eq!(skipped.len(), 2);
    assert!(skipped[0].1.contains("has more than one possible target"), "{skipped:?}");
    let scene = Scene::new();
    let recursive =
        r##""components": {"schemas": {"Tree": {"items": {"$recursiveRef": "#"}}, "Plain": {}}}"##;
    let skipped = loaded(&scene, &references, recursive).await;
    assert_eq!(skipped.iter().map(|(id, _)| id.as_str()).collect::<Vec<_>>(), ["tree"]);
}

#[tokio::test]
async fn a_dynamic_reference_reads_the_file_that_it_leads_to() {
    let folder = tree(&[
        (
            "openapi.json",
            &api(&[("list", "#/components/schemas/List")]).replacen(
                '{',
                r#"{"components": {"schemas": {
            "List": {"items": {"$dynamicRef": "item.json#item"}}}},"#,
                1,
            ),
        ),
        ("item.json", r#"{"$defs": {"x": {"$dynamicAnchor": "item", "title": "item"}}}"#),
    ]);
    let scene = Scene::new();
    assert_eq!(scene.load_file(folder.path().join("openapi.json")).await.expect("loads").skipped, []);
    assert_eq!(titles(&scene, "list"), ["item"]);
}

#[tokio::test]
async fn a_document_says_by_self_where_its_references_start() {
    let with_self = |own: &str, references: &[(&str, &str)]| {
        api(references).replacen('{', &format!("{{\"$self\": \"{own}\","), 1).replace("3.1.1", "3.2.0")
    };
    let folder = tree(&[
        (
            "api/v2/openapi.json",
            &with_self("../openapi.json", &[("near", "pet.yaml"), ("own", "openapi.json#/x")]),
        ),
        ("api/pet.yaml", "title: above"),
        ("api/v2/pet.yaml", "title: beside"),
    ]);
    let scene = Scene::new();
    let place = SpecSource::Path(folder.path().join("api/v2/openapi.json"));
    let report =
        scene.load(place, json!({"network": {"references": {"outsideFolder": true}}})).await.expect("loads");
    assert_eq!(titles(&scene, "near"), ["above"]);
    assert_eq!((super::opened(&report), skipped(&report)), (vec!["own"], vec![]));
    // A text has an address by it, and what it says of itself is believed of nobody else.
    let own = "https://example.com/api/openapi.json";
    let references = [("whole", "https://example.com/api/openapi.json#/info"), ("near", "pet.yaml")];
    let text = with_self(own, &references).replacen('{', r#"{"info": {"title": "Case", "version": "1"},"#, 1);
    let options = json!({"name": "api", "network": {"references": {"internet": false}}});
    let report = Scene::new().load(SpecSource::Text(text.into()), options).await.expect("loads");
    assert_eq!(report.added, ["whole"]);
    assert_eq!(skipped(&report), [("near".to_owned(), "SOURCE_FORBIDDEN")]);
}

#[tokio::test]
async fn a_file_cannot_take_the_place_of_another() {
    let folder = tree(&[("openapi.json", "{}"), ("good.yaml", "title: good")]);
    let good = url::Url::from_file_path(folder.path().join("good.yaml")).expect("absolute");
    let evil = format!(
        "{{openapi: 3.2.0, $self: '{good}', components: {{schemas: {{A: {{$id: '{good}', title: evil}}}}}}}}"
    );
    let path = folder.path().join("openapi.json");
    std::fs::write(folder.path().join("evil.yaml"), evil).expect("a file");
    std::fs::write(&path, api(&[("evil", "evil.yaml#/components/schemas/A"), ("good", "good.yaml")]))
        .expect("a file");
    let scene = Scene::new();
    assert_eq!(scene.load_file(path).await.expect("loads").skipped, []);
    assert_eq!([titles(&scene, "evil"), titles(&scene, "good")], [["evil"], ["good"]]);
}

#[tokio::test]
async fn definitions_of_other_files_are_named_by_their_paths_whatever_came_first() {
    let files =
        ["pets/schema.yaml", "shops/schema.yaml", "pets.yaml#/Pet", "sub/pets.json#/Pet", "a%20b.yaml"];
    let mut shown = Vec::new();
    for turn in 0..2 {
        let mut references: Vec<_> = files.iter().map(|file| (*file, *file)).collect();
        if turn == 1 {
            references.reverse();
        }
        let folder = tree(&[
            ("openapi.json", &api(&references)),
            ("pets/schema.yaml", "type: string"),
            ("shops/schema.yaml", "type: integer"),
            ("pets.yaml", "Pet: {type: boolean}"),
            ("sub/pets.json", r#"{"Pet": {"type": "null"}}"#),
            ("a b.yaml", "type: number"),
        ]);
        let scene = Scene::new();
        let report = scene.load_file(folder.path().join("openapi.json")).await.expect("loads");
        let mut own: Vec<Value> =
            report.added.iter().map(|tool| scene.schema(tool)["$defs"].clone()).collect();
        own.sort_by_key(Value::to_string);
        shown.push(own);
    }
    assert_eq!(shown[0], shown[1]);
    assert_eq!(
        shown[0],
        [
            json!({"a_25_20b": {"type": "number"}}),
            json!({"pets.Pet": {"type": "boolean"}}),
            json!({"pets.schema": {"type": "string"}}),
            json!({"shops.schema": {"type": "integer"}}),
            json!({"sub.pets.Pet": {"type": "null"}}),
        ]
    );
}

#[tokio::test]
async fn two_places_of_one_name_stay_two_definitions() {
    let folder = tree(&[
        (
            "openapi.json",
            &api(&[("a", "x.yaml#/y"), ("b", "x/y.yaml"), ("c", "#/components/schemas/x.y")]).replacen(
                '{',
                r#"{"components": {"schemas": {"x.y": {"title": "own"}}},"#,
                1,
            ),
        ),
        ("x.yaml", "y: {title: x, items: {$ref: x/y.yaml}}"),
        ("x/y.yaml", "title: y"),
    ]);
    let scene = Scene::new();
    scene.load_file(folder.path().join("openapi.json")).await.expect("loads");
    assert_eq!(titles(&scene, "a"), ["x", "y"]);
    assert_eq!([titles(&scene, "b"), titles(&scene, "c")], [["y"], ["own"]]);
}
