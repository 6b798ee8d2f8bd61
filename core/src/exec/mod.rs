//! One call, end to end: who calls, with what, carried out by whom.
//!
//! [`Calls::execute`] takes the caller's identity out of the arguments, fills defaults, judges them against the tool's schema and
//! carries the call out, where its [`limit`](crate::limit)s let it. [`HttpOperation`] is the executor of a tool that came from an
//! API document.

mod arguments;
mod attempts;
mod audit;
mod budget;
mod call;
pub mod context;
mod http_operation;
mod reply;

pub use arguments::{Coerced, Judged, judge, object};
pub use attempts::Chance;
pub use audit::CallRecord;
pub use budget::{Cut, Truncated, Unit, fit, size};
pub use call::{CallOutcome, CallRequest, Calls};
pub use http_operation::HttpOperation;
pub use reply::Reply;
