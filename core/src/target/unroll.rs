//! Schemas that contain themselves, for a target without references: written out to a bounded depth.
//!
//! A definition goes into itself a few times. Where it would go further, an optional property and a branch of a union are
//! left out; a property that must come takes a string that holds JSON.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::compose::size;
use super::diagnostic::{Finding, change, refusal};
use super::json_text::Place;
use super::references;
use super::rewrite::Walk;
use super::rules::Keys;
use crate::json::Path;

/// How often a definition may be written out within itself, and the values that the whole may come to then: of a large
/// definition fewer levels are written. A model reads and pays for each of them.
const LEVELS: [(usize, usize); 3] = [(3, 2_000), (2, 5_000), (1, 20_000)];

impl Walk<'_> {
    /// The root, written out to as many levels as fit.
    pub fn unrolled(&mut self, root: &Map<String, Value>) -> Result<Map<String, Value>, Finding> {
        let noted = self.notes.len();
        let mut written = Err(Finding::refused(refusal::REF_RECURSIVE, &Path::at("")));
        for (levels, values) in LEVELS {
            self.notes.truncate(noted);
            (self.levels, self.left) = (levels, values);
            written = self.tried(|walk| walk.root(root.clone()));
            let is_too_large = |finding: &Finding| {
                finding.code == refusal::LIMIT_NODES.0 || finding.code == refusal::LIMIT_DEPTH.0
            };
            if !written.as_ref().is_err_and(is_too_large) {
                break;
            }
        }
        written
    }

    /// Whether a definition may be written out here.
    pub fn may_enter(&self, name: &str) -> bool {
        self.inlining.iter().filter(|open| *open == name).count() < self.levels
    }

    /// The definitions that a schema is made of: by its reference, by the parts of its `allOf`, and by theirs.
    pub fn parts(&self, schema: &Map<String, Value>) -> BTreeSet<String> {
        let mut found = BTreeSet::new();
        if self.unrolls {
            self.collect_parts(schema, &mut found);
        }
        found
    }

    fn collect_parts(&self, schema: &Map<String, Value>, found: &mut BTreeSet<String>) {
        let reference = schema.get("$ref").and_then(Value::as_str);
        if let Some(name) = reference.and_then(references::name_of)
            && found.insert(name.clone())
            && let Some(Value::Object(target)) = self.definitions.get(&name)
        {
            self.collect_parts(target, found);
        }
        for part in schema.get("allOf").and_then(Value::as_array).into_iter().flatten() {
            if let Value::Object(part) = part {
                self.collect_parts(part, found);
            }
        }
    }

    /// Enters definitions that were merged into one schema.
    pub fn enter(
        &mut self,
        names: BTreeSet<String>,
        merged: &Map<String, Value>,
        path: &Path<'_>,
    ) -> Result<(), Finding> {
        if names.is_empty() {
            return Ok(());
        }
        if !names.iter().all(|name| self.may_enter(name)) {
            return Err(Finding::refused(refusal::REF_RECURSIVE, path));
        }
        self.inlining.extend(names);
        let merged = merged.values().map(|value| size(value, self.left)).sum();
        self.left = self
            .left
            .checked_sub(merged)
            .ok_or_else(|| Finding::refused(refusal::LIMIT_NODES, &Path::at("")))?;
        Ok(())
    }

    /// Enters the definitions of branches that are about to be merged with what stands beside their union; those that go
    /// too deep are left out.
    pub fn enter_branches(&mut self, branches: Vec<Value>, path: &Path<'_>) -> Result<Vec<Value>, Finding> {
        if !self.unrolls {
            return Ok(branches);
        }
        let (mut kept, mut entered) = (Vec::with_capacity(branches.len()), BTreeSet::new());
        for (index, branch) in branches.into_iter().enumerate() {
            let names = branch.as_object().map(|branch| self.parts(branch)).unwrap_or_default();
            if names.iter().all(|name| self.may_enter(name)) {
                entered.extend(names);
                kept.push(branch);
            } else {
                self.note(&change::RECURSION_UNROLLED, &path.key("anyOf").index(index));
            }
        }
        if kept.is_empty() {
            return Err(Finding::refused(refusal::REF_RECURSIVE, path));
        }
        self.inlining.extend(entered);
        Ok(kept)
    }

    /// The properties of an object or the branches of a union, without those that go too deep. A property that must come is
    /// a string that holds JSON there.
    pub fn bounded(
        &mut self,
        held: &mut Value,
        at: &Path<'_>,
        keys: Keys,
        due: &[String],
    ) -> Result<(), Finding> {
        match held {
            Value::Object(properties) => {
                let mut gone = Vec::new();
                for (name, property) in &mut *properties {
                    let (path, place) = (at.key(name), Place::of(property, self.definitions));
                    let noted = self.notes.len();
                    let written = self.tried(|walk| walk.apart(property, &path, keys.below()));
                    let Err(finding) = written else { continue };
                    if finding.code != refusal::REF_RECURSIVE.0 {
                        return Err(finding);
                    }
                    self.notes.truncate(noted);
                    if due.contains(name) {
                        self.write_text(property, place, &path);
                    } else {
                        self.note(&change::RECURSION_UNROLLED, &path);
                        gone.push(name.clone());
                    }
                }
                properties.retain(|name, _| !gone.contains(name));
                Ok(())
            }
            Value::Array(branches) => self.bounded_branches(branches, at, keys),
            _ => Ok(()),
        }
    }

    fn bounded_branches(
        &mut self,
        branches: &mut Vec<Value>,
        at: &Path<'_>,
        keys: Keys,
    ) -> Result<(), Finding> {
        let mut kept = Vec::with_capacity(branches.len());
        for (index, mut branch) in std::mem::take(branches).into_iter().enumerate() {
            let (path, noted) = (at.index(index), self.notes.len());
            match self.tried(|walk| walk.value(&mut branch, &path, keys)) {
                Ok(()) => kept.push(branch),
                Err(finding) if finding.code == refusal::REF_RECURSIVE.0 => {
                    self.notes.truncate(noted);
                    self.note(&change::RECURSION_UNROLLED, &path);
                }
                Err(finding) => return Err(finding),
            }
        }
        *branches = kept;
        if branches.is_empty() { Err(Finding::refused(refusal::REF_RECURSIVE, at)) } else { Ok(()) }
    }
}
