//! Restores the original spelling of arguments: names and values that the model reads without hidden
//! characters.
//!
//! The document's schema decides, by the position of each value. A name or value that equals the document's
//! apart from hidden characters becomes the document's. Others stay. A program may use either spelling.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::sync::OnceLock;

use serde_json::{Map, Value};

use crate::schema::applicable_schemas::ApplicableSchemas;
use crate::schema::keywords::{self, KeywordValue};
use crate::schema::validation::Schema;
use crate::unicode::{count_hidden, has_hidden, strip_hidden, strip_hidden_value};

/// Argument schema of a tool with the document's spelling.
#[derive(Clone, Debug)]
pub struct OriginalSpellings {
    own: Schema,
    read: OnceLock<Value>,
}

impl PartialEq for OriginalSpellings {
    fn eq(&self, other: &Self) -> bool {
        self.own == other.own
    }
}

impl OriginalSpellings {
    /// Wraps a schema with the document's spelling.
    pub const fn new(own: Schema) -> Self {
        Self { own, read: OnceLock::new() }
    }

    /// Returns the schema with the document's spelling.
    pub const fn original_schema(&self) -> &Schema {
        &self.own
    }

    /// Converts the arguments of a program to the spelling that the model reads.
    pub fn to_visible(&self, arguments: Map<String, Value>) -> Map<String, Value> {
        self.translate(arguments, SpellingDirection::ToVisible)
    }

    /// Converts arguments to the document's spelling.
    pub fn to_original(&self, arguments: Map<String, Value>) -> Map<String, Value> {
        self.translate(arguments, SpellingDirection::ToOriginal)
    }

    /// Returns the names and values with hidden characters that an argument can contain. Calls may send
    /// them, and no reader of the definition sees them. `argument` is the path of property names.
    pub fn hidden_texts(&self, argument: &[&str]) -> BTreeSet<String> {
        let root = self.read.get_or_init(|| self.own.value());
        let own = argument.iter().try_fold(root, |schema, name| schema.get("properties")?.get(*name));
        let (mut unseen, mut open) = (HiddenTextCollector::default(), Vec::from_iter(own));
        // References are followed in a loop, since a chain can be arbitrarily long.
        while let Some(schema) = open.pop() {
            unseen.collect(schema);
            let targets = std::mem::take(&mut unseen.references);
            open.extend(targets.iter().filter_map(|name| root.get("$defs")?.get(name)));
        }
        unseen.found
    }

    fn translate(&self, arguments: Map<String, Value>, way: SpellingDirection) -> Map<String, Value> {
        let root = self.read.get_or_init(|| self.own.value());
        let target = |name: &str| root.get("$defs")?.get(name);
        let translator = SpellingTranslator { related: ApplicableSchemas::new(&target), way };
        match translator.value(&[root], Value::Object(arguments)) {
            Value::Object(arguments) => arguments,
            _ => Map::new(),
        }
    }
}

/// Collects names and values with hidden characters.
#[derive(Default)]
struct HiddenTextCollector {
    found: BTreeSet<String>,
    followed: BTreeSet<String>,
    /// Definitions still to visit.
    references: Vec<String>,
}

impl HiddenTextCollector {
    fn collect(&mut self, schema: &Value) {
        let Value::Object(map) = schema else { return };
        let own = [schema];
        let values = ApplicableSchemas::named_values(&own).filter(|value| has_hidden(value));
        self.found.extend(values.map(Value::to_string));
        for (keyword, held) in map {
            match (keywords::expected_value(keyword), held) {
                (Some(KeywordValue::Schema), held) => self.collect(held),
                (Some(KeywordValue::SchemaList), Value::Array(list)) => {
                    for one in list {
                        self.collect(one);
                    }
                }
                (Some(KeywordValue::SchemaMap), Value::Object(map)) => {
                    self.found.extend(map.keys().filter(|name| count_hidden(name) > 0).cloned());
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

/// Direction of a translation.
#[derive(Clone, Copy, PartialEq, Eq)]
enum SpellingDirection {
    /// To the spelling that the model reads.
    ToVisible,
    /// To the spelling of the document.
    ToOriginal,
}

struct SpellingTranslator<'t, 's> {
    related: ApplicableSchemas<'t, 's>,
    way: SpellingDirection,
}

impl<'s> SpellingTranslator<'_, 's> {
    fn value(&self, schemas: &[&'s Value], value: Value) -> Value {
        if schemas.is_empty() {
            return value;
        }
        let related = self.related.collect(schemas);
        if let Some(known) = self.known(&related, &value) {
            return known;
        }
        match value {
            Value::Object(members) => Value::Object(self.object(&related, members)),
            Value::Array(items) => {
                let items = items.into_iter().enumerate();
                items
                    .map(|(i, item)| self.value(&ApplicableSchemas::item_schemas(&related, i), item))
                    .collect()
            }
            other => other,
        }
    }

    /// Returns a value of the schema in the wanted spelling. A value that the schema contains literally
    /// means itself.
    fn known(&self, related: &[&'s Value], value: &Value) -> Option<Value> {
        let named = ApplicableSchemas::named_values(related);
        match self.way {
            SpellingDirection::ToVisible => {
                let mut hidden = named.filter(|one| has_hidden(one));
                hidden.find(|one| *one == value).map(strip_hidden_value)
            }
            SpellingDirection::ToOriginal => {
                let named: Vec<_> = named.collect();
                if named.contains(&value) {
                    return Some(value.clone());
                }
                let mut hidden = named.into_iter().filter(|one| has_hidden(one));
                hidden.find(|one| strip_hidden_value(one) == *value).cloned()
            }
        }
    }

    fn object(&self, related: &[&'s Value], members: Map<String, Value>) -> Map<String, Value> {
        let names = self.related.property_names(related);
        let plan = members.keys().map(|key| {
            let as_is = names.iter().find(|name| **name == key.as_str());
            let own = as_is.or_else(|| names.iter().find(|name| strip_hidden(name) == key.as_str()));
            let own = own.copied().unwrap_or(key);
            let wanted = match self.way {
                SpellingDirection::ToVisible if own.is_ascii() => Cow::Borrowed(own),
                SpellingDirection::ToVisible if as_is.is_some() => strip_hidden(own),
                SpellingDirection::ToVisible => Cow::Borrowed(key.as_str()),
                SpellingDirection::ToOriginal => Cow::Borrowed(own),
            };
            // A name that is present in both spellings stays; the schema refuses it.
            let is_free = wanted == key.as_str() || !members.contains_key(&*wanted);
            let spelled = if is_free { wanted.into_owned() } else { key.clone() };
            (spelled, ApplicableSchemas::property_schemas(related, own))
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

    /// Each keyword that can stand between a schema and its value.
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
            let spellings = OriginalSpellings::new(Schema::new(&whole));
            let (read, own) = (members(json!({"p": read})), members(json!({"p": own})));
            assert_eq!(spellings.to_original(read.clone()), own, "{whole}");
            assert_eq!(spellings.to_original(own.clone()), own, "{whole}");
            assert_eq!(spellings.to_visible(own), read, "{whole}");
            assert_eq!(spellings.to_visible(read.clone()), read, "{whole}");
        }
    }

    #[test]
    fn a_name_in_both_spellings_is_left_to_the_schema() {
        let spellings = OriginalSpellings::new(Schema::new(&json!({"properties": {"i\u{200B}d": {}}})));
        let both = members(json!({"id": 1, "i\u{200B}d": 2}));
        assert_eq!(spellings.to_visible(both.clone()), both);
        assert_eq!(spellings.to_original(both.clone()), both);
    }
}
