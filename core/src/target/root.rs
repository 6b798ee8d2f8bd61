//! The root of a schema as every provider wants it: an object that says its properties itself.

use serde_json::{Map, Value, json};

use super::diagnostic::{Diagnostic, Finding, change};
use super::merge::{Merger, Rest};
use super::survey::Survey;
use super::{dialect, hint, positions, references};
use crate::json::Path;

/// Branches and references that are joined into one root, however they stand in one another; those beyond stay unseen.
const JOINED: usize = 1024;

/// The name of the one property of an object that stands for a value that is none.
pub const WRAP: &str = "value";

/// A schema in the one form that all targets start from: dialect 2020-12, every reference to `#` or to a definition, an
/// object at the root.
#[derive(Clone, Debug, Default)]
pub struct Canonical {
    /// The root, without its definitions.
    pub root: Map<String, Value>,
    /// The definitions that it reaches.
    pub definitions: Map<String, Value>,
    /// Whether the schema was none of an object and is the property [`WRAP`] of one.
    pub is_wrapped: bool,
}

impl Canonical {
    /// Brings a schema into that form.
    pub fn of(schema: Value, notes: &mut Vec<Diagnostic>) -> Result<Self, Finding> {
        let here = Path::at("");
        let mut root = match schema {
            Value::Object(map) => map,
            Value::Bool(false) => Map::from_iter([("not".to_owned(), json!({}))]),
            _ => Map::new(),
        };
        let survey = Survey::of(&root)?;
        references::settle(&mut root, &survey, notes)?;
        if survey.is_older {
            dialect::modernise(&mut root, &here, notes);
        }
        let mut definitions = match root.shift_remove("$defs") {
            Some(Value::Object(definitions)) => definitions,
            _ => Map::new(),
        };
        for word in ["$schema", "$id"] {
            if root.shift_remove(word).is_some() {
                notes.push(Diagnostic::new(&change::ANNOTATION_DROPPED, &here.key(word)));
            }
        }
        let is_wrapped = settle(&mut root, &mut definitions, notes);
        root.entry("properties").or_insert_with(|| json!({}));
        references::prune(&root, &mut definitions);
        Ok(Self { root, definitions, is_wrapped })
    }
}

/// Makes the root an object; whether it had to be wrapped.
fn settle(
    root: &mut Map<String, Value>,
    definitions: &mut Map<String, Value>,
    notes: &mut Vec<Diagnostic>,
) -> bool {
    let here = Path::at("");
    if root.is_empty() {
        notes.push(Diagnostic::new(&change::ROOT_EMPTY, &here));
        root.insert("type".to_owned(), json!("object"));
        return false;
    }
    let merger = Merger::new(definitions, Rest::AllOf);
    if root.contains_key("$ref")
        && let Ok(written_out) = merger.written_out(root.clone())
    {
        notes.push(Diagnostic::new(&change::ROOT_REF_INLINED, &here));
        *root = written_out;
    }
    if root.contains_key("allOf")
        && let Ok(merged) = merger.flat(root.clone())
    {
        let change = if merger.loosened.get() { &change::ALLOF_LOOSENED } else { &change::ALLOF_MERGED };
        notes.push(Diagnostic::new(change, &here));
        *root = merged;
    }
    match Kind::of(root, definitions) {
        Kind::Object => {}
        Kind::ObjectOrNull => notes.push(Diagnostic::new(&change::ROOT_NULL_DROPPED, &here)),
        Kind::Branches => notes.push(Diagnostic::new(&change::ROOT_TYPE_SAID, &here)),
        Kind::Unsaid => notes.push(Diagnostic::new(&change::ROOT_TYPE_ADDED, &here)),
        Kind::Other => {
            notes.push(Diagnostic::new(&change::ROOT_WRAPPED, &here));
            wrap(root, definitions);
            return true;
        }
    }
    if root.get("type").is_none_or(|kind| kind != "object") {
        root.shift_remove("type");
        root.shift_insert(0, "type".to_owned(), json!("object"));
    }
    false
}

