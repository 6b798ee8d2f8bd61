//! References to all that may be referred to, in every dialect, and to what may not.

use serde_json::{Value, json};

use crate::support::stage::{Scene, api, skipped, tree};

#[tokio::test]
async fn parameters_bodies_path_items_and_media_types_stand_in_other_files() {
    let folder = tree(&[
        (
            "openapi.yaml",
            "{openapi: 3.2.0, paths: {
                '/pets/{id}': {$ref: 'items.yaml#/pet'},
                /own: {post: {operationId: own, parameters: [{$ref: 'parts.yaml#/parameters/limit'}],
                    requestBody: {$ref: 'parts.yaml#/bodies/pet'},
                    responses: {'200': {$ref: 'parts.yaml#/responses/none'}}}}}}",
        ),
        (
            "items.yaml",
            "pet: {parameters: [{$ref: 'parts.yaml#/parameters/id'}],
                get: {operationId: getPet, parameters: [{$ref: '#/shared'}]}}
shared: {name: q, in: query, schema: {$ref: 'parts.yaml#/schemas/word'}}",
        ),
        (
            "parts.yaml",
            "parameters:
  id: {name: id, in: path, required: true, schema: {type: integer}}
  limit: {name: limit, in: query, content: {application/json: {$ref: '#/media/limit'}}}
media:
  limit: {schema: {type: integer}}
  pet: {schema: {type: object, properties: {name: {$ref: '#/schemas/word'}}}}
bodies:
  pet: {required: true, content: {application/json: {$ref: '#/media/pet'}}}
responses: {none: {description: none, headers: {x: {$ref: 'nowhere.yaml'}}}}
schemas: {word: {type: string, maxLength: 9}}",
        ),
    ]);
    let scene = Scene::new();
    let report = scene.load_file(folder.path().join("openapi.yaml")).await.expect("loads");
    assert_eq!((report.added, report.skipped), (vec!["getPet".to_owned(), "own".to_owned()], vec![]));
    let word = json!({"parts.schemas.word": {"type": "string", "maxLength": 9}});
    assert_eq!(
        scene.schema("getPet"),
        json!({
            "type": "object",
            "properties": {"id": {"type": "integer"}, "q": {"$ref": "#/$defs/parts.schemas.word"}},
            "required": ["id"],
            "$defs": word
        })
    );
    assert_eq!(
        scene.schema("own"),
        json!({
            "type": "object",
            "properties": {"limit": {"type": "integer"}, "name": {"$ref": "#/$defs/parts.schemas.word"}},
            "$defs": word
        })
    );
}

#[tokio::test]
async fn an_operation_stands_in_a_file_of_its_own() {
    let folder = tree(&[
        (
            "openapi.yml",
            "openapi: 3.0.3
servers: [{url: 'https://api.example.com'}]
paths:
  /v2/droplets/{id}:
    parameters: [{$ref: shared/parameters.yml#/id}]
    get: {$ref: 'resources/droplets/get.yml'}
    delete: {$ref: 'resources/droplets/delete.json#/operation'}
    put: {$ref: 'resources/droplets/gone.yml'}
    post: {$ref: 'resources/text.yml'}
",
        ),
        (
            "resources/droplets/get.yml",
            "operationId: getDroplet
parameters:
  - $ref: '../../shared/parameters.yml#/page'
responses: {'200': {$ref: '../nowhere.yml'}}
",
        ),
        (
            "resources/droplets/delete.json",
            r##"{"operation": {"operationId": "deleteDroplet", "parameters": [{"$ref": "#/force"}]},
                "force": {"name": "force", "in": "query", "schema": {"type": "boolean"}}}"##,
        ),
        ("resources/text.yml", "later"),
        (
            "shared/parameters.yml",
            "{id: {name: id, in: path, required: true, schema: {type: integer}},
                page: {name: page, in: query, schema: {type: integer}}}",
        ),
    ]);
    let scene = Scene::new();
    let report = scene.load_file(folder.path().join("openapi.yml")).await.expect("loads");
    assert_eq!(report.added, ["getDroplet", "deleteDroplet"]);
    let told: Vec<_> = report.skipped.iter().map(|one| (one.method.as_str(), one.code)).collect();
    assert_eq!(told, [("PUT", "SOURCE_UNREADABLE"), ("POST", "INVALID_SPEC")]);
    let (integer, boolean) = (json!({"type": "integer"}), json!({"type": "boolean"}));
    assert_eq!(scene.schema("getDroplet")["properties"], json!({"id": integer, "page": integer}));
    assert_eq!(scene.schema("deleteDroplet")["properties"], json!({"id": integer, "force": boolean}));
}

