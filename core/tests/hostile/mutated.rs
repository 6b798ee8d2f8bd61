//! Anything at all: bytes, half of something, and good documents with parts of others in them. Nothing panics, every
//! operation is accounted for, and what comes out is valid.

use std::fs;
use std::path::Path;
use std::sync::LazyLock;

use proptest::prelude::*;
use proptest::sample::{Index, select};
use serde_json::{Value, json};
use tokio::runtime::Builder;
use toolrack_core::error::{Error, Result};
use toolrack_core::json::Arena;
use toolrack_core::loader::LoadReport;
use toolrack_core::schema::{Schema, meta_schema_problems};
use toolrack_core::spec::{ParseLimits, SpecSource, parse_document};

use crate::support::stage::Scene;

/// The documents of the golden cases, as they are written.
static GOLDEN: LazyLock<Vec<String>> = LazyLock::new(|| {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/documents");
    let cases = fs::read_dir(folder).expect("cases").flatten().map(|entry| entry.path());
    let mut texts: Vec<_> = cases
        .flat_map(|case| ["document.yaml", "document.json"].map(|name| case.join(name)))
        .filter_map(|file| fs::read_to_string(file).ok())
        .collect();
    texts.sort();
    texts
});

/// The same as values.
static VALUES: LazyLock<Vec<Value>> = LazyLock::new(|| {
    let value = |text: &String| {
        let arena = Arena::new();
        parse_document(text, &ParseLimits::default(), &arena)
            .map(|parsed| parsed.root.to_value())
            .expect("is a document")
    };
    GOLDEN.iter().map(value).collect()
});

/// Loads a text, and looks at all that came of it. The scene sees to it that every operation is accounted for.
fn load(text: Vec<u8>) -> Result<LoadReport> {
    let network = json!({"references": {"internet": false}});
    let options = json!({"name": "api", "network": network, "document": {"duplicateKeys": "last"}});
    let (scene, runtime) = (Scene::new(), Builder::new_current_thread().build().expect("a runtime"));
    let report = runtime.block_on(scene.load(SpecSource::Text(text.into()), options))?;
    for tool in scene.registry.snapshot().tools() {
        let schema = tool.definition.input_schema.value();
        let wrong: Vec<_> =
            meta_schema_problems(&schema).into_iter().chain(Schema::new(&schema).compile_problem()).collect();
        assert!(wrong.is_empty() && schema["properties"].is_object(), "{wrong:?}: {schema}");
    }
    scene.face();
    Ok(report)
}

/// A fault of syntax says where it is.
fn is_placed(outcome: &Result<LoadReport>) -> bool {
    match outcome {
        Err(Error::Syntax { line, column, pointer, .. }) => {
            line.is_some() && column.is_some() && pointer.is_some()
        }
        _ => true,
    }
}

/// The pointers to all that stands in a value.
fn places(value: &Value, above: &str, places: &mut Vec<String>) {
    places.push(above.to_owned());
    match value {
        Value::Object(map) => {
            for (key, value) in map {
                let key = key.replace('~', "~0").replace('/', "~1");
                self::places(value, &format!("{above}/{key}"), places);
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                self::places(item, &format!("{above}/{index}"), places);
            }
        }
        _ => {}
    }
}

