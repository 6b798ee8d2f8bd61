//! Security requirements: the credentials that an operation needs. Source: OpenAPI 3.1.1, "Security Requirement Object" and "Security Scheme
//! Object"; Swagger 2.0, `security` and `securityDefinitions`.

use std::cell::RefCell;
use std::sync::Arc;

use crate::error::{Error, Result};
use crate::json::{HashSet, Node, pointer};
use crate::schema::{DocumentSet, LocatedNode};
use crate::spec::operation_site::OperationSite;
use crate::tool::SecurityRequirement;

/// Security alternatives: a call meets all requirements of one. `security: []` is the empty list.
pub type SecurityAlternatives = Arc<[Vec<SecurityRequirement>]>;

/// The most alternatives of one operation, and the most schemes in them. Known documents have up to 66.
const MOST_ALTERNATIVES: usize = 300;

/// Reads the security of operations. Operations with equal security share it.
pub struct SecurityReader {
    of_document: Result<SecurityAlternatives>,
    known: RefCell<HashSet<SecurityAlternatives>>,
}

impl SecurityReader {
    /// A reader for a document.
    pub fn new<'a>(library: &DocumentSet<'a>, root: &LocatedNode<'a>) -> Self {
        let held = root.node.get("security");
        let of_document = held.map_or_else(
            || Ok(SecurityAlternatives::default()),
            |held| read_alternatives(library, root, root, held),
        );
        Self { of_document, known: RefCell::default() }
    }

    /// The security of an operation, else of the document, and whether no earlier operation had the same.
    ///
    /// # Errors
    /// `LIMIT_EXCEEDED` for too many alternatives.
    pub fn read<'a>(
        &self,
        library: &DocumentSet<'a>,
        root: &LocatedNode<'a>,
        site: &OperationSite<'a>,
    ) -> Result<(SecurityAlternatives, bool)> {
        let Some(held) = site.operation.node.get("security") else {
            return self.of_document.clone().map(|security| (security, false));
        };
        let security = read_alternatives(library, root, &site.operation, held)?;
        let mut known = self.known.borrow_mut();
        if let Some(same) = known.get(&security) {
            return Ok((Arc::clone(same), false));
        }
        known.insert(Arc::clone(&security));
        Ok((security, true))
    }
}

/// Checks the limits of alternatives and schemes.
fn check_count<'a>(library: &DocumentSet<'a>, holder: &LocatedNode<'a>, held: Node<'a>) -> Result<()> {
    let schemes = held.items().map(|alternative| alternative.entries().count());
    let (alternatives, schemes) = schemes.fold((0, 0), |(count, sum), schemes| (count + 1, sum + schemes));
    let what = match (alternatives > MOST_ALTERNATIVES, schemes > MOST_ALTERNATIVES) {
        (true, _) => "number of security alternatives",
        (false, true) => "number of schemes in security alternatives",
        (false, false) => return Ok(()),
    };
    Err(Error::LimitExceededAt {
        tool: Box::default(),
        pointer: pointer::push(&library.display_location(holder.location), "security").into(),
        what,
        limit: MOST_ALTERNATIVES,
        advice: "declare the schemes that callers use, or override \"security\" by an overlay",
    })
}

fn read_alternatives<'a>(
    library: &DocumentSet<'a>,
    root: &LocatedNode<'a>,
    holder: &LocatedNode<'a>,
    held: Node<'a>,
) -> Result<SecurityAlternatives> {
    check_count(library, holder, held)?;
    let requirement = |(name, scopes): (&str, Node<'_>)| {
        let mut scopes: Vec<String> =
            scopes.items().filter_map(Node::as_str).map(ToOwned::to_owned).collect();
        scopes.sort_unstable();
        SecurityRequirement { scheme: name.to_owned(), kind: describe_scheme(library, root, name), scopes }
    };
    let alternatives = held.items().map(|alternative| {
        let mut all: Vec<_> = alternative.entries().map(requirement).collect();
        all.sort_unstable();
        all
    });
    Ok(alternatives.collect())
}

/// Describes a scheme, so that two versions of a document can be compared by the credentials they need.
fn describe_scheme<'a>(library: &DocumentSet<'a>, root: &LocatedNode<'a>, name: &str) -> String {
    let schemes = root.key("components").and_then(|components| components.key("securitySchemes"));
    let of_openapi = schemes.and_then(|all| all.key(name));
    let of_swagger = root.key("securityDefinitions").and_then(|all| all.key(name));
    let Some(located) = of_openapi.or(of_swagger) else { return String::new() };
    let node = library.follow_references(located).map_or(located.node, |located| located.node);
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
