//! The gate of change classes: each class of change has its own decision, such as `{breaking: "refuse"}`.

use super::{ChangeClass, Decision, Gate, Objection, Proposal, ToolChange};

/// The decision for each change class. A tool whose change has several classes gets the strictest of their decisions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChangeClassGate {
    /// More calls are accepted, or there are more tools.
    pub widening: Decision,
    /// A text or an annotation changed.
    pub wording: Decision,
    /// Calls go elsewhere.
    pub endpoint: Decision,
    /// Calls need another credential, or an identified user.
    pub auth: Decision,
    /// A call that was valid may not be valid any more.
    pub breaking: Decision,
}

impl ChangeClassGate {
    /// The decision for a class.
    pub const fn decision(self, class: ChangeClass) -> Decision {
        match class {
            ChangeClass::None => Decision::Apply,
            ChangeClass::Widening => self.widening,
            ChangeClass::Wording => self.wording,
            ChangeClass::Endpoint => self.endpoint,
            ChangeClass::Auth => self.auth,
            ChangeClass::Breaking => self.breaking,
        }
    }

    /// The objection to one class of a tool's change, with its first finding.
    fn objection(self, change: &ToolChange, class: ChangeClass) -> Objection {
        let mut findings = change.findings.iter().filter(|finding| finding.class == class);
        let first = findings.next().map(|finding| match finding.pointer.as_str() {
            "" => finding.message.clone(),
            pointer => format!("{} at {pointer}", finding.message),
        });
        let more = match findings.count() {
            0 => String::new(),
            count => format!(", and {count} more"),
        };
        Objection {
            gate: class.as_str().to_owned(),
            decision: self.decision(class),
            tool: Some(change.tool.clone()),
            reason: format!("{}{more}", first.unwrap_or_default()),
        }
    }
}

impl Gate for ChangeClassGate {
    fn judge(&self, proposal: &Proposal<'_>) -> Vec<Objection> {
        // The first load of a source breaks no caller.
        if proposal.is_first {
            return Vec::new();
        }
        let changes = proposal.changes.tools.iter();
        let classes =
            changes.flat_map(|change| change.classes().into_iter().map(move |class| (change, class)));
        classes
            .filter(|(_, class)| self.decision(*class) != Decision::Apply)
            .map(|(change, class)| self.objection(change, class))
            .collect()
    }
}
