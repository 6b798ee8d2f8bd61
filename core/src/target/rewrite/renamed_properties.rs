//! Renamed properties: replaces property names that the provider refuses, in `properties`, `required` and dependencies.

use std::collections::HashSet;

use serde_json::{Map, Value, json};

use crate::json::Path;
use crate::target::diagnostic::{Diagnostic, change};
use crate::target::rewrite::canonical::settled_references;
use crate::target::rewrite::positions;
use crate::target::rewrite::rewriter::SchemaRewriter;

impl SchemaRewriter<'_> {
    /// The names that are told otherwise and that a schema declares, or what it is made of.
    pub fn declared_by(&self, schema: &Map<String, Value>) -> HashSet<String> {
        let mut declared = HashSet::new();
        if !self.renames.is_empty() {
            self.declare(schema, &mut Vec::new(), &mut declared);
        }
        declared
    }

    fn declare(
        &self,
        schema: &Map<String, Value>,
        followed: &mut Vec<String>,
        declared: &mut HashSet<String>,
    ) {
        for (keyword, held) in schema {
            match held {
                Value::Object(properties) if keyword == "properties" => {
                    let odd = properties.keys().filter(|name| self.renames.contains_key(*name));
                    declared.extend(odd.cloned());
                }
                Value::String(reference) if keyword == "$ref" && !followed.contains(reference) => {
                    followed.push(reference.clone());
                    let target =
                        settled_references::name_of(reference).and_then(|name| self.definitions.get(&name));
                    if let Some(Value::Object(target)) = target {
                        self.declare(target, followed, declared);
                    }
                }
                held if positions::is_in_place(keyword) => {
                    let visit = |_, value: &Value| {
                        if let Value::Object(map) = value {
                            self.declare(map, followed, declared);
                        }
                        Ok::<_, ()>(())
                    };
                    positions::each(keyword, held, visit).unwrap_or_default();
                }
                _ => {}
            }
        }
    }

    /// Tells the names of a schema as the target takes them.
    pub fn rename(&mut self, schema: &mut Map<String, Value>, path: &Path<'_>) {
        let renames = std::mem::take(&mut self.renames);
        let declared = |name: &str| renames.get(name).filter(|_| self.declared.contains(name));
        for keyword in ["properties", "dependentRequired", "dependentSchemas"] {
            let Some(Value::Object(map)) = schema.get_mut(keyword) else { continue };
            if !map.keys().any(|name| declared(name).is_some()) {
                continue;
            }
            let own = std::mem::take(map);
            for (name, held) in own {
                match declared(&name) {
                    Some(told) => {
                        if keyword == "properties" {
                            self.notes.push(Diagnostic::new(
                                &change::PROPERTY_RENAMED,
                                &path.key(keyword).key(&name),
                            ));
                        }
                        map.insert(told.clone(), held);
                    }
                    None => drop(map.insert(name, held)),
                }
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
            if let Some(told) = name.as_str().and_then(declared) {
                *name = json!(told);
            }
        }
        self.renames = renames;
    }
}
