//! A value that fits: what a model is shown of a long answer.

use serde::Serialize;
use serde_json::{Map, Value};

use crate::json::pointer;

/// What was left out of a value so that it fits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Truncated {
    /// How long the whole value is, in bytes of compact JSON.
    pub bytes: usize,
    /// How long what was kept of it is.
    pub kept_bytes: usize,
    /// Where something was left out, in the order of the value.
    pub cuts: Vec<TruncationCut>,
    /// How many more places there are than the first [`Truncated::PLACES`].
    pub more: usize,
}

/// One place where something was left out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TruncationCut {
    /// The array, object or text that was cut: a JSON pointer into the value.
    pub pointer: String,
    /// How much of it was kept.
    pub kept: usize,
    /// How much there was.
    pub of: usize,
    /// What is counted.
    pub unit: TruncationUnit,
}

/// What a value is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum TruncationUnit {
    /// Items of an array.
    Items,
    /// Members of an object.
    Members,
    /// Characters of a text.
    Characters,
}

impl Truncated {
    /// How many places are told.
    pub const PLACES: usize = 20;
}

/// Null, the shortest that everything can become.
const LEAST: usize = 4;
/// What a member of an object needs at least to be worth cutting; with less, whole members are kept in their order.
const WORTHWHILE: usize = 32;
/// What stands where a text was cut.
const ELLIPSIS: char = '…';

/// A value of at most `limit` bytes of compact JSON, 4 at least, and what was left out for it; a value that fits is as it was.
///
/// Arrays keep whole items from the beginning. Members of an object share what there is: the short ones stay whole, and the
/// long ones are cut, each to the same length. Texts are cut between characters, and end in `…`.
pub fn truncate_value(value: Value, limit: usize) -> (Value, Option<Truncated>) {
    let limit = limit.max(LEAST);
    let bytes = json_size(&value, usize::MAX);
    if bytes <= limit {
        return (value, None);
    }
    let mut knife = Truncation { cuts: Vec::new(), open: 0, more: 0 };
    let kept = knife.cut(value, limit, "").unwrap_or(Value::Null);
    let kept_bytes = json_size(&kept, usize::MAX);
    (kept, Some(Truncated { bytes, kept_bytes, cuts: knife.cuts, more: knife.more }))
}

/// The length of a value as compact JSON, or more than `most` where it is longer than that.
pub fn json_size(value: &Value, most: usize) -> usize {
    match value {
        Value::Null | Value::Bool(true) => 4,
        Value::Bool(false) => 5,
        Value::Number(number) => number.to_string().len(),
        // Long enough without a look at its characters.
        Value::String(text) if text.len() > most => text.len() + 2,
        Value::String(text) => text_size(text),
        Value::Array(items) => sum(items.iter().map(|item| (0, item)), most),
        Value::Object(map) => sum(map.iter().map(|(key, value)| (text_size(key) + 1, value)), most),
    }
}

/// Two brackets, what stands in them, and commas between.
fn sum<'v>(parts: impl Iterator<Item = (usize, &'v Value)>, most: usize) -> usize {
    let mut total = 2_usize;
    for (at, (key, value)) in parts.enumerate() {
        total = total.saturating_add(usize::from(at > 0) + key);
        total = total.saturating_add(json_size(value, most.saturating_sub(total)));
        if total > most {
            break;
        }
    }
    total
}

fn text_size(text: &str) -> usize {
    2 + text.chars().map(char_size).sum::<usize>()
}

/// The length of a character in a JSON text.
const fn char_size(c: char) -> usize {
    match c {
        '"' | '\\' | '\n' | '\r' | '\t' | '\u{8}' | '\u{c}' => 2,
        '\0'..='\u{1f}' => 6,
        _ => c.len_utf8(),
    }
}

struct Truncation {
    cuts: Vec<TruncationCut>,
    /// Those of them that something is being cut inside of.
    open: usize,
    more: usize,
}

impl Truncation {
    /// What is left of a value in so much room; `None` where nothing is.
    fn cut(&mut self, value: Value, room: usize, at: &str) -> Option<Value> {
        if json_size(&value, room) <= room {
            return Some(value);
        }
        match value {
            Value::String(text) => self.text(&text, room, at),
            Value::Array(items) => self.array(items, room, at),
            Value::Object(map) => self.object(map, room, at),
            _ => None,
        }
    }