#[tokio::test]
async fn a_reference_with_a_description_beside_it_is_followed_further() {
    let scene = Scene::new();
    let text = "{openapi: 3.1.1, components: {parameters: {
            a: {$ref: '#/components/parameters/b', description: nearer},
            b: {$ref: '#/components/parameters/c', summary: near},
            c: {name: q, in: query, schema: {type: integer}},
            x: {$ref: '#/components/parameters/y', summary: x},
            y: {$ref: '#/components/parameters/x', summary: y}}},
        paths: {/a: {get: {operationId: a, parameters: [{$ref: '#/components/parameters/a'}]}},
            /x: {get: {operationId: x, parameters: [{$ref: '#/components/parameters/x'}]}}}}";
    let report = scene.load_text(text).await.expect("loads");
    assert_eq!(skipped(&report), [("x".to_owned(), "UNRESOLVED_REF")]);
    assert!(report.skipped[0].reason.ends_with("leads back to itself"), "{}", report.skipped[0].reason);
    assert_eq!(scene.schema("a")["properties"], json!({"q": {"type": "integer"}}));
}

#[tokio::test]
async fn what_stands_beside_the_reference_of_a_path_item_counts() {
    let folder = tree(&[
        (
            "openapi.yaml",
            "{openapi: 3.1.1, paths: {/pets: {$ref: 'one.yaml', get: {operationId: own},
                parameters: [{name: tenant, in: query, schema: {type: string}}]}}}",
        ),
        (
            "one.yaml",
            "{$ref: 'two.yaml', get: {operationId: hidden}, put: {operationId: put},
                parameters: [{name: page, in: query, schema: {type: integer}},
                    {name: tenant, in: query, schema: {type: integer}}]}",
        ),
        (
            "two.yaml",
            "{post: {operationId: post, parameters: [{name: page, in: query, schema: {type: boolean}}]}}",
        ),
    ]);
    let scene = Scene::new();
    let report = scene.load_file(folder.path().join("openapi.yaml")).await.expect("loads");
    assert_eq!((report.added, report.skipped), (["own", "put", "post"].map(str::to_owned).to_vec(), vec![]));
    let (tenant, integer) = (json!({"type": "string"}), json!({"type": "integer"}));
    for (tool, page) in [("own", &integer), ("put", &integer), ("post", &json!({"type": "boolean"}))] {
        let expected = json!({"tenant": tenant, "page": page});
        assert_eq!(scene.schema(tool)["properties"], expected, "{tool}");
    }
}

#[tokio::test]
async fn a_path_item_that_leads_in_a_circle_or_nowhere_is_told_once() {
    let text = "{openapi: 3.1.1, paths: {/a: {$ref: '#/paths/~1b'}, /b: {$ref: '#/paths/~1a'},
        /c: {$ref: '#/nothing'}, /d: {$ref: 5}, /e: {$ref: '#/info/title'}, /f: {get: {operationId: f}}},
        info: {title: Case}}";
    let report = Scene::new().load_text(text).await.expect("loads");
    assert_eq!(report.added, ["f"]);
    let told: Vec<_> = report.skipped.iter().map(|one| (one.method.as_str(), &*one.path, one.code)).collect();
    assert_eq!(
        told,
        [
            ("*", "/a", "UNRESOLVED_REF"),
            ("*", "/b", "UNRESOLVED_REF"),
            ("*", "/c", "UNRESOLVED_REF"),
            ("*", "/d", "UNRESOLVED_REF"),
            ("*", "/e", "INVALID_SPEC"),
        ]
    );
}

#[tokio::test]
async fn a_part_of_another_dialect_is_read_in_its_own() {
    let folder = tree(&[
        (
            "openapi.yaml",
            "{openapi: 3.1.1, paths: {
                /old: {get: {operationId: old, parameters: [{$ref: 'old.yaml#/parameters/ids'}]},
                    post: {operationId: body, parameters: [{$ref: 'old.yaml#/parameters/pet'}]},
                    put: {operationId: form, parameters: [{$ref: 'old.yaml#/parameters/file'}]}},
                /item: {$ref: 'old.yaml#/paths/~1pets'},
                /three: {post: {operationId: three, requestBody: {required: true, content: {application/json: {schema:
                    {$ref: 'three.yaml#/components/schemas/N'}}}}}},
                /part: {get: {operationId: part, parameters: [{name: q, in: query, schema: {$ref: part.yaml}}]}}}}",
        ),
        (
            "old.yaml",
            "{swagger: '2.0', consumes: [application/vnd.old+json],
            paths: {/pets: {post: {operationId: item, parameters: [{$ref: '#/parameters/pet'}]}}},
            definitions: {Pet: {properties: {n: {type: string, x-nullable: true}}}},
            parameters: {ids: {name: ids, in: query, type: array, items: {type: integer}, collectionFormat: pipes},
                pet: {name: pet, in: body, required: true, schema: {$ref: '#/definitions/Pet'}},
                file: {name: file, in: formData, type: file}}}",
        ),
        (
            "three.yaml",
            "{openapi: 3.0.4, components: {schemas: {N: {type: object, properties: {
                n: {type: number, minimum: 0, exclusiveMinimum: true, nullable: true}}}}}}",
        ),
        // Nothing says its version: it is read as the document that refers to it.
        ("part.yaml", "{type: [string, 'null'], $comment: of 3.1}"),
    ]);
    let scene = Scene::new();
    let report = scene.load_file(folder.path().join("openapi.yaml")).await.expect("loads");
    // A body among the parameters is taken as meant.
    assert_eq!(skipped(&report), []);
    let meant = report.notes.iter().filter(|told| told.note.kind.code == "BODY_IN_PARAMETERS");
    let tools: Vec<_> = meant.flat_map(|told| told.tools.iter().map(String::as_str)).collect();
    assert_eq!(tools, ["body", "form"]);
    assert_eq!(
        scene.schema("old")["properties"],
        json!({"ids": {"type": "array", "items": {"type": "integer"}}})
    );
    let null_or = |kind: &str| json!([kind, "null"]);
    assert_eq!(scene.schema("item")["properties"]["n"], json!({"type": null_or("string")}));
    assert_eq!(
        scene.schema("three")["properties"]["n"],
        json!({"type": null_or("number"), "exclusiveMinimum": 0})
    );
    assert_eq!(
        scene.schema("part")["$defs"]["part"],
        json!({"type": null_or("string"), "$comment": "of 3.1"})
    );
}

