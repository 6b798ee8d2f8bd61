//! The proposal that gates judge: one change of a source, and the trait that gates implement.

use super::{Classification, Objection, Verdict};
use crate::tool::Version;

/// The change that a load would make.
pub struct Proposal<'p> {
    /// The source's name.
    pub source: &'p str,
    /// Whether the source is new. Whoever loads it wants its tools.
    pub is_first: bool,
    /// The number of tools that the source has.
    pub before: usize,
    /// The version in use.
    pub from: Option<&'p Version>,
    /// The version after the change.
    pub to: Option<&'p Version>,
    /// The changes, tool by tool.
    pub changes: &'p Classification,
    /// The schema hash of a tool after the change; `None` for a tool that is removed.
    pub hash_after: &'p dyn Fn(&str) -> Option<String>,
}

/// A gate judges a change, and changes nothing.
pub trait Gate {
    /// All objections to a change.
    fn judge(&self, proposal: &Proposal<'_>) -> Vec<Objection>;
}

impl Proposal<'_> {
    /// Collects the objections of gates.
    pub fn collect_objections<'g>(&self, gates: impl IntoIterator<Item = &'g dyn Gate>) -> Verdict {
        gates.into_iter().flat_map(|gate| gate.judge(self)).collect()
    }
}
