//! Operations that became no tools: skipped with a reason, or left out by the options.

use serde::Serialize;

use crate::error::Error;
use crate::registry::{Stale, UnreadOperation};

/// An operation that is no tool.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SkippedOperation {
    /// Its id, where it has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub operation_id: Option<String>,
    /// Its method in capitals; `*` for a whole path item.
    pub method: String,
    /// Its path.
    pub path: String,
    /// Where in the document the fault is.
    pub pointer: String,
    /// The code of the fault.
    pub code: &'static str,
    /// What is wrong.
    pub reason: String,
}

impl SkippedOperation {
    /// What the registry is told of it.
    pub fn unread(&self, since: u64) -> UnreadOperation {
        let Self { method, path, pointer, code, reason, .. } = self.clone();
        UnreadOperation { path, method, fault: Stale { since, code, pointer, reason } }
    }

    /// An operation that an error skips. The fault is at `pointer` where the error does not say better.
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

/// How many operations the options left out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Excluded {
    /// For being deprecated.
    pub deprecated: usize,
    /// By `include`, `exclude`, `filter`, an override or the document's own word for it.
    pub filtered: usize,
}
