//! The definitions of a schema: under one keyword, and just those that it needs.

use std::collections::HashSet;

use serde_json::{Map, Value, json};

use crate::json::pointer;

/// Moves what stands under `definitions`, the older word, to `$defs`: the one that every provider knows.
pub fn gather(root: &mut Map<String, Value>) {
    let Some(Value::Object(older)) = root.shift_remove("definitions") else { return };
    if let Value::Object(definitions) = root.entry("$defs").or_insert_with(|| json!({})) {
        for (name, schema) in older {
            definitions.entry(name).or_insert(schema);
        }
    }
}

/// Where a reference leads once [`gather`] has been there.
pub fn reference(written: &str) -> String {
    match written.strip_prefix("#/definitions/") {
        Some(rest) => format!("#/$defs/{rest}"),
        None => written.to_owned(),
    }
}

/// Leaves out the definitions that nothing refers to, be it that it was written out where it stood: a model reads and
/// pays for each.
pub fn prune(root: &mut Map<String, Value>) {
    let Some(Value::Object(definitions)) = root.get_mut("$defs").map(Value::take) else { return };
    let mut found = Vec::new();
    root.values().for_each(|value| references(value, &mut found));
    let mut needed: HashSet<String> = HashSet::new();
    while let Some(reference) = found.pop() {
        let name = match name_in(reference) {
            Led::To(name) => name,
            Led::Elsewhere => continue,
            Led::Anywhere => {
                needed = definitions.keys().cloned().collect();
                break;
            }
        };
        if let Some(definition) = definitions.get(&name).filter(|_| !needed.contains(&name)) {
            references(definition, &mut found);
            needed.insert(name);
        }
    }
    let kept: Map<_, _> = definitions.into_iter().filter(|(name, _)| needed.contains(name)).collect();
    if kept.is_empty() {
        root.shift_remove("$defs");
    } else {
        root.insert("$defs".to_owned(), Value::Object(kept));
    }
}

enum Led {
    /// To a definition.
    To(String),
    /// To another place of the root, which stays.
    Elsewhere,
    /// Who knows: an anchor, an escape.
    Anywhere,
}

fn name_in(reference: &str) -> Led {
    match reference.strip_prefix('#') {
        Some(place) if place.contains('%') || !(place.is_empty() || place.starts_with('/')) => Led::Anywhere,
        Some(place) => match pointer::tokens(place).take(2).collect::<Vec<_>>().as_slice() {
            [defs, name] if defs == "$defs" => Led::To(name.to_string()),
            _ => Led::Elsewhere,
        },
        None => Led::Anywhere,
    }
}

/// Every reference below a value. One inside an example is none, and taking it for one keeps a definition too many.
fn references<'v>(value: &'v Value, found: &mut Vec<&'v str>) {
    match value {
        Value::Object(map) => {
            for (key, held) in map {
                match (key.as_str(), held) {
                    ("$ref" | "$dynamicRef", Value::String(reference)) => found.push(reference),
                    _ => references(held, found),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| references(item, found)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn definitions_stay_where_something_leads_to_them() {
        for (root, expected) in [
            (
                json!({"a": {"$ref": "#/$defs/A"}, "$defs": {"B": {}, "A": {"$ref": "#/$defs/C"}, "C": {}}}),
                &["A", "C"][..],
            ),
            (json!({"$defs": {"A": {"$ref": "#/$defs/A"}}}), &[]),
            (json!({"a": {"$ref": "#/$defs/A/properties/x"}, "$defs": {"A": {}, "B": {}}}), &["A"]),
            (json!({"a": {"$ref": "#/$defs/a~1b"}, "$defs": {"a/b": {}, "B": {}}}), &["a/b"]),
            (json!({"a": {"$ref": "#"}, "$defs": {"A": {}}}), &[]),
            (json!({"a": {"$ref": "#anchor"}, "$defs": {"A": {"$anchor": "anchor"}, "B": {}}}), &["A", "B"]),
            (json!({"a": {"$ref": "#/$defs/a%20b"}, "$defs": {"a b": {}, "B": {}}}), &["a b", "B"]),
        ] {
            let mut map = root.as_object().expect("a map").clone();
            prune(&mut map);
            let left = map.get("$defs").and_then(Value::as_object);
            assert_eq!(left.into_iter().flat_map(Map::keys).collect::<Vec<_>>(), expected, "{root}");
        }
    }

    #[test]
    fn the_older_word_is_followed() {
        let mut root = json!({"definitions": {"A": {"type": "string"}}}).as_object().expect("a map").clone();
        gather(&mut root);
        assert_eq!(Value::Object(root), json!({"$defs": {"A": {"type": "string"}}}));
        assert_eq!(reference("#/definitions/A"), "#/$defs/A");
        assert_eq!(reference("#/properties/definitions"), "#/properties/definitions");
    }
}
