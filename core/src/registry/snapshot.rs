//! A snapshot: one immutable revision of the registry, and look-ups in it.

use std::fmt;
use std::sync::{Arc, OnceLock, Weak};

use serde_json::{Value, json};

use super::former_revisions::{FormerRevisions, FormerTool};
use super::persistent_map::{PersistentMap, PersistentOrderedMap};
use super::search::{RevisionIndex, SearchSettings};
use super::versions::families::Families;
use super::versions::view_cache::ViewCache;
use super::{Filter, Origin, RegisteredTool, SnapshotFilter, VersionChoices};
use crate::audit::AuditLog;
use crate::error::{Error, Result, nearest};
use crate::tool::name;

/// One revision of the registry. It never changes: it can call what it lists, whatever the registry does meanwhile.
pub struct Snapshot {
    pub(super) revision: u64,
    /// How many changes of groups this revision has, which nobody but their members reads; 0 once it is published.
    pub(super) pending_changes: u64,
    /// By [`name::confusion_key`]: two tools never have one key.
    pub(super) by_key: PersistentMap<Box<str>, Arc<RegisteredTool>>,
    /// By position, so that lists keep their order and unchanged tools their bytes.
    pub(super) by_position: PersistentOrderedMap<u64, Arc<RegisteredTool>>,
    /// The positions of each source's tools, so that a change of one source among thousands reads its own tools alone. Tools
    /// that were registered one by one are not in it: nothing reads them as one source often.
    pub(super) by_source: PersistentOrderedMap<(Arc<str>, u64), ()>,
    /// Tools whose wire name differs from their name, by wire name.
    pub(super) by_wire_name: PersistentMap<Box<str>, Arc<RegisteredTool>>,
    pub(super) former_revisions: FormerRevisions,
    pub(super) audit: Option<Arc<AuditLog>>,
    /// Tools that this revision replaced or removed. Filled while it is made.
    pub(super) formers: Vec<FormerTool>,
    pub(super) families: Families,
    /// The families before, if this revision changed them. Filled while it is made.
    pub(super) former_families: Option<Families>,
    /// The versions of this view. Empty in a revision itself.
    pub(super) choices: VersionChoices,
    /// The revision of which this is a view or a filtered snapshot.
    pub(super) base: Option<Box<Self>>,
    pub(super) views: ViewCache<VersionChoices, Self>,
    /// The filter that all tools meet, if this is a filtered snapshot.
    pub(super) filter: Option<Arc<SnapshotFilter>>,
    /// Filtered snapshots of this one, by the JSON of their filters.
    pub(super) filtered_snapshots: ViewCache<Arc<str>, Self>,
    /// The search index, once this revision or the one before it was searched. A filtered snapshot has that of what it filters.
    pub(super) search: OnceLock<Arc<RevisionIndex>>,
    pub(super) search_settings: Arc<SearchSettings>,
    /// What changed in this filtered snapshot, if it was made from the one of the revision before.
    pub(super) changed_tools: Option<ChangedTools>,
}

/// The difference between two snapshots: all other positions have the same tools.
pub struct ChangedTools {
    /// The snapshot before. Weak: its tools may be gone, and it is compared by its address alone.
    pub since: Weak<Snapshot>,
    /// The positions, ascending.
    pub positions: Box<[u64]>,
}

impl fmt::Debug for Snapshot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (revision, tools) = (self.revision, self.len());
        f.debug_struct("Snapshot").field("revision", &revision).field("tools", &tools).finish_non_exhaustive()
    }
}

impl Snapshot {
    /// Revision 0, without tools.
    pub fn empty() -> Self {
        Self {
            revision: 0,
            pending_changes: 0,
            by_key: PersistentMap::default(),
            by_position: PersistentOrderedMap::default(),
            by_source: PersistentOrderedMap::default(),
            by_wire_name: PersistentMap::default(),
            former_revisions: FormerRevisions::default(),
            audit: None,
            formers: Vec::new(),
            families: Families::default(),
            former_families: None,
            choices: VersionChoices::default(),
            base: None,
            views: ViewCache::default(),
            filter: None,
            filtered_snapshots: ViewCache::default(),
            search: OnceLock::new(),
            search_settings: Arc::default(),
            changed_tools: None,
        }
    }

