//! The gate of downgrades: a document whose version is older than the one it had.

use super::{Decision, Gate, Objection, Proposal};

/// What becomes of a change to an older version, where both versions have an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Downgrade(pub Decision);

impl Gate for Downgrade {
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
