//! Operations without hidden Unicode characters, and the spellings that lead back to the document.

pub(in crate::spec) mod hidden_unicode_stripper;
pub(in crate::spec) mod renaming;
pub(in crate::spec) mod unicode_collisions;
