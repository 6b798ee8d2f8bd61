//! Input schemas whose arguments an HTTP tool cannot place: a property that is not named at the top has no place.

use serde_json::Value;

use super::http_tool_reader::HttpToolReader;
use super::tool_arguments::ToolArguments;
use crate::json::pointer;

/// Keywords whose schemas can declare further properties.
const COMPOSING: [&str; 6] = ["allOf", "anyOf", "oneOf", "then", "else", "if"];

/// Reports properties that a composed schema declares and the top does not, and properties without a name.
pub fn report_unplaced_properties(schema: &Value, declared: &ToolArguments, reader: &mut HttpToolReader<'_>) {
    let at = |key: &str| pointer::push("/inputSchema", key);
    let is_open = |key: &str| {
        schema.get(key).is_some_and(|held| held.as_object().is_some_and(|members| !members.is_empty()))
    };
    for key in ["patternProperties", "additionalProperties"].into_iter().filter(|key| is_open(key)) {
        reader.add(at(key), "declares arguments without a name, which go nowhere: name each in properties");
    }
    for key in ["$ref", "$dynamicRef"].into_iter().filter(|key| schema.get(*key).is_some()) {
        reader.add(at(key), "hides the names of arguments: name each in properties");
    }
    for key in COMPOSING {
        let schemas = match schema.get(key) {
            Some(Value::Array(items)) => items.iter().collect(),
            Some(one) => vec![one],
            None => Vec::new(),
        };
        let names = schemas
            .into_iter()
            .filter_map(|one| one.get("properties")?.as_object())
            .flat_map(|map| map.keys());
        for name in names.filter(|name| !declared.has(name)) {
            let name = name.escape_debug();
            reader
                .add(at(key), format!("declares \"{name}\", which goes nowhere: name it in properties too"));
        }
    }
}
