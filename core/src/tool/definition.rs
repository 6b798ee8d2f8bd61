//! What somebody says of a tool.

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use serde_json::{Map, Value, json};

use super::{CallLimits, Version, definition_hints as hints, fingerprint, name, schema_of_parameters};
use crate::error::{Error, Problem, Result};
use crate::json::{HashMap, pointer};
use crate::schema::{Schema, keywords, problems_of_schema};

/// Hints about what a tool does, in the words of MCP. They are the tool's own claim, not a promise.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Annotations {
    /// The tool changes nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub read_only_hint: Option<bool>,
    /// The tool may destroy something.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub destructive_hint: Option<bool>,
    /// A second call with the same arguments changes nothing more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub idempotent_hint: Option<bool>,
    /// The tool reaches an open world of things outside.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub open_world_hint: Option<bool>,
}

impl Annotations {
    /// Whether there is no hint.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// A tool as it was defined, its schema frozen.
#[derive(Clone, Debug, PartialEq)]
pub struct ToolDefinition {
    /// Its name; the rules are in [`name::fault`].
    pub name: String,
    /// A name for people.
    pub title: Option<String>,
    /// What it does, for the model.
    pub description: String,
    /// One word that an orchestrator picks by.
    pub category: Option<String>,
    /// More of them.
    pub tags: Vec<String>,
    /// What it takes: an object schema of dialect 2020-12.
    pub input_schema: Schema,
    /// Its version.
    pub version: Option<Version>,
    /// Whether a call needs a user in its context.
    pub requires_auth: bool,
    /// Calls per minute. Information for orchestrators, unless the registry enforces it.
    pub rate_limit: Option<f64>,
    /// What its calls may cost, but for the rate.
    pub call_limits: CallLimits,
    /// Whether it should not be used any more.
    pub deprecated: bool,
    /// What it claims of its effects.
    pub annotations: Annotations,
}

/// The keys of a definition as a user writes it.
const KEYS: [&str; 13] = [
    "name",
    "title",
    "description",
    "category",
    "tags",
    "parameters",
    "inputSchema",
    "version",
    "requiresAuth",
    "rateLimit",
    "callLimits",
    "deprecated",
    "annotations",
];

impl ToolDefinition {
    /// How long the JSON of a definition may be where nobody says otherwise, in bytes. The longest of the field has 1.35 MB;
    /// what is twice as long holds the thread up that writes it for a provider.
    pub const MAX_BYTES: usize = 2 << 20;

    /// Refuses the JSON of a definition that is longer than it may be, and says which member is the longest. Nothing is read
    /// of it but where its members end.
    pub fn check_bytes(text: &str, most: usize) -> Result<()> {
        if text.len() <= most {
            return Ok(());
        }
        let members: HashMap<String, &RawValue> = serde_json::from_str(text).unwrap_or_default();
        let longest = members.iter().max_by_key(|(_, value)| value.get().len()).map(|(key, _)| key.as_str());
        let name = members.get("name").and_then(|name| serde_json::from_str(name.get()).ok());
        Err(Error::LimitExceededAt {
            tool: name.unwrap_or_default(),
            pointer: longest.map(|key| pointer::push("", key).into()).unwrap_or_default(),
            what: "number of bytes of the definition",
            limit: most,
            advice: "shorten it, or raise limits.definitionBytes",
        })
    }

    /// Reads a definition. All that is wrong with it is told at once; `executable` says whether something stands by to
    /// carry its calls out.
    pub fn parse(value: &Value, executable: bool) -> Result<Self> {
        Self::parse_with(value, executable, Vec::new())
    }

