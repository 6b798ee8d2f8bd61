//! Fault of options: what is wrong, in the words of a user, with its place and the nearest option.

use std::fmt;

use serde::de::{self, Expected, Unexpected};

use super::pointer;
use crate::error::{describe_place, describe_unknown, excerpt};

/// What is wrong with options. An unknown option is told the nearest, then all that there are.
#[derive(Debug)]
pub struct OptionFault {
    /// The keys and indexes of the value that it is about, innermost first; empty for the whole value.
    path: Vec<String>,
    message: String,
    /// An unknown option, and all that there are.
    unknown: Option<(String, &'static [&'static str])>,
    /// An option that is missing.
    missing: Option<&'static str>,
    /// Whether it is about a value that stands for a missing option.
    pub(super) is_of_stand_in: bool,
}

/// Where options belong, for a caller who writes one in another place or by a former name.
#[derive(Clone, Copy, Debug)]
pub struct OptionPlaces {
    /// The options of each group; the group is a path such as `network`, and empty for the top.
    pub groups: &'static [(&'static str, &'static [&'static str])],
    /// Former names with the path of the present one, or with a sentence that lacks its subject.
    pub renamed: &'static [(&'static str, &'static str)],
}

impl OptionPlaces {
    /// Where an option belongs, if it is known: `belongs into network: { network: { hosts } }`.
    fn describe(&self, word: &str) -> Option<String> {
        if let Some((_, place)) = self.renamed.iter().find(|(former, _)| *former == word) {
            return Some(if place.contains(' ') { (*place).to_owned() } else { describe_place(place) });
        }
        let (group, _) = self.groups.iter().find(|(_, words)| words.contains(&word))?;
        Some(describe_place(&if group.is_empty() { word.to_owned() } else { format!("{group}.{word}") }))
    }
}

impl OptionFault {
    /// The fault of the whole value.
    pub(super) fn new(message: String) -> Self {
        Self { path: Vec::new(), message, unknown: None, missing: None, is_of_stand_in: false }
    }

    /// The JSON pointer of the value that it is about; that of the object, for an unknown or a missing option.
    pub fn pointer(&self) -> String {
        self.path.iter().rev().fold(String::new(), |above, key| pointer::push(&above, key))
    }

    /// What is wrong, without the place.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// An unknown option, and all that there are.
    pub fn unknown_option(&self) -> Option<(&str, &'static [&'static str])> {
        self.unknown.as_ref().map(|(word, known)| (word.as_str(), *known))
    }

    /// The option that is missing, where that is the fault.
    pub const fn missing_option(&self) -> Option<&'static str> {
        self.missing
    }

    /// The member that it is about, `limits.bytes`; empty for the whole value.
    fn member(&self) -> String {
        self.path.iter().rev().map(|key| excerpt(key)).collect::<Vec<_>>().join(".")
    }

    /// The fault where a caller has options beside those of the type: in the group at `at`, or at the top for `""`.
    #[must_use]
    pub fn with_further_options(mut self, at: &str, further: &[&str]) -> Self {
        if let (Some((word, known)), true) = (&self.unknown, self.member() == at) {
            self.message = unknown_option(word, &[known, further].concat());
        }
        self
    }

    /// The fault where options stand in groups: an unknown one that a place is known for is told its place.
    #[must_use]
    pub fn with_places(mut self, places: &OptionPlaces) -> Self {
        let place = self.unknown.as_ref().and_then(|(word, _)| Some((word, places.describe(word)?)));
        if let Some((word, place)) = place {
            self.message = format!("\"{word}\" {place}");
        }
        self
    }

    /// The fault of a value that stands for an option.
    pub(super) fn of_stand_in(self, option: &str) -> Self {
        Self { path: vec![option.to_owned()], is_of_stand_in: true, ..self }
    }

    /// The fault as one of a member.
    pub(super) fn under(mut self, key: &str) -> Self {
        self.path.push(key.to_owned());
        self
    }
}

impl fmt::Display for OptionFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.path.is_empty() {
            // A quoted name stands for itself: `limits: "bites" is none of bytes`.
            write!(f, "{}{}", self.member(), if self.message.starts_with('"') { ": " } else { " " })?;
        }
        f.write_str(&self.message)
    }
}

impl std::error::Error for OptionFault {}

impl de::Error for OptionFault {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self::new(message.to_string())
    }

    fn invalid_type(got: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::invalid_value(got, expected)
    }

    fn invalid_value(got: Unexpected<'_>, expected: &dyn Expected) -> Self {
        let expected = expected.to_string();
        Self::new(format!("must be {}, got {}", describe_expected(&expected), describe_got(&got, &expected)))
    }

    fn unknown_field(field: &str, expected: &'static [&'static str]) -> Self {
        let unknown = Some((field.to_owned(), expected));
        Self { unknown, ..Self::new(unknown_option(field, expected)) }
    }

    fn unknown_variant(variant: &str, expected: &'static [&'static str]) -> Self {
        Self::new(unknown_option(variant, expected))
    }

    fn missing_field(field: &'static str) -> Self {
        Self { missing: Some(field), ..Self::new(format!("needs {field}")) }
    }
}

