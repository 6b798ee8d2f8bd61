//! Output schema: written as a target takes it, or left out where it would say what is not true of results.
//!
//! An input schema may become narrower for a provider: calls are translated back. Results are not translated, so an
//! output schema that a rewriting would narrow, or whose properties it would rename, is left out.

use serde_json::{Map, Value, json};

use crate::json::Path;
use crate::schema::Effect;
use crate::target::diagnostic::{Diagnostic, change};
use crate::target::rewrite::rewrite_rules::RewriteRules;
use crate::target::rewrite::rewriter::{self, RewrittenSchema};
use crate::target::rewrite::schema_positions;

/// Where a target has the output schema of a tool.
#[derive(Clone, Copy, Debug)]
pub struct OutputSchemaPlace {
    /// The key in the definition.
    pub key: &'static str,
    /// Which schemas the target takes there.
    pub root: OutputRoot,
}

/// Which output schemas a target takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OutputRoot {
    /// Any.
    Any,
    /// Those of objects, with the type at the root.
    Object,
    /// Those that its rules for input schemas rewrite without loss.
    Rewritten,
}

/// The most references and branches that are followed to find the type of a root.
const MOST_STEPS: usize = 64;
/// The place of the schema in the diagnostics of a tool.
const PLACE: &str = "/outputSchema";

/// Writes an output schema. Returns nothing for one that is left out, and what changed.
pub fn write_output_schema(
    schema: Value,
    root: OutputRoot,
    rules: &RewriteRules,
) -> (Option<Value>, Vec<Diagnostic>) {
    let written = match root {
        OutputRoot::Any => Some((schema, Vec::new())),
        OutputRoot::Object => object_root(schema),
        OutputRoot::Rewritten => rewritten(schema, rules),
    };
    match written {
        Some((schema, notes)) => (Some(schema), notes),
        None => (None, vec![omission()]),
    }
}

/// The diagnostic of an output schema that is left out.
pub fn omission() -> Diagnostic {
    Diagnostic::new(&change::OUTPUT_SCHEMA_OMITTED, &Path::at(PLACE))
}

fn rewritten(schema: Value, rules: &RewriteRules) -> Option<(Value, Vec<Diagnostic>)> {
    if schema.as_object().is_none_or(Map::is_empty) {
        return None;
    }
    let RewrittenSchema { schema, notes } = rewriter::rewrite(schema, rules).ok()?;
    let is_true = notes.iter().all(|note| matches!(note.effect, Effect::Same | Effect::Wider));
    let below = |note: Diagnostic| Diagnostic { pointer: format!("{PLACE}{}", note.pointer), ..note };
    is_true.then(|| (schema, notes.into_iter().map(below).collect()))
}

/// The schema with the type object at its root; nothing for one that takes another value.
fn object_root(mut schema: Value) -> Option<(Value, Vec<Diagnostic>)> {
    let mut left = MOST_STEPS;
    if !is_object_schema(&schema, &schema, &mut left) {
        return None;
    }
    let mut notes = Vec::new();
    let root = schema.as_object_mut()?;
    if root.get("type").is_none_or(|kind| kind != "object") {
        root.shift_remove("type");
        root.shift_insert(0, "type".to_owned(), json!("object"));
        notes.push(Diagnostic::new(&change::OUTPUT_TYPE_ADDED, &Path::at(PLACE)));
    }
    // Clients of the first SDK refuse the whole list for a property schema that is a boolean.
    let properties = root.get_mut("properties").and_then(Value::as_object_mut);
    for (name, property) in properties.into_iter().flatten() {
        if let Value::Bool(takes) = *property {
            *property = if takes { json!({}) } else { json!({"not": {}}) };
            let (output, properties) = (Path::at(PLACE), "properties");
            notes.push(Diagnostic::new(&change::BOOLEAN_TO_MAP, &output.key(properties).key(name)));
        }
    }
    Some((schema, notes))
}

