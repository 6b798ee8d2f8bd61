//! Settled references: every `$ref` is rewritten to `#` or `#/$defs/<name>`, and its target is moved to `$defs`.

use std::collections::{BTreeMap, HashSet};

use serde_json::{Map, Value, json};

use crate::json::{Path, pointer};
use crate::target::diagnostic::{Diagnostic, TargetFinding, change, refusal};
use crate::target::rewrite::canonical::schema_scan;
use crate::target::rewrite::canonical::schema_scan::SchemaScan;
use crate::target::rewrite::schema_positions;

/// Rewrites every reference to `#` or to a definition. Moves other targets to `$defs`.
pub fn settle_references(
    root: &mut Map<String, Value>,
    scan: &SchemaScan,
) -> Result<Vec<Diagnostic>, TargetFinding> {
    if scan.references.iter().all(|reference| is_settled(root, reference)) && !scan.is_dynamic {
        return Ok(Vec::new());
    }
    let mut replacements = BTreeMap::new();
    let mut hoisted: Vec<(String, Value)> = Vec::new();
    for reference in &scan.references {
        let refuse = |why| {
            let place = schema_scan::find_reference(root, reference, &Path::at("")).unwrap_or_default();
            TargetFinding::refused(why, &Path::at(&place)).of(reference)
        };
        let place = resolve_pointer(root, reference).map_err(refuse)?;
        let tokens: Vec<_> = pointer::tokens(&place).collect();
        let written = match tokens.as_slice() {
            [] => "#".to_owned(),
            [under, name] if under == "$defs" || under == "definitions" => definition_reference(name),
            _ => {
                let target =
                    value_at(root, &tokens).filter(|target| target.is_object() || target.is_boolean());
                let target = target.ok_or_else(|| refuse(refusal::REF_DANGLING))?;
                let name = free_name(root, &hoisted, &tokens);
                hoisted.push((name.clone(), target.clone()));
                definition_reference(&name)
            }
        };
        if written != *reference {
            replacements.insert(reference.clone(), written);
        }
    }
    let mut writer = ReferenceWriter { replacements, notes: Vec::new() };
    if !hoisted.is_empty() {
        writer.notes.push(Diagnostic::new(&change::REF_HOISTED, &Path::at("")));
        let under = if root.contains_key("$defs") { "$defs" } else { "definitions" };
        let under = if root.contains_key(under) { under } else { "$defs" };
        if let Value::Object(definitions) = root.entry(under).or_insert_with(|| json!({})) {
            definitions.extend(hoisted);
        }
    }
    writer.write(root, &Path::at(""));
    Ok(writer.notes)
}

/// Writes the reference to a definition.
pub fn definition_reference(name: &str) -> String {
    format!("#/$defs/{}", pointer::escape(name))
}

/// The definition that a settled reference leads to; `None` for the root.
pub fn definition_name(reference: &str) -> Option<String> {
    let name = reference.strip_prefix("#/$defs/")?;
    pointer::tokens(&format!("/{name}")).next().map(std::borrow::Cow::into_owned)
}

/// Whether a schema has no keywords of older dialects, and every reference leads to the root or to a definition.
pub fn are_settled(root: &Map<String, Value>, scan: &SchemaScan) -> bool {
    let settled = scan.references.iter().all(|reference| is_settled(root, reference));
    settled && !scan.is_dynamic && !scan.is_older
}

fn is_settled(root: &Map<String, Value>, reference: &str) -> bool {
    reference == "#"
        || reference.strip_prefix("#/$defs/").is_some_and(|name| {
            !name.contains(['/', '%', '~'])
                && root.get("$defs").and_then(|definitions| definitions.get(name)).is_some()
        })
}

/// Resolves a reference to a JSON pointer, or to the reason of a refusal.
fn resolve_pointer(
    root: &Map<String, Value>,
    reference: &str,
) -> Result<String, (&'static str, &'static str)> {
    let own = root.get("$id").and_then(Value::as_str).unwrap_or_default().trim_end_matches('#');
    let within = reference.strip_prefix(own).unwrap_or(reference);
    let fragment = match within.strip_prefix('#') {
        Some(fragment) => fragment,
        None if within.is_empty() => "",
        None => return Err(refusal::REF_EXTERNAL),
    };
    let fragment = percent_decode(fragment);
    if fragment.is_empty() || fragment.starts_with('/') {
        let tokens: Vec<_> = pointer::tokens(&fragment).collect();
        let is_there = tokens.is_empty() || value_at(root, &tokens).is_some();
        return if is_there { Ok(fragment) } else { Err(refusal::REF_DANGLING) };
    }
    find_anchor(root, &fragment, &Path::at("")).ok_or(refusal::REF_DANGLING)
}

