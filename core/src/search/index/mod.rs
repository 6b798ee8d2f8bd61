//! Index: the words of many tools, so that a query reads those of its own words alone.
//!
//! A segment is immutable; an index is a list of segments with the tools of them that are live.

mod bitmap;
mod dictionary;
mod live_segment;
mod live_tools;
mod renumbering;
mod search_index;
mod segment;
mod segment_builder;
mod segment_merge;
mod source_table;
mod spelling;
mod visibility;

pub(super) use dictionary::{TermId, TermKey};
pub use renumbering::Renumbering;
pub use search_index::{MergedIndex, SearchIndex};
pub(super) use segment::{
    IN_NAME, IN_TITLE, Posting, Segment, SegmentView, SourceStems, ToolFacts, shows_all,
};
pub(super) use segment_builder::name_hash;
pub use visibility::Visibility;
