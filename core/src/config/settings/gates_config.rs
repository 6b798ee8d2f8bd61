//! Gates of a source in a configuration: which changes are applied, held or refused.

use serde::Deserialize;

use crate::config::alternatives::{NamedParts, WordOr};

/// A preset of gates.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub enum GatePresetWord {
    /// Holds large removals, and applies all other changes.
    Development,
    /// Refuses breaking changes; holds large removals, downgrades, and the classes `wording`, `endpoint` and `auth`.
    Production,
}

/// The decision of a gate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub enum GateDecisionWord {
    /// The change is applied.
    Apply,
    /// The change waits for approval.
    Hold,
    /// The whole load is refused.
    Refuse,
}

/// The gates of a source. The strictest decision of all gates applies.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct GatesConfig {
    /// The preset. The other fields override it. Default: `"development"`.
    pub preset: Option<GatePresetWord>,
    /// More calls are accepted, or there are more tools. Default: `"apply"`.
    pub widening: Option<GateDecisionWord>,
    /// A text, tag or annotation changed. Default: `"apply"`, and `hold` with the preset `production`.
    pub wording: Option<GateDecisionWord>,
    /// Calls go to another address. Default: `"apply"`, and `hold` with the preset `production`.
    pub endpoint: Option<GateDecisionWord>,
    /// Calls need another credential or user. Default: `"apply"`, and `hold` with the preset `production`.
    pub auth: Option<GateDecisionWord>,
    /// A valid call may become invalid. Default: `"apply"`, and `refuse` with the preset `production`.
    pub breaking: Option<GateDecisionWord>,
    /// Large removals: more than a share of the tools is removed.
    pub removal: Option<WordOr<GateDecisionWord, LargeRemovalConfig>>,
    /// The version of the document decreases. Default: `"apply"`, and `hold` with the preset `production`.
    pub downgrade: Option<GateDecisionWord>,
    /// Pins: the approved `schemaHash` of tools, by name. A change to another hash is held.
    pub pins: Option<NamedParts<String>>,
    /// Expiry of held changes, in ms. Never, if absent.
    pub hold_ms: Option<f64>,
    /// What happens to a change that expires. Only together with `holdMs`. Default: `"reject"`.
    pub on_expiry: Option<ExpiryWord>,
}

/// Large removals, such as by a truncated document.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct LargeRemovalConfig {
    /// The share of the tools, 0 to 1. Default: `0.3`.
    pub share: Option<f64>,
    /// More than so many tools. Default: `3`.
    pub least: Option<u64>,
    /// What happens to the change. Default: `"hold"`.
    pub decision: Option<GateDecisionWord>,
}

/// What happens to a held change that expires.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub enum ExpiryWord {
    /// It is rejected.
    Reject,
    /// It is applied.
    Approve,
}
