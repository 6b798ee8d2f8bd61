//! JSON as data: what every other room reads and writes.
//!
//! A document of 13 MB has 400,000 values; [`Node`] borrows their text from the document's bytes, keeps the order of
//! keys, refuses duplicate keys and counts what it builds against a [`Budget`]. [`canonical`] writes a value so that
//! two equal values give equal bytes, [`pointer`] names a place (RFC 6901).

pub mod canonical;
mod node;
pub mod pointer;
mod reader;

pub use node::{Node, Object};
pub use reader::{Budget, NodeSeed};
