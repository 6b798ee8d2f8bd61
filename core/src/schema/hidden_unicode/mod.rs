//! Hidden Unicode characters.

mod original_spellings;
mod visible_schema;

pub use original_spellings::OriginalSpellings;
pub use visible_schema::{StrippedSchema, strip_schema};
