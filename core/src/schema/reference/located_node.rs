//! Values of documents, with where they stand.

use crate::json::{Arena, Node, pointer};

/// A place in one of the documents.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Location<'a> {
    /// Which document: the number it was put into the library with. The first is 0.
    pub document: usize,
    /// Where in it.
    pub pointer: &'a str,
}

/// A value and where it stands.
#[derive(Clone, Copy, Debug)]
pub struct LocatedNode<'a> {
    /// The value.
    pub node: Node<'a>,
    /// Where it stands.
    pub place: Location<'a>,
    pub(in crate::schema) arena: &'a Arena,
}

impl<'a> LocatedNode<'a> {
    /// The value under a key here, where there is one.
    pub fn key(&self, key: &str) -> Option<Self> {
        let node = self.node.get(key)?;
        Some(self.below(node, &pointer::escape(key)))
    }

    /// The item at an index of a list here.
    pub fn item(&self, index: usize) -> Option<Self> {
        let node = *self.node.as_array()?.get(index)?;
        Some(self.below(node, &index.to_string()))
    }

    /// The items of a list here.
    pub fn items(&self) -> impl Iterator<Item = Self> + use<'_, 'a> {
        let items = self.node.items().enumerate();
        items.map(|(index, node)| self.below(node, &index.to_string()))
    }

    /// A member of what stands here. The token is one of a pointer.
    fn below(&self, node: Node<'a>, token: &str) -> Self {
        let pointer = self.arena.joined(&[self.place.pointer, "/", token]);
        Self { node, place: Location { document: self.place.document, pointer }, arena: self.arena }
    }
}
