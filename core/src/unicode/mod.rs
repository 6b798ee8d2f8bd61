//! Hidden characters: which characters a reader does not see, and what becomes of them in texts that models read.
//!
//! Definitions and results follow the same rule. A text without any is returned as it is.

mod document_scan;
mod hidden;
pub mod invisible;

pub use document_scan::may_contain_hidden;
pub use hidden::{HiddenUnicode, count_hidden, has_hidden, may_be_hidden, strip_hidden, strip_hidden_value};
