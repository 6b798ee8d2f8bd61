//! What types cannot say of a configuration: which members exclude each other, and names that stand twice.

use super::config::Config;
use super::settings::McpServerConfig;
use crate::error::excerpt;
use crate::json::{HashMap, Path};

/// Adds what is wrong, each with its JSON pointer.
pub fn check_config(config: &Config, problems: &mut Vec<(String, String)>) {
    let root = Path::at("");
    let (documents, servers, tools) = (root.key("documents"), root.key("mcpServers"), root.key("tools"));
    for (name, _) in config.documents.0.iter().filter(|(name, _)| name.trim().is_empty()) {
        problems.push((documents.key(name).pointer(), "needs a name: the key names the source".to_owned()));
    }
    for (name, server) in &config.mcp_servers.0 {
        if let Some(message) = check_server(server) {
            problems.push((servers.key(name).pointer(), message.to_owned()));
        }
    }
    let mut known: HashMap<&str, usize> = HashMap::default();
    for (index, tool) in config.tools.iter().enumerate() {
        if let Some(first) = known.insert(&tool.name, index) {
            let message = format!(
                "is the name of /tools/{first} too: \"{}\"; rename one of them",
                excerpt(&tool.name).escape_debug()
            );
            problems.push((tools.index(index).key("name").pointer(), message));
        }
    }
}

fn check_server(server: &McpServerConfig) -> Option<&'static str> {
    let is_local = server.args.is_some() || server.env.is_some() || server.cwd.is_some();
    match (&server.command, &server.url) {
        (None, None) => Some("needs command, or url"),
        (Some(_), Some(_)) => Some("has command and url: keep one of them"),
        (Some(_), None) if server.headers.is_some() => {
            Some("has headers, which go with url: env goes with command")
        }
        (None, Some(_)) if is_local => {
            Some("has args, env or cwd, which go with command: headers go with url")
        }
        _ => None,
    }
}