#[tokio::test]
async fn what_stands_beside_the_reference_of_a_schema_counts_since_3_1() {
    let schemas = "{A: {type: string}, B: {$ref: '#/components/schemas/A', maxLength: 5, description: near}}";
    let (alone, beside) =
        (json!({"$ref": "#/$defs/A"}), json!({"$ref": "#/$defs/A", "maxLength": 5, "description": "near"}));
    for (version, expected) in [("3.0.4", &alone), ("3.1.1", &beside), ("3.2.0", &beside)] {
        let text = format!(
            "{{openapi: {version}, components: {{schemas: {schemas}}}, paths: {{/a: {{get: {{operationId: a,
            parameters: [{{name: q, in: query, schema: {{$ref: '#/components/schemas/B'}}}}]}}}}}}}}"
        );
        let scene = Scene::new();
        scene.load_text(text).await.expect("loads");
        assert_eq!(&scene.schema("a")["$defs"]["B"], expected, "{version}");
    }
    let scene = Scene::new();
    let text =
        "{swagger: '2.0', definitions: {A: {type: string}, B: {$ref: '#/definitions/A', maxLength: 5}},
        paths: {/a: {post: {operationId: a, parameters: [{name: b, in: body, schema: {items: {$ref: \
            '#/definitions/B'}}}]}}}}";
    scene.load_text(text).await.expect("loads");
    assert_eq!(scene.schema("a")["$defs"]["B"], alone);
}

#[tokio::test]
async fn a_reference_that_is_no_text_opens_its_property() {
    for reference in [json!(5), json!(null), json!(true), json!(["#/x"]), json!({"x": 1})] {
        let text = api(&[("bad", "#/x"), ("good", "#/components/schemas/A")]);
        let mut document: Value = serde_json::from_str(&text).expect("JSON");
        document["paths"]["/0"]["post"]["requestBody"]["content"]["application/json"]["schema"]["properties"]
            ["it"] = json!({"$ref": reference});
        document["components"] = json!({"schemas": {"A": {"type": "string"}}});
        let report = Scene::new().load_text(document.to_string()).await.expect("loads");
        assert_eq!((report.added.len(), super::opened(&report)), (2, vec!["bad"]), "{reference}");
        let note = &report.notes[0].note;
        assert!(note.pointer.ends_with("/properties/it/$ref"), "{}", note.pointer);
        assert!(note.message.contains("is not a string"), "{}", note.message);
    }
}

#[tokio::test]
async fn the_whole_document_is_no_schema_and_that_is_told() {
    for reference in ["", "#"] {
        let scene = Scene::new();
        let report = scene.load_text(api(&[("whole", reference)])).await.expect("loads");
        assert_eq!(report.added, ["whole"], "{reference:?}: {:?}", report.skipped);
        assert_eq!(scene.schema("whole")["$defs"], json!({"document": {}}));
        assert_eq!(report.notes[0].note.kind.code, "SCHEMA_REPLACED");
    }
}

#[tokio::test]
async fn a_property_may_be_called_like_a_reference() {
    let scene = Scene::new();
    let text = "{openapi: 3.1.1, paths: {/a: {post: {operationId: a, requestBody: {required: true, content:
        {application/json: {schema: {type: object, properties: {$ref: {type: string}, $id: {type: integer}},
            default: {$ref: nowhere.yaml}, enum: [{$ref: '#/no'}]}}}}}}}}";
    let report = scene.load_text(text).await.expect("loads");
    assert_eq!(report.skipped, []);
    let body = &scene.schema("a")["properties"]["body"];
    assert_eq!(body["properties"], json!({"$ref": {"type": "string"}, "$id": {"type": "integer"}}));
    assert_eq!(body["enum"], json!([{"$ref": "#/no"}]));
}
