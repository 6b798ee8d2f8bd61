//! One call, end to end: who calls, with what, carried out by whom.
//!
//! [`Calls::execute`] takes the caller's identity out of the arguments, fills defaults, judges them against the tool's schema and
//! carries the call out, where its [`limits`] let it. [`HttpOperation`] is the executor of a tool that came from an
//! API document.

mod arguments;
mod attachment;
mod attempts;
mod audit;
pub mod auth;
mod binary;
mod body;
mod call;
mod charset;
pub mod context;
mod destination;
mod endpoint;
mod escape;
mod head;
mod http_operation;
mod json_weight;
pub mod limits;
mod multipart;
mod reply;
mod request;
mod response;
mod spelling;
mod style;

pub use arguments::{Coerced, Judged, judge, object};
pub use attempts::Chance;
pub use audit::CallRecord;
pub use call::{CallOutcome, CallRequest, Calls};
pub use endpoint::Endpoint;
pub use http_operation::HttpOperation;
pub use reply::Reply;
