//! Which operations become tools: the options `include`, `exclude` and `deprecated`, globs over paths and operation ids, and
//! the filter function.

mod glob;
mod operation_filter;
mod operation_selection;
mod predicate;

pub use operation_filter::OperationFilter;
pub use operation_selection::{OperationSelection, SelectedOperation};
pub use predicate::{FilterAnswers, FilterQuestion, Predicate};
