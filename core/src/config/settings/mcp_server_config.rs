//! MCP servers of a configuration: the object that desktop clients use, with options of toolrack beside.

use serde::Deserialize;

use super::call_limits_config::CallLimitsConfig;
use super::gates_config::{GatePresetWord, GatesConfig};
use super::module_config::ModuleLimitsConfig;
use super::override_config::OverrideConfig;
use super::target_config::{TargetChoiceConfig, TargetWord};
use crate::config::alternatives::{FlagOrList, NamedParts, WordOr};
use crate::config::config_text::{ConfigLocation, ConfigText, config_texts};

/// An MCP server: a command that is started (`command`, `args`, `env`, `cwd`), or an address (`url`, `headers`). Keys of
/// other clients are ignored.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct McpServerConfig {
    /// The transport, where `command` or `url` does not say it.
    #[serde(rename = "type")]
    pub transport: Option<McpTransportWord>,
    /// The program that is started. No shell reads it.
    pub command: Option<ConfigText>,
    /// The arguments of the program. Default: `[]`.
    pub args: Option<Vec<ConfigText>>,
    /// Variables of the program's environment. Default: `{}`.
    pub env: Option<NamedParts<ConfigText>>,
    /// The working directory of the program.
    pub cwd: Option<ConfigLocation>,
    /// The address of a server over HTTP.
    pub url: Option<ConfigText>,
    /// Headers of every request, such as `authorization`. Default: `{}`.
    pub headers: Option<NamedParts<ConfigText>>,
    /// The prefix of tool names.
    pub namespace: Option<String>,
    /// The category of the tools.
    pub category: Option<String>,
    /// Tags that are added to the tags of each tool. Default: `[]`.
    pub tags: Option<Vec<String>>,
    /// OAuth scopes that a caller of a server needs for each tool. Default: `[]`.
    pub scopes: Option<Vec<String>>,
    /// The gates of a reload: which changes are applied, held or refused. Default: `"development"`.
    pub gates: Option<WordOr<GatePresetWord, GatesConfig>>,
    /// The rate limit of each tool, in calls per minute.
    pub rate_limit: Option<f64>,
    /// The limits of calls of its tools.
    pub call_limits: Option<CallLimitsConfig>,
    /// The version of the tools.
    pub version: Option<String>,
    /// The tools to load, by the server's own names, with `*`. All, if absent.
    pub include: Option<Vec<String>>,
    /// The tools to leave out, by the server's own names, with `*`.
    pub exclude: Option<Vec<String>>,
    /// Overrides of single tools, by the server's own names.
    pub overrides: Option<NamedParts<OverrideConfig>>,
    /// Target checks: the report lists the tools that these targets would refuse.
    pub targets: Option<Vec<WordOr<TargetWord, TargetChoiceConfig>>>,
    /// Limits of the source.
    pub limits: Option<ModuleLimitsConfig>,
    /// `first`: the tools of a server that is new wait until somebody approves them.
    pub approve: Option<ApproveWord>,
    /// What the server may ask the caller of a tool: elicitation, sampling, roots. Default: `["elicitation"]`.
    pub questions: Option<Vec<QuestionWord>>,
    /// What happens to the tools while the server is down. Default: `"keep"`.
    pub when_down: Option<WhenDownWord>,
    /// The longest silence of a call, in ms: progress renews it. Default: `60000`.
    pub timeout_ms: Option<f64>,
    /// The longest time of a call, in ms. Default: `600000`.
    pub max_timeout_ms: Option<f64>,
    /// The longest name of a tool, its namespace included. Default: `64`.
    pub max_name: Option<u64>,
    /// What happens to a result that does not match the output schema of its tool. Default: `"warn"`.
    pub output: Option<OutputWord>,
    /// The resources that are passed on: all, none, or URIs with `*`. Default: `true`.
    pub resources: Option<FlagOrList<String>>,
    /// The prompts that are passed on: all, none, or the server's own names with `*`. Default: `true`.
    pub prompts: Option<FlagOrList<String>>,
    /// Whether the server is left out. Default: `false`.
    pub disabled: Option<bool>,
}

/// The transport of an MCP server, by the words that clients use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub enum McpTransportWord {
    /// A program that is started.
    #[serde(rename = "stdio")]
    Stdio,
    /// Streamable HTTP.
    #[serde(rename = "http")]
    Http,
    /// Streamable HTTP.
    #[serde(rename = "streamable-http")]
    StreamableHttp,
    /// Streamable HTTP.
    #[serde(rename = "streamableHttp")]
    StreamableHttpCamel,
    /// HTTP with server-sent events (2024-11-05).
    #[serde(rename = "sse")]
    Sse,
}

/// Which tools of a server wait for approval.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub enum ApproveWord {
    /// All tools of a server that is new.
    First,
}

/// What an MCP server may ask the caller of a tool.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub enum QuestionWord {
    /// A form, or a visit to a page.
    Elicitation,
    /// A text of the caller's model.
    Sampling,
    /// The folders that the caller works in.
    Roots,
}

/// What happens to the tools of a server that is down.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub enum WhenDownWord {
    /// They stay, and calls fail.
    Keep,
    /// They are not listed.
    Hide,
}

/// What happens to a result that does not match its output schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub enum OutputWord {
    /// It is passed on, with an event.
    Warn,
    /// The call fails.
    Strict,
}

config_texts!(McpServerConfig {
    command: "command",
    args: "args",
    env: "env",
    cwd: "cwd",
    url: "url",
    headers: "headers",
});
