//! Query: what a request asks for, as needs with alternatives.
//!
//! Each word of a request is a need; the word itself, words that stand for it, and what a typo means are alternatives.

mod correction;
mod query_reader;
mod search_query;

pub use correction::Correction;
pub(super) use correction::correct;
pub(super) use query_reader::{Alternative, Need, QueryPlan, Said};
pub use search_query::{Phrasing, SearchQuery};
