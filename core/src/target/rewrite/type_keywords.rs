//! Types: `const` and `enum` get a type, and each schema gets one where the provider wants it.

use serde_json::{Map, Value, json};

use crate::json::Path;
use crate::target::diagnostic::{TargetFinding, change, refusal};
use crate::target::rewrite::canonical::all_of_merge::is_annotation;
use crate::target::rewrite::canonical::settled_references;
use crate::target::rewrite::rewrite_rules::{TypeRule, UntypedRule};
use crate::target::rewrite::rewriter::SchemaRewriter;
use crate::target::rewrite::schema_positions;

impl SchemaRewriter<'_> {
    /// Writes `const` as an enum of one value, and adds the type of an enum.
    pub fn const_to_enum(&mut self, schema: &mut Map<String, Value>, path: &Path<'_>) {
        let mut has_const = false;
        if let Some(value) = schema.shift_remove("const") {
            has_const = true;
            self.note(&change::CONST_TO_ENUM, path);
            let takes_null = !schema.contains_key("type") || schema_positions::has_type(schema, "null");
            if value.is_null() && takes_null {
                schema.insert("type".to_owned(), json!("null"));
                return;
            }
            schema.insert("enum".to_owned(), json!([value]));
        }
        let Some(Value::Array(values)) = schema.get("enum") else { return };
        if !schema.contains_key("type")
            && let Some(kind) = kind_of(values)
        {
            if !has_const {
                self.note(&change::ENUM_TYPE_ADDED, path);
            }
            schema.insert("type".to_owned(), kind);
        }
    }

    /// Removes keywords that do not apply to the type of the schema: a provider that knows one type at a time refuses
    /// them.
    pub fn drop_inapplicable_keywords(&mut self, schema: &mut Map<String, Value>, path: &Path<'_>) {
        if !matches!(self.rules.types, TypeRule::Required | TypeRule::Single) || !schema.contains_key("type")
        {
            return;
        }
        let fits = |keyword: &str| {
            applicable_type(keyword).is_none_or(|kind| {
                schema_positions::types(schema)
                    .any(|own| own == kind || (own == "integer" && kind == "number"))
            })
        };
        let odd: Vec<String> = schema.keys().filter(|keyword| !fits(keyword)).cloned().collect();
        for keyword in odd {
            schema.shift_remove(&keyword);
            self.note(&change::ANNOTATION_DROPPED, &path.key(&keyword));
        }
    }

    /// Removes a union with a branch whose keywords do not apply to the type beside the union. Such a branch matches
    /// every value, and would get another type once each branch needs one.
    pub fn drop_silent_union(&mut self, schema: &mut Map<String, Value>, path: &Path<'_>) {
        let kinds: Vec<&str> = schema_positions::types(schema).collect();
        let is_applicable = |keyword: &String| {
            applicable_type(keyword).is_none_or(|spoken| {
                kinds.iter().any(|kind| *kind == spoken || (*kind == "integer" && spoken == "number"))
            })
        };
        let is_silent = |branch: &Value| {
            let target =
                branch.get("$ref").and_then(Value::as_str).and_then(settled_references::definition_name);
            let target = target.and_then(|name| self.definitions.get(&name)).unwrap_or(branch);
            let mut assertions =
                target.as_object().map(|target| target.keys().filter(|keyword| !is_annotation(keyword)));
            assertions.as_mut().is_some_and(|assertions| !assertions.any(is_applicable))
        };
        let branches = schema.get("anyOf").and_then(Value::as_array);
        if !kinds.is_empty() && branches.is_some_and(|branches| branches.iter().any(is_silent)) {
            schema.shift_remove("anyOf");
            self.note(&change::ANNOTATION_DROPPED, &path.key("anyOf"));
        }
    }

    /// Adds the type that the keywords apply to, before keywords that the provider does not take are removed.
    pub fn infer_type(&mut self, schema: &mut Map<String, Value>, path: &Path<'_>) {
        const SAYS: [&str; 7] = ["type", "enum", "const", "$ref", "anyOf", "oneOf", "allOf"];
        if SAYS.iter().any(|word| schema.contains_key(*word)) {
            return;
        }
        if let Some(kind) = schema.keys().find_map(|keyword| applicable_type(keyword)) {
            self.note(&change::TYPE_INFERRED, path);
            schema.shift_insert(0, "type".to_owned(), json!(kind));
        }
    }

    /// Adds a type to each schema that needs one.
    pub fn require_types(
        &mut self,
        schema: &mut Map<String, Value>,
        path: &Path<'_>,
    ) -> Result<(), TargetFinding> {
        let is_list = schema_positions::has_type(schema, "array");
        match self.rules.types {
            TypeRule::Items if is_list && !schema.contains_key("items") => {
                self.note(&change::ITEMS_ADDED, path);
                schema.insert("items".to_owned(), json!({}));
            }
            TypeRule::Required | TypeRule::Single => {
                let says =
                    ["type", "enum", "const", "$ref", "anyOf"].iter().any(|word| schema.contains_key(*word));
                if !says {
                    let kind = schema.keys().find_map(|keyword| applicable_type(keyword));
                    let kind = kind.ok_or_else(|| TargetFinding::refused(refusal::UNTYPED_SCHEMA, path))?;
                    self.note(&change::TYPE_INFERRED, path);
                    schema.shift_insert(0, "type".to_owned(), json!(kind));
                }
                let is_list = schema_positions::has_type(schema, "array");
                let items = schema.get("items");
                let takes_any = items.is_none_or(|items| *items == Value::Bool(true));
                if is_list && takes_any && self.rules.untyped == UntypedRule::JsonText {
                    self.note(&change::ITEMS_ADDED, path);
                    schema.insert("items".to_owned(), json!({}));
                } else if is_list && !items.is_some_and(Value::is_object) {
                    return Err(TargetFinding::refused(refusal::UNTYPED_SCHEMA, path));
                }
            }
            TypeRule::Free | TypeRule::Items => {}
        }
        Ok(())
    }
}

/// The one type of all values, or the list of that type and null.
fn kind_of(values: &[Value]) -> Option<Value> {
    let kind = |value: &Value| match value {
        Value::String(_) => Some("string"),
        Value::Bool(_) => Some("boolean"),
        Value::Number(number) if number.is_f64() => Some("number"),
        Value::Number(_) => Some("integer"),
        _ => None,
    };
    let mut present = values.iter().filter(|value| !value.is_null());
    let first = kind(present.next()?)?;
    let has_null = values.contains(&Value::Null);
    present
        .all(|value| kind(value) == Some(first))
        .then(|| if has_null { json!([first, "null"]) } else { json!(first) })
}

/// The one type that a keyword applies to; it constrains no value of another type. Source: JSON Schema 2020-12
/// Validation, section 6; Core, section 10.3.
pub fn applicable_type(keyword: &str) -> Option<&'static str> {
    Some(match keyword {
        "properties"
        | "required"
        | "additionalProperties"
        | "patternProperties"
        | "propertyNames"
        | "minProperties"
        | "maxProperties"
        | "propertyOrdering"
        | "dependentRequired" => "object",
        "items" | "prefixItems" | "minItems" | "maxItems" | "uniqueItems" | "contains" => "array",
        "pattern" | "minLength" | "maxLength" => "string",
        "minimum" | "maximum" | "exclusiveMinimum" | "exclusiveMaximum" | "multipleOf" => "number",
        _ => return None,
    })
}
