//! Reads a tool definition as a user writes it, key by key.

use serde_json::{Map, Value, json};

use super::{
    Annotations, CallApproval, CallLimits, definition_hints as hints, name, parse_aliases, parse_rate_limit,
    parse_scopes, schema_of_parameters,
};
use crate::error::{Problem, excerpt};
use crate::json::{pointer, read_options};
use crate::schema::{Schema, is_plain_schema, keywords, meta_schema_problems};

/// The keys of a definition as a user writes it.
pub const DEFINITION_KEYS: [&str; 17] = [
    "name",
    "title",
    "description",
    "category",
    "tags",
    "aliases",
    "parameters",
    "inputSchema",
    "outputSchema",
    "version",
    "requiresAuth",
    "requiresApproval",
    "scopes",
    "rateLimit",
    "callLimits",
    "deprecated",
    "annotations",
];

/// Reads the keys of a definition and collects every problem, so that the user can mend all in one go.
#[derive(Default)]
pub struct DefinitionReader {
    problems: Vec<Problem>,
}

impl DefinitionReader {
    /// All problems that were found.
    pub fn into_problems(self) -> Vec<Problem> {
        self.problems
    }

    /// Adds one problem.
    pub fn add_problem(&mut self, pointer: &str, message: impl Into<String>) {
        self.problems.push(Problem::at(pointer, message));
    }

    /// Reads the name, which is required.
    pub fn read_name(&mut self, map: &Map<String, Value>) -> String {
        let name = self.read_text(map, "name").unwrap_or_default();
        match map.get("name") {
            None | Some(Value::Null) => self.add_problem("/name", "is required"),
            Some(Value::String(_)) => {
                if let Some(fault) = name::find_fault(&name) {
                    self.add_problem("/name", fault);
                }
            }
            Some(_) => {}
        }
        name
    }

    /// Reads the description, which is required and not empty.
    pub fn read_description(&mut self, map: &Map<String, Value>) -> String {
        let description = self.read_text(map, "description").unwrap_or_default();
        match map.get("description") {
            None | Some(Value::Null) => self.add_problem("/description", "is required"),
            // Providers refuse an empty description, and a model can do nothing with one.
            Some(Value::String(text)) if text.trim().is_empty() => {
                self.add_problem("/description", "is empty");
            }
            Some(_) => {}
        }
        description
    }

    /// Reads a string. `null` counts as absent.
    pub fn read_text(&mut self, map: &Map<String, Value>, key: &str) -> Option<String> {
        match map.get(key) {
            None | Some(Value::Null) => None,
            Some(Value::String(text)) => Some(text.clone()),
            Some(_) => {
                self.add_problem(&format!("/{key}"), "must be a string");
                None
            }
        }
    }

    /// Reads a boolean; false by default.
    pub fn read_flag(&mut self, map: &Map<String, Value>, key: &str) -> bool {
        match map.get(key) {
            None | Some(Value::Null) => false,
            Some(Value::Bool(flag)) => *flag,
            Some(_) => {
                self.add_problem(&format!("/{key}"), "must be a boolean");
                false
            }
        }
    }

    /// Reads whether a person has to approve a call. A function stays in its own language, which writes a word for it.
    pub fn read_call_approval(&mut self, map: &Map<String, Value>) -> CallApproval {
        match map.get("requiresApproval") {
            None | Some(Value::Null) => CallApproval::NotRequired,
            Some(Value::Bool(is_required)) => CallApproval::from(*is_required),
            Some(Value::String(word)) if word == CallApproval::PREDICATE => CallApproval::ByPredicate,
            Some(_) => {
                self.add_problem("/requiresApproval", "must be a boolean or a function");
                CallApproval::Required
            }
        }
    }

    /// Reads the tags, each once.
    pub fn read_tags(&mut self, map: &Map<String, Value>) -> Vec<String> {
        let Some(value) = map.get("tags").filter(|value| !value.is_null()) else { return Vec::new() };
        let Value::Array(items) = value else {
            self.add_problem("/tags", "must be a list of strings");
            return Vec::new();
        };
        let mut tags: Vec<String> = Vec::new();
        for (i, item) in items.iter().enumerate() {
            match item {
                Value::String(tag) if tags.contains(tag) => {}
                Value::String(tag) => tags.push(tag.clone()),
                _ => self.add_problem(&format!("/tags/{i}"), "must be a string"),
            }
        }
        tags
    }

    /// Reads the aliases, each once.
    pub fn read_aliases(&mut self, map: &Map<String, Value>) -> Vec<String> {
        let Some(value) = map.get("aliases").filter(|value| !value.is_null()) else { return Vec::new() };
        let (aliases, problems) = parse_aliases(value, "/aliases");
        self.problems.extend(problems);
        aliases
    }

    /// Reads the OAuth scopes, each once.
    pub fn read_scopes(&mut self, map: &Map<String, Value>) -> Vec<String> {
        let Some(value) = map.get("scopes").filter(|value| !value.is_null()) else { return Vec::new() };
        let (scopes, problems) = parse_scopes(value, "/scopes");
        for problem in problems {
            self.add_problem(&problem.pointer, problem.message);
        }
        scopes
    }

    /// Reads the rate limit, in calls per minute.
    pub fn read_rate_limit(&mut self, map: &Map<String, Value>) -> Option<f64> {
        let value = map.get("rateLimit").filter(|value| !value.is_null())?;
        parse_rate_limit(value).map_err(|problem| self.add_problem("/rateLimit", problem)).ok()
    }

    /// Reads the limits of calls.
    pub fn read_call_limits(&mut self, map: &Map<String, Value>) -> CallLimits {
        let Some(value) = map.get("callLimits").filter(|value| !value.is_null()) else {
            return CallLimits::default();
        };
        let (limits, problems) = CallLimits::parse(value, "/callLimits");
        self.problems.extend(problems);
        limits
    }

