//! The gate of pins: a pinned tool keeps the definition that was approved (protects against rug pulls).

use std::collections::BTreeMap;

use super::{Decision, Gate, Objection, Proposal};

/// Pinned tools, and the schema hash of each. Any other hash is held, and a removal too: a definition steers the model, and
/// one that was reviewed once can be replaced later.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PinGate(pub BTreeMap<String, String>);

impl Gate for PinGate {
    fn judge(&self, proposal: &Proposal<'_>) -> Vec<Objection> {
        let changed = proposal.changes.tools.iter().map(|change| change.tool.as_str());
        let pinned = changed.filter_map(|tool| Some((tool, self.0.get(tool)?)));
        let objection = |(tool, pin): (&str, &String)| {
            let reason = match (proposal.hash_after)(tool) {
                Some(hash) if hash == *pin => return None,
                Some(hash) => format!("is pinned to {pin} and would become {hash}"),
                None => format!("is pinned to {pin} and would be removed"),
            };
            let (gate, tool) = ("pin".to_owned(), Some(tool.to_owned()));
            Some(Objection { gate, decision: Decision::Hold, tool, reason })
        };
        pinned.filter_map(objection).collect()
    }
}
