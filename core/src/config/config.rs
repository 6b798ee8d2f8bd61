//! Configuration: what one file says of a registry, its sources and its server, as types.

use serde::Deserialize;

use super::alternatives::{NamedParts, WordOr};
use super::config_text::{ModuleLocation, config_texts};
use super::settings::{
    DocumentConfig, HttpToolConfig, LoaderConfig, McpServerConfig, ModuleConfig, RegistryConfig, ServeConfig,
};

/// A configuration of toolrack: the sources of tools, the registry that holds them, and the server that serves them.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Config {
    /// The JSON Schema of this file, for editors. It is ignored.
    #[serde(rename = "$schema")]
    pub schema: Option<String>,
    /// The name of the configuration: the name of its server, where `serve` has none.
    pub name: Option<String>,
    /// The options of the registry.
    pub registry: Option<RegistryConfig>,
    /// The options of the loader of documents.
    pub loader: Option<LoaderConfig>,
    /// API documents, by the name of their source. `crm@2` is the version `2` of the source `crm`.
    pub documents: NamedParts<DocumentConfig>,
    /// Files, folders and packages whose exports become tools.
    pub modules: Vec<WordOr<ModuleLocation, ModuleConfig>>,
    /// MCP servers, as desktop clients write them.
    pub mcp_servers: NamedParts<McpServerConfig>,
    /// Tools that call HTTP APIs which have no document.
    pub tools: Vec<HttpToolConfig>,
    /// The options of the MCP server.
    pub serve: Option<ServeConfig>,
}

config_texts!(Config {
    registry: "registry",
    loader: "loader",
    documents: "documents",
    modules: "modules",
    mcp_servers: "mcpServers",
    tools: "tools",
    serve: "serve",
});
