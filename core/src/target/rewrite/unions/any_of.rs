//! Unions: `oneOf` becomes `anyOf`, constants become one enum, and keywords beside a union move into its branches.

use serde_json::{Map, Value, json};

use crate::json::Path;
use crate::target::diagnostic::{TargetFinding, change, refusal};
use crate::target::rewrite::canonical::all_of_merge::{MergeFallback, Merger, is_annotation};
use crate::target::rewrite::canonical::schema_scan::size;
use crate::target::rewrite::rewrite_rules::TypeRule;
use crate::target::rewrite::rewriter::SchemaRewriter;
use crate::target::rewrite::unions::exclusive_branches::are_exclusive;
use crate::target::rewrite::{description_hints, schema_positions};

impl SchemaRewriter<'_> {
    /// Writes `oneOf` as `anyOf`.
    pub fn one_of_to_any_of(&mut self, schema: &mut Map<String, Value>, path: &Path<'_>) {
        let Some(branches) = schema.shift_remove("oneOf") else { return };
        if schema.contains_key("anyOf") {
            self.note(&change::KEYWORD_TO_HINT, &path.key("oneOf"));
            description_hints::add_keywords(schema, &[("oneOf".to_owned(), branches)]);
            return;
        }
        let is_same = branches.as_array().is_some_and(|branches| are_exclusive(branches, self.definitions));
        self.note(if is_same { &change::ONEOF_TO_ANYOF } else { &change::ONEOF_WIDENED }, path);
        schema.insert("anyOf".to_owned(), branches);
    }

    /// Writes a union of string constants as one enum. Descriptions of the branches move to the description of the
    /// schema.
    pub fn constants_to_enum(&mut self, schema: &mut Map<String, Value>, path: &Path<'_>) {
        let Some((union, Value::Array(branches))) =
            ["anyOf", "oneOf"].iter().find_map(|union| Some((*union, schema.get(*union)?)))
        else {
            return;
        };
        let single = |branch: &Value| {
            let map = branch.as_object()?;
            let values = match (map.get("const"), map.get("enum")) {
                (Some(value), None) => vec![value.clone()],
                (None, Some(Value::Array(values))) => values.clone(),
                _ => return None,
            };
            let fits = map
                .keys()
                .all(|key| matches!(key.as_str(), "const" | "enum" | "type" | "title" | "description"));
            (fits && values.iter().all(Value::is_string)).then_some(values)
        };
        let Some(values) = branches.iter().map(single).collect::<Option<Vec<_>>>() else { return };
        let mut all: Vec<Value> = values.concat();
        let count = all.len();
        all.dedup();
        let is_free = schema.keys().all(|key| key == union || key == "type" || is_annotation(key));
        let kind_fits = !schema.contains_key("type") || schema_positions::types(schema).eq(["string"]);
        if count < 2 || all.len() < count || !is_free || !kind_fits {
            return;
        }
        let told: Vec<_> = branches
            .iter()
            .zip(&values)
            .filter_map(|(branch, values)| {
                let text = ["description", "title"].iter().find_map(|key| branch.get(*key)?.as_str())?;
                Some(format!("{}: {text}", Value::from(values.as_slice())))
            })
            .collect();
        schema.shift_remove(union);
        self.note(&change::CONSTS_FOLDED, path);
        schema.insert("type".to_owned(), json!("string"));
        schema.insert("enum".to_owned(), Value::Array(all));
        for line in told {
            description_hints::add_line(schema, &line);
        }
    }

    /// Moves an object into the branches of the union beside it: strict mode needs each branch to be a closed object.
    pub fn move_object_into_union(
        &mut self,
        schema: &mut Map<String, Value>,
        path: &Path<'_>,
    ) -> Result<(), TargetFinding> {
        let is_object = schema.contains_key("properties") || schema_positions::has_type(schema, "object");
        if !is_object || !schema.contains_key("anyOf") {
            return Ok(());
        }
        self.move_siblings_into_union(schema, path)
    }

    /// Moves the keywords beside a union into each of its branches.
    pub fn move_siblings_into_union(
        &mut self,
        schema: &mut Map<String, Value>,
        path: &Path<'_>,
    ) -> Result<(), TargetFinding> {
        let Some(Value::Array(branches)) = schema.shift_remove("anyOf") else { return Ok(()) };
        let keeps = |keyword: &str| self.rules.types != TypeRule::Single && is_annotation(keyword);
        let mut outer = Map::new();
        let mut own = Map::new();
        for (keyword, held) in std::mem::take(schema) {
            if keeps(&keyword) {
                outer.insert(keyword, held)
            } else {
                own.insert(keyword, held)
            };
        }
        let is_bare = own.keys().all(|keyword| is_annotation(keyword));
        let branches = if is_bare { branches } else { self.open_branches(branches, path)? };
        let merger = Merger::new(self.definitions, MergeFallback::Fail);
        let mut whole = Vec::with_capacity(branches.len());
        for branch in branches {
            let joined = match branch {
                Value::Object(mut branch) => {
                    // The description of the whole applies to each branch.
                    if let (Some(Value::String(of_all)), Some(Value::String(of_it))) =
                        (own.get("description"), branch.get("description"))
                        && of_all != of_it
                    {
                        let both = format!("{of_all}\n{of_it}");
                        branch.insert("description".to_owned(), Value::String(both));
                    }
                    let branch = if is_bare { Ok(branch) } else { merger.written_out(branch) };
                    branch.and_then(|branch| merger.merge(branch, own.clone()))
                }
                Value::Bool(false) => continue,
                _ => Ok(own.clone()),
            };
            let joined =
                Value::Object(joined.map_err(|_| TargetFinding::refused(refusal::ALLOF_UNMERGEABLE, path))?);
            if !is_bare {
                self.charge_values(size(&joined, self.left))?;
            }
            whole.push(joined);
        }
        *schema = outer;
        schema.insert("anyOf".to_owned(), Value::Array(whole));
        Ok(())
    }
}
