//! A change that wants in, and what may stand in its way.

use super::{Classification, Objection, Verdict};
use crate::tool::Version;

/// What a load would change.
pub struct Proposal<'p> {
    /// The source's name.
    pub source: &'p str,
    /// Whether nothing of the source was there before: somebody who loads it wants its tools.
    pub is_first: bool,
    /// How many tools the source has.
    pub before: usize,
    /// The version that it has.
    pub from: Option<&'p Version>,
    /// The version that it would have.
    pub to: Option<&'p Version>,
    /// What would change of each tool.
    pub changes: &'p Classification,
    /// The schema hash that a tool would have; `None` for one that would be gone.
    pub hash_after: &'p dyn Fn(&str) -> Option<String>,
}

/// May a change in? A gate says all that it has against it, and changes nothing.
pub trait Gate {
    /// What is to be said against a change.
    fn judge(&self, proposal: &Proposal<'_>) -> Vec<Objection>;
}

impl Proposal<'_> {
    /// What all of these gates say.
    pub fn judged<'g>(&self, gates: impl IntoIterator<Item = &'g dyn Gate>) -> Verdict {
        gates.into_iter().flat_map(|gate| gate.judge(self)).collect()
    }
}
