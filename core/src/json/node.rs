//! A value of a document, its text borrowed from the document wherever that can be.

use serde_json::{Map, Value};

use super::{Arena, Number, pointer};

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

/// A member of a map: its key and its value.
pub type Entry<'a> = (&'a str, Node<'a>);

/// A map in the order of the document. Keys are the user's own: `__proto__` is one like any other.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Object<'a> {
    entries: &'a [Entry<'a>],
    /// One bit for each key. Most look-ups are for keys that a map does not have, and end here.
    marks: u64,
    /// Positions sorted by key; only where a look-up by scanning would be slow.
    sorted: &'a [u32],
}

/// The bit of a key: by its length and its ends.
fn mark(key: &str) -> u64 {
    let ends = match key.as_bytes() {
        [] => 0,
        [one] => usize::from(*one),
        [first, .., last] => usize::from(*first) ^ (usize::from(*last) << 2),
    };
    1 << ((ends ^ key.len().wrapping_mul(7)) & 63)
}

/// Up to here scanning the keys beats a binary search (most objects of an API document have fewer than ten).
const SCANNED: usize = 12;

impl<'a> Object<'a> {
    /// Takes the entries as they stood; the error is the position of the first key that stood there before.
    pub fn new(entries: &[Entry<'a>], arena: &'a Arena) -> Result<Self, usize> {
        let (mut sorted, mut marks): (Vec<u32>, _) = (Vec::new(), 0);
        for (position, (key, _)) in entries.iter().enumerate() {
            let mark = mark(key);
            let may_stand_before = marks & mark != 0 && entries.len() <= SCANNED;
            if may_stand_before && entries[..position].iter().any(|(earlier, _)| earlier == key) {
                return Err(position);
            }
            marks |= mark;
        }
        if entries.len() > SCANNED {
            let count = u32::try_from(entries.len()).map_err(|_| usize::MAX)?;
            let key = |position: u32| entries[position as usize].0;
            sorted.extend(0..count);
            sorted.sort_by(|a, b| key(*a).cmp(key(*b)));
            let mut twice = sorted.windows(2).filter(|pair| key(pair[0]) == key(pair[1])).map(|pair| pair[1]);
            if let Some(first) = twice.next() {
                return Err(twice.fold(first, Ord::min) as usize);
            }
        }
        Ok(Self { entries: arena.list(entries), marks, sorted: arena.list(&sorted) })
    }

    /// Takes entries whose keys differ.
    pub(super) fn of_distinct(entries: &[Entry<'a>], arena: &'a Arena) -> Self {
        let marks = entries.iter().fold(0, |marks, (key, _)| marks | mark(key));
        let mut sorted: Vec<u32> = Vec::new();
        if entries.len() > SCANNED {
            sorted.extend((0..).take(entries.len()));
            sorted.sort_by(|a, b| entries[*a as usize].0.cmp(entries[*b as usize].0));
        }
        Self { entries: arena.list(entries), marks, sorted: arena.list(&sorted) }
    }

    /// A map with the same keys and these values: itself where they are its own. `None` where the keys are others.
    pub(super) fn with(&'a self, entries: &[Entry<'a>], arena: &'a Arena) -> Option<&'a Self> {
        let mut both = self.entries.iter().zip(entries);
        if self.len() != entries.len() || !both.clone().all(|((own, _), (key, _))| std::ptr::eq(*own, *key)) {
            return None;
        }
        let is_same = both.all(|((_, own), (_, value))| own.is(*value));
        Some(if is_same { self } else { arena.keep(Self { entries: arena.list(entries), ..*self }) })
    }

    /// The value under a key.
    pub fn get(&self, key: &str) -> Option<Node<'a>> {
        if self.marks & mark(key) == 0 {
            return None;
        }
        if self.sorted.is_empty() {
            return self.entries.iter().find(|(name, _)| *name == key).map(|(_, node)| *node);
        }
        self.sorted
            .binary_search_by(|position| self.entries[*position as usize].0.cmp(key))
            .ok()
            .map(|found| self.entries[self.sorted[found] as usize].1)
    }

    /// Keys and values in the order of the document.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = Entry<'a>> + use<'a> {
        self.entries.iter().copied()
    }

    /// How many keys there are.
    pub const fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there is no key.
    pub const fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }
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
    pub fn entries(self) -> impl Iterator<Item = Entry<'a>> {
        self.as_object().into_iter().flat_map(Object::iter)
    }

    /// The items, where this is a list; nothing where it is none.
    pub fn items(self) -> impl Iterator<Item = Self> {
        self.as_array().unwrap_or_default().iter().copied()
    }

    /// Whether this is the very same value, at the same place in memory.
    pub fn is(self, other: Self) -> bool {
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

    /// A copy of an owned value.
    pub fn of(value: &Value, arena: &'a Arena) -> Self {
        match value {
            Value::Null => Self::Null,
            Value::Bool(value) => Self::Bool(*value),
            Value::Number(number) => Self::Number(Number::new(arena.text(&number.to_string()))),
            Value::String(text) => Self::String(arena.text(text)),
            Value::Array(items) => {
                let items: Vec<Self> = items.iter().map(|item| Self::of(item, arena)).collect();
                Self::Array(arena.list(&items))
            }
            Value::Object(map) => {
                let entries = map.iter().map(|(key, value)| (arena.text(key), Self::of(value, arena)));
                Self::Object(arena.keep(Object::of_distinct(&entries.collect::<Vec<_>>(), arena)))
            }
        }
    }

    /// A map of entries whose keys differ.
    pub fn map(entries: &[Entry<'a>], arena: &'a Arena) -> Self {
        Self::Object(arena.keep(Object::of_distinct(entries, arena)))
    }

    /// A list.
    pub fn list(items: &[Self], arena: &'a Arena) -> Self {
        Self::Array(arena.list(items))
    }

    /// The first number in here that [`Node::to_value`] cannot keep.
    pub fn inexact(self) -> Option<Number<'a>> {
        match self {
            Self::Number(number) => (!number.nearest().is_some_and(|(_, same)| same)).then_some(number),
            Self::Array(items) => items.iter().find_map(|item| item.inexact()),
            Self::Object(object) => object.iter().find_map(|(_, node)| node.inexact()),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbered(keys: impl Iterator<Item = usize>, arena: &Arena) -> Vec<Entry<'_>> {
        keys.map(|key| {
            let key = arena.text(&format!("k{key}"));
            (key, Node::Number(Number::new(&key[1..])))
        })
        .collect()
    }

    #[test]
    fn small_and_large_maps_find_the_same_keys_in_the_documents_order() {
        let arena = Arena::new();
        for count in [0, 1, SCANNED, SCANNED + 1, 1_000] {
            let object = Object::new(&numbered((0..count).rev(), &arena), &arena).expect("keys differ");
            assert_eq!(object.len(), count);
            let named = |key: usize| object.get(&format!("k{key}")).map(Node::to_value);
            assert!((0..count).all(|key| named(key) == Some(key.into())));
            assert_eq!(object.get("absent"), None);
            assert!(
                object.iter().map(|(key, _)| key.to_owned()).eq((0..count).rev().map(|k| format!("k{k}")))
            );
        }
    }

    #[test]
    fn a_key_that_stands_twice_is_named_by_its_second_place() {
        let arena = Arena::new();
        for count in [2, 100] {
            assert_eq!(Object::new(&numbered((0..count).chain([1]), &arena), &arena), Err(count));
        }
    }

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
