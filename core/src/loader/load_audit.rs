//! Audit records of loads and of decisions.

use serde_json::json;

use super::load_report::CheckReport;
use crate::error::{Error, Result};
use crate::registry::ToolRegistry;
use crate::review::LoadTrigger;

/// Records the outcome of a load.
pub fn record_load(
    registry: &ToolRegistry,
    trigger: LoadTrigger,
    source: &str,
    outcome: &Result<CheckReport>,
) {
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

/// The reason without the location: the query of a URL may have a key, which must not enter a log.
fn reason(error: &Error) -> String {
    match error {
        Error::SourceUnreadable { reason, .. } | Error::SourceForbidden { reason, .. } => reason.clone(),
        other => other.to_string(),
    }
}

/// Records a decision: the outcome of a held change, a rollback, pins.
pub fn record_decision(registry: &ToolRegistry, kind: &str, data: &serde_json::Value) {
    if let Some(log) = registry.audit() {
        log.record(kind, data);
    }
}
