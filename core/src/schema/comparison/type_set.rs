//! Sets of JSON types.

use serde_json::{Value, json};

use super::exact_number;

/// A set of types. Integers and fractions have separate bits, so that set operations are exact.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct TypeSet(u8);

/// Type names and their bits.
const NAMES: [(&str, u8); 7] = [
    ("null", 1),
    ("boolean", 2),
    ("object", 4),
    ("array", 8),
    ("string", 16),
    ("number", 32 | 64),
    ("integer", 32),
];

impl TypeSet {
    pub const ALL: Self = Self(127);
    pub const NONE: Self = Self(0);
    pub const OBJECT: Self = Self(4);
    pub const ARRAY: Self = Self(8);
    pub const STRING: Self = Self(16);
    pub const NUMBER: Self = Self(32 | 64);
    pub const INTEGER: Self = Self(32);
    /// Types with few values.
    const FEW: Self = Self(1 | 2);

    /// Reads the keyword `type`.
    pub fn of_keyword(held: &Value) -> Self {
        let of = |name: &Value| {
            let name = name.as_str().unwrap_or_default();
            NAMES.iter().find(|(known, _)| *known == name).map_or(0, |(_, set)| *set)
        };
        match held {
            Value::Array(names) => Self(names.iter().map(of).fold(0, |all, one| all | one)),
            one => Self(of(one)),
        }
    }

    /// Returns the type of a value.
    pub fn of_value(value: &Value) -> Self {
        match value {
            Value::Null => Self(1),
            Value::Bool(_) => Self(2),
            Value::Object(_) => Self::OBJECT,
            Value::Array(_) => Self::ARRAY,
            Value::String(_) => Self::STRING,
            Value::Number(number) if exact_number::is_whole(number) => Self::INTEGER,
            Value::Number(_) => Self(64),
        }
    }

    pub const fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    pub const fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    pub const fn overlaps(self, other: Self) -> bool {
        !self.and(other).is_empty()
    }

    pub const fn is_within(self, other: Self) -> bool {
        self.0 & !other.0 == 0
    }

    /// Returns the bits of the set.
    pub const fn bits(self) -> usize {
        self.0 as usize
    }

    /// Iterates over the single types.
    pub fn each(self) -> impl Iterator<Item = Self> {
        let sets = [1, 2, 4, 8, 16, if self.0 & 64 == 0 { 32 } else { 96 }];
        sets.into_iter().map(move |set| Self(self.0 & set)).filter(|set| !set.is_empty())
    }

    /// Returns all values of the set, if they can be enumerated.
    pub fn listed(self) -> Option<Vec<&'static Value>> {
        static NULL: Value = Value::Null;
        static TRUE: Value = Value::Bool(true);
        static FALSE: Value = Value::Bool(false);
        let of =
            |set: u8, values: &[&'static Value]| if self.0 & set == 0 { Vec::new() } else { values.to_vec() };
        self.is_within(Self::FEW).then(|| [of(1, &[&NULL]), of(2, &[&FALSE, &TRUE])].concat())
    }

    /// Returns the value of the keyword `type`.
    pub fn to_value(self) -> Value {
        let has = |(name, set): &(&'static str, u8)| {
            (self.0 & set == *set && !(*name == "integer" && self.0 & 64 != 0)).then_some(*name)
        };
        let names: Vec<_> = NAMES.iter().filter_map(has).collect();
        match names.as_slice() {
            [one] => json!(one),
            _ => json!(names),
        }
    }
}
