//! Collisions: names and values of a schema that differ in hidden Unicode characters alone.

use std::cell::Cell;

use serde_json::Value;

use crate::error::excerpt;
use crate::json::HashMap;
use crate::schema::ApplicableSchemas;
use crate::schema::keywords::{self, KeywordValue};
use crate::unicode::{count_hidden, has_hidden, strip_hidden, strip_hidden_value};

/// The most schemas that are searched for one document. After that, each counts as one with collisions.
const MOST_STEPS: usize = 20_000_000;

/// Finds collisions in schemas of one document.
pub struct UnicodeCollisions<'t, 's> {
    related: ApplicableSchemas<'t, 's>,
    /// The steps of this document so far.
    steps: &'t Cell<usize>,
}

impl<'t, 's> UnicodeCollisions<'t, 's> {
    /// A search among schemas whose references `target` resolves.
    pub const fn new(target: &'t dyn Fn(&str) -> Option<&'s Value>, steps: &'t Cell<usize>) -> Self {
        Self { related: ApplicableSchemas::new(target), steps }
    }

    /// The collision at some place of a schema, as a text: `make two values equal`.
    pub fn find_within(&self, schema: &'s Value) -> Option<String> {
        let map = schema.as_object()?;
        self.at(schema).or_else(|| {
            map.iter().find_map(|(keyword, held)| match (keywords::expected_value(keyword), held) {
                (Some(KeywordValue::Schema), held) => self.find_within(held),
                (Some(KeywordValue::SchemaList), Value::Array(list)) => {
                    list.iter().find_map(|one| self.find_within(one))
                }
                (Some(KeywordValue::SchemaMap), Value::Object(map)) => {
                    map.values().find_map(|one| self.find_within(one))
                }
                _ => None,
            })
        })
    }

    fn at(&self, schema: &'s Value) -> Option<String> {
        self.related.steps.set(0);
        let related = self.related.collect(&[schema]);
        self.steps.set(self.steps.get().saturating_add(self.related.steps.get()));
        if self.steps.get() > MOST_STEPS {
            return Some("stand among too many schemas to be told apart".to_owned());
        }
        let names = self.related.property_names(&related);
        if names.iter().any(|name| count_hidden(name) > 0) {
            if names.iter().any(|name| strip_hidden(name).is_empty()) {
                return Some("are all that a name has".to_owned());
            }
            if let Some(name) =
                find_twin(names.into_iter().map(|name| (strip_hidden(name).into_owned(), name)))
            {
                return Some(format!("make two names equal (\"{}\")", excerpt(&name).escape_debug()));
            }
        }
        if !ApplicableSchemas::named_values(&related).any(has_hidden) {
            return None;
        }
        let value = find_twin(
            ApplicableSchemas::named_values(&related)
                .map(|value| (strip_hidden_value(value).to_string(), value)),
        )?;
        Some(format!("make two values equal ({})", excerpt(&value).escape_debug()))
    }
}

/// The text that two different items become.
fn find_twin<T: PartialEq>(all: impl Iterator<Item = (String, T)>) -> Option<String> {
    let mut known: HashMap<String, T> = HashMap::default();
    for (seen, own) in all {
        match known.get(&seen) {
            Some(other) if *other != own => return Some(seen),
            Some(_) => {}
            None => drop(known.insert(seen, own)),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn names_and_values_that_differ_in_hidden_characters_alone_are_found() {
        let root =
            json!({"T": {"enum": ["a", "a\u{200B}"]}, "A": {"const": "a"}, "B": {"const": "a\u{200B}"}});
        let target = |name: &str| root.get(name);
        let (names, values) = ("make two names equal", "make two values equal");
        let cases = [
            (json!({"enum": ["a", "a\u{200B}"]}), Some(values)),
            (json!({"enum": ["a\u{200B}", "a\u{200B}", "b"]}), None),
            (json!({"enum": ["a\u{200B}"], "default": "a\u{200B}"}), None),
            (json!({"items": {"properties": {"x": {"enum": [["a"], ["a\u{FEFF}"]]}}}}), Some(values)),
            (json!({"properties": {"a": {}, "a\u{200B}": {}}}), Some(names)),
            (json!({"allOf": [{"properties": {"a": {}}}, {"properties": {"a\u{200B}": {}}}]}), Some(names)),
            (json!({"oneOf": [{"$ref": "#/$defs/A"}, {"$ref": "#/$defs/B"}]}), Some(values)),
            (json!({"items": {"$ref": "#/$defs/T"}}), Some(values)),
            (json!({"properties": {"\u{200B}": {}}}), Some("are all that a name has")),
            (json!({"properties": {"enum": {"title": "a\u{200B}"}, "a": {}}}), None),
        ];
        for (schema, expected) in &cases {
            let steps = Cell::new(0);
            let found = UnicodeCollisions::new(&target, &steps).find_within(schema);
            assert_eq!(found.is_some(), expected.is_some(), "{schema}: {found:?}");
            assert!(found.unwrap_or_default().starts_with(expected.unwrap_or_default()), "{schema}");
        }
    }

    #[test]
    fn what_is_too_large_to_be_looked_through_counts_as_a_collision() {
        let (schema, target) = (json!({"enum": ["a"]}), |_: &str| None);
        assert!(UnicodeCollisions::new(&target, &Cell::new(MOST_STEPS)).find_within(&schema).is_some());
    }
}
