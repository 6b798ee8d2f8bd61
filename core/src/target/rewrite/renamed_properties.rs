//! Renamed properties: replaces property names that the provider refuses, in `properties`, `required` and dependencies.

use std::collections::HashSet;

use serde_json::{Map, Value, json};

use crate::json::Path;
use crate::target::diagnostic::change;
use crate::target::rewrite::canonical::settled_references;
use crate::target::rewrite::rewriter::SchemaRewriter;
use crate::target::rewrite::schema_positions;

impl SchemaRewriter<'_> {
    /// The renamed properties that a schema declares, itself or through `$ref` and composition keywords.
    pub fn renamed_properties_of(&self, schema: &Map<String, Value>) -> HashSet<String> {
        if self.renames.is_empty() {
            return HashSet::new();
        }
        let mut search =
            RenamedPropertySearch { rewriter: self, followed: Vec::new(), found: HashSet::new() };
        search.visit(schema);
        search.found
    }

    /// Replaces the property names of a schema that the provider refuses.
    pub fn rename_properties(&mut self, schema: &mut Map<String, Value>, path: &Path<'_>) {
        let renames = std::mem::take(&mut self.renames);
        // A name that this schema does not declare may be a key of a map, and stays as it is.
        let new_name = |name: &str| renames.get(name).filter(|_| self.declared.contains(name));
        let mut changed_names = Vec::new();
        for keyword in ["properties", "dependentRequired", "dependentSchemas"] {
            let Some(Value::Object(map)) = schema.get_mut(keyword) else { continue };
            if !map.keys().any(|name| new_name(name).is_some()) {
                continue;
            }
            for (name, held) in std::mem::take(map) {
                let new_name = new_name(&name).cloned();
                if keyword == "properties" && new_name.is_some() {
                    changed_names.push(name.clone());
                }
                map.insert(new_name.unwrap_or(name), held);
            }
        }
        let mut lists: Vec<&mut Value> = Vec::new();
        for (keyword, held) in schema {
            match (keyword.as_str(), held) {
                ("required" | "propertyOrdering", list) => lists.push(list),
                ("dependentRequired", Value::Object(map)) => lists.extend(map.values_mut()),
                _ => {}
            }
        }
        for name in lists.into_iter().filter_map(Value::as_array_mut).flatten() {
            if let Some(new_name) = name.as_str().and_then(new_name) {
                *name = json!(new_name);
            }
        }
        for name in changed_names {
            self.note(&change::PROPERTY_RENAMED, &path.key("properties").key(&name));
        }
        self.renames = renames;
    }
}

/// Finds the renamed properties that one schema declares for its own value.
struct RenamedPropertySearch<'r, 'w> {
    rewriter: &'r SchemaRewriter<'w>,
    /// References that were followed: each is followed once.
    followed: Vec<String>,
    found: HashSet<String>,
}

impl RenamedPropertySearch<'_, '_> {
    fn visit(&mut self, schema: &Map<String, Value>) {
        for (keyword, held) in schema {
            match held {
                Value::Object(properties) if keyword == "properties" => {
                    let renames = &self.rewriter.renames;
                    let refused = properties.keys().filter(|name| renames.contains_key(*name));
                    self.found.extend(refused.cloned());
                }
                Value::String(reference) if keyword == "$ref" => self.visit_reference(reference),
                held if schema_positions::is_in_place(keyword) => self.visit_subschemas(keyword, held),
                _ => {}
            }
        }
    }

    fn visit_reference(&mut self, reference: &str) {
        if self.followed.iter().any(|followed| followed == reference) {
            return;
        }
        self.followed.push(reference.to_owned());
        let rewriter = self.rewriter;
        let target =
            settled_references::definition_name(reference).and_then(|name| rewriter.definitions.get(&name));
        if let Some(Value::Object(target)) = target {
            self.visit(target);
        }
    }

    fn visit_subschemas(&mut self, keyword: &str, held: &Value) {
        let visit = |_, value: &Value| {
            if let Value::Object(map) = value {
                self.visit(map);
            }
            Ok::<_, ()>(())
        };
        schema_positions::visit_subschemas(keyword, held, visit).unwrap_or_default();
    }
}
