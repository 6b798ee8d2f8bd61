//! Converts the operations of an API document to tools: selected, overridden, named, bounded.
//!
//! The need: a document has a thousand operations and a model needs ten. Its descriptions are for people. Its author may
//! be untrusted: a document could try to relax safety settings or to exhaust memory.
//!
//! The answer: a conversion selects operations (`include`, `exclude`) and applies overrides, the caller's before
//! the document's `x-toolrack`. It resolves where calls go, checks that each security scheme has a credential, and bounds the
//! bytes that tools take. An operation that cannot become a tool is a line of the report with its error code; it costs no
//! other operation. A token budget tells what the tools cost a model. All operations are read before the first is named, so
//! that names do not depend on the order of the document. Where a function of `include` or `exclude` has to be asked, a
//! conversion returns the question instead of waiting.
//!
//! ```
//! use serde_json::json;
//! use toolrack_core::convert::OperationChoice;
//!
//! let problems = OperationChoice::parse_all("include", &json!({"path": ["/pets/**"]})).unwrap_err();
//! assert_eq!(problems[0].pointer, "/path");
//! assert_eq!(problems[0].message, "is none of tags, methods, paths, operationIds; nearest: paths");
//! ```
//!
//! | file | holds |
//! |---|---|
//! | `conversion`, `conversion_context` | the conversion: operations in, tools and notes out |
//! | `selection/` | which operations become tools: `include`, `exclude`, globs, functions |
//! | `overrides/` | the option `overrides` and `x-toolrack`: descriptions, names, hidden and fixed arguments |
//! | `document_defaults`, `operation_reading`, `tool_assembly` | the steps: document, operation, tool |
//! | `server_address`, `server_reach` | where calls go, and which hosts they may reach (SSRF) |
//! | `authentication`, `credential_arguments` | schemes without a credential; arguments that a credential sends |
//! | `memory_budget`, `token_budget` | bounds on bytes of tools; estimated tokens |
//! | `report_note`, `skipped_operation`, `tool_location` | lines of the report |
//!
//! Limits: the functions of `include` and `exclude` are called once, with all operations. Tokens are estimated. A document hides or fixes at most
//! 100 arguments of one operation.

mod authentication;
mod conversion;
mod conversion_context;
mod credential_arguments;
mod document_defaults;
mod memory_budget;
mod operation_reading;
mod options;
mod overrides;
mod report_note;
mod selection;
mod server_address;
mod server_reach;
mod skipped_operation;
mod token_budget;
mod tool_assembly;
mod tool_location;

pub(crate) use conversion::{Conversion, ConversionOutcome, convert};
pub(crate) use conversion_context::{ConversionContext, ConversionInput};
pub use options::{ConversionOptions, Deprecated};
pub use overrides::{Override, Overrides};
pub use report_note::ReportNote;
pub(crate) use report_note::merge_notes;
pub(crate) use selection::{CandidateOperation, SelectionAnswers};
pub use selection::{Glob, OperationChoice, SelectionFunction};
pub use skipped_operation::{Excluded, SkippedOperation};
pub(crate) use token_budget::RawTokenBudget;
pub use token_budget::{TokenBudget, TokenCost};
pub(crate) use tool_location::ToolLocation;
