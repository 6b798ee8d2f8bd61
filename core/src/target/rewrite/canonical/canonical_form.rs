//! Canonical form: dialect 2020-12, settled references, an object at the root.

use serde_json::{Map, Value, json};

use crate::json::Path;
use crate::target::diagnostic::{Diagnostic, TargetFinding, change};
use crate::target::rewrite::canonical::all_of_merge::{MergeFallback, Merger};
use crate::target::rewrite::canonical::schema_scan::SchemaScan;
use crate::target::rewrite::canonical::{older_dialects, settled_references};
use crate::target::rewrite::rewrite_rules::RootRule;
use crate::target::rewrite::schema_positions;

/// The property that holds a value which is not an object.
pub const WRAP: &str = "value";

/// A schema in the canonical form: dialect 2020-12, every reference to `#` or to a definition, an object at the root.
#[derive(Clone, Debug, Default)]
pub struct CanonicalSchema {
    /// The root, without definitions.
    pub root: Map<String, Value>,
    /// The definitions that the root reaches.
    pub definitions: Map<String, Value>,
    /// The dialect that the root names, for targets that read it.
    pub dialect: Option<Value>,
    /// Whether the root was not an object and became the property [`WRAP`] of one.
    pub is_wrapped: bool,
    /// What changed.
    pub notes: Vec<Diagnostic>,
}

impl CanonicalSchema {
    /// Brings a schema into the canonical form.
    /// # Errors
    /// Why the schema cannot be rewritten: it is too deep, or a reference has no target in it.
    pub fn of(schema: Value) -> Result<Self, TargetFinding> {
        Self::with_root(schema, RootRule::Canonical)
    }

    /// Brings a schema into the canonical form, and its root into the form that a target reads.
    /// # Errors
    /// As [`CanonicalSchema::of`].
    pub fn with_root(schema: Value, rule: RootRule) -> Result<Self, TargetFinding> {
        let here = Path::at("");
        let mut root = match schema {
            Value::Object(map) => map,
            Value::Bool(false) => Map::from_iter([("not".to_owned(), json!({}))]),
            _ => Map::new(),
        };
        let scan = SchemaScan::of(&root)?;
        let mut notes = settled_references::settle_references(&mut root, &scan)?;
        if scan.is_older {
            notes.extend(older_dialects::upgrade(&mut root));
        }
        let mut definitions = match root.shift_remove("$defs") {
            Some(Value::Object(definitions)) => definitions,
            _ => Map::new(),
        };
        let keeps_dialect = rule != RootRule::Canonical && !scan.is_older;
        let dialect = if keeps_dialect { root.shift_remove("$schema") } else { None };
        for word in ["$schema", "$id"] {
            if root.shift_remove(word).is_some() {
                notes.push(Diagnostic::new(&change::ANNOTATION_DROPPED, &here.key(word)));
            }
        }
        let is_as_written = rule == RootRule::AsWritten && is_object(&root);
        let root_changes =
            if is_as_written { Vec::new() } else { make_object_root(&mut root, &mut definitions) };
        let is_wrapped = root_changes.iter().any(|note| note.code == change::ROOT_WRAPPED.code);
        notes.extend(root_changes);
        root.entry("properties").or_insert_with(|| json!({}));
        settled_references::prune_definitions(&root, &mut definitions);
        Ok(Self { root, definitions, dialect, is_wrapped, notes })
    }

    /// Redirects references to the root to a new definition, for targets that inline all references. Returns its name.
    pub fn name_root(&mut self) -> Option<String> {
        let (name, is_redirected) = redirect_root_references(&mut self.root, &mut self.definitions);
        if !is_redirected {
            return None;
        }
        self.definitions.insert(name.clone(), Value::Object(self.root.clone()));
        Some(name)
    }
}

/// The root of a schema that is plainly an object: no union or reference makes it one.
pub fn plain_root(schema: &Value) -> Option<&Map<String, Value>> {
    const JOINED: [&str; 4] = ["$ref", "allOf", "anyOf", "oneOf"];
    let root = schema.as_object().filter(|root| is_object(root))?;
    (!JOINED.iter().any(|word| root.contains_key(*word))).then_some(root)
}

/// Whether a schema says that it accepts objects alone.
fn is_object(root: &Map<String, Value>) -> bool {
    root.get("type").is_some_and(|kind| kind == "object")
}

/// Whether a schema has no keywords of older dialects, and every reference leads to the root or to a definition.
pub fn is_settled(root: &Map<String, Value>) -> bool {
    SchemaScan::of(root).is_ok_and(|scan| settled_references::are_settled(root, &scan))
}

