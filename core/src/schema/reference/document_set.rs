//! Document set: the documents that references lead to, and reference resolution.
//!
//! A reference is found by URL first, then by `$id`, then by `$self`. Results are cached for each reference
//! and resource.

use std::borrow::Cow;
use std::cell::RefCell;

use url::Url;

use super::document_url::normalize_url;
use super::located_node::{LocatedNode, Location};
use super::reference_fault::ReferenceFault;
use super::schema_document::{DocumentSource, SchemaDocument};
use crate::error::{Error, Result};
use crate::json::{Arena, HashMap, Node};
use crate::schema::dialect::Dialect;
use crate::unicode::HiddenUnicode;

/// A document and those that it references, each parsed once.
pub struct DocumentSet<'a> {
    pub(super) arena: &'a Arena,
    pub(super) documents: Vec<SchemaDocument<'a>>,
    /// Document numbers by URL, or why a document is unavailable.
    pub(super) by_address: HashMap<Url, Result<usize>>,
    /// Document numbers by `$self`.
    pub(super) by_self: HashMap<Url, usize>,
    pub(super) found: RefCell<HashMap<ReferenceLink<'a>, Result<LocatedNode<'a>, ReferenceFault>>>,
    pub(super) hidden_unicode: HiddenUnicode,
}

/// Document, resource, and reference text.
pub(super) type ReferenceLink<'a> = (usize, usize, &'a str);

impl<'a> DocumentSet<'a> {
    /// Creates an empty set. Converted values are allocated in `arena`.
    pub fn new(arena: &'a Arena) -> Self {
        let (by_address, by_self, found) = (HashMap::default(), HashMap::default(), RefCell::default());
        let hidden_unicode = HiddenUnicode::Keep;
        Self { arena, documents: Vec::new(), by_address, by_self, found, hidden_unicode }
    }

    /// Sets what happens to hidden characters in texts for models. By default they are not searched.
    pub const fn set_hidden_unicode(&mut self, hidden_unicode: HiddenUnicode) {
        self.hidden_unicode = hidden_unicode;
    }

    /// Returns what happens to hidden characters.
    pub const fn hidden_unicode(&self) -> HiddenUnicode {
        self.hidden_unicode
    }

    /// Returns the arena of converted values.
    pub const fn arena(&self) -> &'a Arena {
        self.arena
    }

    /// Adds a document. `address` is its URL; `has_ids` is true if it has an `$id`, `$anchor` or
    /// `$dynamicAnchor`. A document without a version has the dialect of the first.
    pub fn add(&mut self, root: Node<'a>, address: Option<Url>, has_ids: bool) -> Result<usize> {
        self.add_retrieved(root, &DocumentSource { url: address, retrieved_from: None }, has_ids)
    }

    /// Adds a document that was retrieved from another URL, after a redirect. Relative references start
    /// from that URL.
    pub fn add_retrieved(
        &mut self,
        root: Node<'a>,
        source: &DocumentSource<'_>,
        has_ids: bool,
    ) -> Result<usize> {
        let number = self.documents.len();
        let own = Dialect::of(root)?;
        let Some(dialect) = own.or_else(|| self.documents.first().map(|first| first.dialect)) else {
            return Err(Error::InvalidSpec {
                pointer: String::new(),
                reason: match root {
                    Node::Object(_) => {
                        "the key \"openapi\" or \"swagger\" is missing: this is not an OpenAPI document"
                            .to_owned()
                    }
                    other => format!("an OpenAPI document is a map, and this is {}", other.kind()),
                },
            });
        };
        let mut document = SchemaDocument::new(root, dialect, source, has_ids);
        document.is_whole = own.is_some();
        document.shown = self.shown(document.address.as_ref());
        if let Some(address) = &document.address {
            self.by_address.insert(address.clone(), Ok(number));
        }
        if let Some(own) = &document.base {
            self.by_self.entry(own.clone()).or_insert(number);
        }
        self.documents.push(document);
        Ok(number)
    }

    /// Marks the document of a URL as unavailable.
    pub fn mark_unavailable(&mut self, address: &Url, error: Error) {
        self.by_address.entry(normalize_url(address)).or_insert(Err(error));
    }

    /// Returns the URLs of referenced documents that the set neither has nor marks as unavailable.
    /// `outward` are the references to other documents.
    pub fn missing_documents(&self, document: usize, outward: &[&'a str]) -> Vec<Url> {
        let mut wanted = self.documents[document].leads_to(outward);
        let is_named = |address: &Url| {
            self.documents.iter().any(|one| one.has_ids && one.resources().at(address).is_some())
        };
        wanted.retain(|address| {
            let is_known = self.by_address.contains_key(address) || self.by_self.contains_key(address);
            !is_known && !is_named(address)
        });
        wanted
    }

    /// Returns the URLs that a document references before it is in a set. Fails if its dialect is
    /// unsupported.
    pub fn outward_references(
        root: Node<'a>,
        address: Url,
        has_ids: bool,
        outward: &[&'a str],
    ) -> Result<Vec<Url>> {
        let dialect = Dialect::of(root)?.unwrap_or(Dialect::JsonSchema202012);
        let source = &DocumentSource { url: Some(address), retrieved_from: None };
        Ok(SchemaDocument::new(root, dialect, source, has_ids).leads_to(outward))
    }

    /// Returns the root of a document.
    pub fn root(&self, document: usize) -> LocatedNode<'a> {
        self.located(self.documents[document].root, document, "")
    }

    pub(super) const fn located(&self, node: Node<'a>, document: usize, pointer: &'a str) -> LocatedNode<'a> {
        LocatedNode { node, location: Location { document, pointer }, arena: self.arena }
    }

    /// Returns the dialect of a document.
    pub fn dialect(&self, document: usize) -> Dialect {
        self.documents[document].dialect
    }

    /// Returns true for the root of an API document, which is no schema.
    pub fn is_api_document(&self, location: Location<'_>) -> bool {
        location.pointer.is_empty() && self.documents[location.document].is_whole
    }

    /// Returns the pointer of a location for reports, after the name of its document unless that is the
    /// first.
    pub fn display_location<'p>(&self, location: Location<'p>) -> Cow<'p, str> {
        match self.documents[location.document].shown.as_str() {
            "" => location.pointer.into(),
            shown => format!("{shown}#{}", location.pointer).into(),
        }
    }

    /// Returns the value at a location.
    pub fn node_at(&self, location: Location<'_>) -> Option<Node<'a>> {
        self.documents[location.document].root.pointer(location.pointer)
    }

    /// Returns the report prefix of a document: its URL, relative to the first document if possible.
    fn shown(&self, address: Option<&Url>) -> String {
        match (self.documents.first(), address) {
            (None, _) => String::new(),
            (Some(_), None) => format!("document {}", self.documents.len()),
            (Some(first), Some(address)) => first
                .address
                .as_ref()
                .and_then(|base| base.make_relative(address))
                .unwrap_or_else(|| address.to_string()),
        }
    }
}
