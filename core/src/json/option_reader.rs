//! Reads options into a type: what is wrong is said in the words of a user, with the place of it.

use std::iter::Enumerate;
use std::slice;

use serde::de::value::BorrowedStrDeserializer;
use serde::de::{self, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Unexpected, Visitor};
use serde::{Deserialize, forward_to_deserialize_any};
use serde_json::Value;

use super::left_out_members::LeftOutMembers;
use super::option_fault::OptionFault;
use super::pointer;
use super::stand_in::StandIn;

/// Reads a value into a type.
///
/// # Errors
/// The fault: `"baseURL" is none of name, baseUrl …; nearest: baseUrl`.
pub fn read_options<'de, T: Deserialize<'de>>(value: &'de Value) -> Result<T, OptionFault> {
    T::deserialize(OptionReader { value, left_out: None })
}

/// Reads a file of options into a type, and collects the faults of all of its members: the member of a fault is left out,
/// and the rest is read again. An option without a value (`null`) is a fault too: somebody began to write it. `most` is
/// the number of faults that are enough.
///
/// # Errors
/// All faults, in the order in which they were found.
pub fn read_option_file<'de, T: Deserialize<'de>>(
    value: &'de Value,
    most: usize,
) -> Result<T, Vec<OptionFault>> {
    let (mut faults, mut left_out) = (Vec::new(), LeftOutMembers::default());
    while faults.len() < most {
        let fault = match T::deserialize(OptionReader { value, left_out: Some(&left_out) }) {
            Ok(read) if faults.is_empty() => return Ok(read),
            Ok(_) => break,
            Err(fault) => fault,
        };
        if fault.is_of_stand_in {
            // A value that nothing can stand for: what else its object lacks is not known.
            if !left_out.leave_out_object(value, &fault.pointer()) {
                break;
            }
            continue;
        }
        let place = fault.pointer();
        let is_new = match (fault.missing_option(), fault.unknown_option()) {
            (Some(option), _) => left_out.stand_in(value, &place, option),
            (None, Some((word, _))) if value.pointer(&place).is_some_and(Value::is_object) => {
                left_out.leave_out(value, pointer::push(&place, word))
            }
            _ => left_out.leave_out(value, place.clone()) && !place.is_empty(),
        };
        // A required option that has a fault of its own is not missing.
        let is_told = |option: &str| left_out.has_pointer(&pointer::push(&place, option));
        if !fault.missing_option().is_some_and(is_told) {
            faults.push(fault);
        }
        if !is_new {
            break;
        }
    }
    Err(faults)
}

/// A value that is read into a type.
#[derive(Clone, Copy)]
struct OptionReader<'de, 'l> {
    value: &'de Value,
    /// What is left out of a file. `None`: these are options of a program.
    left_out: Option<&'l LeftOutMembers>,
}

/// The members of a map, with the one whose value is read next; then those that it lacks.
struct OptionMembers<'de, 'l> {
    rest: serde_json::map::Iter<'de>,
    next: Option<(&'de str, &'de Value)>,
    missing: slice::Iter<'l, &'static str>,
    /// The lacking one whose stand-in is read next.
    lacked: Option<&'static str>,
    left_out: Option<&'l LeftOutMembers>,
}

/// The items of a list, with their indexes.
struct OptionItems<'de, 'l> {
    rest: Enumerate<slice::Iter<'de, Value>>,
    left_out: Option<&'l LeftOutMembers>,
}

