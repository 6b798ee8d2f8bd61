//! Builder of a JSON object.

use super::{Arena, Node, NodeEntry, Object};

/// Members of an object under construction: distinct keys in insertion order.
#[derive(Clone, Debug, Default)]
pub struct ObjectBuilder<'a>(Vec<NodeEntry<'a>>);

impl<'a> ObjectBuilder<'a> {
    /// Creates an empty builder with room for `count` members.
    pub fn with_capacity(count: usize) -> Self {
        Self(Vec::with_capacity(count))
    }

    /// Copies the members of an object.
    pub fn from_object(object: &Object<'a>) -> Self {
        Self(object.iter().collect())
    }

    /// Returns the value of a key.
    pub fn get(&self, key: &str) -> Option<Node<'a>> {
        self.0.iter().find(|(known, _)| *known == key).map(|(_, value)| *value)
    }

    /// Returns true if the key is present.
    pub fn contains(&self, key: &str) -> bool {
        self.get(key).is_some()
    }

    /// Sets the value of a key, in place if the key is present.
    pub fn set(&mut self, key: &'a str, value: Node<'a>) {
        match self.0.iter_mut().find(|(known, _)| *known == key) {
            Some((_, held)) => *held = value,
            None => self.0.push((key, value)),
        }
    }

    /// Sets the value of a key unless the key is present.
    pub fn set_if_absent(&mut self, key: &'a str, value: Node<'a>) {
        if !self.contains(key) {
            self.0.push((key, value));
        }
    }

    /// Appends a member. The key must be absent.
    pub fn push(&mut self, key: &'a str, value: Node<'a>) {
        self.0.push((key, value));
    }

    /// Renames a key in its place. The new one must be absent. Returns false without the old one.
    pub fn rename(&mut self, key: &str, new: &'a str) -> bool {
        let entry = self.0.iter_mut().find(|(known, _)| *known == key);
        entry.map(|entry| entry.0 = new).is_some()
    }

    /// Removes a key.
    pub fn remove(&mut self, key: &str) {
        self.0.retain(|(known, _)| *known != key);
    }

    /// Iterates over the members.
    pub fn iter(&self) -> impl Iterator<Item = NodeEntry<'a>> {
        self.0.iter().copied()
    }

    /// Returns true if there are no members.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Splits the members into those whose key satisfies `is`, and the others.
    pub fn partition(self, is: impl Fn(&str) -> bool) -> (Self, Self) {
        let (those, others) = self.0.into_iter().partition(|(key, _)| is(key));
        (Self(those), Self(others))
    }

    /// Creates the object.
    pub fn finish(self, arena: &'a Arena) -> Node<'a> {
        Node::Object(arena.keep(Object::of_distinct(&self.0, arena)))
    }

    /// Creates the object. Returns `like` itself if the members are the same nodes, so that unchanged parts
    /// are shared.
    pub fn finish_like(self, like: &'a Object<'a>, arena: &'a Arena) -> Node<'a> {
        match like.with(&self.0, Node::is_same_node, arena) {
            Some(same) => Node::Object(same),
            None => self.finish(arena),
        }
    }
}
