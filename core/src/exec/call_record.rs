//! A call as the audit log has it: who, what, on which definition, and what came of it. No value of an argument is in it.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use serde_json::{Map, Value, json};

use crate::audit::AuditLog;
use crate::error::{ErrorCode, excerpt};
use crate::registry::Snapshot;
use crate::tool::{CallContext, fingerprint};

/// What stands for success among the codes of errors.
const OK: &str = "ok";

/// A call that is under way and will be written down: once it ends, or once nobody waits for it any more.
pub struct CallRecord {
    log: Option<Arc<AuditLog>>,
    begun: Instant,
    data: Map<String, Value>,
}

impl CallRecord {
    /// A call that begins on a revision, where calls are written down at all; that of a tool that is not there too. A tool that was
    /// called by the name that providers are told is written down by its own.
    pub fn begin(snapshot: &Snapshot, word: &str, call_id: &str) -> Option<Self> {
        let log = snapshot.audit().filter(|log| log.has_calls())?;
        let tool = snapshot.find(word);
        let mut data = Map::new();
        data.insert("callId".to_owned(), json!(call_id));
        // A model writes what it likes for a name.
        data.insert("tool".to_owned(), json!(excerpt(tool.map_or(word, |tool| tool.name()))));
        data.insert("revision".to_owned(), json!(snapshot.revision()));
        if let Some(tool) = tool {
            // Two versions of one source may have tools that look alike.
            data.insert("source".to_owned(), json!(*tool.origin.source));
            data.insert("schemaHash".to_owned(), json!(tool.schema_hash()));
        }
        Some(Self { log: Some(Arc::clone(log)), begun: Instant::now(), data })
    }

    /// The same for a call that begins in Rust, and its name.
    pub(super) fn begin_here(snapshot: &Snapshot, tool: &str) -> Option<(Self, String)> {
        static NEXT: AtomicU64 = AtomicU64::new(1);
        snapshot.audit().filter(|log| log.has_calls())?;
        let id = format!("{}-rust-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        Some((Self::begin(snapshot, tool, &id)?, id))
    }

    /// Who calls, as far as a text or a number says it.
    pub fn made_by(&mut self, context: &CallContext) {
        for (key, value) in [("userId", &context.user_id), ("auditingId", &context.auditing_id)] {
            let said = match value {
                Value::String(text) => json!(excerpt(text)),
                Value::Number(_) | Value::Bool(_) => value.clone(),
                Value::Null | Value::Array(_) | Value::Object(_) => continue,
            };
            self.data.insert(key.to_owned(), said);
        }
    }

    /// The arguments as they were given, context keys taken out: their hash alone is kept.
    pub fn made_with(&mut self, arguments: &Map<String, Value>) {
        let members: Vec<_> = arguments.iter().map(|(name, value)| (name.as_str(), value)).collect();
        self.data.insert("argumentsHash".to_owned(), json!(fingerprint::of_members(&members)));
    }

    /// The call is over; with the code of its error, where it met one.
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
