//! JSON as data: what every other room reads and writes.
//!
//! A document of 13 MB has 400,000 values; a [`Node`] borrows its text from the document, keeps the order of keys and
//! the text of numbers, and lives in an [`Arena`] with all others. A [`Builder`] refuses duplicate keys and counts what
//! it builds against [`Bounds`]. What is made of a document are nodes too: [`Members`] become a map, and what was not
//! changed is shared. [`text`] writes a value as it stands, [`canonical`] so that two equal values give equal bytes, [`pointer`]
//! names a place (RFC 6901).

mod arena;
mod builder;
pub mod canonical;
mod hash;
mod members;
mod node;
mod number;
mod object;
mod path;
pub mod pointer;
mod reader;
pub mod text;

pub use arena::Arena;
pub use builder::{Bounds, Builder, Duplicates, Spent, Twice};
pub use hash::{HashMap, HashSet, checksum, checksum_of};
pub use members::Members;
pub use node::{Entry, Node, Object};
pub use number::Number;
pub use object::OrderedMap;
pub use path::Path;
pub use reader::read;
