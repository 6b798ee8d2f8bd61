//! Words of texts: split, in one normal form, and as stems.
//!
//! Queries and tools are read by the same functions, so that their words meet.

mod normal_form;
mod plain_text;
mod stem;
mod word_split;

pub use normal_form::name_form;
pub(super) use plain_text::plain_text;
pub(super) use stem::stem;
pub(super) use word_split::{Joint, for_each_word};
