//! Thesaurus: which words of an API stand for a word of a request.
//!
//! `english.txt` is data: one group a line. A user's own words are read in the same way.

mod expansion;
mod phrase_table;
#[expect(clippy::module_inception, reason = "the house calls this file thesaurus")]
mod thesaurus;
mod thesaurus_reader;

pub(super) use expansion::Expansion;
pub use thesaurus::Thesaurus;
