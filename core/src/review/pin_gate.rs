//! The gate of pins: a tool that somebody approved stays what it was approved as.

use std::collections::BTreeMap;

use super::{Decision, Gate, Objection, Proposal};

/// Tools and the schema hash that each may have. A change to any other is held, a removal too: what a model is told of a
/// tool steers it, and a text that was looked at once can be replaced behind everybody's back.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pins(pub BTreeMap<String, String>);

impl Gate for Pins {
    fn judge(&self, proposal: &Proposal<'_>) -> Vec<Objection> {
        let changed = proposal.changes.tools.iter().map(|change| change.tool.as_str());
        let pinned = changed.filter_map(|tool| Some((tool, self.0.get(tool)?)));
        let objection = |(tool, pin): (&str, &String)| {
            let reason = match (proposal.hash_after)(tool) {
                Some(hash) if hash == *pin => return None,
                Some(hash) => format!("is pinned to {pin}, would be {hash}"),
                None => format!("is pinned to {pin}, would be gone"),
            };
            let (gate, tool) = ("pin".to_owned(), Some(tool.to_owned()));
            Some(Objection { gate, decision: Decision::Hold, tool, reason })
        };
        pinned.filter_map(objection).collect()
    }
}
