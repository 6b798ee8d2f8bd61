//! A map that is being made.

use super::{Arena, Node, NodeEntry, Object};

/// ObjectBuilder of a map that is being made, each key once, in the order in which they came.
#[derive(Clone, Debug, Default)]
pub struct ObjectBuilder<'a>(Vec<NodeEntry<'a>>);

impl<'a> ObjectBuilder<'a> {
    /// Nothing yet, and room for some.
    pub fn with_capacity(count: usize) -> Self {
        Self(Vec::with_capacity(count))
    }

    /// Those of a map.
    pub fn from_object(object: &Object<'a>) -> Self {
        Self(object.iter().collect())
    }

    /// The value under a key.
    pub fn get(&self, key: &str) -> Option<Node<'a>> {
        self.0.iter().find(|(known, _)| *known == key).map(|(_, value)| *value)
    }

    /// Whether there is a key.
    pub fn contains(&self, key: &str) -> bool {
        self.get(key).is_some()
    }

    /// Puts a value under a key, in the place of the one that is there.
    pub fn set(&mut self, key: &'a str, value: Node<'a>) {
        match self.0.iter_mut().find(|(known, _)| *known == key) {
            Some((_, held)) => *held = value,
            None => self.0.push((key, value)),
        }
    }

    /// Puts a value under a key that is not there.
    pub fn set_if_absent(&mut self, key: &'a str, value: Node<'a>) {
        if !self.contains(key) {
            self.0.push((key, value));
        }
    }

    /// Puts a value behind all others. The key is none of those that are there.
    pub fn push(&mut self, key: &'a str, value: Node<'a>) {
        self.0.push((key, value));
    }

    /// Takes a key away.
    pub fn remove(&mut self, key: &str) {
        self.0.retain(|(known, _)| *known != key);
    }

    /// Keys and values.
    pub fn iter(&self) -> impl Iterator<Item = NodeEntry<'a>> {
        self.0.iter().copied()
    }

    /// Whether there is no key.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Parts the members by their keys: those for which `is` holds, and the others.
    pub fn partition(self, is: impl Fn(&str) -> bool) -> (Self, Self) {
        let (those, others) = self.0.into_iter().partition(|(key, _)| is(key));
        (Self(those), Self(others))
    }

    /// The map.
    pub fn finish(self, arena: &'a Arena) -> Node<'a> {
        Node::Object(arena.keep(Object::of_distinct(&self.0, arena)))
    }

    /// The map, where it was made from another one: that one itself where nothing was changed.
    pub fn finish_like(self, like: &'a Object<'a>, arena: &'a Arena) -> Node<'a> {
        match like.with(&self.0, Node::is_same_node, arena) {
            Some(same) => Node::Object(same),
            None => self.finish(arena),
        }
    }
}
