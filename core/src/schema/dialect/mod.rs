//! Dialects.

mod conversion_context;
mod converted_schema;
mod converter;
mod discriminator;
mod evaluation_cost;
mod hidden_character_notes;
mod object_keywords;
mod read_only;
mod schema_dialect;
mod schema_walk;
mod value_keywords;

pub use conversion_context::Direction;
pub use converted_schema::{Converted, DefinitionId};
pub use converter::Converter;
pub use hidden_character_notes::Role as TextRole;
pub use schema_dialect::Dialect;
