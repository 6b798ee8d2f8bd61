//! The gate of change classes: each class of change has a decision of its own.

use super::{ChangeClass, Decision, Gate, Objection, Proposal, ToolChange};

/// What becomes of changes of each class. A tool whose change is of several classes has the hardest of their decisions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ByClass {
    /// More calls are taken, or there are more tools.
    pub widening: Decision,
    /// Something is said in other words.
    pub wording: Decision,
    /// Calls go elsewhere.
    pub endpoint: Decision,
    /// Callers must show something else.
    pub auth: Decision,
    /// A call that was right may not be any more.
    pub breaking: Decision,
}

impl ByClass {
    /// The decision for a class.
    pub const fn of(self, class: ChangeClass) -> Decision {
        match class {
            ChangeClass::None => Decision::Apply,
            ChangeClass::Widening => self.widening,
            ChangeClass::Wording => self.wording,
            ChangeClass::Endpoint => self.endpoint,
            ChangeClass::Auth => self.auth,
            ChangeClass::Breaking => self.breaking,
        }
    }

    fn against(self, change: &ToolChange, class: ChangeClass) -> Objection {
        let mut findings = change.findings.iter().filter(|one| one.class == class);
        let first = findings.next().map(|one| match one.pointer.as_str() {
            "" => one.message.clone(),
            pointer => format!("{} at {pointer}", one.message),
        });
        let more = match findings.count() {
            0 => String::new(),
            count => format!(", and {count} more"),
        };
        Objection {
            gate: class.as_str().to_owned(),
            decision: self.of(class),
            tool: Some(change.tool.clone()),
            reason: format!("{}{more}", first.unwrap_or_default()),
        }
    }
}

/// A source that was not there has nothing that could break.
impl Gate for ByClass {
    fn judge(&self, proposal: &Proposal<'_>) -> Vec<Objection> {
        if proposal.is_first {
            return Vec::new();
        }
        let changes = proposal.changes.tools.iter();
        let each = changes.flat_map(|change| change.classes().into_iter().map(move |class| (change, class)));
        each.filter(|(_, class)| self.of(*class) != Decision::Apply)
            .map(|(change, class)| self.against(change, class))
            .collect()
    }
}
