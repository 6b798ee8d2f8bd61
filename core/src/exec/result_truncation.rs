//! Result truncation: shortens a value to a limit of bytes, so that a long answer does not fill a model's context.
//!
//! This file only cuts. Whether to cut is decided in `reply.rs` (`model_value`), from the call limit `maxResultBytes`, which
//! `call_runner.rs` reads. Files are exempt from truncation. [`Reply`](super::Reply) adds what was left out.

use serde::Serialize;
use serde_json::{Map, Value};

use crate::json::pointer;

/// The truncation of a value: its length before and after, and what was left out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ResultTruncation {
    /// The length of the whole value, in bytes of compact JSON.
    pub bytes: usize,
    /// The length of what was kept.
    pub kept_bytes: usize,
    /// The cuts, in the order of the value: at most [`ResultTruncation::MAX_CUTS`].
    pub cuts: Vec<TruncationCut>,
    /// The number of further cuts.
    pub more: usize,
}

/// One cut: an array, object or string of which a part was left out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TruncationCut {
    /// JSON pointer of the array, object or string that was cut.
    pub pointer: String,
    /// The number of units that were kept.
    pub kept: usize,
    /// The number of units before the cut.
    pub of: usize,
    /// The unit of `kept` and `of`.
    pub unit: TruncationUnit,
}

/// The unit of a cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum TruncationUnit {
    /// Items of an array.
    Items,
    /// Members of an object.
    Members,
    /// Characters of a string.
    Characters,
}

impl ResultTruncation {
    /// The limit of the list of cuts.
    pub const MAX_CUTS: usize = 20;
}

/// The length of `null`, the shortest JSON value.
const MIN_BYTES: usize = 4;
/// The bytes per member below which an object keeps whole members instead of cutting each of them.
const MIN_MEMBER_BYTES: usize = 32;
/// The end of a string that was cut.
const ELLIPSIS: char = '…';

/// Truncates a value to at most `limit` bytes of compact JSON (at least 4). A value that fits stays as it is, with
/// `None`.
///
/// Arrays keep whole items from the beginning. Members of an object share the limit: short ones stay whole, long ones
/// are cut to the same length. Strings are cut between characters and end in `…`.
pub fn truncate_value(value: Value, limit: usize) -> (Value, Option<ResultTruncation>) {
    let limit = limit.max(MIN_BYTES);
    let bytes = json_size(&value, usize::MAX);
    if bytes <= limit {
        return (value, None);
    }
    let mut truncation = ValueTruncation { cuts: Vec::new(), open: 0, more: 0 };
    let kept = truncation.cut_value(value, limit, "").unwrap_or(Value::Null);
    let kept_bytes = json_size(&kept, usize::MAX);
    (kept, Some(ResultTruncation { bytes, kept_bytes, cuts: truncation.cuts, more: truncation.more }))
}

/// The length of a value as compact JSON. The count stops beyond `most`: the result is then any number above it.
pub fn json_size(value: &Value, most: usize) -> usize {
    match value {
        Value::Null | Value::Bool(true) => 4,
        Value::Bool(false) => 5,
        Value::Number(number) => number.to_string().len(),
        // Its bytes alone are over `most`: escapes need not be counted.
        Value::String(text) if text.len() > most => text.len() + 2,
        Value::String(text) => text_size(text),
        Value::Array(items) => sum_sizes(items.iter().map(|item| (0, item)), most),
        Value::Object(map) => sum_sizes(map.iter().map(|(key, value)| (text_size(key) + 1, value)), most),
    }
}

