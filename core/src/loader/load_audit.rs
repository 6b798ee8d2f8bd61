//! What of a load goes into the audit log.

use serde_json::json;

use super::load_report::CheckReport;
use crate::error::{Error, Result};
use crate::registry::ToolRegistry;
use crate::review::Trigger;

/// Writes down what came of a load of a source.
pub fn record(registry: &ToolRegistry, trigger: Trigger, source: &str, outcome: &Result<CheckReport>) {
    let Some(log) = registry.audit() else { return };
    let trigger = trigger.as_str();
    match outcome {
        Ok(CheckReport { report, objections, .. }) => {
            let mut data = json!({
                "source": report.source,
                "trigger": trigger,
                "version": report.version,
                "hash": report.hash,
                "bytes": report.bytes,
                "revision": report.revision,
                "added": report.added.len(),
                "updated": report.updated.len(),
                "removed": report.removed.len(),
                "unchanged": report.unchanged.len(),
                "stale": report.stale.len(),
                "skipped": report.skipped.len(),
                "held": report.held,
                "objections": objections,
            });
            if let Some(id) = &report.hold_id {
                data["holdId"] = json!(id);
            }
            if let Some(changes) = &report.changes {
                data["class"] = json!(changes.class);
            }
            log.record("load", &data);
        }
        Err(error) => {
            let code = error.code().as_str();
            let (pointer, reason) = (error.pointer(), reason(error));
            let mut data = json!({"source": source, "trigger": trigger, "code": code, "pointer": pointer, "reason": reason});
            if let Error::GateRefused { refusals, .. } = error {
                data["refusals"] = json!(refusals);
            }
            log.record("loadFailed", &data);
        }
    }
}

/// What is wrong. An address may have a key in its query, which is nobody's to read in a log.
fn reason(error: &Error) -> String {
    match error {
        Error::SourceUnreadable { reason, .. } | Error::SourceForbidden { reason, .. } => reason.clone(),
        other => other.to_string(),
    }
}

/// Writes down what somebody decided: what became of a held change, which version is in use, what is pinned.
pub fn decided(registry: &ToolRegistry, kind: &str, data: &serde_json::Value) {
    if let Some(log) = registry.audit() {
        log.record(kind, data);
    }
}
