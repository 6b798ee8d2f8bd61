//! Selections of operations in a configuration.

use serde::Deserialize;

/// A selection of operations. Every key that is set must match; of each list, one item must match.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct SelectionConfig {
    /// Tags of operations, as the document writes them.
    pub tags: Option<Vec<String>>,
    /// HTTP methods, in upper or lower case.
    pub methods: Option<Vec<String>>,
    /// Globs of paths.
    pub paths: Option<Vec<String>>,
    /// Globs of operation ids.
    pub operation_ids: Option<Vec<String>>,
}
