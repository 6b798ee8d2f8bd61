//! Reads the keys of an HTTP tool's definition that other definitions have not, and collects every problem.

use serde_json::{Map, Value};

use crate::error::{Problem, describe_unknown};
use crate::json::pointer;

/// The keys of an HTTP tool beside those of any definition.
pub const HTTP_KEYS: [&str; 10] =
    ["endpoint", "method", "in", "query", "headers", "body", "contentType", "auth", "authScheme", "response"];

/// The problems of one definition, and its keys.
pub struct HttpToolReader<'r> {
    map: &'r Map<String, Value>,
    problems: Vec<Problem>,
}

impl<'r> HttpToolReader<'r> {
    pub const fn new(map: &'r Map<String, Value>) -> Self {
        Self { map, problems: Vec::new() }
    }

    pub fn into_problems(self) -> Vec<Problem> {
        self.problems
    }

    /// Whether a problem is worth the search for the nearest name: the first few are read.
    pub const fn has_few_problems(&self) -> bool {
        self.problems.len() < 20
    }

    /// Adds a problem at a JSON pointer.
    pub fn add(&mut self, at: impl Into<String>, message: impl Into<String>) {
        self.problems.push(Problem::at(at.into(), message));
    }

    /// Adds a problem of a member: `/in/id`.
    pub fn add_member(&mut self, key: &str, member: &str, message: impl Into<String>) {
        self.add(pointer::push(&pointer::push("", key), member), message);
    }

    /// Adds several problems.
    pub fn extend(&mut self, problems: impl IntoIterator<Item = Problem>) {
        self.problems.extend(problems);
    }

    /// The value of a key. `null` counts as absent.
    pub fn value(&self, key: &str) -> Option<&'r Value> {
        self.map.get(key).filter(|value| !value.is_null())
    }

    /// Reads a string.
    pub fn text(&mut self, key: &str) -> Option<&'r str> {
        let text = self.value(key)?.as_str();
        if text.is_none() {
            self.add(pointer::push("", key), "must be a string");
        }
        text
    }

    /// Reads a map, as its members.
    pub fn members(&mut self, key: &str) -> impl Iterator<Item = (&'r str, &'r Value)> + use<'r> {
        let map = match self.value(key) {
            None => None,
            Some(Value::Object(map)) => Some(map),
            Some(_) => {
                self.add(pointer::push("", key), "must be a map");
                None
            }
        };
        map.into_iter().flatten().map(|(name, value)| (name.as_str(), value))
    }

    /// Reads one of several words.
    pub fn word<T>(&mut self, key: &str, known: &[&str], parse: impl FnOnce(&str) -> Option<T>) -> Option<T> {
        let text = self.text(key)?;
        let parsed = parse(text);
        if parsed.is_none() {
            self.add(pointer::push("", key), describe_unknown(text, known));
        }
        parsed
    }
}
