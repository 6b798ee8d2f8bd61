//! What a tool was, as far as its registry remembers.

use serde::Serialize;

use super::{ChangeClass, ChangeFinding, ToolChange};
use crate::error::Result;
use crate::registry::Snapshot;
use crate::tool::Version;

/// What a tool was for some revisions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ToolVersion {
    /// The revision that had it first.
    pub revision: u64,
    /// The revision that had it no more; none for what the tool is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<u64>,
    /// When it became that, in ms since 1970.
    pub at: u64,
    /// Where it came from.
    pub source: String,
    /// Its version, where it has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// SHA-256 over what a model saw of it, in hex.
    pub schema_hash: String,
    /// Whether it was shown and could be called.
    pub enabled: bool,
    /// The worst class of what differs from the one before.
    pub class: ChangeClass,
    /// What is said of it in another way than before; where calls go is not remembered.
    pub findings: Vec<ChangeFinding>,
}

/// What the tool of a name was, the newest first.
///
/// # Errors
/// `UNKNOWN_TOOL` where nothing is remembered of one.
pub fn tool_history(snapshot: &Snapshot, name: &str) -> Result<Vec<ToolVersion>> {
    let stood = snapshot.former_definitions(name);
    if stood.is_empty() {
        return Err(snapshot.unknown_tool(name));
    }
    let versions = stood.iter().enumerate().map(|(number, (tool, until))| {
        let before = stood.get(number + 1).map(|(before, _)| &*before.definition);
        let change = before.map(|before| ToolChange::said(before, &tool.definition));
        ToolVersion {
            revision: tool.revision,
            until: *until,
            at: tool.changed_at,
            source: tool.origin.source.to_string(),
            version: tool.definition.version.as_ref().map(Version::to_string),
            schema_hash: tool.schema_hash().to_owned(),
            enabled: tool.enabled,
            class: change.as_ref().map(|change| change.class).unwrap_or_default(),
            findings: change.map(|change| change.findings).unwrap_or_default(),
        }
    });
    Ok(versions.collect())
}
