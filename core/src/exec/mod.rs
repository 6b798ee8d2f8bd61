//! One call, end to end: who calls, with what, carried out by whom.
//!
//! [`Calls::execute`] takes the caller's identity out of the arguments, fills defaults, judges them against the tool's schema and
//! carries the call out, where its [`limit`](crate::limit)s let it. [`HttpOperation`] is the executor of a tool that came from an
//! API document.

mod argument_validation;
mod attempts;
mod call_record;
mod calls;
pub mod context;
mod http_operation;
mod reply;
mod result_truncation;

pub use argument_validation::{CoercedArgument, ValidatedArguments, arguments_object, validate_arguments};
pub use attempts::RetryTiming;
pub use call_record::CallRecord;
pub use calls::{CallOutcome, CallRequest, Calls};
pub use http_operation::HttpOperation;
pub use reply::{Reply, ReplyContent};
pub use result_truncation::{Truncated, TruncationCut, TruncationUnit, json_size, truncate_value};
