//! Composition: merges `allOf`, and inlines, wraps or keeps `$ref`, as the provider's rules say.

use serde_json::{Map, Value, json};

use crate::json::Path;
use crate::target::diagnostic::{TargetFinding, change, refusal};
use crate::target::rewrite::canonical::all_of_merge::{MergeFallback, Merger, is_annotation};
use crate::target::rewrite::canonical::schema_scan::size;
use crate::target::rewrite::canonical::settled_references;
use crate::target::rewrite::rewrite_rules::ReferenceRule;
use crate::target::rewrite::rewriter::SchemaRewriter;

impl SchemaRewriter<'_> {
    /// Rewrites `allOf` and `$ref` for the provider.
    pub fn compose(&mut self, schema: &mut Map<String, Value>, path: &Path<'_>) -> Result<(), TargetFinding> {
        if self.rules.merged && schema.contains_key("allOf") {
            let merger = Merger::new(self.definitions, MergeFallback::Fail);
            let parts = self.composed_definitions(schema);
            let whole = merger.merge_all_of(std::mem::take(schema));
            *schema = whole.map_err(|_| TargetFinding::refused(refusal::ALLOF_UNMERGEABLE, path))?;
            self.note(&change::ALLOF_MERGED, path);
            // A reference that remains is opened where it is inlined.
            if !schema.contains_key("$ref") {
                self.open_definitions(parts, schema, path)?;
            }
        }
        let Some(Value::String(reference)) = schema.get("$ref") else { return Ok(()) };
        let reference = reference.clone();
        let is_alone = schema.len() == 1;
        let asserts = || schema.keys().any(|keyword| keyword != "$ref" && !is_annotation(keyword));
        match self.rules.references {
            ReferenceRule::Inlined => self.inline_reference(schema, &reference, path),
            _ if is_alone => Ok(()),
            ReferenceRule::Kept => Ok(()),
            ReferenceRule::InlinedBeside if self.may_inline_reference(&reference) => {
                self.inline_reference(schema, &reference, path)
            }
            _ if asserts() => self.inline_reference(schema, &reference, path),
            ReferenceRule::Wrapped => {
                schema.shift_remove("$ref");
                schema.shift_insert(0, "anyOf".to_owned(), json!([{"$ref": reference}]));
                self.note(&change::REF_SIBLINGS_WRAPPED, path);
                Ok(())
            }
            ReferenceRule::Alone | ReferenceRule::InlinedBeside => {
                for keyword in schema.keys().filter(|keyword| *keyword != "$ref") {
                    self.note(&change::REF_SIBLING_DROPPED, &path.key(keyword));
                }
                schema.retain(|keyword, _| keyword == "$ref");
                Ok(())
            }
        }
    }

    /// Whether a reference may be inlined here: its definition is not open.
    fn may_inline_reference(&self, reference: &str) -> bool {
        self.may_inline()
            && settled_references::definition_name(reference)
                .is_some_and(|name| !self.inlining.contains(&name))
    }

    /// Replaces a reference with its target. Annotations beside the reference win over those of the target.
    fn inline_reference(
        &mut self,
        schema: &mut Map<String, Value>,
        reference: &str,
        path: &Path<'_>,
    ) -> Result<(), TargetFinding> {
        let mut reference = reference.to_owned();
        loop {
            let name = settled_references::definition_name(&reference).filter(|name| self.may_expand(name));
            let name = name.ok_or_else(|| TargetFinding::refused(refusal::REF_RECURSIVE, path))?;
            schema.shift_remove("$ref");
            let target = self.definitions.get(&name).cloned().unwrap_or(Value::Bool(true));
            self.open_definition(name);
            self.inlined += 1;
            self.charge_values(size(&target, self.left))?;
            self.note_once(&change::REFS_INLINED);
            let target = match target {
                Value::Object(target) => target,
                Value::Bool(false) => Map::from_iter([("not".to_owned(), json!({}))]),
                _ => Map::new(),
            };
            if schema.keys().all(|keyword| is_annotation(keyword)) {
                let own = std::mem::replace(schema, target);
                schema.extend(own);
            } else {
                let merger = Merger::new(self.definitions, MergeFallback::Fail);
                let parts = self.composed_definitions(&target);
                let target = merger.written_out(target);
                let whole = target.and_then(|target| merger.merge(std::mem::take(schema), target));
                *schema = whole.map_err(|_| TargetFinding::refused(refusal::ALLOF_UNMERGEABLE, path))?;
                self.open_definitions(parts, schema, path)?;
            }
            if self.rules.merged && schema.contains_key("allOf") {
                return self.compose(schema, path);
            }
            match schema.get("$ref") {
                Some(Value::String(next))
                    if schema.len() > 1 || self.rules.references == ReferenceRule::Inlined =>
                {
                    reference.clone_from(next);
                }
                _ => return Ok(()),
            }
        }
    }
}
