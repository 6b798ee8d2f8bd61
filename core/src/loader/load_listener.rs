//! Who hears of documents.

use std::time::Duration;

use super::load_report::LoadReport;
use crate::error::Error;
use crate::registry::TargetJudgements;
use crate::review::{HeldChange, Outcome};

/// Is told what becomes of documents. Called on the thread where it happens, after the tools are in the registry; must not
/// block.
pub trait LoadListener: Send + Sync {
    /// A document was read again and its tools are in the registry; told of reloads that nobody waits for.
    fn reloaded(&self, report: &LoadReport);
    /// A document could not be read again, or a gate refused it. Its tools are what they were; told of reloads that nobody
    /// waits for.
    fn reload_failed(&self, source: &str, error: &Error);
    /// The file of a document is gone. Its tools are what they were, until it is back.
    fn source_missing(&self, source: &str, location: &str);
    /// The system gives no file events, so documents are looked at once in each interval instead.
    fn polling(&self, reason: &str, interval: Duration);
    /// A file of a document is a mount of its own, and stays what it is when it is replaced outside.
    fn blind(&self, source: &str, location: &str) {
        let _ = (source, location);
    }
    /// A change waits for somebody's word.
    fn held(&self, change: &HeldChange) {
        let _ = change;
    }
    /// A held change waits no more.
    fn settled(&self, change: &HeldChange, outcome: Outcome) {
        let _ = (change, outcome);
    }
    /// The version of a document went down.
    fn downgrade(&self, source: &str, from: &str, to: &str) {
        let _ = (source, from, to);
    }
    /// Targets that a load names would refuse some of its tools, or do not take them in their strict mode.
    fn quarantined(&self, source: &str, judgements: &TargetJudgements) {
        let _ = (source, judgements);
    }
}
