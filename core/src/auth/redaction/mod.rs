//! Redaction: removes secrets from every result and error before anybody sees them.
//!
//! `outcome_redaction.rs` decides which texts of a result or an error are redacted, and `secret_forms.rs` in which forms a
//! secret is found.

mod byte_ranges;
mod json_redaction;
mod json_unescape;
mod outcome_redaction;
mod secret_forms;
mod secret_matcher;

pub use outcome_redaction::CallRedaction;
pub use secret_matcher::Redaction;
