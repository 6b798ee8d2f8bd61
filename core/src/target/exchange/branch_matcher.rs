//! Branch matcher: which branch of `anyOf` or `oneOf` a value may match, and the target of a `$ref`.

use std::cell::Cell;
use std::collections::HashMap;

use serde_json::{Map, Value};

use crate::target::rewrite::argument_names::ArgumentRenames;
use crate::target::rewrite::canonical::settled_references;
use crate::target::rewrite::null_types::NullableDefinitions;
use crate::target::rewrite::schema_positions;

/// Maximum number of schemas read to match one branch: unions that refer to each other fan out. Beyond it, a branch
/// matches.
const MAX_SCHEMAS: usize = 10_000;

/// Maximum depth of unions that are followed to match a branch.
pub const FOLLOWED: usize = 8;

/// Matches values against the branches of a schema.
pub struct BranchMatcher<'s> {
    /// The root schema.
    pub root: &'s Value,
    /// Its definitions.
    pub definitions: &'s Map<String, Value>,
    /// Own name → name that the model sees.
    pub renames: &'s ArgumentRenames,
    /// Whether null may stand for absence.
    pub nulled: bool,
    /// Name that the model sees → own name.
    pub own_names: HashMap<&'s str, &'s str>,
    nulls: NullableDefinitions<'s>,
    /// Schemas that may still be read for the current match.
    left: Cell<usize>,
}

impl<'s> BranchMatcher<'s> {
    /// Creates a matcher. Values may have own names or those of `renames`.
    pub fn new(
        root: &'s Value,
        definitions: &'s Map<String, Value>,
        renames: &'s ArgumentRenames,
        nulled: bool,
    ) -> Self {
        let own_names = renames.iter().map(|(own, told)| (told.as_str(), own.as_str())).collect();
        let nulls = NullableDefinitions::new(definitions);
        Self { root, definitions, renames, nulled, own_names, nulls, left: Cell::new(MAX_SCHEMAS) }
    }

    /// The target of a schema's `$ref`.
    pub fn target(&self, schema: &Value) -> Option<&'s Value> {
        match schema.get("$ref")?.as_str()? {
            "#" => Some(self.root),
            reference => self.definitions.get(&settled_references::definition_name(reference)?),
        }
    }

    /// Whether a value may match a schema, by its type, its constants and its required properties. `left` is the
    /// remaining depth.
    pub fn fits(&self, schema: &Value, sent: &Value, left: usize) -> bool {
        let Value::Object(map) = schema else { return *schema != Value::Bool(false) };
        if left == FOLLOWED {
            self.left.set(MAX_SCHEMAS);
        }
        let (Some(left), Some(rest)) = (left.checked_sub(1), self.left.get().checked_sub(1)) else {
            return true;
        };
        self.left.set(rest);
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
        let typed = !map.contains_key("type") || schema_positions::types(map).any(|kind| is_of(sent, kind));
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
            let told = self.renames.get(name).and_then(|told| sent.get(told));
            told.or_else(|| sent.get(name))
        };
        let properties = schema.get("properties").and_then(Value::as_object);
        let property = |name: &str| properties.and_then(|properties| properties.get(name));
        let has_due = schema_positions::required(schema).all(|name| match value_of(name) {
            None => false,
            Some(Value::Null) => match property(name) {
                Some(property) => self.nulls.takes_null(property),
                // The null may stand for absence.
                None => !self.nulled,
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
