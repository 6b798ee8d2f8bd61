//! JSON as data: what every other room reads and writes.
//!
//! A document of 13 MB has 400,000 values; a [`Node`] borrows its text from the document, keeps the order of keys and
//! the text of numbers, and lives in an [`Arena`] with all others. A [`NodeBuilder`] refuses duplicate keys and counts what
//! it builds against [`DocumentBounds`]. What is made of a document are nodes too: [`ObjectBuilder`] become a map, and what was not
//! changed is shared. [`to_compact_text`] writes a value as it stands, [`canonical`] so that two equal values give equal bytes, [`pointer`]
//! names a place (RFC 6901).

mod arena;
pub mod canonical;
mod compact_text;
mod hash;
mod json_reader;
mod node;
mod node_builder;
mod number;
mod object_builder;
mod ordered_map;
mod path;
pub mod pointer;

pub use arena::Arena;
pub use compact_text::{to_compact_text, write_compact_text, write_json_string};
pub use hash::{HashMap, HashSet, checksum, checksum_of};
pub use json_reader::read;
pub use node::{Node, NodeEntry, Object};
pub use node_builder::{DocumentBounds, DocumentSize, DuplicateKey, DuplicateKeyPolicy, NodeBuilder};
pub use number::Number;
pub use object_builder::ObjectBuilder;
pub use ordered_map::OrderedMap;
pub use path::Path;
