//! Schemas without hidden Unicode characters, and the way back for arguments.
//!
//! A model reads names and values without hidden characters, but the API expects the document's spelling.
//! [`strip_schema`] removes the characters; [`OriginalSpellings`] restores them in arguments, by the position of each
//! value in the document's schema.
//!
//! ```
//! use serde_json::{Map, json};
//! use toolrack_core::schema::{OriginalSpellings, Schema, strip_schema};
//!
//! let original = json!({"properties": {"i\u{200B}d": {}}});
//! assert_eq!(strip_schema(&original).schema, json!({"properties": {"id": {}}}));
//! let spellings = OriginalSpellings::new(Schema::new(&original));
//! let restored = spellings.to_original(Map::from_iter([("id".to_owned(), json!(1))]));
//! assert!(restored.contains_key("i\u{200B}d"));
//! ```
//!
//! Limits: 64 schemas are searched for one value. If two names differ only in hidden characters, `spec` leaves the
//! argument out, because nobody can say which one a model means.

mod original_spellings;
mod visible_schema;

pub use original_spellings::OriginalSpellings;
pub use visible_schema::{StrippedSchema, strip_schema};
