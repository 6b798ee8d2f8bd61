//! JSON text: a value that the provider has no type for is a string that holds JSON.
//!
//! The places of such strings come from a second rendering of the tool's own schema, which marks each of them. Both
//! directions then agree. The second rendering is made at the first call that needs it, and kept beside the rendered
//! tool.

use serde_json::{Map, Value, json};

use crate::json::Path;
use crate::schema::Effect;
use crate::target::diagnostic::{Diagnostic, TargetFinding, change, refusal};
use crate::target::exchange::branch_matcher::{BranchMatcher, FOLLOWED};
use crate::target::rewrite::argument_names::ArgumentRenames;
use crate::target::rewrite::canonical::all_of_merge::is_annotation;
use crate::target::rewrite::canonical::settled_references;
use crate::target::rewrite::rewrite_rules::{ArgumentNameRule, RewriteRules};
use crate::target::rewrite::rewriter::{RewrittenSchema, SchemaRewriter};
use crate::target::rewrite::{description_hints, rewriter, schema_positions};

/// The keyword that marks a string of JSON in a marked rendering. No schema has it: the rewriter drops unknown
/// keywords.
const MARK: &str = "$jsonText";

/// What the model reads in the description of such a string.
const JSON_TEXT_HINT: &str = "(any value, written as JSON text)";

/// Maximum number of references that are followed to find an assertion.
const MAX_REFERENCES: usize = 16;

/// What a string of JSON keeps of the schema that it replaces.
pub struct JsonTextSource {
    title: Option<Value>,
    description: Option<Value>,
    /// Whether the schema constrains the value.
    asserts: bool,
}

impl JsonTextSource {
    pub fn of(schema: &Value, definitions: &Map<String, Value>) -> Self {
        let own = |keyword: &str| schema.get(keyword).filter(|held| held.is_string()).cloned();
        Self {
            title: own("title"),
            description: own("description"),
            asserts: asserts(schema, definitions, MAX_REFERENCES),
        }
    }
}

fn asserts(schema: &Value, definitions: &Map<String, Value>, left: usize) -> bool {
    let Value::Object(map) = schema else { return *schema != Value::Bool(true) };
    map.iter().any(|(keyword, held)| match (keyword.as_str(), held.as_str(), left.checked_sub(1)) {
        ("$ref", Some(reference), Some(left)) => {
            let target =
                settled_references::definition_name(reference).and_then(|name| definitions.get(&name));
            target.is_none_or(|target| asserts(target, definitions, left))
        }
        _ => !is_annotation(keyword),
    })
}

impl SchemaRewriter<'_> {
    /// Rewrites a schema that has a type. A schema without one becomes a string of JSON.
    pub fn rewrite_or_write_text(
        &mut self,
        schema: &mut Value,
        path: &Path<'_>,
        keys: ArgumentNameRule,
    ) -> Result<(), TargetFinding> {
        if has_one_type(schema) {
            return self.rewrite_value(schema, path, keys);
        }
        let (source, note_count) = (JsonTextSource::of(schema, self.definitions), self.notes.len());
        match self.with_rollback(|walk| walk.rewrite_value(schema, path, keys)) {
            Err(finding) if finding.code == refusal::UNTYPED_SCHEMA.0 => {
                let below = self.notes.split_off(note_count);
                if schema.get("anyOf").is_none() {
                    self.notes.extend(below.into_iter().filter(|note| still_holds(note, path)));
                }
                let described = schema.get("description").filter(|held| held.is_string()).cloned();
                let description = described.or(source.description);
                self.write_json_text(schema, JsonTextSource { description, ..source }, path);
                Ok(())
            }
            written => written,
        }
    }

    /// Replaces a schema with a string of JSON.
    pub fn write_json_text(&mut self, schema: &mut Value, source: JsonTextSource, path: &Path<'_>) {
        self.note(&change::SCHEMA_TO_JSON_TEXT, path);
        if source.asserts {
            self.note(&change::SCHEMA_TO_JSON_TEXT_WIDENED, path);
        }
        if self.marks {
            *schema = json!({MARK: true});
            return;
        }
        let mut text = Map::from_iter([("type".to_owned(), json!("string"))]);
        text.extend(source.title.map(|title| ("title".to_owned(), title)));
        text.extend(source.description.map(|description| ("description".to_owned(), description)));
        description_hints::add_line(&mut text, JSON_TEXT_HINT);
        *schema = Value::Object(text);
    }
}

/// Whether a schema plainly has one type, so that rewriting cannot find it untyped.
fn has_one_type(schema: &Value) -> bool {
    let Value::Object(map) = schema else { return false };
    let is_one = map.get("type").and_then(Value::as_str).is_some_and(|kind| kind != "array");
    is_one && !["$ref", "allOf", "anyOf", "oneOf"].iter().any(|word| map.contains_key(*word))
}

/// Whether a note about a schema still holds after a string of JSON replaced it. Notes about its own keywords do:
/// their hints stay in the description. Notes about subschemas and types do not.
fn still_holds(note: &Diagnostic, path: &Path<'_>) -> bool {
    let pointer = path.pointer();
    let own =
        note.pointer.strip_prefix(&pointer).is_some_and(|rest| rest.rfind('/').is_none_or(|at| at == 0));
    own && note.effect != Effect::Narrower
}

/// The places of strings of JSON in the arguments of one tool: its rewritten schema, with a mark at each source.
#[derive(Debug)]
pub struct JsonTextPlaces {
    marked: Value,
}