    fn text(&mut self, text: &str, room: usize, at: &str) -> Option<Value> {
        let room = room.checked_sub(2 + ELLIPSIS.len_utf8())?;
        let (mut used, mut kept, mut end) = (0, 0, 0);
        for (start, c) in text.char_indices() {
            if used + char_size(c) > room {
                break;
            }
            (used, kept, end) = (used + char_size(c), kept + 1, start + c.len_utf8());
        }
        self.note(at, kept, text.chars().count(), TruncationUnit::Characters);
        Some(format!("{}{ELLIPSIS}", &text[..end]).into())
    }

    /// As many whole items as fit; where not even one does, what fits of the first.
    fn array(&mut self, mut items: Vec<Value>, room: usize, at: &str) -> Option<Value> {
        let mut left = room.checked_sub(2)?;
        let (of, mut kept) = (items.len(), 0);
        for item in &items {
            let Some(rest) = left.checked_sub(usize::from(kept > 0)) else { break };
            let Some(rest) = rest.checked_sub(json_size(item, rest)) else { break };
            (left, kept) = (rest, kept + 1);
        }
        let place = self.place(at, of, TruncationUnit::Items);
        items.truncate(kept.max(1));
        if kept == 0 {
            let first = items.pop().and_then(|first| self.cut(first, left, &pointer::push(at, "0")));
            items.extend(first);
        }
        self.kept(place, items.len());
        Some(items.into())
    }

    fn object(&mut self, map: Map<String, Value>, room: usize, at: &str) -> Option<Value> {
        let left = room.checked_sub(2)?;
        let of = map.len();
        let place = self.place(at, of, TruncationUnit::Members);
        let keys = map.keys().map(|key| text_size(key) + 2).fold(0, usize::saturating_add);
        let kept = match left.checked_sub(keys.saturating_add(of.saturating_mul(WORTHWHILE))) {
            Some(_) => self.shared(map, left - keys, at),
            None => first_members(map, left),
        };
        self.kept(place, kept.len());
        Some(kept.into())
    }

    /// Every member, in so much room for their values; no key is longer than what is left to it.
    fn shared(&mut self, mut map: Map<String, Value>, room: usize, at: &str) -> Map<String, Value> {
        let mut sizes: Vec<usize> = map.values().map(|value| json_size(value, room)).collect();
        sizes.sort_unstable();
        // The level to which the long ones are cut: what is left for each when the short ones are whole.
        let (mut left, mut level) = (room, room);
        for (at, json_size) in sizes.iter().enumerate() {
            level = left / (sizes.len() - at);
            if *json_size > level {
                break;
            }
            left -= json_size;
        }
        for (key, value) in &mut map {
            let cut = self.cut(value.take(), level, &pointer::push(at, key));
            *value = cut.unwrap_or(Value::Null);
        }
        map
    }

    fn note(&mut self, at: &str, kept: usize, of: usize, unit: TruncationUnit) {
        let place = self.place(at, of, unit);
        self.kept(place, kept);
    }

    /// A place that will be cut, before those inside of it.
    fn place(&mut self, at: &str, of: usize, unit: TruncationUnit) -> usize {
        self.cuts.push(TruncationCut { pointer: at.to_owned(), kept: of, of, unit });
        self.open += 1;
        self.cuts.len() - 1
    }

    fn kept(&mut self, place: usize, kept: usize) {
        self.open -= 1;
        if self.cuts[place].of == kept {
            // What was cut is inside, and tells of itself.
            self.cuts.remove(place);
            return;
        }
        self.cuts[place].kept = kept;
        if self.cuts.len() > Truncated::PLACES + self.open {
            self.more += 1;
            self.cuts.pop();
        }
    }
}

/// Whole members in their order, without those that are too long.
fn first_members(map: Map<String, Value>, mut left: usize) -> Map<String, Value> {
    let mut kept = Map::new();
    for (key, value) in map {
        let head = text_size(&key) + 1 + usize::from(!kept.is_empty());
        let Some(room) = left.checked_sub(head) else { continue };
        if let Some(rest) = room.checked_sub(json_size(&value, room)) {
            left = rest;
            kept.insert(key, value);
        }
    }
    kept
}
