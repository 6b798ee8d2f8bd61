//! Whether two schemas say the very same of a value, whatever their definitions are called.

use serde_json::{Map, Value};

use super::comparable_value;
use super::comparer::Comparer;
use super::merged_schema::SchemaRoot;
use crate::json::{HashMap, HashSet};
use crate::schema::keywords::{self, KeywordValue};

/// Pairs that are taken to be equal while they are looked at: a schema may contain itself.
type AssumedPairs = HashSet<(usize, usize)>;

impl<'v> Comparer<'v> {
    /// Whether an old schema and a new one are written alike, but for words, the order of what has none, and the names of
    /// definitions.
    pub fn is_same(&mut self, old: &'v Value, new: &'v Value) -> bool {
        let pair = (std::ptr::from_ref(old) as usize, std::ptr::from_ref(new) as usize);
        if let Some(known) = self.same.get(&pair) {
            return *known;
        }
        let is_same = self.looks_same(old, new, &mut AssumedPairs::default(), 0);
        self.same.insert(pair, is_same);
        is_same
    }

    /// Whether what stands under a keyword is the same.
    pub fn holds_same_alone(&mut self, keyword: &str, old: &'v Value, new: &'v Value) -> bool {
        self.holds_same(keyword, old, new, &mut AssumedPairs::default(), 0)
    }

    fn looks_same(
        &mut self,
        old: &'v Value,
        new: &'v Value,
        assumed: &mut AssumedPairs,
        depth: usize,
    ) -> bool {
        if !self.step() || depth > super::comparer::DEEPEST {
            return false;
        }
        let (Some(old), Some(new)) = (followed(old, self.old), followed(new, self.new)) else { return false };
        let (Value::Object(one), Value::Object(other)) = (old, new) else { return old == new };
        if !assumed.insert((std::ptr::from_ref(one) as usize, std::ptr::from_ref(other) as usize)) {
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
            (Some(Some(one)), Some(Some(other))) if self.looks_same(one, other, assumed, depth + 1) => {}
            _ => return false,
        }
        let (one, other) = (of_values(one), of_values(other));
        if one.len() != other.len() {
            return false;
        }
        let other: HashMap<&str, &'v Value> = other.into_iter().collect();
        one.into_iter().all(|(keyword, held)| {
            other.get(keyword).is_some_and(|with| self.holds_same(keyword, held, with, assumed, depth + 1))
        })
    }

    fn holds_same(
        &mut self,
        keyword: &str,
        old: &'v Value,
        new: &'v Value,
        assumed: &mut AssumedPairs,
        depth: usize,
    ) -> bool {
        let as_set = |value: &Value| {
            let items = value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice);
            items.iter().map(comparable_value::key).collect::<HashSet<_>>()
        };
        match (keywords::expected_value(keyword), old, new) {
            (Some(KeywordValue::Schema), ..) => self.looks_same(old, new, assumed, depth),
            (Some(KeywordValue::SchemaMap), Value::Object(one), Value::Object(other)) => {
                one.len() == other.len()
                    && one.iter().all(|(name, schema)| {
                        other.get(name).is_some_and(|with| self.looks_same(schema, with, assumed, depth))
                    })
            }
            (Some(KeywordValue::SchemaList), Value::Array(one), Value::Array(other))
                if keyword == "prefixItems" =>
            {
                one.len() == other.len()
                    && one.iter().zip(other).all(|(one, other)| self.looks_same(one, other, assumed, depth))
            }
            (Some(KeywordValue::SchemaList), Value::Array(one), Value::Array(other)) => {
                self.lists_same(one, other, assumed, depth)
            }
            (Some(KeywordValue::Type | KeywordValue::TextList | KeywordValue::ValueList), ..) => {
                as_set(old) == as_set(new)
            }
            // What no table knows may lead anywhere.
            (None, ..) if keyword.starts_with('$') => false,
            _ => comparable_value::key(old) == comparable_value::key(new),
        }
    }

    /// The same schemas in any order.
    fn lists_same(
        &mut self,
        one: &'v [Value],
        other: &'v [Value],
        assumed: &mut AssumedPairs,
        depth: usize,
    ) -> bool {
        if one.len() != other.len() {
            return false;
        }
        let mut left: Vec<&'v Value> = other.iter().rev().collect();
        one.iter().all(|schema| {
            let found = (0..left.len()).rev().find(|at| {
                let mut tried = assumed.clone();
                let is_same = self.looks_same(schema, left[*at], &mut tried, depth);
                if is_same {
                    *assumed = tried;
                }
                is_same
            });
            found.map(|at| left.remove(at)).is_some()
        })
    }
}

/// What references lead to beside which nothing is said of a value. One that leads back to itself says nothing.
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
