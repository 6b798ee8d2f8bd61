//! Analysis of a tool: its fields, its intent, and the words of its schema.
//!
//! The weights of the fields are in `fields.rs`, each with its usual length (BM25F).

mod fields;
mod intent;
mod schema_words;

pub(super) use fields::for_each_field;
pub use fields::{Field, FieldWeights};
pub(super) use intent::Intent;
