//! Two schemas compared from the view of a model that calls the tool.
//!
//! The principle: arguments flow from the caller to the API, and a caller may still hold the old schema. So *what the old
//! schema takes, the new one must take*; a change for which that cannot be shown counts as one that refuses something.
//! Nothing that differs is passed over: what takes the same values is a matter of wording.
//!
//! Three things are not read off the sets of values alone. A declared name is meant: when it goes, its value goes nowhere,
//! also where the object takes undeclared names. An undeclared name is none that anybody was told of: an open object that
//! declares one more is wider, though it refuses what an oracle could have written there. And what a caller leaves out is
//! filled from `default`s before it is judged (`fill_defaults`): a required argument with a default that is filled may be left
//! out, and another default makes the same call say something else.
//!
//! `{"maxLength": 9}` → `{"maxLength": 5}` is `MAX_LENGTH_LOWERED` at the schema's pointer. Pointers are those of the new
//! schema, of the old one for what is gone, with references and the parts of `allOf` passed over: where they lead is
//! compared as if it stood there, each pair of definitions once, and told at the first place that comes by it.
//!
//! Bounded by steps and by depth; beyond them the answer is `TOO_COMPLEX`, which counts as narrower.

mod annotations;
mod arrays;
mod bounds;
mod branches;
mod comparable_value;
mod compared_keywords;
mod comparer;
mod difference_kind;
mod exact_number;
mod keyword_texts;
mod merged_schema;
mod objects;
mod schema_equality;
mod type_set;
mod unions;

pub use difference_kind::{Difference, DifferenceKind, difference};

use super::Schema;
use comparer::Comparer;

/// Every difference of two schemas of dialect 2020-12, in the order in which they are come by; none where they take the
/// same values and say the same of them. Neither the order of keys, of `required`, `enum`, `type` and union branches nor
/// the names of definitions count.
pub fn differences(old: &Schema, new: &Schema) -> Vec<Difference> {
    if old == new {
        return Vec::new();
    }
    let (old, new) = (old.value(), new.value());
    Comparer::new(&old, &new).run()
}