    /// The same of a definition that held what JSON has no words for: `unsaid` are the problems of the places that were left
    /// out of `value`. What is wrong there only because of that is not told again.
    pub fn parse_with(value: &Value, executable: bool, unsaid: Vec<Problem>) -> Result<Self> {
        let mut reader = Reader { problems: Vec::new() };
        let empty = Map::new();
        let map = value.as_object().unwrap_or_else(|| {
            reader.problem("", "must be a map");
            &empty
        });
        let call_limits = reader.call_limits(map);
        let definition = Self {
            name: reader.name(map),
            title: reader.text(map, "title"),
            description: reader.description(map),
            category: reader.text(map, "category").filter(|category| !category.is_empty()),
            tags: reader.tags(map),
            input_schema: reader.input_schema(map),
            version: reader.text(map, "version").map(Version::new),
            requires_auth: reader.flag(map, "requiresAuth"),
            rate_limit: reader.rate_limit(map).or(call_limits.rate_limit),
            call_limits: CallLimits { rate_limit: None, ..call_limits },
            deprecated: reader.flag(map, "deprecated"),
            annotations: reader.annotations(map),
        };
        reader.execute(map, executable);
        reader.unknown_keys(map);
        reader.add(unsaid);
        if reader.problems.is_empty() {
            Ok(definition)
        } else {
            Err(Error::InvalidDefinition { tool: definition.name, problems: reader.problems })
        }
    }

    /// What its calls may cost.
    pub fn limits(&self) -> CallLimits {
        CallLimits { rate_limit: self.rate_limit, ..self.call_limits }
    }

    /// SHA-256 over what a model sees of the tool: name, title, description, schema, annotations. The order of keys
    /// does not count.
    pub fn hash(&self) -> String {
        let schema = &self.input_schema.value();
        fingerprint::of_members(&[
            ("name", &json!(self.name)),
            ("title", &json!(self.title)),
            ("description", &json!(self.description)),
            ("inputSchema", schema),
            ("annotations", &json!(self.annotations)),
        ])
    }
}

/// Collects what is wrong while it reads.
struct Reader {
    problems: Vec<Problem>,
}

impl Reader {
    fn problem(&mut self, pointer: &str, message: impl Into<String>) {
        self.problems.push(Problem::at(pointer, message));
    }

    fn name(&mut self, map: &Map<String, Value>) -> String {
        let name = self.text(map, "name").unwrap_or_default();
        match map.get("name") {
            None | Some(Value::Null) => self.problem("/name", "is required"),
            Some(Value::String(_)) => {
                if let Some(fault) = name::fault(&name) {
                    self.problem("/name", fault);
                }
            }
            Some(_) => {}
        }
        name
    }

    /// Providers refuse an empty description, and a model can do nothing with one.
    fn description(&mut self, map: &Map<String, Value>) -> String {
        let description = self.text(map, "description").unwrap_or_default();
        match map.get("description") {
            None | Some(Value::Null) => self.problem("/description", "is required"),
            Some(Value::String(text)) if text.trim().is_empty() => self.problem("/description", "is empty"),
            Some(_) => {}
        }
        description
    }

    fn text(&mut self, map: &Map<String, Value>, key: &str) -> Option<String> {
        match map.get(key) {
            None | Some(Value::Null) => None,
            Some(Value::String(text)) => Some(text.clone()),
            Some(_) => {
                self.problem(&format!("/{key}"), "must be a string");
                None
            }
        }
    }

    fn flag(&mut self, map: &Map<String, Value>, key: &str) -> bool {
        match map.get(key) {
            None | Some(Value::Null) => false,
            Some(Value::Bool(flag)) => *flag,
            Some(_) => {
                self.problem(&format!("/{key}"), "must be a boolean");
                false
            }
        }
    }

    fn tags(&mut self, map: &Map<String, Value>) -> Vec<String> {
        let Some(value) = map.get("tags").filter(|value| !value.is_null()) else { return Vec::new() };
        let Value::Array(items) = value else {
            self.problem("/tags", "must be a list of strings");
            return Vec::new();
        };
        let mut tags: Vec<String> = Vec::new();
        for (i, item) in items.iter().enumerate() {
            match item {
                Value::String(tag) if tags.contains(tag) => {}
                Value::String(tag) => tags.push(tag.clone()),
                _ => self.problem(&format!("/tags/{i}"), "must be a string"),
            }
        }
        tags
    }

