//! Server URL: the base URL of an API, as `servers` or `host` declare it.

use crate::error::{Error, Result};
use crate::json::Node;
use crate::schema::{Dialect, DocumentSet, LocatedNode};
use crate::spec::operation_site::OperationSite;

/// The server URL of a document: its first server, or the host of Swagger 2.0. It may be relative to the document.
///
/// # Errors
/// `INVALID_SPEC` for a server variable without a default.
pub fn server_of_document(root: &LocatedNode<'_>, dialect: Dialect) -> Result<Option<String>> {
    match dialect {
        Dialect::Swagger20 => Ok(swagger2_server(root.node)),
        Dialect::OpenApi30 | Dialect::JsonSchema202012 => first_server(root, || "/servers/0".to_owned()),
    }
}

/// The server URL that an operation or its path item declares instead.
///
/// # Errors
/// `INVALID_SPEC` for a server variable without a default.
pub fn server_of_operation(library: &DocumentSet<'_>, site: &OperationSite<'_>) -> Result<Option<String>> {
    for holder in [&site.operation].into_iter().chain(&*site.items) {
        if let Some(server) =
            first_server(holder, || format!("{}/servers/0", library.display_location(holder.location)))?
        {
            return Ok(Some(server));
        }
    }
    Ok(None)
}

/// The first server, its variables replaced by their defaults. `pointer` is its place.
fn first_server(holder: &LocatedNode<'_>, pointer: impl Fn() -> String) -> Result<Option<String>> {
    let Some(server) = holder.node.get("servers").and_then(|servers| servers.items().next()) else {
        return Ok(None);
    };
    let Some(url) = server.text("url") else { return Ok(None) };
    let mut address = String::with_capacity(url.len());
    let mut rest = url;
    while let Some((before, behind)) = rest.split_once('{') {
        let Some((name, after)) = behind.split_once('}') else { break };
        let variable = server.get("variables").and_then(|variables| variables.get(name));
        let Some(value) = variable.and_then(default_value) else {
            return Err(Error::InvalidSpec {
                pointer: pointer(),
                reason: format!("the server's variable \"{name}\" has no default"),
            });
        };
        address.push_str(before);
        address.push_str(&value);
        rest = after;
    }
    address.push_str(rest);
    Ok(Some(address))
}

/// The default of a variable, else the first of its `enum`. Publishers write numbers too.
fn default_value(variable: Node<'_>) -> Option<String> {
    let first = variable.get("enum").and_then(|values| values.items().next());
    match variable.get("default").or(first)? {
        Node::String(text) => Some(text.to_owned()),
        Node::Number(number) => Some(number.as_str().to_owned()),
        _ => None,
    }
}

/// `schemes`, `host` and `basePath` of Swagger 2.0. https is preferred.
fn swagger2_server(root: Node<'_>) -> Option<String> {
    let base = root.text("basePath").unwrap_or_default();
    let base = if base.is_empty() || base.starts_with('/') { base.to_owned() } else { format!("/{base}") };
    let Some(host) = root.text("host").map(str::trim).filter(|host| !host.is_empty()) else {
        return (!base.is_empty()).then_some(base);
    };
    let schemes: Vec<&str> =
        root.get("schemes").into_iter().flat_map(Node::items).filter_map(Node::as_str).collect();
    let scheme = if schemes.is_empty() || schemes.contains(&"https") { "https" } else { "http" };
    Some(format!("{scheme}://{host}{base}"))
}
