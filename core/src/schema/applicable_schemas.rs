//! Schemas that apply to the same value: through `$ref`, and through in-place applicators such as `allOf`.
//! Source: JSON Schema 2020-12, Core, section 10.2.

use std::cell::Cell;

use serde_json::Value;

/// Maximum number of schemas for one value. Nested unions multiply.
const LOOKED_THROUGH: usize = 64;

/// Finds the schemas that apply to a value, and to its members and items.
pub struct ApplicableSchemas<'t, 's> {
    target: &'t dyn Fn(&str) -> Option<&'s Value>,
    /// Number of schemas visited.
    pub steps: Cell<usize>,
}

impl<'t, 's> ApplicableSchemas<'t, 's> {
    /// Creates a finder. `target` returns the definition of a name in `$defs`.
    pub const fn new(target: &'t dyn Fn(&str) -> Option<&'s Value>) -> Self {
        Self { target, steps: Cell::new(0) }
    }

    /// Returns the schemas, their reference targets and all their in-place subschemas.
    pub fn collect(&self, schemas: &[&'s Value]) -> Vec<&'s Value> {
        let mut all: Vec<&'s Value> = Vec::new();
        let mut waiting: Vec<&'s Value> = schemas.iter().rev().copied().collect();
        while let Some(schema) = waiting.pop() {
            if all.len() == LOOKED_THROUGH || all.iter().any(|known| std::ptr::eq(*known, schema)) {
                continue;
            }
            self.steps.set(self.steps.get() + 1 + all.len() / 8);
            all.push(schema);
            let reference = schema.get("$ref").and_then(Value::as_str);
            waiting.extend(reference.and_then(|to| (self.target)(to.strip_prefix("#/$defs/")?)));
            for part in ["allOf", "anyOf", "oneOf", "if", "then", "else"] {
                match schema.get(part) {
                    Some(Value::Array(parts)) => waiting.extend(parts.iter().rev()),
                    Some(part) => waiting.push(part),
                    None => {}
                }
            }
            if let Some(Value::Object(dependent)) = schema.get("dependentSchemas") {
                waiting.extend(dependent.values());
            }
        }
        all
    }

    /// Returns the values of `enum`, `const` and `default`.
    pub fn named_values(related: &[&'s Value]) -> impl Iterator<Item = &'s Value> {
        related.iter().flat_map(|schema| {
            let listed = schema.get("enum").and_then(Value::as_array).into_iter().flatten();
            listed.chain(["const", "default"].into_iter().filter_map(|keyword| schema.get(keyword)))
        })
    }

    /// Returns the names in `properties`, and those that `propertyNames` lists.
    pub fn property_names(&self, related: &[&'s Value]) -> Vec<&'s str> {
        let mut names: Vec<&'s str> = Vec::new();
        for schema in related {
            let properties = schema.get("properties").and_then(Value::as_object).into_iter().flatten();
            names.extend(properties.map(|(name, _)| name.as_str()));
            if let Some(named) = schema.get("propertyNames") {
                names.extend(Self::named_values(&self.collect(&[named])).filter_map(Value::as_str));
            }
        }
        names
    }

    /// Returns the schemas that apply to a property.
    pub fn property_schemas(related: &[&'s Value], name: &str) -> Vec<&'s Value> {
        let own = related.iter().filter_map(|schema| schema.get("properties")?.get(name));
        let own: Vec<_> = own.collect();
        if !own.is_empty() {
            return own;
        }
        let others = related.iter().flat_map(|schema| {
            let patterns = schema.get("patternProperties").and_then(Value::as_object);
            let patterns = patterns.into_iter().flat_map(|patterns| patterns.values());
            let rest = ["additionalProperties", "unevaluatedProperties"];
            patterns.chain(rest.into_iter().filter_map(|keyword| schema.get(keyword)))
        });
        others.collect()
    }

    /// Returns the schemas that apply to an array item.
    pub fn item_schemas(related: &[&'s Value], index: usize) -> Vec<&'s Value> {
        let of = |schema: &&'s Value| {
            let first = schema.get("prefixItems").and_then(|items| items.get(index));
            let rest = ["items", "unevaluatedItems"].into_iter().find_map(|keyword| schema.get(keyword));
            first.or(rest).into_iter().chain(schema.get("contains"))
        };
        related.iter().flat_map(of).collect()
    }
}
