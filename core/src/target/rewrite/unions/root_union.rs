//! Root union: a root with `anyOf`, `oneOf` or `allOf` becomes one object with the properties of all branches.

use serde_json::{Map, Value, json};

use crate::json::Path;
use crate::target::diagnostic::{Diagnostic, change};
use crate::target::rewrite::canonical::all_of_merge::{MergeFallback, Merger, is_annotation};
use crate::target::rewrite::canonical::canonical_form::CanonicalSchema;
use crate::target::rewrite::canonical::settled_references;
use crate::target::rewrite::{description_hints, schema_positions};

/// Maximum number of branches and references joined into one root, at any depth. Further ones are ignored.
const JOINED: usize = 1024;

/// Makes the root one object without a union. It has the properties of all branches, and requires those that every
/// branch requires. What remains goes to the description.
pub fn flatten(canonical: CanonicalSchema) -> CanonicalSchema {
    let CanonicalSchema { mut root, mut definitions, dialect, is_wrapped, mut notes } = canonical;
    let here = Path::at("");
    for union in ["allOf", "anyOf", "oneOf"] {
        if root.contains_key(union) {
            notes.push(Diagnostic::new(&change::ROOT_UNION_FLATTENED, &here.key(union)));
        }
    }
    let mut joiner = RootJoiner {
        definitions: &definitions,
        following: Vec::new(),
        left: JOINED,
        at: None,
        narrowed: Vec::new(),
    };
    root = joiner.joined(root);
    for union in joiner.narrowed {
        notes.push(Diagnostic::new(&change::ROOT_UNION_NARROWED, &here.key(union)));
    }
    root.insert("type".to_owned(), json!("object"));
    let mut inherited = Vec::new();
    for keyword in ["not", "const", "enum"] {
        if let Some(held) = root.shift_remove(keyword) {
            notes.push(Diagnostic::new(&change::KEYWORD_TO_HINT, &here.key(keyword)));
            inherited.push((keyword.to_owned(), held));
        }
    }
    description_hints::add_keywords(&mut root, &inherited);
    root.entry("properties").or_insert_with(|| json!({}));
    settled_references::prune_definitions(&root, &mut definitions);
    CanonicalSchema { root, definitions, dialect, is_wrapped, notes }
}

/// Joins schemas with their references and branches.
struct RootJoiner<'s> {
    definitions: &'s Map<String, Value>,
    /// Open references: none is joined into itself.
    following: Vec<String>,
    left: usize,
    /// The root's union whose branches are being joined.
    at: Option<&'static str>,
    /// The root's unions with a branch that allows any other property, while another branch declares one.
    narrowed: Vec<&'static str>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum JoinMode {
    All,
    Any,
}

impl RootJoiner<'_> {
    fn joined(&mut self, mut schema: Map<String, Value>) -> Map<String, Value> {
        let extra = ExtraProperties::of(&schema);
        if let Some(Value::String(reference)) = schema.shift_remove("$ref")
            && !self.following.contains(&reference)
            && let Some(name) = settled_references::definition_name(&reference)
            && let Some(Value::Object(target)) = self.definitions.get(&name)
        {
            self.following.push(reference);
            if let Some(mut target) = self.below(target.clone()) {
                extra.apply(&mut target);
                merge(&mut schema, &target, JoinMode::All);
            }
            self.following.pop();
        }
        for (union, how) in [("allOf", JoinMode::All), ("anyOf", JoinMode::Any), ("oneOf", JoinMode::Any)] {
            let Some(Value::Array(branches)) = schema.shift_remove(union) else { continue };
            let is_first = self.at.is_none();
            self.at = self.at.or(Some(union));
            let mut merged: Option<Map<String, Value>> = None;
            let mut declared: Vec<Vec<String>> = Vec::new();
            let mut open: Vec<usize> = Vec::new();
            for branch in branches {
                let branch = match branch {
                    Value::Object(branch) if schema_positions::types(&branch).eq(["null"]) => continue,
                    Value::Object(branch) => branch,
                    Value::Bool(true) => Map::new(),
                    _ => continue,
                };
                // An ignored branch may require nothing.
                let branch = self.below(branch).unwrap_or_default();
                let names = branch.get("properties").and_then(Value::as_object);
                if says_more(&branch) {
                    open.push(declared.len());
                }
                declared.push(names.into_iter().flat_map(Map::keys).cloned().collect());
                match &mut merged {
                    Some(merged) => merge(merged, &branch, how),
                    None => merged = Some(branch),
                }
            }
            let mut merged = merged.unwrap_or_default();
            if let (JoinMode::Any, Some(Value::Object(properties))) = (how, merged.get_mut("properties")) {
                // A branch that does not declare a property of the root takes whatever the root declares.
                let own = schema.get("properties");
                properties.retain(|name, _| {
                    own.is_none_or(|own| own.get(name).is_none())
                        || declared.iter().all(|names| names.contains(name))
                });
            }
            extra.apply(&mut merged);
            let names = merged.get("properties").and_then(Value::as_object).into_iter().flat_map(Map::keys);
            let is_narrowed = |name: &String| {
                open.iter().any(|branch| !declared[*branch].contains(name)) && !extra.own.contains(name)
            };
            let at = self.at.filter(|at| how == JoinMode::Any && !self.narrowed.contains(at));
            self.narrowed.extend(at.filter(|_| names.into_iter().any(is_narrowed)));
            merge(&mut schema, &merged, JoinMode::All);
            if is_first {
                self.at = None;
            }
        }
        schema
    }

    fn below(&mut self, schema: Map<String, Value>) -> Option<Map<String, Value>> {
        self.left = self.left.checked_sub(1)?;
        Some(self.joined(schema))
    }
}

