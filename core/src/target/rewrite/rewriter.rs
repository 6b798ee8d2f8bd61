//! Schema rewriter: the walk that applies a provider's rewrite rules to every schema of a tool.

use std::collections::HashSet;

use serde_json::{Map, Value, json};

use crate::json::Path;
use crate::target::diagnostic::{Diagnostic, RewriteChange, TargetFinding, change, refusal};
use crate::target::rewrite::argument_names::ArgumentRenames;
use crate::target::rewrite::canonical::canonical_form::CanonicalSchema;
use crate::target::rewrite::canonical::schema_scan::MAX_DEPTH;
use crate::target::rewrite::canonical::settled_references;
use crate::target::rewrite::null_types::NullableDefinitions;
use crate::target::rewrite::recursion::unroll_extent::{EXTENTS, UnrollExtent};
use crate::target::rewrite::rewrite_rules::{
    ArgumentNameRule, EnumRule, ObjectRule, RecursionRule, ReferenceRule, RewriteRules, TypeRule, UntypedRule,
};
use crate::target::rewrite::schema_positions;
use crate::target::rewrite::unions::root_union;

/// Maximum number of values that inlined references add to one schema. The largest of 250 real documents needs 40,000;
/// pydantic-ai 2.68 stops at 250,000.
const MAX_INLINED_VALUES: usize = 100_000;
/// Maximum number of references inlined beside other keywords in one schema. Beyond it, the other keywords are
/// removed.
const MAX_INLINED_BESIDE: usize = 500;

/// A rewritten schema.
#[derive(Debug)]
pub struct RewrittenSchema {
    /// The schema as the provider takes it.
    pub schema: Value,
    /// What changed, in the order of the changes.
    pub notes: Vec<Diagnostic>,
}

/// Rewrites a schema for a provider.
///
/// # Errors
/// Why the provider cannot take the schema.
pub fn rewrite(schema: Value, rules: &RewriteRules) -> Result<RewrittenSchema, TargetFinding> {
    rewrite_canonical(CanonicalSchema::with_root(schema, rules.root)?, rules, false)
}

/// Rewrites a schema with a mark in place of each string of JSON.
pub fn rewrite_with_marks(schema: Value, rules: &RewriteRules) -> Result<RewrittenSchema, TargetFinding> {
    rewrite_canonical(CanonicalSchema::with_root(schema, rules.root)?, rules, true)
}

fn rewrite_canonical(
    mut canonical: CanonicalSchema,
    rules: &RewriteRules,
    marks: bool,
) -> Result<RewrittenSchema, TargetFinding> {
    let own_name = if rules.recursion == RecursionRule::Unrolled { canonical.name_root() } else { None };
    if !rules.root_unions {
        canonical = root_union::flatten(canonical);
    }
    let refuses = rules.recursion != RecursionRule::Kept;
    let is_recursive = refuses && settled_references::is_recursive(&canonical.root, &canonical.definitions);
    if is_recursive && rules.recursion == RecursionRule::Refused {
        return Err(TargetFinding::refused(refusal::REF_RECURSIVE, &Path::at("")));
    }
    let renames = rules.keys.renames(&canonical);
    let CanonicalSchema { root, definitions, dialect, notes, .. } = canonical;
    let mut walk = SchemaRewriter {
        rules,
        definitions: &definitions,
        nulls: NullableDefinitions::new(&definitions),
        renames,
        declared: HashSet::new(),
        notes,
        inlining: Vec::new(),
        unrolls: is_recursive,
        circular: HashSet::new(),
        extent: EXTENTS[0],
        edge: 0,
        marks,
        once: None,
        left: MAX_INLINED_VALUES,
        inlined: 0,
        depth: 0,
    };
    walk.declared = walk.renamed_properties_of(&root);
    let mut root =
        if is_recursive { walk.unroll_root(&root, own_name.as_deref())? } else { walk.rewrite_root(root)? };
    let mut written = Map::new();
    if rules.references != ReferenceRule::Inlined {
        for (name, definition) in &definitions {
            let mut definition = definition.clone();
            let path = Path::at("/$defs");
            walk.rewrite_subschema(&mut definition, &path.key(name), rules.keys.below())?;
            written.insert(name.clone(), definition);
        }
    }
    if !rules.bool_arguments {
        walk.map_arguments(&mut root);
    }
    settled_references::prune_definitions(&root, &mut written);
    if !written.is_empty() {
        root.insert("$defs".to_owned(), Value::Object(written));
    }
    if let Some(dialect) = dialect {
        root.shift_insert(0, "$schema".to_owned(), dialect);
    }
    Ok(RewrittenSchema { schema: Value::Object(root), notes: walk.notes })
}

