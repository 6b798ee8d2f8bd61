//! The gate of large removals: a document that lost much at once is more often half written than meant so.

use super::change_finding::finding;
use super::{Decision, Gate, Objection, Proposal};

/// What becomes of a change that takes much away. 82 of 100 prefixes of a YAML document are documents themselves, with
/// operations missing: whoever reads one that is still written sees most of its tools go.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LargeRemoval {
    /// More than this share of a source's tools, from 0 to 1.
    pub share: f64,
    /// And more than this many.
    pub least: usize,
    /// What becomes of the whole change then.
    pub decision: Decision,
}

impl LargeRemoval {
    /// More than three tools in ten, and more than three at all, wait.
    pub const HALF_WRITTEN: Self = Self { share: 0.3, least: 3, decision: Decision::Hold };
}

impl Gate for LargeRemoval {
    #[expect(clippy::cast_precision_loss, reason = "no document has 2^53 operations")]
    fn judge(&self, proposal: &Proposal<'_>) -> Vec<Objection> {
        let is_gone = |code: &str| code == finding::TOOL_REMOVED.code;
        let changes = proposal.changes.tools.iter();
        let gone = changes.filter(|change| change.findings.iter().any(|one| is_gone(one.code))).count();
        if gone <= self.least || gone as f64 <= self.share * proposal.before as f64 {
            return Vec::new();
        }
        let reason = format!("{gone} of {} tools would go", proposal.before);
        vec![Objection { gate: "removal".to_owned(), decision: self.decision, tool: None, reason }]
    }
}
