//! Hints for definitions in the terms of other libraries (`handler`, `schema`, `int`): what to write instead.

use serde_json::{Map, Value};

use crate::error::nearest;
use crate::schema::keywords;

/// Keys of other libraries, in lower case without `_`, and the hint for each.
const KEYS: [(&[&str], &str); 7] = [
    (
        &[
            "handler", "handle", "run", "func", "fn", "function", "invoke", "call", "callback", "exec",
            "action",
        ],
        ": is \"execute\" meant?",
    ),
    (
        &[
            "schema",
            "jsonschema",
            "input",
            "inputjsonschema",
            "argsschema",
            "paramsschema",
            "parametersschema",
            "zodschema",
        ],
        ": is \"inputSchema\" meant?",
    ),
    (&["params", "args", "arguments", "properties"], ": is \"parameters\" meant?"),
    (
        &["output", "outputjsonschema", "resultschema", "responseschema", "returns"],
        ": is \"outputSchema\" meant?",
    ),
    (
        &["timeout", "timeoutms", "retries", "concurrency", "burst", "queue"],
        ": is a member of \"callLimits\" meant?",
    ),
    (&["needsapproval", "approval", "confirm"], ": is \"requiresApproval\" meant?"),
    (&["required"], ": each parameter says by itself whether it is required"),
];

/// Types that JSON Schema does not have, in lower case, and the nearest that it has.
const TYPES: [(&[&str], &str); 10] = [
    (&["date", "datetime", "date-time", "timestamp", "time"], "string with format: \"date-time\""),
    (&["bigint", "biginteger"], "integer, or string for what a number cannot hold"),
    (&["int", "int32", "int64", "long", "short"], "integer"),
    (&["float", "double", "decimal", "numeric"], "number"),
    (&["str", "text", "char", "varchar", "uuid", "url", "email"], "string"),
    (&["bool"], "boolean"),
    (&["map", "dict", "record", "struct", "json"], "object"),
    (&["list", "tuple", "set"], "array"),
    (&["any", "unknown", "mixed", "enum", "union"], "no type at all, leave it out"),
    (&["undefined", "none", "void", "nil"], "null, or leave the parameter out"),
];

