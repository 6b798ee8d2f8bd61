//! Schemas of Gemini's `parameters`: one type each, null is `nullable`, nothing beside a union.
//!
//! Sources: the fields of `Schema` in @google/genai 3.1.0; "`any_of` … must be the only field set" (opencode#14700), "Proto
//! field is not repeating" (`google_workspace_mcp`#1099), "enum: only allowed for STRING type" (9router#380). 2026-11.

use serde_json::{Map, Value, json};

use super::diagnostic::{Finding, change, refusal};
use super::rewrite::Walk;
use super::shape::spoken_of;
use super::{hint, nulls, positions};
use crate::json::Path;

impl Walk<'_> {
    /// Writes types, enums and unions.
    pub fn one_type(&mut self, schema: &mut Map<String, Value>, path: &Path<'_>) -> Result<(), Finding> {
        let mut is_nullable = self.split(schema, path);
        is_nullable |= self.texts(schema, path);
        is_nullable |= self.union(schema, path)?;
        if is_nullable {
            if schema.contains_key("anyOf") {
                for branch in schema.get_mut("anyOf").and_then(Value::as_array_mut).into_iter().flatten() {
                    branch.as_object_mut().into_iter().for_each(nulls::admit);
                }
            } else {
                schema.insert("nullable".to_owned(), json!(true));
            }
        }
        Ok(())
    }

    /// Several types as a union; whether null was among them.
    fn split(&mut self, schema: &mut Map<String, Value>, path: &Path<'_>) -> bool {
        let kinds: Vec<String> = positions::types(schema).map(ToOwned::to_owned).collect();
        let is_nullable = kinds.iter().any(|kind| kind == "null");
        let others: Vec<_> = kinds.iter().filter(|kind| *kind != "null").collect();
        match others.as_slice() {
            [] if is_nullable => {
                self.note(&change::NULL_TYPE_WIDENED, path);
                schema.insert("type".to_owned(), json!("string"));
            }
            [one] if schema.get("type").is_some_and(Value::is_array) => {
                self.note(&change::TYPE_ARRAY_SPLIT, path);
                schema.insert("type".to_owned(), json!(one));
            }
            [_, _, ..] => {
                self.note(&change::TYPE_ARRAY_SPLIT, path);
                schema.shift_remove("type");
                let own = std::mem::take(schema);
                let branch = |kind: &&String| {
                    let fits = |keyword: &str| {
                        spoken_of(keyword).is_none_or(|other| {
                            other == kind.as_str() || (other == "number" && kind.as_str() == "integer")
                        })
                    };
                    let mut branch: Map<_, _> = own
                        .iter()
                        .filter(|(keyword, _)| fits(keyword))
                        .map(|(k, v)| (k.clone(), v.clone()))
                        .collect();
                    branch.insert("type".to_owned(), json!(kind));
                    if let Some(Value::Array(values)) = branch.get_mut("enum") {
                        values.retain(|value| is_kind(value, kind));
                    }
                    Value::Object(branch)
                };
                schema.insert("anyOf".to_owned(), others.iter().map(branch).collect());
            }
            _ => {}
        }
        is_nullable
    }

    /// An enum of texts, or the values in the description; whether null was among them.
    fn texts(&mut self, schema: &mut Map<String, Value>, path: &Path<'_>) -> bool {
        let of_others = schema.get("type").is_some_and(|kind| kind != "string");
        let Some(Value::Array(values)) = schema.get_mut("enum") else { return false };
        let is_nullable = values.contains(&Value::Null);
        values.retain(|value| !value.is_null());
        let all_texts = values.iter().all(Value::is_string);
        let has_empty = values.iter().any(|value| value == "");
        if values.is_empty() {
            schema.shift_remove("enum");
        } else if !all_texts || has_empty || of_others {
            let values = std::mem::take(values);
            schema.shift_remove("enum");
            let change = if all_texts && has_empty {
                &change::ENUM_EMPTY_STRING_TO_HINT
            } else {
                &change::ENUM_TO_HINT
            };
            self.note(change, path);
            hint::say_values(schema, &values);
        }
        is_nullable
    }

    /// A union with nothing beside it, or the one branch that is left; whether one was null.
    fn union(&mut self, schema: &mut Map<String, Value>, path: &Path<'_>) -> Result<bool, Finding> {
        let Some(Value::Array(branches)) = schema.get_mut("anyOf") else { return Ok(false) };
        let all = branches.len();
        branches.retain(|branch| !is_null(branch));
        let mut is_nullable = branches.len() < all;
        let had_null = is_nullable;
        let own: Vec<String> = positions::types(schema).map(ToOwned::to_owned).collect();
        if !own.is_empty() {
            // The type beside the union forbids null, and the branches of other types.
            is_nullable = false;
            let Some(Value::Array(branches)) = schema.get_mut("anyOf") else { return Ok(false) };
            let before = branches.len();
            branches.retain(|branch| {
                let Some(branch) = branch.as_object().filter(|branch| branch.contains_key("type")) else {
                    return true;
                };
                positions::types(branch).any(|kind| own.iter().any(|own| fits(kind, own)))
            });
            if had_null || branches.len() < before {
                self.note(&change::ANYOF_INTERSECTED_WITH_TYPE, path);
            }
        } else if had_null {
            self.note(&change::NULL_BRANCH_TO_NULLABLE, path);
        }
        self.spread(schema, path)?;
        let Some(Value::Array(branches)) = schema.get_mut("anyOf") else { return Ok(is_nullable) };
        if branches.is_empty() {
            return Err(Finding::refused(refusal::UNTYPED_SCHEMA, path));
        }
        if branches.len() == 1
            && let Some(Value::Object(only)) = branches.pop()
        {
            schema.shift_remove("anyOf");
            schema.extend(only);
            self.compose(schema, path)?;
            self.words(schema, path);
            is_nullable |= self.again(schema, path)?;
        }
        Ok(is_nullable)
    }

    /// The one branch that was left of a union, as a schema of its own; whether it took null.
    fn again(&mut self, schema: &mut Map<String, Value>, path: &Path<'_>) -> Result<bool, Finding> {
        let is_nullable = schema.get("nullable").is_some();
        self.beside_the_point(schema, path);
        self.unsay(schema, path);
        self.shape(schema, path)?;
        Ok(is_nullable)
    }
}

fn is_kind(value: &Value, kind: &str) -> bool {
    match value {
        Value::String(_) => kind == "string",
        Value::Bool(_) => kind == "boolean",
        Value::Number(number) => kind == "number" || (kind == "integer" && !number.is_f64()),
        Value::Null => false,
        Value::Array(_) => kind == "array",
        Value::Object(_) => kind == "object",
    }
}

fn fits(kind: &str, own: &str) -> bool {
    kind == own || (kind == "integer" && own == "number") || (kind == "number" && own == "integer")
}

fn is_null(branch: &Value) -> bool {
    branch.as_object().is_some_and(|map| {
        positions::types(map).eq(["null"])
            || map.get("const") == Some(&Value::Null)
            || map.get("enum") == Some(&json!([null]))
    })
}
