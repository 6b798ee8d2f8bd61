//! A value of a document, its text borrowed from the document's bytes wherever that can be.

use std::borrow::Cow;

use serde_json::{Map, Number, Value};

use super::pointer;

/// One value of a document.
#[derive(Clone, Debug, PartialEq)]
pub enum Node<'a> {
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number.
    Number(Number),
    /// A text.
    String(Cow<'a, str>),
    /// A list.
    Array(Vec<Node<'a>>),
    /// A map, in the order of the document.
    Object(Object<'a>),
}

/// A map in the order of the document. Keys are the user's own: `__proto__` is one like any other.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Object<'a> {
    entries: Vec<(Cow<'a, str>, Node<'a>)>,
    /// Positions sorted by key; only where a look-up by scanning would be slow.
    sorted: Box<[u32]>,
}

/// Up to here scanning the keys beats a binary search (most objects of an API document have fewer than ten).
const SCANNED: usize = 12;

impl<'a> Object<'a> {
    /// Takes the entries as they stood; the error is the first key that stood there twice.
    pub fn new(entries: Vec<(Cow<'a, str>, Node<'a>)>) -> Result<Self, String> {
        if entries.len() <= SCANNED {
            for (i, (key, _)) in entries.iter().enumerate() {
                if entries[..i].iter().any(|(earlier, _)| earlier == key) {
                    return Err(key.to_string());
                }
            }
            return Ok(Self { entries, sorted: Box::default() });
        }
        let count = u32::try_from(entries.len()).map_err(|_| "more than 2^32 keys".to_owned())?;
        let key = |position: u32| &entries[position as usize].0;
        let mut sorted: Vec<u32> = (0..count).collect();
        sorted.sort_by(|a, b| key(*a).cmp(key(*b)));
        match sorted.windows(2).find(|pair| key(pair[0]) == key(pair[1])) {
            Some(pair) => Err(key(pair[0]).to_string()),
            None => Ok(Self { sorted: sorted.into_boxed_slice(), entries }),
        }
    }

    /// The value under a key.
    pub fn get(&self, key: &str) -> Option<&Node<'a>> {
        if self.sorted.is_empty() {
            return self.entries.iter().find(|(name, _)| name == key).map(|(_, node)| node);
        }
        self.sorted
            .binary_search_by(|position| self.entries[*position as usize].0.as_ref().cmp(key))
            .ok()
            .map(|found| &self.entries[self.sorted[found] as usize].1)
    }

    /// Keys and values in the order of the document.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Node<'a>)> {
        self.entries.iter().map(|(key, node)| (key.as_ref(), node))
    }

    /// How many keys there are.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there is no key.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }
}

impl<'a> Node<'a> {
    /// The map, where this is one.
    pub const fn as_object(&self) -> Option<&Object<'a>> {
        match self {
            Self::Object(object) => Some(object),
            _ => None,
        }
    }

    /// The items, where this is a list.
    pub fn as_array(&self) -> Option<&[Self]> {
        match self {
            Self::Array(items) => Some(items),
            _ => None,
        }
    }

    /// The text, where this is one.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::String(text) => Some(text),
            _ => None,
        }
    }

    /// The truth value, where this is one.
    pub const fn as_bool(&self) -> Option<bool> {
        match self {
            Self::Bool(value) => Some(*value),
            _ => None,
        }
    }

    /// The value under a key, where this is a map that has it.
    pub fn get(&self, key: &str) -> Option<&Self> {
        self.as_object().and_then(|object| object.get(key))
    }

    /// The value that a JSON pointer names.
    pub fn pointer(&self, place: &str) -> Option<&Self> {
        pointer::tokens(place).try_fold(self, |node, token| match node {
            Self::Object(object) => object.get(&token),
            Self::Array(items) => items.get(token.parse::<usize>().ok()?),
            _ => None,
        })
    }

    /// What kind of value this is, as a message says it.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool(_) => "a boolean",
            Self::Number(_) => "a number",
            Self::String(_) => "a string",
            Self::Array(_) => "a list",
            Self::Object(_) => "a map",
        }
    }

    /// An owned copy.
    pub fn to_value(&self) -> Value {
        match self {
            Self::Null => Value::Null,
            Self::Bool(value) => Value::Bool(*value),
            Self::Number(number) => Value::Number(number.clone()),
            Self::String(text) => Value::String(text.to_string()),
            Self::Array(items) => Value::Array(items.iter().map(Self::to_value).collect()),
            Self::Object(object) => Value::Object(
                object.iter().map(|(key, node)| (key.to_owned(), node.to_value())).collect::<Map<_, _>>(),
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbered(keys: impl Iterator<Item = usize>) -> Vec<(Cow<'static, str>, Node<'static>)> {
        keys.map(|key| (Cow::Owned(format!("k{key}")), Node::Number(key.into()))).collect()
    }

    #[test]
    fn small_and_large_maps_find_the_same_keys_in_the_documents_order() {
        for count in [0, 1, SCANNED, SCANNED + 1, 1_000] {
            let object = Object::new(numbered((0..count).rev())).expect("keys differ");
            assert_eq!(object.len(), count);
            assert!((0..count).all(|key| object.get(&format!("k{key}")) == Some(&Node::Number(key.into()))));
            assert_eq!(object.get("absent"), None);
            assert!(
                object.iter().map(|(key, _)| key.to_owned()).eq((0..count).rev().map(|k| format!("k{k}")))
            );
        }
    }

    #[test]
    fn a_key_that_stands_twice_is_named() {
        for count in [2, 100] {
            assert_eq!(Object::new(numbered((0..count).chain([1]))), Err("k1".to_owned()));
        }
    }

    #[test]
    fn a_pointer_walks_maps_and_lists() {
        let list = Node::Array(vec![Node::Null, Node::Bool(true)]);
        let root = Node::Object(Object::new(vec![("a/b".into(), list)]).expect("one key"));
        assert_eq!(root.pointer("/a~1b/1"), Some(&Node::Bool(true)));
        assert_eq!(root.pointer("/a~1b/2"), None);
        assert_eq!(root.pointer(""), Some(&root));
    }
}
