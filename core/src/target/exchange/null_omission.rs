//! Null omission: drops the nulls that a model writes for absent properties in strict mode.
//!
//! A null stays where the schema accepts null: in all parts of an `allOf`, and in one matching branch of a union.

use std::cell::Cell;
use std::collections::HashMap;

use serde_json::{Map, Value};

use crate::json::pointer;
use crate::target::exchange::branch_matcher::{BranchMatcher, FOLLOWED};
use crate::target::rewrite::{null_types, schema_positions};

/// Maximum number of schemas read for one value: unions within unions fan out.
const MAX_SCHEMAS: usize = 20_000;
/// Maximum depth of schemas that apply to one value.
const MAX_DEPTH: usize = 64;

/// Drops the nulls that stand for absence.
pub fn drop_absent(reader: &BranchMatcher<'_>, schema: &Value, mut value: Value) -> Value {
    let table = NullTable { reader, left: Cell::new(MAX_SCHEMAS) };
    let readings_by_place = table.readings(schema, &value, ValueSite::new(""));
    if !readings_by_place.is_empty() {
        remove(&mut value, "", &readings_by_place);
    }
    value
}

fn remove(value: &mut Value, place: &str, readings_by_place: &NullReadings) {
    match value {
        Value::Object(map) => {
            map.retain(|name, held| {
                let at = pointer::push(place, name);
                let is_absent =
                    held.is_null() && readings_by_place.get(&at).is_some_and(|say| say.means_absence());
                if !is_absent {
                    remove(held, &at, readings_by_place);
                }
                !is_absent
            });
        }
        Value::Array(items) => {
            for (index, item) in items.iter_mut().enumerate() {
                remove(item, &format!("{place}/{index}"), readings_by_place);
            }
        }
        _ => {}
    }
}

/// What a schema says about each null member of a value, by its JSON pointer.
type NullReadings = HashMap<String, NullReading>;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct NullReading {
    /// Whether the property is declared, also by a branch that the value does not match.
    is_declared: bool,
    /// Whether the schema accepts null here; `None` if it does not say.
    takes: Option<bool>,
    /// Whether the property is required.
    is_due: bool,
}

impl NullReading {
    fn means_absence(self) -> bool {
        self.is_declared && !self.is_due && self.takes != Some(true)
    }

    /// Combines two schemas that both apply.
    fn and(self, other: Self) -> Self {
        let takes = match (self.takes, other.takes) {
            (Some(one), Some(other)) => Some(one && other),
            (one, other) => one.or(other),
        };
        let is_declared = self.is_declared || other.is_declared;
        Self { is_declared, takes, is_due: self.is_due || other.is_due }
    }

    /// Combines two schemas of which one applies.
    fn or(self, other: Self) -> Self {
        let takes = match (self.takes, other.takes) {
            (Some(one), Some(other)) => Some(one || other),
            (one, other) => one.or(other),
        };
        let is_declared = self.is_declared || other.is_declared;
        Self { is_declared, takes, is_due: self.is_due && other.is_due }
    }
}

/// Reads schemas for one value, within a budget.
struct NullTable<'r, 's> {
    reader: &'r BranchMatcher<'s>,
    left: Cell<usize>,
}

/// The position of the value, and how many schemas may still apply to it.
#[derive(Clone, Copy)]
struct ValueSite<'p> {
    pointer: &'p str,
    deeper: usize,
}

impl<'p> ValueSite<'p> {
    const fn new(pointer: &'p str) -> Self {
        Self { pointer, deeper: MAX_DEPTH }
    }
}

