//! JSON Schema as data: conversion of Schema Objects to 2020-12, references, validation, defaults and comparison.
//!
//! API documents write schemas in four dialects, split them over files, and put hidden text into them. Tools need one
//! self-contained JSON Schema 2020-12 that validates arguments. [`DocumentSet`] holds the documents and resolves
//! references. [`SchemaConverter`] converts Schema Objects keyword by keyword and shares definitions. [`Schema`] is
//! the result: text with a lazily compiled validator.
//!
//! - `reference/`: documents, `$ref`, `$id` and anchors.
//! - `dialect/`: Swagger 2.0, OpenAPI 3.0 and drafts 4 to 2019-09 to 2020-12; `nullable`, `discriminator`, `readOnly`.
//! - `pattern/`: regular expressions of other languages to ECMA-262.
//! - `validation/`: validator, defaults, and problems with pointers.
//! - `hidden_unicode/`: schemas without hidden characters, and the way back for arguments.
//! - `comparison/`: differences between two schemas, breaking or not.
//! - `keywords.rs` is the one table of keywords. `note.rs` lists the conversion notes of a load report.
//!
//! ```
//! use serde_json::json;
//! use toolrack_core::schema::Schema;
//!
//! let schema = Schema::new(&json!({"properties": {"limit": {"type": "integer", "default": 10}}}));
//! let mut arguments = json!({});
//! assert!(schema.fill_defaults(&mut arguments));
//! assert_eq!(arguments, json!({"limit": 10}));
//! assert_eq!(schema.problems(&json!({"limit": "ten"}))[0].pointer, "/limit");
//! ```
//!
//! Traversals visit schema positions only: a property named `type` is a property. Limits: 10,000 definitions for a
//! tool, 200,000 subschemas for one value, nesting of 120. Beyond them the conversion fails with `LimitExceeded`.

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
pub use comparison::{Difference, DifferenceKind, difference, differences, result_differences};
pub use dialect::{
    ConvertedSchema, DefinitionClosure, DefinitionId, Dialect, Direction, SchemaConverter, SchemaDetail,
    TextRole,
};
pub use hidden_unicode::{OriginalSpellings, StrippedSchema, strip_schema};
pub use note::{Effect, Note, NoteKind, kind};
pub use reference::{DocumentSet, DocumentSource, LocatedNode, Location, normalize_url};
pub use validation::{
    Definition, Definitions, Property, Schema, fill_defaults, is_plain_schema, is_wrong_type,
    meta_schema_problems,
};
