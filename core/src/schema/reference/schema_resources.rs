//! The schemas of a document that have names of their own: `$id`, `$anchor`, `$dynamicAnchor`.
//!
//! A schema with an `$id` is a document within the document: references in it start from its address, pointers from its
//! root, and its anchors are its own. Source: JSON Schema 2020-12, Core, section 8.2.

use url::Url;

use super::document_url::normalize_url;
use crate::json::{HashMap, Node, Path};

/// The named schemas of one document.
pub(in crate::schema) struct SchemaResources<'a> {
    /// The document itself, and each schema in it that has an `$id`.
    list: Vec<SchemaResource>,
    by_place: HashMap<String, usize>,
    by_address: HashMap<Url, usize>,
    /// By name: in which resource, and where in the document.
    anchors: HashMap<&'a str, Vec<(usize, String)>>,
    /// How many `$dynamicAnchor`s have a name.
    dynamic: HashMap<&'a str, usize>,
    /// Where the references lead that lead out of their resource.
    pub outward: Vec<Url>,
}

struct SchemaResource {
    place: String,
    base: Option<Url>,
}

impl<'a> SchemaResources<'a> {
    pub fn of(root: Node<'a>, base: Option<&Url>) -> Self {
        let mut resources = Self {
            list: vec![SchemaResource { place: String::new(), base: base.cloned() }],
            by_place: HashMap::from_iter([(String::new(), 0)]),
            by_address: HashMap::default(),
            anchors: HashMap::default(),
            dynamic: HashMap::default(),
            outward: Vec::new(),
        };
        resources.collect(root, &Path::at(""), 0);
        resources
    }

    fn collect(&mut self, node: Node<'a>, path: &Path<'_>, within: usize) {
        match node {
            Node::Object(object) => {
                let resource = self.enter(node, path, within);
                for (keyword, name) in ["$anchor", "$dynamicAnchor"].map(|key| (key, node.text(key))) {
                    let Some(name) = name else { continue };
                    self.name(name, resource, path);
                    if keyword == "$dynamicAnchor" {
                        *self.dynamic.entry(name).or_default() += 1;
                    }
                }
                let references = ["$ref", "$dynamicRef"].into_iter().filter_map(|keyword| node.text(keyword));
                for target in references.filter(|reference| !reference.starts_with('#')) {
                    self.outward.extend(joined(self.list[resource].base.as_ref(), target));
                }
                for (key, node) in object.iter() {
                    self.collect(node, &path.key(key), resource);
                }
            }
            Node::Array(items) => {
                for (index, item) in items.iter().enumerate() {
                    self.collect(*item, &path.index(index), within);
                }
            }
            _ => {}
        }
    }

    /// The resource that a map stands in: its own where it has an `$id`. One of draft 7 that is only a fragment is an
    /// anchor.
    fn enter(&mut self, node: Node<'a>, path: &Path<'_>, within: usize) -> usize {
        let Some(id) = node.text("$id") else { return within };
        if let Some(anchor) = id.strip_prefix('#') {
            self.name(anchor, within, path);
            return within;
        }
        let Some(base) = joined(self.base(within), id) else { return within };
        let place = path.pointer();
        let number = self.by_place.get(&place).copied().unwrap_or(self.list.len());
        self.by_address.entry(base.clone()).or_insert(number);
        let resource = SchemaResource { place: place.clone(), base: Some(base) };
        match self.list.get_mut(number) {
            Some(whole) => *whole = resource,
            None => self.list.push(resource),
        }
        self.by_place.insert(place, number);
        number
    }

    fn name(&mut self, anchor: &'a str, resource: usize, path: &Path<'_>) {
        let (places, place) = (self.anchors.entry(anchor).or_default(), (resource, path.pointer()));
        if places.last() != Some(&place) {
            places.push(place);
        }
    }

    /// The resource in which a place is.
    pub fn around(&self, pointer: &str) -> usize {
        let ends = pointer.match_indices('/').rev().map(|(end, _)| end);
        let mut places = std::iter::once(pointer.len()).chain(ends).map(|end| &pointer[..end]);
        places.find_map(|place| self.by_place.get(place)).copied().unwrap_or_default()
    }

    pub fn place(&self, resource: usize) -> &str {
        &self.list[resource].place
    }

    pub fn base(&self, resource: usize) -> Option<&Url> {
        self.list[resource].base.as_ref()
    }

    /// The resource that bears an address.
    pub fn at(&self, address: &Url) -> Option<usize> {
        self.by_address.get(address).copied()
    }

    /// The place of an anchor: that of the resource, or the only one of the document.
    pub fn anchor(&self, resource: usize, name: &str) -> Option<&str> {
        let places = self.anchors.get(name)?;
        let own = places.iter().find(|(holder, _)| *holder == resource);
        let only = || if let [one] = places.as_slice() { Some(one) } else { None };
        own.or_else(only).map(|(_, place)| place.as_str())
    }

    pub fn dynamic(&self, name: &str) -> usize {
        self.dynamic.get(name).copied().unwrap_or_default()
    }
}

/// The document that a reference leads to from a base, if that is an address at all.
pub(in crate::schema) fn joined(base: Option<&Url>, reference: &str) -> Option<Url> {
    let target = reference.split('#').next()?;
    let address = match base {
        Some(base) => base.join(target).ok()?,
        None => Url::parse(target).ok()?,
    };
    Some(normalize_url(&address))
}
