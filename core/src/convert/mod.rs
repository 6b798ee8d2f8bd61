//! Operations of a document become tools.

mod amendment;
mod authentication;
mod conversion;
mod conversion_input;
mod footprint;
mod glob;
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

pub(crate) use conversion::{Conversion, ConversionContext, ConversionOutcome, convert};
pub(crate) use conversion_input::ConversionInput;
pub use operation_filter::OperationFilter;
pub use options::{ConversionOptions, Deprecated};
pub use overrides::Overrides;
pub use predicate::Predicate;
pub(crate) use predicate::{FilterAnswers, FilterQuestion};
pub(crate) use report_note::NoteCollector;
pub use report_note::ReportNote;
pub use skipped_operation::{Excluded, SkippedOperation};
pub(crate) use token_budget::RawTokenBudget;
pub use token_budget::{TokenBudget, TokenCost};
pub(crate) use tool_location::ToolLocation;
