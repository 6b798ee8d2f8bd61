//! A JSON value that borrows its strings from the document where possible.

use serde_json::{Map, Value};

use super::ordered_map;
use super::{Arena, Number, pointer};

/// An object of a document.
pub type Object<'a> = ordered_map::OrderedMap<'a, Node<'a>>;

/// A member of an object: key and value.
pub type NodeEntry<'a> = ordered_map::MapEntry<'a, Node<'a>>;

/// One JSON value of a document. It has the size of three words and is `Copy`.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Node<'a> {
    /// `null`.
    #[default]
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number, with its text.
    Number(Number<'a>),
    /// A string.
    String(&'a str),
    /// An array.
    Array(&'a [Node<'a>]),
    /// An object, in document order.
    Object(&'a Object<'a>),
}

impl<'a> Node<'a> {
    /// Returns the object, if this is one.
    pub const fn as_object(self) -> Option<&'a Object<'a>> {
        match self {
            Self::Object(object) => Some(object),
            _ => None,
        }
    }

    /// Returns the items, if this is an array.
    pub const fn as_array(self) -> Option<&'a [Self]> {
        match self {
            Self::Array(items) => Some(items),
            _ => None,
        }
    }

    /// Returns the string, if this is one.
    pub const fn as_str(self) -> Option<&'a str> {
        match self {
            Self::String(text) => Some(text),
            _ => None,
        }
    }

    /// Returns the boolean, if this is one.
    pub const fn as_bool(self) -> Option<bool> {
        match self {
            Self::Bool(value) => Some(value),
            _ => None,
        }
    }

    /// Returns the value of a key, if this is an object with that key.
    pub fn get(self, key: &str) -> Option<Self> {
        self.as_object().and_then(|object| object.get(key))
    }

    /// Returns the string value of a key, if this is an object with such a member.
    pub fn text(self, key: &str) -> Option<&'a str> {
        self.get(key).and_then(Self::as_str)
    }

    /// Returns true if this is an object whose member `key` is `true`.
    pub fn flag(self, key: &str) -> bool {
        self.get(key).and_then(Self::as_bool) == Some(true)
    }

    /// Iterates over the members of an object in document order. Other values have none.
    pub fn entries(self) -> impl Iterator<Item = NodeEntry<'a>> {
        self.as_object().into_iter().flat_map(Object::iter)
    }

    /// Iterates over the items of an array. Other values have none.
    pub fn items(self) -> impl Iterator<Item = Self> {
        self.as_array().unwrap_or_default().iter().copied()
    }

    /// Compares by identity: true if both are the same value at the same address.
    pub fn is_same_node(self, other: Self) -> bool {
        match (self, other) {
            (Self::Null, Self::Null) => true,
            (Self::Bool(one), Self::Bool(other)) => one == other,
            (Self::Number(one), Self::Number(other)) => std::ptr::eq(one.as_str(), other.as_str()),
            (Self::String(one), Self::String(other)) => std::ptr::eq(one, other),
            (Self::Array(one), Self::Array(other)) => std::ptr::eq(one, other),
            (Self::Object(one), Self::Object(other)) => std::ptr::eq(one, other),
            _ => false,
        }
    }

    /// Returns the value at a JSON pointer.
    pub fn pointer(self, place: &str) -> Option<Self> {
        pointer::tokens(place).try_fold(self, |node, token| match node {
            Self::Object(object) => object.get(&token),
            // RFC 6901 allows neither `01` nor `+1` as an index.
            Self::Array(items) if *token == *"0" || token.starts_with(|first| matches!(first, '1'..='9')) => {
                items.get(token.parse::<usize>().ok()?).copied()
            }
            _ => None,
        })
    }

    /// Returns the type with its article, for messages.
    pub const fn kind(self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool(_) => "a boolean",
            Self::Number(_) => "a number",
            Self::String(_) => "a string",
            Self::Array(_) => "a list",
            Self::Object(_) => "a map",
        }
    }

    /// Returns an owned copy. A number beyond 64 bits becomes the nearest 64-bit number, an infinite one
    /// `null`.
    pub fn to_value(self) -> Value {
        match self {
            Self::Null => Value::Null,
            Self::Bool(value) => Value::Bool(value),
            Self::Number(number) => number.nearest().map_or(Value::Null, |(number, _)| Value::Number(number)),
            Self::String(text) => Value::String(text.to_owned()),
            Self::Array(items) => Value::Array(items.iter().map(|item| item.to_value()).collect()),
            Self::Object(object) => Value::Object(
                object.iter().map(|(key, node)| (key.to_owned(), node.to_value())).collect::<Map<_, _>>(),
            ),
        }
    }

    /// Creates an object. The keys must be distinct.
    pub fn map(entries: &[NodeEntry<'a>], arena: &'a Arena) -> Self {
        Self::Object(arena.keep(Object::of_distinct(entries, arena)))
    }

    /// Creates an array.
    pub fn list(items: &[Self], arena: &'a Arena) -> Self {
        Self::Array(arena.list(items))
    }

    /// Returns the first number, at any depth, that [`Node::to_value`] cannot represent exactly.
    pub fn inexact_number(self) -> Option<Number<'a>> {
        match self {
            Self::Number(number) => (!number.nearest().is_some_and(|(_, same)| same)).then_some(number),
            Self::Array(items) => items.iter().find_map(|item| item.inexact_number()),
            Self::Object(object) => object.iter().find_map(|(_, node)| node.inexact_number()),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pointer_walks_maps_and_lists() {
        let arena = Arena::new();
        let list = Node::Array(&[Node::Null, Node::Bool(true)]);
        let root = Node::Object(arena.keep(Object::new(&[("a/b", list)], &arena).expect("one key")));
        assert_eq!(root.pointer("/a~1b/1"), Some(Node::Bool(true)));
        assert_eq!(root.pointer("/a~1b/2"), None);
        assert_eq!(root.pointer(""), Some(root));
    }
}
