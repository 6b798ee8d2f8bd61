//! Operations of a document become tools.

mod amendment;
mod authentication;
mod conversion;
mod footprint;
mod glob;
mod opening;
mod operation_filter;
mod options;
mod overrides;
mod predicate;
mod report_note;
mod selection;
mod server_address;
mod server_reach;
mod skipped_operation;
mod token_budget;
mod tool_location;

pub(crate) use conversion::{Conversion, Outcome, Shared, convert};
pub(crate) use opening::Opening;
pub use operation_filter::Choice;
pub use options::{ConversionOptions, Deprecated};
pub use overrides::Overrides;
pub use predicate::Predicate;
pub(crate) use predicate::{Answers, Asked};
pub(crate) use report_note::Notes;
pub use report_note::ReportNote;
pub use skipped_operation::{Excluded, SkippedOperation};
pub(crate) use token_budget::GivenBudget;
pub use token_budget::{TokenBudget, TokenCost};
pub(crate) use tool_location::Site;
