//! Object properties: closed objects (`additionalProperties: false`), required properties, optional properties that
//! take null.

use serde_json::{Map, Value, json};

use crate::json::Path;
use crate::target::diagnostic::{Diagnostic, TargetFinding, change, refusal};
use crate::target::rewrite::rewrite_rules::{ObjectRule, UndeclaredRule};
use crate::target::rewrite::rewriter::SchemaRewriter;
use crate::target::rewrite::{description_hints, null_types, schema_positions};

fn takes_anything(schema: &Value) -> bool {
    *schema == Value::Bool(true) || schema.as_object().is_some_and(Map::is_empty)
}

fn has_properties(schema: &Map<String, Value>) -> bool {
    schema.get("properties").and_then(Value::as_object).is_some_and(|properties| !properties.is_empty())
}

fn is_object(schema: &Map<String, Value>) -> bool {
    schema_positions::has_type(schema, "object")
        || (!schema.contains_key("type") && schema.contains_key("properties"))
}

impl SchemaRewriter<'_> {
    /// Refuses objects with arbitrary property names: strict mode has no form for them.
    pub fn refuse_open_maps(schema: &Map<String, Value>, path: &Path<'_>) -> Result<(), TargetFinding> {
        let speaks =
            ["additionalProperties", "patternProperties"].iter().any(|word| schema.contains_key(*word));
        if !is_object(schema) && !speaks {
            return Ok(());
        }
        let is_root = path.pointer().is_empty();
        let patterns =
            schema.get("patternProperties").and_then(Value::as_object).is_some_and(|map| !map.is_empty());
        let is_union = ["anyOf", "oneOf"].iter().any(|union| schema.contains_key(*union));
        let is_map = match schema.get("additionalProperties") {
            None => !has_properties(schema) && !is_root && !is_union,
            Some(extra) if takes_anything(extra) => !has_properties(schema) && !is_union,
            Some(extra) => *extra != Value::Bool(false),
        };
        if is_map || patterns { Err(TargetFinding::refused(refusal::OPEN_MAP, path)) } else { Ok(()) }
    }

    /// Rewrites the properties of an object.
    pub fn rewrite_properties(
        &mut self,
        schema: &mut Map<String, Value>,
        path: &Path<'_>,
    ) -> Result<(), TargetFinding> {
        if self.rules.objects != ObjectRule::Open {
            self.drop_false_properties(schema, path);
        }
        if self.rules.objects == ObjectRule::Closed && schema_positions::has_type(schema, "object") {
            self.close_object(schema, path);
        }
        self.check_required(schema, path)
    }

    fn drop_false_properties(&mut self, schema: &mut Map<String, Value>, path: &Path<'_>) {
        let Some(Value::Object(properties)) = schema.get_mut("properties") else { return };
        let never: Vec<String> = properties
            .iter()
            .filter(|(_, held)| **held == json!(false))
            .map(|(name, _)| name.clone())
            .collect();
        for name in &never {
            properties.shift_remove(name);
            let is_closed = self.rules.objects == ObjectRule::Closed;
            let change =
                if is_closed { &change::FALSE_PROPERTY_DROPPED } else { &change::FALSE_PROPERTY_WIDENED };
            self.note(change, &path.key("properties").key(name));
        }
    }

    fn check_required(
        &mut self,
        schema: &mut Map<String, Value>,
        path: &Path<'_>,
    ) -> Result<(), TargetFinding> {
        if self.rules.undeclared == UndeclaredRule::Kept || !schema.contains_key("required") {
            return Ok(());
        }
        let declares =
            |name: &str| schema.get("properties").is_some_and(|properties| properties.get(name).is_some());
        if schema_positions::required(schema).all(declares) {
            return Ok(());
        }
        if self.rules.undeclared == UndeclaredRule::Refused {
            return Err(TargetFinding::refused(refusal::REQUIRED_UNDECLARED, path));
        }
        let kept: Vec<Value> = schema_positions::required(schema)
            .filter(|name| declares(name))
            .map(|name| json!(name))
            .collect();
        schema.insert("required".to_owned(), Value::Array(kept));
        self.note(&change::REQUIRED_UNDECLARED_DROPPED, path);
        Ok(())
    }

    fn close_object(&mut self, schema: &mut Map<String, Value>, path: &Path<'_>) {
        match schema.get("additionalProperties") {
            Some(Value::Bool(false)) => return,
            None => self.note(&change::OBJECT_CLOSED, path),
            Some(_) => self.note(&change::OPEN_OBJECT_CLOSED, path),
        }
        schema.insert("additionalProperties".to_owned(), json!(false));
    }

    /// Removes `additionalProperties`.
    pub fn drop_additional_properties(&mut self, schema: &mut Map<String, Value>, path: &Path<'_>) {
        let Some(extra) = schema.shift_remove("additionalProperties") else { return };
        if takes_anything(&extra) {
            self.note(&change::ANNOTATION_DROPPED, &path.key("additionalProperties"));
            return;
        }
        self.note(&change::ADDITIONAL_PROPERTIES_DROPPED, path);
        if extra.is_object() {
            description_hints::add_keywords(schema, &[("additionalProperties".to_owned(), extra)]);
        }
    }

    /// Makes optional properties required, with null for absence.
    pub fn require_optional_properties(&mut self, schema: &mut Map<String, Value>, path: &Path<'_>) {
        let must: Vec<String> = schema_positions::required(schema).map(ToOwned::to_owned).collect();
        let Value::Object(properties) = schema.entry("properties").or_insert_with(|| json!({})) else {
            return;
        };
        let all: Vec<Value> = properties.keys().map(|name| json!(name)).collect();
        for (name, property) in &mut *properties {
            if must.contains(name) {
                continue;
            }
            let change = if self.nulls.takes_null(property) {
                &change::OPTIONAL_ALREADY_NULLABLE
            } else {
                property.as_object_mut().into_iter().for_each(null_types::add_null);
                &change::OPTIONAL_NULLED
            };
            let own = self.renames.iter().find(|(_, told)| *told == name).map_or(name, |(own, _)| own);
            self.notes.push(Diagnostic::new(change, &path.key("properties").key(own)));
        }
        schema.insert("required".to_owned(), Value::Array(all));
    }
}
