//! Hidden Unicode characters.

mod original_spellings;
mod visible_schema;

pub use original_spellings::Spellings;
pub use visible_schema::{Stripped, stripped};
