//! Schema dialects: converts Swagger 2.0, OpenAPI 3.0 and older JSON Schema drafts to JSON Schema 2020-12.
//!
//! Validators and providers take one dialect; documents use several, with mistakes. A bad keyword is removed with a
//! note instead of failing the operation. Unchanged parts are shared. Definitions are converted once per document.
//!
//! - `schema_dialect.rs` reads the dialect from the version. `converter.rs` is the entry, with shared `$defs`.
//! - `schema_walk.rs` converts one schema. `value_keywords.rs`, `object_keywords.rs`, `subschema_keywords.rs`,
//!   `reference_keywords.rs`, `discriminator.rs` and `read_only.rs` convert the keywords of their name.
//! - `annotation_removal.rs` leaves out what only people and models read.
//! - `evaluation_cost.rs` bounds the work of a validator.
//!
//! ```
//! # use toolrack_core::error::Error;
//! use toolrack_core::json::{Arena, DocumentBounds, DuplicateKeyPolicy, NodeBuilder, read, to_compact_text};
//! use toolrack_core::schema::{Direction, DocumentSet, SchemaConverter};
//!
//! let arena = Arena::new();
//! let duplicates = DuplicateKeyPolicy::Refuse;
//! let bounds = DocumentBounds { depth: 64, nodes: 1_000, bytes: 10_000, aliases: 0, duplicates };
//! let text = r#"{"openapi": "3.0.3", "s": {"type": "string", "nullable": true}}"#;
//! let root = read(text, &mut NodeBuilder::new(&arena, bounds))?;
//! let mut documents = DocumentSet::new(&arena);
//! documents.add(root, None, false)?;
//! let schema = documents.root(0).key("s").expect("a schema");
//! let converted = SchemaConverter::new(&documents, Direction::Request).convert_schema(&schema)?;
//! assert_eq!(to_compact_text(converted.schema), r#"{"type":["string","null"]}"#);
//! # Ok::<(), Error>(())
//! ```
//!
//! Limits: `$dynamicRef` with several targets is unsupported. See the constants in `converter.rs` and
//! `evaluation_cost.rs`.

mod annotation_removal;
mod converted_schema;
mod converter;
mod definition_names;
mod direction;
mod discriminator;
mod evaluation_cost;
mod hidden_character_notes;
mod object_keywords;
mod read_only;
mod reference_keywords;
mod schema_context;
mod schema_dialect;
mod schema_walk;
mod subschema_keywords;
mod value_keywords;

pub use converted_schema::{ConvertedSchema, DefinitionId};
pub use converter::{DefinitionClosure, SchemaConverter, SchemaDetail};
pub use direction::Direction;
pub use hidden_character_notes::TextRole;
pub use schema_dialect::Dialect;
