//! API documents of a configuration: where each is, and the options of its load.

use serde::Deserialize;

use super::call_limits_config::CallLimitsConfig;
use super::credential_config::CredentialConfig;
use super::document_limits_config::DocumentLimitsConfig;
use super::gates_config::{GatePresetWord, GatesConfig};
use super::override_config::OverrideConfig;
use super::selection_config::SelectionConfig;
use super::target_config::{TargetChoiceConfig, TargetWord};
use super::watch_config::WatchConfig;
use crate::config::alternatives::{FlagOr, NamedParts, OffOr, OneOrList, WordOr};
use crate::config::config_text::{ConfigLocation, ConfigText, config_texts};

/// An API document whose operations become tools.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DocumentConfig {
    /// The path or the http(s) URL of the document: Swagger 2.0, OpenAPI 3.0, 3.1 or 3.2, in JSON or YAML.
    pub source: ConfigLocation,
    /// The prefix of tool names: `crm` makes `crm_list` of `list`.
    pub namespace: Option<String>,
    /// The version of the tools, where not that of the document.
    pub version: Option<String>,
    /// The category of the tools, where not the first tag of each operation.
    pub category: Option<String>,
    /// Tags that are added to the tags of each tool. Default: `[]`.
    pub tags: Option<Vec<String>>,
    /// OAuth scopes that a caller of a server needs for each tool. Default: `[]`.
    pub scopes: Option<Vec<String>>,
    /// The operations that become tools: a selection, or a list of which one must match. All, if absent.
    pub include: Option<OneOrList<SelectionConfig>>,
    /// The operations that are excluded from the included ones.
    pub exclude: Option<OneOrList<SelectionConfig>>,
    /// Whether a tool has the schema of its documented success response as `outputSchema`. Default: `false`.
    pub output_schemas: Option<bool>,
    /// Overrides of operations, by `METHOD /path` or by `operationId`.
    pub overrides: Option<NamedParts<OverrideConfig>>,
    /// Credentials, by the name of the security scheme. `false`: calls are sent without credentials.
    pub auth: Option<OffOr<NamedParts<CredentialConfig>>>,
    /// The base URL of calls, where not the document's first server.
    pub base_url: Option<ConfigText>,
    /// Headers of every call, such as `authorization`. Default: `{}`.
    pub headers: Option<NamedParts<ConfigText>>,
    /// Hot reload: whether the document, its references and its overlays are watched. Default: `false`.
    pub watch: Option<FlagOr<WatchConfig>>,
    /// The gates of a reload: which changes are applied, held or refused. Default: `"development"`.
    pub gates: Option<WordOr<GatePresetWord, GatesConfig>>,
    /// Target checks: the report lists the tools that these targets would refuse.
    pub targets: Option<Vec<WordOr<TargetWord, TargetChoiceConfig>>>,
    /// The rate limit of each tool, in calls per minute.
    pub rate_limit: Option<f64>,
    /// The limits of calls of its tools.
    pub call_limits: Option<CallLimitsConfig>,
    /// Network access: private hosts, origins that get credentials, references.
    pub network: Option<NetworkConfig>,
    /// How the document is read.
    pub document: Option<DocumentReadingConfig>,
    /// Limits of the document: sizes, kept versions, token budget.
    pub limits: Option<DocumentLimitsConfig>,
}

/// Network access of a document: the hosts that calls and references may reach, the origins that get credentials.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct NetworkConfig {
    /// Private hosts that calls may reach, as `name` or `name:port`. Default: `[]`.
    pub hosts: Option<Vec<String>>,
    /// Other origins that may get the credentials and headers of the API. Default: `[]`.
    pub auth_origins: Option<Vec<String>>,
    /// External references (`$ref`): which other files and addresses may be read.
    pub references: Option<ReferencesConfig>,
}

/// External references (`$ref`): which other files and addresses may be read.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct ReferencesConfig {
    /// Whether files outside of the document's folder may be read. Default: `false`.
    pub outside_folder: Option<bool>,
    /// Whether public addresses of other origins may be read. Default: `true`.
    pub internet: Option<bool>,
    /// Private hosts that may be read, as `name` or `name:port`. Default: `[]`.
    pub hosts: Option<Vec<String>>,
}

/// How a document is read, and which parts a model gets.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct DocumentReadingConfig {
    /// Overlays (Overlay Specification 1.0): paths or URLs, applied in order. Default: `[]`.
    pub overlays: Option<Vec<ConfigLocation>>,
    /// Whether deprecated operations become tools. Default: `"skip"`.
    pub deprecated: Option<DeprecatedWord>,
    /// The layout of arguments. Default: `"flat"`.
    pub arguments: Option<ArgumentLayoutWord>,
    /// Hidden Unicode characters in the parts that a model gets.
    pub hidden_unicode: Option<HiddenUnicodeWord>,
    /// Duplicate keys of a map of the document. Default: `"refuse"`.
    pub duplicate_keys: Option<DuplicateKeysWord>,
}

/// Whether deprecated operations become tools.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub enum DeprecatedWord {
    /// They are skipped.
    Skip,
    /// They become tools.
    Include,
}

/// The layout of arguments.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub enum ArgumentLayoutWord {
    /// All in one object.
    Flat,
    /// One object for each of `path`, `query`, `header`, `cookie` and `body`.
    Grouped,
}

/// What happens to hidden Unicode characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub enum HiddenUnicodeWord {
    /// They are removed.
    Strip,
    /// They are kept, and told.
    Flag,
    /// They are kept.
    Keep,
}

/// What happens to a key that stands twice in a map of a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub enum DuplicateKeysWord {
    /// The document is refused.
    Refuse,
    /// The last value is used.
    Last,
}

config_texts!(DocumentConfig {
    source: "source",
    auth: "auth",
    base_url: "baseUrl",
    headers: "headers",
    document: "document",
});
config_texts!(DocumentReadingConfig { overlays: "overlays" });
