//! Checks of definitions.

pub mod common_rules;
pub mod definition_check;
pub mod schema_census;
pub mod validate;
