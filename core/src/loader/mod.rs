//! Documents as sources of tools: read, convert, put into the registry in one revision, report.
//!
//! A [`SpecLoader`] knows each document it loaded by a name, with what it needs to load it again. Whatever goes wrong,
//! the tools that were there stay: a load either ends in a [`LoadReport`] or changes nothing. What a watcher needs to know,
//! and what it tells, stands in `watching`; what a server answers is judged in `polling`.
//!
//! What a reload would change is judged before it enters. What the gates hold waits as a [`HeldChange`], and the versions
//! that were in use are kept, so that one can be gone back to. With a state file all of that outlives the process.

mod address;
mod admission;
mod amendment;
mod audit;
mod authentication;
mod budget;
mod bundle;
mod choice;
mod conversion;
mod decisions;
mod directory;
mod folders;
mod footprint;
mod glob;
mod held;
mod history;
mod jury;
mod listener;
mod load_request;
mod lock;
mod made;
mod notes;
mod options;
mod overrides;
mod polling;
mod predicate;
mod progress;
mod reach;
mod reading;
mod report;
mod restoring;
mod selection;
mod site;
mod source;
mod spec_loader;
mod state;
mod status;
mod tool_history;
mod trip;
mod truncation;
mod watched;
mod watching;

pub use budget::{TokenBudget, TokenCost};
pub use choice::Choice;
pub use directory::{DirectoryReport, FailedDocument, documents_in};
pub use folders::Listing;
pub use held::{HeldChange, Outcome};
pub use history::{SourceVersion, Trigger};
pub use jury::Jury;
pub use listener::LoadListener;
pub use made::Part;
pub use notes::ReportNote;
pub use options::{Deprecated, KeptVersions, LoadOptions, References};
pub use overrides::Overrides;
pub use polling::Polled;
pub use predicate::Predicate;
pub use report::{
    ChangeReport, CheckReport, Excluded, Inputs, LoadReport, LostInput, RefusedTool, Restored, RestoredError,
    SkippedOperation,
};
pub use spec_loader::SpecLoader;
pub use state::{StateFailure, StateOptions};
pub use status::{SourceFamily, SourceFault, SourceStatus};
pub use tool_history::{ToolVersion, tool_history};
pub use truncation::{Taken, Truncation};
pub use watched::{Files, Stand, Watched};
