//! Call approval (human in the loop): whether a person has to approve the calls of a tool.

/// Whether a person has to approve the calls of a tool. The order is that of strictness.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum CallApproval {
    /// No call needs it.
    #[default]
    NotRequired,
    /// The executor decides for each call: see [`Executor::needs_approval`](super::Executor::needs_approval).
    ByPredicate,
    /// Each call needs it.
    Required,
}

impl CallApproval {
    /// The word of a definition for [`CallApproval::ByPredicate`], which JSON cannot hold as a function.
    pub const PREDICATE: &str = "predicate";

    /// Whether a call may need approval.
    pub const fn is_required(self) -> bool {
        !matches!(self, Self::NotRequired)
    }

    /// The value as people write it in a definition.
    pub const fn describe(self) -> &'static str {
        match self {
            Self::NotRequired => "false",
            Self::ByPredicate => "a function",
            Self::Required => "true",
        }
    }
}

impl From<bool> for CallApproval {
    fn from(is_required: bool) -> Self {
        if is_required { Self::Required } else { Self::NotRequired }
    }
}