/// What the root takes.
enum Kind {
    Object,
    ObjectOrNull,
    /// No type is said, and each branch of its union is an object.
    Branches,
    /// No type is said, and objects are among what it takes.
    Unsaid,
    Other,
}

impl Kind {
    fn of(root: &Map<String, Value>, definitions: &Map<String, Value>) -> Self {
        let kinds: Vec<_> = positions::types(root).collect();
        match kinds.as_slice() {
            ["object"] => return Self::Object,
            ["object", "null"] | ["null", "object"] => return Self::ObjectOrNull,
            [] => {}
            _ => return Self::Other,
        }
        let is_scalar = ["enum", "const", "items", "prefixItems"].iter().any(|word| root.contains_key(*word));
        let mut branches =
            ["anyOf", "oneOf"].iter().filter_map(|union| root.get(*union)?.as_array()).flatten().peekable();
        if branches.peek().is_none() {
            return if is_scalar && !root.contains_key("properties") { Self::Other } else { Self::Unsaid };
        }
        let kinds: Vec<_> = branches.map(|branch| said(branch, definitions)).collect();
        if kinds.iter().all(|kind| kind.as_deref() == Some("object")) {
            Self::Branches
        } else if kinds
            .iter()
            .any(|kind| kind.as_deref().is_some_and(|kind| kind != "object" && kind != "null"))
        {
            Self::Other
        } else if kinds.iter().any(|kind| kind.as_deref() == Some("null")) {
            Self::ObjectOrNull
        } else {
            Self::Unsaid
        }
    }
}

/// The one type that a branch says, itself or by what it refers to.
fn said(branch: &Value, definitions: &Map<String, Value>) -> Option<String> {
    let map = branch.as_object()?;
    let target = map.get("$ref").and_then(Value::as_str).and_then(references::name_of);
    let target = target.and_then(|name| definitions.get(&name)?.as_object()).unwrap_or(map);
    let mut kinds = positions::types(target);
    match (kinds.next(), kinds.next()) {
        (Some(kind), None) => Some(kind.to_owned()),
        _ => None,
    }
}

/// Makes the root the one property of an object. What it says of itself stays true: references to the root lead to a
/// definition then.
fn wrap(root: &mut Map<String, Value>, definitions: &mut Map<String, Value>) {
    let mut inner = std::mem::take(root);
    let name = std::iter::once("root".to_owned()).chain((2..).map(|n| format!("root_{n}")));
    let name = name.into_iter().find(|name| !definitions.contains_key(name)).unwrap_or_default();
    let told = references::definition(&name);
    let mut leads_back = false;
    redirect(&mut inner, &told, &mut leads_back);
    for definition in definitions.values_mut().filter_map(Value::as_object_mut) {
        redirect(definition, &told, &mut leads_back);
    }
    if leads_back {
        definitions.insert(name, Value::Object(inner));
        inner = Map::from_iter([("$ref".to_owned(), json!(told))]);
    }
    *root = Map::from_iter([
        ("type".to_owned(), json!("object")),
        ("properties".to_owned(), json!({WRAP: inner})),
        ("required".to_owned(), json!([WRAP])),
        ("additionalProperties".to_owned(), json!(false)),
    ]);
}

fn redirect(schema: &mut Map<String, Value>, to: &str, found: &mut bool) {
    for (keyword, held) in schema {
        if keyword == "$ref" && held == "#" {
            *held = json!(to);
            *found = true;
            continue;
        }
        let visit = |_: positions::Step<'_>, value: &mut Value| {
            if let Value::Object(map) = value {
                redirect(map, to, found);
            }
            Ok::<_, ()>(())
        };
        positions::each_mut(keyword, held, visit).unwrap_or_default();
    }
}

