//! Operations that are no tools: skipped with an error code, or left out by the options.

use serde::Serialize;

use crate::error::Error;
use crate::registry::{Stale, UnreadOperation};

/// An operation that an error keeps from being a tool.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SkippedOperation {
    /// Its `operationId`, where it has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub operation_id: Option<String>,
    /// Its method in capitals; `*` for a whole path item.
    pub method: String,
    /// Its path.
    pub path: String,
    /// The JSON pointer of the fault.
    pub pointer: String,
    /// The error code.
    pub code: &'static str,
    /// The message of the error.
    pub reason: String,
}

impl SkippedOperation {
    /// The operation as the registry gets it: an older tool of it stays, marked stale.
    pub fn unread(&self, since: u64) -> UnreadOperation {
        let Self { method, path, pointer, code, reason, .. } = self.clone();
        UnreadOperation { path, method, fault: Stale { since, code, pointer, reason } }
    }

    /// An operation that an error skips. `pointer` counts where the error has none.
    pub fn new(id: Option<&str>, method: &str, path: &str, pointer: &str, error: &Error) -> Self {
        let place = if error.pointer().is_empty() { pointer } else { error.pointer() };
        Self {
            operation_id: id.map(ToOwned::to_owned),
            method: method.to_owned(),
            path: path.to_owned(),
            pointer: place.to_owned(),
            code: error.code().as_str(),
            reason: error.to_string(),
        }
    }
}

/// The number of operations that the options left out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Excluded {
    /// Because they are deprecated.
    pub deprecated: usize,
    /// By `include`, `exclude`, `filter`, an override or `x-toolrack` in the document.
    pub filtered: usize,
}
