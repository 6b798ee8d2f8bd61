//! What became of the versions of a source.

use serde::Serialize;

use crate::registry::UnmetRule;

/// What became of versions in a revision.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged, rename_all_fields = "camelCase")]
pub enum VersionEvent {
    /// A version failed too often: no route leads to it any more.
    Returned {
        /// The revision since when.
        revision: u64,
        /// The family.
        source: String,
        /// The version that failed.
        from: String,
        /// The version that stands.
        to: String,
        /// Calls of it that ended in the window.
        calls: u64,
        /// How many of them failed.
        failures: u64,
        /// The window, in ms.
        window_ms: u64,
    },
    /// Rules of a route that no version meets any more: the next rule decides.
    Missing {
        /// The revision since when.
        revision: u64,
        /// The family.
        source: String,
        /// The rules.
        unmet: Vec<UnmetRule>,
    },
}

impl VersionEvent {
    /// The event's name.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Returned { .. } => "versionReturned",
            Self::Missing { .. } => "versionMissing",
        }
    }
}
