//! Parts that are very many or very long: whatever is loaded is loaded in time.

use std::fmt::Write;
use std::time::{Duration, Instant};

use serde_json::{Map, Value, json};
use toolrack_core::loader::LoadReport;
use toolrack_core::spec::SpecSource;

use crate::support::stage::{Scene, skipped};

/// What takes longer was not bounded: a debug build on a busy machine takes a tenth of it.
const SOON: Duration = Duration::from_mins(1);

async fn in_time(text: String, options: &Value) -> (Scene, LoadReport) {
    let mut options = options.clone();
    options["name"] = json!("api");
    let (scene, start) = (Scene::new(), Instant::now());
    let report = scene.load(SpecSource::Text(text.into()), options).await.expect("loads");
    assert!(start.elapsed() < SOON, "{:?}", start.elapsed());
    (scene, report)
}

/// A load whose definitions may be longer than they are where nothing is said.
fn long_definitions() -> Value {
    json!({"limits": {"definitionBytes": 1 << 25}})
}

/// The document with one operation `a`.
fn with(operation: &Value, components: &Value) -> String {
    json!({"openapi": "3.1.1", "paths": {"/a": {"post": operation}}, "components": components}).to_string()
}

fn with_body(schema: &Value, components: &Value) -> String {
    let content = json!({"application/json": {"schema": schema}});
    with(&json!({"operationId": "a", "requestBody": {"required": true, "content": content}}), components)
}

#[tokio::test]
async fn a_hundred_thousand_values_of_an_enum() {
    let values: Vec<_> = (0..100_000).map(|n| format!("value {n}")).collect();
    let schema =
        json!({"type": "object", "properties": {"e": {"type": "string", "nullable": true, "enum": values}}});
    let (scene, report) = in_time(with_body(&schema, &json!({})), &json!({})).await;
    assert_eq!(report.skipped, []);
    assert_eq!(scene.schema("a")["properties"]["e"]["enum"].as_array().expect("values").len(), 100_001);
}

#[tokio::test]
async fn tens_of_thousands_of_properties_that_are_required_and_parameters_beside_them() {
    let count = 30_000;
    let names: Vec<_> = (0..count).map(|n| format!("p{n}")).collect();
    let to = |n: usize| json!({"$ref": format!("#/components/schemas/S{n}")});
    let properties: Map<_, _> =
        names.iter().enumerate().map(|(n, name)| (name.clone(), to(n % 9_000))).collect();
    let schemas: Map<_, _> = (0..9_000).map(|n| (format!("S{n}"), json!({"type": "string"}))).collect();
    let schema = json!({"type": "object", "properties": properties, "required": names});
    let content = json!({"application/json": {"schema": schema}});
    let parameters = (0..5_000).map(|n| json!({"name": format!("p{n}"), "in": "query"}));
    let twins = (0..5_000).map(|n| json!({"name": format!("p{n}"), "in": "header"}));
    let parameters: Vec<_> = parameters.chain(twins).collect();
    let operation = json!({
        "operationId": "a", "parameters": parameters, "tags": names,
        "requestBody": {"required": true, "content": content}
    });
    let (scene, report) = in_time(with(&operation, &json!({"schemas": schemas})), &json!({})).await;
    assert_eq!(report.skipped, []);
    let schema = scene.schema("a");
    assert_eq!(schema["required"].as_array().expect("names").len(), count);
    assert_eq!(schema["properties"].as_object().expect("properties").len(), count + 10_000);
}

#[tokio::test]
async fn more_definitions_than_a_tool_can_need_cost_it() {
    let count = 10_001;
    let schemas: Map<_, _> = (0..count).map(|n| (format!("S{n}"), json!({"type": "string"}))).collect();
    let properties: Map<_, _> = (0..count)
        .map(|n| (format!("p{n}"), json!({"$ref": format!("#/components/schemas/S{n}")})))
        .collect();
    let body = with_body(&json!({"type": "object", "properties": properties}), &json!({"schemas": schemas}));
    let (_, report) = in_time(body, &json!({})).await;
    assert_eq!(skipped(&report), [("a".to_owned(), "LIMIT_EXCEEDED")]);
}

#[tokio::test]
async fn texts_of_a_megabyte() {
    let long = "x".repeat(1 << 20);
    let operation = json!({
        "operationId": long, "summary": long, "tags": [long],
        "parameters": [{"name": long, "in": "query", "description": long,
            "schema": {"type": "string", "enum": [long], "format": long}}]
    });
    let (_, report) = in_time(with(&operation, &json!({})), &long_definitions()).await;
    assert_eq!((report.added.len(), report.skipped.len()), (1, 0));
    assert!(report.added[0].len() <= 64);
    // What is said of a text does not repeat it.
    for (key, value) in [
        ("parameters", json!([{"name": "q", "in": long}])),
        ("parameters", json!([{"name": "q", "in": "query", "schema": {"$ref": long}}])),
        ("parameters", json!([{"name": "q", "in": "query", "schema": {"type": [long]}}])),
        ("parameters", json!([{"name": "q", "in": "query", "style": long}])),
        ("parameters", json!([{"name": "q", "in": "query", "schema": {"pattern": format!("(({long}")}}])),
    ] {
        let mut operation = json!({"operationId": "a"});
        operation[key] = value;
        let (_, report) = in_time(with(&operation, &json!({})), &json!({})).await;
        let told: usize = report
            .skipped
            .iter()
            .map(|one| one.reason.len())
            .chain(report.notes.iter().map(|one| one.note.message.len()))
            .sum();
        assert!((1..1_000).contains(&told), "{told}: {}", &operation.to_string()[..90]);
    }
    let paths = json!({(format!("/{long}")): {"get": {}}, (format!("/{{{long}")): {"get": {}}});
    let text = json!({"openapi": "3.1.1", "paths": paths});
    let (_, report) = in_time(text.to_string(), &json!({})).await;
    assert_eq!((report.added.len(), report.skipped.len()), (1, 1));
    assert!(report.skipped[0].reason.len() < 1_000);
}

