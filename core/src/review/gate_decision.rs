//! The decision about a change: applied, held or refused; and the objections of gates that lead to it.

use serde::{Deserialize, Serialize};

use crate::json::HashSet;

/// The decision about a change, from the mildest to the strictest.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Decision {
    /// The change is applied.
    #[default]
    Apply,
    /// The change waits for an approval; its tools stay as they are until then.
    Hold,
    /// The whole load is refused.
    Refuse,
}

/// The objection of a gate to a change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Objection {
    /// The gate: a change class such as `breaking`, `removal`, `downgrade`, `pin`, or the name of a custom gate.
    pub gate: String,
    /// The decision that the gate asks for.
    pub decision: Decision,
    /// The tool that the objection is about; `None` for the whole change.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tool: Option<String>,
    /// The reason, for people.
    pub reason: String,
}

/// The objections of all gates to a change.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Verdict(Vec<Objection>);

impl Verdict {
    /// All objections, in the order of the gates.
    pub fn objections(&self) -> &[Objection] {
        &self.0
    }

    /// The strictest decision.
    pub fn decision(&self) -> Decision {
        self.0.iter().map(|one| one.decision).max().unwrap_or_default()
    }

    /// The tools with an objection that holds them; `None` where the whole change is held.
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
