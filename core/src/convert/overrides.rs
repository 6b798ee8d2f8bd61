//! What the caller, or the document itself under `x-toolrack`, says of operations on top of what the document says.

use std::collections::{HashMap, HashSet};

use serde_json::{Map, Value};

use crate::error::Problem;
use crate::json::pointer;
use crate::spec::OperationSite;
use crate::tool::{CallLimits, name};
use crate::unicode::strip;

/// Who says it. A document is not trusted: it may ask for more care, not for less, and what it calls a tool is a wish.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OverrideAuthor {
    /// The caller, in the options of a load.
    Caller,
    /// The document.
    Document,
}

/// What is said of one operation.
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
    /// By the name that was written for the argument.
    pub parameters: Vec<(String, ArgumentOverride)>,
}

/// What is said of one argument.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ArgumentOverride {
    pub description: Option<String>,
    /// What becomes of it.
    pub fate: Option<ArgumentFate>,
}

/// What becomes of an argument.
#[derive(Clone, Debug, PartialEq)]
pub enum ArgumentFate {
    /// The model sees it.
    Shown,
    /// It is left out.
    Hidden,
    /// Every request has this value.
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
/// What a call may cost is the caller's to say: a document may ask for a rate, and that last key is none of it.
const CALL_LIMITS: &str = "callLimits";
const PARAMETER_KEYS: [&str; 3] = ["description", "value", "hidden"];

impl Override {
    /// Reads what is said of an operation; `false` excludes it, where the document says so.
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
    /// What calls may cost.
    pub fn limits(&self) -> CallLimits {
        CallLimits { rate_limit: self.rate_limit.or(self.call_limits.rate_limit), ..self.call_limits }
    }
}

impl ArgumentOverride {
    /// Reads what is said of an argument.
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

/// Collects what is wrong while it reads.
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

    /// A text that says something.
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

/// What the caller says of operations, by operation id or by method and path.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Overrides {
    entries: Vec<(String, Override)>,
    by_id: HashMap<String, usize>,
    by_place: HashMap<String, usize>,
}

impl Overrides {
    /// Reads a map of keys to what is said of their operations.
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

    /// All that is said, with the keys.
    pub fn entries(&self) -> &[(String, Override)] {
        &self.entries
    }

    /// What is said of an operation, by its place in [`Overrides::entries`]: of its method and path first, then of its id,
    /// which another operation may have too.
    pub fn of(&self, site: &OperationSite<'_>) -> Vec<usize> {
        if self.entries.is_empty() {
            return Vec::new();
        }
        let by_place = self.by_place.get(&place(&site.method, site.path));
        let by_place = by_place.or_else(|| self.by_place.get(&place(&site.method, &strip(site.path))));
        // Whoever reads an id does not see its hidden characters.
        let of_id = |id: &str| self.by_id.get(id).or_else(|| self.by_id.get(&*strip(id)));
        let by_id = site.id().and_then(of_id).filter(|index| Some(*index) != by_place);
        by_place.into_iter().chain(by_id).copied().collect()
    }
}

fn place(method: &str, path: &str) -> String {
    format!("{} {path}", method.to_ascii_uppercase())
}
