//! The way back: arguments as a tool's schema has them, from those that a model wrote for what it was shown.
//!
//! Nothing of a rendering is kept for it. The tool's own schema leads: it says which names are its own, which properties
//! are optional and whether null means null.

use std::collections::HashMap;

use serde_json::{Map, Value, json};

use super::canonical::{Canonical, WRAP};
use super::keys::Renames;
use super::rules::{Keys, Rules};
use super::{nulls, positions, references, root};

/// Schemas that are looked through for one value: unions within unions fan out.
const LOOKED_THROUGH: usize = 256;
/// Unions within one another that are followed to tell which branch a value is of.
const FOLLOWED: usize = 8;

/// Arguments under the names of the tool's schema. `nulled` says that optional properties were told to be null where they
/// are absent: such a null is dropped, and one that the schema takes stays.
pub fn restore(schema: &Value, sent: Value, rules: &Rules, nulled: bool) -> Value {
    match translate(schema, sent, rules, Way::Back { nulled }) {
        (Value::Object(mut map), true) => map.shift_remove(WRAP).unwrap_or_default(),
        (other, _) => other,
    }
}

/// Arguments under the names that a model is told, from those of the tool's schema: for examples that go out with it.
pub fn tell(schema: &Value, own: Value, rules: &Rules) -> Value {
    match translate(schema, own, rules, Way::Forth) {
        (told, true) => json!({WRAP: told}),
        (told, false) => told,
    }
}

/// Which way arguments go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    /// To the model.
    Forth,
    /// From it.
    Back { nulled: bool },
}

/// The value under other names, and whether the tool's schema is wrapped.
fn translate(schema: &Value, value: Value, rules: &Rules, way: Way) -> (Value, bool) {
    let Ok(canonical) = Canonical::of(schema.clone(), &mut Vec::new()) else { return (value, false) };
    let renames = if rules.keys == Keys::Free {
        Renames::new()
    } else {
        let mut shown = canonical.clone();
        if !rules.root_unions {
            root::flatten(&mut shown, &mut Vec::new());
        }
        rules.keys.renames(&shown)
    };
    let Canonical { root, definitions, is_wrapped } = canonical;
    if is_wrapped && way == Way::Forth || renames.is_empty() && way != (Way::Back { nulled: true }) {
        return (value, is_wrapped);
    }
    let whole = Value::Object(root);
    let own_names = renames.iter().map(|(own, told)| (told.as_str(), own.as_str())).collect();
    let everywhere = rules.keys == Keys::Everywhere;
    let translator =
        Restorer { root: &whole, definitions: &definitions, renames: &renames, everywhere, own_names, way };
    (translator.value(&[&whole], value), is_wrapped)
}

struct Restorer<'s> {
    root: &'s Value,
    definitions: &'s Map<String, Value>,
    renames: &'s Renames,
    /// Whether names are told in objects below the arguments too.
    everywhere: bool,
    /// Name told → own name.
    own_names: HashMap<&'s str, &'s str>,
    way: Way,
}

