//! The output schema of an operation, by what its document says of success responses.

use serde_json::{Value, json};
use toolrack_core::json::Arena;
use toolrack_core::schema::{DocumentSet, Schema, kind};
use toolrack_core::spec::{
    Document, OperationOutput, OutputBound, OutputReader, ParseLimits, parse_document,
};
use toolrack_core::unicode::HiddenUnicode;

/// The output of `GET /a` of a document.
fn read(document: &Value, bound: OutputBound) -> OperationOutput {
    let (text, arena) = (document.to_string(), Arena::new());
    let parsed = parse_document(&text, &ParseLimits::default(), &arena).expect("is read");
    let mut library = DocumentSet::new(&arena);
    library.set_hidden_unicode(HiddenUnicode::Strip);
    library.add(parsed.root, None, false).expect("a document");
    let document = Document::new(library).expect("has paths");
    let site = document.operations().remove(0).expect("an operation");
    OutputReader::new(&document, bound).read(&site, false)
}

/// The schema of an output and the codes of its notes.
fn told(output: &OperationOutput) -> (Value, Vec<&'static str>) {
    let schema = output.schema.as_ref().map(Schema::value).unwrap_or_default();
    (schema, output.notes.iter().map(|note| note.kind.code).collect())
}

fn openapi(version: &str, responses: &Value) -> Value {
    let pet = json!({"type": "object", "required": ["name"], "properties": {"name": {"type": "string"}}});
    let below = json!({"type": "array", "items": {"$ref": "#/components/schemas/Tree"}});
    let tree = json!({"type": "object", "properties": {"below": below}});
    let response = json_of(&json!({"$ref": "#/components/schemas/Pet"}));
    json!({
        "openapi": version,
        "paths": {"/a": {"get": {"responses": responses}}},
        "components": {"schemas": {"Pet": pet, "Tree": tree}, "responses": {"Pet": response}}
    })
}

fn of(version: &str, responses: &Value) -> (Value, Vec<&'static str>) {
    told(&read(&openapi(version, responses), OutputBound::default()))
}

fn json_of(schema: &Value) -> Value {
    json!({"content": {"application/json": {"schema": schema}}})
}

fn pet() -> Value {
    json!({"type": "object", "required": ["name"], "properties": {"name": {"type": "string"}}})
}

const DROPPED: &str = "OUTPUT_SCHEMA_DROPPED";

#[test]
fn each_dialect_gives_json_schema_2020_12() {
    let nullable = json!({"type": "integer", "minimum": 0, "exclusiveMinimum": true, "nullable": true});
    let converted = json!({"type": ["integer", "null"], "exclusiveMinimum": 0});
    assert_eq!(of("3.0.3", &json!({"200": json_of(&nullable)})), (converted, vec![]));
    let types = json!({"type": ["integer", "null"], "exclusiveMinimum": 0});
    for version in ["3.1.0", "3.2.0"] {
        assert_eq!(of(version, &json!({"200": json_of(&types)})), (types.clone(), vec![]), "{version}");
    }
    let response = json!({"description": "", "schema": {"type": "string", "x-nullable": true}});
    let swagger = |produces: Value| {
        let get = json!({"produces": produces, "responses": {"200": response}});
        let document = json!({"swagger": "2.0", "paths": {"/a": {"get": get}}});
        told(&read(&document, OutputBound::default()))
    };
    let text = json!({"type": ["string", "null"]});
    assert_eq!(swagger(json!(["application/json"])), (text.clone(), vec!["OAS_X_NULLABLE"]));
    assert_eq!(swagger(json!([])), (text, vec!["OAS_X_NULLABLE"]));
    assert_eq!(swagger(json!(["text/csv"])), (Value::Null, vec![]));
    assert_eq!(swagger(json!(["application/json", "application/json;stream=watch"])), (Value::Null, vec![]));
}

#[test]
fn what_is_only_written_leaves_and_what_is_only_read_stays() {
    let user = json!({
        "type": "object",
        "properties": {"id": {"type": "string", "readOnly": true}, "password": {"type": "string", "writeOnly": true}},
        "required": ["id", "password"]
    });
    let (schema, notes) = of("3.0.3", &json!({"200": json_of(&user)}));
    assert_eq!(schema["required"], json!(["id"]));
    assert_eq!(
        schema["properties"].as_object().map(|all| all.keys().collect::<Vec<_>>()),
        Some(vec![&"id".to_owned()])
    );
    assert_eq!(notes, ["OAS_WRITEONLY_REMOVED"]);
}

