//! Tool definition: name, description, input and output schema, limits and hints.

use serde_json::value::RawValue;
use serde_json::{Map, Value, json};

use super::definition_reader::DefinitionReader;
use super::{Annotations, CallApproval, CallLimits, Version, check_alias_limits, fingerprint};
use crate::error::{Error, Problem, Result};
use crate::json::{HashMap, pointer};
use crate::schema::Schema;

/// A tool definition. Its schema does not change once it is parsed.
#[derive(Clone, Debug, PartialEq)]
pub struct ToolDefinition {
    /// Its name. [`name::find_fault`](super::name::find_fault) has the rules.
    pub name: String,
    /// A title that people read.
    pub title: Option<String>,
    /// What it does, as the model reads it.
    pub description: String,
    /// A category that orchestrators filter by.
    pub category: Option<String>,
    /// Tags that orchestrators filter by.
    pub tags: Vec<String>,
    /// Other words for what it does. Search indexes them; no model sees them.
    pub aliases: Vec<String>,
    /// The schema of its arguments: an object schema of JSON Schema 2020-12.
    pub input_schema: Schema,
    /// The schema of its results: any schema of JSON Schema 2020-12. `None` for a tool whose results are not validated.
    pub output_schema: Option<Box<Schema>>,
    /// Its version.
    pub version: Option<Version>,
    /// Whether a call needs a user in its context.
    pub requires_auth: bool,
    /// Whether a person has to approve a call.
    pub requires_approval: CallApproval,
    /// The OAuth scopes that the caller of a server needs. No model sees them.
    pub scopes: Vec<String>,
    /// Rate limit in calls per minute. Information for orchestrators, unless the registry enforces it.
    pub rate_limit: Option<f64>,
    /// The limits of its calls beside the rate limit.
    pub call_limits: CallLimits,
    /// Whether it is deprecated.
    pub deprecated: bool,
    /// Its hints about effects.
    pub annotations: Annotations,
}

impl ToolDefinition {
    /// Default limit of the JSON of a definition, in bytes. The longest known one has 1.35 MB; one of twice that
    /// blocks the thread that renders it for a provider.
    pub const MAX_BYTES: usize = 2 << 20;

    /// Refuses the JSON of a definition over the limit, and names its longest member. Only the ends of the members are
    /// read.
    ///
    /// # Errors
    /// `LIMIT_EXCEEDED`.
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

    /// Parses a definition. `executable` says whether an executor is given with it.
    ///
    /// # Errors
    /// `INVALID_DEFINITION` with all problems.
    pub fn parse(value: &Value, executable: bool) -> Result<Self> {
        Self::parse_with(value, executable, Vec::new())
    }

    /// Parses a definition that held values which JSON cannot write. `unsaid` are the problems of these places, which are
    /// left out of `value`; problems that only follow from them are not listed.
    ///
    /// # Errors
    /// `INVALID_DEFINITION` with all problems, or `LIMIT_EXCEEDED` for too many or too long aliases.
    pub fn parse_with(value: &Value, executable: bool, unsaid: Vec<Problem>) -> Result<Self> {
        let mut reader = DefinitionReader::default();
        let empty = Map::new();
        let map = value.as_object().unwrap_or_else(|| {
            reader.add_problem("", "must be a map");
            &empty
        });
        let name = map.get("name").and_then(Value::as_str).unwrap_or_default();
        check_alias_limits(map.get("aliases"), name, "/aliases")?;
        let definition = Self {
            name: reader.read_name(map),
            title: reader.read_text(map, "title"),
            description: reader.read_description(map),
            category: reader.read_text(map, "category").filter(|category| !category.is_empty()),
            tags: reader.read_tags(map),
            aliases: reader.read_aliases(map),
            input_schema: reader.read_input_schema(map),
            output_schema: reader.read_output_schema(map).map(Box::new),
            version: reader.read_text(map, "version").map(Version::new),
            requires_auth: reader.read_flag(map, "requiresAuth"),
            requires_approval: reader.read_call_approval(map),
            scopes: reader.read_scopes(map),
            rate_limit: reader.read_rate_limit(map),
            call_limits: reader.read_call_limits(map),
            deprecated: reader.read_flag(map, "deprecated"),
            annotations: reader.read_annotations(map),
        };
        reader.check_execute(map, executable);
        reader.check_keys(map);
        reader.replace_consequences(unsaid);
        let problems = reader.into_problems();
        if problems.is_empty() {
            Ok(definition)
        } else {
            Err(Error::InvalidDefinition { tool: definition.name, problems })
        }
    }

