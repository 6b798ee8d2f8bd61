//! Operation site: where an operation is in its document.

use std::borrow::Cow;
use std::rc::Rc;

use crate::json::{HashSet, Node};
use crate::schema::LocatedNode;

/// The site of an operation.
#[derive(Clone, Debug)]
pub struct OperationSite<'a> {
    /// The HTTP method, in capitals; a method of `additionalOperations` as written.
    pub method: Cow<'a, str>,
    /// The path template as written.
    pub path: &'a str,
    /// The operation, its reference resolved. It may be no map.
    pub operation: LocatedNode<'a>,
    /// Its path item, and what that refers to. Earlier ones override later ones.
    pub items: Rc<[LocatedNode<'a>]>,
    /// Its JSON pointer, as reports show it.
    pub pointer: Cow<'a, str>,
    /// Keys beside the `$ref` of the operation, which are ignored.
    pub dropped: Vec<&'a str>,
}

impl<'a> OperationSite<'a> {
    /// `operationId`, where it is not empty.
    pub fn id(&self) -> Option<&'a str> {
        self.operation.node.text("operationId").map(str::trim).filter(|id| !id.is_empty())
    }

    /// Whether the document declares it as deprecated.
    pub fn is_deprecated(&self) -> bool {
        self.operation.node.flag("deprecated")
    }

    /// Its tags, each once.
    pub fn tags(&self) -> Vec<String> {
        let Some(tags) = self.operation.node.get("tags") else { return Vec::new() };
        let items = tags.as_array().unwrap_or_default();
        let mut known = HashSet::default();
        let tags = tags.items().filter_map(Node::as_str);
        tags.filter(|tag| items.len() == 1 || known.insert(*tag)).map(ToOwned::to_owned).collect()
    }
}
