//! The gate of large removals: a document that loses many operations at once is probably truncated.

use super::change_finding::finding;
use super::{Decision, Gate, Objection, Proposal};

/// The decision for a change that removes many tools. Of 100 prefixes of a YAML document, 82 are valid documents with fewer
/// operations: a load that reads a file while it is written sees most tools removed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LargeRemovalGate {
    /// The gate objects to the removal of more than this share of a source's tools, from 0 to 1,
    pub share: f64,
    /// and of more than this number of tools.
    pub least: usize,
    /// The decision for the whole change.
    pub decision: Decision,
}

impl LargeRemovalGate {
    /// Holds a change that removes more than three tools, and more than 30 percent of the source's tools.
    pub const DEFAULT: Self = Self { share: 0.3, least: 3, decision: Decision::Hold };
}

impl Gate for LargeRemovalGate {
    #[expect(clippy::cast_precision_loss, reason = "no document has 2^53 operations")]
    fn judge(&self, proposal: &Proposal<'_>) -> Vec<Objection> {
        let is_removal = |code: &str| code == finding::TOOL_REMOVED.code;
        let changes = proposal.changes.tools.iter();
        let removed = changes.filter(|change| change.findings.iter().any(|one| is_removal(one.code))).count();
        if removed <= self.least || removed as f64 <= self.share * proposal.before as f64 {
            return Vec::new();
        }
        let reason = format!("{removed} of {} tools would be removed", proposal.before);
        vec![Objection { gate: "removal".to_owned(), decision: self.decision, tool: None, reason }]
    }
}