    /// The number of the revision. Each is greater than the one before it.
    pub const fn revision(&self) -> u64 {
        self.revision
    }

    /// The audit log of changes and calls, if there is one.
    pub const fn audit(&self) -> Option<&Arc<AuditLog>> {
        self.audit.as_ref()
    }

    /// Revision 0 with an audit log.
    pub(super) fn audited(log: AuditLog) -> Self {
        Self { audit: Some(Arc::new(log)), ..Self::empty() }
    }

    /// Revision 0 with its audit log and other settings of its searches.
    pub(super) fn with_search_settings(&self, settings: SearchSettings) -> Self {
        Self { audit: self.audit.clone(), search_settings: Arc::new(settings), ..Self::empty() }
    }

    /// The number of tools, including disabled ones.
    pub fn len(&self) -> usize {
        self.by_position.size()
    }

    /// Whether there is no tool.
    pub fn is_empty(&self) -> bool {
        self.by_position.is_empty()
    }

    /// The tool of a name.
    pub fn get(&self, name: &str) -> Option<&Arc<RegisteredTool>> {
        self.holder(name).filter(|tool| tool.name() == name)
    }

    /// The tool that conflicts with a name: it has the name, or one that differs by `-` and `_` or by case alone.
    pub fn holder(&self, name: &str) -> Option<&Arc<RegisteredTool>> {
        self.by_key.get(&*name::confusion_key(name))
    }

    /// The tool with a name or a wire name.
    ///
    /// No word finds two tools: a wire name is unique in a revision and never the name of another tool
    /// (`Snapshot::put` ensures it).
    pub fn find(&self, word: &str) -> Option<&Arc<RegisteredTool>> {
        self.get(word).or_else(|| self.by_wire_name.get(word))
    }

    /// The tool with a name or a wire name, if it can be called.
    ///
    /// # Errors
    /// `UNKNOWN_TOOL` with the nearest names; also for a disabled tool.
    pub fn callable(&self, word: &str) -> Result<&Arc<RegisteredTool>> {
        require_enabled(self.find(word).ok_or_else(|| self.unknown_tool(word))?)
    }

    /// The tool with a wire name, if it can be called. A name that is not the tool's wire name is unknown here: a model must
    /// write the name that it was given.
    ///
    /// # Errors
    /// `UNKNOWN_TOOL` with the nearest wire names; also for a disabled tool.
    pub fn callable_by_model(&self, wire_name: &str) -> Result<&Arc<RegisteredTool>> {
        let wire_names = || self.tools().filter(|tool| tool.enabled).map(|tool| tool.wire_name());
        require_enabled(
            self.find_by_wire_name(wire_name).ok_or_else(|| unknown_tool(wire_name, wire_names()))?,
        )
    }

    /// The tool with a wire name.
    pub fn find_by_wire_name(&self, wire_name: &str) -> Option<&Arc<RegisteredTool>> {
        self.find(wire_name).filter(|tool| tool.wire_name() == wire_name)
    }

    /// The error for an unknown tool, with the nearest names of this revision.
    pub fn unknown_tool(&self, word: &str) -> Error {
        unknown_tool(word, self.tools().filter(|tool| tool.enabled).map(|tool| tool.name()))
    }

    /// All tools in the order of registration.
    pub fn tools(&self) -> impl Iterator<Item = &Arc<RegisteredTool>> {
        self.by_position.values()
    }

    /// The tools of a source that are in this revision, in the order of registration.
    pub(super) fn active_tools_of(&self, source: &str) -> impl Iterator<Item = &Arc<RegisteredTool>> {
        let scanned = (source == Origin::CODE)
            .then(|| self.tools().filter(|tool| *tool.origin.source == *Origin::CODE));
        let source: Arc<str> = source.into();
        let positions = self.by_source.range((Arc::clone(&source), 0)..=(source, u64::MAX));
        let indexed = positions.filter_map(|((_, position), ())| self.by_position.get(position));
        scanned.into_iter().flatten().chain(indexed)
    }

