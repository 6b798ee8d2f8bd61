//! Unrolling: a recursive schema, written out to a bounded depth for a provider without `$ref`.
//!
//! Below that depth an optional property or a union branch is left out. A required property and the items of nested
//! arrays become strings that hold JSON.

use std::collections::{BTreeSet, HashSet};

use serde_json::{Map, Value};

use crate::json::Path;
use crate::target::diagnostic::{TargetFinding, change, refusal};
use crate::target::rewrite::canonical::schema_scan::size;
use crate::target::rewrite::canonical::settled_references;
use crate::target::rewrite::json_text::JsonTextSource;
use crate::target::rewrite::recursion::unroll_extent::{EXTENTS, RecursionGraph};
use crate::target::rewrite::rewrite_rules::ArgumentNameRule;
use crate::target::rewrite::rewriter::SchemaRewriter;

impl<'w> SchemaRewriter<'w> {
    /// Writes the root out as far as the extents allow. `own_name` is the definition that the root is.
    pub fn unroll_root(
        &mut self,
        root: &Map<String, Value>,
        own_name: Option<&str>,
    ) -> Result<Map<String, Value>, TargetFinding> {
        let graph: RecursionGraph<'w> = RecursionGraph::of(root, self.definitions);
        self.circular = graph.circular();
        self.inlining =
            own_name.filter(|own| self.circular.contains(own)).map(ToOwned::to_owned).into_iter().collect();
        let noted = self.notes.len();
        let mut written = Err(TargetFinding::refused(refusal::REF_RECURSIVE, &Path::at("")));
        for (index, extent) in EXTENTS.into_iter().enumerate() {
            // The smallest extent is always tried: the count includes unions whose branches are left out.
            if index + 1 < EXTENTS.len() && !graph.fits(extent, own_name) {
                continue;
            }
            self.notes.truncate(noted);
            (self.extent, self.left) = (extent, extent.values);
            written = self.with_rollback(|walk| walk.rewrite_root(root.clone()));
            let is_too_large = |finding: &TargetFinding| {
                finding.code == refusal::LIMIT_NODES.0 || finding.code == refusal::LIMIT_DEPTH.0
            };
            if !written.as_ref().is_err_and(is_too_large) {
                break;
            }
        }
        written
    }

    /// Whether a definition may be inlined here.
    pub fn may_expand(&self, name: &str) -> bool {
        if !self.unrolls {
            return !self.inlining.iter().any(|open| open == name);
        }
        !self.circular.contains(name)
            || (self.inlining.len() < self.extent.nested
                && self.inlining.iter().filter(|open| *open == name).count() < self.extent.levels)
    }

    /// Opens a definition until the schema that it is inlined into is done.
    pub fn open_definition(&mut self, name: String) {
        if !self.unrolls || self.circular.contains(name.as_str()) {
            self.inlining.push(name);
        }
    }

    /// Counts inlined values.
    /// # Errors
    /// `LIMIT_NODES` where the schema becomes too large.
    pub fn charge_values(&mut self, values: usize) -> Result<(), TargetFinding> {
        let left = self.left.checked_sub(values);
        self.left = left.ok_or_else(|| TargetFinding::refused(refusal::LIMIT_NODES, &Path::at("")))?;
        Ok(())
    }

    /// The definitions that a schema consists of, through `$ref` and `allOf`.
    pub fn composed_definitions(&self, schema: &Map<String, Value>) -> BTreeSet<String> {
        let mut found = BTreeSet::new();
        self.collect_definitions(schema, &mut found);
        found
    }

    fn collect_definitions(&self, schema: &Map<String, Value>, found: &mut BTreeSet<String>) {
        let reference = schema.get("$ref").and_then(Value::as_str);
        if let Some(name) = reference.and_then(settled_references::definition_name)
            && found.insert(name.clone())
            && let Some(Value::Object(target)) = self.definitions.get(&name)
        {
            self.collect_definitions(target, found);
        }
        for part in schema.get("allOf").and_then(Value::as_array).into_iter().flatten() {
            if let Value::Object(part) = part {
                self.collect_definitions(part, found);
            }
        }
    }

    /// Opens the definitions that were merged into one schema.
    pub fn open_definitions(
        &mut self,
        names: BTreeSet<String>,
        merged: &Map<String, Value>,
        path: &Path<'_>,
    ) -> Result<(), TargetFinding> {
        if names.is_empty() {
            return Ok(());
        }
        if self.unrolls {
            if !names.iter().all(|name| self.may_expand(name)) {
                return Err(TargetFinding::refused(refusal::REF_RECURSIVE, path));
            }
            for name in names {
                self.open_definition(name);
            }
        }
        let left = self.left;
        self.charge_values(merged.values().map(|value| size(value, left)).sum())
    }

