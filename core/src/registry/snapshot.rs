//! One revision of the registry.

use std::fmt;
use std::sync::Arc;

use serde_json::{Value, json};

use super::former_revisions::{FormerPlace, FormerRevisions};
use super::persistent_map::{PersistentMap, PersistentOrderedMap};
use super::versions::family::{Families, Family};
use super::versions::view_cache::ViewCache;
use super::{Filter, RegisteredTool, SnapshotFilter, VersionChoices};
use crate::audit::AuditLog;
use crate::error::{Error, Result};
use crate::tool::name;

/// One revision of the registry. It never changes: what it lists it can call, whatever the registry does meanwhile.
pub struct Snapshot {
    revision: u64,
    /// By [`name::confusion_key`]: two names with one key never stand side by side.
    by_key: PersistentMap<Box<str>, Arc<RegisteredTool>>,
    /// By place, so that lists keep their order and unchanged tools their bytes.
    by_place: PersistentOrderedMap<u64, Arc<RegisteredTool>>,
    /// The tools that providers know by another name, by that name.
    by_told: PersistentMap<Box<str>, Arc<RegisteredTool>>,
    past: FormerRevisions,
    /// Where changes and calls are written down.
    audit: Option<Arc<AuditLog>>,
    /// What this revision changed, while it is made.
    formers: Vec<FormerPlace>,
    /// Versions that stand, and those that wait.
    pub(super) families: Families,
    /// The families before, where this revision changed them.
    former_families: Option<Families>,
    /// The versions that stand here and not in the revision, where this is a view of it.
    pub(super) choices: VersionChoices,
    /// The revision that this is a view of.
    pub(super) base: Option<Box<Self>>,
    pub(super) views: ViewCache<VersionChoices, Self>,
    /// What every tool in it meets, where this is a part of a revision.
    pub(super) bound: Option<Arc<SnapshotFilter>>,
    /// Parts of it that were asked for, by the text of their bounds.
    pub(super) parts: ViewCache<String, Self>,
}

impl fmt::Debug for Snapshot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (revision, tools) = (self.revision, self.len());
        f.debug_struct("Snapshot").field("revision", &revision).field("tools", &tools).finish_non_exhaustive()
    }
}

impl Snapshot {
    /// The revision before anything was registered.
    pub fn empty() -> Self {
        Self {
            revision: 0,
            by_key: PersistentMap::default(),
            by_place: PersistentOrderedMap::default(),
            by_told: PersistentMap::default(),
            past: FormerRevisions::default(),
            audit: None,
            formers: Vec::new(),
            families: Families::default(),
            former_families: None,
            choices: VersionChoices::default(),
            base: None,
            views: ViewCache::default(),
            bound: None,
            parts: ViewCache::default(),
        }
    }

    /// The revision's number; each is greater than the one before it.
    pub const fn revision(&self) -> u64 {
        self.revision
    }

    /// Where changes and calls are written down, if they are.
    pub const fn audit(&self) -> Option<&Arc<AuditLog>> {
        self.audit.as_ref()
    }

    /// The same with a log.
    pub(super) fn audited(log: AuditLog) -> Self {
        Self { audit: Some(Arc::new(log)), ..Self::empty() }
    }

    /// How many tools there are, disabled ones included.
    pub fn len(&self) -> usize {
        self.by_place.size()
    }

    /// Whether there is no tool.
    pub fn is_empty(&self) -> bool {
        self.by_place.is_empty()
    }

    /// The tool of a name.
    pub fn get(&self, name: &str) -> Option<&Arc<RegisteredTool>> {
        self.holder(name).filter(|tool| tool.name() == name)
    }

    /// The tool that stands in the way of a name: the one of that name, or of one that `-` and `_` or case alone
    /// tell from it.
    pub fn holder(&self, name: &str) -> Option<&Arc<RegisteredTool>> {
        self.by_key.get(&*name::confusion_key(name))
    }

    /// The tool that a word means: the one of that name, else the one that providers are told by it. No word means two tools: a name
    /// that a provider is told is unique in a revision, and no other tool's own name (`Snapshot::put` sees to it).
    pub fn find(&self, word: &str) -> Option<&Arc<RegisteredTool>> {
        self.get(word).or_else(|| self.by_told.get(word))
    }

    /// The tool that a word means, as [`Snapshot::find`] does, if it can be called.
    ///
    /// # Errors
    /// `UNKNOWN_TOOL` where there is none.
    pub fn callable(&self, word: &str) -> Result<&Arc<RegisteredTool>> {
        enabled(self.find(word).ok_or_else(|| self.unknown(word))?)
    }

    /// The error for a word that means no tool, with the nearest names there are.
    pub fn unknown(&self, word: &str) -> Error {
        unknown(word, self.tools().filter(|tool| tool.enabled).map(|tool| tool.name()))
    }

    /// All tools in the order of registration.
    pub fn tools(&self) -> impl Iterator<Item = &Arc<RegisteredTool>> {
        self.by_place.values()
    }

