//! Schema rewriter: the walk that applies a provider's rewrite rules to every schema of a tool.

use std::collections::HashSet;

use serde_json::{Map, Value, json};

use crate::json::Path;
use crate::target::diagnostic::{Diagnostic, RewriteChange, TargetFinding, change, refusal};
use crate::target::rewrite::argument_names::ArgumentRenames;
use crate::target::rewrite::canonical::canonical_form::CanonicalSchema;
use crate::target::rewrite::canonical::schema_scan::DEEPEST;
use crate::target::rewrite::canonical::settled_references;
use crate::target::rewrite::null_types::NullTakers;
use crate::target::rewrite::recursion::unroll_extent::{EXTENTS, UnrollExtent};
use crate::target::rewrite::rewrite_rules::{
    ArgumentNameRule, EnumRule, KeywordFate, ObjectRule, RecursionRule, ReferenceRule, RewriteRules,
    TypeRule, UntypedRule,
};
use crate::target::rewrite::{description_hints, positions, root_union};

/// Values that the references of one schema may come to when they are written out. The largest of 250 documents of the
/// field needs 40,000; pydantic-ai 2.68 stops at 250,000.
const WRITTEN_OUT: usize = 100_000;
/// References with something beside them that are written out in one schema; of those beyond, what stands beside them is
/// left out.
const INLINED: usize = 500;

/// Writes a schema for a target, and notes what that changes.
pub fn schema(
    canonical: Value,
    rules: &RewriteRules,
    notes: &mut Vec<Diagnostic>,
) -> Result<Value, TargetFinding> {
    written(canonical, rules, notes, false)
}

/// The same with a mark in place of each schema whose value is a string that holds JSON.
pub fn marked(
    canonical: Value,
    rules: &RewriteRules,
    notes: &mut Vec<Diagnostic>,
) -> Result<Value, TargetFinding> {
    written(canonical, rules, notes, true)
}

fn written(
    canonical: Value,
    rules: &RewriteRules,
    notes: &mut Vec<Diagnostic>,
    marks: bool,
) -> Result<Value, TargetFinding> {
    let mut canonical = CanonicalSchema::of(canonical, notes)?;
    let own_name = if rules.recursion == RecursionRule::Unrolled { canonical.name_root() } else { None };
    if !rules.root_unions {
        root_union::flatten(&mut canonical, notes);
    }
    let refuses = rules.recursion != RecursionRule::Kept;
    let is_recursive = refuses && settled_references::is_recursive(&canonical.root, &canonical.definitions);
    if is_recursive && rules.recursion == RecursionRule::Refused {
        return Err(TargetFinding::refused(refusal::REF_RECURSIVE, &Path::at("")));
    }
    let renames = rules.keys.renames(&canonical);
    let CanonicalSchema { root, definitions, .. } = canonical;
    let mut walk = SchemaRewriter {
        rules,
        definitions: &definitions,
        nulls: NullTakers::new(&definitions),
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
        left: WRITTEN_OUT,
        inlined: 0,
        depth: 0,
    };
    walk.declared = walk.renamed_properties_of(&root);
    let mut root = if is_recursive { walk.unrolled(&root, own_name.as_deref())? } else { walk.root(root)? };
    let mut written = Map::new();
    if rules.references != ReferenceRule::Inlined {
        for (name, definition) in &definitions {
            let mut definition = definition.clone();
            let path = Path::at("/$defs");
            walk.apart(&mut definition, &path.key(name), rules.keys.below())?;
            written.insert(name.clone(), definition);
        }
    }
    if !rules.bool_arguments {
        walk.map_arguments(&mut root);
    }
    settled_references::prune(&root, &mut written);
    if !written.is_empty() {
        root.insert("$defs".to_owned(), Value::Object(written));
    }
    Ok(Value::Object(root))
}

