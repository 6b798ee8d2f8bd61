//! Documents as sources of tools: read, convert, put into the registry in one revision, report.
//!
//! A [`SpecLoader`] knows each document it loaded by a name, with what it needs to load it again. Whatever goes wrong,
//! the tools that were there stay: a load either ends in a [`LoadReport`] or changes nothing.

mod amendment;
mod budget;
mod bundle;
mod choice;
mod conversion;
mod glob;
mod options;
mod overrides;
mod predicate;
mod progress;
mod reading;
mod report;
mod selection;
mod source;
mod spec_loader;
mod status;

pub use budget::{TokenBudget, TokenCost};
pub use choice::Choice;
pub use options::{Deprecated, LoadOptions, References};
pub use overrides::Overrides;
pub use predicate::Predicate;
pub use report::{Excluded, Inputs, LoadReport, LostInput, ReportNote, SkippedOperation};
pub use spec_loader::{LoadListener, SpecLoader};
pub use status::{SourceFault, SourceStatus};