/// What may stand anywhere, and what to do with what stands there.
#[derive(Clone, Debug)]
enum Change {
    Put(Value),
    /// What stands somewhere else.
    Copy(Index, Index),
    /// A reference to something else.
    Refer(Index),
    Remove,
    /// Another name for the member.
    Rename(&'static str),
}

/// Keys that mean something somewhere in a document.
const KEYWORDS: &str = "
    type properties required items enum $ref allOf oneOf not nullable schema content in name
    default parameters requestBody get query additionalProperties pattern dependencies
    prefixItems $defs const style discriminator readOnly format servers paths swagger openapi
    additionalOperations __proto__ /x/{a}
";

fn change() -> impl Strategy<Value = Change> {
    let odd = [
        json!(null),
        json!(true),
        json!(false),
        json!(0),
        json!(-1.5),
        json!(""),
        json!("text"),
        json!([]),
        json!({}),
        json!([{}]),
        json!([[]]),
        json!({"$ref": "#"}),
        json!({"$ref": 5}),
        json!({"$ref": "other.yaml#/x"}),
        json!({"type": "string"}),
        json!("object"),
        json!("array"),
        json!({"nullable": true, "allOf": [{"type": "object"}]}),
        json!({"$dynamicRef": "#x", "$dynamicAnchor": "x"}),
        json!("query"),
        json!("body"),
        json!({"oneOf": [{"$ref": "#/components/schemas/Pet"}], "discriminator": {"propertyName": "kind"}}),
        json!({"$id": "https://example.com/x"}),
    ];
    prop_oneof![
        4 => select(odd.to_vec()).prop_map(Change::Put),
        3 => any::<(Index, Index)>().prop_map(|(document, place)| Change::Copy(document, place)),
        2 => any::<Index>().prop_map(Change::Refer),
        1 => Just(Change::Remove),
        2 => select(KEYWORDS.split_whitespace().collect::<Vec<_>>()).prop_map(Change::Rename),
    ]
}

fn apply(document: &mut Value, at: Index, change: &Change) {
    let mut all = Vec::new();
    places(document, "", &mut all);
    let place = at.get(&all).clone();
    let put = match change {
        Change::Put(value) => value.clone(),
        Change::Copy(other, from) => {
            let (other, mut all) = (other.get(&VALUES), Vec::new());
            places(other, "", &mut all);
            other.pointer(&all[from.index(all.len())]).cloned().unwrap_or_default()
        }
        Change::Refer(to) => json!({"$ref": format!("#{}", to.get(&all))}),
        Change::Remove | Change::Rename(_) => Value::Null,
    };
    let (above, key) = place.rsplit_once('/').unwrap_or(("", ""));
    let key = key.replace("~1", "/").replace("~0", "~");
    match (change, document.pointer_mut(above)) {
        (Change::Remove, Some(Value::Object(map))) => drop(map.remove(&key)),
        (Change::Rename(name), Some(Value::Object(map))) => {
            if let Some(value) = map.remove(&key) {
                map.insert((*name).to_owned(), value);
            }
        }
        _ => {
            if let Some(value) = document.pointer_mut(&place).filter(|_| !place.is_empty()) {
                *value = put;
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_are_refused_or_read(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        prop_assert!(is_placed(&load(bytes)));
    }

    #[test]
    fn any_signs_of_yaml_are_refused_or_read(
        signs in prop::collection::vec(select(&[
            "a", "b: ", ": ", "- ", "? ", "[", "]", "{", "}", ", ", "\n", "\n  ", "\n    ", "&x ", "*x", "!!str ",
                "! ", "!!map ", "<<: ", "<<: *x",
            "'", "\"", "\\", "# ", "|", ">", "---\n", "...\n", "%YAML 1.2\n", "\t", "~", "1", "$ref: ", "é", "\u{feff}",
        ][..]), 0..40),
        head in select(&["", "openapi: 3.1.0\npaths:\n  /a:\n    get: ", "{openapi: 3.0.0, paths: {/a: {get: {"][..]),
    ) {
        prop_assert!(is_placed(&load((head.to_owned() + &signs.concat()).into_bytes())));
    }

    #[test]
    fn half_of_a_document_and_half_of_another_are_refused_or_read(
        (first, second) in (select(&GOLDEN[..]), select(&GOLDEN[..])),
        (end, start) in any::<(Index, Index)>(),
        bytes in prop::collection::vec((any::<Index>(), any::<u8>()), 0..4),
    ) {
        let mut text = [&first.as_bytes()[..end.index(first.len())],
            &second.as_bytes()[start.index(second.len())..]].concat();
        for (at, byte) in bytes.iter().filter(|_| !first.is_empty()) {
            let at = at.index(text.len().max(1));
            if let Some(place) = text.get_mut(at) {
                *place = *byte;
            }
        }
        prop_assert!(is_placed(&load(text)));
    }

    #[test]
    fn documents_with_parts_in_the_wrong_places_load_but_for_those_parts(
        document in select(&VALUES[..]),
        changes in prop::collection::vec((any::<Index>(), change()), 1..8),
    ) {
        let mut document = document.clone();
        for (at, change) in &changes {
            apply(&mut document, *at, change);
        }
        let outcome = load(document.to_string().into_bytes());
        let is_refused_for_cause = match &outcome {
            Ok(_) => true,
            Err(Error::InvalidSpec { pointer, .. } | Error::UnsupportedSpec { pointer, .. }) => {
                ["", "/paths", "/openapi", "/swagger", "/jsonSchemaDialect"].contains(&pointer.as_str())
            }
            Err(_) => false,
        };
        prop_assert!(is_refused_for_cause, "{outcome:?}: {document}");
    }
}
