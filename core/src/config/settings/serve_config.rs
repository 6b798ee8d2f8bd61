//! The MCP server of a configuration: what it serves, to whom, and how.

use serde::Deserialize;

use super::serve_auth_config::ServeAuthConfig;
use super::tool_filter_config::ToolFilterConfig;
use crate::config::alternatives::ListOr;
use crate::config::config_text::{ConfigText, config_texts};

/// The MCP server that `toolrack serve` starts.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct ServeConfig {
    /// The name that clients show. The name of the configuration, if absent.
    pub name: Option<String>,
    /// The version that clients show.
    pub version: Option<String>,
    /// The title for people.
    pub title: Option<String>,
    /// What a model should know of the server as a whole.
    pub instructions: Option<String>,
    /// The tools that are served. All, if absent.
    pub filter: Option<ToolFilterConfig>,
    /// Which tools are listed: all of them, or two that find and call the others. `auto`: the two, where all would be more
    /// tokens than `tokenBudget`. Default: `"all"`.
    pub expose: Option<ExposeWord>,
    /// The estimated tokens that a list of tools may have. Default: `20000`.
    pub token_budget: Option<u64>,
    /// Tools that are listed beside those two: their names, or a filter.
    pub pinned: Option<ListOr<String, ToolFilterConfig>>,
    /// The context of calls over stdio.
    pub context: Option<CallerContextConfig>,
    /// Where HTTP is served. Over stdio, if absent.
    pub http: Option<ListenConfig>,
    /// Who may call over HTTP.
    pub auth: Option<ServeAuthConfig>,
    /// Who is asked to approve calls: the client of the call, or what listens to the registry. Default: `"client"`.
    pub approval: Option<ApproverWord>,
    /// How lists are cut into pages.
    pub page: Option<ListPageConfig>,
    /// Whether clients that open with `initialize` (2024-11-05 to 2025-11-25) are served. Default: `true`.
    pub legacy: Option<bool>,
    /// How long a client of 2026-07-28 may keep a list, in ms. Default: `10000`.
    pub ttl_ms: Option<f64>,
    /// The least time between two notifications of a changed list to one client, in ms. Default: `1000`.
    pub notify_ms: Option<f64>,
    /// Hosts that are served over HTTP beside those of this machine. Default: `[]`.
    pub hosts: Option<Vec<String>>,
    /// Origins of web pages that are served beside those of this machine. Default: `[]`.
    pub origins: Option<Vec<String>>,
    /// Whether clients that open with `initialize` over HTTP get a session. Default: `true`.
    pub sessions: Option<bool>,
    /// The secret that seals what clients bring back with their answers to questions, of 32 characters at least. Processes
    /// that share an address need the same. A key of the process, if absent.
    pub state_key: Option<ConfigText>,
    /// Whether other machines may connect without `auth`. Default: `false`.
    pub insecure: Option<bool>,
    /// Limits of what clients may send and keep open.
    pub wire_limits: Option<WireLimitsConfig>,
}

/// Which tools are listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub enum ExposeWord {
    /// All tools.
    All,
    /// `search_tools`, `call_tool` and pinned tools.
    Search,
    /// Those two, where all tools would be too many tokens.
    Auto,
}

/// Who is asked to approve calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub enum ApproverWord {
    /// The client that makes the call.
    Client,
    /// What listens to the registry.
    Registry,
}

/// The context of calls.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct CallerContextConfig {
    /// The user.
    pub user_id: serde_json::Value,
    /// An id for audits.
    pub auditing_id: serde_json::Value,
    /// Further data of the caller.
    pub metadata: serde_json::Value,
}

/// Where HTTP is served.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct ListenConfig {
    /// The port. 0: one that is free. Default: `0`.
    pub port: Option<u16>,
    /// The address. One that other machines can connect to needs `auth`, or `insecure`. Default: `"127.0.0.1"`.
    pub host: Option<String>,
    /// The path. Default: `"/mcp"`.
    pub path: Option<String>,
}

/// How lists are cut into pages.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct ListPageConfig {
    /// The size of a page, in bytes. Default: `4194304`.
    pub bytes: Option<u64>,
}

/// Limits of what clients may send and keep open.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct WireLimitsConfig {
    /// The longest message, in bytes. Default: `4194304`.
    pub body_bytes: Option<u64>,
    /// The most levels of lists and objects in a message. Default: `64`.
    pub depth: Option<u64>,
    /// The most calls at once. Default: `256`.
    pub calls: Option<u64>,
    /// The most calls at once of one known caller. Default: `16`.
    pub calls_each: Option<u64>,
    /// The most open streams of notifications. Default: `1024`.
    pub streams: Option<u64>,
    /// The most open streams of one known caller. Default: `16`.
    pub streams_each: Option<u64>,
    /// The most sessions over HTTP. Default: `1000`.
    pub sessions: Option<u64>,
    /// How long a session lasts without a request, in ms. Default: `1800000`.
    pub idle_ms: Option<f64>,
    /// How long the head and the body of an HTTP request may take, in ms. Default: `30000`.
    pub receive_ms: Option<f64>,
}

config_texts!(ServeConfig { auth: "auth", state_key: "stateKey" });
