//! Values with their location in a document set.

use crate::json::{Arena, Node, pointer};

/// A location in a document set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Location<'a> {
    /// Document number, in the order of insertion. The first is 0.
    pub document: usize,
    /// JSON pointer into the document.
    pub pointer: &'a str,
}

/// A value and its location.
#[derive(Clone, Copy, Debug)]
pub struct LocatedNode<'a> {
    /// The value.
    pub node: Node<'a>,
    /// Its location.
    pub location: Location<'a>,
    pub(in crate::schema) arena: &'a Arena,
}

impl<'a> LocatedNode<'a> {
    /// Returns a member of an object.
    pub fn key(&self, key: &str) -> Option<Self> {
        let node = self.node.get(key)?;
        Some(self.below(node, &pointer::escape(key)))
    }

    /// Returns an item of an array.
    pub fn item(&self, index: usize) -> Option<Self> {
        let node = *self.node.as_array()?.get(index)?;
        Some(self.below(node, &index.to_string()))
    }

    /// Iterates over the items of an array.
    pub fn items(&self) -> impl Iterator<Item = Self> + use<'_, 'a> {
        let items = self.node.items().enumerate();
        items.map(|(index, node)| self.below(node, &index.to_string()))
    }

    /// Returns a child. `token` is an escaped pointer token.
    fn below(&self, node: Node<'a>, token: &str) -> Self {
        let pointer = self.arena.joined(&[self.location.pointer, "/", token]);
        Self { node, location: Location { document: self.location.document, pointer }, arena: self.arena }
    }
}
