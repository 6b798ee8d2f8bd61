//! The listener of a loader: reloads, failures, missing files, held changes.

use std::time::Duration;

use super::load_report::LoadReport;
use crate::error::Error;
use crate::registry::TargetJudgements;
use crate::review::{HeldChange, HoldOutcome};

/// Is notified of what happens to sources. It is called on the loading thread, after the revision; it must not block.
pub trait LoadListener: Send + Sync {
    /// A watched or polled document was reloaded.
    fn reloaded(&self, report: &LoadReport);
    /// A watched or polled document could not be reloaded, or a gate refused it. Its tools are unchanged.
    fn reload_failed(&self, source: &str, error: &Error);
    /// The file of a document is missing. Its tools are unchanged.
    fn source_missing(&self, source: &str, location: &str);
    /// The system gives no file events: files are polled in this interval.
    fn polling(&self, reason: &str, interval: Duration);
    /// A file is a bind mount of its own: it keeps its old content when it is replaced outside.
    fn blind(&self, source: &str, location: &str) {
        let _ = (source, location);
    }
    /// A change is held for approval.
    fn held(&self, change: &HeldChange) {
        let _ = change;
    }
    /// A held change was approved, rejected, expired or superseded.
    fn settled(&self, change: &HeldChange, outcome: HoldOutcome) {
        let _ = (change, outcome);
    }
    /// The version of a document was downgraded.
    fn downgrade(&self, source: &str, from: &str, to: &str) {
        let _ = (source, from, to);
    }
    /// A target refuses some of the tools (quarantine), or takes them without its strict mode.
    fn quarantined(&self, source: &str, judgements: &TargetJudgements) {
        let _ = (source, judgements);
    }
}
