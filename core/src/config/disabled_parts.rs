//! Disabled parts of a configuration: sources, or the server, that lack a variable of the environment, and are left out.

use serde::Serialize;
use serde_json::Value;

use super::config::Config;
use super::config_source::ConfigSource;
use crate::error::ConfigProblem;
use crate::json::{HashSet, Path, pointer};

/// A part of a configuration that is left out: a source or the server, because a variable is not set.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DisabledPart {
    /// The JSON pointer of the part: `/documents/crm`.
    pub part: String,
    /// The variable.
    pub variable: String,
    /// The place of its reference.
    #[serde(flatten)]
    pub problem: ConfigProblem,
}

/// The parts that lack a variable. Where no part can be left out, that is a problem of the whole file.
pub fn disable_parts(
    missing: Vec<(String, String)>,
    source: &ConfigSource<'_>,
    problems: &mut Vec<ConfigProblem>,
) -> Vec<DisabledPart> {
    let mut disabled = Vec::new();
    for (pointer, variable) in missing {
        let problem = source.problem(&pointer, format!("the environment has no variable {variable}"));
        match part_of(&pointer) {
            Some(part) => disabled.push(DisabledPart { part, variable, problem }),
            None => problems.push(problem),
        }
    }
    disabled
}

/// The part that is left out where a variable of one of its texts is not set: a source, or the server. The registry and
/// the loader have no such part: without its audit log or state file, a registry would do less than its user asked for.
fn part_of(at: &str) -> Option<String> {
    let mut tokens = pointer::tokens(at);
    let first = tokens.next()?;
    match &*first {
        "serve" => Some("/serve".to_owned()),
        "documents" | "modules" | "mcpServers" | "tools" => {
            Some(pointer::push(&pointer::push("", &first), &tokens.next()?))
        }
        _ => None,
    }
}

/// Takes the disabled parts out of a configuration, as types and as values.
pub fn leave_out(disabled: &[DisabledPart], config: &mut Config, value: &mut Value) {
    if disabled.is_empty() {
        return;
    }
    let parts: HashSet<&str> = disabled.iter().map(|part| part.part.as_str()).collect();
    let is_kept = |at: Path<'_>| !parts.contains(at.pointer().as_str());
    let root = Path::at("");
    let (documents, servers) = (root.key("documents"), root.key("mcpServers"));
    let (modules, tools) = (root.key("modules"), root.key("tools"));
    config.documents.0.retain(|(name, _)| is_kept(documents.key(name)));
    config.mcp_servers.0.retain(|(name, _)| is_kept(servers.key(name)));
    let mut index = 0..;
    config.modules.retain(|_| index.next().is_none_or(|index| is_kept(modules.index(index))));
    let mut index = 0..;
    config.tools.retain(|_| index.next().is_none_or(|index| is_kept(tools.index(index))));
    config.serve.take_if(|_| !is_kept(root.key("serve")));
    for part in parts {
        if let Some(place) = value.pointer_mut(part) {
            *place = Value::Null;
        }
    }
    // No part is `null` but those that were left out: the types refuse it.
    let Value::Object(map) = value else { return };
    for (_, parts) in map.iter_mut() {
        match parts {
            Value::Object(parts) => parts.retain(|_, part| !part.is_null()),
            Value::Array(parts) => parts.retain(|part| !part.is_null()),
            _ => {}
        }
    }
    map.retain(|_, parts| !parts.is_null());
}
