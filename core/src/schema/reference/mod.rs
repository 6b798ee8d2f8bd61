//! References (`$ref`, `$id`, `$anchor`, `$dynamicRef`) within and between documents.
//!
//! A schema can reference its own document, another file, or a schema with an `$id`. [`DocumentSet`] holds all
//! documents of a load, each parsed once and known by a normalized URL. It does no I/O: it returns the URLs of missing
//! documents, and the loader adds them.
//!
//! - `reference_resolution.rs` resolves references in a `document_set.rs`. `schema_resources.rs` indexes `$id` and anchors.
//! - `document_url.rs` normalizes URLs. `located_node.rs` is a value with its location.
//!
//! ```
//! # use toolrack_core::error::Error;
//! use toolrack_core::json::{Arena, DocumentBounds, DuplicateKeyPolicy, NodeBuilder, read};
//! use toolrack_core::schema::DocumentSet;
//!
//! let arena = Arena::new();
//! let duplicates = DuplicateKeyPolicy::Refuse;
//! let bounds = DocumentBounds { depth: 64, nodes: 1_000, bytes: 10_000, aliases: 0, duplicates };
//! let text = r##"{"openapi": "3.1.0", "a": {"$ref": "#/b"}, "b": {"type": "string"}}"##;
//! let root = read(text, &mut NodeBuilder::new(&arena, bounds))?;
//! let mut documents = DocumentSet::new(&arena);
//! documents.add(root, None, false)?;
//! let reference = documents.root(0).key("a").expect("a reference");
//! assert_eq!(documents.follow_references(reference)?.location.pointer, "/b");
//! # Ok::<(), Error>(())
//! ```
//!
//! Limits: a `$dynamicRef` resolves only if its anchor is unique. A document from the network cannot reference a local
//! file. Cycles of references are detected.

mod document_set;
mod document_url;
mod located_node;
mod reference_fault;
mod reference_resolution;
mod schema_document;
mod schema_resources;

pub use document_set::DocumentSet;
pub use document_url::normalize_url;
pub use located_node::{LocatedNode, Location};
pub(in crate::schema) use reference_fault::ReferenceFault;
pub use schema_document::DocumentSource;