/// Decodes the percent escapes of a fragment.
fn percent_decode(fragment: &str) -> String {
    let mut bytes = Vec::with_capacity(fragment.len());
    let mut rest = fragment.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let escape =
            after.get(..2).filter(|_| *first == b'%').and_then(|digits| std::str::from_utf8(digits).ok());
        if let Some(byte) = escape.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            bytes.push(byte);
            rest = &after[2..];
        } else {
            bytes.push(*first);
            rest = after;
        }
    }
    String::from_utf8(bytes).unwrap_or_else(|_| fragment.to_owned())
}

fn value_at<'v>(root: &'v Map<String, Value>, tokens: &[std::borrow::Cow<'_, str>]) -> Option<&'v Value> {
    let (first, rest) = tokens.split_first()?;
    rest.iter().try_fold(root.get(&**first)?, |value, token| match value {
        Value::Object(map) => map.get(&**token),
        Value::Array(items) => items.get(token.parse::<usize>().ok()?),
        _ => None,
    })
}

/// The pointer of the first anchor with this name.
fn find_anchor(schema: &Map<String, Value>, name: &str, path: &Path<'_>) -> Option<String> {
    if ["$anchor", "$dynamicAnchor"].iter().any(|key| schema.get(*key).is_some_and(|held| held == name)) {
        return Some(path.pointer());
    }
    schema.iter().find_map(|(keyword, held)| {
        let below = path.key(keyword);
        schema_positions::visit_subschemas(keyword, held, |step, schema| {
            let found = schema.as_object().and_then(|map| find_anchor(map, name, &step.from(&below)));
            found.map_or(Ok(()), Err)
        })
        .err()
    })
}

/// An unused name for a new definition, made of its pointer.
fn free_name(
    root: &Map<String, Value>,
    hoisted: &[(String, Value)],
    tokens: &[std::borrow::Cow<'_, str>],
) -> String {
    let words: Vec<_> = tokens.iter().map(|token| token.trim_start_matches('$')).collect();
    let base = words.join("_");
    let taken = |name: &str| {
        hoisted.iter().any(|(other, _)| other == name)
            || ["$defs", "definitions"]
                .iter()
                .any(|under| root.get(*under).is_some_and(|map| map.get(name).is_some()))
    };
    let numbered = (2..).map(|number| format!("{base}_{number}"));
    std::iter::once(base.clone()).chain(numbered).find(|name| !taken(name)).unwrap_or(base)
}

/// Writes settled references into a schema.
struct ReferenceWriter {
    /// Reference as written → settled reference.
    replacements: BTreeMap<String, String>,
    notes: Vec<Diagnostic>,
}

impl ReferenceWriter {
    fn write(&mut self, schema: &mut Map<String, Value>, path: &Path<'_>) {
        if let Some(held) = schema.shift_remove("$dynamicRef") {
            self.notes.push(Diagnostic::new(&change::DYNAMIC_REF_STATIC, path));
            schema.insert("$ref".to_owned(), held);
        }
        for word in ["$dynamicAnchor", "$anchor"] {
            schema.shift_remove(word);
        }
        for (keyword, held) in schema {
            if keyword == "$ref"
                && let Value::String(reference) = held
            {
                if let Some(replacement) = self.replacements.get(reference) {
                    reference.clone_from(replacement);
                }
                continue;
            }
            let below = path.key(keyword);
            let visit = |step: schema_positions::SchemaStep<'_>, value: &mut Value| {
                if let Value::Object(map) = value {
                    self.write(map, &step.from(&below));
                }
                Ok::<_, ()>(())
            };
            schema_positions::visit_subschemas_mut(keyword, held, visit).unwrap_or_default();
        }
    }
}

/// Removes definitions that nothing refers to: a model reads and pays for each.
pub fn prune_definitions(root: &Map<String, Value>, definitions: &mut Map<String, Value>) {
    if definitions.is_empty() {
        return;
    }
    let mut found = Vec::new();
    collect_references(root, &mut found);
    let mut needed: HashSet<String> = HashSet::new();
    while let Some(reference) = found.pop() {
        let Some(name) = definition_name(reference).filter(|name| !needed.contains(name)) else { continue };
        if let Some(Value::Object(definition)) = definitions.get(&name) {
            collect_references(definition, &mut found);
        }
        needed.insert(name);
    }
    if needed.len() < definitions.len() {
        definitions.retain(|name, _| needed.contains(name));
    }
}

/// Collects the references at schema positions.
fn collect_references<'v>(schema: &'v Map<String, Value>, found: &mut Vec<&'v str>) {
    for (keyword, held) in schema {
        if keyword == "$ref" {
            found.extend(held.as_str());
            continue;
        }
        let visit = |_, value: &'v Value| {
            if let Value::Object(map) = value {
                collect_references(map, found);
            }
            Ok::<_, ()>(())
        };
        schema_positions::visit_subschemas(keyword, held, visit).unwrap_or_default();
    }
}

