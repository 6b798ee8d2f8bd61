//! Builds [`Node`]s, under a budget.

use super::{Arena, HashMap, HashSet, Node, NodeEntry, Object, Path};
use crate::error::{Error, Result};

/// What becomes of a key that stands twice in one map.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DuplicateKeyPolicy {
    /// The document is refused.
    #[default]
    Refuse,
    /// The last value counts, as in `JSON.parse`; each is told.
    Last,
}

/// How deep and how large a document may be, and how strict its reading is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DocumentBounds {
    /// Levels of maps and lists.
    pub depth: usize,
    /// Values, those that YAML repeats by aliases each time.
    pub nodes: usize,
    /// Bytes of texts and keys, those that YAML repeats by aliases each time.
    pub bytes: usize,
    /// Aliases of YAML.
    pub aliases: usize,
    /// What becomes of a key that stands twice.
    pub duplicates: DuplicateKeyPolicy,
}

/// What was counted of a document.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DocumentSize {
    /// Values.
    pub nodes: usize,
    /// Bytes of texts and keys, where the reader counts them.
    pub bytes: usize,
}

impl DocumentSize {
    /// What was counted since.
    #[must_use]
    pub const fn since(self, before: Self) -> Self {
        Self { nodes: self.nodes - before.nodes, bytes: self.bytes - before.bytes }
    }
}

/// A key that stood twice where the last value counts: the place of the map, and the key.
pub type DuplicateKey = (String, String);

/// So many keys that stand twice are an attack or no document.
const FORGIVEN: usize = 1_000;

/// Collects the values of a document. Readers of every format build through it, so that one set of bounds holds.
#[derive(Debug)]
pub struct NodeBuilder<'a> {
    arena: &'a Arena,
    bounds: DocumentBounds,
    left: usize,
    bytes_left: usize,
    items: Vec<Node<'a>>,
    entries: Vec<NodeEntry<'a>>,
    /// Keys that stood twice.
    pub twice: Vec<DuplicateKey>,
    /// References (`$ref`, `$dynamicRef`) that lead out of the document.
    pub outward: Vec<&'a str>,
    /// Whether something in the document has a name of its own: `$id`, `$anchor`, `$dynamicAnchor`.
    pub has_ids: bool,
}

impl<'a> NodeBuilder<'a> {
    /// A builder that keeps its values in `arena`.
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

    /// The bounds.
    pub const fn bounds(&self) -> &DocumentBounds {
        &self.bounds
    }

    /// Counts `count` values that stand at a depth.
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

    /// Counts bytes of texts and keys.
    pub const fn count_bytes(&mut self, count: usize) -> Result<()> {
        match self.bytes_left.checked_sub(count) {
            Some(left) => {
                self.bytes_left = left;
                Ok(())
            }
            None => Err(Error::LimitExceeded {
                what: "number of document bytes, those that aliases repeat among them,",
                limit: self.bounds.bytes,
            }),
        }
    }

    /// How many values were counted, and how many bytes.
    pub const fn counted_size(&self) -> DocumentSize {
        DocumentSize { nodes: self.bounds.nodes - self.left, bytes: self.bounds.bytes - self.bytes_left }
    }

    /// A text that the document does not hold as it is.
    pub fn text(&self, text: &str) -> &'a str {
        self.arena.text(text)
    }

    /// Where a list or map begins. Their members are pushed behind it, and taken off by [`NodeBuilder::list`] and
    /// [`NodeBuilder::object`].
    pub const fn mark(&self) -> (usize, usize) {
        (self.items.len(), self.entries.len())
    }

    /// One more item of the list that is open.
    pub fn push_item(&mut self, item: Node<'a>) {
        self.items.push(item);
    }

    /// One more member of the map that is open.
    pub fn push_entry(&mut self, key: &'a str, value: Node<'a>) {
        // Seen here, where every key passes once: a walk of its own over a large document takes as long as its reading.
        if let (true, Node::String(text)) = (key.starts_with('$'), value) {
            match key {
                "$ref" | "$dynamicRef" if !text.starts_with('#') => self.outward.push(text),
                "$id" | "$anchor" | "$dynamicAnchor" => self.has_ids = true,
                _ => {}
            }
        }
        self.entries.push((key, value));
    }

    /// The keys of the map that is open.
    pub fn keys(&self, mark: (usize, usize)) -> HashSet<&'a str> {
        self.entries[mark.1..].iter().map(|(key, _)| *key).collect()
    }

    /// The list that was begun at `mark`.
    pub fn list(&mut self, mark: (usize, usize)) -> Node<'a> {
        let items = self.arena.list(&self.items[mark.0..]);
        self.items.truncate(mark.0);
        Node::Array(items)
    }

    /// The map that was begun at `mark`; the error is a key that stands twice in it, and which member it is there.
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

    /// Leaves each key of a map once, with its last value.
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
