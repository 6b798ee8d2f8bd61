//! Schema validation. Only this file uses the crate jsonschema.

use std::io;

use jsonschema::error::ValidationErrorKind;
use jsonschema::{PatternOptions, ValidationError};
use serde_json::{Value, json};

use crate::error::{GOT, Problem};

/// Maximum number of problems reported for one value. A model fixes the first few and tries again.
const TOLD: usize = 20;
/// Maximum number of characters of a value in a problem's data.
const SHOWN: usize = 80;
/// Maximum number of characters of a value in a message.
const SHOWN_IN_MESSAGE: usize = 60;
/// Backtracking steps of one `pattern` on one text; beyond them the text does not match. Only look-around
/// and back references backtrack: `^(a+)+$` runs in linear time.
const BACKTRACK_LIMIT: usize = 100_000;

/// A compiled validator.
pub struct Validator(jsonschema::Validator);

impl Validator {
    /// Compiles a 2020-12 schema. Never fetches anything.
    pub fn compile(schema: &Value) -> Result<Self, String> {
        jsonschema::draft202012::options()
            .offline()
            .should_validate_formats(false)
            .with_pattern_options(PatternOptions::fancy_regex().backtrack_limit(BACKTRACK_LIMIT))
            .build(schema)
            .map(Self)
            .map_err(|error| error.to_string())
    }

    /// Validates a value. Returns each problem with its JSON pointer.
    pub fn problems(&self, value: &Value) -> Vec<Problem> {
        if self.0.is_valid(value) {
            return Vec::new();
        }
        self.0.iter_errors(value).take(TOLD).map(|error| problem(&error)).collect()
    }
}

/// Returns true if a `pattern` compiles. Other validators refuse a schema whose pattern does not.
pub fn is_pattern(pattern: &str) -> bool {
    Validator::compile(&json!({"pattern": pattern})).is_ok()
}

/// Validates a schema against the 2020-12 meta-schema.
pub fn meta_schema_problems(schema: &Value) -> Vec<Problem> {
    jsonschema::draft202012::meta::validator().iter_errors(schema).take(TOLD).map(|e| problem(&e)).collect()
}

fn problem(error: &ValidationError<'_>) -> Problem {
    let mut pointer = error.instance_path().as_str().to_owned();
    let mut got = Some(beginning(error.instance(), SHOWN));
    let instead = |what: String| format!("{what}{GOT}{}", show(error.instance()));
    let (message, expected) = match error.kind() {
        ValidationErrorKind::Required { property } => {
            let name = property.as_str().unwrap_or_default();
            pointer = crate::json::pointer::push(&pointer, name);
            got = None;
            ("is required".to_owned(), None)
        }
        ValidationErrorKind::AdditionalProperties { unexpected } => {
            got = None;
            (format!("has no {}", one_of(unexpected)), None)
        }
        ValidationErrorKind::Enum { options } => {
            (instead(format!("must be one of {}", choices(options))), Some(options.to_string()))
        }
        ValidationErrorKind::Constant { expected_value } => {
            (instead(format!("must be exactly {}", show(expected_value))), Some(expected_value.to_string()))
        }
        ValidationErrorKind::Pattern { pattern } => {
            ("does not match the pattern".to_owned(), Some(pattern.clone()))
        }
        ValidationErrorKind::Type { .. } => {
            let text = error.masked().to_string();
            let kinds = text.rsplit_once("of type").map_or(text.as_str(), |(_, kinds)| kinds);
            let kinds = kinds.trim_start_matches('s').trim().replace('"', "");
            (instead(wrong_type(&kinds)), Some(kinds))
        }
        // The masked message omits the value, which may be a megabyte long.
        _ => (shorten(error.masked().to_string().trim_start_matches("value "), SHOWN), None),
    };
    Problem { pointer, message, expected: expected.map(|text| shorten(&text, SHOWN)), got }
}

/// Whether a problem is a value of the wrong type; `expected` then lists the types.
pub fn is_wrong_type(problem: &Problem) -> bool {
    problem.expected.as_deref().is_some_and(|kinds| {
        let rest = problem.message.strip_prefix(&wrong_type(kinds));
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(GOT))
    })
}

/// `must be null or an integer`, of the types `null, integer`.
fn wrong_type(kinds: &str) -> String {
    let with_article = |kind: &str| match kind {
        "null" => kind.to_owned(),
        "integer" | "array" | "object" => format!("an {kind}"),
        _ => format!("a {kind}"),
    };
    let kinds: Vec<String> = kinds.split(", ").map(with_article).collect();
    format!("must be {}", kinds.join(" or "))
}

/// A value in a message: texts in quotes, the others as JSON, lists and objects by what they are.
fn show(value: &Value) -> String {
    match value {
        Value::Array(_) => "a list".to_owned(),
        Value::Object(_) => "an object".to_owned(),
        Value::String(text) => json!(shorten(text, SHOWN_IN_MESSAGE)).to_string(),
        other => beginning(other, SHOWN_IN_MESSAGE),
    }
}

/// The values of an `enum` in a message: plain words without quotes.
fn choices(options: &Value) -> String {
    let choice = |option: &Value| match option {
        Value::String(word) if is_plain(word) => word.clone(),
        other => show(other),
    };
    let all = options.as_array().map(Vec::as_slice).unwrap_or_default();
    let more = (all.len() > TOLD).then(|| format!("and {} more", all.len() - TOLD));
    all.iter().take(TOLD).map(choice).chain(more).collect::<Vec<_>>().join(", ")
}

fn is_plain(word: &str) -> bool {
    let is_part = |c: char| c.is_alphanumeric() || "_-./:".contains(c);
    (1..=SHOWN_IN_MESSAGE).contains(&word.len()) && word.chars().all(is_part)
}

/// Lists the first names, and the number of the others.
fn one_of(names: &[String]) -> String {
    let quoted = names.iter().take(TOLD).map(|name| format!("\"{}\"", shorten(name, SHOWN)));
    let more = (names.len() > TOLD).then(|| format!("and {} more", names.len() - TOLD));
    quoted.chain(more).collect::<Vec<_>>().join(", ")
}

/// Returns the start of a value as JSON, without writing the rest.
fn beginning(value: &Value, most: usize) -> String {
    let mut written = ValuePrefix(Vec::new());
    // The writer fails once it is full, and never otherwise.
    let _ = serde_json::to_writer(&mut written, value);
    shorten(&String::from_utf8_lossy(&written.0), most)
}

/// Buffer for the displayed characters, at up to four bytes each, and one more.
struct ValuePrefix(Vec<u8>);

impl io::Write for ValuePrefix {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        const MOST: usize = 4 * (SHOWN + 1);
        let room = MOST.saturating_sub(self.0.len()).min(bytes.len());
        self.0.extend_from_slice(&bytes[..room]);
        if room == 0 && !bytes.is_empty() { Err(io::ErrorKind::StorageFull.into()) } else { Ok(room) }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn shorten(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}
