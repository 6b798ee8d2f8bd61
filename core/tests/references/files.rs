//! References to other files.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};
use toolrack_core::spec::SpecSource;

use crate::support::stage::{Scene, api, skipped, tree};

#[tokio::test]
async fn a_chain_through_three_files_is_followed() {
    let folder = tree(&[
        ("openapi.json", &api(&[("pet", "./schemas/pet.yaml#/Pet")])),
        ("schemas/pet.yaml", "Pet: {type: object, properties: {owner: {$ref: owner.yaml}}}"),
        ("schemas/owner.yaml", "properties: {home: {$ref: '../common/all.json#/definitions/Home'}}"),
        ("common/all.json", r#"{"definitions": {"Home": {"type": "string"}}}"#),
    ]);
    let scene = Scene::new();
    let report = scene.load_file(folder.path().join("openapi.json")).await.expect("loads");
    assert_eq!(skipped(&report), []);
    assert_eq!(
        scene.schema("pet"),
        json!({
            "type": "object",
            "properties": {"it": {"$ref": "#/$defs/schemas.pet.Pet"}},
            "$defs": {
                "schemas.pet.Pet": {
                    "type": "object", "properties": {"owner": {"$ref": "#/$defs/schemas.owner"}}
                },
                "schemas.owner": {"properties": {"home": {"$ref": "#/$defs/common.all.Home"}}},
                "common.all.Home": {"type": "string"}
            }
        })
    );
}

/// A document in `api/`, and what stands around it.
fn walled(references: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tree(&[
        ("api/openapi.json", &api(references)),
        ("api/inside.yaml", "type: string"),
        ("api/x/y.yaml", ""),
        ("outside.yaml", "type: integer"),
        ("apis/inside.yaml", "type: integer"),
    ]);
    #[cfg(unix)]
    for (target, link) in
        [("../outside.yaml", "api/link.yaml"), ("inside.yaml", "api/near.yaml"), ("..", "api/up")]
    {
        std::os::unix::fs::symlink(target, folder.path().join(link)).expect("a link");
    }
    folder
}

#[cfg(unix)]
#[tokio::test]
async fn a_file_outside_of_the_folder_costs_those_who_refer_to_it_unless_the_caller_allows_it() {
    let outside =
        ["../outside.yaml", "x/../../outside.yaml", "link.yaml", "up/outside.yaml", "../apis/inside.yaml"];
    let encoded =
        ["%2e%2e/outside.yaml", "x%2f..%2f..%2foutside.yaml", "..%2foutside.yaml", "..\\outside.yaml"];
    for reference in outside.into_iter().chain(encoded) {
        let folder = walled(&[("near", "near.yaml"), ("far", reference)]);
        let path = folder.path().join("api/openapi.json");
        let scene = Scene::new();
        let report = scene.load_file(&path).await.expect("loads");
        assert_eq!(report.added, ["near"], "{reference}");
        assert_eq!(skipped(&report), [("far".to_owned(), "SOURCE_FORBIDDEN")], "{reference}");
        let root = folder.path().display().to_string();
        assert!(report.skipped[0].reason.contains("folder of the document"), "{}", report.skipped[0].reason);
        assert!(report.skipped[0].reason.contains(&root), "{}", report.skipped[0].reason);
        let options = json!({"network": {"references": {"outsideFolder": true}}});
        let report = scene.load(SpecSource::Path(path), options).await.expect("loads");
        assert_eq!((report.added, report.skipped), (vec!["far".to_owned()], vec![]), "{reference}");
    }
}

#[tokio::test]
async fn an_absolute_path_is_judged_like_any_other() {
    let folder = tree(&[("api/inside.yaml", "type: string"), ("outside.yaml", "type: integer")]);
    let inside = folder.path().join("api/inside.yaml");
    let outside = folder.path().join("outside.yaml");
    let url = |path: &Path| url::Url::from_file_path(path).expect("absolute").to_string();
    let references = api(&[
        ("in_path", &inside.display().to_string()),
        ("in_url", &url(&inside)),
        ("out_path", &outside.display().to_string()),
        ("out_url", &url(&outside)),
        ("passwd", "file:///etc/passwd"),
        ("host", "file://evil.example/etc/passwd"),
        ("net", "//evil.example/share/x.yaml"),
        ("scheme", "ftp://evil.example/x.yaml"),
    ]);
    let path = folder.path().join("api/openapi.json");
    fs::write(&path, references).expect("a file");
    let report = Scene::new().load_file(path).await.expect("loads");
    assert_eq!(report.added, ["in_path", "in_url"]);
    let forbidden = ["host", "net", "out_path", "out_url", "passwd", "scheme"];
    assert_eq!(skipped(&report), forbidden.map(|id| (id.to_owned(), "SOURCE_FORBIDDEN")));
}

#[tokio::test]
async fn a_document_named_by_a_path_that_climbs_finds_its_files() {
    let folder = tree(&[
        ("api/openapi.json", &api(&[("pet", "schemas/pet.yaml")])),
        ("api/schemas/pet.yaml", "type: string"),
        ("work/x", ""),
    ]);
    for path in ["work/../api/openapi.json", "api/./openapi.json", "api/schemas/../openapi.json"] {
        let scene = Scene::new();
        let report = scene.load_file(folder.path().join(path)).await.expect("loads");
        assert_eq!((report.added, report.skipped), (vec!["pet".to_owned()], vec![]), "{path}");
    }
}

#[cfg(unix)]
#[tokio::test]
async fn a_document_behind_links_finds_its_files() {
    // As Kubernetes mounts a config map.
    let folder =
        tree(&[("..2024/openapi.json", &api(&[("pet", "pet.yaml")])), ("..2024/pet.yaml", "type: string")]);
    for (target, link) in
        [("..2024", "..data"), ("..data/openapi.json", "openapi.json"), ("..data/pet.yaml", "pet.yaml")]
    {
        std::os::unix::fs::symlink(target, folder.path().join(link)).expect("a link");
    }
    let report = Scene::new().load_file(folder.path().join("openapi.json")).await.expect("loads");
    assert_eq!((report.added, report.skipped), (vec!["pet".to_owned()], vec![]));
}

#[tokio::test]
async fn files_that_refer_to_each_other_are_read_once_each() {
    let folder = tree(&[
        ("openapi.json", &api(&[("a", "a.yaml#/A")])),
        ("a.yaml", "A: {properties: {b: {$ref: 'b.yaml#/B'}}}"),
        ("b.yaml", "B: {properties: {a: {$ref: 'a.yaml#/A'}, own: {$ref: '#/B'}}}"),
    ]);
    let scene = Scene::new();
    let options = json!({"limits": {"documents": 2}});
    let place = SpecSource::Path(folder.path().join("openapi.json"));
    assert_eq!(scene.load(place, options).await.expect("loads").skipped, []);
    assert_eq!(
        scene.schema("a")["$defs"],
        json!({
            "a.A": {"properties": {"b": {"$ref": "#/$defs/b.B"}}},
            "b.B": {"properties": {"a": {"$ref": "#/$defs/a.A"}, "own": {"$ref": "#/$defs/b.B"}}}
        })
    );
}

#[tokio::test]
async fn a_file_is_read_once_however_its_path_is_spelled() {
    let spellings = [
        "schemas/pet.yaml",
        "./schemas/pet.yaml",
        "schemas/./pet.yaml",
        "schemas/../schemas/pet.yaml",
        "schemas//pet.yaml",
        "schemas/%70et.yaml",
        "schemas/pet%2Eyaml",
        "schemas/pet.yaml?v=2",
    ];
    let references: Vec<_> = spellings.iter().map(|spelling| (*spelling, *spelling)).collect();
    let folder = tree(&[("openapi.json", &api(&references)), ("schemas/pet.yaml", "type: string")]);
    let scene = Scene::new();
    let place = SpecSource::Path(folder.path().join("openapi.json"));
    let report = scene.load(place, json!({"limits": {"documents": 1}})).await.expect("loads");
    assert_eq!((report.added.len(), report.skipped), (spellings.len(), vec![]));
    for tool in &report.added {
        assert_eq!(scene.schema(tool)["$defs"], json!({"schemas.pet": {"type": "string"}}), "{tool}");
    }
}

#[tokio::test]
async fn a_whole_file_is_a_schema_that_may_refer_to_itself() {
    let folder = tree(&[
        ("openapi.json", &api(&[("tree", "tree.json"), ("hash", "tree.json#")])),
        ("tree.json", r##"{"type": "object", "properties": {"children": {"items": {"$ref": "#"}}}}"##),
    ]);
    let scene = Scene::new();
    assert_eq!(scene.load_file(folder.path().join("openapi.json")).await.expect("loads").skipped, []);
    let expected = json!({
        "tree": {"type": "object", "properties": {"children": {"items": {"$ref": "#/$defs/tree"}}}}
    });
    assert_eq!([&scene.schema("tree")["$defs"], &scene.schema("hash")["$defs"]], [&expected, &expected]);
}

#[tokio::test]
async fn fragments_are_json_pointers_behind_percent_encoding() {
    let file = "{a/b: {title: slash}, m~n: {title: tilde}, 50%: {title: percent}, a: {b: {title: nested}},
        x y: {title: space}, '': {title: empty}, list: [{title: zero}, {title: one}], ~1: {title: odd}}";
    let cases = [
        ("/a~1b", "slash"),
        ("/m~0n", "tilde"),
        ("/50%25", "percent"),
        ("/50%", "percent"),
        ("/a%2Fb", "nested"),
        ("/a%7E1b", "slash"),
        ("/x%20y", "space"),
        ("/x y", "space"),
        ("/", "empty"),
        ("/list/1", "one"),
        ("/~01", "odd"),
    ];
    let missing = ["/nothing", "/list/2", "/list/-", "/list/01", "/list/+1", "/a~1b/x", "/%ff", "a/b"];
    let references: Vec<_> = cases.iter().map(|(fragment, _)| *fragment).chain(missing).collect();
    let references: Vec<_> =
        references.iter().map(|fragment| (*fragment, format!("f.yaml#{fragment}"))).collect();
    let references: Vec<_> = references.iter().map(|(id, reference)| (*id, reference.as_str())).collect();
    let folder = tree(&[("openapi.json", &api(&references)), ("f.yaml", file)]);
    let scene = Scene::new();
    let report = scene.load_file(folder.path().join("openapi.json")).await.expect("loads");
    let (found, nowhere) = report.added.split_at(cases.len());
    let titles: Vec<_> = found
        .iter()
        .map(|tool| {
            let schema = scene.schema(tool);
            let defs = schema["$defs"].as_object().expect("definitions");
            defs.values().next().expect("one")["title"].as_str().expect("a title").to_owned()
        })
        .collect();
    assert_eq!(titles, cases.map(|(_, title)| title));
    let mut nowhere: Vec<_> = nowhere.iter().map(String::as_str).collect();
    nowhere.sort_unstable();
    assert_eq!((nowhere.len(), super::opened(&report), skipped(&report)), (missing.len(), nowhere, vec![]));
}

#[tokio::test]
async fn a_file_that_cannot_be_had_costs_those_who_refer_to_it() {
    let bomb = (1..9).fold("a0: &a0 [x,x,x,x,x,x,x,x,x]\n".to_owned(), |text, i| {
        format!("{text}a{i}: &a{i} [{}]\n", vec![format!("*a{}", i - 1); 9].join(","))
    });
    let deep = "[".repeat(10_000);
    let folder = tree(&[
        (
            "openapi.json",
            &api(&[
                ("good", "good.yaml"),
                ("missing", "missing.yaml"),
                ("folder", "folder"),
                ("broken", "broken.yaml"),
                ("bomb", "bomb.yaml#/a0"),
                ("deep", "deep.json"),
                ("binary", "binary.yaml"),
                ("empty", "empty.yaml"),
                ("future", "future.yaml#/components/schemas/A"),
                ("dialect", "dialect.yaml#/components/schemas/A"),
                ("through", "through.yaml"),
            ]),
        ),
        ("good.yaml", "type: string"),
        ("folder/x", ""),
        ("broken.yaml", "a: [1\nb: }"),
        ("bomb.yaml", &bomb),
        ("deep.json", &deep),
        ("binary.yaml", "a: \0"),
        ("empty.yaml", ""),
        ("future.yaml", "{openapi: 4.0.0, components: {schemas: {A: {}}}}"),
        ("dialect.yaml", "{openapi: 3.1.0, jsonSchemaDialect: 'urn:x', components: {schemas: {A: {}}}}"),
        ("through.yaml", "items: {$ref: missing.yaml#/x}"),
    ]);
    let scene = Scene::new();
    let report = scene.load_file(folder.path().join("openapi.json")).await.expect("loads");
    assert_eq!(report.added, ["good"]);
    assert_eq!(
        skipped(&report),
        [
            ("binary", "INVALID_SPEC"),
            ("bomb", "LIMIT_EXCEEDED"),
            ("broken", "INVALID_SPEC"),
            ("deep", "LIMIT_EXCEEDED"),
            ("dialect", "UNSUPPORTED_SPEC"),
            ("empty", "INVALID_SPEC"),
            ("folder", "SOURCE_UNREADABLE"),
            ("future", "UNSUPPORTED_SPEC"),
            ("missing", "SOURCE_UNREADABLE"),
            ("through", "SOURCE_UNREADABLE"),
        ]
        .map(|(id, code)| (id.to_owned(), code))
    );
    // Each says which file it is about.
    for one in &report.skipped {
        let id = one.operation_id.as_deref().expect("an id");
        let file = if id == "through" { "missing" } else { id };
        assert!(one.reason.contains(file) || one.pointer.contains(file), "{one:?}");
    }
}

#[tokio::test]
async fn documents_beyond_the_limit_cost_those_who_refer_to_them() {
    let names: Vec<_> =
        (0..1_001).map(|number| (format!("s{number:04}"), format!("s{number:04}.yaml"))).collect();
    let references: Vec<_> = names.iter().map(|(id, file)| (id.as_str(), file.as_str())).collect();
    let folder = tree(&[("openapi.json", &api(&references))]);
    for (_, file) in &names {
        fs::write(folder.path().join(file), "type: string").expect("a file");
    }
    let path = folder.path().join("openapi.json");
    let scene = Scene::new();
    let report = scene.load_file(&path).await.expect("loads");
    assert_eq!((report.added.len(), report.skipped.len()), (1_000, 1));
    assert_eq!(report.skipped[0].code, "LIMIT_EXCEEDED");
    assert!(report.skipped[0].reason.contains("number of documents"), "{}", report.skipped[0].reason);
    let options = json!({"limits": {"documents": 1_001}});
    assert_eq!(scene.load(SpecSource::Path(path), options).await.expect("loads").skipped, []);
}

#[tokio::test]
async fn files_that_are_not_there_count_as_documents() {
    let names: Vec<_> = (0..30).map(|number| format!("s{number}.yaml")).collect();
    let references: Vec<_> = names.iter().map(|name| (name.as_str(), name.as_str())).collect();
    let folder = tree(&[("openapi.json", &api(&references))]);
    let place = SpecSource::Path(folder.path().join("openapi.json"));
    let report = Scene::new().load(place, json!({"limits": {"documents": 10}})).await.expect("loads");
    let count = |code: &str| report.skipped.iter().filter(|one| one.code == code).count();
    assert_eq!((count("SOURCE_UNREADABLE"), count("LIMIT_EXCEEDED")), (10, 20));
}

#[tokio::test]
async fn all_documents_share_the_limit_of_bytes() {
    let long = format!("type: string\ndescription: {}\n", "x".repeat(600));
    let first = api(&[("a", "a.yaml"), ("b", "b.yaml")]);
    let folder = tree(&[("openapi.json", &first), ("a.yaml", &long), ("b.yaml", &long)]);
    let place = SpecSource::Path(folder.path().join("openapi.json"));
    let limit = first.len() + 1_000;
    let report = Scene::new().load(place, json!({"limits": {"bytes": limit}})).await.expect("loads");
    assert_eq!((report.added.len(), report.skipped.len()), (1, 1));
    assert_eq!(report.skipped[0].code, "LIMIT_EXCEEDED");
    // The limit that the caller gave, not what is left of it.
    assert!(report.skipped[0].reason.contains(&limit.to_string()), "{}", report.skipped[0].reason);
}

#[tokio::test]
async fn a_text_has_no_place_that_a_relative_reference_could_start_from() {
    let scene = Scene::new();
    let text = api(&[("own", "#/x-own"), ("file", "pet.yaml#/Pet"), ("whole", "pet.yaml")]);
    let report = scene.load_text(text.replacen('{', "{\"x-own\":{},", 1)).await.expect("loads");
    assert_eq!(report.added, ["own"]);
    assert_eq!(skipped(&report), ["file", "whole"].map(|id| (id.to_owned(), "UNRESOLVED_REF")));
    let told = &report.skipped[0];
    assert_eq!(
        told.reason,
        "reference \"pet.yaml#/Pet\" at \
         \"/paths/~11/post/requestBody/content/application~1json/schema/properties/it/$ref\" \
         is relative, and the document has no URL: load it from a file or URL"
    );
}

#[tokio::test]
async fn notes_and_faults_in_other_files_say_which() {
    let folder = tree(&[
        (
            "openapi.json",
            &api(&[
                ("pet", "schemas/pet.yaml#/Pet"),
                ("bad", "schemas/bad.yaml#/Bad"),
                ("gone", "schemas/bad.yaml#/Gone"),
            ]),
        ),
        ("schemas/pet.yaml", "Pet: {properties: {id: {type: integer, readOnly: true}, n: {type: any}}}"),
        ("schemas/bad.yaml", "Bad: {items: {$ref: '#/Nothing'}}\nGone: {items: {$ref: gone.yaml}}"),
    ]);
    let report = Scene::new().load_file(folder.path().join("openapi.json")).await.expect("loads");
    let notes: Vec<_> = report.notes.iter().map(|one| (one.note.kind.code, &*one.note.pointer)).collect();
    assert_eq!(
        notes,
        [
            ("OAS_READONLY_REMOVED", "schemas/pet.yaml#/Pet/properties/id"),
            ("KEYWORD_DROPPED", "schemas/pet.yaml#/Pet/properties/n/type"),
            ("REF_OPENED", "schemas/bad.yaml#/Bad/items/$ref"),
        ]
    );
    assert_eq!(skipped(&report), [("gone".to_owned(), "SOURCE_UNREADABLE")]);
    assert_eq!(report.skipped[0].pointer, "schemas/bad.yaml#/Gone/items/$ref");
}

#[tokio::test]
async fn a_real_document_of_several_files_loads_whole() {
    let specs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/specs/dev/petstore-separate.v2");
    if !specs.exists() {
        println!("skipped: there is no {}", specs.display());
        return;
    }
    let (place, scene) = (SpecSource::Path(specs.join("spec/swagger.json")), Scene::new());
    let report = scene.load(place, Value::Null).await.expect("loads");
    assert_eq!((report.added.len(), report.skipped), (4, vec![]));
    assert_eq!(
        scene.schema("findPets")["properties"],
        json!({
            "tags": {"type": "array", "items": {"type": "string"}, "description": "tags to filter by"},
            "limit": {
                "type": "integer", "format": "int32", "description": "maximum number of results to return"
            }
        })
    );
    assert_eq!(scene.schema("addPet")["properties"]["body"]["allOf"][0], json!({"$ref": "#/$defs/Pet"}));
    assert_eq!(scene.schema("addPet")["$defs"]["Pet"]["required"], json!(["id", "name"]));
}
