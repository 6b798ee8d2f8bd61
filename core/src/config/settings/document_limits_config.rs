//! Limits of an API document in a configuration: sizes, kept versions, token budget.

use serde::Deserialize;

use super::target_config::TargetWord;

/// Limits of a document: sizes, kept versions, token budget.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct DocumentLimitsConfig {
    /// Bytes of each document after decompression. Default: `67108864`.
    pub bytes: Option<u64>,
    /// Nesting depth of maps and lists, 120 at most. Default: `120`.
    pub depth: Option<u64>,
    /// Number of values. Default: `3000000`.
    pub nodes: Option<u64>,
    /// Number of YAML aliases. Default: `200000`.
    pub aliases: Option<u64>,
    /// Number of operations. Default: `50000`.
    pub operations: Option<u64>,
    /// Number of other documents that references lead to. Default: `1000`.
    pub documents: Option<u64>,
    /// Bytes of one tool's definition as JSON.
    pub definition_bytes: Option<u64>,
    /// Estimated tokens of one output schema. Default: `2000`.
    pub output_tokens: Option<u64>,
    /// Number of versions whose tools are kept for a rollback. Default: `10`.
    pub versions: Option<u64>,
    /// The token budget of the tools.
    pub tokens: Option<TokenBudgetConfig>,
}

/// The token budget of a document. A tool over the budget gets a note.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct TokenBudgetConfig {
    /// The target whose definitions are counted. Default: `"openai"`.
    pub target: Option<TargetWord>,
    /// The maximum number of tokens of one tool.
    pub tool: Option<u64>,
    /// The maximum number of tokens of all tools of the document together.
    pub document: Option<u64>,
}
