//! The sources of a loader: each document with its state, history and pins, and its status for the caller.
//!
//! A source has two records. `LoadedSource` stands behind the lock that lets one load of it run at a time; `Statuses` is read
//! without waiting for a load.

mod loaded_source;
mod source_state;
mod source_status;

pub use loaded_source::LoadedSource;
pub use source_state::{RefusedContent, SourceState};
pub use source_status::{SourceFamily, SourceFault, SourceStatus, Statuses};
