//! Property schemas: what a schema accepts under one property name.

use serde_json::{Map, Value, json};

use super::comparable_value;
use super::comparer::Comparer;
use super::merged_schema::{MergedSchema, SchemaPart, SchemaParts};
use crate::schema::validation::Validator;

/// Maximum nesting of unions that are searched for a property.
const UNIONS_LOOKED_INTO: usize = 4;

/// What a schema accepts under a property name.
pub enum PropertySchemas<'v> {
    /// The property is declared.
    Declared(SchemaParts<'v>),
    /// The name matches a pattern or the additional properties.
    OfMap(SchemaParts<'v>),
    /// No schema restricts the property.
    Open,
    /// No value is accepted.
    Never,
}

impl<'v> Comparer<'v> {
    /// Collects the declarations of a property in a schema and in the branches of its unions.
    pub fn declarations(&mut self, node: &'v Map<String, Value>, name: &str, depth: usize) -> Vec<&'v Value> {
        let mut schemas = Vec::new();
        schemas.extend(node.get("properties").and_then(|properties| properties.get(name)));
        if depth > UNIONS_LOOKED_INTO || !self.step() {
            return schemas;
        }
        let lists = ["anyOf", "oneOf"].into_iter().filter_map(|union| node.get(union)?.as_array());
        for branch in lists.flatten() {
            for (node, _) in MergedSchema::of(&[SchemaPart::Whole(branch)], self.old).nodes {
                schemas.extend(self.declarations(node, name, depth + 1));
            }
        }
        schemas
    }

    /// Returns the schemas of a property.
    pub fn property_schemas(&mut self, view: &MergedSchema<'v>, name: &str) -> PropertySchemas<'v> {
        let (mut all, mut is_declared, mut is_never) = (SchemaParts::new(), false, false);
        for (node, _) in &view.nodes {
            let own = node.get("properties").and_then(|properties| properties.get(name));
            let by_pattern: Vec<&'v Value> = match node.get("patternProperties") {
                Some(Value::Object(patterns)) => patterns
                    .iter()
                    .filter(|(pattern, _)| self.matches(pattern, name))
                    .map(|(_, held)| held)
                    .collect(),
                _ => Vec::new(),
            };
            is_declared |= own.is_some();
            let others =
                (own.is_none() && by_pattern.is_empty()).then(|| node.get("additionalProperties")).flatten();
            for schema in own.into_iter().chain(by_pattern).chain(others) {
                is_never |= *schema == Value::Bool(false);
                all.push(SchemaPart::Whole(schema));
            }
        }
        all.retain(|part| !matches!(part, SchemaPart::Whole(schema) if says_nothing(schema)) || is_declared);
        match (is_never, is_declared) {
            (true, _) => PropertySchemas::Never,
            (false, true) => PropertySchemas::Declared(all),
            (false, false) if all.is_empty() => PropertySchemas::Open,
            (false, false) => PropertySchemas::OfMap(all),
        }
    }

    /// Returns the schemas of a property, or `None` if it accepts no value.
    pub fn demanded(&mut self, view: &MergedSchema<'v>, name: &str) -> Option<SchemaParts<'v>> {
        match self.property_schemas(view, name) {
            PropertySchemas::Declared(all) | PropertySchemas::OfMap(all) => Some(all),
            PropertySchemas::Open => Some(SchemaParts::new()),
            PropertySchemas::Never => None,
        }
    }

    /// Returns true if a name matches a pattern. An unreadable pattern matches nothing.
    fn matches(&mut self, pattern: &str, name: &str) -> bool {
        let compiled = self
            .patterns
            .entry(pattern.to_owned())
            .or_insert_with(|| Validator::compile(&json!({"pattern": pattern})).ok());
        compiled.as_ref().is_some_and(|judge| judge.problems(&json!(name)).is_empty())
    }
}

/// Returns true if a schema accepts anything and has no annotation.
pub fn says_nothing(schema: &Value) -> bool {
    *schema == Value::Bool(true) || comparable_value::key(schema) == "{}"
}
