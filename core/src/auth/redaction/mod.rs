//! Redaction: takes secrets out of every result and error before anybody sees them.

mod call_redaction;
mod json_redaction;
mod json_unescape;
mod secret_redaction;

pub use call_redaction::CallRedaction;
pub use secret_redaction::Redaction;