impl JsonTextPlaces {
    /// The places in a schema; `None` without any.
    pub fn of(schema: Value, rules: &RewriteRules) -> Option<Self> {
        let RewrittenSchema { schema: mut marked, notes } =
            rewriter::rewrite_with_marks(schema, rules).ok()?;
        if !is_json_text_noted(&notes) {
            return None;
        }
        keep_branch_keywords(&mut marked);
        Some(Self { marked })
    }

    /// Parses the strings of JSON in arguments. A string that is not JSON stays a string.
    pub fn read(&self, arguments: Value) -> Value {
        self.translate(arguments, TextDirection::FromModel)
    }

    /// Writes strings of JSON into arguments, where the model is arguments to write them.
    pub fn write(&self, arguments: Value) -> Value {
        self.translate(arguments, TextDirection::ToModel)
    }

    fn translate(&self, value: Value, direction: TextDirection) -> Value {
        let (none, renames) = (Map::new(), ArgumentRenames::new());
        JsonTextCarrier { reader: BranchMatcher::new(&self.marked, &none, &renames, false), direction }
            .value(&[&self.marked], value)
    }
}

/// Whether some schema was replaced with a string of JSON.
pub fn is_json_text_noted(notes: &[Diagnostic]) -> bool {
    notes.iter().any(|note| note.code == change::SCHEMA_TO_JSON_TEXT.code)
}

/// Keeps only the keywords that tell branches of a union apart.
fn keep_branch_keywords(schema: &mut Value) {
    const READ: [&str; 7] = ["type", "enum", "required", "properties", "items", "anyOf", MARK];
    let Value::Object(map) = schema else { return };
    map.retain(|keyword, _| READ.contains(&keyword.as_str()));
    for (keyword, held) in map {
        let below = |_: schema_positions::SchemaStep<'_>, value: &mut Value| {
            keep_branch_keywords(value);
            Ok::<_, ()>(())
        };
        schema_positions::visit_subschemas_mut(keyword, held, below).unwrap_or_default();
    }
}

/// Whether a string may hold JSON, by its first character.
fn may_be_json(text: &str) -> bool {
    let first = text.trim_start().bytes().next();
    first.is_some_and(|first| {
        matches!(first, b'{' | b'[' | b'"' | b'-' | b't' | b'f' | b'n') || first.is_ascii_digit()
    })
}

/// Parses a string of JSON. An integer beyond the exact range of numbers stays a string: it may be an id without
/// quotes.
fn parse_json_text(text: &str) -> Option<Value> {
    let value = if may_be_json(text) { serde_json::from_str(text).ok()? } else { return None };
    let is_rounded = matches!(&value, Value::Number(number) if number.is_f64())
        && !text.contains(['.', 'e', 'E'])
        && text.trim() != "-0";
    (!is_rounded).then_some(value)
}

/// Whether some string in a value may hold JSON.
pub fn may_have_json_text(value: &Value) -> bool {
    match value {
        Value::String(text) => may_be_json(text),
        Value::Object(map) => map.values().any(may_have_json_text),
        Value::Array(items) => items.iter().any(may_have_json_text),
        _ => false,
    }
}

/// The direction in which arguments are translated.
#[derive(Clone, Copy, PartialEq, Eq)]
enum TextDirection {
    /// To the model.
    ToModel,
    /// From it.
    FromModel,
}

struct JsonTextCarrier<'s> {
    reader: BranchMatcher<'s>,
    direction: TextDirection,
}

impl JsonTextCarrier<'_> {
    fn value(&self, schemas: &[&Value], value: Value) -> Value {
        let fits = |schema: &&&Value| self.reader.fits(schema, &value, FOLLOWED);
        let is_any = schemas.len() > 1 && schemas.iter().any(|schema| fits(&schema));
        let mut all = Vec::new();
        for schema in schemas.iter().filter(|schema| !is_any || fits(schema)) {
            self.branches(schema, &value, &mut all);
        }
        if all.iter().any(|schema| schema.get(MARK).is_some()) {
            return self.text(value);
        }
        match value {
            _ if all.is_empty() => value,
            Value::Object(map) => {
                let member = |(name, value): (String, Value)| {
                    let below: Vec<&Value> =
                        all.iter().filter_map(|schema| schema.get("properties")?.get(&name)).collect();
                    let value = self.value(&below, value);
                    (name, value)
                };
                Value::Object(map.into_iter().map(member).collect())
            }
            Value::Array(items) => {
                let below: Vec<_> = all.iter().filter_map(|schema| schema.get("items")).collect();
                items.into_iter().map(|item| self.value(&below, item)).collect()
            }
            other => other,
        }
    }

    /// A schema, or the branches of its union that match a value. Without a match, all branches.
    fn branches<'s>(&self, schema: &'s Value, value: &Value, all: &mut Vec<&'s Value>) {
        let Some(Value::Array(branches)) = schema.get("anyOf") else { return all.push(schema) };
        let fits = |branch: &&Value| self.reader.fits(branch, value, FOLLOWED);
        let is_any = branches.iter().any(|branch| fits(&branch));
        for branch in branches.iter().filter(|branch| !is_any || fits(branch)) {
            self.branches(branch, value, all);
        }
    }

    fn text(&self, value: Value) -> Value {
        match (self.direction, value) {
            (TextDirection::FromModel, Value::String(text)) => {
                parse_json_text(&text).unwrap_or(Value::String(text))
            }
            (TextDirection::FromModel, other) => other,
            // A string that is not JSON needs no quotes.
            (TextDirection::ToModel, Value::String(text)) if parse_json_text(&text).is_none() => {
                Value::String(text)
            }
            (TextDirection::ToModel, value) => Value::String(value.to_string()),
        }
    }
}
