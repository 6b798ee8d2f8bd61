//! Stale tools: their operation cannot be read any more, so they stay as they were and say why.

use serde::Serialize;

/// Why a tool is stale.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Stale {
    /// Since when, in ms since 1970.
    pub since: u64,
    /// The error code of the fault.
    pub code: &'static str,
    /// The JSON pointer of the fault in the document.
    pub pointer: String,
    /// The message of the fault.
    pub reason: String,
}

/// An operation of a document that cannot be read.
#[derive(Clone, Debug)]
pub struct UnreadOperation {
    /// Its path.
    pub path: String,
    /// Its method in capitals; `*` for all methods of a path item that cannot be read.
    pub method: String,
    /// What is wrong with it.
    pub fault: Stale,
}