impl<'de> Deserializer<'de> for OptionReader<'de, '_> {
    type Error = OptionFault;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, OptionFault> {
        let left_out = self.left_out;
        match self.value {
            Value::Null => visitor.visit_unit(),
            Value::Bool(flag) => visitor.visit_bool(*flag),
            Value::Number(number) => match (number.as_u64(), number.as_i64()) {
                (Some(number), _) => visitor.visit_u64(number),
                (None, Some(number)) => visitor.visit_i64(number),
                (None, None) => visitor.visit_f64(number.as_f64().unwrap_or_default()),
            },
            Value::String(text) => visitor.visit_borrowed_str(text),
            Value::Array(items) => {
                visitor.visit_seq(OptionItems { rest: items.iter().enumerate(), left_out })
            }
            Value::Object(map) => {
                let missing = left_out.map_or(&[][..], |left_out| left_out.missing_of(self.value)).iter();
                visitor.visit_map(OptionMembers {
                    rest: map.iter(),
                    next: None,
                    missing,
                    lacked: None,
                    left_out,
                })
            }
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, OptionFault> {
        match (self.value, self.left_out) {
            (Value::Null, None) => visitor.visit_none(),
            (Value::Null, Some(_)) => {
                Err(OptionFault::new("has no value: give one, or remove it".to_owned()))
            }
            _ => visitor.visit_some(self),
        }
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
        match self.value {
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
        match self.value {
            Value::String(word) => visitor.visit_enum(BorrowedStrDeserializer::new(word)),
            _ => Err(OptionFault::new(format!("must be one of {}", variants.join(", ")))),
        }
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct seq
        tuple tuple_struct map identifier ignored_any
    }
}

impl<'de> MapAccess<'de> for OptionMembers<'de, '_> {
    type Error = OptionFault;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, OptionFault> {
        let is_read = |value: &Value| self.left_out.is_none_or(|left_out| !left_out.has(value));
        self.next = self.rest.find(|(_, value)| is_read(value)).map(|(key, value)| (key.as_str(), value));
        let key = self.next.map(|(key, _)| key).or_else(|| {
            self.lacked = self.missing.next().copied();
            self.lacked
        });
        key.map(|key| seed.deserialize(BorrowedStrDeserializer::new(key))).transpose()
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, OptionFault> {
        if let Some(option) = self.lacked.take() {
            return seed.deserialize(StandIn).map_err(|fault| fault.of_stand_in(option));
        }
        let (key, value) = self.next.take().unwrap_or(("", &Value::Null));
        let reader = OptionReader { value, left_out: self.left_out };
        seed.deserialize(reader).map_err(|fault| fault.under(key))
    }
}

impl<'de> SeqAccess<'de> for OptionItems<'de, '_> {
    type Error = OptionFault;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, OptionFault> {
        let is_read = |value: &Value| self.left_out.is_none_or(|left_out| !left_out.has(value));
        let Some((i, item)) = self.rest.find(|(_, item)| is_read(item)) else { return Ok(None) };
        let reader = OptionReader { value: item, left_out: self.left_out };
        seed.deserialize(reader).map(Some).map_err(|fault| fault.under(&i.to_string()))
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

    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct OptionFile {
        sources: BTreeMap<String, FileSource>,
        word: Option<Word>,
    }

    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct FileSource {
        location: String,
        bytes: Option<usize>,
    }

    #[derive(Debug, PartialEq, Deserialize)]
    struct Whole {
        name: String,
        count: u64,
        share: f64,
        word: Word,
        tags: Vec<String>,
        limits: FileSource,
        flag: bool,
        wraps: Wrapped,
    }

    #[derive(Debug, PartialEq, Deserialize)]
    struct Wrapped(String);

    #[test]
    fn all_options_that_an_object_lacks_are_told() {
        let faults = |value: &Value| -> Vec<String> {
            let read = read_option_file::<BTreeMap<String, Whole>>(value, 50);
            read.expect_err("faults").iter().map(|fault| format!("{} {fault}", fault.pointer())).collect()
        };
        let told = |names: &[&str]| names.iter().map(|name| format!("/a a needs {name}")).collect::<Vec<_>>();
        // No value stands for an object: what comes after it is not known.
        let first = ["name", "count", "share", "word", "tags", "limits"];
        assert_eq!(faults(&json!({"a": {}})), told(&first));
        let limits = json!({"location": "x"});
        assert_eq!(
            faults(&json!({"a": {"name": 5, "limits": limits, "flag": true}, "b": 1})),
            [
                "/a/name a.name must be a string, got 5",
                "/a a needs count",
                "/a a needs share",
                "/a a needs word",
                "/a a needs tags",
                "/a a needs wraps",
                "/b b must be a map, got 1",
            ]
        );
    }

    fn file_faults(value: &Value, most: usize) -> Vec<String> {
        let told = |fault: &OptionFault| format!("{} {}", fault.pointer(), fault.message());
        read_option_file::<OptionFile>(value, most)
            .map_or_else(|faults| faults.iter().map(told).collect(), |_| Vec::new())
    }

    #[test]
    fn all_faults_of_a_file_are_told_and_each_once() {
        let value = json!({
            "sources": {
                "a/b": {"location": 5, "bytes": "x"},
                "c": {"bites": 1},
                "d": ["x"],
                "e": {"location": "x", "bytes": null},
                "f": {"location": "x"},
            },
            "words": 1,
            "word": "skipp",
        });
        assert_eq!(
            file_faults(&value, 50),
            [
                "/sources/a~1b/location must be a string, got 5",
                "/sources/a~1b/bytes must be a whole number from 0, got \"x\"",
                "/sources/c \"bites\" is none of location, bytes; nearest: bytes",
                "/sources/c needs location",
                "/sources/d must be a map, got a list",
                "/sources/e/bytes has no value: give one, or remove it",
                " \"words\" is none of sources, word; nearest: word",
                "/word \"skipp\" is none of skip, include; nearest: skip",
            ]
        );
        assert_eq!(file_faults(&value, 2).len(), 2);
        assert_eq!(file_faults(&json!([]), 50), [" must be a map, got a list"]);
        assert_eq!(file_faults(&json!({"sources": 1}), 50), ["/sources must be a map, got 1"]);
        assert_eq!(file_faults(&json!({"sources": {"f": {"location": "x"}}}), 50), Vec::<String>::new());
    }
}