/// The length of two brackets, the parts between them, and commas.
fn sum_sizes<'v>(parts: impl Iterator<Item = (usize, &'v Value)>, most: usize) -> usize {
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

/// The length of a character in JSON, escaped.
const fn char_size(c: char) -> usize {
    match c {
        '"' | '\\' | '\n' | '\r' | '\t' | '\u{8}' | '\u{c}' => 2,
        '\0'..='\u{1f}' => 6,
        _ => c.len_utf8(),
    }
}

/// A truncation under way.
struct ValueTruncation {
    cuts: Vec<TruncationCut>,
    /// The number of cuts that have begun and not ended.
    open: usize,
    more: usize,
}

impl ValueTruncation {
    /// Cuts a value to `room` bytes; `None` where nothing of it fits.
    fn cut_value(&mut self, value: Value, room: usize, at: &str) -> Option<Value> {
        if json_size(&value, room) <= room {
            return Some(value);
        }
        match value {
            Value::String(text) => self.cut_text(&text, room, at),
            Value::Array(items) => self.cut_array(items, room, at),
            Value::Object(map) => self.cut_object(map, room, at),
            _ => None,
        }
    }

    fn cut_text(&mut self, text: &str, room: usize, at: &str) -> Option<Value> {
        let room = room.checked_sub(2 + ELLIPSIS.len_utf8())?;
        let (mut used, mut kept, mut end) = (0, 0, 0);
        for (start, c) in text.char_indices() {
            if used + char_size(c) > room {
                break;
            }
            (used, kept, end) = (used + char_size(c), kept + 1, start + c.len_utf8());
        }
        let place = self.begin_cut(at, text.chars().count(), TruncationUnit::Characters);
        self.end_cut(place, kept);
        Some(format!("{}{ELLIPSIS}", &text[..end]).into())
    }

    /// Keeps as many whole items as fit; where none does, a part of the first.
    fn cut_array(&mut self, mut items: Vec<Value>, room: usize, at: &str) -> Option<Value> {
        let mut left = room.checked_sub(2)?;
        let (of, mut kept) = (items.len(), 0);
        for item in &items {
            let Some(rest) = left.checked_sub(usize::from(kept > 0)) else { break };
            let Some(rest) = rest.checked_sub(json_size(item, rest)) else { break };
            (left, kept) = (rest, kept + 1);
        }
        let place = self.begin_cut(at, of, TruncationUnit::Items);
        items.truncate(kept.max(1));
        if kept == 0 {
            let first = items.pop().and_then(|first| self.cut_value(first, left, &pointer::push(at, "0")));
            items.extend(first);
        }
        self.end_cut(place, items.len());
        Some(items.into())
    }

    fn cut_object(&mut self, map: Map<String, Value>, room: usize, at: &str) -> Option<Value> {
        let left = room.checked_sub(2)?;
        let of = map.len();
        let place = self.begin_cut(at, of, TruncationUnit::Members);
        let keys = map.keys().map(|key| text_size(key) + 2).fold(0, usize::saturating_add);
        let kept = match left.checked_sub(keys.saturating_add(of.saturating_mul(MIN_MEMBER_BYTES))) {
            Some(_) => self.share_room(map, left - keys, at),
            None => first_members(map, left),
        };
        self.end_cut(place, kept.len());
        Some(kept.into())
    }

    /// Keeps every member, with `room` bytes for all values.
    fn share_room(&mut self, mut map: Map<String, Value>, room: usize, at: &str) -> Map<String, Value> {
        let mut sizes: Vec<usize> = map.values().map(|value| json_size(value, room)).collect();
        sizes.sort_unstable();
        // Water-filling: the level to which long values are cut once the short ones are whole.
        let (mut left, mut level) = (room, room);
        for (at, size) in sizes.iter().enumerate() {
            level = left / (sizes.len() - at);
            if *size > level {
                break;
            }
            left -= size;
        }
        for (key, value) in &mut map {
            let cut = self.cut_value(value.take(), level, &pointer::push(at, key));
            *value = cut.unwrap_or(Value::Null);
        }
        map
    }

    /// Begins a cut. It is listed before the cuts within it.
    fn begin_cut(&mut self, at: &str, of: usize, unit: TruncationUnit) -> usize {
        self.cuts.push(TruncationCut { pointer: at.to_owned(), kept: of, of, unit });
        self.open += 1;
        self.cuts.len() - 1
    }

    fn end_cut(&mut self, place: usize, kept: usize) {
        self.open -= 1;
        if self.cuts[place].of == kept {
            // All members are kept: what was left out is within them and has its own cuts.
            self.cuts.remove(place);
            return;
        }
        self.cuts[place].kept = kept;
        if self.cuts.len() > ResultTruncation::MAX_CUTS + self.open {
            self.more += 1;
            self.cuts.pop();
        }
    }
}

/// Keeps whole members in their order, without those that are too long.
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
