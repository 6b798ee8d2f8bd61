//! References between documents.

mod document_set;
mod document_url;
mod located_node;
mod schema_resources;

pub(in crate::schema) use document_set::Fault;
pub use document_set::Library;
pub use document_url::one_spelling;
pub use located_node::{Place, Spot};
