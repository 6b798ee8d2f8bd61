//! Changes of a snapshot while it is made: the next revision, and views. No reader sees it before it is finished.
//!
//! All maps are persistent: a copy shares everything, and a change copies a few nodes.

use std::sync::{Arc, OnceLock};

use super::former_revisions::FormerTool;
use super::persistent_map::{PersistentMap, PersistentOrderedMap};
use super::versions::families::Families;
use super::versions::family::Family;
use super::versions::view_cache::ViewCache;
use super::{Origin, RegisteredTool, Snapshot, VersionChoices, family_of};
use crate::json::HashSet;
use crate::tool::name;

impl Snapshot {
    /// The next revision, without changes yet. One that is not published yet stays the same revision.
    pub(super) fn next_revision(&self) -> Self {
        Self { revision: self.revision + u64::from(self.pending_changes == 0), ..self.copy() }
    }

    /// A copy of this revision. Caches, choices and filter are not copied.
    pub(super) fn copy(&self) -> Self {
        Self {
            revision: self.revision,
            pending_changes: self.pending_changes,
            by_key: self.by_key.clone(),
            by_position: self.by_position.clone(),
            by_source: self.by_source.clone(),
            by_wire_name: self.by_wire_name.clone(),
            former_revisions: self.former_revisions.clone(),
            audit: self.audit.clone(),
            formers: Vec::new(),
            families: self.families.clone(),
            former_families: None,
            choices: VersionChoices::default(),
            base: None,
            views: ViewCache::default(),
            filter: None,
            filtered_snapshots: ViewCache::default(),
            search: OnceLock::new(),
            search_settings: Arc::clone(&self.search_settings),
            changed_tools: None,
        }
    }

    /// The next revision without tools and without former revisions.
    pub(super) fn next_empty_revision(&self) -> Self {
        let (audit, search_settings) = (self.audit.clone(), Arc::clone(&self.search_settings));
        Self { revision: self.revision + 1, audit, search_settings, ..Self::empty() }
    }

    /// A copy without tools. Former revisions are kept.
    pub(super) fn copy_without_tools(&self) -> Self {
        Self {
            by_key: PersistentMap::default(),
            by_position: PersistentOrderedMap::default(),
            by_source: PersistentOrderedMap::default(),
            by_wire_name: PersistentMap::default(),
            ..self.copy()
        }
    }

    /// Puts a tool at its position, and removes the tools with its confusion key or position.
    ///
    /// A portable name is always its own wire name. If another tool has it as wire name, that tool gets a new one. Its name is
    /// returned.
    pub(super) fn put(&mut self, mut tool: RegisteredTool) -> Option<String> {
        let key: Box<str> = name::confusion_key(tool.name()).into();
        let former = self.by_position.get(&tool.position).cloned();
        let holder = self.by_key.get(&key).filter(|holder| holder.position != tool.position).cloned();
        // An update keeps the wire name, so that a model's conversation goes on.
        let same_name = former.filter(|former| former.name() == tool.name());
        let kept_wire_name = same_name.map(|former| former.wire_name().to_owned());
        self.remove_at(tool.position);
        if let Some(holder) = holder {
            self.remove(&holder);
        }
        tool.set_wire_name(&kept_wire_name.unwrap_or_else(|| self.free_wire_name(tool.name())));
        let displaced = self.by_wire_name.get(tool.wire_name()).cloned();
        self.insert(Arc::new(tool));
        displaced.map(|displaced| {
            self.remove_at(displaced.position);
            let mut other = RegisteredTool::clone(&displaced);
            other.set_wire_name(&self.free_wire_name(displaced.name()));
            other.revision = self.revision;
            self.insert(Arc::new(other));
            displaced.name().to_owned()
        })
    }

    pub(super) fn remove(&mut self, tool: &RegisteredTool) {
        self.remove_at(tool.position);
    }

    /// The positions that this revision changed, in the order of the changes. Before it is finished.
    pub(super) fn changed_positions(&self) -> Vec<u64> {
        self.formers.iter().map(|former| former.position).collect()
    }

    /// Remembers what this revision changed, so that the one before can be rebuilt. Called when all changes are made.
    pub(super) fn finish_revision(&mut self) {
        let formers = std::mem::take(&mut self.formers);
        let families =
            self.former_families.take().map(|before| (before.bytes_not_in(&self.families), before));
        self.former_revisions.push(self.revision, formers, families);
    }

