//! The documents that references lead to, and where each of them leads.

use std::borrow::Cow;
use std::cell::{OnceCell, RefCell};

use percent_encoding::percent_decode_str;
use url::Url;

use super::document_url::normalize_url;
use super::located_node::{LocatedNode, Location};
use super::schema_resources::{SchemaResources, joined};
use crate::error::{Error, Result};
use crate::json::{Arena, HashMap, HashSet, Node, pointer};
use crate::schema::dialect::Dialect;
use crate::unicode::HiddenUnicode;

/// References that lead to references, one after the other, before a circle is looked for.
const HOPS: usize = 16;

/// One document of a library.
struct SchemaDocument<'a> {
    root: Node<'a>,
    dialect: Dialect,
    /// Whether it says which version of OpenAPI it is written in: a part of another document does not.
    is_whole: bool,
    /// Where it was read.
    address: Option<Url>,
    /// What relative references in it are relative to.
    base: Option<Url>,
    /// What stands before a pointer into it; nothing for the first.
    shown: String,
    /// Whether schemas in it have names of their own.
    has_ids: bool,
    resources: OnceCell<SchemaResources<'a>>,
}

/// A document and the ones it refers to, each read once.
pub struct DocumentSet<'a> {
    arena: &'a Arena,
    documents: Vec<SchemaDocument<'a>>,
    /// By the address where it was read: which document, or why there is none.
    by_address: HashMap<Url, Result<usize>>,
    /// By the address that a document says is its own.
    by_self: HashMap<Url, usize>,
    found: RefCell<HashMap<ReferenceLink<'a>, Result<LocatedNode<'a>, ReferenceFault>>>,
    hidden_unicode: HiddenUnicode,
}

/// A reference, and the document and resource that it stands in.
type ReferenceLink<'a> = (usize, usize, &'a str);