    /// The tools that a filter means, in the order of registration.
    pub fn matching<'s>(&'s self, filter: &'s Filter) -> impl Iterator<Item = &'s Arc<RegisteredTool>> {
        self.tools().filter(|tool| filter.matches(tool))
    }

    /// The tool that providers are told by a name.
    pub fn told(&self, wire_name: &str) -> Option<&Arc<RegisteredTool>> {
        self.find(wire_name).filter(|tool| tool.wire_name() == wire_name)
    }

    /// The same, if it can be called. What a model wrote is compared with what it was told, and nothing else.
    ///
    /// # Errors
    /// `UNKNOWN_TOOL` where there is none; the nearest names are those that the provider was told.
    pub fn callable_by_model(&self, wire_name: &str) -> Result<&Arc<RegisteredTool>> {
        let wire_names = || self.tools().filter(|tool| tool.enabled).map(|tool| tool.wire_name());
        enabled(self.told(wire_name).ok_or_else(|| unknown(wire_name, wire_names()))?)
    }

    /// How many tools there are, by source and by category.
    pub fn summary(&self) -> Value {
        let mut sources = serde_json::Map::new();
        let mut categories = serde_json::Map::new();
        let mut disabled = 0;
        for tool in self.tools() {
            count(&mut sources, &tool.origin.source);
            count(&mut categories, tool.definition.category.as_deref().unwrap_or("uncategorized"));
            disabled += u64::from(!tool.enabled);
        }
        json!({
            "revision": self.revision,
            "tools": self.len(),
            "disabled": disabled,
            "sources": sources,
            "categories": categories,
        })
    }

    /// The revision after this one, with nothing changed yet.
    pub(super) fn next(&self) -> Self {
        Self { revision: self.revision + 1, ..self.twin() }
    }

    /// The same revision again, without what is remembered of its views.
    pub(super) fn twin(&self) -> Self {
        Self {
            revision: self.revision,
            by_key: self.by_key.clone(),
            by_place: self.by_place.clone(),
            by_told: self.by_told.clone(),
            past: self.past.clone(),
            audit: self.audit.clone(),
            formers: Vec::new(),
            families: self.families.clone(),
            former_families: None,
            choices: VersionChoices::default(),
            base: None,
            views: ViewCache::default(),
            bound: None,
            parts: ViewCache::default(),
        }
    }

    /// The revision after this one, without any tool.
    pub(super) fn emptied(&self) -> Self {
        Self { revision: self.revision + 1, audit: self.audit.clone(), ..Self::empty() }
    }

    /// The same revision without any tool; what is remembered of it stays.
    pub(super) fn bare(&self) -> Self {
        Self {
            by_key: PersistentMap::default(),
            by_place: PersistentOrderedMap::default(),
            by_told: PersistentMap::default(),
            ..self.twin()
        }
    }

    /// Puts a tool in its place; whoever stood under its key or in its place is gone. A name is told to providers as it is
    /// where all of them take it: a tool that was told by that name gets another one, and its own name is returned.
    pub(super) fn put(&mut self, mut tool: RegisteredTool) -> Option<String> {
        let key: Box<str> = name::confusion_key(tool.name()).into();
        let former = self.by_place.get(&tool.place).cloned();
        let holder = self.by_key.get(&key).filter(|holder| holder.place != tool.place).cloned();
        let remembered = former.filter(|former| former.name() == tool.name());
        let told = remembered.map(|former| former.wire_name().to_owned());
        self.clear(tool.place);
        if let Some(holder) = holder {
            self.take(&holder);
        }
        tool.tell(&told.unwrap_or_else(|| self.free_name(tool.name())));
        let displaced = self.by_told.get(tool.wire_name()).cloned();
        self.stand(Arc::new(tool));
        displaced.map(|displaced| {
            self.clear(displaced.place);
            let mut other = RegisteredTool::clone(&displaced);
            other.tell(&self.free_name(displaced.name()));
            other.revision = self.revision;
            self.stand(Arc::new(other));
            displaced.name().to_owned()
        })
    }

    /// Takes a tool away.
    pub(super) fn take(&mut self, tool: &RegisteredTool) {
        self.clear(tool.place);
    }

    /// All that this revision changes is done.
    pub(super) fn seal(&mut self) {
        let formers = std::mem::take(&mut self.formers);
        let families =
            self.former_families.take().map(|before| (before.bytes_beside(&self.families), before));
        self.past.push(self.revision, formers, families);
    }

    /// Puts a family in the place of the one of its name. A family in which nobody can choose was never another one.
    pub(super) fn set_family(&mut self, family: Family) {
        if family.is_active() || self.families.get(&family.name).is_some_and(|before| before.is_active()) {
            self.former_families.get_or_insert_with(|| self.families.clone());
        }
        self.families.set(family);
    }

    /// Takes the tools of a name away that wait in families.
    pub(super) fn drop_waiting(&mut self, name: &str) {
        self.former_families.get_or_insert_with(|| self.families.clone());
        self.families.drop_name(name);
    }

