//! The documents that references lead to, and where each of them leads.

use std::cell::{OnceCell, RefCell};
use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use percent_encoding::percent_decode_str;
use url::Url;

use super::Dialect;
use crate::error::{Error, Result};
use crate::json::{Node, Path, pointer};

/// References that lead to references, one after the other, before a circle is looked for.
const HOPS: usize = 16;
/// References in one chain, none of which may stand twice.
const LONGEST_CHAIN: usize = 100_000;

/// A place in one of the documents.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Place {
    /// Which document: the number it was put into the library with. The first is 0.
    pub document: usize,
    /// Where in it.
    pub pointer: String,
}

/// A value and where it stands.
#[derive(Clone, Debug)]
pub struct Spot<'a> {
    /// The value.
    pub node: Node<'a>,
    /// Where it stands.
    pub place: Rc<Place>,
}

/// One document of a library.
struct Document<'a> {
    root: Node<'a>,
    dialect: Dialect,
    /// What relative references in it are relative to.
    base: Option<Url>,
    /// What stands before a pointer into it; nothing for the first.
    shown: String,
    /// Whether schemas in it have names of their own.
    has_ids: bool,
    ids: OnceCell<Ids<'a>>,
}

/// The schemas of a document that have a name.
#[derive(Default)]
struct Ids<'a> {
    /// `$anchor` and `$dynamicAnchor`.
    anchors: HashMap<&'a str, Vec<String>>,
    /// `$id`, resolved.
    resources: HashMap<String, String>,
}

/// A document and the ones it refers to, each read once.
#[derive(Default)]
pub struct Library<'a> {
    documents: Vec<Document<'a>>,
    /// By the address that references have for it: which document, or why there is none.
    by_address: HashMap<String, Result<usize>>,
    found: RefCell<HashMap<(usize, &'a str), Spot<'a>>>,
}

impl<'a> Library<'a> {
    /// Puts a document in. `address` is where it was read, `has_ids` whether `$id`, `$anchor` or `$dynamicAnchor` stands
    /// anywhere in it. A document that says no version speaks the dialect of the first.
    pub fn add(&mut self, root: Node<'a>, address: Option<Url>, has_ids: bool) -> Result<usize> {
        let number = self.documents.len();
        let own = Dialect::of(root)?;
        let dialect = match (own, self.documents.first()) {
            (Some(own), _) => own,
            (None, Some(first)) => first.dialect,
            (None, None) => {
                return Err(Error::InvalidSpec {
                    pointer: String::new(),
                    reason: match root {
                        Node::Object(_) => {
                            "there is no \"openapi\" or \"swagger\" key: this is no OpenAPI document"
                                .to_owned()
                        }
                        other => format!("an OpenAPI document is a map, this is {}", other.kind()),
                    },
                });
            }
        };
        let shown = self.shown(address.as_ref());
        // OpenAPI 3.2, "$self": the document's own address comes before the one it was read from.
        let own = root.text("$self").and_then(|own| match &address {
            Some(address) => address.join(own).ok(),
            None => Url::parse(own).ok(),
        });
        for address in address.iter().chain(&own) {
            self.by_address.insert(without_fragment(address), Ok(number));
        }
        self.documents.push(Document {
            root,
            dialect,
            base: own.or(address),
            shown,
            has_ids,
            ids: OnceCell::new(),
        });
        Ok(number)
    }

    /// Says that the document at an address cannot be had, and why.
    pub fn lack(&mut self, address: &Url, error: Error) {
        self.by_address.insert(without_fragment(address), Err(error));
    }

    /// The address that a reference of a document leads to, where it leads out of it to a document that the library
    /// neither has nor knows to lack.
    pub fn wanted(&self, document: usize, reference: &str) -> Option<Url> {
        let address = self.address(document, reference.split('#').next()?)?;
        let is_new = !self.by_address.contains_key(&without_fragment(&address));
        (is_new && !self.documents.iter().any(|one| one.has_ids && Self::ids(one).knows(&address)))
            .then_some(address)
    }

