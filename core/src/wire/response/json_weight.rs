//! Weight of JSON: the estimated cost of `JSON.parse` in JavaScript, counted in values before any value is made.
//!
//! `JSON.parse` blocks the event loop, so a small response with many values could stall a process. Measured with V8
//! 11.3 (Node 20): a scalar takes 0.05 µs, an array or object up to 0.2 µs. V8 keeps a shape (hidden class) for each
//! order of keys, as a transition from the shape without the last key. A member takes 0.7 to 1.3 µs where its
//! transition is new. The same holds where the object has no shape: it has too many members, or too many keys follow
//! the same shape.

use crate::json::{HashMap, HashSet, checksum_of};

/// The deepest nesting of JSON: the recursion limit of `serde_json`.
const MAX_DEPTH: usize = 127;
/// The number of transitions that V8 keeps from one shape. Source: `TransitionsAccessor::kMaxNumberOfTransitions`,
/// 1,536.
const MAX_TRANSITIONS: usize = 1_024;
/// The number of members of an object with a shape. Source: `kMaxNumberOfDescriptors` of V8, 1,020.
const MAX_SHAPE_MEMBERS: usize = 1_020;
/// The number of transitions that are remembered. JSON with more is over every limit.
const MAX_REMEMBERED: usize = 200_000;
/// The weight of an array or object without its members.
const CONTAINER: usize = 1;
/// The extra weight of a member whose transition is new, or whose object has no shape.
const SLOW_MEMBER: usize = 6;

/// The weight of a JSON text, in units of a scalar; `None` where it is nested too deep. It does not check the syntax.
pub fn json_weight(text: &str) -> Option<usize> {
    let mut weigher =
        JsonWeigher { bytes: text.as_bytes(), at: 0, open: Vec::new(), shapes: KeyShapes::default() };
    let mut weight = 0;
    while let Some(more) = weigher.weigh_next()? {
        weight += more;
    }
    Some(weight)
}

/// An array or object around the current position.
enum OpenContainer {
    Array,
    Object {
        /// The shape of the keys so far; `None` where the object has no shape any more.
        shape: Option<u64>,
        members: usize,
        /// Whether the next string is a key.
        wants_key: bool,
    },
}

struct JsonWeigher<'t> {
    bytes: &'t [u8],
    at: usize,
    open: Vec<OpenContainer>,
    shapes: KeyShapes,
}

