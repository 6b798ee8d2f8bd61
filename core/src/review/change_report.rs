//! The report of an approved change or of a rollback.

use serde::Serialize;

/// The report of an approved change or of a rollback.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ChangeReport {
    /// The source's name.
    pub source: String,
    /// The version in use.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// SHA-256 of its document, in hex.
    pub hash: String,
    /// The revision of the registry that has the tools.
    pub revision: u64,
    /// The names of new tools.
    pub added: Vec<String>,
    /// The names of changed tools.
    pub updated: Vec<String>,
    /// The names of removed tools.
    pub removed: Vec<String>,
    /// Tools that were not registered, because another source has their name.
    pub refused: Vec<RefusedTool>,
}

/// A tool that was not registered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RefusedTool {
    /// Its name.
    pub tool: String,
    /// The error code.
    pub code: &'static str,
    /// The message of the error.
    pub reason: String,
}
