//! Overrides of operations and tools in a configuration.

use serde::Deserialize;
use serde_json::Value;

use super::call_limits_config::CallLimitsConfig;
use crate::config::alternatives::NamedParts;

/// An override of one operation: it changes the tool that the operation becomes.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct OverrideConfig {
    /// The whole tool name. No namespace is added.
    pub name: Option<String>,
    /// The description for the model.
    pub description: Option<String>,
    /// The category.
    pub category: Option<String>,
    /// The tags. They replace the tags of the operation.
    pub tags: Option<Vec<String>>,
    /// Other words for what the tool does. Search finds it by them; no model sees them.
    pub aliases: Option<Vec<String>>,
    /// Whether a call needs a `userId` in its context. Default: `false`.
    pub requires_auth: Option<bool>,
    /// Whether a person has to approve a call. Default: `false`.
    pub requires_approval: Option<bool>,
    /// OAuth scopes that a caller of a server needs.
    pub scopes: Option<Vec<String>>,
    /// The rate limit, in calls per minute.
    pub rate_limit: Option<f64>,
    /// The limits of its calls.
    pub call_limits: Option<CallLimitsConfig>,
    /// Whether the tool has the output schema of its operation.
    pub output_schema: Option<bool>,
    /// Overrides of arguments, by argument name, or by place and name: `query/id`. Not for tools of modules.
    pub parameters: Option<NamedParts<ParameterOverrideConfig>>,
}

/// An override of one argument. Set `value` or `hidden`, not both.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct ParameterOverrideConfig {
    /// The description for the model.
    pub description: Option<String>,
    /// A fixed value, which every request sends, and which the model does not see.
    pub value: Value,
    /// Whether the argument is left out of the tool and of every request. Default: `false`.
    pub hidden: Option<bool>,
}
