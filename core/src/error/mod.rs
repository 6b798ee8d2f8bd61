//! Errors: every way to fail, in one table of variants and one table of codes.
//!
//! A program branches on [`Error::code`]; people read the message; [`Error::details`] is the data as JSON. An error is a
//! state with data, so that tests and programs compare values instead of texts. A message is lower case, names the thing,
//! and says what would be right or what to do next. It is made once, in the `#[error]` above its variant. What JavaScript
//! raises itself gets its message here too: [`RaisedError`].
//!
//! ```
//! use toolrack_core::error::{Error, ErrorCode};
//!
//! let error = Error::UnknownTool { name: "crm_lookp".to_owned(), nearest: vec!["crm_lookup".to_owned()] };
//! assert_eq!(error.code(), ErrorCode::UnknownTool);
//! assert_eq!(error.code().as_str(), "UNKNOWN_TOOL");
//! assert_eq!(error.to_string(), "no tool has the name \"crm_lookp\"; similar names: crm_lookup");
//! assert_eq!(error.details()["name"], "crm_lookp");
//! ```
//!
//! # How to add an error code
//! 1. `error_code.rs`: a line in the table of codes, then an arm in `Error::code` (`code_of_error.rs`) that maps the variant
//!    to it.
//! 2. `error.rs`: the variant with its message and data. The compiler then names each match that has to decide about it:
//!    redaction, retry, idempotency.
//! 3. `types/errors.d.ts`: the code in `ErrorCode` with a comment, in the same order; `docs/errors.md`: a row in the table
//!    of codes.
//! 4. `__test__/errors.test.mjs`: a test that provokes it. `__test__/public-surface.test.mjs` fails until all have it.
//!
//! # Limits
//! Messages show at most 120 characters of a text that a document or model wrote, 500 of a pointer, and five problems;
//! `details` has them whole. The body of a failed HTTP answer is truncated to [`HttpAnswer::BODY_LIMIT`] bytes.

mod code_of_error;
#[expect(clippy::module_inception, reason = "the table of errors is looked for under this name")]
mod error;
mod error_code;
mod error_data;
mod error_pointer;
mod message_text;
mod nearest_name;
mod raised_error;

pub use error::Error;
pub use error_code::ErrorCode;
pub use error_data::{
    BrokenAuditRecord, ConfigProblem, Failure, GateRefusal, HttpAnswer, ModuleLimit, Problem, RaisedFault,
};
pub(crate) use error_data::{GOT, not_an_object};
pub(crate) use message_text::excerpt;
pub use message_text::truncate_bytes;
pub(crate) use nearest_name::{describe_place, describe_unknown, nearest};
pub use raised_error::{RaisedError, TimeoutSubject};

/// The result of every fallible function of the core.
pub type Result<T, E = Error> = std::result::Result<T, E>;
