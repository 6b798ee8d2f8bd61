//! One document of a set: its URL, base URL and schema resources.

use std::cell::OnceCell;

use url::Url;

use super::document_url::normalize_url;
use super::schema_resources::{SchemaResources, joined};
use crate::json::{HashSet, Node};
use crate::schema::dialect::Dialect;

/// Where a document comes from.
#[derive(Clone, Debug, Default)]
pub struct DocumentSource<'u> {
    /// Its URL, without redirects.
    pub url: Option<Url>,
    /// The URL that it was retrieved from, if that differs. Relative references start there.
    pub retrieved_from: Option<&'u Url>,
}

/// One document of a set.
pub(super) struct SchemaDocument<'a> {
    pub root: Node<'a>,
    pub dialect: Dialect,
    /// True for a whole API document, with a version.
    pub is_whole: bool,
    /// URL it was read from.
    pub address: Option<Url>,
    /// Base URL of its relative references.
    pub base: Option<Url>,
    /// Prefix of its pointers in reports; empty for the first document.
    pub shown: String,
    /// True if it has an `$id` or an anchor.
    pub has_ids: bool,
    resources: OnceCell<SchemaResources<'a>>,
}

impl<'a> SchemaDocument<'a> {
    pub fn new(root: Node<'a>, dialect: Dialect, source: &DocumentSource<'_>, has_ids: bool) -> Self {
        let address = source.url.as_ref().map(normalize_url);
        let found = source.retrieved_from.map(normalize_url).or_else(|| address.clone());
        // OpenAPI 3.2, "$self": the declared URL takes precedence over the retrieval URL.
        let own = root.text("$self").and_then(|own| joined(found.as_ref(), own));
        Self {
            root,
            dialect,
            is_whole: false,
            base: own.or(found),
            address,
            shown: String::new(),
            has_ids,
            resources: OnceCell::new(),
        }
    }

    pub fn resources(&self) -> &SchemaResources<'a> {
        self.resources.get_or_init(|| SchemaResources::of(self.root, self.base.as_ref()))
    }

    /// Returns the referenced URLs, distinct.
    pub fn leads_to(&self, outward: &[&'a str]) -> Vec<Url> {
        let mut addresses = if self.has_ids {
            self.resources().outward.clone()
        } else {
            outward.iter().filter_map(|reference| joined(self.base.as_ref(), reference)).collect()
        };
        let mut known: HashSet<Url> = self.address.iter().chain(&self.base).cloned().collect();
        addresses.retain(|address| {
            self.may_name(address)
                && !(self.has_ids && self.resources().at(address).is_some())
                && known.insert(address.clone())
        });
        addresses
    }

    /// A network document may not reference local files (SSRF and file disclosure).
    pub fn may_name(&self, address: &Url) -> bool {
        address.scheme() != "file" || self.address.as_ref().is_none_or(|own| own.scheme() == "file")
    }

    /// Strips the report prefix from a location.
    pub fn own<'s>(&self, shown: &'s str) -> &'s str {
        let own = shown.strip_prefix(self.shown.as_str()).and_then(|rest| rest.strip_prefix('#'));
        if self.shown.is_empty() { shown } else { own.unwrap_or(shown) }
    }
}
