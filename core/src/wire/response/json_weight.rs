//! How long JSON takes to become values in JavaScript, where nothing else runs meanwhile: a count of values, told before they are made.
//!
//! Measured with V8 11.3 (Node 20): a scalar takes 0.05 µs, a list or a map up to 0.2 µs. V8 keeps a shape for each order of keys that maps
//! have, as a transition from the shape without the last key. A member takes 0.7 to 1.3 µs where its transition is new, or where the map
//! has none any more: it has too many members, or a key that is one of too many behind the same shape.

use crate::json::{HashMap, HashSet, checksum_of};

/// How deep JSON may be: as deep as whoever reads it into values in Rust goes.
const DEEPEST: usize = 127;
/// Transitions that V8 keeps of one shape. Source: `TransitionsAccessor::kMaxNumberOfTransitions`, 1,536.
const TRANSITIONS: usize = 1_024;
/// Members that a map with a shape has. Source: `kMaxNumberOfDescriptors` of V8, 1,020.
const MEMBERS: usize = 1_020;
/// Transitions that are remembered here; what has more is over every limit.
const REMEMBERED: usize = 200_000;
/// What a list or a map counts for, beside what it holds.
const CONTAINER: usize = 1;
/// What a member counts for beside its value, where it needs a new transition or has none.
const SLOW_MEMBER: usize = 6;

/// The weight of a JSON text, in values that take no time of their own; nothing where lists and maps stand within one another deeper
/// than they may. It counts and does not judge.
pub fn json_weight(text: &str) -> Option<usize> {
    let mut scale =
        JsonScale { bytes: text.as_bytes(), at: 0, open: Vec::new(), shapes: KeyShapes::default() };
    let mut weight = 0;
    while let Some(more) = scale.next()? {
        weight += more;
    }
    Some(weight)
}

/// What is open around the place that is looked at.
enum OpenContainer {
    List,
    /// A map: the shape of its keys so far, nothing where it has none any more; how many there are; and whether the next text is one.
    Map {
        shape: Option<u64>,
        members: usize,
        wants_key: bool,
    },
}

struct JsonScale<'t> {
    bytes: &'t [u8],
    at: usize,
    open: Vec<OpenContainer>,
    shapes: KeyShapes,
}

impl JsonScale<'_> {
    /// What the next token weighs: `Some(None)` behind the last one, `None` where it is too deep.
    #[expect(clippy::option_option, reason = "the end of the text is no fault")]
    fn next(&mut self) -> Option<Option<usize>> {
        let Some(byte) = self.bytes.get(self.at) else { return Some(None) };
        self.at += 1;
        Some(Some(match byte {
            b' ' | b'\n' | b'\r' | b'\t' | b':' => 0,
            b',' => {
                if let Some(OpenContainer::Map { wants_key, .. }) = self.open.last_mut() {
                    *wants_key = true;
                }
                0
            }
            b']' | b'}' => {
                self.open.pop();
                0
            }
            b'[' => return self.enter(OpenContainer::List),
            b'{' => return self.enter(OpenContainer::Map { shape: Some(0), members: 0, wants_key: true }),
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
    fn enter(&mut self, open: OpenContainer) -> Option<Option<usize>> {
        self.open.push(open);
        (self.open.len() <= DEEPEST).then_some(Some(CONTAINER))
    }

    /// A text that began there: a key, or a value.
    fn text(&mut self, from: usize) -> usize {
        let Some(OpenContainer::Map { shape, members, wants_key }) = self.open.last_mut() else { return 1 };
        if !*wants_key {
            return 1;
        }
        *wants_key = false;
        *members += 1;
        let before = shape.filter(|_| *members <= MEMBERS);
        let Some(transition) = before.map(|before| self.shapes.step(before, &self.bytes[from..self.at]))
        else {
            *shape = None;
            return SLOW_MEMBER;
        };
        *shape = transition.shape;
        if transition.is_known { 0 } else { SLOW_MEMBER }
    }
}

/// The shapes of maps: all transitions that were met, and how many each shape has.
#[derive(Default)]
struct KeyShapes {
    transitions: HashSet<u64>,
    behind: HashMap<u64, usize>,
}

/// From one shape to the next.
struct ShapeTransition {
    /// The next one; nothing where the map has none from here on.
    shape: Option<u64>,
    is_known: bool,
}

impl KeyShapes {
    fn step(&mut self, shape: u64, key: &[u8]) -> ShapeTransition {
        let next = checksum_of((shape, key));
        if self.transitions.contains(&next) {
            return ShapeTransition { shape: Some(next), is_known: true };
        }
        let behind = self.behind.entry(shape).or_default();
        if *behind == TRANSITIONS || self.transitions.len() == REMEMBERED {
            return ShapeTransition { shape: None, is_known: false };
        }
        *behind += 1;
        self.transitions.insert(next);
        ShapeTransition { shape: Some(next), is_known: false }
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

    /// The same of values that were made, with few members: each order of keys is slow once.
    fn counted(value: &Value) -> usize {
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
            assert_eq!(json_weight(text), Some(counted(&value)), "{text}");
        }
        assert_eq!(json_weight(&"[".repeat(DEEPEST)), Some(DEEPEST * CONTAINER));
        assert_eq!(json_weight(&"[".repeat(DEEPEST + 1)), None);
    }

    /// Rows of one member each.
    fn rows(count: usize, key: impl Fn(usize) -> usize) -> String {
        let rows: Vec<_> = (0..count).map(|n| format!("{{\"a{}\":1}}", key(n))).collect();
        format!("[{}]", rows.join(","))
    }

    fn map(keys: usize) -> String {
        let members: Vec<_> = (0..keys).map(|n| format!("\"k{n}\":1")).collect();
        format!("{{{}}}", members.join(","))
    }

    #[test]
    fn a_member_is_slow_where_its_order_of_keys_is_new_or_one_of_too_many() {
        let plain = CONTAINER + 5_000 * (CONTAINER + 1);
        for (slow, key) in [
            (1, (|_| 0) as fn(usize) -> usize),
            (TRANSITIONS, |n| n % TRANSITIONS),
            (5_000, |n| n),
            // The first keys are slow once, those behind them each time.
            (TRANSITIONS + 2 * (2_000 - TRANSITIONS), |n| n % 2_000),
        ] {
            assert_eq!(json_weight(&rows(5_000, key)), Some(plain + slow * SLOW_MEMBER), "{slow}");
        }
    }

    #[test]
    fn a_long_map_is_slow_and_makes_nothing_else_slow() {
        assert_eq!(json_weight(&map(5_000)), Some(CONTAINER + 5_000 * (1 + SLOW_MEMBER)));
        let twice = format!("[{},{}]", map(2_000), map(2_000));
        let again = 2_000 - MEMBERS;
        assert_eq!(json_weight(&twice), Some(3 * CONTAINER + 4_000 + (2_000 + again) * SLOW_MEMBER));
        let rows = rows(5_000, |_| 0);
        let both = format!("{{\"index\":{},\"rows\":{rows}}}", map(2_000));
        let apart = json_weight(&map(2_000)).zip(json_weight(&rows)).map(|(one, other)| one + other);
        assert_eq!(json_weight(&both), apart.map(|apart| apart + CONTAINER + 2 * SLOW_MEMBER));
    }

    proptest! {
        #[test]
        fn any_json_weighs_what_its_values_do(value in json_value()) {
            prop_assert_eq!(json_weight(&value.to_string()), Some(counted(&value)));
            let pretty = serde_json::to_string_pretty(&value).expect("JSON");
            prop_assert_eq!(json_weight(&pretty), Some(counted(&value)));
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
