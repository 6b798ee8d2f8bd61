//! Hidden Unicode characters: zero-width, bidirectional and tag characters that a reviewer does not see.
//!
//! A definition or a response of an API can carry text that only a model reads (prompt injection). Definitions and
//! results follow the same rule: [`HiddenUnicode`] keeps, flags or strips these characters. Characters that scripts
//! and emoji need are never hidden.
//!
//! - `hidden.rs` decides for each character in its context, and counts or strips.
//! - [`invisible`] lists the characters that are invisible everywhere.
//! - `document_scan.rs` tests a whole document quickly, before anything is converted.
//!
//! ```
//! use toolrack_core::unicode::{count_hidden, strip_hidden};
//!
//! assert_eq!(count_hidden("pay\u{200B}load"), 1);
//! assert_eq!(strip_hidden("pay\u{200B}load"), "payload");
//! assert_eq!(count_hidden("\u{1F468}\u{200D}\u{1F469}"), 0);
//! ```
//!
//! Limits: homoglyphs (a Cyrillic `а` for a Latin `a`) are visible and not detected. The tables are those of
//! Unicode 16.

mod document_scan;
mod hidden;
pub mod invisible;

pub use document_scan::may_contain_hidden;
pub use hidden::{HiddenUnicode, count_hidden, has_hidden, may_be_hidden, strip_hidden, strip_hidden_value};
