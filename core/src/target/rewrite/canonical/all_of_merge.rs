//! `allOf` merging: schemas that all apply, merged into one schema, exactly or not at all.

use std::cell::Cell;

use serde_json::{Map, Value, json};

use crate::target::rewrite::canonical::settled_references;
use crate::target::rewrite::schema_positions;

/// Maximum number of definitions written out for one schema: references within references double with each level.
const MAX_DEFINITIONS: usize = 500;

/// Maximum depth of merges within merges: each uses stack frames.
const MAX_DEPTH: usize = 48;

/// What to do with two parts that cannot be merged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MergeFallback {
    /// Keep both under `allOf`, for targets that take it below the root.
    KeepAllOf,
    /// Fail.
    Fail,
}

/// Two parts that cannot be merged into one schema.
#[derive(Debug, PartialEq, Eq)]
pub struct MergeConflict;

/// Merges schemas.
pub struct Merger<'d> {
    definitions: &'d Map<String, Value>,
    rest: MergeFallback,
    left: Cell<usize>,
    deeper: Cell<usize>,
    /// Whether a merged schema accepts more than its parts.
    pub loosened: Cell<bool>,
}

impl<'d> Merger<'d> {
    /// Creates a merger that follows references to `definitions`.
    pub const fn new(definitions: &'d Map<String, Value>, rest: MergeFallback) -> Self {
        Self {
            definitions,
            rest,
            left: Cell::new(MAX_DEFINITIONS),
            deeper: Cell::new(MAX_DEPTH),
            loosened: Cell::new(false),
        }
    }

    /// Merges the `allOf` of a schema into it, and those of its parts.
    pub fn merge_all_of(&self, mut schema: Map<String, Value>) -> Result<Map<String, Value>, MergeConflict> {
        let Some(parts) = schema.shift_remove("allOf") else { return Ok(schema) };
        let Value::Array(parts) = parts else { return Ok(schema) };
        let only = parts.len() == 1 && schema.keys().all(|keyword| is_annotation(keyword));
        for part in parts {
            match part {
                Value::Object(part) if only => {
                    let part = if part.contains_key("$ref") { part } else { self.merge_all_of(part)? };
                    for (keyword, held) in part {
                        schema.entry(keyword).or_insert(held);
                    }
                }
                Value::Object(part) => {
                    let part = self.written_out(part)?;
                    schema = self.merge(self.written_out(schema)?, part)?;
                }
                Value::Bool(false) => return Err(MergeConflict),
                _ => {}
            }
        }
        Ok(schema)
    }

    /// Replaces the `$ref` and `allOf` of a schema with what they stand for.
    pub fn written_out(&self, schema: Map<String, Value>) -> Result<Map<String, Value>, MergeConflict> {
        self.one_level_deeper(|| self.write_out(schema))
    }

    /// Runs a merge one level deeper, within the depth limit.
    fn one_level_deeper<T>(
        &self,
        work: impl FnOnce() -> Result<T, MergeConflict>,
    ) -> Result<T, MergeConflict> {
        self.deeper.set(self.deeper.get().checked_sub(1).ok_or(MergeConflict)?);
        let done = work();
        self.deeper.set(self.deeper.get() + 1);
        done
    }

    fn write_out(&self, mut schema: Map<String, Value>) -> Result<Map<String, Value>, MergeConflict> {
        loop {
            let Some(Value::String(reference)) = schema.shift_remove("$ref") else {
                schema = self.merge_all_of(schema)?;
                if schema.contains_key("$ref") {
                    continue;
                }
                return Ok(schema);
            };
            self.left.set(self.left.get().checked_sub(1).ok_or(MergeConflict)?);
            let name = settled_references::definition_name(&reference).ok_or(MergeConflict)?;
            let target = self.definitions.get(&name).and_then(Value::as_object).ok_or(MergeConflict)?;
            if schema.is_empty() {
                schema.clone_from(target);
            } else {
                let target = self.written_out(target.clone())?;
                schema = self.merge(schema, target)?;
            }
        }
    }

