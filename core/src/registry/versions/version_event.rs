//! Events about versions: a fallback, and route rules that no version meets any more.

use serde::Serialize;

use super::route::UnmetRule;

/// An event about versions that came with a revision.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged, rename_all_fields = "camelCase")]
pub enum VersionEvent {
    /// A fallback: too many calls of a version failed, and no route leads to it any more.
    Returned {
        /// The revision of the fallback.
        revision: u64,
        /// The family.
        source: String,
        /// The version that failed.
        from: String,
        /// The version that is active now.
        to: String,
        /// Calls of `from` that ended in the window.
        calls: u64,
        /// How many of them failed.
        failures: u64,
        /// The length of the window, in ms.
        window_ms: u64,
    },
    /// Rules of a route that no version meets any more; the next rule decides.
    Missing {
        /// The revision in which the version went.
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
