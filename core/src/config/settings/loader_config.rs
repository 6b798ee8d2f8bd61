//! The loader of documents in a configuration: its state file.

use serde::Deserialize;

use crate::config::alternatives::WordOr;
use crate::config::config_text::{ConfigLocation, config_texts};

/// The loader of documents.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct LoaderConfig {
    /// The state file: it keeps names, documents, histories and pins over a restart. A path, or options.
    pub state: Option<WordOr<ConfigLocation, StateConfig>>,
}

/// The options of a state file.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct StateConfig {
    /// The path of the file.
    pub path: ConfigLocation,
    /// What happens to a damaged file, or one of a newer format. Default: `"refuse"`.
    pub on_broken: Option<BrokenFileWord>,
}

/// What happens to a file that fails its verification.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub enum BrokenFileWord {
    /// The start fails.
    Refuse,
    /// The file is renamed, and a new one begins.
    Begin,
}

config_texts!(LoaderConfig { state: "state" });
config_texts!(StateConfig { path: "path" });
