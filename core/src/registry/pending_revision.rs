//! A pending revision: changes of groups, until one revision has them all. Its change set says what they come to.

use std::sync::Arc;

use super::change_set::Change;
use super::former_revisions::FormerTool;
use super::revision_record::is_inactive;
use super::{ChangeSet, RegisteredTool, Snapshot, Stale, VersionEvent};
use crate::json::HashSet;

/// The next revision, while groups change it one change after the other.
pub struct PendingRevision {
    published: Arc<Snapshot>,
    /// With all changes so far. Its number is that of the revision in which readers get them.
    latest: Arc<Snapshot>,
    /// Names in the change sets, in their order.
    names: Vec<String>,
    /// The source of all changes, as far as they have one.
    source: Option<String>,
    has_several_sources: bool,
    events: Vec<VersionEvent>,
    formers: Vec<FormerTool>,
    has_former_families: bool,
}

impl PendingRevision {
    pub fn after(published: &Arc<Snapshot>) -> Self {
        Self {
            published: Arc::clone(published),
            latest: Arc::clone(published),
            names: Vec::new(),
            source: None,
            has_several_sources: false,
            events: Vec::new(),
            formers: Vec::new(),
            has_former_families: false,
        }
    }

    /// Adds a change that was made after the latest one. Returns the revision as it is now.
    pub fn add(&mut self, change: Change) -> Arc<Snapshot> {
        let Change { mut snapshot, set, events, .. } = change;
        let ChangeSet { source, added, updated, removed, stale, .. } = set;
        let is_another = self.source.is_some() && self.source != source;
        self.has_several_sources |= source.is_none() || is_another;
        self.source = source;
        self.names.extend([removed, added, updated, stale].into_iter().flatten());
        self.events.extend(events);
        self.formers.append(&mut snapshot.formers);
        self.has_former_families |= snapshot.former_families.take().is_some();
        snapshot.pending_changes = self.latest.pending_changes + 1;
        self.latest = Arc::new(snapshot);
        Arc::clone(&self.latest)
    }

    /// All changes as one, ready to publish; `None` where the revision would be the one before.
    pub fn into_change(self, next_id: u64) -> Option<Change> {
        let mut set = self.change_set();
        if set.is_empty() && self.events.is_empty() && self.is_as_before() {
            return None;
        }
        let Self { published, latest, source, has_several_sources, events, formers, .. } = self;
        let mut change = Change::after(&latest, next_id);
        change.snapshot.pending_changes = 0;
        change.snapshot.formers = formers;
        // Those between two changes of the revision are of no revision.
        change.snapshot.former_families = self.has_former_families.then(|| published.families.clone());
        set.source = source.filter(|_| !has_several_sources);
        Some(Change { set, events, ..change })
    }

    /// The difference between the first and the last of the changes, for readers who see neither.
    fn change_set(&self) -> ChangeSet {
        let (before, after) = (&self.published, &self.latest);
        let source = self.source.as_deref().filter(|_| !self.has_several_sources);
        let inactive = source.filter(|source| is_inactive(before, after, source));
        let find = |snapshot: &Snapshot, name: &str| match inactive {
            Some(source) => snapshot.tool_of(source, name).cloned(),
            None => snapshot.get(name).cloned(),
        };
        let mut set = ChangeSet { revision: after.revision(), ..ChangeSet::default() };
        let mut seen = HashSet::default();
        for name in self.names.iter().filter(|name| seen.insert(name.as_str())) {
            let list = match (find(before, name), find(after, name)) {
                (None, Some(_)) => &mut set.added,
                (Some(_), None) => &mut set.removed,
                (Some(old), Some(new)) if !is_same_registration(&old, &new) => &mut set.updated,
                (Some(old), Some(new)) if became_stale(&old, &new) => &mut set.stale,
                _ => continue,
            };
            list.push(name.clone());
        }
        // A tool may have come and gone before those between: the order is that of the tools.
        set.added.sort_by_cached_key(|name| find(after, name).map(|tool| tool.position));
        set
    }

    /// Whether no reader could tell the revision from the one before.
    fn is_as_before(&self) -> bool {
        let (before, after) = (&self.published, &self.latest);
        let is_same = |former: &FormerTool| match (
            before.by_position.get(&former.position),
            after.by_position.get(&former.position),
        ) {
            (None, None) => true,
            (Some(old), Some(new)) => {
                is_same_registration(old, new)
                    && old.definition.version == new.definition.version
                    && old.stale == new.stale
            }
            _ => false,
        };
        self.formers.iter().all(is_same) && before.families.is_same_as(&after.families)
    }
}

/// Whether a tool is listed, called and sent to providers as before.
fn is_same_registration(old: &Arc<RegisteredTool>, new: &Arc<RegisteredTool>) -> bool {
    let registration = |tool: &RegisteredTool| (tool.id, tool.position, tool.enabled);
    Arc::ptr_eq(old, new)
        || registration(old) == registration(new) && old.wire_name() == new.wire_name() && old.is_same_as(new)
}

/// Whether a tool has a fault that it did not have. The same fault at another time is no change.
fn became_stale(old: &RegisteredTool, new: &RegisteredTool) -> bool {
    let fault =
        |tool: &RegisteredTool| tool.stale.as_ref().map(|fault| Stale { since: 0, ..Stale::clone(fault) });
    new.stale.is_some() && fault(old) != fault(new)
}