    /// Merges two schemas into one that accepts what both accept. Annotations of the first win.
    pub fn merge(
        &self,
        mut one: Map<String, Value>,
        mut other: Map<String, Value>,
    ) -> Result<Map<String, Value>, MergeConflict> {
        self.merge_closed(&mut one, &mut other)?;
        for (keyword, held) in other {
            let merged = match one.get_mut(&keyword).map(Value::take) {
                Some(own) if own == held => own,
                Some(own) => match self.merge_keyword(&keyword, own, held)? {
                    MergedKeyword::One(merged) => merged,
                    MergedKeyword::Twice(own, held) => {
                        let parts = one.entry("allOf").or_insert_with(|| json!([]));
                        if let Value::Array(parts) = parts {
                            parts.push(json!({keyword.as_str(): held}));
                        }
                        own
                    }
                },
                None => held,
            };
            one.insert(keyword, merged);
        }
        // An empty type or enum accepts nothing, and providers refuse both.
        let nothing = one.get("type").is_some_and(|kinds| kinds == &json!([]))
            || one.get("enum").is_some_and(|values| values == &json!([]));
        if nothing { Err(MergeConflict) } else { Ok(one) }
    }

    /// A closed part forbids properties that only the other part declares.
    fn merge_closed(
        &self,
        one: &mut Map<String, Value>,
        other: &mut Map<String, Value>,
    ) -> Result<(), MergeConflict> {
        for turned in [false, true] {
            let (closed, open) = if turned { (&mut *other, &mut *one) } else { (&mut *one, &mut *other) };
            let Some(extra) = closed.get("additionalProperties") else { continue };
            if extra == &Value::Bool(true) || extra == &json!({}) {
                closed.shift_remove("additionalProperties");
                continue;
            }
            let declares = |name: &str| closed.get("properties").is_some_and(|own| own.get(name).is_some());
            let names = open.get("properties").and_then(Value::as_object).into_iter().flat_map(Map::keys);
            if names.into_iter().all(|name| declares(name)) {
                continue;
            }
            if self.rest == MergeFallback::Fail {
                return Err(MergeConflict);
            }
            closed.shift_remove("additionalProperties");
            self.loosened.set(true);
        }
        Ok(())
    }

    fn merge_keyword(&self, keyword: &str, own: Value, held: Value) -> Result<MergedKeyword, MergeConflict> {
        Ok(MergedKeyword::One(match (keyword, own, held) {
            ("properties" | "patternProperties" | "$defs", Value::Object(mut own), Value::Object(held)) => {
                for (name, schema) in held {
                    let merged = match own.get_mut(&name).map(Value::take) {
                        Some(known) => self.merge_values(known, schema)?,
                        None => schema,
                    };
                    own.insert(name, merged);
                }
                Value::Object(own)
            }
            ("items" | "additionalProperties" | "propertyNames" | "contains", own, held) => {
                self.merge_values(own, held)?
            }
            ("required", Value::Array(mut own), Value::Array(held)) => {
                let new: Vec<_> = held.into_iter().filter(|name| !own.contains(name)).collect();
                own.extend(new);
                Value::Array(own)
            }
            ("type", own, held) => common_types(&own, &held),
            ("enum", Value::Array(own), Value::Array(held)) => {
                own.into_iter().filter(|value| held.contains(value)).collect()
            }
            ("minimum" | "exclusiveMinimum" | "minLength" | "minItems" | "minProperties", own, held) => {
                if own.as_f64() >= held.as_f64() { own } else { held }
            }
            ("maximum" | "exclusiveMaximum" | "maxLength" | "maxItems" | "maxProperties", own, held) => {
                if own.as_f64() <= held.as_f64() { own } else { held }
            }
            ("uniqueItems", own, held) => json!(own == json!(true) || held == json!(true)),
            ("not", own, held) => json!({"anyOf": [own, held]}),
            (keyword, own, _) if is_annotation(keyword) => own,
            (_, own, held) if self.rest == MergeFallback::KeepAllOf => {
                return Ok(MergedKeyword::Twice(own, held));
            }
            _ => return Err(MergeConflict),
        }))
    }

