//! References between documents.

mod document_set;
mod document_url;
mod located_node;
mod schema_resources;

pub use document_set::DocumentSet;
pub(in crate::schema) use document_set::ReferenceFault;
pub use document_url::normalize_url;
pub use located_node::{LocatedNode, Location};