impl NullTable<'_, '_> {
    /// What a schema says about the nulls in a value.
    fn readings(&self, schema: &Value, value: &Value, site: ValueSite<'_>) -> NullReadings {
        let (Value::Object(map), Some(deeper)) = (schema, site.deeper.checked_sub(1)) else {
            return NullReadings::new();
        };
        let Some(left) = self.left.get().checked_sub(1) else { return NullReadings::new() };
        self.left.set(left);
        let site = ValueSite { deeper, ..site };
        let mut found = match value {
            Value::Object(members) => self.member_readings(map, members, site.pointer),
            Value::Array(items) => self.item_readings(map, items, site.pointer),
            _ => return NullReadings::new(),
        };
        for part in self.reader.target(schema).into_iter().chain(schemas(map, "allOf")) {
            join(&mut found, self.readings(part, value, site), NullReading::and);
        }
        for union in ["anyOf", "oneOf"] {
            let (fitting, others) = self.branch_readings(schemas(map, union), value, site);
            join(&mut found, fitting, NullReading::and);
            join(&mut found, others, NullReading::and);
        }
        found
    }

    /// What the branches of a union say: the matching ones, and the properties that the others declare.
    fn branch_readings<'b>(
        &self,
        branches: impl Iterator<Item = &'b Value>,
        value: &Value,
        site: ValueSite<'_>,
    ) -> (NullReadings, NullReadings) {
        let mut fitting: Option<NullReadings> = None;
        let mut others = NullReadings::new();
        for branch in branches {
            let found = self.readings(branch, value, site);
            if !self.reader.fits(branch, value, FOLLOWED) {
                let declared = |(at, reading): (String, NullReading)| {
                    (at, NullReading { takes: None, is_due: false, ..reading })
                };
                join(&mut others, found.into_iter().map(declared).collect(), NullReading::or);
            } else if let Some(fitting) = &mut fitting {
                either(fitting, found);
            } else {
                fitting = Some(found);
            }
        }
        (fitting.unwrap_or_default(), others)
    }

    fn item_readings(&self, schema: &Map<String, Value>, items: &[Value], pointer: &str) -> NullReadings {
        let first = schema.get("prefixItems").and_then(Value::as_array);
        let mut found = NullReadings::new();
        for (index, item) in items.iter().enumerate() {
            let below = first.and_then(|first| first.get(index)).or_else(|| schema.get("items"));
            if let Some(below) = below {
                let at = format!("{pointer}/{index}");
                join(&mut found, self.readings(below, item, ValueSite::new(&at)), NullReading::and);
            }
        }
        found
    }

    fn member_readings(
        &self,
        schema: &Map<String, Value>,
        members: &Map<String, Value>,
        pointer: &str,
    ) -> NullReadings {
        let properties = schema.get("properties").and_then(Value::as_object);
        let mut found = NullReadings::new();
        for (name, held) in members {
            let property = properties.and_then(|properties| properties.get(name));
            if !held.is_null() {
                if let Some(below) = property.or_else(|| schema.get("additionalProperties")) {
                    let at = pointer::push(pointer, name);
                    join(&mut found, self.readings(below, held, ValueSite::new(&at)), NullReading::and);
                }
                continue;
            }
            let reading = NullReading {
                is_declared: property.is_some(),
                takes: property
                    .and_then(|property| null_types::declares_null(property, self.reader.definitions)),
                is_due: schema_positions::required(schema).any(|required| required == name),
            };
            if reading != NullReading::default() {
                found.insert(pointer::push(pointer, name), reading);
            }
        }
        found
    }
}

fn schemas<'m>(map: &'m Map<String, Value>, keyword: &str) -> impl Iterator<Item = &'m Value> + use<'m> {
    map.get(keyword).and_then(Value::as_array).into_iter().flatten()
}

fn join(
    readings_by_place: &mut NullReadings,
    other: NullReadings,
    how: fn(NullReading, NullReading) -> NullReading,
) {
    for (at, say) in other {
        readings_by_place.entry(at).and_modify(|own| *own = how(*own, say)).or_insert(say);
    }
}

/// Combines two branches. A property that one of them does not declare is not required.
fn either(readings_by_place: &mut NullReadings, mut other: NullReadings) {
    for (at, own) in &mut *readings_by_place {
        *own = own.or(other.remove(at).unwrap_or_default());
    }
    readings_by_place.extend(other.into_iter().map(|(at, say)| (at, say.or(NullReading::default()))));
}
