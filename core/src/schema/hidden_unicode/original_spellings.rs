//! Spellings: the names and values of a document that a model reads without their hidden characters, and the way back.
//!
//! The document's own schema leads, by the place of each value: a name or a value that is the document's but for hidden
//! characters becomes the document's. Anything else stays as the caller wrote it. A program may write either spelling.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::sync::OnceLock;

use serde_json::{Map, Value};

use crate::schema::applicable_schemas::Related;
use crate::schema::keywords::{self, Holds};
use crate::schema::validation::Schema;
use crate::unicode::{count, has_hidden, strip, strip_value};

/// The argument schema of a tool as its document spells it; the arguments themselves have the names that a model reads.
#[derive(Clone, Debug)]
pub struct Spellings {
    own: Schema,
    read: OnceLock<Value>,
}

impl PartialEq for Spellings {
    fn eq(&self, other: &Self) -> bool {
        self.own == other.own
    }
}

impl Spellings {
    /// Of a schema as the document has it.
    pub const fn new(own: Schema) -> Self {
        Self { own, read: OnceLock::new() }
    }

    /// The schema as the document has it.
    pub const fn own(&self) -> &Schema {
        &self.own
    }

    /// Arguments as a model spells them, from those of a program, which may know the document's own spelling.
    pub fn show(&self, arguments: Map<String, Value>) -> Map<String, Value> {
        self.translate(arguments, Way::Forth)
    }

    /// Arguments as the document spells them.
    pub fn restore(&self, arguments: Map<String, Value>) -> Map<String, Value> {
        self.translate(arguments, Way::Back)
    }

    /// The names and values with hidden characters that an argument can have, by the names that lead to it: what calls may send
    /// and no reader of the definition sees.
    pub fn unseen(&self, argument: &[&str]) -> BTreeSet<String> {
        let root = self.read.get_or_init(|| self.own.value());
        let own = argument.iter().try_fold(root, |schema, name| schema.get("properties")?.get(*name));
        let (mut unseen, mut open) = (Unseen::default(), Vec::from_iter(own));
        // A chain of references is as long as its author likes.
        while let Some(schema) = open.pop() {
            unseen.collect(schema);
            let targets = std::mem::take(&mut unseen.references);
            open.extend(targets.iter().filter_map(|name| root.get("$defs")?.get(name)));
        }
        unseen.found
    }

    fn translate(&self, arguments: Map<String, Value>, way: Way) -> Map<String, Value> {
        let root = self.read.get_or_init(|| self.own.value());
        let target = |name: &str| root.get("$defs")?.get(name);
        let translator = Translator { related: Related::new(&target), way };
        match translator.value(&[root], Value::Object(arguments)) {
            Value::Object(arguments) => arguments,
            _ => Map::new(),
        }
    }
}

/// Collects names and values with hidden characters.
#[derive(Default)]
struct Unseen {
    found: BTreeSet<String>,
    followed: BTreeSet<String>,
    /// Definitions that are still to be looked through.
    references: Vec<String>,
}

impl Unseen {
    fn collect(&mut self, schema: &Value) {
        let Value::Object(map) = schema else { return };
        let own = [schema];
        let values = Related::values(&own).filter(|value| has_hidden(value));
        self.found.extend(values.map(Value::to_string));
        for (keyword, held) in map {
            match (keywords::holds(keyword), held) {
                (Some(Holds::Schema), held) => self.collect(held),
                (Some(Holds::SchemaList), Value::Array(list)) => {
                    for one in list {
                        self.collect(one);
                    }
                }
                (Some(Holds::SchemaMap), Value::Object(map)) => {
                    self.found.extend(map.keys().filter(|name| count(name) > 0).cloned());
                    for one in map.values() {
                        self.collect(one);
                    }
                }
                (None, Value::String(to)) if keyword == "$ref" => {
                    let name =
                        to.strip_prefix("#/$defs/").filter(|name| self.followed.insert((*name).to_owned()));
                    self.references.extend(name.map(ToOwned::to_owned));
                }
                _ => {}
            }
        }
    }
}

/// Which way arguments go.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    /// To the spelling that a model reads.
    Forth,
    /// To that of the document.
    Back,
}

struct Translator<'t, 's> {
    related: Related<'t, 's>,
    way: Way,
}

