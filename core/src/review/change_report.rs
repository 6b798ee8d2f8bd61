//! What came of approving a held change, or of a rollback.

use serde::Serialize;

/// What came of approving a held change, or of going back to another version.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ChangeReport {
    /// The source's name.
    pub source: String,
    /// The version that is in use now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// SHA-256 of its document, in hex.
    pub hash: String,
    /// The revision of the registry that has the tools.
    pub revision: u64,
    /// Names of tools that are new.
    pub added: Vec<String>,
    /// Names of tools that are not what they were.
    pub updated: Vec<String>,
    /// Names of tools that are gone.
    pub removed: Vec<String>,
    /// Tools that another source's tool stands in the way of.
    pub refused: Vec<RefusedTool>,
}

/// A tool that did not come.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RefusedTool {
    /// Its name.
    pub tool: String,
    /// The code of the fault.
    pub code: &'static str,
    /// What is wrong.
    pub reason: String,
}
