//! One schema as one provider takes it: the walk that all targets share.

use std::cell::Cell;

use serde_json::{Map, Value, json};

use super::rules::{Fate, Keys, Rules};
use super::{definitions, root};
use crate::schema::keywords::{self, Holds};

/// References within references that are written out where they stand, before one is left as it is.
const INLINED: usize = 8;
/// References that are written out in one schema, before the rest is left as it is: references within references double
/// with each level, and what each adds is a description.
const INLINED_IN_ALL: usize = 500;

/// A tool's schema as the provider of `rules` takes it.
pub fn schema(canonical: &Value, rules: &Rules) -> Value {
    let root = root::flatten(canonical);
    let walk = Walk { rules, defs: root.get("$defs"), inlining: Vec::new(), inlined: &Cell::new(0) };
    let mut shown = walk.object(&root, rules.keys);
    definitions::prune(&mut shown);
    Value::Object(shown)
}

/// Says a keyword in the description, where the provider does not take it.
pub fn hint(schema: &mut Map<String, Value>, keyword: &str, held: &Value) {
    let said = format!("({keyword}: {held})");
    let description = match schema.get("description").and_then(Value::as_str) {
        Some(text) if !text.is_empty() => format!("{text} {said}"),
        _ => said,
    };
    schema.insert("description".to_owned(), Value::String(description));
}

#[derive(Clone)]
struct Walk<'s> {
    rules: &'s Rules,
    defs: Option<&'s Value>,
    inlining: Vec<&'s str>,
    inlined: &'s Cell<usize>,
}

impl Walk<'_> {
    fn schema(&self, schema: &Value, keys: Keys) -> Value {
        match schema {
            Value::Object(map) => Value::Object(self.object(map, keys)),
            other => other.clone(),
        }
    }

    fn object(&self, map: &Map<String, Value>, keys: Keys) -> Map<String, Value> {
        if let Some(inlined) = self.inline(map, keys) {
            return inlined;
        }
        let renamed = match map.get("properties") {
            Some(Value::Object(properties)) => keys.renamed(properties),
            _ => Vec::new(),
        };
        let mut out = Map::new();
        let mut hints = Vec::new();
        for (keyword, held) in map {
            match ((self.rules.fate)(keyword), keyword.as_str()) {
                (Fate::Dropped, _) => {}
                (Fate::Hinted, _) => match inclusive(map, keyword, held) {
                    Some((bound, value)) => drop(out.insert(bound.to_owned(), value)),
                    None => hints.push((keyword, held)),
                },
                (Fate::Kept, "pattern") if self.rules.python_patterns && !is_python(held) => {
                    hints.push((keyword, held));
                }
                (Fate::Kept, "format") if self.rules.only_format.is_some_and(|only| held != only) => {
                    hints.push((keyword, held));
                }
                (Fate::Kept, "const") if self.rules.enums_for_consts => match held {
                    Value::Null => drop(out.insert("type".to_owned(), json!("null"))),
                    value => drop(out.insert("enum".to_owned(), json!([value]))),
                },
                (Fate::Kept, "$ref") if self.rules.bare_references => {
                    return Map::from_iter([(keyword.clone(), self.held(keyword, held, keys, &renamed))]);
                }
                (Fate::Kept, _) => {
                    drop(out.insert(keyword.clone(), self.held(keyword, held, keys, &renamed)));
                }
            }
        }
        for (keyword, held) in hints {
            hint(&mut out, keyword, held);
        }
        self.complete(&mut out);
        out
    }

    /// What stands under a keyword that goes out.
    fn held(&self, keyword: &str, held: &Value, keys: Keys, renamed: &[(&str, String)]) -> Value {
        let told = |name: &str| {
            renamed.iter().find(|(own, _)| *own == name).map_or(name, |(_, told)| told).to_owned()
        };
        match (keywords::holds(keyword), held) {
            (Some(Holds::Schema), schema) => self.schema(schema, keys.below()),
            (Some(Holds::SchemaList), Value::Array(list)) => {
                list.iter().map(|schema| self.schema(schema, keys.below())).collect()
            }
            (Some(Holds::SchemaMap), Value::Object(map)) => {
                let own = |name: &String| if keyword == "properties" { told(name) } else { name.clone() };
                let below = map.iter().map(|(name, schema)| (own(name), self.schema(schema, keys.below())));
                Value::Object(below.collect())
            }
            (Some(Holds::TextList), Value::Array(names)) if keyword == "required" => names
                .iter()
                .map(|name| name.as_str().map_or_else(|| name.clone(), |name| json!(told(name))))
                .collect(),
            (Some(Holds::TextListMap), Value::Object(map)) => {
                let names = |list: &Value| -> Value {
                    list.as_array()
                        .into_iter()
                        .flatten()
                        .filter_map(Value::as_str)
                        .map(|name| json!(told(name)))
                        .collect()
                };
                Value::Object(map.iter().map(|(name, list)| (told(name), names(list))).collect())
            }
            (_, Value::String(written)) if keyword == "$ref" => {
                Value::String(definitions::reference(written))
            }
            (_, other) => other.clone(),
        }
    }

    /// What the provider asks for and the schema does not say.
    fn complete(&self, out: &mut Map<String, Value>) {
        let is = |out: &Map<String, Value>, kind: &str| match out.get("type") {
            Some(Value::String(one)) => one == kind,
            Some(Value::Array(several)) => several.iter().any(|one| one == kind),
            _ => false,
        };
        if self.rules.items_required && is(out, "array") && !out.contains_key("items") {
            out.insert("items".to_owned(), json!({}));
        }
        if self.rules.enums_for_consts
            && !out.contains_key("type")
            && let Some(kind) = out.get("enum").and_then(Value::as_array).and_then(|values| kind_of(values))
        {
            out.insert("type".to_owned(), json!(kind));
        }
    }

    /// A reference with something beside it, written out where it stands, unless it leads back to itself.
    fn inline(&self, map: &Map<String, Value>, keys: Keys) -> Option<Map<String, Value>> {
        let reference = definitions::reference(map.get("$ref")?.as_str()?);
        let full = self.inlining.len() >= INLINED || self.inlined.get() >= INLINED_IN_ALL;
        if !self.rules.bare_references || map.len() == 1 || full {
            return None;
        }
        let name = reference.strip_prefix("#/$defs/")?;
        let (name, target) = self
            .defs?
            .as_object()?
            .get_key_value(&crate::json::pointer::tokens(&format!("/{name}")).next()?.into_owned())?;
        if self.inlining.contains(&name.as_str()) {
            return None;
        }
        let mut merged = target.as_object()?.clone();
        self.inlined.set(self.inlined.get() + 1);
        merged.extend(
            map.iter().filter(|(keyword, _)| *keyword != "$ref").map(|(k, v)| (k.clone(), v.clone())),
        );
        let mut walk = self.clone();
        walk.inlining.push(name);
        Some(walk.object(&merged, keys))
    }
}

