//! Values of a configuration that are written in one of two forms: a word or a map, one or a list, a list or a map,
//! `false` or a map, a boolean or a list.

use std::fmt;
use std::marker::PhantomData;

use serde::Deserialize;
use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer, StrDeserializer};
use serde::de::{self, Deserializer, MapAccess, SeqAccess, Visitor};

use super::config_text::{ConfigTexts, TextVisitor};
use crate::json::Path;

/// A text, or a map with more to say.
#[derive(Clone, Debug, PartialEq)]
pub enum WordOr<W, M> {
    /// The text.
    Word(W),
    /// The map.
    Map(M),
}

/// `true` or `false`, or a map or word with more to say.
#[derive(Clone, Debug, PartialEq)]
pub enum FlagOr<M> {
    /// `true` or `false`.
    Flag(bool),
    /// The map or word.
    Further(M),
}

/// `true` or `false`, or a list.
#[derive(Clone, Debug, PartialEq)]
pub enum FlagOrList<T> {
    /// `true` or `false`.
    Flag(bool),
    /// The list.
    List(Vec<T>),
}

/// `false`, or a map.
#[derive(Clone, Debug, PartialEq)]
pub enum OffOr<M> {
    /// `false`.
    Off,
    /// The map.
    Map(M),
}

/// One, or a list.
#[derive(Clone, Debug, PartialEq)]
pub enum OneOrList<T> {
    /// One.
    One(T),
    /// A list.
    Many(Vec<T>),
}

/// A list, or a map with more to say.
#[derive(Clone, Debug, PartialEq)]
pub enum ListOr<T, M> {
    /// The list.
    List(Vec<T>),
    /// The map.
    Map(M),
}

/// Parts by their names, in the order of the file.
#[derive(Clone, Debug, PartialEq)]
pub struct NamedParts<T>(pub Vec<(String, T)>);

impl<T> Default for NamedParts<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

macro_rules! visitor {
    ($visitor:ident<$($of:ident),+>) => {
        struct $visitor<$($of),+>(PhantomData<($($of,)+)>);
    };
}
visitor!(WordOrVisitor<W, M>);
visitor!(FlagOrVisitor<M>);
visitor!(FlagOrListVisitor<T>);
visitor!(OffOrVisitor<M>);
visitor!(OneOrListVisitor<T>);
visitor!(ListOrVisitor<T, M>);
visitor!(NamedPartsVisitor<T>);

impl<'de, W: Deserialize<'de>, M: Deserialize<'de>> Deserialize<'de> for WordOr<W, M> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(WordOrVisitor(PhantomData))
    }
}

impl<'de, W: Deserialize<'de>, M: Deserialize<'de>> Visitor<'de> for WordOrVisitor<W, M> {
    type Value = WordOr<W, M>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string or a map")
    }

    /// A number may be a password without quotes, so that it is not told.
    fn visit_u64<E: de::Error>(self, _: u64) -> Result<Self::Value, E> {
        Err(E::custom("must be a string or a map: put a text in quotes"))
    }

    fn visit_i64<E: de::Error>(self, _: i64) -> Result<Self::Value, E> {
        self.visit_u64(0)
    }

    fn visit_f64<E: de::Error>(self, _: f64) -> Result<Self::Value, E> {
        self.visit_u64(0)
    }

    fn visit_str<E: de::Error>(self, word: &str) -> Result<Self::Value, E> {
        W::deserialize(StrDeserializer::new(word)).map(WordOr::Word)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
        M::deserialize(MapAccessDeserializer::new(map)).map(WordOr::Map)
    }
}

impl<'de, M: Deserialize<'de>> Deserialize<'de> for FlagOr<M> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(FlagOrVisitor(PhantomData))
    }
}

impl<'de, M: Deserialize<'de>> Visitor<'de> for FlagOrVisitor<M> {
    type Value = FlagOr<M>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("true, false or a map")
    }

    fn visit_bool<E>(self, flag: bool) -> Result<Self::Value, E> {
        Ok(FlagOr::Flag(flag))
    }

    fn visit_str<E: de::Error>(self, word: &str) -> Result<Self::Value, E> {
        let further = M::deserialize(StrDeserializer::new(word)).map(FlagOr::Further);
        further.map_err(|fault: E| E::custom(format!("{fault}; true and false are right too")))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
        M::deserialize(MapAccessDeserializer::new(map)).map(FlagOr::Further)
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for FlagOrList<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(FlagOrListVisitor(PhantomData))
    }
}

