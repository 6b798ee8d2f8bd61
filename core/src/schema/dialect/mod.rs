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
pub use converted_schema::{ConvertedSchema, DefinitionId};
pub use converter::SchemaConverter;
pub use hidden_character_notes::TextRole;
pub use schema_dialect::Dialect;