fn unknown_option(word: &str, known: &[&str]) -> String {
    format!("\"{}\" {}", excerpt(word).escape_debug(), describe_unknown(word, known))
}

/// What serde expects, in words of JSON.
fn describe_expected(expected: &str) -> &str {
    match expected {
        "u16" => "a whole number from 0 to 65535",
        "u8" | "u32" | "u64" | "usize" => "a whole number from 0",
        "i8" | "i16" | "i32" | "i64" | "isize" => "a whole number",
        "f32" | "f64" => "a number",
        "a sequence" => "a list",
        "variant identifier" | "string or map" => "a string",
        "path string" => "a path",
        other if other.starts_with("struct ") => "a map",
        other if other.starts_with("enum ") => "a string",
        other => other,
    }
}

/// What was there. A text in place of a map or a list is not quoted: it may be a secret, such as a header.
fn describe_got(got: &Unexpected<'_>, expected: &str) -> String {
    match got {
        Unexpected::Str(_) if matches!(describe_expected(expected), "a map" | "a list") => {
            "a string".to_owned()
        }
        Unexpected::Str(text) => format!("\"{}\"", excerpt(text).escape_debug()),
        Unexpected::Bool(flag) => flag.to_string(),
        Unexpected::Unsigned(number) => number.to_string(),
        Unexpected::Signed(number) => number.to_string(),
        Unexpected::Float(number) => number.to_string(),
        Unexpected::Unit | Unexpected::Option => "null".to_owned(),
        Unexpected::Seq => "a list".to_owned(),
        Unexpected::Map => "an object".to_owned(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;
    use serde_json::{Value, json};

    use super::*;
    use crate::json::read_options;

    #[derive(Debug, Default, Deserialize)]
    #[serde(deny_unknown_fields, default)]
    struct GroupedOptions {
        name: Option<String>,
        limits: Limits,
    }

    #[derive(Debug, Default, Deserialize)]
    #[serde(deny_unknown_fields, default)]
    struct Limits {
        bytes: Option<usize>,
        depth: Option<usize>,
    }

    #[test]
    fn further_options_of_a_caller_are_among_those_that_there_are() {
        let fault = |value: &Value| {
            let fault = read_options::<Limits>(value).expect_err(&value.to_string());
            fault.with_further_options("", &["predicate"]).to_string()
        };
        let expected = "\"predicates\" is none of bytes, depth, predicate; nearest: predicate";
        assert_eq!(fault(&json!({"predicates": 1})), expected);
        assert_eq!(fault(&json!({"bytes": "x"})), "bytes must be a whole number from 0, got \"x\"");
    }

    #[test]
    fn further_options_of_a_group_are_among_those_of_the_group() {
        let fault = |value: &Value, at: &str| {
            let fault = read_options::<GroupedOptions>(value).expect_err(&value.to_string());
            fault.with_further_options(at, &["predicate"]).to_string()
        };
        let value = json!({"limits": {"predicates": 1}});
        let expected = "limits: \"predicates\" is none of bytes, depth, predicate; nearest: predicate";
        assert_eq!(fault(&value, "limits"), expected);
        assert_eq!(fault(&value, ""), "limits: \"predicates\" is none of bytes, depth");
    }

    #[test]
    fn an_option_in_another_place_is_told_its_own() {
        const PLACES: OptionPlaces = OptionPlaces {
            groups: &[("", &["baseUrl"]), ("limits", &["bytes", "depth"])],
            renamed: &[("levels", "limits.depth"), ("filter", "is the option name now")],
        };
        for (value, message) in [
            (json!({"depth": 1}), "\"depth\" belongs into limits: { limits: { depth } }"),
            (json!({"limits": {"baseUrl": "x"}}), "limits: \"baseUrl\" belongs at the top: { baseUrl }"),
            (json!({"levels": 1}), "\"levels\" belongs into limits: { limits: { depth } }"),
            (json!({"filter": "x"}), "\"filter\" is the option name now"),
            (json!({"limits": {"dept": 1}}), "limits: \"dept\" is none of bytes, depth; nearest: depth"),
            (json!({"limits": {"depth": "x"}}), "limits.depth must be a whole number from 0, got \"x\""),
        ] {
            let fault = read_options::<GroupedOptions>(&value).expect_err(&value.to_string());
            assert_eq!(fault.with_places(&PLACES).to_string(), message, "{value}");
        }
    }
}