    /// Merges two schemas of one position.
    pub fn merge_values(&self, one: Value, other: Value) -> Result<Value, MergeConflict> {
        let anything =
            |schema: &Value| *schema == Value::Bool(true) || schema.as_object().is_some_and(Map::is_empty);
        if one == other || anything(&other) {
            return Ok(one);
        }
        if anything(&one) {
            return Ok(other);
        }
        match (one, other) {
            (Value::Object(one), Value::Object(other)) if self.rest == MergeFallback::KeepAllOf => {
                Ok(json!({"allOf": [one, other]}))
            }
            (Value::Object(one), Value::Object(other)) => {
                let (one, other) = (self.written_out(one)?, self.written_out(other)?);
                self.one_level_deeper(|| self.merge(one, other)).map(Value::Object)
            }
            _ => Ok(Value::Bool(false)),
        }
    }
}

enum MergedKeyword {
    One(Value),
    /// Both values; the second goes to a part of its own.
    Twice(Value, Value),
}

/// The types that two `type` keywords have in common. An integer is a number.
fn common_types(one: &Value, other: &Value) -> Value {
    let list = |value: &Value| -> Map<String, Value> { Map::from_iter([("type".to_owned(), value.clone())]) };
    let (one, other) = (list(one), list(other));
    let fits = |kind: &str, among: &Map<String, Value>| {
        schema_positions::types(among).any(|other| other == kind || (kind == "integer" && other == "number"))
    };
    let mut kinds: Vec<&str> = schema_positions::types(&one).filter(|kind| fits(kind, &other)).collect();
    for kind in schema_positions::types(&other).filter(|kind| fits(kind, &one)) {
        if !kinds.contains(&kind) {
            kinds.push(kind);
        }
    }
    match kinds.as_slice() {
        [kind] => json!(kind),
        several => json!(several),
    }
}

/// Whether a keyword does not constrain values.
pub fn is_annotation(keyword: &str) -> bool {
    !crate::schema::keywords::is_assertion(keyword) && !matches!(keyword, "$ref" | "$defs")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn merged(schema: &Value) -> Result<Value, MergeConflict> {
        let definitions = json!({"A": {"type": "object", "properties": {"a": {"type": "number"}}}, "R": {"allOf": [{"$ref": "#/$defs/R"}]}});
        let definitions = definitions.as_object().expect("a map");
        let schema = schema.as_object().expect("a map").clone();
        Merger::new(definitions, MergeFallback::Fail).merge_all_of(schema).map(Value::Object)
    }

    #[test]
    fn what_all_parts_say_is_said_once() {
        for (parts, expected) in [
            (json!([{"minimum": 1, "maximum": 9}, {"minimum": 3}]), json!({"minimum": 3, "maximum": 9})),
            (
                json!([{"type": ["string", "null"]}, {"type": "string", "enum": ["a"]}]),
                json!({"type": "string", "enum": ["a"]}),
            ),
            (json!([{"type": "number"}, {"type": "integer"}]), json!({"type": "integer"})),
            (json!([{"title": "one"}, {"title": "two"}]), json!({"title": "one"})),
            (
                json!([{"$ref": "#/$defs/A"}, {"properties": {"a": {"type": "integer"}}, "required": ["a"]}]),
                json!({"type": "object", "properties": {"a": {"type": "integer"}}, "required": ["a"]}),
            ),
        ] {
            assert_eq!(merged(&json!({"allOf": parts})), Ok(expected), "{parts}");
        }
    }

    #[test]
    fn what_contradicts_itself_is_no_schema() {
        for parts in [
            json!([{"type": "string"}, {"type": "integer"}]),
            json!([{"enum": ["a"]}, {"enum": ["b"]}]),
            json!([{"properties": {"a": {}}, "additionalProperties": false}, {"properties": {"b": {}}}]),
            json!([{"pattern": "a"}, {"pattern": "b"}]),
            json!([false]),
            json!([{"$ref": "#/$defs/R"}, {"title": "t"}]),
        ] {
            assert_eq!(merged(&json!({"allOf": parts})), Err(MergeConflict), "{parts}");
        }
    }
}