    fn rate_limit(&mut self, map: &Map<String, Value>) -> Option<f64> {
        let value = map.get("rateLimit").filter(|value| !value.is_null())?;
        let limit = value.as_f64().filter(|limit| *limit > 0.0);
        if limit.is_none() {
            self.problem("/rateLimit", "must be a number of calls per minute above zero");
        }
        limit
    }

    fn call_limits(&mut self, map: &Map<String, Value>) -> CallLimits {
        let Some(value) = map.get("callLimits").filter(|value| !value.is_null()) else {
            return CallLimits::default();
        };
        let limits = CallLimits::parse(value, "/callLimits", &mut self.problems);
        if limits.rate_limit.is_some() && map.get("rateLimit").is_some_and(|limit| !limit.is_null()) {
            self.problem("/callLimits/rateLimit", "cannot stand beside rateLimit: give one of the two");
        }
        limits
    }

    fn annotations(&mut self, map: &Map<String, Value>) -> Annotations {
        let Some(value) = map.get("annotations").filter(|value| !value.is_null()) else {
            return Annotations::default();
        };
        Annotations::deserialize(value).unwrap_or_else(|error| {
            self.problem("/annotations", error.to_string());
            Annotations::default()
        })
    }

    fn input_schema(&mut self, map: &Map<String, Value>) -> Schema {
        let given = |key: &str| map.get(key).filter(|value| !value.is_null());
        let schema = match (given("parameters"), given("inputSchema")) {
            (Some(_), Some(_)) => {
                self.problem("/inputSchema", "cannot stand beside parameters: give one of the two");
                json!({})
            }
            (Some(Value::Object(parameters)), None) if hints::is_whole_schema(parameters) => {
                self.problem("/parameters", "is a whole JSON Schema: give it as inputSchema");
                json!({})
            }
            (Some(Value::Object(parameters)), None) => {
                let known = self.problems.len();
                let schema = schema_of_parameters(parameters, "/parameters", &mut self.problems);
                if self.problems.len() == known {
                    self.schema_problems(&schema, "/parameters", Some("/properties"));
                }
                schema
            }
            (Some(_), None) => {
                self.problem("/parameters", "must be a map of names to parameters");
                json!({})
            }
            (None, Some(schema @ Value::Object(keywords))) => {
                self.schema_problems(schema, "/inputSchema", None);
                match keywords.get("type") {
                    Some(Value::String(kind)) if kind == "object" => {}
                    _ => self.problem("/inputSchema/type", "must be \"object\": arguments are named"),
                }
                schema.clone()
            }
            (None, Some(_)) => {
                self.problem("/inputSchema", "must be a JSON Schema");
                json!({})
            }
            (None, None) => json!({"type": "object", "properties": {}, "additionalProperties": false}),
        };
        Schema::new(&schema)
    }

    /// Problems of a schema, told with the pointers of what the user wrote: `under` is what stands before them in the
    /// schema and not in the definition.
    fn schema_problems(&mut self, schema: &Value, at: &str, under: Option<&str>) {
        let mut problems = problems_of_schema(schema);
        if problems.is_empty() {
            problems = Schema::new(schema).unusable().into_iter().collect();
        }
        for mut problem in problems {
            let place = problem.pointer.as_str();
            if let Some(word) = type_at(schema, place) {
                problem.message = hints::no_type(word);
            }
            problem.pointer =
                format!("{at}{}", under.and_then(|under| place.strip_prefix(under)).unwrap_or(place));
            self.problems.push(problem);
        }
    }

    fn execute(&mut self, map: &Map<String, Value>, executable: bool) {
        if map.contains_key("execute") {
            self.problem("/execute", "must be a function");
        } else if !executable {
            self.problem("/execute", "is required");
        }
    }