    /// Opens the definitions of branches before the keywords beside their union are merged into them. Branches that go
    /// too deep are left out.
    pub fn open_branches(
        &mut self,
        branches: Vec<Value>,
        path: &Path<'_>,
    ) -> Result<Vec<Value>, TargetFinding> {
        if !self.unrolls {
            return Ok(branches);
        }
        let (mut kept, mut entered) = (Vec::with_capacity(branches.len()), BTreeSet::new());
        for (index, branch) in branches.into_iter().enumerate() {
            let names =
                branch.as_object().map(|branch| self.composed_definitions(branch)).unwrap_or_default();
            if names.iter().all(|name| self.may_expand(name)) {
                entered.extend(names);
                kept.push(branch);
            } else {
                self.note(&change::RECURSION_UNROLLED, &path.key("anyOf").index(index));
            }
        }
        if kept.is_empty() {
            return Err(TargetFinding::refused(refusal::REF_RECURSIVE, path));
        }
        for name in entered {
            self.open_definition(name);
        }
        Ok(kept)
    }

    /// Rewrites the properties of an object or the branches of a union, without those that go too deep.
    pub fn unroll_members(
        &mut self,
        held: &mut Value,
        at: &Path<'_>,
        keys: ArgumentNameRule,
        due: &HashSet<String>,
    ) -> Result<(), TargetFinding> {
        match held {
            Value::Object(properties) => self.unroll_properties(properties, at, keys, due),
            Value::Array(branches) => self.unroll_branches(branches, at, keys),
            _ => Ok(()),
        }
    }

    /// A required property that goes too deep becomes a string of JSON.
    fn unroll_properties(
        &mut self,
        properties: &mut Map<String, Value>,
        at: &Path<'_>,
        keys: ArgumentNameRule,
        due: &HashSet<String>,
    ) -> Result<(), TargetFinding> {
        let mut gone = HashSet::new();
        for (name, property) in &mut *properties {
            let (path, place) = (at.key(name), JsonTextSource::of(property, self.definitions));
            if self.unroll_part(property, |walk, property| {
                walk.rewrite_subschema(property, &path, keys.below())
            })? {
                continue;
            }
            if due.contains(name) {
                self.write_json_text(property, place, &path);
            } else {
                self.note(&change::RECURSION_UNROLLED, &path);
                gone.insert(name.clone());
            }
        }
        if !gone.is_empty() {
            properties.retain(|name, _| !gone.contains(name));
        }
        Ok(())
    }

    fn unroll_branches(
        &mut self,
        branches: &mut Vec<Value>,
        at: &Path<'_>,
        keys: ArgumentNameRule,
    ) -> Result<(), TargetFinding> {
        let mut kept = Vec::with_capacity(branches.len());
        for (index, mut branch) in std::mem::take(branches).into_iter().enumerate() {
            let path = at.index(index);
            if self.unroll_part(&mut branch, |walk, branch| walk.rewrite_value(branch, &path, keys))? {
                kept.push(branch);
            } else {
                self.note(&change::RECURSION_UNROLLED, &path);
            }
        }
        *branches = kept;
        if branches.is_empty() { Err(TargetFinding::refused(refusal::REF_RECURSIVE, at)) } else { Ok(()) }
    }

    /// Rewrites the items of an array. If a property or branch around it opened no definition since, that part is left
    /// out instead. In arrays of arrays the items become strings of JSON.
    pub fn unroll_items(
        &mut self,
        items: &mut Value,
        at: &Path<'_>,
        keys: ArgumentNameRule,
    ) -> Result<(), TargetFinding> {
        let (place, noted) = (JsonTextSource::of(items, self.definitions), self.notes.len());
        match self.with_rollback(|walk| walk.rewrite_subschema(items, at, keys.below())) {
            Err(finding) if finding.code == refusal::REF_RECURSIVE.0 && self.inlining.len() > self.edge => {
                self.notes.truncate(noted);
                self.write_json_text(items, place, at);
                Ok(())
            }
            written => written,
        }
    }

    /// Rewrites a part that can be left out. Returns whether it stays.
    fn unroll_part(
        &mut self,
        part: &mut Value,
        write: impl FnOnce(&mut Self, &mut Value) -> Result<(), TargetFinding>,
    ) -> Result<bool, TargetFinding> {
        let reference =
            part.get("$ref").and_then(Value::as_str).and_then(settled_references::definition_name);
        if reference.is_some_and(|name| !self.may_expand(&name)) {
            return Ok(false);
        }
        let noted = self.notes.len();
        let around = std::mem::replace(&mut self.edge, self.inlining.len());
        let written = self.with_rollback(|walk| write(walk, part));
        self.edge = around;
        match written {
            Ok(()) => Ok(true),
            Err(finding) if finding.code == refusal::REF_RECURSIVE.0 => {
                self.notes.truncate(noted);
                Ok(false)
            }
            Err(finding) => Err(finding),
        }
    }
}
