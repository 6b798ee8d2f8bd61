//! Filters of tools in a configuration.

use serde::Deserialize;

use crate::config::alternatives::OneOrList;

/// A filter of tools. A tool matches if it meets every condition. A list matches any of its items, except in `allTags`.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct ToolFilterConfig {
    /// The category, or a list.
    pub category: Option<OneOrList<String>>,
    /// Tags. The tool has at least one of them.
    pub tags: Option<OneOrList<String>>,
    /// Tags. The tool has all of them.
    pub all_tags: Option<OneOrList<String>>,
    /// The name of the source, or a list. `crm` matches all versions of the source.
    pub source: Option<OneOrList<String>>,
    /// The namespace, or a list.
    pub namespace: Option<OneOrList<String>>,
    /// A range of semantic versions: `^1.2`, `>=1 <3`.
    pub version: Option<String>,
    /// Whether a call of the tool needs a `userId`.
    pub requires_auth: Option<bool>,
    /// Whether a person has to approve calls of the tool.
    pub requires_approval: Option<bool>,
    /// OAuth scopes that a caller has. All `scopes` of the tool are among them.
    pub granted_scopes: Option<Vec<String>>,
    /// Whether the tool is deprecated.
    pub deprecated: Option<bool>,
    /// Whether the tool is enabled. Default: `true`.
    pub enabled: Option<bool>,
    /// Whether the tool is stale: the newest load could not read its operation.
    pub stale: Option<bool>,
    /// A glob of tool names: `crm_*`.
    pub name: Option<String>,
    /// The name, or a list of names.
    pub names: Option<OneOrList<String>>,
}
