//! Operations that become no tools: skipped with an error code, or left out by the options.

use serde::Serialize;

use crate::error::Error;
use crate::registry::{Identity, Stale, UnreadOperation};
use crate::spec::OperationSite;

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
    /// The operation for the registry: an older tool of it stays, marked stale.
    pub fn unread(&self, since: u64) -> UnreadOperation {
        let Self { method, path, pointer, code, reason, .. } = self.clone();
        UnreadOperation { path, method, fault: Stale { since, code, pointer, reason } }
    }

    /// An operation that an error skips; `pointer` counts where the error has none.
    pub fn new(operation: &Identity, pointer: &str, error: &Error) -> Self {
        let pointer = if error.pointer().is_empty() { pointer } else { error.pointer() };
        Self {
            operation_id: operation.id.as_deref().map(ToOwned::to_owned),
            method: operation.method.as_ref().to_owned(),
            path: operation.path.as_ref().to_owned(),
            pointer: pointer.to_owned(),
            code: error.code().as_str(),
            reason: error.to_string(),
        }
    }

    /// The operation of a site that an error skips.
    pub fn at(site: &OperationSite<'_>, error: &Error) -> Self {
        let identity =
            Identity { path: site.path.into(), method: (*site.method).into(), id: site.id().map(Into::into) };
        Self::new(&identity, &site.pointer, error)
    }
}

/// The number of operations that the options left out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Excluded {
    /// Because they are deprecated.
    pub deprecated: usize,
    /// By `include`, `exclude`, or `x-toolrack: false` in the document.
    pub unselected: usize,
}