    /// Reads the hints of MCP.
    pub fn read_annotations(&mut self, map: &Map<String, Value>) -> Annotations {
        let Some(value) = map.get("annotations").filter(|value| !value.is_null()) else {
            return Annotations::default();
        };
        read_options(value).unwrap_or_else(|error| {
            self.add_problem("/annotations", error.to_string());
            Annotations::default()
        })
    }

    /// Reads the schema from `parameters` (short form) or `inputSchema` (JSON Schema).
    pub fn read_input_schema(&mut self, map: &Map<String, Value>) -> Schema {
        let given = |key: &str| map.get(key).filter(|value| !value.is_null());
        match (given("parameters"), given("inputSchema")) {
            (Some(_), Some(_)) => {
                self.add_problem("/inputSchema", "cannot stand beside parameters: give one of the two");
            }
            (Some(Value::Object(parameters)), None) if hints::is_whole_schema(parameters) => {
                self.add_problem("/parameters", "is a whole JSON Schema: give it as inputSchema");
            }
            (Some(Value::Object(parameters)), None) => {
                let (schema, problems) = schema_of_parameters(parameters, "/parameters");
                let read = Schema::new(&schema);
                if problems.is_empty() {
                    self.add_schema_problems(&schema, &read, "/parameters", Some("/properties"));
                }
                self.problems.extend(problems);
                return read;
            }
            (Some(_), None) => {
                self.add_problem("/parameters", "must be a map of names to parameters");
            }
            (None, Some(schema @ Value::Object(keywords))) => {
                let read = Schema::new(schema);
                self.add_schema_problems(schema, &read, "/inputSchema", None);
                match keywords.get("type") {
                    Some(Value::String(kind)) if kind == "object" => {}
                    _ => self.add_problem("/inputSchema/type", "must be \"object\": arguments are named"),
                }
                return read;
            }
            (None, Some(_)) => {
                self.add_problem("/inputSchema", "must be a JSON Schema");
            }
            (None, None) => {
                return Schema::new(
                    &json!({"type": "object", "properties": {}, "additionalProperties": false}),
                );
            }
        }
        Schema::new(&json!({}))
    }

    /// Reads the schema of results (JSON Schema), which may have any root.
    pub fn read_output_schema(&mut self, map: &Map<String, Value>) -> Option<Schema> {
        let schema = map.get("outputSchema").filter(|schema| !schema.is_null())?;
        let read = Schema::new(schema);
        if schema.is_object() {
            self.add_schema_problems(schema, &read, "/outputSchema", None);
        } else {
            self.add_problem("/outputSchema", "must be a JSON Schema");
        }
        Some(read)
    }

    /// Adds the problems of a schema at the pointers of what the user wrote. `under` is the prefix that the schema has
    /// and the definition has not.
    fn add_schema_problems(&mut self, schema: &Value, read: &Schema, at: &str, under: Option<&str>) {
        // The meta-schema takes ten times as long, and a schema without references and patterns compiles.
        if is_plain_schema(schema) {
            return;
        }
        let mut problems = meta_schema_problems(schema);
        if problems.is_empty() {
            problems = read.compile_problem().into_iter().collect();
        }
        for mut problem in problems {
            let place = problem.pointer.as_str();
            if let Some(message) = type_message(schema, place) {
                problem.message = message;
            }
            problem.pointer =
                format!("{at}{}", under.and_then(|under| place.strip_prefix(under)).unwrap_or(place));
            self.problems.push(problem);
        }
    }

    /// Checks that an executor is given.
    pub fn check_execute(&mut self, map: &Map<String, Value>, executable: bool) {
        if map.contains_key("execute") {
            self.add_problem("/execute", "must be a function");
        } else if !executable {
            self.add_problem("/execute", "is required");
        }
    }

    /// Adds problems that were found earlier, and drops those that only follow from them.
    pub fn replace_consequences(&mut self, unsaid: Vec<Problem>) {
        let follows = |problem: &Problem, from: &Problem| {
            let (place, cause) = (problem.pointer.as_str(), from.pointer.as_str());
            let parent = cause.rsplit_once('/').map(|(parent, _)| parent);
            parent == Some(place)
                || place.strip_prefix(cause).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        self.problems.retain(|problem| !unsaid.iter().any(|cause| follows(problem, cause)));
        self.problems.extend(unsaid);
    }

    /// Refuses keys that no definition has.
    pub fn check_keys(&mut self, map: &Map<String, Value>) {
        for key in map.keys().filter(|key| !DEFINITION_KEYS.contains(&key.as_str()) && *key != "execute") {
            let hint = hints::hint_for_key(key, &DEFINITION_KEYS);
            self.add_problem(&pointer::push("", key), format!("is no key of a tool definition{hint}"));
        }
    }
}

/// The message for an unknown type at a pointer of a schema. A property named `type` is none.
fn type_message(schema: &Value, place: &str) -> Option<String> {
    let owner = place.strip_suffix("/type")?;
    if owner.ends_with("/properties") || owner.ends_with("/$defs") {
        return None;
    }
    let is_unknown = |word: &&str| !keywords::TYPE_NAMES.contains(word);
    match schema.pointer(place)? {
        Value::String(word) => Some(&**word).filter(is_unknown).map(hints::describe_unknown_type),
        Value::Array(words) => {
            let word = words.iter().filter_map(Value::as_str).find(is_unknown)?;
            Some(format!(
                "has \"{}\", which {}",
                excerpt(word).escape_debug(),
                hints::describe_unknown_type(word)
            ))
        }
        _ => None,
    }
}
