//! How long JSON takes to become values in JavaScript, where nothing else runs meanwhile: a count of values, told before they are made.
//!
//! Measured with V8 11.3 (Node 20): a scalar takes 0.05 µs, a list or a map up to 0.2 µs. A member takes 1.3 µs where its map has keys in
//! an order that no other map had, since V8 keeps a shape for each order of keys, and looks for it among all others.

use crate::json::{HashSet, checksum_of};

/// How deep JSON may be: as deep as whoever reads it into values in Rust goes.
const DEEPEST: usize = 127;
/// Orders of keys that V8 finds at once. Source: `kMaxNumberOfTransitions` of V8's `TransitionsAccessor`, 1,536.
const SHAPES: usize = 1_024;
/// What a list or a map counts for, beside what it holds.
const CONTAINER: usize = 1;
/// What a member counts for beside its value, where its shape is one of too many.
const STRANGE_MEMBER: usize = 6;

/// The weight of a JSON text, in values that take no time of their own; nothing where lists and maps stand within one another deeper
/// than they may. It counts and does not judge.
pub fn of(text: &str) -> Option<usize> {
    let mut scale = Scale { bytes: text.as_bytes(), at: 0, open: Vec::new(), shapes: HashSet::default() };
    let mut weight = 0;
    while let Some(more) = scale.next()? {
        weight += more;
    }
    Some(weight)
}

/// What is open around the place that is looked at.
enum Open {
    List,
    /// A map, the shape of its keys so far, and whether the next text is a key.
    Map {
        shape: u64,
        wants_key: bool,
    },
}

struct Scale<'t> {
    bytes: &'t [u8],
    at: usize,
    open: Vec<Open>,
    shapes: HashSet<u64>,
}

impl Scale<'_> {
    /// What the next token weighs: `Some(None)` behind the last one, `None` where it is too deep.
    #[expect(clippy::option_option, reason = "the end of the text is no fault")]
    fn next(&mut self) -> Option<Option<usize>> {
        let Some(byte) = self.bytes.get(self.at) else { return Some(None) };
        self.at += 1;
        Some(Some(match byte {
            b' ' | b'\n' | b'\r' | b'\t' | b':' => 0,
            b',' => {
                if let Some(Open::Map { wants_key, .. }) = self.open.last_mut() {
                    *wants_key = true;
                }
                0
            }
            b']' | b'}' => {
                self.open.pop();
                0
            }
            b'[' => return self.enter(Open::List),
            b'{' => return self.enter(Open::Map { shape: 0, wants_key: true }),
            b'"' => {
                let from = self.at;
                self.at = behind_text(self.bytes, from);
                self.text(from)
            }
            _ => {
                let is_end = |byte: &u8| matches!(byte, b',' | b']' | b'}' | b' ' | b'\n' | b'\r' | b'\t');
                let rest = self.bytes.get(self.at..).unwrap_or_default();
                self.at += rest.iter().position(is_end).unwrap_or(rest.len());
                1
            }
        }))
    }

    #[expect(clippy::option_option, reason = "as for the next token")]
    fn enter(&mut self, open: Open) -> Option<Option<usize>> {
        self.open.push(open);
        (self.open.len() <= DEEPEST).then_some(Some(CONTAINER))
    }

    /// A text that began there: a key, or a value.
    fn text(&mut self, from: usize) -> usize {
        let Some(Open::Map { shape, wants_key }) = self.open.last_mut().filter(|open| open.wants_key())
        else {
            return 1;
        };
        *wants_key = false;
        *shape = checksum_of((*shape, &self.bytes[from..self.at]));
        if self.shapes.contains(shape) {
            return 0;
        }
        if self.shapes.len() < SHAPES {
            self.shapes.insert(*shape);
            return 0;
        }
        STRANGE_MEMBER
    }
}

impl Open {
    const fn wants_key(&self) -> bool {
        matches!(self, Self::Map { wants_key: true, .. })
    }
}

/// Where a text ends that began before `at`, behind its quote.
fn behind_text(bytes: &[u8], mut at: usize) -> usize {
    while let Some(length) =
        bytes.get(at..).and_then(|rest| rest.iter().position(|byte| matches!(byte, b'"' | b'\\')))
    {
        at += length + 1;
        if bytes[at - 1] == b'"' {
            return at;
        }
        at += 1;
    }
    bytes.len()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::Value;

    use super::*;

    /// The same of values that were made, without strange members.
    fn counted(value: &Value) -> usize {
        match value {
            Value::Array(items) => CONTAINER + items.iter().map(counted).sum::<usize>(),
            Value::Object(members) => CONTAINER + members.values().map(counted).sum::<usize>(),
            _ => 1,
        }
    }

    #[test]
    fn each_value_weighs_one_lists_and_maps_among_them() {
        for text in [
            "1",
            "[]",
            "{}",
            "[ ]",
            "[[],[]]",
            "[1, 2]",
            "[\"a,b\", \"[\"]",
            "{\"a\": {}, \"b\": [null, true]}",
            "{\"a\":\"b\",\"c\":\"d\"}",
            "\"\\\",\"",
            "[ [ ] , { } ]",
        ] {
            let value: Value = serde_json::from_str(text).expect("JSON");
            assert_eq!(of(text), Some(counted(&value)), "{text}");
        }
        assert_eq!(of(&"[".repeat(DEEPEST)), Some(DEEPEST * CONTAINER));
        assert_eq!(of(&"[".repeat(DEEPEST + 1)), None);
    }

    #[test]
    fn rows_of_one_shape_weigh_what_they_hold_and_strange_members_more() {
        let rows = |key: &dyn Fn(usize) -> String| -> String {
            let rows: Vec<_> = (0..5_000).map(|n| format!("{{\"{}\":1}}", key(n))).collect();
            format!("[{}]", rows.join(","))
        };
        let plain = CONTAINER + 5_000 * (CONTAINER + 1);
        assert_eq!(of(&rows(&|_| "a".to_owned())), Some(plain));
        assert_eq!(of(&rows(&|n| format!("a{}", n % SHAPES))), Some(plain));
        assert_eq!(of(&rows(&|n| format!("a{n}"))), Some(plain + (5_000 - SHAPES) * STRANGE_MEMBER));
        let map: Vec<_> = (0..5_000).map(|n| format!("\"k{n}\":1")).collect();
        let expected = CONTAINER + 5_000 + (5_000 - SHAPES) * STRANGE_MEMBER;
        assert_eq!(of(&format!("{{{}}}", map.join(","))), Some(expected));
    }

    proptest! {
        #[test]
        fn any_json_weighs_what_its_values_do(value in json_value()) {
            prop_assert_eq!(of(&value.to_string()), Some(counted(&value)));
            let pretty = serde_json::to_string_pretty(&value).expect("JSON");
            prop_assert_eq!(of(&pretty), Some(counted(&value)));
        }
    }

    fn json_value() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i32>().prop_map(Value::from),
            "[a,\\[{}\\]\"\\\\: ]{0,6}".prop_map(Value::from),
        ];
        leaf.prop_recursive(5, 60, 6, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
                prop::collection::hash_map("[a,{\"]{0,3}", inner, 0..6)
                    .prop_map(|map| Value::Object(map.into_iter().collect())),
            ]
        })
    }
}
