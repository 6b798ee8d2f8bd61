//! Words of a schema: names, descriptions and values of its properties, read from its JSON text in one pass.

use std::borrow::Cow;
use std::cell::RefCell;

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

/// How deep properties are read: what is deeper says little about the tool.
const DEEPEST: usize = 3;
/// The most names, descriptions and values that are read of one schema.
const MOST_TEXTS: usize = 600;

/// A text of a schema.
pub(super) enum SchemaWord<'t> {
    /// The name of a property.
    Name(&'t str),
    /// The description of a property.
    Description(&'t str),
    /// A value of an `enum` or `const` that is a text.
    Value(&'t str),
}

/// Calls `take` with the texts of a schema: all names first, then all descriptions, then all values. A text that is no JSON
/// has none.
pub(super) fn for_each_schema_word(schema: &str, mut take: impl FnMut(SchemaWord<'_>)) {
    let found = RefCell::new(SchemaTexts::default());
    let mut reader = serde_json::Deserializer::from_str(schema);
    // What was read before a fault is used all the same.
    let _ = SchemaSeed { found: &found, depth: 0 }.deserialize(&mut reader);
    let found = found.into_inner();
    found.names.iter().for_each(|name| take(SchemaWord::Name(name)));
    found.descriptions.iter().for_each(|text| take(SchemaWord::Description(text)));
    found.values.iter().for_each(|value| take(SchemaWord::Value(value)));
}

#[derive(Default)]
struct SchemaTexts<'t> {
    names: Vec<Cow<'t, str>>,
    descriptions: Vec<Cow<'t, str>>,
    values: Vec<Cow<'t, str>>,
}

impl<'t> SchemaTexts<'t> {
    fn push(list: &mut Vec<Cow<'t, str>>, text: Cow<'t, str>) {
        if list.len() < MOST_TEXTS {
            list.push(text);
        }
    }
}

/// Reads one schema.
struct SchemaSeed<'f, 't> {
    found: &'f RefCell<SchemaTexts<'t>>,
    depth: usize,
}

/// Reads the object `properties`.
struct PropertiesSeed<'f, 't>(SchemaSeed<'f, 't>);

/// Reads a list of schemas.
struct BranchesSeed<'f, 't>(SchemaSeed<'f, 't>);

/// Reads texts, alone or in a list, into one of the lists.
struct TextsSeed<'f, 't> {
    found: &'f RefCell<SchemaTexts<'t>>,
    is_value: bool,
}

macro_rules! ignore_other_values {
    ($($name:ident: $type:ty),*) => {
        $(fn $name<E>(self, _: $type) -> Result<(), E> { Ok(()) })*
        fn visit_unit<E>(self) -> Result<(), E> { Ok(()) }
        fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("a part of a schema")
        }
    };
}

impl<'t> DeserializeSeed<'t> for SchemaSeed<'_, 't> {
    type Value = ();
    fn deserialize<D: Deserializer<'t>>(self, reader: D) -> Result<(), D::Error> {
        reader.deserialize_any(self)
    }
}

impl<'t> Visitor<'t> for SchemaSeed<'_, 't> {
    type Value = ();
    ignore_other_values!(visit_bool: bool, visit_i64: i64, visit_u64: u64, visit_f64: f64, visit_str: &str);

    fn visit_seq<A: SeqAccess<'t>>(self, mut list: A) -> Result<(), A::Error> {
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(())
    }

    fn visit_map<A: MapAccess<'t>>(self, mut map: A) -> Result<(), A::Error> {
        let Self { found, depth } = self;
        let inner = || SchemaSeed { found, depth };
        while let Some(key) = map.next_key::<Cow<'t, str>>()? {
            match &*key {
                "properties" if depth < DEEPEST => {
                    map.next_value_seed(PropertiesSeed(SchemaSeed { found, depth: depth + 1 }))?;
                }
                "items" => map.next_value_seed(inner())?,
                "anyOf" | "oneOf" | "allOf" => map.next_value_seed(BranchesSeed(inner()))?,
                "description" if depth > 0 => map.next_value_seed(TextsSeed { found, is_value: false })?,
                "enum" | "const" => map.next_value_seed(TextsSeed { found, is_value: true })?,
                _ => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        Ok(())
    }
}

impl<'t> DeserializeSeed<'t> for PropertiesSeed<'_, 't> {
    type Value = ();
    fn deserialize<D: Deserializer<'t>>(self, reader: D) -> Result<(), D::Error> {
        reader.deserialize_any(self)
    }
}

impl<'t> Visitor<'t> for PropertiesSeed<'_, 't> {
    type Value = ();
    ignore_other_values!(visit_bool: bool, visit_i64: i64, visit_u64: u64, visit_f64: f64, visit_str: &str);

    fn visit_map<A: MapAccess<'t>>(self, mut map: A) -> Result<(), A::Error> {
        let SchemaSeed { found, depth } = self.0;
        while let Some(name) = map.next_key::<Cow<'t, str>>()? {
            SchemaTexts::push(&mut found.borrow_mut().names, name);
            map.next_value_seed(SchemaSeed { found, depth })?;
        }
        Ok(())
    }
}

impl<'t> DeserializeSeed<'t> for BranchesSeed<'_, 't> {
    type Value = ();
    fn deserialize<D: Deserializer<'t>>(self, reader: D) -> Result<(), D::Error> {
        reader.deserialize_any(self)
    }
}

impl<'t> Visitor<'t> for BranchesSeed<'_, 't> {
    type Value = ();
    ignore_other_values!(visit_bool: bool, visit_i64: i64, visit_u64: u64, visit_f64: f64, visit_str: &str);

    fn visit_seq<A: SeqAccess<'t>>(self, mut list: A) -> Result<(), A::Error> {
        let SchemaSeed { found, depth } = self.0;
        while list.next_element_seed(SchemaSeed { found, depth })?.is_some() {}
        Ok(())
    }
}

impl<'t> DeserializeSeed<'t> for TextsSeed<'_, 't> {
    type Value = ();
    fn deserialize<D: Deserializer<'t>>(self, reader: D) -> Result<(), D::Error> {
        reader.deserialize_any(self)
    }
}

impl<'t> Visitor<'t> for TextsSeed<'_, 't> {
    type Value = ();
    ignore_other_values!(visit_bool: bool, visit_i64: i64, visit_u64: u64, visit_f64: f64);

    fn visit_borrowed_str<E>(self, text: &'t str) -> Result<(), E> {
        self.take(Cow::Borrowed(text));
        Ok(())
    }

    fn visit_str<E>(self, text: &str) -> Result<(), E> {
        self.take(Cow::Owned(text.to_owned()));
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'t>>(self, mut list: A) -> Result<(), A::Error> {
        let Self { found, is_value } = self;
        while list.next_element_seed(TextsSeed { found, is_value })?.is_some() {}
        Ok(())
    }

    fn visit_map<A: MapAccess<'t>>(self, mut map: A) -> Result<(), A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(())
    }
}

impl<'t> TextsSeed<'_, 't> {
    fn take(&self, text: Cow<'t, str>) {
        let mut found = self.found.borrow_mut();
        let list = if self.is_value { &mut found.values } else { &mut found.descriptions };
        SchemaTexts::push(list, text);
    }
}
