//! Redaction: takes secrets out of every result and error before anybody sees them.

mod byte_ranges;
mod call_redaction;
mod json_redaction;
mod json_unescape;
mod secret_forms;
mod secret_redaction;

pub use call_redaction::CallRedaction;
pub use secret_redaction::Redaction;