/// Whether the references of a schema lead back to it.
pub fn is_recursive(root: &Map<String, Value>, definitions: &Map<String, Value>) -> bool {
    fn leads<'d>(
        schema: &'d Map<String, Value>,
        definitions: &'d Map<String, Value>,
        open: &mut Vec<String>,
        done: &mut HashSet<String>,
    ) -> bool {
        let mut found = Vec::new();
        collect_references(schema, &mut found);
        found.into_iter().any(|reference| {
            let Some(name) = definition_name(reference) else { return true };
            if open.contains(&name) {
                return true;
            }
            if done.contains(&name) || open.len() >= schema_scan::MAX_DEPTH {
                return open.len() >= schema_scan::MAX_DEPTH;
            }
            open.push(name.clone());
            let below = definitions.get(&name).and_then(Value::as_object);
            let is = below.is_some_and(|below| leads(below, definitions, open, done));
            open.pop();
            done.insert(name);
            is
        })
    }
    leads(root, definitions, &mut Vec::new(), &mut HashSet::new())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn map(value: &Value) -> Map<String, Value> {
        value.as_object().expect("a map").clone()
    }

    fn settled(schema: &Value) -> Result<Value, String> {
        let mut root = map(schema);
        let scan = SchemaScan::of(&root).map_err(|finding| finding.code.into_owned())?;
        settle_references(&mut root, &scan).map_err(|finding| finding.code.into_owned())?;
        Ok(Value::Object(root))
    }

    #[test]
    fn every_way_to_write_a_reference_leads_to_a_definition() {
        for (reference, expected) in [
            ("#/$defs/A", Ok("#/$defs/A")),
            ("#/$defs/a~1b", Ok("#/$defs/a~1b")),
            ("#/$defs/a%20b", Ok("#/$defs/a b")),
            ("#/$defs/A/properties/x", Ok("#/$defs/defs_A_properties_x")),
            ("#/properties/list/items", Ok("#/$defs/properties_list_items")),
            ("#there", Ok("#/$defs/B")),
            ("https://x.example/s#/$defs/A", Ok("#/$defs/A")),
            ("#", Ok("#")),
            ("#/$defs/Nope", Err("REF_DANGLING")),
            ("#nowhere", Err("REF_DANGLING")),
            ("https://other.example/s", Err("REF_EXTERNAL")),
            ("a.json", Err("REF_EXTERNAL")),
        ] {
            let schema = json!({
                "$id": "https://x.example/s", "properties": {"list": {"items": {"type": "string"}}, "it": {"$ref": reference}},
                "$defs": {"A": {"properties": {"x": {}}}, "a/b": {}, "a b": {}, "B": {"$anchor": "there"}}
            });
            let made = settled(&schema);
            let led = made.as_ref().map(|made| made["properties"]["it"]["$ref"].as_str().unwrap_or_default());
            assert_eq!(led.map_err(String::as_str), expected, "{reference}");
        }
    }

    #[test]
    fn what_stands_in_an_example_is_no_reference() {
        let schema = json!({"properties": {"a": {"default": {"$ref": "x"}, "enum": [{"$ref": "y"}]}}});
        assert_eq!(settled(&schema), Ok(schema));
    }

    #[test]
    fn definitions_stay_where_something_leads_to_them() {
        for (root, definitions, expected) in [
            (
                json!({"not": {"$ref": "#/$defs/A"}}),
                json!({"B": {}, "A": {"not": {"$ref": "#/$defs/C"}}, "C": {}}),
                &["A", "C"][..],
            ),
            (json!({}), json!({"A": {"$ref": "#/$defs/A"}}), &[]),
            (json!({"not": {"$ref": "#/$defs/a~1b"}}), json!({"a/b": {}, "B": {}}), &["a/b"]),
        ] {
            let mut definitions = map(&definitions);
            prune_definitions(&map(&root), &mut definitions);
            assert_eq!(definitions.keys().collect::<Vec<_>>(), expected, "{root}");
        }
    }
}
