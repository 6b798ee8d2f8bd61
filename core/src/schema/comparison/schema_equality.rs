//! Schema equality, independent of the names of definitions.

use serde_json::{Map, Value};

use super::comparable_value;
use super::comparer::Comparer;
use super::merged_schema::SchemaRoot;
use crate::json::{HashMap, HashSet};
use crate::schema::keywords::{self, KeywordValue};

/// Pairs that are assumed equal during the comparison, since a schema can contain itself.
#[derive(Clone, Default)]
struct AssumedPairs {
    pairs: HashSet<(usize, usize)>,
    /// Nesting of the comparison.
    depth: usize,
}

/// An old and a new value.
#[derive(Clone, Copy)]
struct ValuePair<'v> {
    old: &'v Value,
    new: &'v Value,
}

impl<'v> Comparer<'v> {
    /// Returns true if two schemas are equal apart from annotations, the order of sets and the names of
    /// definitions.
    pub fn is_same(&mut self, old: &'v Value, new: &'v Value) -> bool {
        let pair = (std::ptr::from_ref(old) as usize, std::ptr::from_ref(new) as usize);
        if let Some(known) = self.same.get(&pair) {
            return *known;
        }
        let is_same = self.looks_same(ValuePair { old, new }, &mut AssumedPairs::default());
        self.same.insert(pair, is_same);
        is_same
    }

    /// Returns true if two values of a keyword are equal.
    pub fn holds_same_alone(&mut self, keyword: &str, old: &'v Value, new: &'v Value) -> bool {
        self.holds_same(keyword, ValuePair { old, new }, &mut AssumedPairs::default())
    }

    fn looks_same(&mut self, pair: ValuePair<'v>, assumed: &mut AssumedPairs) -> bool {
        assumed.depth += 1;
        let is_same = self.looks_same_below(pair, assumed);
        assumed.depth -= 1;
        is_same
    }

    fn looks_same_below(&mut self, pair: ValuePair<'v>, assumed: &mut AssumedPairs) -> bool {
        if !self.step() || assumed.depth > super::comparer::DEEPEST + 1 {
            return false;
        }
        let (Some(old), Some(new)) = (followed(pair.old, self.old), followed(pair.new, self.new)) else {
            return false;
        };
        let (Value::Object(one), Value::Object(other)) = (old, new) else { return old == new };
        if !assumed.pairs.insert((std::ptr::from_ref(one) as usize, std::ptr::from_ref(other) as usize)) {
            return true;
        }
        let of_values = |map: &'v Map<String, Value>| {
            map.iter()
                .filter(|(keyword, _)| {
                    (keywords::is_assertion(keyword) || keywords::expected_value(keyword).is_none())
                        && *keyword != "format"
                        && !keyword.starts_with("x-")
                        || ["format", "readOnly", "default"].contains(&keyword.as_str())
                        || super::compared_keywords::CONTENT.contains(&keyword.as_str())
                })
                .filter(|(keyword, _)| !["$schema", "$ref", "definitions"].contains(&keyword.as_str()))
                .map(|(keyword, held)| (keyword.as_str(), held))
                .collect::<Vec<_>>()
        };
        let target = |map: &'v Map<String, Value>, root: SchemaRoot<'v>| {
            map.get("$ref").map(|reference| reference.as_str().and_then(|reference| root.target(reference)))
        };
        match (target(one, self.old), target(other, self.new)) {
            (None, None) => {}
            (Some(Some(old)), Some(Some(new))) if self.looks_same(ValuePair { old, new }, assumed) => {}
            _ => return false,
        }
        let (one, other) = (of_values(one), of_values(other));
        if one.len() != other.len() {
            return false;
        }
        let other: HashMap<&str, &'v Value> = other.into_iter().collect();
        one.into_iter().all(|(keyword, old)| {
            other.get(keyword).is_some_and(|new| self.holds_same(keyword, ValuePair { old, new }, assumed))
        })
    }

    fn holds_same(&mut self, keyword: &str, pair: ValuePair<'v>, assumed: &mut AssumedPairs) -> bool {
        let ValuePair { old, new } = pair;
        let as_set = |value: &Value| {
            let items = value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice);
            items.iter().map(comparable_value::key).collect::<HashSet<_>>()
        };
        match (keywords::expected_value(keyword), old, new) {
            (Some(KeywordValue::Schema), ..) => self.looks_same(pair, assumed),
            (Some(KeywordValue::SchemaMap), Value::Object(one), Value::Object(other)) => {
                one.len() == other.len()
                    && one.iter().all(|(name, schema)| {
                        other
                            .get(name)
                            .is_some_and(|new| self.looks_same(ValuePair { old: schema, new }, assumed))
                    })
            }
            (Some(KeywordValue::SchemaList), Value::Array(one), Value::Array(other))
                if keyword == "prefixItems" =>
            {
                one.len() == other.len()
                    && one
                        .iter()
                        .zip(other)
                        .all(|(old, new)| self.looks_same(ValuePair { old, new }, assumed))
            }
            (Some(KeywordValue::SchemaList), Value::Array(one), Value::Array(other)) => {
                self.lists_same(one, other, assumed)
            }
            (Some(KeywordValue::Type | KeywordValue::TextList | KeywordValue::ValueList), ..) => {
                as_set(old) == as_set(new)
            }
            // An unknown `$` keyword may be a reference.
            (None, ..) if keyword.starts_with('$') => false,
            _ => comparable_value::key(old) == comparable_value::key(new),
        }
    }

    /// Compares lists of schemas without regard to order.
    fn lists_same(&mut self, one: &'v [Value], other: &'v [Value], assumed: &mut AssumedPairs) -> bool {
        if one.len() != other.len() {
            return false;
        }
        let mut left: Vec<&'v Value> = other.iter().rev().collect();
        one.iter().all(|schema| {
            let found = (0..left.len()).rev().find(|at| {
                let mut tried = assumed.clone();
                let is_same = self.looks_same(ValuePair { old: schema, new: left[*at] }, &mut tried);
                if is_same {
                    *assumed = tried;
                }
                is_same
            });
            found.map(|at| left.remove(at)).is_some()
        })
    }
}

/// Follows references that have no assertions beside them. A reference cycle accepts anything.
fn followed<'v>(schema: &'v Value, root: SchemaRoot<'v>) -> Option<&'v Value> {
    static ANYTHING: Value = Value::Bool(true);
    let (mut schema, mut seen) = (schema, HashSet::default());
    while let Some(reference) = schema.get("$ref") {
        if schema.as_object()?.keys().any(|keyword| keywords::is_assertion(keyword)) {
            break;
        }
        if !seen.insert(std::ptr::from_ref(schema) as usize) {
            return Some(&ANYTHING);
        }
        schema = root.target(reference.as_str()?)?;
    }
    Some(schema)
}
