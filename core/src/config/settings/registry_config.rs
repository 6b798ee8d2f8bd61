//! The registry of a configuration: its options.

use serde::Deserialize;
use serde_json::Value;

use super::call_limits_config::RegistryCallLimitsConfig;
use super::document_config::HiddenUnicodeWord;
use super::loader_config::BrokenFileWord;
use super::search_config::SearchConfig;
use crate::config::alternatives::{FlagOr, WordOr};
use crate::config::config_text::{ConfigLocation, ConfigText, config_texts};

/// The registry that holds all tools.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct RegistryConfig {
    /// What happens to a tool whose name is in use. Default: `"refuse"`.
    pub on_conflict: Option<RefuseOrReplaceWord>,
    /// The identity of a call without `context`. Default: `"params"`.
    pub context_from: Option<ContextFromWord>,
    /// Whether arguments of closures are validated. Default: `true`.
    pub validate_params: Option<bool>,
    /// The default timeout of a call, in ms. Default: `60000`.
    pub timeout_ms: Option<f64>,
    /// How long a call waits for its approval, in ms. Default: `300000`.
    pub approval_timeout_ms: Option<f64>,
    /// The most calls that wait for approval at once. Default: `1000`.
    pub max_approvals: Option<u64>,
    /// The default rate limit of tools, in calls per minute.
    pub rate_limit: Option<f64>,
    /// The default limits of calls.
    pub call_limits: Option<RegistryCallLimitsConfig>,
    /// Size limits.
    pub limits: Option<DefinitionLimitsConfig>,
    /// The error message that a model gets when user code fails. Default: `"message"`.
    pub tool_errors: Option<ToolErrorsWord>,
    /// Whether rate limits are enforced. Default: `false`.
    pub enforce_rate_limits: Option<bool>,
    /// Whether arguments are converted to the type in the schema, such as `"5"` to 5. Default: `false`.
    pub coerce: Option<bool>,
    /// Hidden Unicode characters in results for models. Default: `"flag"`.
    pub hidden_unicode: Option<HiddenUnicodeWord>,
    /// OpenTelemetry spans and metrics of calls.
    pub telemetry: Option<FlagOr<TelemetryConfig>>,
    /// The saved tool names of an earlier registry.
    pub names: Option<Value>,
    /// The audit log: a path, or options.
    pub audit: Option<WordOr<ConfigLocation, AuditConfig>>,
    /// The secret that seals the state of calls that ask, of 32 characters at least. A key of the process, if absent.
    pub state_key: Option<ConfigText>,
    /// How tools are searched: synonyms, field weights, and when the index is made.
    pub search: Option<SearchConfig>,
}

/// Size limits of the registry.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct DefinitionLimitsConfig {
    /// Size limit of one tool's definition, in bytes of JSON. Default: `2097152`.
    pub definition_bytes: Option<u64>,
}

/// OpenTelemetry of calls.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct TelemetryConfig {
    /// Whether arguments and error messages are recorded. Default: `false`.
    pub content: Option<bool>,
}

/// The options of the audit log.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AuditConfig {
    /// The path of the file.
    pub path: ConfigLocation,
    /// Whether calls are recorded too. Default: `false`.
    pub calls: Option<bool>,
    /// When records are synced to the disk. Default: `"interval"`.
    pub sync: Option<AuditSyncWord>,
    /// What happens to a file that fails its verification. Default: `"refuse"`.
    pub on_broken: Option<BrokenFileWord>,
}

/// What happens to a tool whose name is in use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub enum RefuseOrReplaceWord {
    /// It is refused.
    Refuse,
    /// It replaces the old one.
    Replace,
}

/// The identity of a call without `context`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub enum ContextFromWord {
    /// That of its arguments.
    Params,
    /// None.
    Caller,
}

/// The error message that a model gets when user code fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub enum ToolErrorsWord {
    /// The message, redacted.
    Message,
    /// `the tool failed`.
    Generic,
}

/// When records of the audit log are synced to the disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub enum AuditSyncWord {
    /// When the operating system does it.
    None,
    /// Within a second.
    Interval,
    /// Before the change or call continues.
    Each,
}

config_texts!(RegistryConfig { audit: "audit", state_key: "stateKey" });
config_texts!(AuditConfig { path: "path" });