    /// A document's root.
    pub fn root(&self, document: usize) -> Spot<'a> {
        Spot {
            node: self.documents[document].root,
            place: Rc::new(Place { document, pointer: String::new() }),
        }
    }

    /// What the schemas of a document are written in.
    pub fn dialect(&self, document: usize) -> Dialect {
        self.documents[document].dialect
    }

    /// A place as reports show it: a pointer, behind the name of the document where that is not the first.
    pub fn show(&self, place: &Place) -> String {
        match self.documents[place.document].shown.as_str() {
            "" => place.pointer.clone(),
            shown => format!("{shown}#{}", place.pointer),
        }
    }

    /// The value at a place.
    pub fn at(&self, place: &Place) -> Option<Node<'a>> {
        self.documents[place.document].root.pointer(&place.pointer)
    }

    /// The value that a value stands for: itself, or what its `$ref` leads to.
    pub fn follow(&self, spot: Spot<'a>) -> Result<Spot<'a>> {
        match spot.node.get("$ref") {
            Some(Node::String(reference)) => self
                .resolve(spot.place.document, reference, || pointer::push(&self.show(&spot.place), "$ref")),
            Some(other) => Err(Error::UnresolvedRef {
                pointer: pointer::push(&self.show(&spot.place), "$ref"),
                reference: other.to_value().to_string(),
                reason: "is not a text".to_owned(),
            }),
            None => Ok(spot),
        }
    }

    /// The value that a reference in a document leads to, through values that are nothing but references. `at` is where
    /// it stands, as [`Library::show`] shows it.
    pub fn resolve(&self, document: usize, reference: &'a str, at: impl Fn() -> String) -> Result<Spot<'a>> {
        if let Some(known) = self.found.borrow().get(&(document, reference)) {
            return Ok(known.clone());
        }
        let (mut from, mut next) = (document, reference);
        let mut seen = HashSet::new();
        for hop in 0..LONGEST_CHAIN {
            let spot = self.step(from, next, reference, &at)?;
            let Some(further) = alone(spot.node) else {
                self.found.borrow_mut().insert((document, reference), spot.clone());
                return Ok(spot);
            };
            if hop >= HOPS && !seen.insert((from, next)) {
                break;
            }
            (from, next) = (spot.place.document, further);
        }
        Err(unresolved(reference, &at, "leads in a circle"))
    }

    /// The one schema that a dynamic reference can mean: the only one with that `$dynamicAnchor`.
    pub fn dynamic(&self, document: usize, reference: &'a str, at: impl Fn() -> String) -> Result<Spot<'a>> {
        let Some(name) = reference.strip_prefix('#').filter(|name| !name.is_empty() && !name.contains('/'))
        else {
            return self.resolve(document, reference, at);
        };
        let holders: usize = self
            .documents
            .iter()
            .filter(|document| document.has_ids)
            .map(|document| Self::ids(document).anchors.get(name).map_or(0, Vec::len))
            .sum();
        if holders > 1 {
            return Err(unresolved(reference, &at, "can mean more than one schema, which is not supported"));
        }
        self.resolve(document, reference, at)
    }

    /// The schema that `$recursiveRef: "#"` of draft 2019-09 means at a place: the nearest around it that says
    /// `$recursiveAnchor`, or has an `$id`.
    pub fn recursive(&self, document: usize, at: impl Fn() -> String) -> Result<Spot<'a>> {
        let shown = at();
        let own = shown.rsplit_once('#').map_or(shown.as_str(), |(_, own)| own);
        let root = self.documents[document].root;
        let around = own.match_indices('/').rev().map(|(end, _)| &own[..end]);
        let is_anchor = |node: &Node<'_>| node.flag("$recursiveAnchor") || node.get("$id").is_some();
        let mut found = around.filter_map(|place| Some((place, root.pointer(place).filter(is_anchor)?)));
        match found.next() {
            Some((place, node)) => {
                Ok(Spot { node, place: Rc::new(Place { document, pointer: place.to_owned() }) })
            }
            None => Err(unresolved("#", &at, "stands in no schema that says \"$recursiveAnchor\"")),
        }
    }

    fn step(
        &self,
        from: usize,
        reference: &'a str,
        written: &str,
        at: &impl Fn() -> String,
    ) -> Result<Spot<'a>> {
        let (target, fragment) = reference.split_once('#').unwrap_or((reference, ""));
        let fragment = percent_decode_str(fragment)
            .decode_utf8()
            .map_err(|_| unresolved(written, at, "is not UTF-8 after decoding"))?;
        let (document, resource) = if target.is_empty() {
            (from, None)
        } else {
            self.target(from, target, || unresolved(written, at, "leads to a document that has no address"))?
        };
        let holder = &self.documents[document];
        let inside = |resource: &str| {
            let node = holder.root.pointer(resource)?.pointer(&fragment)?;
            Some((format!("{resource}{fragment}"), node))
        };
        let found = if fragment.is_empty() || fragment.starts_with('/') {
            match resource {
                Some(resource) => inside(&resource),
                None => inside("").or_else(|| {
                    // In a schema with an `$id` of its own a pointer starts there.
                    let at = at();
                    let own = at.rsplit_once('#').map_or(at.as_str(), |(_, own)| own);
                    let above = own.match_indices('/').rev().map(|(end, _)| &own[..end]);
                    let mut above = above.filter(|above| {
                        holder.has_ids
                            && holder.root.pointer(above).is_some_and(|node| node.get("$id").is_some())
                    });
                    above.find_map(inside)
                }),
            }
        } else {
            let places = if holder.has_ids { Self::ids(holder).anchors.get(&*fragment) } else { None };
            places.and_then(|places| places.first()).and_then(|place| inside_of(holder.root, place))
        };
        match found {
            Some((pointer, node)) => Ok(Spot { node, place: Rc::new(Place { document, pointer }) }),
            None => Err(unresolved(written, at, "leads nowhere")),
        }
    }

    /// The document of an address, and where in it the schema begins that bears the address.
    fn target(
        &self,
        from: usize,
        target: &str,
        nowhere: impl Fn() -> Error,
    ) -> Result<(usize, Option<String>)> {
        let address = self.address(from, target).ok_or_else(&nowhere)?;
        let key = without_fragment(&address);
        let resource = self.documents.iter().enumerate().filter(|(_, document)| document.has_ids).find_map(
            |(number, document)| {
                let place = Self::ids(document).resources.get(&key)?;
                Some((number, Some(place.clone())))
            },
        );
        match (resource, self.by_address.get(&key)) {
            (Some(resource), _) => Ok(resource),
            (None, Some(known)) => known.clone().map(|number| (number, None)),
            (None, None) => Err(nowhere()),
        }
    }

    fn address(&self, from: usize, target: &str) -> Option<Url> {
        match &self.documents[from].base {
            Some(base) => base.join(target).ok(),
            None => Url::parse(target).ok(),
        }
    }

    fn ids<'d>(document: &'d Document<'a>) -> &'d Ids<'a> {
        document.ids.get_or_init(|| {
            let mut ids = Ids::default();
            ids.collect(document.root, &Path::at(""), document.base.as_ref());
            ids
        })
    }

    /// What stands before pointers into a document: its address, from where the first one stands if that can be.
    fn shown(&self, address: Option<&Url>) -> String {
        match (self.documents.first(), address) {
            (None, _) => String::new(),
            (Some(_), None) => format!("document {}", self.documents.len()),
            (Some(first), Some(address)) => first
                .base
                .as_ref()
                .and_then(|base| base.make_relative(address))
                .unwrap_or_else(|| address.to_string()),
        }
    }
}

