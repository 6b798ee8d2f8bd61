//! Which operations become tools: the options `include`, `exclude` and `deprecated`, globs over paths and operation ids, and
//! the filter function.

mod filter_function;
mod glob;
mod operation_filter;
mod operation_selection;

pub use filter_function::{FilterAnswers, FilterFunction, FilteredOperation};
pub use operation_filter::OperationFilter;
pub use operation_selection::{OperationSelection, SelectedOperation};