    /// A former revision, with what was said of its tools; they cannot be called.
    ///
    /// # Errors
    /// `STALE_REVISION` for one that is too long ago, `INVALID_OPTIONS` for one that is not yet there.
    pub(super) fn former(&self, revision: u64) -> Result<Self> {
        let oldest = self.past.oldest(self.revision);
        if revision > self.revision {
            let reason = format!("{revision} is no revision yet: the newest is {}", self.revision);
            return Err(Error::InvalidOptions { option: "fromRevision".to_owned(), reason });
        }
        if revision < oldest {
            return Err(Error::StaleRevision { revision, oldest, newest: self.revision });
        }
        let mut former = Self { revision, ..self.next() };
        former.families = self.past.families(revision).unwrap_or(&self.families).clone();
        let stood = self.past.since(revision);
        for place in stood.keys() {
            former.lift(*place);
        }
        for tool in stood.into_values().flatten() {
            former.stand(tool);
        }
        Ok(former)
    }

    /// What the tool of a name was, the newest first, each with the revision that had it no more; nothing of what is too long
    /// ago.
    pub fn stood(&self, name: &str) -> Vec<(Arc<RegisteredTool>, Option<u64>)> {
        if self.conceals(name) {
            return Vec::new();
        }
        let now = self.get(name).map(|tool| (Arc::clone(tool), None));
        let before = self.past.named(name).into_iter().filter(|(tool, _)| self.admits(tool));
        now.into_iter().chain(before.map(|(tool, until)| (tool, Some(until)))).collect()
    }

    /// The tool that a call was made on, by its name and the hash of its definition: as it stands, as it was, or as it stands in another
    /// version of its source.
    pub fn defined(&self, name: &str, schema_hash: &str) -> Option<Arc<RegisteredTool>> {
        let is_it = |tool: &Arc<RegisteredTool>| tool.name() == name && tool.schema_hash() == schema_hash;
        let stood = self.stood(name).into_iter().map(|(tool, _)| tool).find(|tool| is_it(tool));
        stood.or_else(|| self.waiting().filter(|tool| tool.name() == name).find(|tool| is_it(tool)).cloned())
    }

    /// A name for providers that no other tool is told by.
    fn free_name(&self, own: &str) -> String {
        if name::is_portable(own) {
            return own.to_owned();
        }
        let is_taken =
            |candidate: &str| self.by_told.contains_key(candidate) || self.holder(candidate).is_some();
        name::distinct(own, own, is_taken)
    }

    pub(super) fn stand(&mut self, tool: Arc<RegisteredTool>) {
        if tool.wire_name() != tool.name() {
            self.by_told.insert_mut(tool.wire_name().into(), Arc::clone(&tool));
        }
        self.by_key.insert_mut(name::confusion_key(tool.name()).into(), Arc::clone(&tool));
        self.by_place.insert_mut(tool.place, tool);
    }

    /// Nothing stands in a place any more. What stood there is remembered.
    fn clear(&mut self, place: u64) {
        let tool = self.lift(place).map(|tool| Arc::new(tool.gone()));
        self.formers.push(FormerPlace { place, tool });
    }

    /// Takes a tool of a source away that stands in a place, in a view: nothing is remembered.
    pub(super) fn lift_of(&mut self, place: u64, source: &str) {
        if self.by_place.get(&place).is_some_and(|tool| *tool.origin.source == *source) {
            self.lift(place);
        }
    }

    /// Shows a tool in its place, in a view: the very same one where no other is in its way.
    pub(super) fn show(&mut self, tool: &Arc<RegisteredTool>) {
        let is_free = tool.wire_name() == tool.name()
            && !self.by_place.contains_key(&tool.place)
            && !self.by_told.contains_key(tool.name())
            && self.holder(tool.name()).is_none();
        if is_free {
            self.stand(Arc::clone(tool));
        } else {
            self.put(RegisteredTool::clone(tool));
            self.formers.clear();
        }
    }

    fn lift(&mut self, place: u64) -> Option<Arc<RegisteredTool>> {
        let tool = self.by_place.get(&place).cloned()?;
        self.by_place.remove_mut(&place);
        self.by_key.remove_mut(&*name::confusion_key(tool.name()));
        if tool.wire_name() != tool.name() {
            self.by_told.remove_mut(tool.wire_name());
        }
        Some(tool)
    }
}

fn enabled(tool: &Arc<RegisteredTool>) -> Result<&Arc<RegisteredTool>> {
    if tool.enabled { Ok(tool) } else { Err(Error::Disabled { name: tool.name().to_owned() }) }
}

/// The error for a word that none of these names is.
fn unknown<'n>(word: &str, names: impl Iterator<Item = &'n str>) -> Error {
    Error::UnknownTool { name: name::truncate_name(word).into_owned(), nearest: name::nearest(word, names) }
}

fn count(counts: &mut serde_json::Map<String, Value>, key: &str) {
    match counts.get_mut(key).and_then(|count| count.as_u64()) {
        Some(count) => counts[key] = json!(count + 1),
        None => drop(counts.insert(key.to_owned(), json!(1))),
    }
}
