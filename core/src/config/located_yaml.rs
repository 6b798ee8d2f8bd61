//! YAML of a configuration file → located values. Only this file uses the crate `serde_yaml` (serde-saphyr).

use std::fmt;

use serde::Deserialize;
use serde::de::{self, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Number, Value};
use serde_yaml::{Location, Options, Spanned};

use super::located_json::too_deep;
use super::located_value::{LocatedContent, LocatedMember, LocatedValue};
use super::text_place::{SyntaxFault, TextPlace};

/// Stack of the thread that reads: each level takes several frames. It is address space; only what is used becomes memory.
const STACK: usize = 32 << 20;

/// Most values of a file.
const MOST_VALUES: usize = 200_000;

/// Most values that aliases repeat. A list of lists of aliases grows exponentially (billion laughs).
const MOST_REPEATED: usize = 20_000;

/// Reads a YAML text of one document, at most `depth` levels deep.
///
/// # Errors
/// What is wrong with its syntax.
pub fn read_yaml(text: &str, depth: usize) -> Result<LocatedValue, SyntaxFault> {
    let read = || serde_yaml::from_str_with_options::<Spanned<LocatedContent>>(text, yaml_options(depth));
    let read = std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().stack_size(STACK).spawn_scoped(scope, read);
        let thread = thread.map_err(|error| SyntaxFault {
            place: TextPlace::START,
            message: format!("is not read, because no thread could be started, try again later: {error}"),
        })?;
        Ok(thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
    })?;
    read.map(locate_value).map_err(|error| {
        let place = error.location().map_or(TextPlace::START, |at| TextPlace {
            line: as_usize(at.line()).max(1),
            column: as_usize(at.column()).max(1),
        });
        SyntaxFault { place, message: syntax_message(&error) }
    })
}

/// The core schema of YAML 1.2, as documents are read: `NO` and `012` are texts. Duplicate keys are told by the caller,
/// with all other mistakes.
fn yaml_options(depth: usize) -> Options {
    serde_yaml::options! {
        strict_booleans: true,
        leading_zero_numbers_as_strings: true,
        underscored_numbers_as_strings: true,
        reject_unsupported_tags: true,
        with_snippet: false,
        duplicate_keys: serde_yaml::DuplicateKeyPolicy::PassThrough,
        alias_limits: serde_yaml::alias_limits! { max_total_replayed_events: MOST_REPEATED },
        budget: serde_yaml::budget! {
            max_depth: depth,
            flow_nesting_limit: depth,
            max_documents: 1,
            max_nodes: MOST_VALUES,
            max_aliases: 10_000,
            enforce_alias_anchor_ratio: false,
        },
    }
}

/// What the parser says, without the place, and in words of this file where it speaks of its budget.
fn syntax_message(error: &serde_yaml::Error) -> String {
    let message = error.to_string();
    let said = &message[..message.find(" at line ").unwrap_or(message.len())];
    if said.contains("recursion limit") || said.contains("Depth") {
        return too_deep();
    }
    if said.contains("Documents") || said.contains("multiple YAML documents") {
        return "has more than one document: keep one, and remove the line \"---\" between them".to_owned();
    }
    if said.contains("alias replay") {
        return format!("has aliases that repeat more than {MOST_REPEATED} values");
    }
    if said.contains("budget breached") {
        return format!("is too large: it may have {MOST_VALUES} values");
    }
    let advice = ADVICE.iter().find(|(words, _)| said.contains(words));
    format!(
        "is not valid YAML: {said}{}",
        advice.map_or_else(String::new, |(_, advice)| format!("; {advice}"))
    )
}

/// Words of the parser, and what to do. The first that is found is told.
const ADVICE: [(&str, &str); 15] = [
    ("`\\u{", "remove this character, or write its escape in double quotes, such as \"\\u0001\""),
    ("surrogate", "write the character itself, or its escape \\U with eight digits"),
    ("non-finite float", "write a finite number, or put a text in quotes"),
    ("expected string scalar", "a key must be a text: write one, or quote it"),
    ("merge value", "write << before the alias of a map, such as <<: *name"),
    ("unclosed quote", "write the quote at its end too"),
    ("unclosed bracket", "close it, or put a text that has it in quotes"),
    ("mapping values are not allowed", "put a text that has \": \" in quotes, or check the indentation"),
    ("unexpected character", "put the text in quotes"),
    ("parsing a flow", "put a text that has one of [ ] { } , in quotes, such as \"${NAME}\""),
    ("did not find expected", "check the indentation"),
    ("tabs", "indent by spaces"),
    ("unsupported tag", "remove it"),
    ("unknown anchor", "write &name where the value stands first"),
    ("recursive references", "an alias stands in its own anchor: write out one of them"),
];

fn as_usize(number: u64) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

fn offset(location: &Location) -> usize {
    location.span().byte_offset().map_or(0, as_usize)
}

fn locate_value(spanned: Spanned<LocatedContent>) -> LocatedValue {
    LocatedValue { at: offset(&spanned.referenced), content: spanned.value }
}

impl<'de> Deserialize<'de> for LocatedContent {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ContentVisitor)
    }
}

struct ContentVisitor;

impl<'de> Visitor<'de> for ContentVisitor {
    type Value = LocatedContent;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value of YAML's core schema")
    }

    fn visit_unit<E>(self) -> Result<LocatedContent, E> {
        Ok(LocatedContent::Scalar(Value::Null))
    }

    fn visit_bool<E>(self, flag: bool) -> Result<LocatedContent, E> {
        Ok(LocatedContent::Scalar(Value::Bool(flag)))
    }

    fn visit_i64<E>(self, number: i64) -> Result<LocatedContent, E> {
        Ok(LocatedContent::Scalar(number.into()))
    }

    fn visit_u64<E>(self, number: u64) -> Result<LocatedContent, E> {
        Ok(LocatedContent::Scalar(number.into()))
    }

    fn visit_f64<E: de::Error>(self, number: f64) -> Result<LocatedContent, E> {
        let number = Number::from_f64(number).ok_or_else(|| E::custom("a number must be finite"))?;
        Ok(LocatedContent::Scalar(Value::Number(number)))
    }

    fn visit_str<E>(self, text: &str) -> Result<LocatedContent, E> {
        Ok(LocatedContent::Scalar(Value::String(text.to_owned())))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<LocatedContent, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = list.next_element()? {
            items.push(locate_value(item));
        }
        Ok(LocatedContent::List(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<LocatedContent, A::Error> {
        let mut members = Vec::new();
        while let Some(key) = map.next_key::<Spanned<Option<String>>>()? {
            let Some(text) = key.value else {
                return Err(de::Error::custom("a key must be a text: write one, or quote it"));
            };
            let value = locate_value(map.next_value()?);
            members.push(LocatedMember { key: text, at: offset(&key.referenced), value });
        }
        Ok(LocatedContent::Map(members))
    }
}