impl<'s> Translator<'_, 's> {
    fn value(&self, schemas: &[&'s Value], value: Value) -> Value {
        if schemas.is_empty() {
            return value;
        }
        let related = self.related.of(schemas);
        if let Some(known) = self.known(&related, &value) {
            return known;
        }
        match value {
            Value::Object(members) => Value::Object(self.object(&related, members)),
            Value::Array(items) => {
                let items = items.into_iter().enumerate();
                items.map(|(i, item)| self.value(&Related::items(&related, i), item)).collect()
            }
            other => other,
        }
    }

    /// The value that schemas name, in the spelling that is wanted. A value that they name as it is means itself.
    fn known(&self, related: &[&'s Value], value: &Value) -> Option<Value> {
        let named = Related::values(related);
        match self.way {
            Way::Forth => {
                let mut hidden = named.filter(|one| has_hidden(one));
                hidden.find(|one| *one == value).map(strip_value)
            }
            Way::Back => {
                let named: Vec<_> = named.collect();
                if named.contains(&value) {
                    return Some(value.clone());
                }
                let mut hidden = named.into_iter().filter(|one| has_hidden(one));
                hidden.find(|one| strip_value(one) == *value).cloned()
            }
        }
    }

    fn object(&self, related: &[&'s Value], members: Map<String, Value>) -> Map<String, Value> {
        let names = self.related.names(related);
        let plan = members.keys().map(|key| {
            let as_is = names.iter().find(|name| **name == key.as_str());
            let own = as_is.or_else(|| names.iter().find(|name| strip(name) == key.as_str()));
            let own = own.copied().unwrap_or(key);
            let wanted = match self.way {
                Way::Forth if own.is_ascii() => Cow::Borrowed(own),
                Way::Forth if as_is.is_some() => strip(own),
                Way::Forth => Cow::Borrowed(key.as_str()),
                Way::Back => Cow::Borrowed(own),
            };
            // A name that is written in both spellings stays, and the schema judges it.
            let is_free = wanted == key.as_str() || !members.contains_key(&*wanted);
            let spelled = if is_free { wanted.into_owned() } else { key.clone() };
            (spelled, Related::members(related, own))
        });
        let plan: Vec<(String, Vec<&'s Value>)> = plan.collect();
        let translated = plan.into_iter().zip(members);
        translated.map(|((name, below), (_, value))| (name, self.value(&below, value))).collect()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn members(value: Value) -> Map<String, Value> {
        match value {
            Value::Object(members) => members,
            other => panic!("{other} is a map"),
        }
    }

    /// What a model writes, and what the document wants: by each part of a schema that can stand between the two.
    #[test]
    fn a_spelling_finds_its_way_back_through_every_part_of_a_schema() {
        let node = json!({"type": "object", "properties": {"i\u{200B}d": {}, "next": {"$ref": "#/$defs/N"}}});
        for (schema, read, own) in [
            (json!({"enum": ["a\u{200B}b", "c"]}), json!("ab"), json!("a\u{200B}b")),
            (json!({"enum": ["a\u{200B}b", "c"]}), json!("c"), json!("c")),
            (json!({"const": {"k\u{FEFF}": 1}}), json!({"k": 1}), json!({"k\u{FEFF}": 1})),
            (json!({"type": "string", "default": "x\u{E0041}"}), json!("x"), json!("x\u{E0041}")),
            (json!({"type": "string"}), json!("free"), json!("free")),
            (json!({"items": {"enum": ["a\u{200B}"]}}), json!(["a", "b"]), json!(["a\u{200B}", "b"])),
            (
                json!({"prefixItems": [{}, {"const": "a\u{200B}"}]}),
                json!(["a", "a"]),
                json!(["a", "a\u{200B}"]),
            ),
            (json!({"$ref": "#/$defs/N"}), json!({"next": {"id": 1}}), json!({"next": {"i\u{200B}d": 1}})),
            (
                json!({"anyOf": [{"type": "null"}, {"$ref": "#/$defs/N"}]}),
                json!({"id": 1}),
                json!({"i\u{200B}d": 1}),
            ),
            (
                json!({"additionalProperties": {"$ref": "#/$defs/N"}}),
                json!({"k": {"id": 1}}),
                json!({"k": {"i\u{200B}d": 1}}),
            ),
            (json!({"propertyNames": {"enum": ["k\u{200B}"]}}), json!({"k": 1}), json!({"k\u{200B}": 1})),
            (
                json!({"allOf": [{"properties": {"i\u{200B}d": {"const": "v\u{200B}"}}}]}),
                json!({"id": "v"}),
                json!({"i\u{200B}d": "v\u{200B}"}),
            ),
        ] {
            let whole = json!({"properties": {"p": schema}, "$defs": {"N": node}});
            let spellings = Spellings::new(Schema::new(&whole));
            let (read, own) = (members(json!({"p": read})), members(json!({"p": own})));
            assert_eq!(spellings.restore(read.clone()), own, "{whole}");
            assert_eq!(spellings.restore(own.clone()), own, "{whole}");
            assert_eq!(spellings.show(own), read, "{whole}");
            assert_eq!(spellings.show(read.clone()), read, "{whole}");
        }
    }

    #[test]
    fn a_name_in_both_spellings_is_left_to_the_schema() {
        let spellings = Spellings::new(Schema::new(&json!({"properties": {"i\u{200B}d": {}}})));
        let both = members(json!({"id": 1, "i\u{200B}d": 2}));
        assert_eq!(spellings.show(both.clone()), both);
        assert_eq!(spellings.restore(both.clone()), both);
    }
}