/// The walk over one schema.
pub struct SchemaRewriter<'w> {
    pub rules: &'w RewriteRules,
    pub definitions: &'w Map<String, Value>,
    /// The definitions that take null.
    pub nulls: NullableDefinitions<'w>,
    pub renames: ArgumentRenames,
    /// The renamed properties that the schemas of the current value declare. Other names are keys of a map and stay.
    pub declared: HashSet<String>,
    pub notes: Vec<Diagnostic>,
    /// The open definitions: those being inlined. None is inlined into itself. While unrolling, only recursive ones
    /// are listed.
    pub inlining: Vec<String>,
    /// Whether the schema is recursive and written out to a bounded depth.
    pub unrolls: bool,
    /// The recursive definitions.
    pub circular: HashSet<&'w str>,
    /// How far they are written out.
    pub extent: UnrollExtent,
    /// The number of open definitions where the innermost part begins that can be left out.
    pub edge: usize,
    /// Whether strings of JSON are replaced with a mark.
    pub marks: bool,
    /// The number of values that may still be inlined.
    pub left: usize,
    pub inlined: usize,
    /// Index of the note of `note_once`.
    once: Option<usize>,
    depth: usize,
}

impl SchemaRewriter<'_> {
    /// Rewrites the root.
    pub fn rewrite_root(
        &mut self,
        mut root: Map<String, Value>,
    ) -> Result<Map<String, Value>, TargetFinding> {
        self.rewrite_object(&mut root, &Path::at(""), self.rules.keys)?;
        Ok(root)
    }

    /// Writes the property schemas `true` and `false` as objects.
    fn map_arguments(&mut self, root: &mut Map<String, Value>) {
        let properties = root.get_mut("properties").and_then(Value::as_object_mut);
        for (name, property) in properties.into_iter().flatten() {
            if let Value::Bool(takes) = *property {
                *property = if takes { json!({}) } else { json!({"not": {}}) };
                self.note(&change::BOOLEAN_TO_MAP, &Path::at("/properties").key(name));
            }
        }
    }

    pub fn note(&mut self, change: &RewriteChange, path: &Path<'_>) {
        self.notes.push(Diagnostic::new(change, path));
    }

    /// Notes a change once for the whole schema.
    pub fn note_once(&mut self, change: &RewriteChange) {
        let noted = self.once.and_then(|at| self.notes.get(at));
        if noted.is_none_or(|note| note.code != change.code) {
            self.once = Some(self.notes.len());
            self.note(change, &Path::at(""));
        }
    }

    /// Whether another reference may be inlined beside other keywords.
    pub const fn may_inline(&self) -> bool {
        self.inlined < MAX_INLINED_BESIDE
    }

    /// Runs a step of the walk. If it fails, the definitions that it opened are closed.
    pub fn with_rollback<T>(
        &mut self,
        step: impl FnOnce(&mut Self) -> Result<T, TargetFinding>,
    ) -> Result<T, TargetFinding> {
        let (depth, open) = (self.depth, self.inlining.len());
        let done = step(self);
        if done.is_err() {
            self.depth = depth;
            self.inlining.truncate(open);
        }
        done
    }

    pub fn rewrite_value(
        &mut self,
        schema: &mut Value,
        path: &Path<'_>,
        keys: ArgumentNameRule,
    ) -> Result<(), TargetFinding> {
        if *schema == Value::Bool(true) && matches!(self.rules.types, TypeRule::Required | TypeRule::Single) {
            return Err(TargetFinding::refused(refusal::UNTYPED_SCHEMA, path));
        }
        match schema {
            Value::Object(map) => self.rewrite_object(map, path, keys),
            _ => Ok(()),
        }
    }

    fn rewrite_object(
        &mut self,
        schema: &mut Map<String, Value>,
        path: &Path<'_>,
        keys: ArgumentNameRule,
    ) -> Result<(), TargetFinding> {
        if self.depth >= MAX_DEPTH {
            return Err(TargetFinding::refused(refusal::LIMIT_DEPTH, &Path::at("")));
        }
        let open = self.inlining.len();
        self.depth += 1;
        self.compose(schema, path)?;
        self.drop_inapplicable_keywords(schema, path);
        if self.rules.objects == ObjectRule::Closed {
            Self::refuse_open_maps(schema, path)?;
        }
        if self.rules.untyped == UntypedRule::JsonText {
            self.infer_type(schema, path);
        }
        self.apply_keyword_fates(schema, path);
        if self.rules.objects == ObjectRule::Unsupported {
            self.drop_additional_properties(schema, path);
        }
        self.rewrite_shape(schema, path)?;
        self.require_types(schema, path)?;
        self.rewrite_properties(schema, path)?;
        self.rewrite_subschemas(schema, path, keys)?;
        if self.rules.nulls && schema_positions::has_type(schema, "object") {
            self.require_optional_properties(schema, path);
        }
        self.depth -= 1;
        self.inlining.truncate(open);
        Ok(())
    }

    /// Rewrites tuples, unions and enums.
    pub fn rewrite_shape(
        &mut self,
        schema: &mut Map<String, Value>,
        path: &Path<'_>,
    ) -> Result<(), TargetFinding> {
        if self.rules.tuples_as_lists && schema.contains_key("prefixItems") {
            self.tuple_to_items(schema, path);
        }
        if self.rules.values != EnumRule::Kept {
            self.constants_to_enum(schema, path);
        }
        if self.rules.any_of {
            self.one_of_to_any_of(schema, path);
        }
        if matches!(self.rules.types, TypeRule::Required | TypeRule::Single) {
            self.drop_silent_union(schema, path);
        }
        if self.rules.objects == ObjectRule::Closed {
            self.move_object_into_union(schema, path)?;
        }
        if self.rules.types == TypeRule::Single {
            self.write_one_type(schema, path)?;
        }
        Ok(())
    }

    /// Rewrites the subschemas of a schema, then renames its properties.
    fn rewrite_subschemas(
        &mut self,
        schema: &mut Map<String, Value>,
        path: &Path<'_>,
        keys: ArgumentNameRule,
    ) -> Result<(), TargetFinding> {
        let due: HashSet<String> = if self.unrolls {
            schema_positions::required(schema).map(ToOwned::to_owned).collect()
        } else {
            HashSet::new()
        };
        for (keyword, held) in &mut *schema {
            let at = path.key(keyword);
            if self.unrolls && matches!(keyword.as_str(), "anyOf" | "properties") {
                self.unroll_members(held, &at, keys, &due)?;
            } else if self.unrolls && keyword == "items" {
                self.unroll_items(held, &at, keys)?;
            } else if schema_positions::is_in_place(keyword) {
                schema_positions::visit_subschemas_mut(keyword, held, |step, value| {
                    self.rewrite_value(value, &step.from(&at), keys)
                })?;
            } else {
                schema_positions::visit_subschemas_mut(keyword, held, |step, value| {
                    self.rewrite_subschema(value, &step.from(&at), keys.below())
                })?;
            }
        }
        if keys != ArgumentNameRule::Free && !self.renames.is_empty() {
            self.rename_properties(schema, path);
        }
        Ok(())
    }

    /// Rewrites a subschema that applies to another value than its parent.
    pub fn rewrite_subschema(
        &mut self,
        schema: &mut Value,
        path: &Path<'_>,
        keys: ArgumentNameRule,
    ) -> Result<(), TargetFinding> {
        let declared = match schema {
            Value::Object(map) => self.renamed_properties_of(map),
            _ => HashSet::new(),
        };
        let around = std::mem::replace(&mut self.declared, declared);
        let written = if self.rules.untyped == UntypedRule::JsonText {
            self.rewrite_or_write_text(schema, path, keys)
        } else {
            self.rewrite_value(schema, path, keys)
        };
        self.declared = around;
        written
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::target::provider::gemini;

    fn rewritten(schema: &Value) -> Value {
        rewrite(schema.clone(), &gemini::RULES).expect("can be rewritten").schema
    }

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
        let shown = rewritten(&canonical).to_string();
        assert!(shown.len() < 1 << 20, "{} bytes", shown.len());
    }

    #[test]
    fn a_bound_that_has_no_neighbour_stays_a_hint() {
        let shown = rewritten(
            &json!({"type": "object", "properties": {"n": {"type": "integer", "exclusiveMinimum": i64::MAX}}}),
        );
        assert_eq!(
            shown["properties"]["n"]["description"],
            json!(format!("(exclusiveMinimum: {})", i64::MAX))
        );
    }
}
