//! The test vectors of the providers' rules: OpenAPI, arguments, names, and what the targets take.
//!
//! They stand beside the workspace, in `../shared/vectors`. What is known to differ is in `expected-failures.txt` with
//! its reason; a line there that does not differ any more is a failure too.

use crate::support::target_vectors;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::Arc;

use serde_json::{Map, Value, json};
use toolrack_core::error::Result;
use toolrack_core::json::Arena;
use toolrack_core::schema::{Direction, DocumentSet, Schema, SchemaConverter};
use toolrack_core::spec::{
    ArgumentLocation, ArgumentShape, Document, Operation, OperationReader, ParameterStyle, ParseLimits,
    parse_document,
};
use toolrack_core::tool::name;

/// What this core makes of a vector's input; `None` for a vector of something that it does not do at all.
fn made(vector: &Value) -> Option<Value> {
    let input = &vector["input"];
    match vector["kind"].as_str()? {
        "openapi-schema-map" => schema_map(input, &vector["expected"]),
        "argument-merge" => Some(merged(input)),
        "tool-name" => Some(named(input)),
        _ => target_vectors::made(vector),
    }
}

fn document(text: &Value, read: impl FnOnce(&Document<'_>) -> Result<Value>) -> Value {
    let (text, arena) = (text.to_string(), Arena::new());
    let parsed = parse_document(&text, &ParseLimits::default(), &arena).expect("JSON");
    let mut library = DocumentSet::new(&arena);
    let added = library.add(parsed.root, None, parsed.has_ids);
    match added.and_then(|_| Document::new(library)).and_then(|document| read(&document)) {
        Ok(value) => value,
        Err(error) => json!({"error": error.code().as_str(), "message": error.to_string()}),
    }
}

fn first_operation(document: &Document<'_>) -> Result<Operation> {
    let site = document.operations().remove(0).map_err(|none| none.error)?;
    OperationReader::new(document, ArgumentShape::Flat).read(&site)
}

/// A schema, or what stands in the place of one: a parameter, parameters of an operation, a path item, webhooks, the
/// name of a dialect.
fn schema_map(input: &Value, expected: &Value) -> Option<Value> {
    let schema = &input["schema"];
    let version = input["version"].as_str()?;
    let mut text = json!({"openapi": version, "paths": {}, "components": {"schemas": {"A": {}}}});
    if version == "2.0" {
        let operation = json!({"parameters": [schema]});
        let text = json!({"swagger": "2.0", "paths": {"/x": {"post": operation}}});
        return Some(document(&text, |document| Ok(parameter(&first_operation(document)?))));
    }
    if schema.get("parameters").is_some() {
        text["paths"]["/x"]["get"] = schema.clone();
        return Some(document(&text, |document| {
            Ok(json!({"schema": arguments(&first_operation(document)?)}))
        }));
    }
    if let Some(item) = schema.get("pathItem") {
        text["paths"]["/x"] = item.clone();
        return Some(document(&text, |document| {
            Ok(json!({"schema": arguments(&first_operation(document)?)}))
        }));
    }
    if ["webhooks", "jsonSchemaDialect"].iter().any(|key| schema.get(key).is_some()) {
        text.as_object_mut()?.extend(schema.as_object()?.clone());
        return Some(document(&text, |document| {
            Ok(json!({"operations": vec![0; document.operations().len()]}))
        }));
    }
    text["schema"] = schema.clone();
    Some(document(&text, |document| {
        let located = document.root().key("schema").expect("just put there");
        let converted =
            SchemaConverter::new(document.library(), direction(schema, expected)).convert_schema(&located)?;
        Ok(json!({"schema": converted.schema.to_value()}))
    }))
}

/// In a response what is write-only is removed, in a request what is read-only: what is expected tells which it is.
fn direction(schema: &Value, expected: &Value) -> Direction {
    let kept = expected["schema"]["properties"].as_object();
    let is_response = schema["properties"].as_object().is_some_and(|properties| {
        properties.iter().any(|(name, property)| {
            let kept = kept.is_some_and(|kept| kept.contains_key(name));
            (property["readOnly"] == true && kept) || (property["writeOnly"] == true && !kept)
        })
    });
    if is_response { Direction::Response } else { Direction::Request }
}

/// The schema of an operation's arguments.
fn arguments(operation: &Operation) -> Value {
    let arguments = &operation.arguments;
    Schema::for_arguments(arguments.properties.clone(), Arc::clone(&arguments.definitions)).value()
}

/// The one parameter of Swagger 2.0 that an operation has.
fn parameter(operation: &Operation) -> Value {
    let argument = &operation.arguments.map[0];
    let mut schema = arguments(operation)["properties"][&*argument.name].clone();
    if let ArgumentLocation::Parameter { wire, .. } = &argument.location {
        let style =
            if wire.style == ParameterStyle::TabDelimited { json!("x-tsv") } else { json!(wire.style) };
        return json!({"schema": schema, "style": style, "explode": wire.explode});
    }
    // How bytes are written in JSON is said of arguments, not of the schema.
    schema.as_object_mut().expect("a map").shift_remove("contentEncoding");
    json!({"schema": schema, "media": operation.arguments.body.as_ref().map(|body| &body.media_type)})
}

fn merged(input: &Value) -> Value {
    let parameters = input["params"].as_array().expect("a list");
    let variables = parameters.iter().filter(|parameter| parameter["in"] == "path");
    let path = variables.fold("/x".to_owned(), |path, variable| {
        format!("{path}/{{{}}}", variable["name"].as_str().expect("a name"))
    });
    let mut operation = json!({"parameters": parameters});
    if !input["body"].is_null() {
        let content = json!({"application/json": {"schema": input["body"]}});
        operation["requestBody"] = json!({"required": input["breq"], "content": content});
    }
    document(&json!({"openapi": "3.1.1", "paths": {path: {"post": operation}}}), |document| {
        let operation = first_operation(document)?;
        let place = |location: &ArgumentLocation| match location {
            ArgumentLocation::Parameter { name, place, .. } => json!([place.as_str(), name]),
            ArgumentLocation::BodyProperty { pointer, .. } => json!(["body", pointer]),
            ArgumentLocation::Body => json!(["body", ""]),
        };
        let map: Map<_, _> =
            operation.arguments.map.iter().map(|one| (one.name.to_string(), place(&one.location))).collect();
        Ok(json!({"schema": arguments(&operation), "map": map}))
    })
}

fn named(input: &Value) -> Value {
    let own = input["name"].as_str().expect("a name");
    if own.is_empty() {
        return json!({"error": name::find_fault(own)});
    }
    let taken = input["taken"].as_array().into_iter().flatten().filter_map(Value::as_str);
    // A space is none of the characters that tools here have in their names; operations are named without.
    let taken: Vec<_> = taken.collect();
    let wire = name::distinct(own, own, |candidate| taken.contains(&candidate));
    json!({"wire": wire, "reverse": wire != own})
}

/// Where two values differ: the order of keys, of `required` and of types does not count, nor does an empty
/// `required`; of an error, that it is one; of the rest, what the vector names.
fn differs(vector: &Value, made: &Value) -> bool {
    let wanted = &vector["expected"];
    if !["openapi-schema-map", "argument-merge", "tool-name"].iter().any(|kind| vector["kind"] == *kind) {
        return target_vectors::differs(vector, made);
    }
    if wanted.get("error").is_some() {
        return made.get("error").is_none_or(Value::is_null);
    }
    ["schema", "map", "style", "explode", "media", "wire", "reverse", "operations"]
        .iter()
        .any(|key| wanted.get(key).map(target_vectors::plain) != made.get(key).map(target_vectors::plain))
}

/// The lines `id  reason` of the known gaps.
fn known_gaps() -> BTreeMap<String, String> {
    let text = include_str!("expected-failures.txt");
    let lines = text.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    let gaps: Vec<_> = lines.map(|line| line.split_once("  ").expect("id, two spaces, reason")).collect();
    let map: BTreeMap<_, _> =
        gaps.iter().map(|(id, reason)| ((*id).to_owned(), reason.trim().to_owned())).collect();
    assert_eq!(map.len(), gaps.len(), "a gap stands twice");
    map
}

#[test]
fn the_vectors_hold_but_for_the_known_gaps() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/vectors/targets.json");
    let Ok(text) = fs::read_to_string(&path) else {
        println!("skipped: there is no {}", path.display());
        return;
    };
    let all: Value = serde_json::from_str(&text).expect("JSON");
    let mut gaps = known_gaps();
    gaps.retain(|id, _| !id.starts_with("field/"));
    let (mut wrong, mut seen) = (Vec::new(), BTreeMap::new());
    for vector in all["vectors"].as_array().expect("a list") {
        let Some(made) = made(vector) else { continue };
        let (id, wanted) = (vector["id"].as_str().expect("an id"), &vector["expected"]);
        *seen.entry(vector["kind"].as_str().expect("a kind")).or_insert(0) += 1;
        match (differs(vector, &made), gaps.remove(id)) {
            (true, None) => {
                let told = &vector["diagnostics"];
                wrong.push(format!("{id}\n  {}\n  wanted {wanted} {told}\n  made   {made}", vector["input"]));
            }
            (false, Some(reason)) => wrong.push(format!("{id} holds now; its line can go: {reason}")),
            _ => {}
        }
    }
    wrong.extend(gaps.keys().map(|id| format!("{id} is no vector that is looked at")));
    assert!(wrong.is_empty(), "{} of {seen:?}:\n{}", wrong.len(), wrong.join("\n"));
    assert!(seen.values().sum::<usize>() > 300, "only {seen:?} were looked at");
}