/// `exclusiveMinimum: 0` of whole numbers is `minimum: 1`; nothing for any other keyword.
fn inclusive(map: &Map<String, Value>, keyword: &str, held: &Value) -> Option<(&'static str, Value)> {
    let bound = held.as_i64().filter(|_| map.get("type") == Some(&json!("integer")))?;
    let (name, value) = match keyword {
        "exclusiveMinimum" => ("minimum", bound.checked_add(1)?),
        "exclusiveMaximum" => ("maximum", bound.checked_sub(1)?),
        _ => return None,
    };
    (!map.contains_key(name)).then(|| (name, json!(value)))
}

/// Whether Python's `re` reads a pattern and it has no look-around: the two that providers refuse. The escapes are those
/// that ECMA-262 and this registry know and Python does not.
fn is_python(pattern: &Value) -> bool {
    let text = pattern.as_str().unwrap_or_default();
    let foreign = ["(?=", "(?!", "(?<=", "(?<!", "\\p{", "\\P{", "\\c", "\\k<", "(?<"];
    !foreign.iter().any(|part| text.contains(part)) && !text.contains("\\u{")
}

/// The one type that all values have.
fn kind_of(values: &[Value]) -> Option<&'static str> {
    let kind = |value: &Value| match value {
        Value::String(_) => Some("string"),
        Value::Bool(_) => Some("boolean"),
        Value::Number(number) if number.is_f64() => Some("number"),
        Value::Number(_) => Some("integer"),
        _ => None,
    };
    let first = kind(values.first()?)?;
    values.iter().all(|value| kind(value) == Some(first)).then_some(first)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::target::gemini;

    #[test]
    fn references_that_fan_out_are_not_written_out_for_ever() {
        let level = |next: usize| {
            let members =
                (0..12).map(|i| (format!("p{i}"), json!({"$ref": format!("#/$defs/L{next}"), "title": "t"})));
            json!({"type": "object", "properties": members.collect::<Map<_, _>>()})
        };
        let levels =
            (0..9).map(|i| (format!("L{i}"), if i == 8 { json!({"type": "string"}) } else { level(i + 1) }));
        let mut canonical = level(0);
        canonical["$defs"] = Value::Object(levels.collect());
        let shown = schema(&canonical, &gemini::RULES).to_string();
        assert!(shown.len() < 1 << 20, "{} bytes", shown.len());
    }

    #[test]
    fn a_bound_that_has_no_neighbour_stays_a_hint() {
        let canonical =
            json!({"type": "object", "properties": {"n": {"type": "integer", "exclusiveMinimum": i64::MAX}}});
        let shown = schema(&canonical, &gemini::RULES);
        assert_eq!(
            shown["properties"]["n"]["description"],
            json!(format!("(exclusiveMinimum: {})", i64::MAX))
        );
    }
}