/// The root as one object without a union. It has the properties of all branches, of which those are required that every
/// branch requires; the description says what cannot be said otherwise.
pub fn flatten(canonical: &mut Canonical, notes: &mut Vec<Diagnostic>) {
    let here = Path::at("");
    let root = &mut canonical.root;
    for union in ["allOf", "anyOf", "oneOf"] {
        if root.contains_key(union) {
            notes.push(Diagnostic::new(&change::ROOT_UNION_FLATTENED, &here.key(union)));
        }
    }
    let mut joiner = Joiner { definitions: &canonical.definitions, following: Vec::new(), left: JOINED };
    *root = joiner.joined(std::mem::take(root));
    root.insert("type".to_owned(), json!("object"));
    let mut said = Vec::new();
    for keyword in ["not", "const", "enum"] {
        if let Some(held) = root.shift_remove(keyword) {
            notes.push(Diagnostic::new(&change::KEYWORD_TO_HINT, &here.key(keyword)));
            said.push((keyword.to_owned(), held));
        }
    }
    hint::say(root, &said);
    root.entry("properties").or_insert_with(|| json!({}));
    references::prune(&canonical.root, &mut canonical.definitions);
}

/// Takes into schemas what they refer to and what they are made of.
struct Joiner<'s> {
    definitions: &'s Map<String, Value>,
    /// References that are being followed: none leads into itself.
    following: Vec<String>,
    left: usize,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Joined {
    All,
    Any,
}

impl Joiner<'_> {
    fn joined(&mut self, mut schema: Map<String, Value>) -> Map<String, Value> {
        if let Some(Value::String(reference)) = schema.shift_remove("$ref")
            && !self.following.contains(&reference)
            && let Some(name) = references::name_of(&reference)
            && let Some(Value::Object(target)) = self.definitions.get(&name)
        {
            self.following.push(reference);
            if let Some(target) = self.below(target.clone()) {
                merge(&mut schema, &target, Joined::All);
            }
            self.following.pop();
        }
        for (union, how) in [("allOf", Joined::All), ("anyOf", Joined::Any), ("oneOf", Joined::Any)] {
            let Some(Value::Array(branches)) = schema.shift_remove(union) else { continue };
            let mut merged: Option<Map<String, Value>> = None;
            let mut declared: Vec<Vec<String>> = Vec::new();
            for branch in branches {
                let branch = match branch {
                    Value::Object(branch) if positions::types(&branch).eq(["null"]) => continue,
                    Value::Object(branch) => branch,
                    Value::Bool(true) => Map::new(),
                    _ => continue,
                };
                // A branch that stays unseen may require nothing.
                let branch = self.below(branch).unwrap_or_default();
                let names = branch.get("properties").and_then(Value::as_object);
                declared.push(names.into_iter().flat_map(Map::keys).cloned().collect());
                match &mut merged {
                    Some(merged) => merge(merged, &branch, how),
                    None => merged = Some(branch),
                }
            }
            let mut merged = merged.unwrap_or_default();
            if let (Joined::Any, Some(Value::Object(properties))) = (how, merged.get_mut("properties")) {
                // A branch that does not declare what stands beside the union takes all of that.
                let own = schema.get("properties");
                properties.retain(|name, _| {
                    own.is_none_or(|own| own.get(name).is_none())
                        || declared.iter().all(|names| names.contains(name))
                });
            }
            merge(&mut schema, &merged, Joined::All);
        }
        schema
    }

    fn below(&mut self, schema: Map<String, Value>) -> Option<Map<String, Value>> {
        self.left = self.left.checked_sub(1)?;
        Some(self.joined(schema))
    }
}

