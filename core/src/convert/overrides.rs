//! Overrides of operations and arguments: parses the option `overrides`, and `x-toolrack` in a document.

use std::collections::{HashMap, HashSet};

use serde_json::{Map, Value};

use crate::error::Problem;
use crate::json::pointer;
use crate::spec::OperationSite;
use crate::tool::{CallLimits, name};
use crate::unicode::strip_hidden;

/// Who wrote an override. A document is not trusted: it may ask for more care, never for less.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OverrideAuthor {
    /// The caller, in the option `overrides`.
    Caller,
    /// The document, in `x-toolrack`.
    Document,
}

/// The override of one operation.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Override {
    pub name: Option<String>,
    pub description: Option<String>,
    pub category: Option<String>,
    pub tags: Option<Vec<String>>,
    pub requires_auth: Option<bool>,
    pub rate_limit: Option<f64>,
    pub call_limits: CallLimits,
    pub exclude: Option<bool>,
    /// The overrides of arguments, by the name that was written.
    pub parameters: Vec<(String, ArgumentOverride)>,
}

/// The override of one argument.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ArgumentOverride {
    pub description: Option<String>,
    /// Whether the model sees it.
    pub fate: Option<ArgumentFate>,
}

/// Whether the model sees an argument, or what each request sends in its place.
#[derive(Clone, Debug, PartialEq)]
pub enum ArgumentFate {
    /// The model sees it.
    Shown,
    /// No request has it.
    Hidden,
    /// Each request has this value; the model does not see it.
    Fixed(Value),
}

const KEYS: [&str; 9] = [
    "name",
    "description",
    "category",
    "tags",
    "requiresAuth",
    "rateLimit",
    "exclude",
    "parameters",
    CALL_LIMITS,
];
/// The last of [`KEYS`]: only the caller sets call limits. A document may ask for a `rateLimit`.
const CALL_LIMITS: &str = "callLimits";
const PARAMETER_KEYS: [&str; 3] = ["description", "value", "hidden"];

impl Override {
    /// Parses the override of an operation. `x-toolrack: false` in a document excludes it.
    pub fn parse(value: &Value, at: &str, author: OverrideAuthor, problems: &mut Vec<Problem>) -> Self {
        let mut reader = OverrideReader { problems };
        if author == OverrideAuthor::Document && *value == Value::Bool(false) {
            return Self { exclude: Some(true), ..Self::default() };
        }
        let keys = if author == OverrideAuthor::Caller { &KEYS[..] } else { &KEYS[..KEYS.len() - 1] };
        let Some(map) = reader.map(value, at, keys) else { return Self::default() };
        Self {
            name: reader.name(map, at, author),
            description: reader.words(map, at, "description"),
            category: reader.words(map, at, "category"),
            tags: reader.tags(map, at),
            requires_auth: reader.requires_auth(map, at, author),
            rate_limit: reader.rate_limit(map, at),
            call_limits: reader.call_limits(map, at, author),
            exclude: reader.flag(map, at, "exclude"),
            parameters: reader.parameters(map, at),
        }
    }
}

impl Override {
    /// The call limits, with `rateLimit` among them.
    pub fn limits(&self) -> CallLimits {
        CallLimits { rate_limit: self.rate_limit.or(self.call_limits.rate_limit), ..self.call_limits }
    }
}

impl ArgumentOverride {
    /// Parses the override of an argument.
    pub fn parse(value: &Value, at: &str, problems: &mut Vec<Problem>) -> Self {
        let mut reader = OverrideReader { problems };
        let Some(map) = reader.map(value, at, &PARAMETER_KEYS) else { return Self::default() };
        let fate = match (map.get("value"), reader.flag(map, at, "hidden")) {
            (Some(_), Some(false)) => {
                reader.problem(at, "hidden", "a value that is fixed is not shown");
                None
            }
            (Some(value), _) => Some(ArgumentFate::Fixed(value.clone())),
            (None, Some(true)) => Some(ArgumentFate::Hidden),
            (None, Some(false)) => Some(ArgumentFate::Shown),
            (None, None) => None,
        };
        Self { description: reader.words(map, at, "description"), fate }
    }
}

/// Reads the keys of one override and collects all problems.
struct OverrideReader<'p> {
    problems: &'p mut Vec<Problem>,
}

