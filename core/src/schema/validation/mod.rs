//! Validation.

mod compiled_schema;
mod default_values;
mod pattern_removal;
mod validator;

pub use compiled_schema::{Definition, Definitions, Property, Schema};
pub use default_values::fill as fill_defaults;
pub(in crate::schema) use default_values::is_plausible;
pub(in crate::schema) use validator::{Validator, is_pattern};
pub use validator::{WRONG_TYPE, meta_schema_problems};
