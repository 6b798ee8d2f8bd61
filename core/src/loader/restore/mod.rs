//! Restore: after a restart a source gets the tools that the state file has, before its document is read again.
//!
//! The contents of the state file are converted again, so that the tools have the options and the client of this process.
//! Then the document is read and loaded as a reload, through the gates.

mod restored_source;
mod restored_tools;
mod saved_check;

pub use restored_source::{saved_record, unloaded_record};
pub use restored_tools::SavedSource;