#[test]
fn references_are_kept_as_definitions_and_circles_end() {
    let tree = json!({"$ref": "#/components/schemas/Tree"});
    let (schema, notes) = of("3.1.0", &json!({"200": json_of(&tree)}));
    let below = json!({"type": "array", "items": {"$ref": "#/$defs/Tree"}});
    let tree = json!({"type": "object", "properties": {"below": below}});
    let root = json!({"type": "object", "$ref": "#/$defs/Tree", "$defs": {"Tree": tree}});
    assert_eq!((schema, notes), (root, vec![]));
    let (schema, _) = of("3.1.0", &json!({"200": {"$ref": "#/components/responses/Pet"}}));
    assert_eq!(schema, pet());
}

#[test]
fn a_tag_of_a_discriminator_that_is_only_read_tells_branches_of_a_response_apart() {
    let tag = json!({"type": "string", "readOnly": true});
    let branch = |name: &str| json!({"type": "object", "properties": {"kind": tag, name: {}}});
    let union = json!({
        "oneOf": [{"$ref": "#/components/schemas/Cat"}, {"$ref": "#/components/schemas/Dog"}],
        "discriminator": {"propertyName": "kind"}
    });
    let mut document = openapi("3.1.0", &json!({"200": json_of(&union)}));
    document["components"]["schemas"] = json!({"Cat": branch("meow"), "Dog": branch("bark")});
    let output = read(&document, OutputBound::default());
    let schema = output.schema.expect("has one");
    for right in [json!({"kind": "Cat"}), json!({"meow": 1})] {
        assert_eq!(schema.problems(&right), []);
    }
    assert_eq!(schema.problems(&json!({"kind": "Cow"})).len(), 1);
    assert_eq!(output.notes[0].kind, kind::OAS_DISCRIMINATOR_APPLIED);
}

#[test]
fn a_result_that_several_branches_accept_is_right() {
    let branches =
        json!([{"type": "object", "properties": {"a": {}}}, {"type": "object", "properties": {"b": {}}}]);
    let (schema, notes) = of("3.0.3", &json!({"200": json_of(&json!({"oneOf": branches}))}));
    assert_eq!((schema, notes), (json!({"type": "object", "anyOf": branches}), vec![]));
    let within = json!({"type": "object", "not": {"oneOf": branches}});
    assert_eq!(of("3.0.3", &json!({"200": json_of(&within)})).0, json!({"type": "object"}));
}

#[test]
fn several_success_responses_are_any_of_their_schemas() {
    let (pet_response, text) =
        (json_of(&json!({"$ref": "#/components/schemas/Pet"})), json_of(&json!({"type": "string"})));
    let empty = json!({"type": "null"});
    for (responses, expected) in [
        (json!({"2XX": text, "200": pet_response}), json!({"anyOf": [pet(), {"type": "string"}]})),
        (json!({"201": pet_response, "200": pet_response, "default": text}), pet()),
        (json!({"200": json_of(&pet()), "202": pet_response}), pet()),
        (json!({"200": pet_response, "204": {"description": ""}}), json!({"anyOf": [pet(), empty]})),
        (json!({"200": json_of(&empty), "204": {}}), empty),
        (json!({"200": pet_response, "304": {}, "404": text}), pet()),
    ] {
        assert_eq!(of("3.1.0", &responses), (expected, vec![]), "{responses}");
    }
}

#[test]
fn a_result_that_no_schema_describes_in_every_case_has_none() {
    let (pet, nothing) = (json_of(&pet()), Vec::<&str>::new());
    let file = json_of(&json!({"type": "string", "format": "binary"}));
    for (responses, notes) in [
        // Nothing is lost: the document has no schema of JSON.
        (json!({"204": {}}), nothing.clone()),
        (json!({"default": pet}), nothing.clone()),
        (json!({"200": {"content": {"text/plain": {"schema": {"type": "string"}}}}}), nothing.clone()),
        (json!({"200": json_of(&json!({}))}), nothing.clone()),
        (json!({"200": json_of(&json!({"description": "Anything."}))}), nothing.clone()),
        (json!({"200": file}), nothing.clone()),
        (json!({"200": {"content": {}}}), nothing),
        // A schema of one response does not hold for the others.
        (json!({"200": pet, "202": {"description": "Accepted."}}), vec![DROPPED]),
        (json!({"200": pet, "206": {"content": {"application/pdf": {}}}}), vec![DROPPED]),
        (json!({"200": pet, "201": {"content": {"application/json": {}}}}), vec![DROPPED]),
        (
            json!({"200": pet, "201": {"content": {"application/json": {}, "text/event-stream": {}}}}),
            vec![DROPPED],
        ),
        (json!({"200": {"$ref": "#/components/responses/None"}}), vec![DROPPED]),
        (json!({"200": json_of(&json!({"$ref": "#/components/schemas/None"}))}), vec![DROPPED]),
        (
            json!({"200": json_of(&json!({"items": {"$ref": "#/components/schemas/None"}}))}),
            vec!["REF_OPENED", DROPPED],
        ),
    ] {
        assert_eq!(of("3.1.0", &responses), (Value::Null, notes), "{responses}");
    }
}

