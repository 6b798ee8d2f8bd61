//! Schema validation. Only this file uses the crate jsonschema.

use std::io;

use jsonschema::error::ValidationErrorKind;
use jsonschema::{PatternOptions, ValidationError};
use serde_json::{Value, json};

use crate::error::Problem;

/// Maximum number of problems reported for one value. A model fixes the first few and tries again.
const TOLD: usize = 20;
/// Message for a value of the wrong type. `expected` lists the types.
pub const WRONG_TYPE: &str = "has the wrong type";
/// Maximum number of characters of a value in a problem.
const SHOWN: usize = 80;
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
        // The masked message omits the value, which may be a megabyte long.
        _ => (shorten(error.masked().to_string().trim_start_matches("value ")), None),
    };
    Problem { pointer, message, expected: expected.map(|text| shorten(&text)), got }
}

/// Lists the first names, and the number of the others.
fn one_of(names: &[String]) -> String {
    let quoted = names.iter().take(TOLD).map(|name| format!("\"{}\"", shorten(name)));
    let more = (names.len() > TOLD).then(|| format!("and {} more", names.len() - TOLD));
    quoted.chain(more).collect::<Vec<_>>().join(", ")
}

/// Returns the start of a value as JSON, without writing the rest.
fn beginning(value: &Value) -> String {
    let mut written = ValuePrefix(Vec::new());
    // The writer fails once it is full, and never otherwise.
    let _ = serde_json::to_writer(&mut written, value);
    shorten(&String::from_utf8_lossy(&written.0))
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

fn shorten(text: &str) -> String {
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}
