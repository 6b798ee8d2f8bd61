//! Expansion: a word of an API that stands for what was said.

use std::sync::Arc;

/// A word or phrase of an API that stands for what was said.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::search) struct Expansion {
    /// The stems of its words: a tool has to have all of them. Queries share them.
    pub stems: Arc<[String]>,
    /// What it counts, as a share of the word that was said.
    pub weight: f32,
}
