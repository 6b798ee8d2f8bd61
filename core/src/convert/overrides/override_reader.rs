//! Reads overrides key by key, and collects every problem instead of stopping at the first.

use std::collections::HashSet;

use serde_json::{Map, Value};

use super::operation_override::{ArgumentOverride, ArgumentVisibility, Override, OverrideAuthor};
use crate::error::{Problem, describe_unknown};
use crate::json::pointer;
use crate::tool::{CallLimits, name, parse_aliases, parse_rate_limit, parse_scopes};

const KEYS: [&str; 12] = [
    "name",
    "description",
    "category",
    "tags",
    ALIASES,
    "requiresAuth",
    "requiresApproval",
    "rateLimit",
    "parameters",
    CALL_LIMITS,
    SCOPES,
    OUTPUT_SCHEMA,
];
/// The number of [`KEYS`] that a document may have. Only the caller sets call limits, says whether results are validated,
/// and which scopes are needed: its users have them. A document may ask for a `rateLimit`.
const DOCUMENT_KEYS: usize = KEYS.len() - 3;
const ALIASES: &str = "aliases";
const CALL_LIMITS: &str = "callLimits";
const SCOPES: &str = "scopes";
const OUTPUT_SCHEMA: &str = "outputSchema";
const ARGUMENT_KEYS: [&str; 3] = ["description", "value", "hidden"];

impl Override {
    /// Parses the override of an operation at the JSON pointer `at`. Gives what is right in it, and all problems.
    /// `x-toolrack: false` in a document excludes the operation.
    pub fn parse(value: &Value, at: &str, author: OverrideAuthor) -> (Self, Vec<Problem>) {
        if author == OverrideAuthor::Document && *value == Value::Bool(false) {
            return (Self { is_excluded: true, ..Self::default() }, Vec::new());
        }
        OverrideReader::new(author).read_operation(value, at)
    }
}

impl ArgumentOverride {
    /// Parses the override of an argument at the JSON pointer `at`. Gives what is right in it, and all problems.
    pub fn parse(value: &Value, at: &str, author: OverrideAuthor) -> (Self, Vec<Problem>) {
        OverrideReader::new(author).read_argument(value, at)
    }
}

/// Reads one override.
struct OverrideReader {
    author: OverrideAuthor,
    problems: Vec<Problem>,
}

impl OverrideReader {
    const fn new(author: OverrideAuthor) -> Self {
        Self { author, problems: Vec::new() }
    }

    /// Reads the override of an operation at the JSON pointer `at`.
    fn read_operation(mut self, value: &Value, at: &str) -> (Override, Vec<Problem>) {
        let by_caller = self.author == OverrideAuthor::Caller;
        let keys = if by_caller { &KEYS[..] } else { &KEYS[..DOCUMENT_KEYS] };
        let Some(map) = self.map(value, at, keys) else { return (Override::default(), self.problems) };
        let parsed = Override {
            name: self.name(map, at),
            description: self.text(map, at, "description"),
            category: self.text(map, at, "category"),
            tags: self.tags(map, at),
            aliases: self.aliases(map, at),
            requires_auth: self.requirement(map, at, "requiresAuth"),
            requires_approval: self.requirement(map, at, "requiresApproval"),
            scopes: self.scopes(map, at),
            rate_limit: self.rate_limit(map, at),
            call_limits: self.call_limits(map, at),
            output_schema: if by_caller { self.flag(map, at, OUTPUT_SCHEMA) } else { None },
            is_excluded: false,
            parameters: self.parameters(map, at),
        };
        (parsed, self.problems)
    }

    /// Reads the override of an argument at the JSON pointer `at`.
    fn read_argument(mut self, value: &Value, at: &str) -> (ArgumentOverride, Vec<Problem>) {
        let Some(map) = self.map(value, at, &ARGUMENT_KEYS) else {
            return (ArgumentOverride::default(), self.problems);
        };
        let visibility = match (map.get("value"), self.flag(map, at, "hidden")) {
            (Some(_), Some(false)) => {
                let message =
                    "cannot be false beside \"value\", which hides the argument: remove one of the two";
                self.add_problem(at, "hidden", message);
                None
            }
            (Some(value), _) => Some(ArgumentVisibility::Fixed(value.clone())),
            (None, Some(true)) => Some(ArgumentVisibility::Hidden),
            (None, Some(false)) => Some(ArgumentVisibility::Shown),
            (None, None) => None,
        };
        (ArgumentOverride { description: self.text(map, at, "description"), visibility }, self.problems)
    }

    fn add_problem(&mut self, at: &str, key: &str, message: impl Into<String>) {
        self.problems.push(Problem::at(pointer::push(at, key), message));
    }