/// Whether a schema takes objects alone, as it, its references and its branches say.
fn is_object_schema(schema: &Value, whole: &Value, left: &mut usize) -> bool {
    let Some(map) = schema.as_object().filter(|_| *left > 0) else { return false };
    *left -= 1;
    let mut kinds = schema_positions::types(map).peekable();
    if kinds.peek().is_some() {
        return kinds.all(|kind| kind == "object");
    }
    let mut is_object = |schema: &Value| is_object_schema(schema, whole, left);
    let reference = map.get("$ref").and_then(Value::as_str).and_then(|reference| reference.strip_prefix('#'));
    if reference.and_then(|pointer| whole.pointer(pointer)).is_some_and(&mut is_object) {
        return true;
    }
    let list = |keyword: &str| map.get(keyword).and_then(Value::as_array).filter(|list| !list.is_empty());
    list("allOf").is_some_and(|parts| parts.iter().any(&mut is_object))
        || list("anyOf").is_some_and(|branches| branches.iter().all(&mut is_object))
        || list("oneOf").is_some_and(|branches| branches.iter().all(&mut is_object))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(schema: Value, root: OutputRoot) -> (Option<Value>, Vec<(&'static str, String)>) {
        let (written, notes) = write_output_schema(schema, root, &RewriteRules::ANY);
        (written, notes.into_iter().map(|note| (note.code, note.pointer)).collect())
    }

    #[test]
    fn a_root_that_is_an_object_gets_its_type() {
        let object = json!({"type": "object"});
        let of = |mut schema: Value| {
            schema["$defs"] =
                json!({"o": {"type": "object"}, "s": {"type": "string"}, "c": {"$ref": "#/$defs/c"}});
            schema
        };
        for (schema, is_kept, code) in [
            (of(object.clone()), true, None),
            (of(json!({"type": ["object"]})), true, Some("OUTPUT_TYPE_ADDED")),
            (of(json!({"$ref": "#/$defs/o"})), true, Some("OUTPUT_TYPE_ADDED")),
            (of(json!({"anyOf": [{"$ref": "#/$defs/o"}, object]})), true, Some("OUTPUT_TYPE_ADDED")),
            (of(json!({"allOf": [{"required": ["a"]}, object]})), true, Some("OUTPUT_TYPE_ADDED")),
            (of(json!({})), false, Some("OUTPUT_SCHEMA_OMITTED")),
            (of(json!({"properties": {"a": {}}})), false, Some("OUTPUT_SCHEMA_OMITTED")),
            (of(json!({"type": ["object", "null"]})), false, Some("OUTPUT_SCHEMA_OMITTED")),
            (of(json!({"type": "array"})), false, Some("OUTPUT_SCHEMA_OMITTED")),
            (of(json!({"$ref": "#/$defs/s"})), false, Some("OUTPUT_SCHEMA_OMITTED")),
            (of(json!({"$ref": "#/$defs/c"})), false, Some("OUTPUT_SCHEMA_OMITTED")),
            (of(json!({"anyOf": [{"$ref": "#/$defs/s"}, object]})), false, Some("OUTPUT_SCHEMA_OMITTED")),
            (of(json!({"oneOf": []})), false, Some("OUTPUT_SCHEMA_OMITTED")),
        ] {
            let (written, notes) = written(schema.clone(), OutputRoot::Object);
            assert_eq!(written.is_some(), is_kept, "{schema}");
            assert!(written.is_none_or(|written| written["type"] == "object"), "{schema}");
            assert_eq!(notes.first().map(|(code, _)| *code), code, "{schema}");
        }
    }

    #[test]
    fn a_property_schema_that_is_a_boolean_is_written_as_an_object() {
        let schema = json!({"type": "object", "properties": {"a": true, "b": false, "c": {}}});
        let (written, notes) = written(schema, OutputRoot::Object);
        let expected = json!({"type": "object", "properties": {"a": {}, "b": {"not": {}}, "c": {}}});
        assert_eq!(written, Some(expected));
        let at = |name: &str| ("BOOLEAN_TO_MAP", format!("/outputSchema/properties/{name}"));
        assert_eq!(notes, [at("a"), at("b")]);
    }

    #[test]
    fn any_root_stays_as_it_is() {
        for schema in
            [json!({}), json!({"type": "string"}), json!({"$ref": "#/$defs/a", "$defs": {"a": true}})]
        {
            assert_eq!(written(schema.clone(), OutputRoot::Any), (Some(schema), Vec::new()));
        }
    }
}