#[tokio::test]
async fn twenty_thousand_operations_load_and_more_than_the_limit_do_not() {
    let operations = |count: usize| {
        let mut text = "{\"openapi\": \"3.1.1\", \"paths\": {".to_owned();
        for n in 0..count {
            let comma = if n == 0 { "" } else { "," };
            write!(text, "{comma}\"/a{n}/{{id}}\": {{\"get\": {{\"operationId\": \"op-{n}\"}}}}")
                .expect("memory");
        }
        text + "}}"
    };
    let (scene, report) = in_time(operations(20_000), &json!({})).await;
    assert_eq!((report.added.len(), report.skipped.len()), (20_000, 0));
    let before = scene.registry.snapshot().revision();
    let start = Instant::now();
    let text = SpecSource::Text(operations(100_000).into());
    let refused = scene.load(text, json!({"name": "many"})).await.expect_err("is refused");
    assert_eq!(refused.to_string(), "number of operations is over the limit of 50000");
    assert!(start.elapsed() < SOON, "{:?}", start.elapsed());
    assert_eq!(scene.registry.snapshot().revision(), before);
    let options = json!({"limits": {"operations": 10}});
    let text = SpecSource::Text(operations(11).into());
    assert_eq!(
        Scene::new().load(text, options).await.expect_err("is refused").code().as_str(),
        "LIMIT_EXCEEDED"
    );
}

#[tokio::test]
async fn a_hundred_thousand_files_of_a_form_in_both_kinds_of_document() {
    let count = 100_000;
    let file = json!({"type": "string", "format": "binary"});
    let properties: Map<_, _> = (0..count).map(|n| (format!("f{n}"), file.clone())).collect();
    let content = json!({"multipart/form-data": {"schema": {"type": "object", "properties": properties}}});
    let operation = json!({"operationId": "a", "requestBody": {"required": true, "content": content}});
    let (scene, report) = in_time(with(&operation, &json!({})), &long_definitions()).await;
    assert_eq!((report.inputs.body_properties.exposed, report.lost.len()), (count, 0));
    assert_eq!(scene.schema("a")["properties"]["f7"]["contentEncoding"], "base64");

    let field = |n: usize| json!({"name": format!("f{n}"), "in": "formData", "type": "file"});
    let parameters: Vec<_> = (0..count).map(field).collect();
    let paths = json!({"/a": {"post": {"operationId": "a", "parameters": parameters}}});
    let text = json!({"swagger": "2.0", "paths": paths}).to_string();
    let (scene, report) = in_time(text, &long_definitions()).await;
    assert_eq!((report.inputs.body_properties.exposed, report.lost.len()), (count, 0));
    assert_eq!(scene.schema("a")["properties"]["f7"]["contentEncoding"], "base64");
}

#[tokio::test]
async fn a_long_path_with_many_variables() {
    let with_path = |count: usize| {
        let path: String = (0..count).fold(String::new(), |path, n| format!("{path}/{{v{n}}}"));
        json!({"openapi": "3.1.1", "paths": {path: {"get": {"operationId": "a"}}}}).to_string()
    };
    let (scene, report) = in_time(with_path(2_000), &json!({})).await;
    assert_eq!((report.added.len(), report.notes.len()), (1, 2_000));
    assert_eq!(scene.schema("a")["required"].as_array().expect("names").len(), 2_000);
    // Each variable has a note, each note the whole path: 790 MB of a document of 79 KB.
    let (_, report) = in_time(with_path(10_000), &json!({})).await;
    assert_eq!(skipped(&report), [("a".to_owned(), "LIMIT_EXCEEDED")]);
}

#[tokio::test]
async fn merge_keys_and_keys_that_stand_twice_by_the_hundred_thousand() {
    let keys = |count: usize, value: &str| {
        (0..count).map(|n| format!("k{n}: {value}, ")).collect::<Vec<_>>().concat()
    };
    let (keys, twice) = (keys(200_000, "x"), keys(900, "y"));
    let text = format!(
        "{{openapi: 3.1.1, x-a: &a {{{keys}}}, x-b: {{<<: *a, k7: y}}, paths: {{/a: {{get: {{operationId: a}}}}}}}}"
    );
    let (_, report) = in_time(text, &json!({})).await;
    assert_eq!(report.added, ["a"]);
    let text =
        format!("{{openapi: 3.1.1, x-a: {{{keys}{twice}}}, paths: {{/a: {{get: {{operationId: a}}}}}}}}");
    let (_, report) = in_time(text, &json!({"document": {"duplicateKeys": "last"}})).await;
    assert_eq!((report.added.len(), report.notes.len()), (1, 900));
}

#[tokio::test]
async fn patterns_that_take_long_to_read_are_not_read_for_ever() {
    let parameters: Vec<_> = (0..3_000)
        .map(|n| {
            json!({"name": format!("p{n}"), "in": "query",
            "schema": {"pattern": format!("(a{{1,1000}}){{1,{}}}", 1_000 + n)}})
        })
        .collect();
    let (_, report) =
        in_time(with(&json!({"operationId": "a", "parameters": parameters}), &json!({})), &json!({})).await;
    assert_eq!((report.added.len(), report.notes.len()), (1, 3_000));
}
