//! Schema resources: schemas with `$id`, `$anchor` or `$dynamicAnchor`.
//!
//! A schema with `$id` is a document of its own: references start from its URL, pointers from its root, and
//! it owns its anchors. Source: JSON Schema 2020-12, Core, section 8.2.

use url::Url;

use super::document_url::normalize_url;
use crate::json::{HashMap, Node, Path};

/// Schema resources of one document.
pub(in crate::schema) struct SchemaResources<'a> {
    /// The document, and each schema with an `$id`.
    list: Vec<SchemaResource>,
    by_place: HashMap<String, usize>,
    by_address: HashMap<Url, usize>,
    /// Anchors: resource and pointer, by name.
    anchors: HashMap<&'a str, Vec<(usize, String)>>,
    /// Number of `$dynamicAnchor`s by name.
    dynamic: HashMap<&'a str, usize>,
    /// URLs referenced outside of their resource.
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

    /// Returns the resource of an object, and registers an `$id`. In draft 7 an `$id` that is a fragment is
    /// an anchor.
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

    /// Returns the resource that contains a pointer.
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

    /// Returns the resource with a URL.
    pub fn at(&self, address: &Url) -> Option<usize> {
        self.by_address.get(address).copied()
    }

    /// Returns the pointer of an anchor: in the resource, or the only one in the document.
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

/// Resolves a reference against a base URL. Returns `None` if the result is no URL.
pub(in crate::schema) fn joined(base: Option<&Url>, reference: &str) -> Option<Url> {
    let target = reference.split('#').next()?;
    let address = match base {
        Some(base) => base.join(target).ok()?,
        None => Url::parse(target).ok()?,
    };
    Some(normalize_url(&address))
}