impl<'a> Ids<'a> {
    fn collect(&mut self, node: Node<'a>, path: &Path<'_>, base: Option<&Url>) {
        match node {
            Node::Object(object) => {
                let own = node.text("$id").and_then(|id| match base {
                    Some(base) => base.join(id).ok(),
                    None => Url::parse(id).ok(),
                });
                if let Some(own) = &own {
                    self.resources.insert(without_fragment(own), path.pointer());
                }
                for anchor in ["$anchor", "$dynamicAnchor"].iter().filter_map(|key| node.text(key)) {
                    let places = self.anchors.entry(anchor).or_default();
                    let place = path.pointer();
                    if !places.contains(&place) {
                        places.push(place);
                    }
                }
                for (key, node) in object.iter() {
                    self.collect(node, &path.key(key), own.as_ref().or(base));
                }
            }
            Node::Array(items) => {
                for (index, item) in items.iter().enumerate() {
                    self.collect(*item, &path.index(index), base);
                }
            }
            _ => {}
        }
    }

    fn knows(&self, address: &Url) -> bool {
        self.resources.contains_key(&without_fragment(address))
    }
}

fn inside_of<'a>(root: Node<'a>, place: &str) -> Option<(String, Node<'a>)> {
    Some((place.to_owned(), root.pointer(place)?))
}

/// The reference of a map that holds nothing else.
fn alone(node: Node<'_>) -> Option<&str> {
    let object = node.as_object()?;
    if object.len() == 1 { object.get("$ref")?.as_str() } else { None }
}

fn without_fragment(address: &Url) -> String {
    let mut address = address.clone();
    address.set_fragment(None);
    address.into()
}

fn unresolved(reference: &str, at: &impl Fn() -> String, reason: &str) -> Error {
    Error::UnresolvedRef { pointer: at(), reference: reference.to_owned(), reason: reason.to_owned() }
}

impl<'a> Spot<'a> {
    /// The value under a key here, where there is one.
    pub fn key(&self, key: &str) -> Option<Self> {
        let node = self.node.get(key)?;
        Some(Self { node, place: self.place.below(key) })
    }

    /// The items of a list here.
    pub fn items(&self) -> impl Iterator<Item = Self> + use<'_, 'a> {
        let places = self.node.items().enumerate();
        places.map(|(index, node)| Self { node, place: self.place.below(&index.to_string()) })
    }
}

impl Place {
    /// The place of a member.
    fn below(&self, key: &str) -> Rc<Self> {
        Rc::new(Self { document: self.document, pointer: pointer::push(&self.pointer, key) })
    }
}
