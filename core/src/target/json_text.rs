//! Values that a target has no type for: the model writes them as a string that holds JSON.
//!
//! Which places of a value are such strings is asked of the rendering of the tool's own schema, made anew with a mark at
//! each of them: so the two ways cannot disagree.

use serde_json::{Map, Value, json};

use super::branches::{FOLLOWED, Reader};
use super::diagnostic::{Finding, change, refusal};
use super::keys::Renames;
use super::merge::is_annotation;
use super::rewrite::{self, Walk};
use super::rules::{Keys, Rules};
use super::{hint, references};
use crate::json::Path;

/// What stands for such a string in a marked rendering. No schema has it: the walk drops keywords that it does not know.
const MARK: &str = "$jsonText";

/// What a model reads of such a string.
const SAYS: &str = "(any value, written as JSON text)";

/// References that are followed to tell whether a schema says something of a value.
const REFERRED: usize = 16;

/// What a schema says before it is rewritten, as far as a string that holds JSON says it too.
pub struct Place {
    title: Option<Value>,
    description: Option<Value>,
    /// Whether it says something of the value.
    asserts: bool,
}

impl Place {
    pub fn of(schema: &Value, definitions: &Map<String, Value>) -> Self {
        let own = |keyword: &str| schema.get(keyword).filter(|held| held.is_string()).cloned();
        Self {
            title: own("title"),
            description: own("description"),
            asserts: asserts(schema, definitions, REFERRED),
        }
    }
}

fn asserts(schema: &Value, definitions: &Map<String, Value>, left: usize) -> bool {
    let Value::Object(map) = schema else { return *schema != Value::Bool(true) };
    map.iter().any(|(keyword, held)| match (keyword.as_str(), held.as_str(), left.checked_sub(1)) {
        ("$ref", Some(reference), Some(left)) => {
            let target = references::name_of(reference).and_then(|name| definitions.get(&name));
            target.is_none_or(|target| asserts(target, definitions, left))
        }
        _ => !is_annotation(keyword),
    })
}

impl Walk<'_> {
    /// Writes a schema that says a type; one that says none as a string that holds JSON.
    pub fn typed_or_text(&mut self, schema: &mut Value, path: &Path<'_>, keys: Keys) -> Result<(), Finding> {
        let (place, noted) = (Place::of(schema, self.definitions), self.notes.len());
        match self.tried(|walk| walk.value(schema, path, keys)) {
            Err(finding) if finding.code == refusal::UNTYPED_SCHEMA.0 => {
                // What was noted of schemas below speaks of what does not go out.
                let pointer = path.pointer();
                let below = self.notes.split_off(noted);
                self.notes.extend(below.into_iter().filter(|note| note.pointer == pointer));
                let described = schema.get("description").filter(|held| held.is_string()).cloned();
                let description = described.or(place.description);
                self.write_text(schema, Place { description, ..place }, path);
                Ok(())
            }
            written => written,
        }
    }

    /// Writes a string that holds JSON in the place of a schema.
    pub fn write_text(&mut self, schema: &mut Value, place: Place, path: &Path<'_>) {
        self.note(&change::SCHEMA_TO_JSON_TEXT, path);
        if place.asserts {
            self.note(&change::SCHEMA_TO_JSON_TEXT_WIDENED, path);
        }
        if self.marks {
            *schema = json!({MARK: true});
            return;
        }
        let mut text = Map::from_iter([("type".to_owned(), json!("string"))]);
        text.extend(place.title.map(|title| ("title".to_owned(), title)));
        text.extend(place.description.map(|description| ("description".to_owned(), description)));
        hint::add(&mut text, SAYS);
        *schema = Value::Object(text);
    }
}

/// Arguments with the values that their strings of JSON hold. A string that holds none stays one.
pub fn read(schema: &Value, sent: Value, rules: &Rules) -> Value {
    if has_text(&sent) { carried(schema, sent, rules, Way::Back) } else { sent }
}

/// Arguments with strings of JSON where the model is told to write them.
pub fn write(schema: &Value, told: Value, rules: &Rules) -> Value {
    carried(schema, told, rules, Way::Forth)
}

/// The value that a string of JSON holds. Most strings hold none, and their first character tells.
fn held(text: &str) -> Option<Value> {
    let first = text.trim_start().bytes().next()?;
    let may_be = matches!(first, b'{' | b'[' | b'"' | b'-' | b't' | b'f' | b'n') || first.is_ascii_digit();
    if may_be { serde_json::from_str(text).ok() } else { None }
}

fn has_text(value: &Value) -> bool {
    match value {
        Value::String(text) => held(text).is_some(),
        Value::Object(map) => map.values().any(has_text),
        Value::Array(items) => items.iter().any(has_text),
        _ => false,
    }
}

/// Which way arguments go.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    /// To the model.
    Forth,
    /// From it.
    Back,
}

fn carried(schema: &Value, value: Value, rules: &Rules, way: Way) -> Value {
    let mut notes = Vec::new();
    let Ok(marked) = rewrite::marked(schema.clone(), rules, &mut notes) else { return value };
    if !notes.iter().any(|note| note.code == change::SCHEMA_TO_JSON_TEXT.code) {
        return value;
    }
    let (none, renames) = (Map::new(), Renames::new());
    Carrier { reader: Reader::new(&marked, &none, &renames, false), way }.value(&[&marked], value)
}

struct Carrier<'s> {
    reader: Reader<'s>,
    way: Way,
}

impl Carrier<'_> {
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

    /// A schema, or the branches of its union that a value may be of; every one where it is of none.
    fn branches<'s>(&self, schema: &'s Value, value: &Value, all: &mut Vec<&'s Value>) {
        let Some(Value::Array(branches)) = schema.get("anyOf") else { return all.push(schema) };
        let fits = |branch: &&Value| self.reader.fits(branch, value, FOLLOWED);
        let is_any = branches.iter().any(|branch| fits(&branch));
        for branch in branches.iter().filter(|branch| !is_any || fits(branch)) {
            self.branches(branch, value, all);
        }
    }

    fn text(&self, value: Value) -> Value {
        match (self.way, value) {
            (Way::Back, Value::String(text)) => held(&text).unwrap_or(Value::String(text)),
            (Way::Back, other) => other,
            // A text that nobody takes for JSON goes as it is.
            (Way::Forth, Value::String(text)) if held(&text).is_none() => Value::String(text),
            (Way::Forth, value) => Value::String(value.to_string()),
        }
    }
}