    /// SHA-256 of what a model sees: name, title, description, schemas and annotations. The order of keys does not
    /// count. Pins and gates compare it. Without an output schema, the hash has no member for it.
    pub fn hash(&self) -> String {
        let (name, title) = (json!(self.name), json!(self.title));
        let (description, annotations) = (json!(self.description), json!(self.annotations));
        let (input, output) =
            (self.input_schema.value(), self.output_schema.as_ref().map(|schema| schema.value()));
        let mut members = vec![
            ("name", &name),
            ("title", &title),
            ("description", &description),
            ("inputSchema", &input),
            ("annotations", &annotations),
        ];
        members.extend(output.as_ref().map(|schema| ("outputSchema", schema)));
        fingerprint::of_members(&members)
    }
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
            "name": "a b", "description": " ", "tags": ["x", 1], "aliases": "x", "rateLimit": 0, "requiresAuth": "yes",
            "parameters": {"q": {"type": "strin"}}, "execute": 5, "categry": "x"
        });
        assert_eq!(
            places(&bad, false),
            [
                "/name",
                "/description",
                "/tags/1",
                "/aliases",
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
    fn an_output_schema_may_have_any_root_and_is_judged_as_a_schema() {
        let tool = |schema: Value| json!({"name": "a", "description": "b", "outputSchema": schema});
        for (schema, problems) in [
            (json!({"type": "string"}), &[][..]),
            (json!({}), &[]),
            (json!(null), &[]),
            (json!({"$ref": "#/$defs/a", "$defs": {"a": {"type": "array"}}}), &[]),
            (json!("x"), &["/outputSchema"]),
            (json!([]), &["/outputSchema"]),
            (json!({"type": "strin"}), &["/outputSchema/type"]),
            (json!({"properties": {"a": {"minimum": "1"}}}), &["/outputSchema/properties/a/minimum"]),
            (json!({"$ref": "https://example.com/a.json"}), &["/outputSchema"]),
            (json!({"pattern": "(("}), &["/outputSchema"]),
        ] {
            assert_eq!(places(&tool(schema.clone()), true), problems, "{schema}");
        }
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
        let mut same = json!({"description": "b", "name": "a", "tags": ["x"], "aliases": ["y"], "parameters": {"q": {"title": "t", "type": "string"}}});
        assert_eq!(hash(&base), hash(&same));
        same["description"] = json!("c");
        assert_ne!(hash(&base), hash(&same));
    }

    #[test]
    fn a_definition_without_an_output_schema_keeps_its_hash() {
        let base = json!({"name": "a", "description": "b"});
        let hash = |schema: Value| {
            let mut value = base.clone();
            value["outputSchema"] = schema;
            ToolDefinition::parse(&value, true).expect("valid").hash()
        };
        let before = "4d6abdd04baf3c609a16e4a103a67c2ab650eef22be85a08047a0e693bfd2e7b";
        assert_eq!(hash(json!(null)), before);
        assert_eq!(
            hash(json!({"type": "string", "title": "t"})),
            hash(json!({"title": "t", "type": "string"}))
        );
        let hashes = [json!(null), json!({}), json!({"type": "string"})].map(hash);
        assert!(hashes[0] != hashes[1] && hashes[1] != hashes[2] && hashes[0] != hashes[2]);
    }
}
