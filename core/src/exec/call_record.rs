//! Audit records of calls: caller, definition, duration and outcome. Arguments are recorded by their hash alone.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use serde_json::{Map, Value, json};

use crate::audit::AuditLog;
use crate::error::{ErrorCode, excerpt};
use crate::registry::Snapshot;
use crate::tool::{CallContext, fingerprint};

/// The outcome of a successful call. Others have the code of their error.
const OK: &str = "ok";

/// The record of a call under way. It is written when the call ends; a dropped call is written as `CANCELLED`.
pub struct CallRecord {
    log: Option<Arc<AuditLog>>,
    begun: Instant,
    data: Map<String, Value>,
}

impl CallRecord {
    /// Begins the record of a call, also for an unknown name; `None` where calls are not recorded. A tool that was
    /// called by its wire name is recorded by its own name.
    pub fn begin(snapshot: &Snapshot, name: &str, call_id: &str) -> Option<Self> {
        let log = snapshot.audit().filter(|log| log.has_calls())?;
        let tool = snapshot.find(name);
        let mut data = Map::new();
        data.insert("callId".to_owned(), json!(call_id));
        // A model wrote the name: it may have any length and any character.
        data.insert("tool".to_owned(), json!(excerpt(tool.map_or(name, |tool| tool.name()))));
        data.insert("revision".to_owned(), json!(snapshot.revision()));
        if let Some(tool) = tool {
            // Two versions of a source may have equal tools.
            data.insert("source".to_owned(), json!(*tool.origin.source));
            data.insert("schemaHash".to_owned(), json!(tool.schema_hash()));
        }
        Some(Self { log: Some(Arc::clone(log)), begun: Instant::now(), data })
    }

    /// Begins the record of a call from Rust, and returns it with the id of the call.
    pub(super) fn begin_in_rust(snapshot: &Snapshot, tool: &str) -> Option<(Self, String)> {
        static NEXT: AtomicU64 = AtomicU64::new(1);
        snapshot.audit().filter(|log| log.has_calls())?;
        let id = format!("{}-rust-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        Some((Self::begin(snapshot, tool, &id)?, id))
    }

    /// Sets the caller, where strings, numbers and booleans identify it.
    pub fn set_caller(&mut self, context: &CallContext) {
        for (key, value) in [("userId", &context.user_id), ("auditingId", &context.auditing_id)] {
            let recorded = match value {
                Value::String(text) => json!(excerpt(text)),
                Value::Number(_) | Value::Bool(_) => value.clone(),
                Value::Null | Value::Array(_) | Value::Object(_) => continue,
            };
            self.data.insert(key.to_owned(), recorded);
        }
    }

    /// Sets the hash of the arguments as sent, without context keys.
    pub fn set_arguments(&mut self, arguments: &Map<String, Value>) {
        let members: Vec<_> = arguments.iter().map(|(name, value)| (name.as_str(), value)).collect();
        self.data.insert("argumentsHash".to_owned(), json!(fingerprint::of_members(&members)));
    }

    /// Sets that a person approved the call, as its caller says.
    pub fn set_approved(&mut self) {
        self.data.insert("approved".to_owned(), Value::Bool(true));
    }

    /// Sets who decided about the call, as the program says: `approvedBy` or `rejectedBy`.
    pub fn set_decided_by(&mut self, key: &str, by: &str) {
        self.data.insert(key.to_owned(), json!(by));
    }

    /// Writes that the call waits for a person, or what became of that: a record of its own, at once. A process that ends
    /// while a call waits has recorded the request.
    pub fn record_approval(&self, kind: &str, more: Map<String, Value>) {
        let Some(log) = &self.log else { return };
        let mut data = self.data.clone();
        data.extend(more);
        log.record(kind, &Value::Object(data));
    }

    /// Ends the record with the code of the error, if any, and writes it.
    pub fn end(mut self, code: Option<&str>) {
        self.write(code.unwrap_or(OK));
    }

    fn write(&mut self, outcome: &str) {
        let Some(log) = self.log.take() else { return };
        let milliseconds = (self.begun.elapsed().as_secs_f64() * 1e6).round() / 1e3;
        self.data.insert("outcome".to_owned(), json!(outcome));
        self.data.insert("durationMs".to_owned(), json!(milliseconds));
        log.record("call", &Value::Object(std::mem::take(&mut self.data)));
    }
}

impl Drop for CallRecord {
    fn drop(&mut self) {
        self.write(ErrorCode::Cancelled.as_str());
    }
}
