//! The history of one tool: its definitions, as far as the registry still has their revisions.

use serde::Serialize;

use super::{ChangeClass, ChangeFinding, ToolChange};
use crate::error::Result;
use crate::registry::Snapshot;
use crate::tool::Version;

/// One version of a tool.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ToolVersion {
    /// The first revision that has it.
    pub revision: u64,
    /// The first revision that no longer has it; `None` for the current version.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<u64>,
    /// The time of its first revision, in ms since 1970.
    pub at: u64,
    /// The source's name.
    pub source: String,
    /// Its version text, where it has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// SHA-256 over what a model sees of it, in hex.
    pub schema_hash: String,
    /// Whether it was enabled.
    pub enabled: bool,
    /// The worst class of the differences from the version before.
    pub class: ChangeClass,
    /// The differences from the definition before. The registry does not keep destinations.
    pub findings: Vec<ChangeFinding>,
}

/// The versions of the tool of a name, the newest first.
///
/// # Errors
/// `UNKNOWN_TOOL` where the registry has no revision with it.
pub fn tool_history(snapshot: &Snapshot, name: &str) -> Result<Vec<ToolVersion>> {
    let entries = snapshot.former_definitions(name);
    if entries.is_empty() {
        return Err(snapshot.unknown_tool(name));
    }
    let versions = entries.iter().enumerate().map(|(index, (tool, until))| {
        let before = entries.get(index + 1).map(|(before, _)| &*before.definition);
        let change = before.map(|before| ToolChange::between_definitions(before, &tool.definition));
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