impl<'s> Restorer<'s> {
    fn value(&self, schemas: &[&'s Value], sent: Value) -> Value {
        match sent {
            _ if schemas.is_empty() => sent,
            Value::Object(map) => Value::Object(self.object(schemas, map)),
            Value::Array(items) => {
                let all = self.all(schemas, &Value::Array(items.clone()), true);
                let below = |index: usize| -> Vec<&'s Value> {
                    let of = |schema: &&'s Value| {
                        let first = schema.get("prefixItems").and_then(|items| items.get(index));
                        first.or_else(|| schema.get("items"))
                    };
                    all.iter().filter_map(of).collect()
                };
                let restored =
                    items.into_iter().enumerate().map(|(index, item)| self.value(&below(index), item));
                Value::Array(restored.collect())
            }
            other => other,
        }
    }

    fn object(&self, schemas: &[&'s Value], sent: Map<String, Value>) -> Map<String, Value> {
        let sent = Value::Object(sent);
        let fitting = self.all(schemas, &sent, true);
        let every = self.all(schemas, &sent, false);
        let Value::Object(sent) = sent else { return Map::new() };
        let declared = |among: &[&'s Value], name: &str| -> Vec<&'s Value> {
            among.iter().filter_map(|schema| schema.get("properties")?.get(name)).collect()
        };
        let is_told = self.everywhere || every.iter().any(|schema| std::ptr::eq(*schema, self.root));
        let mut restored = Map::new();
        for (key, value) in sent {
            let own = self.own_names.get(key.as_str()).copied().filter(|_| is_told && self.way != Way::Forth);
            let own = own.filter(|own| !declared(&every, own).is_empty()).unwrap_or(&key).to_owned();
            let mut below = declared(&fitting, &own);
            if value.is_null() && self.way == (Way::Back { nulled: true }) {
                let is_meant = below.iter().any(|schema| nulls::takes(schema, self.definitions));
                let is_due = fitting.iter().any(|schema| {
                    schema
                        .as_object()
                        .is_some_and(|schema| positions::required(schema).any(|name| name == own))
                });
                let is_absence = !is_due && (!below.is_empty() || !declared(&every, &own).is_empty());
                if is_absence && !is_meant {
                    continue;
                }
            }
            if below.is_empty() {
                below = declared(&every, &own);
            }
            if below.is_empty() {
                below = fitting.iter().filter_map(|schema| schema.get("additionalProperties")).collect();
            }
            let value = self.value(&below, value);
            let told = self
                .renames
                .get(&own)
                .filter(|_| is_told && self.way == Way::Forth && !declared(&every, &own).is_empty());
            restored.insert(told.cloned().unwrap_or(own), value);
        }
        restored
    }

    /// The schemas with those they refer to or are made of: of unions the branches that a value may be of, or every one.
    fn all(&self, schemas: &[&'s Value], sent: &Value, only_fitting: bool) -> Vec<&'s Value> {
        let mut all: Vec<&'s Value> = Vec::new();
        let mut waiting: Vec<&'s Value> = schemas.iter().rev().copied().collect();
        while let Some(schema) = waiting.pop() {
            if all.len() >= LOOKED_THROUGH || all.iter().any(|known| std::ptr::eq(*known, schema)) {
                continue;
            }
            all.push(schema);
            waiting.extend(self.target(schema));
            for parts in ["allOf", "then", "else"].iter().filter_map(|keyword| schema.get(*keyword)) {
                match parts {
                    Value::Array(parts) => waiting.extend(parts),
                    part => waiting.push(part),
                }
            }
            if let Some(Value::Object(dependent)) = schema.get("dependentSchemas") {
                waiting.extend(dependent.values());
            }
            for branches in ["anyOf", "oneOf"].iter().filter_map(|union| schema.get(*union)?.as_array()) {
                let fitting: Vec<_> =
                    branches.iter().filter(|branch| self.fits(branch, sent, FOLLOWED)).collect();
                if only_fitting && !fitting.is_empty() {
                    waiting.extend(fitting);
                } else {
                    waiting.extend(branches);
                }
            }
        }
        all
    }

    fn target(&self, schema: &Value) -> Option<&'s Value> {
        match schema.get("$ref")?.as_str()? {
            "#" => Some(self.root),
            reference => self.definitions.get(&references::name_of(reference)?),
        }
    }

    /// Whether a value may be meant for a schema: by its type, its tags and what must come.
    fn fits(&self, schema: &Value, sent: &Value, left: usize) -> bool {
        let Value::Object(map) = schema else { return *schema != Value::Bool(false) };
        let Some(left) = left.checked_sub(1) else { return true };
        let all = |keyword: &str| {
            map.get(keyword)
                .and_then(Value::as_array)
                .is_none_or(|list| list.iter().all(|one| self.fits(one, sent, left)))
        };
        let any = |keyword: &str| {
            map.get(keyword)
                .and_then(Value::as_array)
                .is_none_or(|list| list.iter().any(|one| self.fits(one, sent, left)))
        };
        let typed = !map.contains_key("type") || positions::types(map).any(|kind| is_of(sent, kind));
        let valued = map.get("const").is_none_or(|value| value == sent)
            && map.get("enum").and_then(Value::as_array).is_none_or(|values| values.contains(sent));
        let referred = self.target(schema).is_none_or(|target| self.fits(target, sent, left));
        typed
            && valued
            && referred
            && all("allOf")
            && any("anyOf")
            && any("oneOf")
            && self.members_fit(map, sent, left)
    }

    fn members_fit(&self, schema: &Map<String, Value>, sent: &Value, left: usize) -> bool {
        let Value::Object(sent) = sent else { return true };
        let value_of = |name: &str| {
            let told =
                self.own_names.iter().find(|(_, own)| **own == name).and_then(|(told, _)| sent.get(*told));
            told.or_else(|| sent.get(name))
        };
        let properties = schema.get("properties").and_then(Value::as_object);
        let property = |name: &str| properties.and_then(|properties| properties.get(name));
        let has_due = positions::required(schema).all(|name| match value_of(name) {
            None => false,
            Some(Value::Null) => match property(name) {
                Some(property) => nulls::takes(property, self.definitions),
                // It may stand for absence.
                None => self.way != (Way::Back { nulled: true }),
            },
            Some(_) => true,
        });
        has_due
            && properties.into_iter().flatten().all(|(name, property)| match value_of(name) {
                None | Some(Value::Null) => true,
                Some(value) => self.fits(property, value, left),
            })
    }
}

fn is_of(value: &Value, kind: &str) -> bool {
    match value {
        Value::Null => kind == "null",
        Value::Bool(_) => kind == "boolean",
        Value::Number(number) => {
            kind == "number" || (kind == "integer" && number.as_f64().is_none_or(|n| n.fract() == 0.0))
        }
        Value::String(_) => kind == "string",
        Value::Array(_) => kind == "array",
        Value::Object(_) => kind == "object",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::target::{gemini, openai};

    #[test]
    fn arguments_find_their_names_again_through_lists_references_and_unions() {
        let schema = json!({
            "type": "object",
            "properties": {"a[b]": {"type": "array", "items": {"$ref": "#/$defs/N"}}, "u": {"anyOf": [{"type": "null"}, {"$ref": "#/$defs/N"}]}},
            "$defs": {"N": {"type": "object", "properties": {"x.y": {}, "next": {"$ref": "#/$defs/N"}}}}
        });
        let sent = json!({"a_b": [{"x_y": 1, "next": {"x_y": 2}}], "u": {"x_y": 3}, "other": {"x_y": 4}});
        assert_eq!(
            restore(&schema, sent, &gemini::RULES, false),
            json!({"a[b]": [{"x.y": 1, "next": {"x.y": 2}}], "u": {"x.y": 3}, "other": {"x_y": 4}})
        );
    }

    #[test]
    fn a_null_that_stands_for_absence_goes_and_one_that_means_null_stays() {
        let schema = json!({
            "type": "object",
            "properties": {
                "must": {"type": "string"}, "may": {"type": "string"}, "null": {"type": ["string", "null"]},
                "list": {"type": "array", "items": {"type": ["object", "null"], "properties": {"x": {"type": "integer"}}}},
                "free": {"type": "object", "additionalProperties": {"type": ["string", "null"]}}
            },
            "required": ["must"]
        });
        let sent = json!({"must": null, "may": null, "null": null, "list": [null, {"x": null}], "free": {"k": null}, "extra": null});
        assert_eq!(
            restore(&schema, sent, &openai::STRICT_RULES, true),
            json!({"must": null, "null": null, "list": [null, {}], "free": {"k": null}, "extra": null})
        );
    }

    #[test]
    fn nulls_of_other_branches_go() {
        let branch = |tag: &str, name: &str| json!({"type": "object", "properties": {"cmd": {"const": tag}, name: {"type": "string"}}, "required": ["cmd", name]});
        let schema = json!({"type": "object", "oneOf": [branch("create", "name"), branch("delete", "id")]});
        let sent = json!({"cmd": "delete", "name": null, "id": "3"});
        assert_eq!(restore(&schema, sent, &openai::STRICT_RULES, true), json!({"cmd": "delete", "id": "3"}));
    }
}
