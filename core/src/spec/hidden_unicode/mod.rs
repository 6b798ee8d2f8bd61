//! Operations without hidden Unicode characters, and the spellings that lead back to the document.
//!
//! A model reads zero-width and bidirectional characters that a reviewer does not see, so they are stripped from names and
//! texts. The API still needs the document's spelling; [`OriginalSpellings`](crate::schema::OriginalSpellings) restores it in a call. Stripping
//! comes last, because forms, discriminators and notes compare names as the document writes them.
//!
//! ```
//! use toolrack_core::unicode::strip_hidden;
//!
//! assert_eq!(strip_hidden("pay\u{200B}ee"), "payee");
//! ```
//!
//! Limits: an argument whose names or values differ in hidden characters alone is left out; a required one is the error
//! `HIDDEN_UNICODE`. After 20 million schemas of a document, all others count as collisions.

pub(in crate::spec) mod hidden_unicode_stripper;
pub(in crate::spec) mod renaming;
pub(in crate::spec) mod unicode_collisions;
