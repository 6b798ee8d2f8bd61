//! Where an API is, as its document says.

use crate::error::{Error, Result};
use crate::json::Node;
use crate::schema::{Dialect, Library, Spot};
use crate::spec::operation_site::OperationSite;

/// The address that a document gives its API: the first server, or the host of Swagger 2.0. It may be relative to the
/// document's own.
pub fn of_document(root: &Spot<'_>, dialect: Dialect) -> Result<Option<String>> {
    match dialect {
        Dialect::Swagger20 => Ok(host(root.node)),
        Dialect::OpenApi30 | Dialect::JsonSchema202012 => first(root, || "/servers/0".to_owned()),
    }
}

/// The address that an operation, or the path item it stands in, gives instead.
pub fn of_operation(library: &Library<'_>, site: &OperationSite<'_>) -> Result<Option<String>> {
    for holder in [&site.spot].into_iter().chain(&*site.items) {
        if let Some(server) = first(holder, || format!("{}/servers/0", library.show(holder.place)))? {
            return Ok(Some(server));
        }
    }
    Ok(None)
}

/// The first server with its variables given their defaults. `pointer` is where it stands.
fn first(holder: &Spot<'_>, pointer: impl Fn() -> String) -> Result<Option<String>> {
    let Some(server) = holder.node.get("servers").and_then(|servers| servers.items().next()) else {
        return Ok(None);
    };
    let Some(url) = server.text("url") else { return Ok(None) };
    let mut address = String::with_capacity(url.len());
    let mut rest = url;
    while let Some((before, behind)) = rest.split_once('{') {
        let Some((name, after)) = behind.split_once('}') else { break };
        let variable = server.get("variables").and_then(|variables| variables.get(name));
        let Some(value) = variable.and_then(value) else {
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

/// A variable's default; publishers write numbers too. Where it has none, the first value that it may have.
fn value(variable: Node<'_>) -> Option<String> {
    let first = variable.get("enum").and_then(|values| values.items().next());
    match variable.get("default").or(first)? {
        Node::String(text) => Some(text.to_owned()),
        Node::Number(number) => Some(number.as_str().to_owned()),
        _ => None,
    }
}

/// `schemes`, `host` and `basePath` of Swagger 2.0; https where it may be.
fn host(root: Node<'_>) -> Option<String> {
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