    /// Adds a family or replaces the one of its name.
    pub(super) fn set_family(&mut self, family: Family) {
        // Without a choice of versions, no view of the former revision depends on the family.
        if family.has_choice() || self.families.get(&family.name).is_some_and(|before| before.has_choice()) {
            self.former_families.get_or_insert_with(|| self.families.clone());
        }
        self.families.insert(family);
    }

    /// Drops the families that this change left with one version, without tools and without a route: tools went one by one, or
    /// to another source. Such a version would stay the default, and keep the next one that is loaded from being active. Where
    /// there is another version it stays: that one would bring back the names that were taken away.
    pub(super) fn drop_families_without_tools(&mut self) {
        let former_sources =
            self.formers.iter().filter_map(|former| Some(&*former.tool.as_ref()?.origin.source));
        let with_choice = self.former_families.iter().flat_map(Families::with_choice);
        let names: HashSet<&str> =
            former_sources.map(family_of).chain(with_choice.map(|family| &*family.name)).collect();
        let is_empty = |family: &Family| {
            !family.has_choice()
                && family.inactive_tools().next().is_none()
                && self.active_tools_of(&family.active).next().is_none()
        };
        let families = names.into_iter().filter_map(|name| self.families.get(name));
        let empty: Vec<Family> =
            families.filter(|family| is_empty(family)).map(|family| Family::clone(family)).collect();
        for family in empty {
            self.families.insert(Family { versions: Vec::new(), ..family });
        }
    }

    /// Removes the tools of a name from all inactive versions.
    pub(super) fn remove_inactive_name(&mut self, name: &str) {
        self.former_families.get_or_insert_with(|| self.families.clone());
        self.families.remove_inactive_name(name);
    }

    /// The wire name for a new tool: its name if that is portable, else a portable one that no other tool has.
    fn free_wire_name(&self, name: &str) -> String {
        if name::is_portable(name) {
            return name.to_owned();
        }
        let is_taken =
            |candidate: &str| self.by_wire_name.contains_key(candidate) || self.holder(candidate).is_some();
        name::distinct(name, name, is_taken)
    }

    /// Inserts a tool whose name, wire name and position are free.
    pub(super) fn insert(&mut self, tool: Arc<RegisteredTool>) {
        if tool.wire_name() != tool.name() {
            self.by_wire_name.insert_mut(tool.wire_name().into(), Arc::clone(&tool));
        }
        self.by_key.insert_mut(name::confusion_key(tool.name()).into(), Arc::clone(&tool));
        if *tool.origin.source != *Origin::CODE {
            self.by_source.insert_mut((Arc::clone(&tool.origin.source), tool.position), ());
        }
        self.by_position.insert_mut(tool.position, tool);
    }

    /// Removes the tool at a position and remembers it for former revisions. Remembers an empty position too.
    fn remove_at(&mut self, position: u64) {
        let tool = self.detach(position).map(|tool| Arc::new(tool.without_executor()));
        self.formers.push(FormerTool { position, tool });
    }

    /// In a view: removes the tool at a position if it is of a source.
    pub(super) fn detach_of_source(&mut self, position: u64, source: &str) {
        if self.by_position.get(&position).is_some_and(|tool| *tool.origin.source == *source) {
            self.detach(position);
        }
    }

    /// In a view: inserts a tool at its position. Shares the tool if nothing conflicts with it, else puts a copy.
    pub(super) fn insert_in_view(&mut self, tool: &Arc<RegisteredTool>) {
        let is_free = tool.wire_name() == tool.name()
            && !self.by_position.contains_key(&tool.position)
            && !self.by_wire_name.contains_key(tool.name())
            && self.holder(tool.name()).is_none();
        if is_free {
            self.insert(Arc::clone(tool));
        } else {
            self.put(RegisteredTool::clone(tool));
            self.formers.clear();
        }
    }

    /// Removes the tool at a position without remembering it.
    pub(super) fn detach(&mut self, position: u64) -> Option<Arc<RegisteredTool>> {
        let tool = self.by_position.get(&position).cloned()?;
        self.by_position.remove_mut(&position);
        if *tool.origin.source != *Origin::CODE {
            self.by_source.remove_mut(&(Arc::clone(&tool.origin.source), position));
        }
        self.by_key.remove_mut(&*name::confusion_key(tool.name()));
        if tool.wire_name() != tool.name() {
            self.by_wire_name.remove_mut(tool.wire_name());
        }
        Some(tool)
    }
}