/// Takes the properties of `branch` and what it requires into `base`.
fn merge(base: &mut Map<String, Value>, branch: &Map<String, Value>, joined: Joined) {
    let mut own: Vec<String> = positions::required(base).map(ToOwned::to_owned).collect();
    match joined {
        Joined::All => {
            let new: Vec<_> =
                positions::required(branch).filter(|name| !own.iter().any(|known| known == name)).collect();
            own.extend(new.into_iter().map(ToOwned::to_owned));
        }
        Joined::Any => own.retain(|name| positions::required(branch).any(|other| other == name)),
    }
    base.shift_remove("required");
    if !own.is_empty() {
        base.insert("required".to_owned(), json!(own));
    }
    if let Some(Value::Object(properties)) = branch.get("properties") {
        let Value::Object(known) = base.entry("properties").or_insert_with(|| json!({})) else { return };
        for (name, property) in properties {
            match known.get_mut(name) {
                Some(present) if present == property => {}
                Some(present) => *present = joined_property(present.take(), property, joined),
                None => drop(known.insert(name.clone(), property.clone())),
            }
        }
    }
}

/// One property that two branches declare. Where both list their values the lists are joined: a tag that tells branches
/// apart stays one short enum.
fn joined_property(one: Value, other: &Value, joined: Joined) -> Value {
    if joined == Joined::All {
        let definitions = Map::new();
        let merged = Merger::new(&definitions, Rest::Fails).values(one.clone(), other.clone());
        return merged.unwrap_or_else(|_| json!({"allOf": [one, other]}));
    }
    match (values(&one), values(other)) {
        (Some(mut values), Some(more)) => {
            let new: Vec<_> = more.into_iter().filter(|value| !values.contains(value)).collect();
            values.extend(new);
            let mut property = one;
            if let Some(map) = property.as_object_mut() {
                map.shift_remove("const");
                map.shift_remove("type");
                if values.iter().all(Value::is_string) {
                    map.insert("type".to_owned(), json!("string"));
                }
                map.insert("enum".to_owned(), Value::Array(values));
            }
            property
        }
        _ => match one {
            // A third branch joins the union of the first two.
            Value::Object(mut map) if map.len() == 1 && map.get("anyOf").is_some_and(Value::is_array) => {
                if let Some(Value::Array(branches)) = map.get_mut("anyOf")
                    && !branches.contains(other)
                {
                    branches.push(other.clone());
                }
                Value::Object(map)
            }
            one => json!({"anyOf": [one, other]}),
        },
    }
}

fn values(schema: &Value) -> Option<Vec<Value>> {
    schema
        .get("enum")
        .and_then(Value::as_array)
        .cloned()
        .or_else(|| schema.get("const").map(|value| vec![value.clone()]))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn flat(schema: &Value) -> Value {
        let mut canonical = Canonical::of(schema.clone(), &mut Vec::new()).expect("a schema");
        flatten(&mut canonical, &mut Vec::new());
        Value::Object(canonical.root)
    }

    #[test]
    fn what_stands_in_branches_of_branches_is_seen() {
        let root = flat(&json!({
            "type": "object",
            "allOf": [
                {"$ref": "#/$defs/A", "required": ["a"]},
                {"anyOf": [{"properties": {"b": {}}}, {"allOf": [{"properties": {"c": {}}, "required": ["c"]}]}]},
            ],
            "$defs": {"A": {"allOf": [{"properties": {"a": {}}}, {"$ref": "#/$defs/A"}]}},
        }));
        let names: Vec<_> = root["properties"].as_object().into_iter().flat_map(Map::keys).collect();
        assert_eq!(names, ["a", "b", "c"]);
        assert_eq!(root["required"], json!(["a"]));
    }

    #[test]
    fn a_root_that_is_made_of_itself_ends() {
        let twice =
            json!({"type": "object", "anyOf": vec![json!({"$ref": "#"}); 40], "properties": {"a": {}}});
        assert_eq!(flat(&twice)["properties"], json!({"a": {}}));
    }

    #[test]
    fn a_list_of_itself_is_wrapped_with_what_it_refers_to() {
        let canonical = Canonical::of(json!({"type": "array", "items": {"$ref": "#"}}), &mut Vec::new())
            .expect("a schema");
        assert_eq!(canonical.root["properties"], json!({"value": {"$ref": "#/$defs/root"}}));
        assert_eq!(
            canonical.definitions["root"],
            json!({"type": "array", "items": {"$ref": "#/$defs/root"}})
        );
    }
}
