//! Nulls that stand for what is not there: a model that must write every property writes null for those it leaves out.
//!
//! A null is meant where the schema takes one. Parts that all hold must all take it; of a union one of the branches must
//! that the value may be of.

use std::cell::Cell;
use std::collections::HashMap;

use serde_json::{Map, Value};

use crate::json::pointer;
use crate::target::exchange::branch_matcher::{FOLLOWED, Reader};
use crate::target::rewrite::{null_types, positions};

/// Schemas that are read for one value: unions within unions fan out.
const READ: usize = 20_000;
/// Schemas within one another that speak of one value.
const DEEPEST: usize = 64;

/// A value without the nulls that stand for absence.
pub fn dropped(reader: &Reader<'_>, schema: &Value, mut value: Value) -> Value {
    let table = Table { reader, left: Cell::new(READ) };
    let said = table.said(schema, &value, "", DEEPEST);
    if !said.is_empty() {
        remove(&mut value, "", &said);
    }
    value
}

fn remove(value: &mut Value, place: &str, said: &Said) {
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
type Said = HashMap<String, Say>;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Say {
    /// Whether the name is declared, be it in a branch that the value is not of.
    is_declared: bool,
    /// Whether null is taken there; nothing where that is not said.
    takes: Option<bool>,
    /// Whether something must come there.
    is_due: bool,
}

impl Say {
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

struct Table<'r, 's> {
    reader: &'r Reader<'s>,
    left: Cell<usize>,
}

impl Table<'_, '_> {
    fn said(&self, schema: &Value, value: &Value, place: &str, deeper: usize) -> Said {
        let mut said = Said::new();
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
                            Say::and,
                        );
                    }
                }
            }
            _ => return said,
        }
        let list = |keyword: &str| map.get(keyword).and_then(Value::as_array).into_iter().flatten();
        for part in self.reader.target(schema).into_iter().chain(list("allOf")) {
            join(&mut said, self.said(part, value, place, deeper), Say::and);
        }
        for union in ["anyOf", "oneOf"] {
            let mut any: Option<Said> = None;
            let mut others = Said::new();
            for branch in list(union) {
                let of_it = self.said(branch, value, place, deeper);
                if !self.reader.fits(branch, value, FOLLOWED) {
                    let declared = |(at, say): (String, Say)| (at, Say { takes: None, is_due: false, ..say });
                    join(&mut others, of_it.into_iter().map(declared).collect(), Say::or);
                } else if let Some(any) = &mut any {
                    either(any, of_it);
                } else {
                    any = Some(of_it);
                }
            }
            join(&mut said, any.unwrap_or_default(), Say::and);
            join(&mut said, others, Say::and);
        }
        said
    }

    fn members(
        &self,
        schema: &Map<String, Value>,
        members: &Map<String, Value>,
        place: &str,
        said: &mut Said,
    ) {
        let properties = schema.get("properties").and_then(Value::as_object);
        for (name, held) in members {
            let property = properties.and_then(|properties| properties.get(name));
            if !held.is_null() {
                if let Some(below) = property.or_else(|| schema.get("additionalProperties")) {
                    let at = pointer::push(place, name);
                    join(said, self.said(below, held, &at, DEEPEST), Say::and);
                }
                continue;
            }
            let say = Say {
                is_declared: property.is_some(),
                takes: property.and_then(|property| null_types::said(property, self.reader.definitions)),
                is_due: positions::required(schema).any(|required| required == name),
            };
            if say != Say::default() {
                said.insert(pointer::push(place, name), say);
            }
        }
    }
}

fn join(said: &mut Said, other: Said, how: fn(Say, Say) -> Say) {
    for (at, say) in other {
        said.entry(at).and_modify(|own| *own = how(*own, say)).or_insert(say);
    }
}

/// What one of two branches says: of a name that one of them does not know, nothing is due.
fn either(said: &mut Said, mut other: Said) {
    for (at, own) in &mut *said {
        *own = own.or(other.remove(at).unwrap_or_default());
    }
    said.extend(other.into_iter().map(|(at, say)| (at, say.or(Say::default()))));
}