/// Makes the root an object, and returns what changed.
fn make_object_root(root: &mut Map<String, Value>, definitions: &mut Map<String, Value>) -> Vec<Diagnostic> {
    let here = Path::at("");
    let mut notes = Vec::new();
    if root.is_empty() {
        notes.push(Diagnostic::new(&change::ROOT_EMPTY, &here));
        root.insert("type".to_owned(), json!("object"));
        return notes;
    }
    let merger = Merger::new(definitions, MergeFallback::KeepAllOf);
    if root.contains_key("$ref")
        && let Ok(written_out) = merger.written_out(root.clone())
    {
        notes.push(Diagnostic::new(&change::ROOT_REF_INLINED, &here));
        *root = written_out;
    }
    if root.contains_key("allOf")
        && let Ok(merged) = merger.merge_all_of(root.clone())
    {
        let change = if merger.loosened.get() { &change::ALLOF_LOOSENED } else { &change::ALLOF_MERGED };
        notes.push(Diagnostic::new(change, &here));
        *root = merged;
    }
    match RootKind::of(root, definitions) {
        RootKind::Object => {}
        RootKind::ObjectOrNull => notes.push(Diagnostic::new(&change::ROOT_NULL_DROPPED, &here)),
        RootKind::Branches => notes.push(Diagnostic::new(&change::ROOT_TYPE_SAID, &here)),
        RootKind::Unsaid => notes.push(Diagnostic::new(&change::ROOT_TYPE_ADDED, &here)),
        RootKind::Other => {
            notes.push(Diagnostic::new(&change::ROOT_WRAPPED, &here));
            wrap(root, definitions);
            return notes;
        }
    }
    if !is_object(root) {
        root.shift_remove("type");
        root.shift_insert(0, "type".to_owned(), json!("object"));
    }
    notes
}

/// What values the root accepts.
enum RootKind {
    Object,
    ObjectOrNull,
    /// The root has no type, and each branch of its union is an object.
    Branches,
    /// The root has no type, and accepts objects among others.
    Unsaid,
    Other,
}

impl RootKind {
    fn of(root: &Map<String, Value>, definitions: &Map<String, Value>) -> Self {
        let kinds: Vec<_> = schema_positions::types(root).collect();
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
        let kinds: Vec<_> = branches.map(|branch| only_type(branch, definitions)).collect();
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

/// The only type of a branch, its own or that of its reference.
fn only_type(branch: &Value, definitions: &Map<String, Value>) -> Option<String> {
    let map = branch.as_object()?;
    let target = map.get("$ref").and_then(Value::as_str).and_then(settled_references::definition_name);
    let target = target.and_then(|name| definitions.get(&name)?.as_object()).unwrap_or(map);
    let mut kinds = schema_positions::types(target);
    match (kinds.next(), kinds.next()) {
        (Some(kind), None) => Some(kind.to_owned()),
        _ => None,
    }
}

/// Makes the root the only property of an object. References to the root lead to a definition, so that they keep their
/// meaning.
fn wrap(root: &mut Map<String, Value>, definitions: &mut Map<String, Value>) {
    let mut inner = std::mem::take(root);
    let (name, is_redirected) = redirect_root_references(&mut inner, definitions);
    if is_redirected {
        let reference = settled_references::definition_reference(&name);
        definitions.insert(name, Value::Object(inner));
        inner = Map::from_iter([("$ref".to_owned(), json!(reference))]);
    }
    *root = Map::from_iter([
        ("type".to_owned(), json!("object")),
        ("properties".to_owned(), json!({WRAP: inner})),
        ("required".to_owned(), json!([WRAP])),
        ("additionalProperties".to_owned(), json!(false)),
    ]);
}

/// Redirects references to the root to a new definition with an unused name. Returns the name, and whether any was
/// redirected.
fn redirect_root_references(
    root: &mut Map<String, Value>,
    definitions: &mut Map<String, Value>,
) -> (String, bool) {
    let name = std::iter::once("root".to_owned()).chain((2..).map(|n| format!("root_{n}")));
    let name = name.into_iter().find(|name| !definitions.contains_key(name)).unwrap_or_default();
    let reference = settled_references::definition_reference(&name);
    let mut is_redirected = false;
    redirect(root, &reference, &mut is_redirected);
    for definition in definitions.values_mut().filter_map(Value::as_object_mut) {
        redirect(definition, &reference, &mut is_redirected);
    }
    (name, is_redirected)
}

fn redirect(schema: &mut Map<String, Value>, to: &str, found: &mut bool) {
    for (keyword, held) in schema {
        if keyword == "$ref" && held == "#" {
            *held = json!(to);
            *found = true;
            continue;
        }
        let visit = |_: schema_positions::SchemaStep<'_>, value: &mut Value| {
            if let Value::Object(map) = value {
                redirect(map, to, found);
            }
            Ok::<_, ()>(())
        };
        schema_positions::visit_subschemas_mut(keyword, held, visit).unwrap_or_default();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_of_itself_is_wrapped_with_what_it_refers_to() {
        let canonical =
            CanonicalSchema::of(json!({"type": "array", "items": {"$ref": "#"}})).expect("a schema");
        assert_eq!(canonical.root["properties"], json!({"value": {"$ref": "#/$defs/root"}}));
        assert_eq!(
            canonical.definitions["root"],
            json!({"type": "array", "items": {"$ref": "#/$defs/root"}})
        );
    }
}
