//! JSON Schema as data: from the dialects of API documents to 2020-12, and what a schema says of a value.
//!
//! [`Schema`] is one frozen schema: its text is what is hashed and shown, its validator is compiled at the first call.
//! A [`Library`] holds a document and those that its references lead to; a [`Converter`] turns their Schema Objects,
//! Swagger 2.0 to OpenAPI 3.2, into 2020-12, keyword by keyword from one table ([`keywords`]), and keeps the definitions
//! that schemas reach, each converted once. Only schema positions are walked: a *property* named `type` or
//! `additionalProperties` is a property. What a conversion changes is told by [`Note`]s, of the kinds in [`kind`].

mod address;
mod comparison;
mod context;
mod convert;
mod converted;
mod defaults;
mod dialect;
mod discriminator;
mod frozen;
mod hidden;
pub mod keywords;
mod library;
mod note;
mod object_keywords;
mod pattern;
mod related;
mod resources;
mod spellings;
mod spot;
mod stripped;
mod unsent;
mod validator;
mod value_keywords;
mod walk;
mod weight;

pub use address::one_spelling;
pub use comparison::{Difference, DifferenceKind, difference, differences};
pub use context::Direction;
pub use convert::Converter;
pub use converted::{Converted, DefinitionId};
pub use defaults::fill as fill_defaults;
pub use dialect::Dialect;
pub use frozen::{Definition, Definitions, Property, Schema};
pub use hidden::Role as TextRole;
pub use library::Library;
pub use note::{Effect, Kind, Note, kind};
pub use related::Related;
pub use spellings::Spellings;
pub use spot::{Place, Spot};
pub use stripped::{Stripped, stripped};
pub use validator::{WRONG_TYPE, problems_of_schema};
