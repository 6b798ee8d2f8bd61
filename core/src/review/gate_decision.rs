//! What becomes of a change.

use serde::{Deserialize, Serialize};

use crate::json::HashSet;

/// What becomes of a change, from the mildest to the hardest.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Decision {
    /// It enters.
    #[default]
    Apply,
    /// It waits for somebody's word; what it would change stays as it is.
    Hold,
    /// Nothing of the load that has it enters.
    Refuse,
}

/// What a gate says against a change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Objection {
    /// The gate: `breaking`, `wording` and the other classes, `removal`, `downgrade`, `pin`, or the name of the caller's own.
    pub gate: String,
    /// What it wants.
    pub decision: Decision,
    /// The tool that it is about; the whole change where there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tool: Option<String>,
    /// Why, for people.
    pub reason: String,
}

/// What all gates say of a change.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Verdict(Vec<Objection>);

impl Verdict {
    /// Everything that was said against it.
    pub fn objections(&self) -> &[Objection] {
        &self.0
    }

    /// The hardest decision.
    pub fn decision(&self) -> Decision {
        self.0.iter().map(|one| one.decision).max().unwrap_or_default()
    }

    /// The tools whose change is held for itself; `None` where all are held.
    pub fn held(&self) -> Option<HashSet<&str>> {
        let held = self.0.iter().filter(|one| one.decision == Decision::Hold);
        held.map(|one| one.tool.as_deref()).collect()
    }
}

impl FromIterator<Objection> for Verdict {
    fn from_iter<I: IntoIterator<Item = Objection>>(objections: I) -> Self {
        Self(objections.into_iter().filter(|one| one.decision != Decision::Apply).collect())
    }
}
