//! A value of a document, its text borrowed from the document wherever that can be.

use serde_json::{Map, Value};

use super::ordered_map;
use super::{Arena, Number, pointer};

/// A map of a document.
pub type Object<'a> = ordered_map::OrderedMap<'a, Node<'a>>;

/// A member of a map: its key and its value.
pub type NodeEntry<'a> = ordered_map::MapEntry<'a, Node<'a>>;

/// One value of a document. It is three words and is copied freely.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Node<'a> {
    /// `null`.
    #[default]
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number.
    Number(Number<'a>),
    /// A text.
    String(&'a str),
    /// A list.
    Array(&'a [Node<'a>]),
    /// A map, in the order of the document.
    Object(&'a Object<'a>),
}

impl<'a> Node<'a> {
    /// The map, where this is one.
    pub const fn as_object(self) -> Option<&'a Object<'a>> {
        match self {
            Self::Object(object) => Some(object),
            _ => None,
        }
    }

    /// The items, where this is a list.
    pub const fn as_array(self) -> Option<&'a [Self]> {
        match self {
            Self::Array(items) => Some(items),
            _ => None,
        }
    }

    /// The text, where this is one.
    pub const fn as_str(self) -> Option<&'a str> {
        match self {
            Self::String(text) => Some(text),
            _ => None,
        }
    }

    /// The truth value, where this is one.
    pub const fn as_bool(self) -> Option<bool> {
        match self {
            Self::Bool(value) => Some(value),
            _ => None,
        }
    }

    /// The value under a key, where this is a map that has it.
    pub fn get(self, key: &str) -> Option<Self> {
        self.as_object().and_then(|object| object.get(key))
    }

    /// The text under a key, where this is a map that has one there.
    pub fn text(self, key: &str) -> Option<&'a str> {
        self.get(key).and_then(Self::as_str)
    }

    /// Whether this is a map that says `true` under a key.
    pub fn flag(self, key: &str) -> bool {
        self.get(key).and_then(Self::as_bool) == Some(true)
    }

    /// Keys and values in their order, where this is a map; nothing where it is none.
    pub fn entries(self) -> impl Iterator<Item = NodeEntry<'a>> {
        self.as_object().into_iter().flat_map(Object::iter)
    }

    /// The items, where this is a list; nothing where it is none.
    pub fn items(self) -> impl Iterator<Item = Self> {
        self.as_array().unwrap_or_default().iter().copied()
    }

    /// Whether this is the very same value, at the same place in memory.
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

    /// The value that a JSON pointer names.
    pub fn pointer(self, place: &str) -> Option<Self> {
        pointer::tokens(place).try_fold(self, |node, token| match node {
            Self::Object(object) => object.get(&token),
            // RFC 6901 has neither `01` nor `+1`.
            Self::Array(items) if *token == *"0" || token.starts_with(|first| matches!(first, '1'..='9')) => {
                items.get(token.parse::<usize>().ok()?).copied()
            }
            _ => None,
        })
    }

    /// What kind of value this is, as a message says it.
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

    /// An owned copy. A number beyond 64 bits becomes the nearest one that they hold; an infinite one becomes null.
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

    /// A map of entries whose keys differ.
    pub fn map(entries: &[NodeEntry<'a>], arena: &'a Arena) -> Self {
        Self::Object(arena.keep(Object::of_distinct(entries, arena)))
    }

    /// A list.
    pub fn list(items: &[Self], arena: &'a Arena) -> Self {
        Self::Array(arena.list(items))
    }

    /// The first number in here that [`Node::to_value`] cannot keep.
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
