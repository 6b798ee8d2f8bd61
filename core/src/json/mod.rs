//! JSON as data: what every other room reads and writes.
//!
//! A document of 13 MB has 400,000 values; a [`Node`] borrows its text from the document, keeps the order of keys and
//! the text of numbers, and lives in an [`Arena`] with all others. A [`Builder`] refuses duplicate keys and counts what
//! it builds against [`Bounds`]. What is made of a document are nodes too: [`Members`] become a map, and what was not
//! changed is shared. [`compact_text`] writes a value as it stands, [`canonical`] so that two equal values give equal bytes, [`mod@pointer`]
//! names a place (RFC 6901).

mod arena;
pub mod canonical;
pub mod compact_text;
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
pub use hash::{HashMap, HashSet, checksum, checksum_of};
pub use json_reader::read;
pub use node::{Entry, Node, Object};
pub use node_builder::{Bounds, Builder, Duplicates, Spent, Twice};
pub use number::Number;
pub use object_builder::Members;
pub use ordered_map::OrderedMap;
pub use path::Path;
