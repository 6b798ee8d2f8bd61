//! Documents as sources of tools: read, convert, put into the registry in one revision, report.
//!
//! A [`SpecLoader`] knows each document it loaded by a name, with what it needs to load it again. Whatever goes wrong,
//! the tools that were there stay: a load either ends in a [`LoadReport`] or changes nothing. What a watcher needs to know,
//! and what it tells, stands in `watching`; what a server answers is judged in `polling`.
//!
//! What a reload would change is judged before it enters. What the gates hold waits as a [`HeldChange`], and the versions
//! that were in use are kept, so that one can be gone back to. With a state file all of that outlives the process.

mod admission;
mod decisions;
mod directory;
mod directory_claims;
mod load_audit;
mod load_listener;
mod load_report;
mod load_request;
mod loaded_source;
mod lock;
mod options;
mod progress;
mod restoring;
mod source_status;
mod spec_loader;
mod trip;
mod truncated_document;
mod watched_sources;

pub use directory::{DirectoryReport, FailedDocument};
pub use directory_claims::DirectoryChanges;
pub use load_listener::LoadListener;
pub use load_report::{CheckReport, Inputs, LoadReport, LostInput, Restored, RestoredError};
pub use options::{KeptVersions, LoadOptions};
pub use source_status::{SourceFamily, SourceFault, SourceStatus};
pub use spec_loader::SpecLoader;
pub use truncated_document::{Truncation, TruncationVerdict};
