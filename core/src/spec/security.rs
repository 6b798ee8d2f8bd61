//! What a document wants callers to show. Source: OpenAPI 3.1.1, "Security Requirement Object" and "Security Scheme
//! Object"; Swagger 2.0, `security` and `securityDefinitions`.

use std::sync::Arc;

use super::OperationSite;
use crate::json::Node;
use crate::schema::{Library, Spot};
use crate::tool::SecurityRequirement;

/// Alternatives, each a list of what must be shown together. `security: []` is none at all.
pub type Security = Arc<[Vec<SecurityRequirement>]>;

/// What an operation says itself; `None` where that of the document counts.
pub fn of_operation<'a>(
    library: &Library<'a>,
    root: &Spot<'a>,
    site: &OperationSite<'a>,
) -> Option<Security> {
    Some(read(library, root, site.spot.node.get("security")?))
}

/// What a document says of operations that say nothing.
pub fn of_document<'a>(library: &Library<'a>, root: &Spot<'a>) -> Security {
    root.node.get("security").map(|held| read(library, root, held)).unwrap_or_default()
}

fn read<'a>(library: &Library<'a>, root: &Spot<'a>, held: Node<'a>) -> Security {
    let requirement = |(name, scopes): (&str, Node<'_>)| {
        let mut scopes: Vec<String> =
            scopes.items().filter_map(Node::as_str).map(ToOwned::to_owned).collect();
        scopes.sort_unstable();
        SecurityRequirement { scheme: name.to_owned(), kind: scheme(library, root, name), scopes }
    };
    held.items()
        .map(|alternative| {
            let mut all: Vec<_> = alternative.entries().map(requirement).collect();
            all.sort_unstable();
            all
        })
        .collect()
}

/// What a scheme is, in the words of which a change is one of what callers show.
fn scheme<'a>(library: &Library<'a>, root: &Spot<'a>, name: &str) -> String {
    let schemes = root.key("components").and_then(|components| components.key("securitySchemes"));
    let of_openapi = schemes.and_then(|all| all.key(name));
    let of_swagger = root.key("securityDefinitions").and_then(|all| all.key(name));
    let Some(spot) = of_openapi.or(of_swagger) else { return String::new() };
    let node = library.follow(spot).map_or(spot.node, |spot| spot.node);
    let mut text = node.text("type").unwrap_or_default().to_owned();
    if let (Some(place), Some(name)) = (node.text("in"), node.text("name")) {
        text.extend([" in ", place, " \"", name, "\""]);
    }
    // Names of HTTP's schemes have no case.
    text.extend(node.text("scheme").map(|scheme| format!(" {}", scheme.to_ascii_lowercase())));
    text.extend(node.text("openIdConnectUrl").map(|url| format!(" at {url}")));
    let flow = |name: &str, flow: Node<'_>| {
        let urls = ["authorizationUrl", "tokenUrl", "refreshUrl", "deviceAuthorizationUrl"];
        let urls = urls.into_iter().filter_map(|key| flow.text(key)).collect::<Vec<_>>().join(" ");
        format!(" {name} {urls}")
    };
    let mut flows: Vec<String> =
        node.get("flows").into_iter().flat_map(Node::entries).map(|(name, held)| flow(name, held)).collect();
    flows.extend(node.text("flow").map(|name| flow(name, node)));
    flows.sort_unstable();
    text + &flows.concat()
}
