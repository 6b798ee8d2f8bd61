//! Where an operation stands in its document.

use std::borrow::Cow;
use std::rc::Rc;

use crate::json::{HashSet, Node};
use crate::schema::Spot;

/// Where an operation stands.
#[derive(Clone, Debug)]
pub struct OperationSite<'a> {
    /// The method: in capitals, or as written where the document makes it up.
    pub method: Cow<'a, str>,
    /// The path template as written.
    pub path: &'a str,
    /// The operation, or what it refers to; it may turn out not to be a map.
    pub spot: Spot<'a>,
    /// The path item of its path, and what that refers to: what the first says comes before what the next say.
    pub items: Rc<[Spot<'a>]>,
    /// Its place as reports show it.
    pub pointer: Cow<'a, str>,
    /// What stands beside the reference where the operation is one, and counts for nothing.
    pub dropped: Vec<&'a str>,
}

impl<'a> OperationSite<'a> {
    /// The operation's id, where it has one that is not empty.
    pub fn id(&self) -> Option<&'a str> {
        self.spot.node.text("operationId").map(str::trim).filter(|id| !id.is_empty())
    }

    /// Whether the document says that it should not be used any more.
    pub fn is_deprecated(&self) -> bool {
        self.spot.node.flag("deprecated")
    }

    /// Its tags, each once.
    pub fn tags(&self) -> Vec<String> {
        let Some(tags) = self.spot.node.get("tags") else { return Vec::new() };
        let items = tags.as_array().unwrap_or_default();
        let mut known = HashSet::default();
        let tags = tags.items().filter_map(Node::as_str);
        tags.filter(|tag| items.len() == 1 || known.insert(*tag)).map(ToOwned::to_owned).collect()
    }
}
