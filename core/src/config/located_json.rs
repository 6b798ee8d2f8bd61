//! JSON of a configuration file → located values. `serde_json` lends each value's own text, which says where it begins.

use std::borrow::Cow;
use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::Value;
use serde_json::value::RawValue;

use super::located_value::{LocatedContent, LocatedMember, LocatedValue};
use super::text_place::{PlaceFinder, SyntaxFault, TextPlace};

/// Reads a JSON text, at most `depth` levels deep.
///
/// # Errors
/// What is wrong with its syntax.
pub fn read_json(text: &str, depth: usize) -> Result<LocatedValue, SyntaxFault> {
    let raw: &RawValue = serde_json::from_str(text).map_err(|error| {
        let place = TextPlace { line: error.line().max(1), column: error.column().max(1) };
        SyntaxFault { place, message: syntax_message(&error) }
    })?;
    JsonText { text }.locate_value(raw, depth)
}

struct JsonText<'t> {
    text: &'t str,
}

/// The members of an object, with duplicates, each value as its text.
struct RawMembers<'t>(Vec<(Cow<'t, str>, &'t RawValue)>);

impl<'t> JsonText<'t> {
    /// Where a part of the text begins.
    fn offset(&self, part: &str) -> usize {
        part.as_ptr().addr().wrapping_sub(self.text.as_ptr().addr())
    }

    fn locate_value(&self, raw: &'t RawValue, depth: usize) -> Result<LocatedValue, SyntaxFault> {
        let text = raw.get();
        let at = self.offset(text);
        let fault =
            |message: String| SyntaxFault { place: PlaceFinder::new(self.text).find_place(at), message };
        let syntax = |error: serde_json::Error| fault(syntax_message(&error));
        let is_list = text.starts_with('[');
        if !is_list && !text.starts_with('{') {
            let scalar: Value = serde_json::from_str(text).map_err(syntax)?;
            return Ok(LocatedValue { at, content: LocatedContent::Scalar(scalar) });
        }
        let Some(depth) = depth.checked_sub(1) else { return Err(fault(too_deep())) };
        if is_list {
            let items: Vec<&RawValue> = serde_json::from_str(text).map_err(syntax)?;
            let items =
                items.into_iter().map(|item| self.locate_value(item, depth)).collect::<Result<_, _>>()?;
            return Ok(LocatedValue { at, content: LocatedContent::List(items) });
        }
        let RawMembers(members) = serde_json::from_str(text).map_err(syntax)?;
        let mut end = at + 1;
        let mut located = Vec::with_capacity(members.len());
        for (key, raw) in members {
            // Between two members are a comma, white space and the quote of the key alone.
            let key_at = self.text[end..].find('"').map_or(end, |quote| end + quote);
            let value = self.locate_value(raw, depth)?;
            end = value.at + raw.get().len();
            located.push(LocatedMember { key: key.into_owned(), at: key_at, value });
        }
        Ok(LocatedValue { at, content: LocatedContent::Map(located) })
    }
}

/// A text with more levels than the limit.
pub fn too_deep() -> String {
    "is nested too deep: it may have 64 levels of lists and maps".to_owned()
}

/// What `serde_json` says, without the place.
fn syntax_message(error: &serde_json::Error) -> String {
    let message = error.to_string();
    let end = message.rfind(" at line ").unwrap_or(message.len());
    let advice = match &message[..end] {
        "key must be a string" => {
            "; put keys in double quotes: JSON has no comments, and no comma before \"}\""
        }
        "trailing comma" => "; remove it",
        "trailing characters" => "; keep one value, and remove what follows it",
        "expected value" => "; JSON has no comments, and its texts are in double quotes",
        "number out of range" => "; write a smaller number",
        "expected `,` or `}`" | "expected `,` or `]`" => "; write a comma between two members",
        "expected `:`" => "; write a colon behind each key",
        said if said.contains("surrogate") || said.contains("escape") => {
            "; write the character itself, or a whole escape"
        }
        said if said.contains("control character") => "; write its escape, such as \\n",
        said if said.starts_with("EOF") => ": it ends too early; close what is open",
        _ => "",
    };
    format!("is not valid JSON: {}{advice}", &message[..end])
}

impl<'de> Deserialize<'de> for RawMembers<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(RawMembersVisitor)
    }
}

struct RawMembersVisitor;

impl<'de> Visitor<'de> for RawMembersVisitor {
    type Value = RawMembers<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut members = Vec::new();
        while let Some((MemberKey(key), value)) = map.next_entry()? {
            members.push((key, value));
        }
        Ok(RawMembers(members))
    }
}

/// A key, borrowed where it has no escapes.
#[derive(Deserialize)]
#[serde(transparent)]
struct MemberKey<'t>(#[serde(borrow)] Cow<'t, str>);
