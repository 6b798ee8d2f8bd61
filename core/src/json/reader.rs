//! Builds [`Node`]s from any serde format, under a budget.

use std::borrow::Cow;
use std::cell::{Cell, RefCell};
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::Number;

use super::{Node, Object};
use crate::error::Error;

/// How deep and how large a document may be. Shared by all seeds of one reading.
#[derive(Debug)]
pub struct Budget {
    depth: usize,
    nodes: usize,
    left: Cell<usize>,
    fault: RefCell<Option<Error>>,
}

impl Budget {
    /// At most `depth` levels and `nodes` values.
    pub const fn new(depth: usize, nodes: usize) -> Self {
        Self { depth, nodes, left: Cell::new(nodes), fault: RefCell::new(None) }
    }

    /// The seed that reads the whole document.
    pub const fn seed(&self) -> NodeSeed<'_> {
        NodeSeed { budget: self, depth: 0 }
    }

    /// The limit that ended the reading, where one did. A format's own error cannot carry it.
    pub fn fault(&self) -> Option<Error> {
        self.fault.take()
    }

    fn spend<E: serde::de::Error>(&self, depth: usize) -> Result<(), E> {
        let fault = if depth > self.depth {
            Error::LimitExceeded { what: "document depth", limit: self.depth }
        } else if self.left.get() == 0 {
            Error::LimitExceeded { what: "number of values in the document", limit: self.nodes }
        } else {
            self.left.set(self.left.get() - 1);
            return Ok(());
        };
        let error = E::custom(&fault);
        self.fault.replace(Some(fault));
        Err(error)
    }
}

/// Reads one value and all below it.
#[derive(Clone, Copy, Debug)]
pub struct NodeSeed<'b> {
    budget: &'b Budget,
    depth: usize,
}

impl<'de> DeserializeSeed<'de> for NodeSeed<'_> {
    type Value = Node<'de>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Node<'de>, D::Error> {
        self.budget.spend(self.depth)?;
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for NodeSeed<'_> {
    type Value = Node<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Node<'de>, E> {
        Ok(Node::Null)
    }

    fn visit_none<E>(self) -> Result<Node<'de>, E> {
        Ok(Node::Null)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Node<'de>, D::Error> {
        deserializer.deserialize_any(self)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Node<'de>, E> {
        Ok(Node::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Node<'de>, E> {
        Ok(Node::Number(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Node<'de>, E> {
        Ok(Node::Number(value.into()))
    }

    fn visit_f64<E: serde::de::Error>(self, value: f64) -> Result<Node<'de>, E> {
        Number::from_f64(value).map(Node::Number).ok_or_else(|| E::custom("number is not finite"))
    }

    fn visit_str<E>(self, value: &str) -> Result<Node<'de>, E> {
        Ok(Node::String(Cow::Owned(value.to_owned())))
    }

    fn visit_string<E>(self, value: String) -> Result<Node<'de>, E> {
        Ok(Node::String(Cow::Owned(value)))
    }

    fn visit_borrowed_str<E>(self, value: &'de str) -> Result<Node<'de>, E> {
        Ok(Node::String(Cow::Borrowed(value)))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<Node<'de>, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = access.next_element_seed(NodeSeed { depth: self.depth + 1, ..self })? {
            items.push(item);
        }
        items.shrink_to_fit();
        Ok(Node::Array(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Node<'de>, A::Error> {
        let mut entries = Vec::new();
        while let Some(key) = access.next_key_seed(KeySeed)? {
            entries.push((key, access.next_value_seed(NodeSeed { depth: self.depth + 1, ..self })?));
        }
        entries.shrink_to_fit();
        Object::new(entries)
            .map(Node::Object)
            .map_err(|key| A::Error::custom(format_args!("key \"{key}\" stands twice in one map")))
    }
}

/// A key is a text; YAML also has numbers there (`200:` among responses), which read as they are written.
struct KeySeed;

impl<'de> DeserializeSeed<'de> for KeySeed {
    type Value = Cow<'de, str>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<'de> Visitor<'de> for KeySeed {
    type Value = Cow<'de, str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_str<E>(self, value: &str) -> Result<Self::Value, E> {
        Ok(Cow::Owned(value.to_owned()))
    }

    fn visit_string<E>(self, value: String) -> Result<Self::Value, E> {
        Ok(Cow::Owned(value))
    }

    fn visit_borrowed_str<E>(self, value: &'de str) -> Result<Self::Value, E> {
        Ok(Cow::Borrowed(value))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read<'a>(text: &'a str, budget: &Budget) -> Result<Node<'a>, serde_json::Error> {
        budget.seed().deserialize(&mut serde_json::Deserializer::from_str(text))
    }

    #[test]
    fn texts_without_escapes_are_borrowed() {
        let budget = Budget::new(8, 100);
        let node = read(r#"{"plain": "text", "escaped": "a\nb"}"#, &budget).expect("valid");
        assert!(matches!(node.get("plain"), Some(Node::String(Cow::Borrowed("text")))));
        assert!(matches!(node.get("escaped"), Some(Node::String(Cow::Owned(text))) if text == "a\nb"));
    }

    #[test]
    fn depth_and_number_of_values_are_bounded() {
        let budget = Budget::new(2, 100);
        assert!(read("[[[0]]]", &budget).is_err());
        assert_eq!(budget.fault(), Some(Error::LimitExceeded { what: "document depth", limit: 2 }));
        let budget = Budget::new(8, 3);
        assert!(read("[1, 2, 3]", &budget).is_err());
        assert!(matches!(budget.fault(), Some(Error::LimitExceeded { limit: 3, .. })));
        assert!(read("[1, 2]", &Budget::new(8, 3)).is_ok());
    }

    #[test]
    fn a_key_that_stands_twice_is_refused() {
        let error = read(r#"{"a": 1, "a": 2}"#, &Budget::new(8, 9)).expect_err("duplicate");
        assert!(error.to_string().contains("key \"a\" stands twice"), "{error}");
    }
}