impl JsonWeigher<'_> {
    /// The weight of the next token: `Some(None)` at the end, `None` where it is nested too deep.
    #[expect(clippy::option_option, reason = "the end of the text is not a fault")]
    fn weigh_next(&mut self) -> Option<Option<usize>> {
        let Some(byte) = self.bytes.get(self.at) else { return Some(None) };
        self.at += 1;
        Some(Some(match byte {
            b' ' | b'\n' | b'\r' | b'\t' | b':' => 0,
            b',' => {
                if let Some(OpenContainer::Object { wants_key, .. }) = self.open.last_mut() {
                    *wants_key = true;
                }
                0
            }
            b']' | b'}' => {
                self.open.pop();
                0
            }
            b'[' => return self.enter(OpenContainer::Array),
            b'{' => return self.enter(OpenContainer::Object { shape: Some(0), members: 0, wants_key: true }),
            b'"' => {
                let from = self.at;
                self.at = end_of_string(self.bytes, from);
                self.weigh_string(from)
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
    fn enter(&mut self, open: OpenContainer) -> Option<Option<usize>> {
        self.open.push(open);
        (self.open.len() <= MAX_DEPTH).then_some(Some(CONTAINER))
    }

    /// The weight of the string at `from`: a key or a value.
    fn weigh_string(&mut self, from: usize) -> usize {
        let Some(OpenContainer::Object { shape, members, wants_key }) = self.open.last_mut() else {
            return 1;
        };
        if !*wants_key {
            return 1;
        }
        *wants_key = false;
        *members += 1;
        let before = shape.filter(|_| *members <= MAX_SHAPE_MEMBERS);
        let Some(transition) = before.map(|before| self.shapes.add_key(before, &self.bytes[from..self.at]))
        else {
            *shape = None;
            return SLOW_MEMBER;
        };
        *shape = transition.shape;
        if transition.is_known { 0 } else { SLOW_MEMBER }
    }
}

/// The shapes of objects: all known transitions, and their number for each shape.
#[derive(Default)]
struct KeyShapes {
    transitions: HashSet<u64>,
    followers: HashMap<u64, usize>,
}

/// A transition from one shape to the next.
struct ShapeTransition {
    /// The next shape; `None` where the object has no shape from here on.
    shape: Option<u64>,
    is_known: bool,
}

impl KeyShapes {
    fn add_key(&mut self, shape: u64, key: &[u8]) -> ShapeTransition {
        let next = checksum_of((shape, key));
        if self.transitions.contains(&next) {
            return ShapeTransition { shape: Some(next), is_known: true };
        }
        let followers = self.followers.entry(shape).or_default();
        if *followers == MAX_TRANSITIONS || self.transitions.len() == MAX_REMEMBERED {
            return ShapeTransition { shape: None, is_known: false };
        }
        *followers += 1;
        self.transitions.insert(next);
        ShapeTransition { shape: Some(next), is_known: false }
    }
}

/// The position behind the closing quote of a string that began before `at`.
fn end_of_string(bytes: &[u8], mut at: usize) -> usize {
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

    /// The weight of parsed values with few members: each order of keys is slow once.
    fn expected_weight(value: &Value) -> usize {
        let mut shapes = std::collections::HashSet::new();
        let scalars = values(value, &mut shapes);
        scalars + shapes.len() * SLOW_MEMBER
    }

    fn values(value: &Value, shapes: &mut std::collections::HashSet<Vec<String>>) -> usize {
        match value {
            Value::Array(items) => CONTAINER + items.iter().map(|item| values(item, shapes)).sum::<usize>(),
            Value::Object(members) => {
                let keys: Vec<_> = members.keys().cloned().collect();
                shapes.extend((1..=keys.len()).map(|end| keys[..end].to_vec()));
                CONTAINER + members.values().map(|member| values(member, shapes)).sum::<usize>()
            }
            _ => 1,
        }
    }

    #[test]
    fn each_value_weighs_one() {
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
            assert_eq!(json_weight(text), Some(expected_weight(&value)), "{text}");
        }
        assert_eq!(json_weight(&"[".repeat(MAX_DEPTH)), Some(MAX_DEPTH * CONTAINER));
        assert_eq!(json_weight(&"[".repeat(MAX_DEPTH + 1)), None);
    }

    /// An array of objects with one member each.
    fn rows(count: usize, key: impl Fn(usize) -> usize) -> String {
        let rows: Vec<_> = (0..count).map(|n| format!("{{\"a{}\":1}}", key(n))).collect();
        format!("[{}]", rows.join(","))
    }

    fn map(keys: usize) -> String {
        let members: Vec<_> = (0..keys).map(|n| format!("\"k{n}\":1")).collect();
        format!("{{{}}}", members.join(","))
    }

    #[test]
    fn a_member_is_slow_where_its_order_of_keys_is_new_or_over_the_limit() {
        let plain = CONTAINER + 5_000 * (CONTAINER + 1);
        for (slow, key) in [
            (1, (|_| 0) as fn(usize) -> usize),
            (MAX_TRANSITIONS, |n| n % MAX_TRANSITIONS),
            (5_000, |n| n),
            // The keys up to the limit are slow once, the others each time.
            (MAX_TRANSITIONS + 2 * (2_000 - MAX_TRANSITIONS), |n| n % 2_000),
        ] {
            assert_eq!(json_weight(&rows(5_000, key)), Some(plain + slow * SLOW_MEMBER), "{slow}");
        }
    }

    #[test]
    fn a_long_object_is_slow_and_slows_no_other_object() {
        assert_eq!(json_weight(&map(5_000)), Some(CONTAINER + 5_000 * (1 + SLOW_MEMBER)));
        let twice = format!("[{},{}]", map(2_000), map(2_000));
        let again = 2_000 - MAX_SHAPE_MEMBERS;
        assert_eq!(json_weight(&twice), Some(3 * CONTAINER + 4_000 + (2_000 + again) * SLOW_MEMBER));
        let rows = rows(5_000, |_| 0);
        let both = format!("{{\"index\":{},\"rows\":{rows}}}", map(2_000));
        let apart = json_weight(&map(2_000)).zip(json_weight(&rows)).map(|(one, other)| one + other);
        assert_eq!(json_weight(&both), apart.map(|apart| apart + CONTAINER + 2 * SLOW_MEMBER));
    }

    proptest! {
        #[test]
        fn the_weight_of_json_is_that_of_its_values(value in json_value()) {
            prop_assert_eq!(json_weight(&value.to_string()), Some(expected_weight(&value)));
            let pretty = serde_json::to_string_pretty(&value).expect("JSON");
            prop_assert_eq!(json_weight(&pretty), Some(expected_weight(&value)));
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
