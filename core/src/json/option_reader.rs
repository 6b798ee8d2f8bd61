//! Reads options into a type: what is wrong is said in the words of a user, with the place of it.

use std::iter::Enumerate;
use std::slice;

use serde::de::value::BorrowedStrDeserializer;
use serde::de::{self, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Unexpected, Visitor};
use serde::{Deserialize, forward_to_deserialize_any};
use serde_json::Value;

use super::option_fault::OptionFault;

/// Reads a value into a type.
///
/// # Errors
/// The fault: `"baseURL" is none of name, baseUrl …; nearest: baseUrl`.
pub fn read_options<'de, T: Deserialize<'de>>(value: &'de Value) -> Result<T, OptionFault> {
    T::deserialize(OptionReader(value))
}

/// A value that is read into a type.
#[derive(Clone, Copy)]
struct OptionReader<'de>(&'de Value);

/// The members of a map, with the one whose value is read next.
struct OptionMembers<'de> {
    rest: serde_json::map::Iter<'de>,
    next: Option<(&'de str, &'de Value)>,
}

/// The items of a list, with their indexes.
struct OptionItems<'de>(Enumerate<slice::Iter<'de, Value>>);

impl<'de> Deserializer<'de> for OptionReader<'de> {
    type Error = OptionFault;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, OptionFault> {
        match self.0 {
            Value::Null => visitor.visit_unit(),
            Value::Bool(flag) => visitor.visit_bool(*flag),
            Value::Number(number) => match (number.as_u64(), number.as_i64()) {
                (Some(number), _) => visitor.visit_u64(number),
                (None, Some(number)) => visitor.visit_i64(number),
                (None, None) => visitor.visit_f64(number.as_f64().unwrap_or_default()),
            },
            Value::String(text) => visitor.visit_borrowed_str(text),
            Value::Array(items) => visitor.visit_seq(OptionItems(items.iter().enumerate())),
            Value::Object(map) => visitor.visit_map(OptionMembers { rest: map.iter(), next: None }),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, OptionFault> {
        if self.0.is_null() { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, OptionFault> {
        visitor.visit_newtype_struct(self)
    }

    /// A list is no map, although a type could be read from it by the order of its fields.
    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, OptionFault> {
        match self.0 {
            Value::Array(_) => Err(de::Error::invalid_type(Unexpected::Seq, &visitor)),
            _ => self.deserialize_any(visitor),
        }
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, OptionFault> {
        match self.0 {
            Value::String(word) => visitor.visit_enum(BorrowedStrDeserializer::new(word)),
            _ => Err(OptionFault::new(format!("must be one of {}", variants.join(", ")))),
        }
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct seq
        tuple tuple_struct map identifier ignored_any
    }
}

impl<'de> MapAccess<'de> for OptionMembers<'de> {
    type Error = OptionFault;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, OptionFault> {
        self.next = self.rest.next().map(|(key, value)| (key.as_str(), value));
        self.next.map(|(key, _)| seed.deserialize(BorrowedStrDeserializer::new(key))).transpose()
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, OptionFault> {
        let (key, value) = self.next.take().unwrap_or(("", &Value::Null));
        seed.deserialize(OptionReader(value)).map_err(|fault| fault.under(key))
    }
}

impl<'de> SeqAccess<'de> for OptionItems<'de> {
    type Error = OptionFault;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, OptionFault> {
        let Some((i, item)) = self.0.next() else { return Ok(None) };
        seed.deserialize(OptionReader(item)).map(Some).map_err(|fault| fault.under(&i.to_string()))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde_json::json;

    use super::*;

    #[derive(Debug, Default, PartialEq, Deserialize)]
    #[serde(rename_all = "camelCase", deny_unknown_fields, default)]
    struct Options {
        name: Option<String>,
        base_url: Option<String>,
        tags: Vec<String>,
        limits: Limits,
        word: Word,
        headers: BTreeMap<String, Value>,
        share: Option<f64>,
    }

    #[derive(Debug, Default, PartialEq, Deserialize)]
    #[serde(deny_unknown_fields, default)]
    struct Limits {
        bytes: Option<usize>,
        depth: Option<usize>,
    }

    #[derive(Debug, Default, PartialEq, Deserialize)]
    #[serde(rename_all = "camelCase")]
    enum Word {
        #[default]
        Skip,
        Include,
    }

    #[test]
    fn what_is_right_is_read_as_serde_json_reads_it() {
        for value in [
            json!({}),
            json!({"name": null, "baseUrl": "x", "tags": ["a"], "limits": {"bytes": 5}, "word": "include"}),
            json!({"headers": {"a": [1, -1, 1.5, null, {"b": true}]}, "share": 1}),
            json!({"share": -0.5}),
        ] {
            let expected: Options = serde_json::from_value(value.clone()).expect("is right");
            assert_eq!(
                read_options::<Options>(&value).map_err(|fault| fault.to_string()),
                Ok(expected),
                "{value}"
            );
        }
    }

    #[test]
    fn a_fault_is_told_at_its_place_with_the_nearest_option() {
        let all = "name, baseUrl, tags, limits, word, headers, share";
        for (value, message) in [
            (json!({"baseURL": "x"}), format!("\"baseURL\" is none of {all}; nearest: baseUrl")),
            (json!({"zzzzzzz": 1}), format!("\"zzzzzzz\" is none of {all}")),
            (json!({"a\nb`c": 1}), format!("\"a\\nb`c\" is none of {all}")),
            (
                json!({"limits": {"bites": 1}}),
                "limits: \"bites\" is none of bytes, depth; nearest: bytes".to_owned(),
            ),
            (
                json!({"limits": {"bytes": "5"}}),
                "limits.bytes must be a whole number from 0, got \"5\"".to_owned(),
            ),
            (
                json!({"limits": {"bytes": -1}}),
                "limits.bytes must be a whole number from 0, got -1".to_owned(),
            ),
            (json!({"limits": [1]}), "limits must be a map, got a list".to_owned()),
            (json!({"tags": "a"}), "tags must be a list, got a string".to_owned()),
            (json!({"tags": ["a", 5]}), "tags.1 must be a string, got 5".to_owned()),
            (json!({"word": "skipp"}), "word: \"skipp\" is none of skip, include; nearest: skip".to_owned()),
            (json!({"word": 5}), "word must be one of skip, include".to_owned()),
            (json!({"headers": "Bearer s3cret"}), "headers must be a map, got a string".to_owned()),
            (json!({"share": {}}), "share must be a number, got an object".to_owned()),
            (json!([]), "must be a map, got a list".to_owned()),
            (json!("x"), "must be a map, got a string".to_owned()),
        ] {
            let fault = read_options::<Options>(&value).expect_err(&value.to_string());
            assert_eq!(fault.to_string(), message, "{value}");
        }
    }
}
