//! Search in snapshots: an index for each revision that is searched.
//!
//! It is made at the first search of a revision, of the index of the last revision that was searched and what changed since.
//! Rights come before the limit: a filter, and that of a filtered snapshot, become a bitmap of the index.

mod eager_index;
mod index_merge;
mod index_succession;
mod revision_index;
mod search_options;
mod search_place;
mod search_settings;
mod tool_search;
mod vector_search;

pub use revision_index::RevisionIndex;
pub use search_options::SearchOptions;
pub use search_place::{HitAbsence, SearchPlace};
pub use search_settings::SearchSettings;
pub use tool_search::{SearchHit, SearchResult};
pub use vector_search::TextBatch;
