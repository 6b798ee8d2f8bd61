//! Redaction: removes secrets from every result and error before anybody sees them.
//!
//! `call_redaction.rs` decides which texts of a result or an error are redacted, and `secret_forms.rs` in which forms a
//! secret is found.

mod byte_ranges;
mod call_redaction;
mod json_redaction;
mod json_unescape;
mod secret_forms;
mod secret_redactor;

pub use call_redaction::CallRedaction;
pub use secret_redactor::SecretRedactor;