    /// Adds problems that were found before, in place of those that only follow from them.
    fn add(&mut self, unsaid: Vec<Problem>) {
        let follows = |problem: &Problem, from: &Problem| {
            let (place, cause) = (problem.pointer.as_str(), from.pointer.as_str());
            let parent = cause.rsplit_once('/').map(|(parent, _)| parent);
            parent == Some(place)
                || place.strip_prefix(cause).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        self.problems.retain(|problem| !unsaid.iter().any(|cause| follows(problem, cause)));
        self.problems.extend(unsaid);
    }

    fn unknown_keys(&mut self, map: &Map<String, Value>) {
        for key in map.keys().filter(|key| !KEYS.contains(&key.as_str()) && *key != "execute") {
            let hint = hints::of_key(key, &KEYS);
            self.problem(&pointer::push("", key), format!("is no key of a tool definition{hint}"));
        }
    }
}

/// The word of a type that JSON Schema does not have, where one stands at a place of a schema and is no user's name.
fn type_at<'s>(schema: &'s Value, place: &str) -> Option<&'s str> {
    let owner = place.strip_suffix("/type")?;
    let word = schema.pointer(place)?.as_str()?;
    let is_named = owner.ends_with("/properties") || owner.ends_with("/$defs");
    (!is_named && !keywords::TYPES.contains(&word)).then_some(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places(value: &Value, executable: bool) -> Vec<String> {
        match ToolDefinition::parse(value, executable) {
            Ok(_) => Vec::new(),
            Err(Error::InvalidDefinition { problems, .. }) => {
                problems.into_iter().map(|p| p.pointer).collect()
            }
            Err(other) => panic!("{other}"),
        }
    }

    #[test]
    fn all_that_is_wrong_is_told_at_once() {
        let bad = json!({
            "name": "a b", "description": " ", "tags": ["x", 1], "rateLimit": 0, "requiresAuth": "yes",
            "parameters": {"q": {"type": "strin"}}, "execute": 5, "categry": "x"
        });
        assert_eq!(
            places(&bad, false),
            [
                "/name",
                "/description",
                "/tags/1",
                "/parameters/q/type",
                "/requiresAuth",
                "/rateLimit",
                "/execute",
                "/categry"
            ]
        );
        assert_eq!(places(&json!([]), true), ["", "/name", "/description"]);
        assert_eq!(places(&json!({"name": "a", "description": "b"}), false), ["/execute"]);
    }

    #[test]
    fn a_schema_is_judged_as_a_schema() {
        let tool = |schema: Value| json!({"name": "a", "description": "b", "inputSchema": schema});
        assert_eq!(
            places(&tool(json!({"type": "object", "properties": {"a": {"minimum": "1"}}})), true),
            ["/inputSchema/properties/a/minimum"]
        );
        assert_eq!(places(&tool(json!({"type": "string"})), true), ["/inputSchema/type"]);
        assert_eq!(
            places(&tool(json!({"type": "object", "properties": {"a": {"$ref": "#/$defs/none"}}})), true)
                .len(),
            1
        );
        assert_eq!(
            places(&tool(json!({"type": "object", "properties": {"a": {"pattern": "(("}}})), true).len(),
            1
        );
        assert_eq!(places(&tool(json!("x")), true), ["/inputSchema"]);
    }

    #[test]
    fn what_was_found_before_is_told_in_place_of_what_follows_from_it() {
        let found = vec![Problem::at("/parameters/q/type", "is the constructor String: write \"string\"")];
        let value = json!({"name": "a", "description": " ", "parameters": {"q": {"type": null}}});
        let Err(Error::InvalidDefinition { problems, .. }) = ToolDefinition::parse_with(&value, true, found)
        else {
            panic!("is refused");
        };
        let places: Vec<_> = problems.iter().map(|problem| problem.pointer.as_str()).collect();
        assert_eq!(places, ["/description", "/parameters/q/type"]);
    }

    #[test]
    fn the_hash_is_of_what_a_model_sees() {
        let hash = |value: &Value| {
            let tool = ToolDefinition::parse(value, true).expect("valid");
            tool.hash()
        };
        let base =
            json!({"name": "a", "description": "b", "parameters": {"q": {"type": "string", "title": "t"}}});
        let mut same = json!({"description": "b", "name": "a", "tags": ["x"], "parameters": {"q": {"title": "t", "type": "string"}}});
        assert_eq!(hash(&base), hash(&same));
        same["description"] = json!("c");
        assert_ne!(hash(&base), hash(&same));
    }
}
