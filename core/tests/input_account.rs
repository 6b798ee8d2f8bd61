//! The account of inputs: what an operation declares is exposed, reported, or told as lost.

use serde_json::{Value, json};
use toolrack_core::json::Arena;
use toolrack_core::schema::DocumentSet;
use toolrack_core::spec::{
    ArgumentLocation, ArgumentShape, CoverageCounter, Document, InputCounts, InputCoverage, Operation,
    OperationReader, ParseLimits, parse_document,
};

/// The account of the one operation of a document, after something was done to the operation.
fn account(document: &Value, shape: ArgumentShape, tamper: impl FnOnce(&mut Operation)) -> InputCoverage {
    let (text, arena) = (document.to_string(), Arena::new());
    let parsed = parse_document(&text, &ParseLimits::default(), &arena).expect("JSON");
    let mut library = DocumentSet::new(&arena);
    library.add(parsed.root, None, false).expect("an API document");
    let document = Document::new(library).expect("has paths");
    let site = document.operations().remove(0).expect("an operation");
    let mut operation = OperationReader::new(&document, shape).read(&site).expect("can be read");
    tamper(&mut operation);
    CoverageCounter::new(&document).count(&site, &operation)
}

fn tally(declared: usize, exposed: usize, reported: usize) -> InputCounts {
    InputCounts { declared, exposed, reported }
}

/// `POST /pets/{id}` with these parameters and this request body.
fn post(parameters: &Value, body: &Value) -> Value {
    json!({
        "openapi": "3.1.0",
        "paths": {"/pets/{id}": {"post": {"parameters": parameters, "requestBody": body}}},
        "components": {"schemas": {
            "Named": {"type": "object", "properties": {"name": {"type": "string"},
                "id": {"type": "string", "readOnly": true}}},
            "Pet": {"allOf": [{"$ref": "#/components/schemas/Named"},
                {"properties": {"name": {"minLength": 1}, "tail": {"type": "boolean"}}}]},
            "Loop": {"allOf": [{"$ref": "#/components/schemas/Loop"}], "properties": {"own": {}}},
        }},
    })
}

fn sent(media: &str, schema: &Value) -> Value {
    json!({"required": true, "content": {media: {"schema": schema}}})
}

fn body_tallies(media: &str, schema: &Value) -> Vec<InputCounts> {
    let parameters = json!([{"name": "id", "in": "path", "required": true, "schema": {"type": "string"}}]);
    let of = |shape| {
        let account = account(&post(&parameters, &sent(media, schema)), shape, |_| ());
        assert_eq!(account.parameters, tally(1, 1, 0));
        assert_eq!(account.lost, []);
        account.body_properties
    };
    vec![of(ArgumentShape::Flat), of(ArgumentShape::Grouped)]
}

#[test]
fn the_properties_of_a_body_count_through_references_and_all_of_and_null() {
    for (schema, expected) in [
        (json!({"type": "object", "properties": {"a": {}, "b": {}}}), tally(2, 2, 0)),
        (json!({"$ref": "#/components/schemas/Named"}), tally(2, 1, 1)),
        (json!({"$ref": "#/components/schemas/Pet"}), tally(3, 2, 1)),
        (json!({"$ref": "#/components/schemas/Pet", "nullable": true}), tally(3, 2, 1)),
        (json!({"$ref": "#/components/schemas/Named", "properties": {"id": {}, "more": {}}}), tally(3, 3, 0)),
        (json!({"$ref": "#/components/schemas/Loop"}), tally(1, 1, 0)),
    ] {
        assert_eq!(body_tallies("application/json", &schema), [expected, expected], "{schema}");
    }
}

#[test]
fn a_body_without_properties_counts_as_one() {
    for schema in [json!({"type": "array", "items": {}}), json!({}), json!(true), json!({"type": "object"})] {
        assert_eq!(body_tallies("application/json", &schema), [tally(1, 1, 0); 2], "{schema}");
    }
    assert_eq!(body_tallies("image/png", &json!({})), [tally(1, 1, 0); 2]);
}

#[test]
fn properties_of_a_body_that_is_one_text_are_reported() {
    let schema = json!({"type": "object", "properties": {"a": {}, "b": {}}});
    assert_eq!(body_tallies("application/xml", &schema), [tally(2, 0, 2); 2]);
    assert_eq!(body_tallies("application/zip", &schema), [tally(2, 0, 2); 2]);
}

#[test]
fn an_argument_that_is_gone_from_the_map_or_from_the_schema_is_lost() {
    let parameters = json!([
        {"name": "id", "in": "path", "required": true, "schema": {"type": "string"}},
        {"name": "page", "in": "query", "schema": {"type": "integer"}},
    ]);
    let document =
        post(&parameters, &sent("application/json", &json!({"properties": {"page": {}, "size": {}}})));
    let properties = "/paths/~1pets~1{id}/post/requestBody/content/application~1json/schema/properties";
    let from_map = |operation: &mut Operation| {
        operation.arguments.map.retain(
            |argument| matches!(&argument.location, ArgumentLocation::BodyProperty { name, .. } if &**name == "page"),
        );
    };
    let from_schema = |operation: &mut Operation| {
        operation.arguments.properties.retain(|property| &*property.name == "page");
    };
    for tamper in [&from_map as &dyn Fn(&mut Operation), &from_schema] {
        let account = account(&document, ArgumentShape::Flat, tamper);
        assert_eq!(account.parameters, tally(2, 0, 0));
        assert_eq!(account.body_properties, tally(2, 1, 0));
        let lost: Vec<_> = account.lost.iter().map(|loss| (loss.name.as_str(), &*loss.pointer)).collect();
        assert_eq!(
            lost,
            [
                ("id", "/paths/~1pets~1{id}/post/parameters/0"),
                ("page", "/paths/~1pets~1{id}/post/parameters/1"),
                ("size", &format!("{properties}/size")),
            ]
        );
    }
}

#[test]
fn an_input_is_lost_once_the_note_of_it_is_gone() {
    let parameters = json!([
        {"name": "id", "in": "path", "required": true, "schema": {"type": "string"}},
        {"name": "id", "in": "path", "required": true, "schema": {"type": "integer"}},
        {"name": "gone", "in": "path", "required": true, "schema": {"type": "string"}},
        {"name": "Accept", "in": "header", "schema": {"type": "string"}},
    ]);
    let document =
        post(&parameters, &sent("application/json", &json!({"$ref": "#/components/schemas/Named"})));
    let told = account(&document, ArgumentShape::Flat, |_| ());
    assert_eq!((told.parameters, told.body_properties), (tally(4, 1, 3), tally(2, 1, 1)));
    assert_eq!(told.lost, []);
    let silent = account(&document, ArgumentShape::Flat, |operation| operation.notes.clear());
    assert_eq!((silent.parameters, silent.body_properties), (tally(4, 1, 0), tally(2, 1, 0)));
    let names: Vec<_> = silent.lost.iter().map(|loss| loss.name.as_str()).collect();
    assert_eq!(names, ["id", "id", "gone", "Accept"]);
}
