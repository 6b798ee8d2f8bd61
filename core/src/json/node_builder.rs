//! Document builder: creates [`Node`]s and enforces the limits on depth, values and bytes.

use super::{Arena, HashMap, HashSet, Node, NodeEntry, Object, Path};
use crate::error::{Error, Result};

/// How a duplicate key in an object is handled.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DuplicateKeyPolicy {
    /// The document is refused.
    #[default]
    Refuse,
    /// The last value wins, as in `JSON.parse`. Each duplicate is recorded.
    Last,
}

/// Limits of a document, and how duplicate keys are handled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DocumentBounds {
    /// Maximum nesting depth of objects and arrays.
    pub depth: usize,
    /// Maximum number of values. A YAML alias counts all values that it repeats.
    pub nodes: usize,
    /// Maximum bytes of strings and keys. A YAML alias counts all bytes that it repeats.
    pub bytes: usize,
    /// Maximum number of YAML aliases.
    pub aliases: usize,
    /// How a duplicate key is handled.
    pub duplicates: DuplicateKeyPolicy,
}

#[cfg(test)]
impl DocumentBounds {
    /// Bounds for the small texts of unit tests.
    pub(crate) const SMALL: Self =
        Self { depth: 8, nodes: 100, bytes: 9_999, aliases: 0, duplicates: DuplicateKeyPolicy::Refuse };
}

/// The size of a document, in values and bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DocumentSize {
    /// Number of values.
    pub nodes: usize,
    /// Bytes of strings and keys. Only the YAML reader counts them.
    pub bytes: usize,
}

impl DocumentSize {
    /// Returns the difference to an earlier size.
    #[must_use]
    pub const fn since(self, before: Self) -> Self {
        Self { nodes: self.nodes - before.nodes, bytes: self.bytes - before.bytes }
    }
}

/// A duplicate key under [`DuplicateKeyPolicy::Last`]: the pointer of its object, and the key.
pub type DuplicateKey = (String, String);

/// Maximum number of duplicate keys. A document with more is refused.
const FORGIVEN: usize = 1_000;

/// Builds the values of a document. Readers of all formats use it, so that the same limits hold for each.
#[derive(Debug)]
pub struct NodeBuilder<'a> {
    arena: &'a Arena,
    bounds: DocumentBounds,
    left: usize,
    bytes_left: usize,
    items: Vec<Node<'a>>,
    entries: Vec<NodeEntry<'a>>,
    /// Duplicate keys, in document order.
    pub twice: Vec<DuplicateKey>,
    /// References (`$ref`, `$dynamicRef`) to other documents.
    pub outward: Vec<&'a str>,
    /// True if the document has an `$id`, `$anchor` or `$dynamicAnchor`.
    pub has_ids: bool,
}

impl<'a> NodeBuilder<'a> {
    /// Creates a builder that allocates in `arena`.
    pub const fn new(arena: &'a Arena, bounds: DocumentBounds) -> Self {
        Self {
            arena,
            bounds,
            left: bounds.nodes,
            bytes_left: bounds.bytes,
            items: Vec::new(),
            entries: Vec::new(),
            twice: Vec::new(),
            outward: Vec::new(),
            has_ids: false,
        }
    }

    /// Returns the limits.
    pub const fn bounds(&self) -> &DocumentBounds {
        &self.bounds
    }

    /// Counts values at a nesting depth. Fails when a limit is exceeded.
    pub const fn count_values(&mut self, depth: usize, count: usize) -> Result<()> {
        if depth > self.bounds.depth {
            return Err(Error::LimitExceeded { what: "document depth", limit: self.bounds.depth });
        }
        match self.left.checked_sub(count) {
            Some(left) => {
                self.left = left;
                Ok(())
            }
            None => Err(Error::LimitExceeded {
                what: "number of values in the document",
                limit: self.bounds.nodes,
            }),
        }
    }

    /// Counts bytes of strings and keys. Fails when the limit is exceeded.
    pub const fn count_bytes(&mut self, count: usize) -> Result<()> {
        match self.bytes_left.checked_sub(count) {
            Some(left) => {
                self.bytes_left = left;
                Ok(())
            }
            None => Err(Error::LimitExceeded {
                what: "number of document bytes, with repeats by aliases,",
                limit: self.bounds.bytes,
            }),
        }
    }

    /// Returns the size counted so far.
    pub const fn counted_size(&self) -> DocumentSize {
        DocumentSize { nodes: self.bounds.nodes - self.left, bytes: self.bounds.bytes - self.bytes_left }
    }

    /// Copies a string into the arena. For strings with escapes, which the document does not contain
    /// literally.
    pub fn text(&self, text: &str) -> &'a str {
        self.arena.text(text)
    }

    /// Marks the start of an array or object. [`NodeBuilder::list`] and [`NodeBuilder::object`] take the
    /// members pushed since.
    pub const fn mark(&self) -> (usize, usize) {
        (self.items.len(), self.entries.len())
    }

    /// Appends an item to the open array.
    pub fn push_item(&mut self, item: Node<'a>) {
        self.items.push(item);
    }

    /// Appends a member to the open object.
    pub fn push_entry(&mut self, key: &'a str, value: Node<'a>) {
        // References are collected here, where each key passes once. A separate pass takes as long as
        // reading a large document.
        if let (true, Node::String(text)) = (key.starts_with('$'), value) {
            match key {
                "$ref" | "$dynamicRef" if !text.starts_with('#') => self.outward.push(text),
                "$id" | "$anchor" | "$dynamicAnchor" => self.has_ids = true,
                _ => {}
            }
        }
        self.entries.push((key, value));
    }

    /// Returns the keys of the open object.
    pub fn keys(&self, mark: (usize, usize)) -> HashSet<&'a str> {
        self.entries[mark.1..].iter().map(|(key, _)| *key).collect()
    }

    /// Closes the array that began at `mark`.
    pub fn list(&mut self, mark: (usize, usize)) -> Node<'a> {
        let items = self.arena.list(&self.items[mark.0..]);
        self.items.truncate(mark.0);
        Node::Array(items)
    }

    /// Closes the object that began at `mark`. Fails with the index and the key of a duplicate.
    pub fn object(&mut self, mark: (usize, usize), path: &Path<'_>) -> Result<Node<'a>, (usize, &'a str)> {
        let mut made = Object::new(&self.entries[mark.1..], self.arena);
        if made.is_err() && self.bounds.duplicates == DuplicateKeyPolicy::Last {
            self.forgive(mark.1, path)?;
            made = Object::new(&self.entries[mark.1..], self.arena);
        }
        match made {
            Ok(object) => {
                self.entries.truncate(mark.1);
                Ok(Node::Object(self.arena.keep(object)))
            }
            Err(position) => Err((position, self.entries.get(mark.1 + position).map_or("", |(key, _)| key))),
        }
    }

    /// Removes duplicate keys; the last value stays, at the position of the first.
    fn forgive(&mut self, start: usize, path: &Path<'_>) -> Result<(), (usize, &'a str)> {
        let mut places: HashMap<&str, usize> = HashMap::default();
        let mut kept: Vec<NodeEntry<'a>> = Vec::new();
        for (position, (key, value)) in self.entries.drain(start..).enumerate() {
            match places.get(key) {
                None => {
                    places.insert(key, kept.len());
                    kept.push((key, value));
                }
                Some(_) if self.twice.len() == FORGIVEN => return Err((position, key)),
                Some(first) => {
                    kept[*first].1 = value;
                    self.twice.push((path.pointer(), key.to_owned()));
                }
            }
        }
        self.entries.extend(kept);
        Ok(())
    }
}
