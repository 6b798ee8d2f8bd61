//! The gate of downgrades: the version of a document decreases.

use super::{Decision, Gate, Objection, Proposal};

/// The decision for a change to an older version, where both versions can be compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DowngradeGate(pub Decision);

impl Gate for DowngradeGate {
    fn judge(&self, proposal: &Proposal<'_>) -> Vec<Objection> {
        match (proposal.from, proposal.to) {
            (Some(from), Some(to)) if to.is_before(from) => {
                let reason = format!("version {to} is older than {from}");
                vec![Objection { gate: "downgrade".to_owned(), decision: self.0, tool: None, reason }]
            }
            _ => Vec::new(),
        }
    }
}
