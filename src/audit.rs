//! The doors of the audit log.

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

use crate::dispatcher::Dispatcher;
use crate::door::{hand, promise_of_labour, read, wrong_option};

/// Opens a log that tells a thread of what cannot be written.
pub fn open(options: &str, dispatcher: &Arc<Dispatcher>) -> Result<AuditLog> {
    let options = hand(AuditOptions::parse(&read(Some(options), wrong_option("audit"))?))?;
    let thread = Arc::downgrade(dispatcher);
    hand(AuditLog::open(&options, move |failure| {
        if let Some(dispatcher) = thread.upgrade() {
            dispatcher.tell("auditFailed", &json!(failure));
        }
    }))
}

/// Verifies the log in a file. The verdict as JSON.
#[napi(catch_unwind)]
pub fn verify_audit(env: &Env, path: String, anchor: Option<String>) -> Result<PromiseRaw<'_, String>> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Known {
        seq: u64,
        hash: String,
    }
    let anchor = anchor.map(|text| {
        let value = read(Some(&text), wrong_option("anchor"))?;
        let known = Known::deserialize(value).map_err(|error| wrong_option("anchor")(error.to_string()));
        hand(known.map(|Known { seq, hash }| AuditAnchor { seq, hash }))
    });
    let anchor = anchor.transpose()?;
    promise_of_labour(env, async move {
        let verdict = verify_file(&PathBuf::from(path), anchor.as_ref())?;
        written(&verdict)
    })
}

fn written(verdict: &impl serde::Serialize) -> Outcome<String> {
    serde_json::to_string(verdict).map_err(|error| Error::Internal { reason: error.to_string() })
}

/// A call that began in JavaScript and will be written down.
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
    /// Who calls, and with which arguments, where they can be JSON.
    #[napi(catch_unwind)]
    pub fn made_by(&mut self, context: String, arguments: Option<String>) -> Result<()> {
        let Some(record) = &mut self.held else { return Ok(()) };
        record.set_caller(&crate::snapshot::call_context(&context)?);
        let arguments = arguments.map(|text| serde_json::from_str::<Map<String, Value>>(&text));
        if let Some(Ok(arguments)) = arguments {
            record.set_arguments(&arguments);
        }
        Ok(())
    }

    /// The call is over; with the code of its error, where it met one.
    #[napi(catch_unwind)]
    pub fn end(&mut self, code: Option<String>) {
        if let Some(record) = self.held.take() {
            record.end(code.as_deref());
        }
    }
}