impl OverrideReader<'_> {
    fn problem(&mut self, at: &str, key: &str, message: impl Into<String>) {
        self.problems.push(Problem::at(pointer::push(at, key), message));
    }

    fn map<'v>(&mut self, value: &'v Value, at: &str, known: &[&str]) -> Option<&'v Map<String, Value>> {
        let Value::Object(map) = value else {
            self.problems.push(Problem::at(at, "must be a map"));
            return None;
        };
        for key in map.keys().filter(|key| !known.contains(&key.as_str())) {
            self.problem(at, key, format!("is none of {}", known.join(", ")));
        }
        Some(map)
    }

    fn text(&mut self, map: &Map<String, Value>, at: &str, key: &str) -> Option<String> {
        let text = map.get(key)?.as_str().map(ToOwned::to_owned);
        if text.is_none() {
            self.problem(at, key, "must be a string");
        }
        text
    }

    /// A text that is not blank.
    fn words(&mut self, map: &Map<String, Value>, at: &str, key: &str) -> Option<String> {
        let text = self.text(map, at, key)?;
        if text.trim().is_empty() {
            self.problem(at, key, "is empty");
            return None;
        }
        Some(text)
    }

    fn name(&mut self, map: &Map<String, Value>, at: &str, author: OverrideAuthor) -> Option<String> {
        let text = self.words(map, at, "name")?;
        if author == OverrideAuthor::Caller && !name::is_portable(&text) {
            let shown = text.chars().take(80).collect::<String>();
            let form = "^[a-zA-Z_][a-zA-Z0-9_-]{0,63}$";
            self.problem(at, "name", format!("\"{}\" is not of the form {form}", shown.escape_debug()));
            return None;
        }
        Some(text)
    }

    fn flag(&mut self, map: &Map<String, Value>, at: &str, key: &str) -> Option<bool> {
        let flag = map.get(key)?.as_bool();
        if flag.is_none() {
            self.problem(at, key, "must be a boolean");
        }
        flag
    }

    fn requires_auth(&mut self, map: &Map<String, Value>, at: &str, author: OverrideAuthor) -> Option<bool> {
        let flag = self.flag(map, at, "requiresAuth")?;
        if author == OverrideAuthor::Document && !flag {
            self.problem(at, "requiresAuth", "a document may ask for a user, not do without one");
            return None;
        }
        Some(flag)
    }

    fn rate_limit(&mut self, map: &Map<String, Value>, at: &str) -> Option<f64> {
        let limit = map.get("rateLimit")?.as_f64().filter(|limit| *limit > 0.0);
        if limit.is_none() {
            self.problem(at, "rateLimit", "must be a number of calls per minute above zero");
        }
        limit
    }

    fn call_limits(&mut self, map: &Map<String, Value>, at: &str, author: OverrideAuthor) -> CallLimits {
        let Some(value) = map.get(CALL_LIMITS).filter(|_| author == OverrideAuthor::Caller) else {
            return CallLimits::default();
        };
        let place = pointer::push(at, CALL_LIMITS);
        let limits = CallLimits::parse(value, &place, self.problems);
        if limits.rate_limit.is_some() && map.contains_key("rateLimit") {
            self.problem(&place, "rateLimit", "cannot stand beside rateLimit: give one of the two");
        }
        limits
    }

    fn tags(&mut self, map: &Map<String, Value>, at: &str) -> Option<Vec<String>> {
        let Value::Array(items) = map.get("tags")? else {
            self.problem(at, "tags", "must be a list of strings");
            return None;
        };
        let (mut tags, mut known) = (Vec::with_capacity(items.len()), HashSet::new());
        for (i, item) in items.iter().enumerate() {
            match item.as_str() {
                Some(tag) if !known.insert(tag) => {}
                Some(tag) => tags.push(tag.to_owned()),
                None => self.problem(&pointer::push(at, "tags"), &i.to_string(), "must be a string"),
            }
        }
        Some(tags)
    }

    fn parameters(&mut self, map: &Map<String, Value>, at: &str) -> Vec<(String, ArgumentOverride)> {
        let Some(value) = map.get("parameters") else { return Vec::new() };
        let Value::Object(parameters) = value else {
            self.problem(at, "parameters", "must be a map of arguments");
            return Vec::new();
        };
        let at = pointer::push(at, "parameters");
        let read = |(name, value): (&String, &Value)| {
            let said = ArgumentOverride::parse(value, &pointer::push(&at, name), self.problems);
            (name.clone(), said)
        };
        parameters.iter().map(read).collect()
    }
}

/// The option `overrides`: by operation id, or by method and path (`GET /pets`).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Overrides {
    entries: Vec<(String, Override)>,
    by_id: HashMap<String, usize>,
    by_place: HashMap<String, usize>,
}

impl Overrides {
    /// Parses the option. Faults go to `problems`, so that all are told at once.
    pub fn parse(value: &Value, problems: &mut Vec<Problem>) -> Self {
        let mut overrides = Self::default();
        let Value::Object(map) = value else {
            problems.push(Problem::at("", "must be a map of operations"));
            return overrides;
        };
        for (i, (key, value)) in map.iter().enumerate() {
            let at = pointer::push("", key);
            let said = Override::parse(value, &at, OverrideAuthor::Caller, problems);
            overrides.entries.push((key.clone(), said));
            overrides.by_id.insert(key.clone(), i);
            let place = key.split_once(' ').map(|(method, path)| place(method, path));
            if let Some(known) = place.and_then(|place| overrides.by_place.insert(place, i)) {
                let other = &overrides.entries[known].0;
                problems
                    .push(Problem::at(at, format!("is the operation of \"{}\" too", other.escape_debug())));
            }
        }
        overrides
    }

    /// All overrides, with their keys.
    pub fn entries(&self) -> &[(String, Override)] {
        &self.entries
    }

    /// The indexes in [`Overrides::entries`] of an operation's overrides. Method and path come first: an id may belong to
    /// several operations.
    pub fn of(&self, site: &OperationSite<'_>) -> Vec<usize> {
        if self.entries.is_empty() {
            return Vec::new();
        }
        let by_place = self.by_place.get(&place(&site.method, site.path));
        let by_place = by_place.or_else(|| self.by_place.get(&place(&site.method, &strip_hidden(site.path))));
        // The caller copied the id from what a person sees: hidden Unicode characters of the document are not in it.
        let of_id = |id: &str| self.by_id.get(id).or_else(|| self.by_id.get(&*strip_hidden(id)));
        let by_id = site.id().and_then(of_id).filter(|index| Some(*index) != by_place);
        by_place.into_iter().chain(by_id).copied().collect()
    }
}

fn place(method: &str, path: &str) -> String {
    format!("{} {path}", method.to_ascii_uppercase())
}
