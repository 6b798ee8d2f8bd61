//! Null omission: drops the nulls that a model writes for absent properties in strict mode.
//!
//! A null stays where the schema takes null. All parts of `allOf` must take it; of a union, one branch that the value fits.

use std::cell::Cell;
use std::collections::HashMap;

use serde_json::{Map, Value};

use crate::json::pointer;
use crate::target::exchange::branch_matcher::{BranchMatcher, FOLLOWED};
use crate::target::rewrite::{null_types, positions};

/// Schemas that are read for one value: unions within unions fan out.
const READ: usize = 20_000;
/// Schemas within one another that speak of one value.
const DEEPEST: usize = 64;

/// A value without the nulls that stand for absence.
pub fn dropped(reader: &BranchMatcher<'_>, schema: &Value, mut value: Value) -> Value {
    let table = NullTable { reader, left: Cell::new(READ) };
    let said = table.said(schema, &value, "", DEEPEST);
    if !said.is_empty() {
        remove(&mut value, "", &said);
    }
    value
}

fn remove(value: &mut Value, place: &str, said: &NullReadings) {
    match value {
        Value::Object(map) => {
            map.retain(|name, held| {
                let at = pointer::push(place, name);
                let is_absent = held.is_null() && said.get(&at).is_some_and(|say| say.means_absence());
                if !is_absent {
                    remove(held, &at, said);
                }
                !is_absent
            });
        }
        Value::Array(items) => {
            for (index, item) in items.iter_mut().enumerate() {
                remove(item, &format!("{place}/{index}"), said);
            }
        }
        _ => {}
    }
}

/// What a schema says of each null in a value that is the member of a map, by its place.
type NullReadings = HashMap<String, NullReading>;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct NullReading {
    /// Whether the name is declared, be it in a branch that the value is not of.
    is_declared: bool,
    /// Whether null is taken there; nothing where that is not said.
    takes: Option<bool>,
    /// Whether something must come there.
    is_due: bool,
}

impl NullReading {
    fn means_absence(self) -> bool {
        self.is_declared && !self.is_due && self.takes != Some(true)
    }

    /// What two schemas say that both hold.
    fn and(self, other: Self) -> Self {
        let takes = match (self.takes, other.takes) {
            (Some(one), Some(other)) => Some(one && other),
            (one, other) => one.or(other),
        };
        let is_declared = self.is_declared || other.is_declared;
        Self { is_declared, takes, is_due: self.is_due || other.is_due }
    }

    /// What two schemas say of which one holds.
    fn or(self, other: Self) -> Self {
        let takes = match (self.takes, other.takes) {
            (Some(one), Some(other)) => Some(one || other),
            (one, other) => one.or(other),
        };
        let is_declared = self.is_declared || other.is_declared;
        Self { is_declared, takes, is_due: self.is_due && other.is_due }
    }
}

struct NullTable<'r, 's> {
    reader: &'r BranchMatcher<'s>,
    left: Cell<usize>,
}

impl NullTable<'_, '_> {
    fn said(&self, schema: &Value, value: &Value, place: &str, deeper: usize) -> NullReadings {
        let mut said = NullReadings::new();
        let (Value::Object(map), Some(deeper)) = (schema, deeper.checked_sub(1)) else { return said };
        let Some(left) = self.left.get().checked_sub(1) else { return said };
        self.left.set(left);
        match value {
            Value::Object(members) => self.members(map, members, place, &mut said),
            Value::Array(items) => {
                let first = map.get("prefixItems").and_then(Value::as_array);
                for (index, item) in items.iter().enumerate() {
                    let of_it = first.and_then(|first| first.get(index)).or_else(|| map.get("items"));
                    if let Some(schema) = of_it {
                        join(
                            &mut said,
                            self.said(schema, item, &format!("{place}/{index}"), DEEPEST),
                            NullReading::and,
                        );
                    }
                }
            }
            _ => return said,
        }
        let list = |keyword: &str| map.get(keyword).and_then(Value::as_array).into_iter().flatten();
        for part in self.reader.target(schema).into_iter().chain(list("allOf")) {
            join(&mut said, self.said(part, value, place, deeper), NullReading::and);
        }
        for union in ["anyOf", "oneOf"] {
            let mut any: Option<NullReadings> = None;
            let mut others = NullReadings::new();
            for branch in list(union) {
                let of_it = self.said(branch, value, place, deeper);
                if !self.reader.fits(branch, value, FOLLOWED) {
                    let declared = |(at, say): (String, NullReading)| {
                        (at, NullReading { takes: None, is_due: false, ..say })
                    };
                    join(&mut others, of_it.into_iter().map(declared).collect(), NullReading::or);
                } else if let Some(any) = &mut any {
                    either(any, of_it);
                } else {
                    any = Some(of_it);
                }
            }
            join(&mut said, any.unwrap_or_default(), NullReading::and);
            join(&mut said, others, NullReading::and);
        }
        said
    }

    fn members(
        &self,
        schema: &Map<String, Value>,
        members: &Map<String, Value>,
        place: &str,
        said: &mut NullReadings,
    ) {
        let properties = schema.get("properties").and_then(Value::as_object);
        for (name, held) in members {
            let property = properties.and_then(|properties| properties.get(name));
            if !held.is_null() {
                if let Some(below) = property.or_else(|| schema.get("additionalProperties")) {
                    let at = pointer::push(place, name);
                    join(said, self.said(below, held, &at, DEEPEST), NullReading::and);
                }
                continue;
            }
            let say = NullReading {
                is_declared: property.is_some(),
                takes: property.and_then(|property| null_types::said(property, self.reader.definitions)),
                is_due: positions::required(schema).any(|required| required == name),
            };
            if say != NullReading::default() {
                said.insert(pointer::push(place, name), say);
            }
        }
    }
}

fn join(said: &mut NullReadings, other: NullReadings, how: fn(NullReading, NullReading) -> NullReading) {
    for (at, say) in other {
        said.entry(at).and_modify(|own| *own = how(*own, say)).or_insert(say);
    }
}

/// What one of two branches says: of a name that one of them does not know, nothing is due.
fn either(said: &mut NullReadings, mut other: NullReadings) {
    for (at, own) in &mut *said {
        *own = own.or(other.remove(at).unwrap_or_default());
    }
    said.extend(other.into_iter().map(|(at, say)| (at, say.or(NullReading::default()))));
}