/// Why a reference leads to nothing.
#[derive(Clone)]
pub(in crate::schema) enum ReferenceFault {
    /// Nothing can stand there, whatever is read.
    Nowhere(&'static str),
    /// No file was read for it.
    Unread(&'static str),
    /// The file that it leads to cannot be had.
    Lacking(Error),
}

const NOWHERE: ReferenceFault = ReferenceFault::Nowhere("leads nowhere");
const CIRCLE: ReferenceFault = ReferenceFault::Nowhere("leads in a circle");

impl<'a> DocumentSet<'a> {
    /// A library without any document. What is made of its documents is kept in `arena`.
    pub fn new(arena: &'a Arena) -> Self {
        let (by_address, by_self, found) = (HashMap::default(), HashMap::default(), RefCell::default());
        let hidden_unicode = HiddenUnicode::Keep;
        Self { arena, documents: Vec::new(), by_address, by_self, found, hidden_unicode }
    }

    /// Says what becomes of hidden characters in what models read of its documents. By default they are not looked for.
    pub const fn set_hidden_unicode(&mut self, hidden_unicode: HiddenUnicode) {
        self.hidden_unicode = hidden_unicode;
    }

    /// What becomes of hidden characters in what models read of its documents.
    pub const fn hidden_unicode(&self) -> HiddenUnicode {
        self.hidden_unicode
    }

    /// Where what is made of its documents is kept.
    pub const fn arena(&self) -> &'a Arena {
        self.arena
    }

    /// Puts a document in. `address` is where it was read, `has_ids` whether `$id`, `$anchor` or `$dynamicAnchor` stands
    /// anywhere in it. A document that says no version speaks the dialect of the first.
    pub fn add(&mut self, root: Node<'a>, address: Option<Url>, has_ids: bool) -> Result<usize> {
        self.add_retrieved(root, address, None, has_ids)
    }

    /// Puts a document in that was found elsewhere than at its address: relative references in it start from there.
    pub fn add_retrieved(
        &mut self,
        root: Node<'a>,
        address: Option<Url>,
        found: Option<&Url>,
        has_ids: bool,
    ) -> Result<usize> {
        let number = self.documents.len();
        let own = Dialect::of(root)?;
        let Some(dialect) = own.or_else(|| self.documents.first().map(|first| first.dialect)) else {
            return Err(Error::InvalidSpec {
                pointer: String::new(),
                reason: match root {
                    Node::Object(_) => {
                        "there is no \"openapi\" or \"swagger\" key: this is no OpenAPI document".to_owned()
                    }
                    other => format!("an OpenAPI document is a map, this is {}", other.kind()),
                },
            });
        };
        let mut document = SchemaDocument::new(root, dialect, address, found, has_ids);
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

    /// Says that the document at an address cannot be had, and why.
    pub fn mark_unavailable(&mut self, address: &Url, error: Error) {
        self.by_address.entry(normalize_url(address)).or_insert(Err(error));
    }

    /// The addresses that references of a document lead to and that the library neither has nor knows to lack.
    /// `outward` are the references that lead out of it.
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

    /// The addresses that references of a document lead to which is in no library yet; the error is why it could not be
    /// put into one.
    pub fn outward_references(
        root: Node<'a>,
        address: Url,
        has_ids: bool,
        outward: &[&'a str],
    ) -> Result<Vec<Url>> {
        let dialect = Dialect::of(root)?.unwrap_or(Dialect::JsonSchema202012);
        Ok(SchemaDocument::new(root, dialect, Some(address), None, has_ids).leads_to(outward))
    }

    /// A document's root.
    pub fn root(&self, document: usize) -> LocatedNode<'a> {
        self.spot(self.documents[document].root, document, "")
    }

    const fn spot(&self, node: Node<'a>, document: usize, pointer: &'a str) -> LocatedNode<'a> {
        LocatedNode { node, place: Location { document, pointer }, arena: self.arena }
    }

    /// What the schemas of a document are written in.
    pub fn dialect(&self, document: usize) -> Dialect {
        self.documents[document].dialect
    }

    /// Whether a place is that of a whole API document, which is no schema.
    pub fn is_api_document(&self, place: Location<'_>) -> bool {
        place.pointer.is_empty() && self.documents[place.document].is_whole
    }

    /// A place as reports show it: a pointer, behind the name of the document where that is not the first.
    pub fn display_location<'p>(&self, place: Location<'p>) -> Cow<'p, str> {
        match self.documents[place.document].shown.as_str() {
            "" => place.pointer.into(),
            shown => format!("{shown}#{}", place.pointer).into(),
        }
    }

    /// The value at a place.
    pub fn node_at(&self, place: Location<'_>) -> Option<Node<'a>> {
        self.documents[place.document].root.pointer(place.pointer)
    }

    /// What a value refers to, where it is a reference.
    pub fn reference_target(&self, spot: &LocatedNode<'a>) -> Result<Option<LocatedNode<'a>>> {
        let at = || pointer::push(&self.display_location(spot.place), "$ref");
        match spot.node.get("$ref") {
            Some(Node::String(reference)) => {
                self.resolve_reference(spot.place.document, reference, at).map(Some)
            }
            Some(other) => Err(Error::UnresolvedRef {
                pointer: at(),
                reference: other.to_value().to_string(),
                reason: "is not a text".to_owned(),
            }),
            None => Ok(None),
        }
    }

    /// The value that a value stands for: itself, or what it refers to, whatever stands beside the reference.
    pub fn follow_references(&self, spot: LocatedNode<'a>) -> Result<LocatedNode<'a>> {
        let mut spot = spot;
        for _ in 0..HOPS {
            match self.reference_target(&spot)? {
                Some(target) => spot = target,
                None => return Ok(spot),
            }
        }
        let reference = spot.node.text("$ref").unwrap_or_default();
        Err(CIRCLE.told(reference, pointer::push(&self.display_location(spot.place), "$ref")))
    }

    /// The value that a reference in a document leads to, through values that are nothing but references. `at` is where
    /// it stands, as [`DocumentSet::show`] shows it.
    pub fn resolve_reference(
        &self,
        document: usize,
        reference: &'a str,
        at: impl Fn() -> String,
    ) -> Result<LocatedNode<'a>> {
        self.find_reference(document, reference, &at).map_err(|fault| fault.told(reference, at()))
    }

    /// As [`DocumentSet::resolve`], with the fault as it is.
    pub(in crate::schema) fn find_reference(
        &self,
        document: usize,
        reference: &'a str,
        at: &impl Fn() -> String,
    ) -> Result<LocatedNode<'a>, ReferenceFault> {
        let holder = &self.documents[document];
        let resource = if holder.has_ids { holder.resources().around(holder.own(&at())) } else { 0 };
        self.chase((document, resource, reference))
    }

    /// The one schema that a dynamic reference can mean: the only one with that `$dynamicAnchor`.
    pub fn resolve_dynamic_reference(
        &self,
        document: usize,
        reference: &'a str,
        at: impl Fn() -> String,
    ) -> Result<LocatedNode<'a>> {
        let name = reference.split_once('#').map_or("", |(_, name)| name);
        let with_names = self.documents.iter().filter(|document| document.has_ids);
        if with_names.map(|document| document.resources().dynamic(name)).sum::<usize>() > 1 {
            let fault = ReferenceFault::Nowhere("can mean more than one schema, which is not supported");
            return Err(fault.told(reference, at()));
        }
        self.resolve_reference(document, reference, at)
    }

    /// The schema that `$recursiveRef: "#"` of draft 2019-09 means at a place: the nearest around it that says
    /// `$recursiveAnchor`, or has an `$id`.
    pub fn resolve_recursive_reference(
        &self,
        document: usize,
        at: impl Fn() -> String,
    ) -> Result<LocatedNode<'a>> {
        let shown = at();
        let own = shown.rsplit_once('#').map_or(shown.as_str(), |(_, own)| own);
        let root = self.documents[document].root;
        let around = own.match_indices('/').rev().map(|(end, _)| &own[..end]);
        let is_anchor = |node: &Node<'_>| node.flag("$recursiveAnchor") || node.get("$id").is_some();
        let mut found = around.filter_map(|place| Some((place, root.pointer(place).filter(is_anchor)?)));
        if let Some((place, node)) = found.next() {
            return Ok(self.spot(node, document, self.arena.text(place)));
        }
        let fault = ReferenceFault::Nowhere("stands in no schema that says \"$recursiveAnchor\"");
        Err(fault.told("#", shown))
    }

    /// Follows a chain. Its end is kept for each link: many may enter a long chain at different places.
    fn chase(&self, first: ReferenceLink<'a>) -> Result<LocatedNode<'a>, ReferenceFault> {
        let (mut links, mut seen, mut next) = (Vec::new(), HashSet::default(), first);
        let end = loop {
            if let Some(known) = self.found.borrow().get(&next) {
                break known.clone();
            }
            if links.len() >= HOPS && !seen.insert(next) {
                break Err(CIRCLE);
            }
            links.push(next);
            match self.step(next) {
                Ok(spot) => match alone(spot.node) {
                    Some(further) => {
                        let holder = &self.documents[spot.place.document];
                        let pointer = &spot.place.pointer;
                        let resource = if holder.has_ids { holder.resources().around(pointer) } else { 0 };
                        next = (spot.place.document, resource, further);
                    }
                    None => break Ok(spot),
                },
                Err(fault) => break Err(fault),
            }
        };
        self.found.borrow_mut().extend(links.into_iter().map(|link| (link, end.clone())));
        end
    }

    fn step(&self, (from, within, reference): ReferenceLink<'a>) -> Result<LocatedNode<'a>, ReferenceFault> {
        let (target, fragment) = reference.split_once('#').unwrap_or((reference, ""));
        let fragment = percent_decode_str(fragment)
            .decode_utf8()
            .map_err(|_| ReferenceFault::Nowhere("is not UTF-8 after decoding"))?;
        let (document, resource) =
            if target.is_empty() { (from, within) } else { self.addressed(from, within, target)? };
        let holder = &self.documents[document];
        let inside = |place: &str| {
            let pointer = self.arena.joined(&[place, &fragment]);
            Some((holder.root.pointer(pointer)?, pointer))
        };
        let found = if fragment.is_empty() || fragment.starts_with('/') {
            let place = if holder.has_ids { holder.resources().place(resource) } else { "" };
            // Publishers give schemas an `$id` and still count from the root of the document.
            inside(place).or_else(|| if target.is_empty() { inside("") } else { None })
        } else if holder.has_ids {
            let place = holder.resources().anchor(resource, &fragment);
            place.and_then(|place| Some((holder.root.pointer(place)?, self.arena.text(place))))
        } else {
            None
        };
        let (node, pointer) = found.ok_or(NOWHERE)?;
        Ok(self.spot(node, document, pointer))
    }

    /// The document of an address, and the resource in it that bears the address.
    fn addressed(&self, from: usize, within: usize, target: &str) -> Result<(usize, usize), ReferenceFault> {
        let holder = &self.documents[from];
        let base = if holder.has_ids { holder.resources().base(within) } else { holder.base.as_ref() };
        let address = joined(base, target).ok_or(match base {
            Some(_) => ReferenceFault::Nowhere("is no address"),
            None => ReferenceFault::Unread("is relative to the document, which has no address"),
        })?;
        if !holder.may_name(&address) {
            let (location, reason) =
                (address.to_string(), "a document that is no file refers to no file".to_owned());
            return Err(ReferenceFault::Lacking(Error::SourceForbidden { location, reason }));
        }
        // What stands at an address comes before what says that it does.
        let read = self.by_address.get(&address);
        if let Some(Ok(number)) = read {
            return Ok((*number, 0));
        }
        let mut with_names = self.documents.iter().enumerate().filter(|(_, document)| document.has_ids);
        let named = with_names.find_map(|(number, one)| Some((number, one.resources().at(&address)?)));
        match (named.or_else(|| Some((*self.by_self.get(&address)?, 0))), read) {
            (Some(named), _) => Ok(named),
            (None, Some(Err(error))) => Err(ReferenceFault::Lacking(error.clone())),
            (None, _) => Err(ReferenceFault::Unread("leads to a document that was not read")),
        }
    }

    /// What stands before pointers into a document: its address, from where the first one stands if that can be.
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

impl<'a> SchemaDocument<'a> {
    fn new(
        root: Node<'a>,
        dialect: Dialect,
        address: Option<Url>,
        found: Option<&Url>,
        has_ids: bool,
    ) -> Self {
        let address = address.map(|address| normalize_url(&address));
        let found = found.map(normalize_url).or_else(|| address.clone());
        // OpenAPI 3.2, "$self": the document's own address comes before the one it was read from.
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

    fn resources(&self) -> &SchemaResources<'a> {
        self.resources.get_or_init(|| SchemaResources::of(self.root, self.base.as_ref()))
    }

    /// Where its references lead, each address once.
    fn leads_to(&self, outward: &[&'a str]) -> Vec<Url> {
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

    /// What came over the network does not reach into the files of this machine.
    fn may_name(&self, address: &Url) -> bool {
        address.scheme() != "file" || self.address.as_ref().is_none_or(|own| own.scheme() == "file")
    }

    /// A pointer into this document, of one as reports show it.
    fn own<'s>(&self, shown: &'s str) -> &'s str {
        let own = shown.strip_prefix(self.shown.as_str()).and_then(|rest| rest.strip_prefix('#'));
        if self.shown.is_empty() { shown } else { own.unwrap_or(shown) }
    }
}

impl ReferenceFault {
    pub(in crate::schema) fn told(self, reference: &str, pointer: String) -> Error {
        let reference = reference.to_owned();
        match self {
            Self::Nowhere(reason) | Self::Unread(reason) => {
                Error::UnresolvedRef { pointer, reference, reason: reason.to_owned() }
            }
            Self::Lacking(error) => Error::UnusableRef { pointer, reference, error: Box::new(error) },
        }
    }
}

/// The reference of a map that holds nothing else.
fn alone(node: Node<'_>) -> Option<&str> {
    let object = node.as_object()?;
    if object.len() == 1 { object.get("$ref")?.as_str() } else { None }
}