impl<'de, T: Deserialize<'de>> Visitor<'de> for FlagOrListVisitor<T> {
    type Value = FlagOrList<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("true, false or a list")
    }

    fn visit_bool<E>(self, flag: bool) -> Result<Self::Value, E> {
        Ok(FlagOrList::Flag(flag))
    }

    /// A text may be a secret.
    fn visit_str<E: de::Error>(self, _: &str) -> Result<Self::Value, E> {
        Err(E::custom("must be true, false or a list, got a string"))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<Self::Value, A::Error> {
        Vec::deserialize(SeqAccessDeserializer::new(list)).map(FlagOrList::List)
    }
}

impl<'de, M: Deserialize<'de>> Deserialize<'de> for OffOr<M> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(OffOrVisitor(PhantomData))
    }
}

impl<'de, M: Deserialize<'de>> Visitor<'de> for OffOrVisitor<M> {
    type Value = OffOr<M>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("false or a map")
    }

    fn visit_bool<E: de::Error>(self, flag: bool) -> Result<Self::Value, E> {
        if flag { Err(E::invalid_type(de::Unexpected::Bool(flag), &self)) } else { Ok(OffOr::Off) }
    }

    /// A text may be a secret.
    fn visit_str<E: de::Error>(self, _: &str) -> Result<Self::Value, E> {
        Err(E::custom("must be false or a map, got a string"))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
        M::deserialize(MapAccessDeserializer::new(map)).map(OffOr::Map)
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for OneOrList<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(OneOrListVisitor(PhantomData))
    }
}

impl<'de, T: Deserialize<'de>> Visitor<'de> for OneOrListVisitor<T> {
    type Value = OneOrList<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list, or one item of it")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Self::Value, E> {
        T::deserialize(StrDeserializer::new(text)).map(OneOrList::One)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
        T::deserialize(MapAccessDeserializer::new(map)).map(OneOrList::One)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<Self::Value, A::Error> {
        Vec::deserialize(SeqAccessDeserializer::new(list)).map(OneOrList::Many)
    }
}

impl<'de, T: Deserialize<'de>, M: Deserialize<'de>> Deserialize<'de> for ListOr<T, M> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ListOrVisitor(PhantomData))
    }
}

impl<'de, T: Deserialize<'de>, M: Deserialize<'de>> Visitor<'de> for ListOrVisitor<T, M> {
    type Value = ListOr<T, M>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list or a map")
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
        M::deserialize(MapAccessDeserializer::new(map)).map(ListOr::Map)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<Self::Value, A::Error> {
        Vec::deserialize(SeqAccessDeserializer::new(list)).map(ListOr::List)
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for NamedParts<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(NamedPartsVisitor(PhantomData))
    }
}

impl<'de, T: Deserialize<'de>> Visitor<'de> for NamedPartsVisitor<T> {
    type Value = NamedParts<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a map")
    }

    /// A text may be a secret.
    fn visit_str<E: de::Error>(self, _: &str) -> Result<Self::Value, E> {
        Err(E::custom("must be a map, got a string"))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut parts = Vec::new();
        while let Some(part) = map.next_entry()? {
            parts.push(part);
        }
        Ok(NamedParts(parts))
    }
}

impl<W: ConfigTexts, M: ConfigTexts> ConfigTexts for WordOr<W, M> {
    fn visit_texts(&mut self, at: &Path<'_>, visit: &mut TextVisitor<'_>) {
        match self {
            Self::Word(word) => word.visit_texts(at, visit),
            Self::Map(map) => map.visit_texts(at, visit),
        }
    }
}

impl<M: ConfigTexts> ConfigTexts for OffOr<M> {
    fn visit_texts(&mut self, at: &Path<'_>, visit: &mut TextVisitor<'_>) {
        if let Self::Map(map) = self {
            map.visit_texts(at, visit);
        }
    }
}

impl<T: ConfigTexts> ConfigTexts for OneOrList<T> {
    fn visit_texts(&mut self, at: &Path<'_>, visit: &mut TextVisitor<'_>) {
        match self {
            Self::One(one) => one.visit_texts(at, visit),
            Self::Many(many) => many.visit_texts(at, visit),
        }
    }
}

impl<T: ConfigTexts> ConfigTexts for NamedParts<T> {
    fn visit_texts(&mut self, at: &Path<'_>, visit: &mut TextVisitor<'_>) {
        for (name, part) in &mut self.0 {
            part.visit_texts(&at.key(name), visit);
        }
    }
}
