//! Audit log: opening, verifying a file, and records of calls that start in JavaScript.

use std::path::PathBuf;
use std::sync::Arc;

use napi::bindgen_prelude::PromiseRaw;
use napi::{Env, Result};
use napi_derive::napi;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use toolrack_core::audit::{AuditAnchor, AuditLog, AuditOptions, verify_file};
use toolrack_core::error::{Error, Result as Outcome};
use toolrack_core::exec::CallRecord;
use toolrack_core::json::read_options;

use crate::convert::{blocking_promise, option_error, read, to_napi};
use crate::dispatcher::Dispatcher;

/// Opens an audit log. A failed write becomes the event `auditFailed` on the JavaScript thread.
pub fn open(options: &str, dispatcher: &Arc<Dispatcher>) -> Result<AuditLog> {
    let options = to_napi(AuditOptions::parse(&read(Some(options), option_error("audit"))?))?;
    let thread = Arc::downgrade(dispatcher);
    to_napi(AuditLog::open(&options, move |failure| {
        if let Some(dispatcher) = thread.upgrade() {
            dispatcher.tell("auditFailed", &json!(failure));
        }
    }))
}

/// Verifies the hash chain of an audit log file. Returns the verdict as JSON.
#[napi(catch_unwind)]
pub fn verify_audit(env: &Env, path: String, anchor: Option<String>) -> Result<PromiseRaw<'_, String>> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Known {
        seq: u64,
        hash: String,
    }
    let anchor = anchor.map(|text| {
        let value = read(Some(&text), option_error("anchor"))?;
        let known = read_options::<Known>(&value).map_err(|fault| option_error("anchor")(fault.to_string()));
        to_napi(known.map(|Known { seq, hash }| AuditAnchor { seq, hash }))
    });
    let anchor = anchor.transpose()?;
    blocking_promise(env, async move {
        let verdict = verify_file(&PathBuf::from(path), anchor.as_ref())?;
        written(&verdict)
    })
}

fn written(verdict: &impl serde::Serialize) -> Outcome<String> {
    serde_json::to_string(verdict).map_err(|error| Error::Internal { reason: error.to_string() })
}

/// The audit record of a call that started in JavaScript.
#[napi]
pub struct NativeCallRecord {
    held: Option<CallRecord>,
}

impl NativeCallRecord {
    pub(crate) const fn new(record: CallRecord) -> Self {
        Self { held: Some(record) }
    }
}

#[napi]
impl NativeCallRecord {
    /// Adds the caller, whether a person approved the call, and the arguments where they can be JSON.
    #[napi(catch_unwind)]
    pub fn made_by(&mut self, context: String, approved: bool, arguments: Option<String>) -> Result<()> {
        let Some(record) = &mut self.held else { return Ok(()) };
        record.set_caller(&crate::snapshot::call_context(&context)?);
        if approved {
            record.set_approved();
        }
        let arguments = arguments.map(|text| serde_json::from_str::<Map<String, Value>>(&text));
        if let Some(Ok(arguments)) = arguments {
            record.set_arguments(&arguments);
        }
        Ok(())
    }

    /// Writes that the call waits for a person (`approval`), or what became of that (`approvalSettled`), at once.
    /// `data` is JSON.
    #[napi(catch_unwind)]
    pub fn approval(&mut self, is_settled: bool, data: String) -> Result<()> {
        let Some(record) = &self.held else { return Ok(()) };
        let more = serde_json::from_str::<Map<String, Value>>(&data);
        let more = to_napi(more.map_err(|error| Error::Internal { reason: error.to_string() }))?;
        record.record_approval(if is_settled { "approvalSettled" } else { "approval" }, more);
        Ok(())
    }

    /// Adds that a person approved or rejected the call, and who, as the program says.
    #[napi(catch_unwind)]
    pub fn decided(&mut self, is_approved: bool, by: Option<String>) {
        let Some(record) = &mut self.held else { return };
        if is_approved {
            record.set_approved();
        }
        if let Some(by) = by {
            record.set_decided_by(if is_approved { "approvedBy" } else { "rejectedBy" }, &by);
        }
    }

    /// Writes the record. `code` is the error code of a failed call.
    #[napi(catch_unwind)]
    pub fn end(&mut self, code: Option<String>) {
        if let Some(record) = self.held.take() {
            record.end(code.as_deref());
        }
    }
}
