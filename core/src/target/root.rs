//! The root of a schema as every provider wants it: an object that says its properties itself.

use serde_json::{Map, Value, json};

use super::definitions;

/// Branches and references that are joined into one root, however they stand in one another; those beyond stay unseen.
const JOINED: usize = 1024;

/// The root as one object with properties. A union there becomes the properties of all its branches, of which those are
/// required that every branch requires; `allOf` becomes the properties of all its parts with all they require. The
/// description says what cannot be said otherwise.
pub fn flatten(schema: &Value) -> Map<String, Value> {
    let mut joiner = Joiner { whole: schema, following: Vec::new(), left: JOINED };
    let mut root = joiner.joined(schema.as_object().cloned().unwrap_or_default());
    root.shift_remove("$schema");
    root.shift_remove("$id");
    definitions::gather(&mut root);
    for keyword in ["not", "if", "then", "else", "const", "enum"] {
        if let Some(held) = root.shift_remove(keyword) {
            super::rewrite::hint(&mut root, keyword, &held);
        }
    }
    root.insert("type".to_owned(), json!("object"));
    root.entry("properties").or_insert_with(|| json!({}));
    root
}

/// Takes into schemas what they refer to and what they are made of.
struct Joiner<'s> {
    whole: &'s Value,
    /// References that are being followed: none leads into itself.
    following: Vec<String>,
    left: usize,
}

impl Joiner<'_> {
    fn joined(&mut self, mut schema: Map<String, Value>) -> Map<String, Value> {
        if let Some(Value::String(reference)) = schema.shift_remove("$ref")
            && !self.following.contains(&reference)
            && let Some(target) = object_at(self.whole, &reference)
        {
            self.following.push(reference);
            self.below(target).into_iter().for_each(|target| merge(&mut schema, &target, Joined::All));
            self.following.pop();
        }
        for (union, how) in [("allOf", Joined::All), ("anyOf", Joined::Any), ("oneOf", Joined::Any)] {
            let Some(Value::Array(branches)) = schema.shift_remove(union) else { continue };
            let mut merged: Option<Map<String, Value>> = None;
            for branch in branches {
                let Value::Object(branch) = branch else { continue };
                // A branch that stays unseen may require nothing.
                let branch = self.below(branch).unwrap_or_default();
                match &mut merged {
                    Some(merged) => merge(merged, &branch, how),
                    None => merged = Some(branch),
                }
            }
            merge(&mut schema, &merged.unwrap_or_default(), Joined::All);
        }
        schema
    }

    fn below(&mut self, schema: Map<String, Value>) -> Option<Map<String, Value>> {
        self.left = self.left.checked_sub(1)?;
        Some(self.joined(schema))
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Joined {
    All,
    Any,
}

fn object_at(root: &Value, reference: &str) -> Option<Map<String, Value>> {
    root.pointer(reference.strip_prefix('#')?)?.as_object().cloned()
}

/// Takes the properties of `branch` and what it requires into `base`.
fn merge(base: &mut Map<String, Value>, branch: &Map<String, Value>, joined: Joined) {
    let required = |map: &Map<String, Value>| -> Vec<Value> {
        map.get("required").and_then(Value::as_array).cloned().unwrap_or_default()
    };
    let (mut own, others) = (required(base), required(branch));
    match joined {
        Joined::All => {
            let new: Vec<_> = others.into_iter().filter(|name| !own.contains(name)).collect();
            own.extend(new);
        }
        Joined::Any => own.retain(|name| others.contains(name)),
    }
    base.shift_remove("required");
    if !own.is_empty() {
        base.insert("required".to_owned(), Value::Array(own));
    }
    if let Some(Value::Object(properties)) = branch.get("properties") {
        let Value::Object(known) = base.entry("properties").or_insert_with(|| json!({})) else { return };
        for (name, property) in properties {
            match known.get_mut(name) {
                Some(present) if present == property => {}
                Some(present) => *present = joined_property(present.take(), property, joined),
                None => drop(known.insert(name.clone(), property.clone())),
            }
        }
    }
}

/// One property that two branches declare. Where both list their values the lists are joined: a tag that tells branches
/// apart stays one short enum.
fn joined_property(one: Value, other: &Value, joined: Joined) -> Value {
    if joined == Joined::All {
        return json!({"allOf": [one, other]});
    }
    match (values(&one), values(other)) {
        (Some(mut values), Some(more)) => {
            let new: Vec<_> = more.into_iter().filter(|value| !values.contains(value)).collect();
            values.extend(new);
            let mut property = one;
            if let Some(map) = property.as_object_mut() {
                map.shift_remove("const");
                if values.iter().all(Value::is_string) {
                    map.insert("type".to_owned(), json!("string"));
                }
                map.insert("enum".to_owned(), Value::Array(values));
            }
            property
        }
        _ => json!({"anyOf": [one, other]}),
    }
}

fn values(schema: &Value) -> Option<Vec<Value>> {
    schema
        .get("enum")
        .and_then(Value::as_array)
        .cloned()
        .or_else(|| schema.get("const").map(|value| vec![value.clone()]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_in_branches_of_branches_is_seen() {
        let schema = json!({
            "type": "object",
            "allOf": [
                {"$ref": "#/$defs/A", "required": ["a"]},
                {"anyOf": [{"properties": {"b": {}}}, {"allOf": [{"properties": {"c": {}}, "required": ["c"]}]}]},
            ],
            "$defs": {"A": {"allOf": [{"properties": {"a": {}}}, {"$ref": "#/$defs/A"}]}},
        });
        let root = flatten(&schema);
        let names: Vec<_> = root["properties"].as_object().into_iter().flat_map(Map::keys).collect();
        assert_eq!(names, ["a", "b", "c"]);
        assert_eq!(root["required"], json!(["a"]));
    }

    #[test]
    fn a_root_that_is_made_of_itself_ends() {
        let twice =
            json!({"type": "object", "anyOf": vec![json!({"$ref": "#"}); 40], "properties": {"a": {}}});
        assert_eq!(flatten(&twice)["properties"], json!({"a": {}}));
    }
}