    /// The tools of some names, in the order of registration. A few names of 100,000 cost no walk over all tools.
    pub(super) fn tools_named<'n>(&self, names: impl Iterator<Item = &'n str>) -> Vec<&Arc<RegisteredTool>> {
        let mut tools: Vec<_> = names.filter_map(|name| self.get(name)).collect();
        tools.sort_unstable_by_key(|tool| tool.position);
        tools
    }

    /// The tools that a filter matches, in the order of registration.
    pub fn matching<'s>(&'s self, filter: &'s Filter) -> impl Iterator<Item = &'s Arc<RegisteredTool>> {
        let named = filter.names().map(|names| self.tools_named(names));
        let scanned = named.is_none().then(|| self.tools());
        let candidates = named.into_iter().flatten().chain(scanned.into_iter().flatten());
        candidates.filter(|tool| filter.matches(tool))
    }

    /// The number of tools by source and by category, as JSON.
    pub fn summary(&self) -> Value {
        let mut sources = serde_json::Map::new();
        let mut categories = serde_json::Map::new();
        let mut disabled = 0;
        for tool in self.tools() {
            increment(&mut sources, &tool.origin.source);
            increment(&mut categories, tool.definition.category.as_deref().unwrap_or("uncategorized"));
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

    /// Rebuilds a former revision. Its replaced and removed tools have their definitions, but cannot be called.
    ///
    /// # Errors
    /// `STALE_REVISION` for one that is not remembered any more, `INVALID_OPTIONS` for one that does not exist yet.
    pub(super) fn former_revision(&self, revision: u64) -> Result<Self> {
        let oldest = self.former_revisions.oldest(self.revision);
        if revision > self.revision {
            let newest = self.revision;
            let reason = format!("revision {revision} does not exist yet: use one from {oldest} to {newest}");
            return Err(Error::InvalidOptions { option: "fromRevision".to_owned(), reason });
        }
        if revision < oldest {
            return Err(Error::StaleRevision { revision, oldest, newest: self.revision });
        }
        let mut former = Self { revision, ..self.next_revision() };
        former.families = self.former_revisions.families_at(revision).unwrap_or(&self.families).clone();
        let changes = self.former_revisions.changes_since(revision);
        // All changed positions are emptied first: a tool may have moved to another one.
        for position in changes.keys() {
            former.detach(*position);
        }
        for tool in changes.into_values().flatten() {
            former.insert(tool);
        }
        Ok(former)
    }

    /// The definitions that a name had, the newest first: the present tool with `None`, and former ones with the revision
    /// that replaced or removed them.
    pub fn former_definitions(&self, name: &str) -> Vec<(Arc<RegisteredTool>, Option<u64>)> {
        if self.hides(name) {
            return Vec::new();
        }
        let present = self.get(name).map(|tool| (Arc::clone(tool), None));
        let former =
            self.former_revisions.tools_named(name).into_iter().filter(|(tool, _)| self.admits(tool));
        present.into_iter().chain(former.map(|(tool, until)| (tool, Some(until)))).collect()
    }

    /// The tool that a call was made on, by name and hash of its definition: present, former or of an inactive version.
    pub fn find_definition(&self, name: &str, schema_hash: &str) -> Option<Arc<RegisteredTool>> {
        let is_wanted = |tool: &Arc<RegisteredTool>| tool.name() == name && tool.schema_hash() == schema_hash;
        let known = self.former_definitions(name).into_iter().map(|(tool, _)| tool).find(&is_wanted);
        // The name is compared before the hash, which is computed on demand.
        known.or_else(|| self.inactive_tools().find(|tool| is_wanted(tool)).cloned())
    }
}

fn require_enabled(tool: &Arc<RegisteredTool>) -> Result<&Arc<RegisteredTool>> {
    if tool.enabled { Ok(tool) } else { Err(Error::Disabled { name: tool.name().to_owned() }) }
}

fn unknown_tool<'n>(word: &str, names: impl Iterator<Item = &'n str>) -> Error {
    Error::UnknownTool { name: name::truncate_name(word).into_owned(), nearest: nearest(word, names) }
}

fn increment(counts: &mut serde_json::Map<String, Value>, key: &str) {
    match counts.get_mut(key).and_then(|count| count.as_u64()) {
        Some(count) => counts[key] = json!(count + 1),
        None => drop(counts.insert(key.to_owned(), json!(1))),
    }
}