/// A walk over one schema.
pub struct SchemaRewriter<'w> {
    pub rules: &'w RewriteRules,
    pub definitions: &'w Map<String, Value>,
    /// Which of them take null.
    pub nulls: NullTakers<'w>,
    pub renames: ArgumentRenames,
    /// Of the names that are told otherwise those that something declares for the value which the schema speaks of: of the
    /// others a value keeps its own.
    pub declared: HashSet<String>,
    pub notes: &'w mut Vec<Diagnostic>,
    /// The definitions that are being written out: none goes into itself. Where a schema is unrolled those that contain
    /// themselves.
    pub inlining: Vec<String>,
    /// Whether the schema contains itself and is written out to a bounded depth.
    pub unrolls: bool,
    /// The definitions that contain themselves.
    pub circular: HashSet<&'w str>,
    /// How far they are written out.
    pub extent: UnrollExtent,
    /// How many of them were being written out where the part begins that is left out if it goes too deep.
    pub edge: usize,
    /// Whether a mark stands for a string that holds JSON.
    pub marks: bool,
    /// Values that may still be written out.
    pub left: usize,
    pub inlined: usize,
    /// Where the note stands that is noted once.
    once: Option<usize>,
    depth: usize,
}

impl SchemaRewriter<'_> {
    /// The root as the target takes it.
    pub fn root(&mut self, mut root: Map<String, Value>) -> Result<Map<String, Value>, TargetFinding> {
        self.object(&mut root, &Path::at(""), self.rules.keys)?;
        Ok(root)
    }

    /// Writes arguments that take anything, or nothing, as maps.
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

    /// Notes a change of the whole schema once.
    pub fn note_once(&mut self, change: &RewriteChange) {
        let noted = self.once.and_then(|at| self.notes.get(at));
        if noted.is_none_or(|note| note.code != change.code) {
            self.once = Some(self.notes.len());
            self.note(change, &Path::at(""));
        }
    }

    /// Whether another reference may be written out where something stands beside it.
    pub const fn may_inline(&self) -> bool {
        self.inlined < INLINED
    }

    /// Does a step of the walk; where it fails, what it left open is closed.
    pub fn tried<T>(
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

    pub fn value(
        &mut self,
        schema: &mut Value,
        path: &Path<'_>,
        keys: ArgumentNameRule,
    ) -> Result<(), TargetFinding> {
        if *schema == Value::Bool(true) && matches!(self.rules.types, TypeRule::NullReadings | TypeRule::One)
        {
            return Err(TargetFinding::refused(refusal::UNTYPED_SCHEMA, path));
        }
        match schema {
            Value::Object(map) => self.object(map, path, keys),
            _ => Ok(()),
        }
    }

    fn object(
        &mut self,
        schema: &mut Map<String, Value>,
        path: &Path<'_>,
        keys: ArgumentNameRule,
    ) -> Result<(), TargetFinding> {
        if self.depth >= DEEPEST {
            return Err(TargetFinding::refused(refusal::LIMIT_DEPTH, &Path::at("")));
        }
        let open = self.inlining.len();
        self.depth += 1;
        self.compose(schema, path)?;
        self.beside_the_point(schema, path);
        if self.rules.objects == ObjectRule::Closed {
            Self::refuse_maps(schema, path)?;
        }
        if self.rules.untyped == UntypedRule::JsonText {
            self.infer(schema, path);
        }
        self.words(schema, path);
        if self.rules.objects == ObjectRule::Unsaid {
            self.unsay(schema, path);
        }
        self.shape(schema, path)?;
        self.types(schema, path)?;
        self.objects(schema, path)?;
        self.below(schema, path, keys)?;
        if self.rules.nulls && positions::is_of(schema, "object") {
            self.null_optionals(schema, path);
        }
        self.depth -= 1;
        self.inlining.truncate(open);
        Ok(())
    }

    /// Each keyword for itself.
    pub fn words(&mut self, schema: &mut Map<String, Value>, path: &Path<'_>) {
        let rules = self.rules;
        if rules.inclusive {
            self.inclusive(schema, path);
        }
        if rules.values != EnumRule::Kept {
            self.single_value(schema, path);
        }
        let is_number = ["integer", "number"].iter().any(|kind| positions::is_of(schema, kind));
        let mut gone: Vec<(String, Option<&'static RewriteChange>)> = Vec::new();
        for (keyword, held) in &*schema {
            let change = match ((rules.fate)(keyword, held), keyword.as_str(), held) {
                (KeywordFate::Dropped, ..) => Some(None),
                (KeywordFate::Hinted, "default", _) => Some(Some(&change::DEFAULT_TO_HINT)),
                (KeywordFate::Hinted, "contentEncoding" | "contentMediaType", _) => {
                    Some(Some(&change::ANNOTATION_TO_HINT))
                }
                (KeywordFate::Hinted, ..) => Some(Some(&change::KEYWORD_TO_HINT)),
                (KeywordFate::Kept, "pattern", Value::String(pattern)) => (rules.pattern)(pattern).map(Some),
                (KeywordFate::Kept, "patternProperties", Value::Object(map)) => {
                    map.keys().find_map(|pattern| (rules.pattern)(pattern)).map(Some)
                }
                (KeywordFate::Kept, "format", Value::String(format))
                    if !(rules.format)(format, !is_number) =>
                {
                    Some(Some(&change::FORMAT_TO_HINT))
                }
                _ => None,
            };
            if let Some(change) = change {
                gone.push((keyword.clone(), change));
            }
        }
        let mut said = Vec::new();
        for (keyword, change) in gone {
            let Some(held) = schema.shift_remove(&keyword) else { continue };
            match change {
                None => self.note(&change::ANNOTATION_DROPPED, &path.key(&keyword)),
                Some(change) => {
                    if change.code == change::DEFAULT_TO_HINT.code {
                        self.note(change, path);
                    } else {
                        self.note(change, &path.key(&keyword));
                    }
                    said.push((keyword, held));
                }
            }
        }
        description_hints::say(schema, &said);
    }

    /// `exclusiveMinimum: 0` of whole numbers is `minimum: 1`.
    fn inclusive(&mut self, schema: &mut Map<String, Value>, path: &Path<'_>) {
        let mut is_noted = false;
        for (exclusive, inclusive, step) in
            [("exclusiveMinimum", "minimum", 1), ("exclusiveMaximum", "maximum", -1)]
        {
            let bound =
                schema.get(exclusive).and_then(Value::as_i64).and_then(|bound| bound.checked_add(step));
            let Some(bound) = bound.filter(|_| positions::types(schema).eq(["integer"])) else { continue };
            schema.shift_remove(exclusive);
            let own = schema.get(inclusive).and_then(Value::as_f64);
            #[expect(
                clippy::cast_precision_loss,
                reason = "only compared: beyond 2^53 the two differ by less than a step"
            )]
            let is_tighter =
                own.is_none_or(|own| if step > 0 { own < bound as f64 } else { own > bound as f64 });
            if is_tighter {
                schema.insert(inclusive.to_owned(), json!(bound));
            }
            if !is_noted {
                self.note(&change::EXCLUSIVE_TO_INCLUSIVE, path);
            }
            is_noted = true;
        }
    }

    /// What stands below a schema, under the names that are told.
    fn below(
        &mut self,
        schema: &mut Map<String, Value>,
        path: &Path<'_>,
        keys: ArgumentNameRule,
    ) -> Result<(), TargetFinding> {
        let due: HashSet<String> = if self.unrolls {
            positions::required(schema).map(ToOwned::to_owned).collect()
        } else {
            HashSet::new()
        };
        for (keyword, held) in &mut *schema {
            let at = path.key(keyword);
            if self.unrolls && matches!(keyword.as_str(), "anyOf" | "properties") {
                self.bounded(held, &at, keys, &due)?;
            } else if self.unrolls && keyword == "items" {
                self.bounded_items(held, &at, keys)?;
            } else if positions::is_in_place(keyword) {
                positions::each_mut(keyword, held, |step, value| self.value(value, &step.from(&at), keys))?;
            } else {
                positions::each_mut(keyword, held, |step, value| {
                    self.apart(value, &step.from(&at), keys.below())
                })?;
            }
        }
        if keys != ArgumentNameRule::Free && !self.renames.is_empty() {
            self.rename_properties(schema, path);
        }
        Ok(())
    }

    /// A schema that speaks of another value than the one it stands in.
    pub fn apart(
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
            self.typed_or_text(schema, path, keys)
        } else {
            self.value(schema, path, keys)
        };
        self.declared = around;
        written
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::target::provider::gemini;

    fn written(schema: &Value) -> Value {
        super::schema(schema.clone(), &gemini::RULES, &mut Vec::new()).expect("can be written")
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
        let shown = written(&canonical).to_string();
        assert!(shown.len() < 1 << 20, "{} bytes", shown.len());
    }

    #[test]
    fn a_bound_that_has_no_neighbour_stays_a_hint() {
        let shown = written(
            &json!({"type": "object", "properties": {"n": {"type": "integer", "exclusiveMinimum": i64::MAX}}}),
        );
        assert_eq!(
            shown["properties"]["n"]["description"],
            json!(format!("(exclusiveMinimum: {})", i64::MAX))
        );
    }
}