/// Whether a schema explicitly allows undeclared properties.
fn says_more(schema: &Map<String, Value>) -> bool {
    schema.contains_key("patternProperties")
        || schema.get("additionalProperties").is_some_and(|extra| *extra != Value::Bool(false))
}

/// What a schema says of properties that it does not declare itself, even if one of its parts declares them.
struct ExtraProperties {
    additional: Option<Value>,
    own: Vec<String>,
}

impl ExtraProperties {
    fn of(schema: &Map<String, Value>) -> Self {
        // Property names are not matched against patterns.
        let additional =
            schema.get("additionalProperties").filter(|_| !schema.contains_key("patternProperties"));
        let own = schema.get("properties").and_then(Value::as_object).into_iter().flat_map(Map::keys);
        Self { additional: additional.cloned(), own: own.cloned().collect() }
    }

    /// Applies it to the properties of a part.
    fn apply(&self, part: &mut Map<String, Value>) {
        let (Some(additional), Some(Value::Object(properties))) =
            (&self.additional, part.get_mut("properties"))
        else {
            return;
        };
        if *additional == Value::Bool(false) {
            properties.retain(|name, _| self.own.contains(name));
            return;
        }
        for (_, property) in properties.iter_mut().filter(|(name, _)| !self.own.contains(name)) {
            *property = joined_property(property.take(), additional, JoinMode::All);
        }
    }
}

/// Adds the properties and required names of `branch` to `base`.
fn merge(base: &mut Map<String, Value>, branch: &Map<String, Value>, joined: JoinMode) {
    let mut own: Vec<String> = schema_positions::required(base).map(ToOwned::to_owned).collect();
    match joined {
        JoinMode::All => {
            let new: Vec<_> = schema_positions::required(branch)
                .filter(|name| !own.iter().any(|known| known == name))
                .collect();
            own.extend(new.into_iter().map(ToOwned::to_owned));
        }
        JoinMode::Any => own.retain(|name| schema_positions::required(branch).any(|other| other == name)),
    }
    base.shift_remove("required");
    if !own.is_empty() {
        base.insert("required".to_owned(), json!(own));
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

/// Joins the schemas of a property that two branches declare. Two enums become one: a tag that tells branches apart
/// stays one short enum.
fn joined_property(one: Value, other: &Value, joined: JoinMode) -> Value {
    if joined == JoinMode::All {
        let definitions = Map::new();
        let merged = Merger::new(&definitions, MergeFallback::Fail).merge_values(one.clone(), other.clone());
        return merged.unwrap_or_else(|_| json!({"allOf": [one, other]}));
    }
    match (values(&one), values(other)) {
        (Some(mut values), Some(more)) => {
            let new: Vec<_> = more.into_iter().filter(|value| !values.contains(value)).collect();
            values.extend(new);
            let mut property = one;
            if let Some(map) = property.as_object_mut() {
                map.retain(|keyword, _| is_annotation(keyword));
                if values.iter().all(Value::is_string) {
                    map.insert("type".to_owned(), json!("string"));
                }
                map.insert("enum".to_owned(), Value::Array(values));
            }
            property
        }
        _ => match one {
            // A third branch extends the union of the first two.
            Value::Object(mut map) if map.len() == 1 && map.get("anyOf").is_some_and(Value::is_array) => {
                if let Some(Value::Array(branches)) = map.get_mut("anyOf")
                    && !branches.contains(other)
                {
                    branches.push(other.clone());
                }
                Value::Object(map)
            }
            one => json!({"anyOf": [one, other]}),
        },
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

    fn flat(schema: &Value) -> Value {
        let canonical = CanonicalSchema::of(schema.clone()).expect("a schema");
        Value::Object(flatten(canonical).root)
    }

    #[test]
    fn what_stands_in_branches_of_branches_is_seen() {
        let root = flat(&json!({
            "type": "object",
            "allOf": [
                {"$ref": "#/$defs/A", "required": ["a"]},
                {"anyOf": [{"properties": {"b": {}}}, {"allOf": [{"properties": {"c": {}}, "required": ["c"]}]}]},
            ],
            "$defs": {"A": {"allOf": [{"properties": {"a": {}}}, {"$ref": "#/$defs/A"}]}},
        }));
        let names: Vec<_> = root["properties"].as_object().into_iter().flat_map(Map::keys).collect();
        assert_eq!(names, ["a", "b", "c"]);
        assert_eq!(root["required"], json!(["a"]));
    }

    #[test]
    fn a_root_that_is_made_of_itself_ends() {
        let twice =
            json!({"type": "object", "anyOf": vec![json!({"$ref": "#"}); 40], "properties": {"a": {}}});
        assert_eq!(flat(&twice)["properties"], json!({"a": {}}));
    }
}
