//! Hot reload in a configuration: how a source is watched.

use serde::Deserialize;

use crate::config::alternatives::WordOr;

/// The options of hot reload. Times are in ms.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct WatchConfig {
    /// Poll interval, in ms, at least 100: 2,000 for files and 60,000 for addresses, if absent.
    pub poll_ms: Option<f64>,
    /// Debounce: how long the new content of a file must stay the same before it is loaded, in ms. Default: `150`.
    pub stability_ms: Option<f64>,
    /// A file that keeps changing is loaded after this time, in ms. Default: `1000`.
    pub max_wait_ms: Option<f64>,
    /// Wait for a file that looks truncated, in ms. Default: `2000`.
    pub truncation_ms: Option<f64>,
    /// What happens to the tools of a missing file. Default: `"keep"`.
    pub on_missing: Option<WordOr<MissingFileWord, RemovalDelayConfig>>,
}

/// What happens to the tools of a missing file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub enum MissingFileWord {
    /// They stay.
    Keep,
    /// They are removed.
    Remove,
}

/// When the tools of a missing file are removed.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RemovalDelayConfig {
    /// The time after which they are removed, in ms.
    pub remove_after_ms: f64,
}
