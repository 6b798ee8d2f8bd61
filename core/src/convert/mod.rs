//! Converts the operations of an API document to tools: chosen, overridden, named, bounded.
//!
//! The need: a document has a thousand operations and a model needs ten; its descriptions are for people; it is written by a
//! stranger who may ask for less care, or for more memory, than the caller wants. The answer: a conversion picks operations
//! (`include`, `exclude`, `filter`), applies what the caller and the document's own `x-toolrack` say of each (an override: the
//! caller's word counts first), resolves where its calls go, checks that its security scheme has credentials, and counts the
//! bytes that it makes. An operation that cannot become a tool is a line of the report with its code; it costs no other.
//! A token budget tells what the tools cost a model.
//!
//! All operations are read before the first is named, so that names do not depend on the order of the document. Where a
//! function of the caller has to be asked, a conversion returns the question instead of waiting.
//!
//! ```
//! use serde_json::json;
//! use toolrack_core::convert::OperationFilter;
//!
//! let problems = OperationFilter::parse_all("include", &json!({"path": ["/pets/**"]})).unwrap_err();
//! assert_eq!(problems[0].pointer, "/path");
//! assert_eq!(problems[0].message, "is an unknown key: use one of tags, methods, paths, operationIds");
//! ```
//!
//! | file | holds |
//! |---|---|
//! | `conversion`, `conversion_input` | the conversion: operations in, tools and notes out |
//! | `selection`, `operation_filter`, `glob`, `predicate` | which operations become tools: `include`, `exclude`, `filter` |
//! | `overrides`, `operation_override`, `override_reader`, `amendment` | what callers and documents say of an operation, and what that makes of its arguments |
//! | `server_address`, `server_reach` | where calls go, and which hosts they may reach (SSRF) |
//! | `authentication` | operations whose security scheme no credential answers |
//! | `footprint` | bounds on the bytes of definitions and tools of one load |
//! | `token_budget` | what the tools cost a model in tokens |
//! | `report_note`, `skipped_operation`, `tool_location` | lines of the report |
//!
//! Limits: a filter function is called once, with all operations. Tokens are estimated. A document hides or fixes at most
//! 100 arguments of one operation.

mod amendment;
mod authentication;
mod conversion;
mod conversion_input;
mod footprint;
mod glob;
mod operation_filter;
mod operation_override;
mod options;
mod override_reader;
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
