//! JSON Schema as data: from the dialects of API documents to 2020-12, and what a schema says of a value.
//!
//! [`Schema`] is one frozen schema: its text is what is hashed and shown, its validator is compiled at the first call.
//! A [`DocumentSet`] holds a document and those that its references lead to; a [`SchemaConverter`] turns their Schema Objects,
//! Swagger 2.0 to OpenAPI 3.2, into 2020-12, keyword by keyword from one table ([`keywords`]), and keeps the definitions
//! that schemas reach, each converted once. Only schema positions are walked: a *property* named `type` or
//! `additionalProperties` is a property. What a conversion changes is told by [`Note`]s, of the kinds in [`kind`].

mod applicable_schemas;
mod comparison;
mod dialect;
mod hidden_unicode;
pub mod keywords;
mod note;
mod pattern;
mod reference;
mod validation;

pub use applicable_schemas::ApplicableSchemas;
pub use comparison::{Difference, DifferenceKind, difference, differences};
pub use dialect::{ConvertedSchema, DefinitionId, Dialect, Direction, SchemaConverter, TextRole};
pub use hidden_unicode::{OriginalSpellings, StrippedSchema, strip_schema};
pub use note::{Effect, Note, NoteKind, kind};
pub use reference::{DocumentSet, LocatedNode, Location, normalize_url};
pub use validation::{
    Definition, Definitions, Property, Schema, WRONG_TYPE, fill_defaults, meta_schema_problems,
};