    fn map<'v>(&mut self, value: &'v Value, at: &str, known: &[&str]) -> Option<&'v Map<String, Value>> {
        let Value::Object(map) = value else {
            self.problems.push(Problem::at(at, "must be a map"));
            return None;
        };
        for key in map.keys().filter(|key| !known.contains(&key.as_str())) {
            let message = if key == "exclude" && known.contains(&"parameters") {
                self.exclude_advice().to_owned()
            } else {
                describe_unknown(key, known)
            };
            self.add_problem(at, key, message);
        }
        Some(map)
    }

    /// How an operation is left out: an override changes one that stays.
    fn exclude_advice(&self) -> &'static str {
        match self.author {
            OverrideAuthor::Caller => {
                "is no key of an override: leave operations out with the option exclude"
            }
            OverrideAuthor::Document => {
                "is no key of x-toolrack: leave the operation out with x-toolrack: false"
            }
        }
    }

    fn text(&mut self, map: &Map<String, Value>, at: &str, key: &str) -> Option<String> {
        let Some(text) = map.get(key)?.as_str() else {
            self.add_problem(at, key, "must be a string");
            return None;
        };
        if text.trim().is_empty() {
            self.add_problem(at, key, "is empty: give a text, or leave the key out");
            return None;
        }
        Some(text.to_owned())
    }

    /// The name. A document's name is a suggestion, which the name ledger makes portable.
    fn name(&mut self, map: &Map<String, Value>, at: &str) -> Option<String> {
        let text = self.text(map, at, "name")?;
        if self.author == OverrideAuthor::Caller && !name::is_portable(&text) {
            let excerpt = text.chars().take(80).collect::<String>();
            let form = "^[a-zA-Z_][a-zA-Z0-9_-]{0,63}$";
            self.add_problem(at, "name", format!("\"{}\" is not of the form {form}", excerpt.escape_debug()));
            return None;
        }
        Some(text)
    }

    fn flag(&mut self, map: &Map<String, Value>, at: &str, key: &str) -> Option<bool> {
        let flag = map.get(key)?.as_bool();
        if flag.is_none() {
            self.add_problem(at, key, "must be a boolean");
        }
        flag
    }

    /// Whether a call needs a user or an approval. A document may ask for one, and never waive it.
    fn requirement(&mut self, map: &Map<String, Value>, at: &str, key: &str) -> Option<bool> {
        let required = self.flag(map, at, key)?;
        if self.author == OverrideAuthor::Document && !required {
            self.add_problem(
                at,
                key,
                "cannot be false in a document: only the option overrides can make it false",
            );
            return None;
        }
        Some(required)
    }

    fn rate_limit(&mut self, map: &Map<String, Value>, at: &str) -> Option<f64> {
        let limit = parse_rate_limit(map.get("rateLimit")?);
        limit.map_err(|problem| self.add_problem(at, "rateLimit", problem)).ok()
    }

    fn call_limits(&mut self, map: &Map<String, Value>, at: &str) -> CallLimits {
        let Some(value) = map.get(CALL_LIMITS).filter(|_| self.author == OverrideAuthor::Caller) else {
            return CallLimits::default();
        };
        let at = pointer::push(at, CALL_LIMITS);
        let (limits, problems) = CallLimits::parse(value, &at);
        self.problems.extend(problems);
        limits
    }

    fn scopes(&mut self, map: &Map<String, Value>, at: &str) -> Option<Vec<String>> {
        let value = map.get(SCOPES).filter(|_| self.author == OverrideAuthor::Caller)?;
        let (scopes, problems) = parse_scopes(value, &pointer::push(at, SCOPES));
        self.problems.extend(problems);
        Some(scopes)
    }

    fn tags(&mut self, map: &Map<String, Value>, at: &str) -> Option<Vec<String>> {
        let Value::Array(items) = map.get("tags")? else {
            self.add_problem(at, "tags", "must be a list of strings");
            return None;
        };
        let (mut tags, mut known) = (Vec::with_capacity(items.len()), HashSet::new());
        for (i, item) in items.iter().enumerate() {
            match item.as_str() {
                Some(tag) if !known.insert(tag) => {}
                Some(tag) => tags.push(tag.to_owned()),
                None => self.add_problem(&pointer::push(at, "tags"), &i.to_string(), "must be a string"),
            }
        }
        Some(tags)
    }

    fn aliases(&mut self, map: &Map<String, Value>, at: &str) -> Option<Vec<String>> {
        let (aliases, problems) = parse_aliases(map.get(ALIASES)?, &pointer::push(at, ALIASES));
        let is_read = problems.is_empty() || !aliases.is_empty();
        self.problems.extend(problems);
        is_read.then_some(aliases)
    }

    fn parameters(&mut self, map: &Map<String, Value>, at: &str) -> Vec<(String, ArgumentOverride)> {
        let Some(value) = map.get("parameters") else { return Vec::new() };
        let Value::Object(parameters) = value else {
            self.add_problem(at, "parameters", "must be a map from argument names to overrides");
            return Vec::new();
        };
        let at = pointer::push(at, "parameters");
        let mut parsed = Vec::with_capacity(parameters.len());
        for (name, value) in parameters {
            let (argument, problems) = ArgumentOverride::parse(value, &pointer::push(&at, name), self.author);
            self.problems.extend(problems);
            parsed.push((name.clone(), argument));
        }
        parsed
    }
}
