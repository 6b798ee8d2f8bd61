//! The door to the `jsonschema` crate: is this a schema, and what does it refuse of a value.

use std::io;

use jsonschema::error::ValidationErrorKind;
use jsonschema::{PatternOptions, ValidationError};
use serde_json::{Value, json};

use crate::error::Problem;

/// At most this many problems are told of one value; a model mends the first few and asks again.
const TOLD: usize = 20;
/// What is said of a value of the wrong type; the types that it could have are what was expected.
pub const WRONG_TYPE: &str = "has the wrong type";
/// How long a wrong value is shown.
const SHOWN: usize = 80;
/// Steps that one `pattern` may take on one text before it counts as not matching. The engine backtracks only for
/// look-around and back-references; `^(a+)+$` runs in linear time.
const BACKTRACK_LIMIT: usize = 100_000;

/// A compiled schema.
pub struct Validator(jsonschema::Validator);

impl Validator {
    /// Compiles a schema of dialect 2020-12. Nothing outside the schema is ever fetched.
    pub fn compile(schema: &Value) -> Result<Self, String> {
        jsonschema::draft202012::options()
            .offline()
            .should_validate_formats(false)
            .with_pattern_options(PatternOptions::fancy_regex().backtrack_limit(BACKTRACK_LIMIT))
            .build(schema)
            .map(Self)
            .map_err(|error| error.to_string())
    }

    /// What the schema refuses of a value: every problem, with its place.
    pub fn problems(&self, value: &Value) -> Vec<Problem> {
        if self.0.is_valid(value) {
            return Vec::new();
        }
        self.0.iter_errors(value).take(TOLD).map(|error| problem(&error)).collect()
    }
}

/// Whether a `pattern` can be read: a schema with one that cannot is none that others would compile.
pub fn is_pattern(pattern: &str) -> bool {
    Validator::compile(&json!({"pattern": pattern})).is_ok()
}

/// What is wrong with a schema, by the meta-schema of 2020-12.
pub fn meta_schema_problems(schema: &Value) -> Vec<Problem> {
    jsonschema::draft202012::meta::validator().iter_errors(schema).take(TOLD).map(|e| problem(&e)).collect()
}

fn problem(error: &ValidationError<'_>) -> Problem {
    let mut pointer = error.instance_path().as_str().to_owned();
    let mut got = Some(beginning(error.instance()));
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
            ("is none of the allowed values".to_owned(), Some(options.to_string()))
        }
        ValidationErrorKind::Constant { expected_value } => {
            ("is not the one allowed value".to_owned(), Some(expected_value.to_string()))
        }
        ValidationErrorKind::Pattern { pattern } => {
            ("does not match the pattern".to_owned(), Some(pattern.clone()))
        }
        ValidationErrorKind::Type { .. } => {
            let text = error.masked().to_string();
            let kinds = text.rsplit_once("of type").map_or(text.as_str(), |(_, kinds)| kinds);
            (WRONG_TYPE.to_owned(), Some(kinds.trim_start_matches('s').trim().replace('"', "")))
        }
        // With a word in the place of the value, which may be a megabyte.
        _ => (shorten(error.masked().to_string().trim_start_matches("value ")), None),
    };
    Problem { pointer, message, expected: expected.map(|text| shorten(&text)), got }
}

/// The first few names; a model that invents thousands is told how many.
fn one_of(names: &[String]) -> String {
    let quoted = names.iter().take(TOLD).map(|name| format!("\"{}\"", shorten(name)));
    let more = (names.len() > TOLD).then(|| format!("and {} more", names.len() - TOLD));
    quoted.chain(more).collect::<Vec<_>>().join(", ")
}

/// The first characters of a value as JSON; the rest of it is not written.
fn beginning(value: &Value) -> String {
    let mut written = ValuePrefix(Vec::new());
    // It fails once there is enough, and not for another reason.
    let _ = serde_json::to_writer(&mut written, value);
    shorten(&String::from_utf8_lossy(&written.0))
}

/// Takes as many bytes as the characters that are shown may have, and one more character.
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

fn shorten(text: &str) -> String {
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}
