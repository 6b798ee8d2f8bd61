//! Modules of a configuration: files, folders and packages whose exports become tools.

use serde::Deserialize;

use super::call_limits_config::CallLimitsConfig;
use super::gates_config::{GatePresetWord, GatesConfig};
use super::override_config::OverrideConfig;
use super::target_config::{TargetChoiceConfig, TargetWord};
use super::watch_config::WatchConfig;
use crate::config::alternatives::{FlagOr, NamedParts, OneOrList, WordOr};
use crate::config::config_text::{ModuleLocation, config_texts};

/// A file, a folder or a package whose exports become tools.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ModuleConfig {
    /// A path that begins with `./` or `../`, or the name of a package. `path:export` selects one export.
    pub path: ModuleLocation,
    /// The name of the source. For a file or a package.
    pub source: Option<String>,
    /// The name of the only tool to add. For a file or a package.
    pub name: Option<String>,
    /// The names of the only tools to add. For a file or a package.
    pub tools: Option<Vec<String>>,
    /// The prefix of tool names: `crm` makes `crm_list` of `list`.
    pub namespace: Option<String>,
    /// The version of the tools.
    pub version: Option<String>,
    /// The category of the tools.
    pub category: Option<String>,
    /// Tags that are added to the tags of each tool. Default: `[]`.
    pub tags: Option<Vec<String>>,
    /// OAuth scopes that a caller of a server needs for each tool. Default: `[]`.
    pub scopes: Option<Vec<String>>,
    /// The gates of a reload: which changes are applied, held or refused. Default: `"development"`.
    pub gates: Option<WordOr<GatePresetWord, GatesConfig>>,
    /// Target checks: the report lists the tools that these targets would refuse.
    pub targets: Option<Vec<WordOr<TargetWord, TargetChoiceConfig>>>,
    /// The rate limit of each tool, in calls per minute.
    pub rate_limit: Option<f64>,
    /// The limits of calls of its tools.
    pub call_limits: Option<CallLimitsConfig>,
    /// Hot reload: whether the files are watched. Default: `false`.
    pub watch: Option<FlagOr<WatchConfig>>,
    /// Overrides of single tools, by the name in their own definition.
    pub overrides: Option<NamedParts<OverrideConfig>>,
    /// Limits of the source.
    pub limits: Option<ModuleLimitsConfig>,
    /// What happens if a module or tool has an error. Default: `"refuse"`.
    pub on_error: Option<OnErrorWord>,
    /// Whether files in subfolders are loaded too. For a folder. Default: `false`.
    pub recursive: Option<bool>,
    /// The files to load: globs. For a folder.
    pub include: Option<OneOrList<String>>,
    /// The files to leave out: globs. For a folder.
    pub exclude: Option<OneOrList<String>>,
    /// Whether symlinks may lead out of the folder. For a folder. Default: `false`.
    pub follow_links: Option<bool>,
    /// Which of two files with the same name is loaded. For a folder. Default: `"first"`.
    pub on_conflict: Option<FirstOrLaterWord>,
}

/// Limits of a module.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct ModuleLimitsConfig {
    /// Number of versions whose code is kept for a rollback, the present one included.
    pub versions: Option<u64>,
}

/// What happens to a source with an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub enum OnErrorWord {
    /// The whole source is refused.
    Refuse,
    /// The valid tools are added.
    Skip,
}

/// Which of two files with the same name is loaded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub enum FirstOrLaterWord {
    /// The first.
    First,
    /// The last.
    Later,
}

config_texts!(ModuleConfig { path: "path" });