/// The hint for a key that no definition has; empty where nothing is near.
pub fn hint_for_key(key: &str, known: &[&'static str]) -> String {
    let folded = key.replace(['_', '-'], "").to_ascii_lowercase();
    if let Some((_, hint)) = KEYS.iter().find(|(words, _)| words.contains(&folded.as_str())) {
        return (*hint).to_owned();
    }
    let nearest = nearest(key, known.iter().copied());
    nearest.first().map(|near| format!(", nearest: {near}")).unwrap_or_default()
}

/// The hint for a keyword that no parameter has; empty where nothing is near.
pub fn hint_for_keyword(keyword: &str, held: &Value) -> String {
    match (keyword, held) {
        ("optional", Value::Bool(true)) => ": write required: false".to_owned(),
        ("optional", _) => {
            ": leave it out, a parameter is required unless it says required: false".to_owned()
        }
        ("nullable", _) => ": add \"null\" to its type, as in type: [\"string\", \"null\"]".to_owned(),
        _ => {
            let nearest = nearest(keyword, keywords::keyword_names());
            nearest.first().map(|near| format!(", nearest: {near}")).unwrap_or_default()
        }
    }
}

/// The message for a parameter that is no map: `"string"` instead of `{ type: "string" }`.
pub fn describe_parameter(held: &Value) -> String {
    let short = match held {
        Value::String(word) => match nearest_type(word) {
            Some(near) if keywords::TYPE_NAMES.contains(&&*near) => format!(": write {{ type: \"{near}\" }}"),
            Some(near) => format!("; nearest: {near}"),
            None => String::new(),
        },
        _ => String::new(),
    };
    format!("must be a map with type, description …{short}")
}

/// The type of JSON Schema that is nearest to a word, or what to write in its place.
fn nearest_type(word: &str) -> Option<String> {
    let lower = word.to_ascii_lowercase();
    if keywords::TYPE_NAMES.contains(&lower.as_str()) {
        return Some(lower);
    }
    let known = TYPES.iter().find(|(words, _)| words.contains(&lower.as_str()));
    known
        .map(|(_, near)| (*near).to_owned())
        .or_else(|| nearest(word, keywords::TYPE_NAMES.into_iter()).into_iter().next())
}

/// The message for an unknown type.
pub fn describe_unknown_type(word: &str) -> String {
    let hint = nearest_type(word).map(|near| format!("; nearest: {near}")).unwrap_or_default();
    format!("is none of {}{hint}", keywords::TYPE_NAMES.join(", "))
}

/// Whether a `parameters` map is a whole JSON Schema. A parameter may be named `type` or `properties`, but then it is a map.
pub fn is_whole_schema(parameters: &Map<String, Value>) -> bool {
    let is = |key: &str, kind: fn(&Value) -> bool| parameters.get(key).is_some_and(kind);
    let says_object = match parameters.get("type") {
        Some(Value::String(kind)) => kind == "object",
        Some(Value::Array(kinds)) => kinds.iter().any(|kind| kind == "object"),
        _ => false,
    };
    let says_more = is("required", Value::is_array)
        || is("additionalProperties", Value::is_boolean)
        || is("$schema", Value::is_string);
    says_object || (says_more && is("properties", Value::is_object))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_key_of_another_library_is_told_its_name_here() {
        let known = ["name", "category", "inputSchema", "outputSchema", "parameters"];
        for (key, hint) in [
            ("handler", ": is \"execute\" meant?"),
            ("input_schema", ", nearest: inputSchema"),
            ("output_schema", ", nearest: outputSchema"),
            ("returns", ": is \"outputSchema\" meant?"),
            ("needsApproval", ": is \"requiresApproval\" meant?"),
            ("schema", ": is \"inputSchema\" meant?"),
            ("params", ": is \"parameters\" meant?"),
            ("categry", ", nearest: category"),
            ("zzz", ""),
        ] {
            assert_eq!(hint_for_key(key, &known), hint, "{key}");
        }
    }

    #[test]
    fn a_type_that_json_schema_has_not_is_told_the_nearest() {
        for (word, nearest) in [
            ("int", "; nearest: integer"),
            ("String", "; nearest: string"),
            ("strin", "; nearest: string"),
            ("Date", "; nearest: string with format: \"date-time\""),
            ("bigint", "; nearest: integer, or string for what a number cannot hold"),
            ("any", "; nearest: no type at all, leave it out"),
            ("void", "; nearest: null, or leave the parameter out"),
            ("zzzzzz", ""),
        ] {
            let types = "is none of string, number, integer, boolean, array, object, null";
            assert_eq!(describe_unknown_type(word), format!("{types}{nearest}"), "{word}");
        }
    }

    #[test]
    fn a_parameter_that_is_a_word_is_told_the_map_to_write() {
        for (held, nearest) in [
            (json!("string"), ": write { type: \"string\" }"),
            (json!("int"), ": write { type: \"integer\" }"),
            (json!("date"), "; nearest: string with format: \"date-time\""),
            (json!("zzzzzz"), ""),
            (json!(5), ""),
        ] {
            let message = format!("must be a map with type, description …{nearest}");
            assert_eq!(describe_parameter(&held), message, "{held}");
        }
    }

    #[test]
    fn a_parameter_named_type_or_properties_is_a_parameter() {
        let whole = |value: Value| is_whole_schema(value.as_object().expect("a map"));
        assert!(whole(json!({"type": "object", "properties": {}})));
        assert!(whole(json!({"properties": {"a": {}}, "required": ["a"]})));
        assert!(!whole(json!({"type": {"type": "string"}, "properties": {"type": "object"}})));
        assert!(!whole(json!({"required": {"type": "boolean"}, "properties": {"type": "array"}})));
        assert!(!whole(json!({})));
    }
}
