//! Which operations become tools: the options `include`, `exclude` and `deprecated`, globs over paths and operation ids, and
//! the functions of `include` and `exclude`.

mod glob;
mod operation_choice;
mod operation_selection;
mod selection_function;

pub use glob::Glob;
pub use operation_choice::OperationChoice;
pub use operation_selection::{OperationSelection, SelectedOperation};
pub use selection_function::{CandidateOperation, SelectionAnswers, SelectionFunction};
