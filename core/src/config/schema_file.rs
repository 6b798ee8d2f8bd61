//! The file `schema/config.json`: the JSON Schema by which editors complete and check a configuration file.
//!
//! It is made of the types of `settings/`. After a change of them, this command writes it, to be read before it is
//! committed: `TOOLRACK_BLESS=1 cargo test -p toolrack-core --lib schema_file`.

use std::path::Path;

use schemars::generate::SchemaSettings;
use serde_json::{Map, Value, json};

use super::config::Config;

/// The JSON Schema: draft 7, which the YAML extension of VS Code reads.
fn config_schema() -> Value {
    let generator = SchemaSettings::draft07().into_generator();
    let mut schema = generator.into_root_schema_for::<Config>().to_value();
    mend_schema(&mut schema);
    schema["title"] = json!("Configuration of toolrack");
    let server = &mut schema["definitions"]["McpServerConfig"];
    // Other clients have keys of their own there.
    server["additionalProperties"] = json!(true);
    server["oneOf"] = json!([{"required": ["command"]}, {"required": ["url"]}]);
    schema
}

/// Takes out what serde means by `Option`, and formats of numbers; adds the defaults that the descriptions say.
fn mend_schema(schema: &mut Value) {
    let Value::Object(map) = schema else {
        if let Value::Array(items) = schema {
            items.iter_mut().for_each(mend_schema);
        }
        return;
    };
    map.values_mut().for_each(mend_schema);
    if map.get("default").is_some_and(Value::is_null) {
        map.remove("default");
    }
    map.remove("format");
    if let Some(Value::Array(types)) = map.get_mut("type") {
        types.retain(|kind| kind != "null");
        let first = types[0].clone();
        map.insert("type".to_owned(), first);
    }
    if let Some(Value::Array(forms)) = map.get_mut("anyOf") {
        forms.retain(|form| form != &json!({"type": "null"}));
        if let [Value::Object(only)] = forms.as_slice() {
            let only = only.clone();
            map.shift_remove("anyOf");
            merge_form(map, only);
        }
    }
    if let Some(default) = map.get("description").and_then(Value::as_str).and_then(default_of) {
        map.insert("default".to_owned(), default);
    }
}

/// Adds the one form of a value to its description. Draft 7 ignores what stands beside a `$ref`.
fn merge_form(map: &mut Map<String, Value>, form: Map<String, Value>) {
    if form.contains_key("$ref") && !map.is_empty() {
        map.insert("allOf".to_owned(), json!([form]));
    } else {
        map.extend(form);
    }
}

/// The default that a description says: ``Default: `5`.``
fn default_of(description: &str) -> Option<Value> {
    let (_, after) = description.split_once("Default: `")?;
    let (literal, _) = after.split_once('`')?;
    Some(serde_json::from_str(literal).unwrap_or_else(|error| panic!("{literal}: {error}")))
}

#[test]
fn the_schema_file_is_that_of_the_types() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../schema/config.json");
    let made = format!("{}\n", serde_json::to_string_pretty(&config_schema()).expect("a text"));
    if std::env::var_os("TOOLRACK_BLESS").is_some() {
        std::fs::create_dir_all(file.parent().expect("a folder")).expect("a folder");
        std::fs::write(&file, &made).expect("a file");
    }
    let written = std::fs::read_to_string(&file).unwrap_or_default();
    assert!(made == written, "write it anew: TOOLRACK_BLESS=1 cargo test -p toolrack-core --lib schema_file");
}

#[test]
fn every_key_of_the_schema_is_described() {
    fn undescribed(schema: &Value, at: &str, found: &mut Vec<String>) {
        let Value::Object(map) = schema else { return };
        for (key, property) in map.get("properties").and_then(Value::as_object).into_iter().flatten() {
            if property.get("description").is_none() {
                found.push(format!("{at}/{key}"));
            }
        }
        for (key, inner) in map {
            undescribed(inner, &format!("{at}/{key}"), found);
        }
    }
    let mut found = Vec::new();
    undescribed(&config_schema(), "", &mut found);
    assert!(found.is_empty(), "{found:?}");
}