#[test]
fn a_schema_over_its_bound_loses_its_annotations_and_then_itself() {
    let described = json!({"type": "object", "description": "x".repeat(400), "properties": {
        "description": {"type": "string", "title": "t", "examples": ["e"], "contentMediaType": "text/html"},
        "tree": {"$ref": "#/components/schemas/Tree", "description": "y"}
    }});
    let mut document = openapi("3.1.0", &json!({"200": json_of(&described)}));
    document["components"]["schemas"]["Tree"]["description"] = json!("z".repeat(400));
    let bound = |bytes| OutputBound { tokens: bytes / 4, bytes };
    let whole = read(&document, bound(2_000));
    assert_eq!((whole.len() > 800, whole.notes.len()), (true, 0));
    let brief = read(&document, bound(600));
    let (schema, notes) = told(&brief);
    assert_eq!(notes, ["OUTPUT_SCHEMA_SHORTENED"]);
    assert_eq!(
        brief.notes[0].message.as_ref(),
        "the output schema has more than 150 tokens; it is without descriptions and examples"
    );
    let property = json!({"type": "string", "contentMediaType": "text/html"});
    let tree = json!({"$ref": "#/$defs/Tree"});
    assert_eq!(schema["properties"], json!({"description": property, "tree": tree}));
    assert_eq!(
        schema["$defs"]["Tree"],
        json!({"type": "object", "properties": {"below": {"type": "array", "items": tree}}})
    );
    assert_eq!(told(&read(&document, bound(100))), (Value::Null, vec![DROPPED]));
}

#[test]
fn the_root_says_that_it_is_an_object_where_it_takes_nothing_else() {
    let (pet, open) = (json!({"$ref": "#/components/schemas/Pet"}), json!({"properties": {"a": {}}}));
    for (schema, is_object) in [
        (json!({"allOf": [open, pet]}), true),
        (json!({"oneOf": [pet, {"type": "object", "maxProperties": 1}]}), true),
        (json!({"oneOf": [pet, open]}), false),
        (open, false),
        (json!({"allOf": [{"type": ["object", "null"]}]}), false),
    ] {
        let (converted, _) = of("3.1.0", &json!({"200": json_of(&schema)}));
        assert_eq!(converted["type"] == "object", is_object, "{schema}");
    }
}

#[test]
fn hidden_unicode_is_stripped_of_texts_and_drops_a_schema_of_such_names() {
    let with =
        |name: &str, text: &str| json!({"type": "object", "description": text, "properties": {name: {}}});
    let (schema, notes) = of("3.1.0", &json!({"200": json_of(&with("a", "b\u{200B}c"))}));
    assert_eq!((schema, notes), (with("a", "bc"), vec!["HIDDEN_UNICODE"]));
    let hidden = of("3.1.0", &json!({"200": json_of(&with("a\u{200B}", "b"))}));
    assert_eq!(hidden, (Value::Null, vec!["HIDDEN_UNICODE", DROPPED]));
}

#[test]
fn a_schema_that_costs_too_much_to_validate_is_left_out() {
    let mut document =
        openapi("3.1.0", &json!({"200": json_of(&json!({"$ref": "#/components/schemas/S0"}))}));
    let reference = |number: usize| json!({"$ref": format!("#/components/schemas/S{number}")});
    let schemas = (0..40).map(|i| (format!("S{i}"), json!({"allOf": [reference(i + 1), reference(i + 1)]})));
    document["components"]["schemas"] = schemas.collect::<serde_json::Map<_, _>>().into();
    document["components"]["schemas"]["S40"] = json!({"type": "object"});
    assert_eq!(told(&read(&document, OutputBound::default())), (Value::Null, vec![DROPPED]));
}

#[test]
fn a_result_that_reaches_thousands_of_definitions_is_left_out_soon() {
    let mut document =
        openapi("3.1.0", &json!({"200": json_of(&json!({"$ref": "#/components/schemas/S0"}))}));
    let reference = |number: usize| json!({"$ref": format!("#/components/schemas/S{number}")});
    let all = |number: usize| json!({"properties": {"next": reference(number + 1)}});
    let schemas = (0..20_000).map(|i| (format!("S{i}"), all(i)));
    document["components"]["schemas"] = schemas.collect::<serde_json::Map<_, _>>().into();
    assert_eq!(told(&read(&document, OutputBound::default())), (Value::Null, vec![DROPPED]));
}
