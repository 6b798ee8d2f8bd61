//! Schema comparison: which differences between two versions of a schema are breaking for a caller.
//!
//! Arguments flow to the API, and a caller may hold the old schema. Therefore the new schema must accept each value that
//! the old one accepts. A difference is breaking unless the opposite is proven. Others are wider or equal.
//!
//! Three rules go beyond sets of values. A removed property is breaking even if the object accepts undeclared names,
//! since its value has no effect any more. A newly declared property is not breaking, since nobody knew the name. Defaults
//! are filled before validation: a required property with a default is optional, and a changed default shifts meaning.
//!
//! - `comparer.rs` walks both schemas; `value_comparison.rs`, `objects.rs`, `arrays.rs`, `bounds.rs` and
//!   `schema_annotations.rs` compare keywords. `compared_keywords.rs` and `difference_kind.rs` are the tables.
//! - `union/` compares `anyOf` and `oneOf`.
//! - `result_kinds.rs` has what differs for the schemas of results, whose reader is the other side.
//! - `merged_schema.rs` flattens references and `allOf`. `schema_equality.rs` compares ignoring definition names.
//!
//! ```
//! use serde_json::json;
//! use toolrack_core::schema::{Schema, differences};
//!
//! let (old, new) = (json!({"maxLength": 9}), json!({"maxLength": 5}));
//! let found = differences(&Schema::new(&old), &Schema::new(&new));
//! assert_eq!(found[0].code, "MAX_LENGTH_LOWERED");
//! assert!(found[0].is_breaking());
//! ```
//!
//! Pointers lead into the new schema, or into the old one for removed parts; references and `allOf` are transparent.
//! Limits: 400,000 steps and a depth of 100. Beyond them the result is `TOO_COMPLEX`, which is breaking.

mod arrays;
mod bounds;
mod comparable_value;
mod compared_keywords;
mod compared_pair;
mod comparer;
mod conditions;
mod difference_kind;
mod exact_number;
mod keyword_texts;
mod merged_schema;
mod objects;
mod property_schemas;
mod result_kinds;
mod schema_annotations;
mod schema_equality;
mod type_set;
mod undeclared_properties;
mod union;
mod value_comparison;

pub use difference_kind::{Difference, DifferenceKind, difference};

use super::Schema;
use comparer::Comparer;

/// Compares two 2020-12 schemas. Returns all differences in traversal order, none if both accept the same
/// values with the same annotations. The order of keys, `required`, `enum`, `type` and union branches does
/// not matter, nor do the names of definitions.
pub fn differences(old: &Schema, new: &Schema) -> Vec<Difference> {
    if old == new {
        return Vec::new();
    }
    let (old, new) = (old.value(), new.value());
    Comparer::new(&old, &new).run()
}

/// Compares two schemas of results. `Narrower` and `Shift` are breaking for a program that reads results: one may be
/// what the old schema refuses. `Wider` means that results are narrower. The codes are those of the exchanged sides.
pub fn result_differences(old: &Schema, new: &Schema) -> Vec<Difference> {
    if old == new {
        return Vec::new();
    }
    let (old, new) = (old.value(), new.value());
    Comparer::of_results(&old, &new).run()
}
