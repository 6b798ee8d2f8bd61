//! A version swap: makes one version active while its tools change, then restores the version that is to be active.
//!
//! Code that changes a source's tools need not know of versions. [`VersionSwap`] gives it a revision in which the source is
//! active. When the change is done, [`VersionSwap::finish`] moves the tools of an inactive version back beside the revision.

use std::sync::Arc;

use super::family::Family;
use super::family_version::FamilyVersion;
use super::health::VersionHealth;
use super::inactive_tools::InactiveTools;
use super::source_name::{family_of, label_of};
use crate::json::{HashMap, HashSet};
use crate::registry::change_set::Change;
use crate::registry::{ChangeSet, Origin, RegisteredTool, Snapshot, VersionChoices, VersionEvent};
use crate::tool::Version;

/// One change of a source, made in a revision in which the source is active.
pub struct VersionSwap {
    base: Arc<Snapshot>,
    /// The revision with the source as active version, where it is an inactive one.
    swapped: Option<Arc<Snapshot>>,
    source: Arc<str>,
    health: Arc<VersionHealth>,
    /// The version number: that of the new tools, else the present one.
    number: Option<Version>,
    /// Positions of names that other versions have.
    positions: HashMap<String, u64>,
}

impl VersionSwap {
    /// Makes a source active. The calls of its new tools are counted where there may be another version to fall back to.
    pub fn begin(base: &Arc<Snapshot>, source: &str, tools: &mut [RegisteredTool]) -> Self {
        let family = base.families.get(family_of(source)).filter(|_| source != Origin::CODE);
        let version = family.and_then(|family| family.version(source));
        let mut swap = Self {
            base: Arc::clone(base),
            swapped: None,
            source: source.into(),
            health: version.map(|version| Arc::clone(&version.health)).unwrap_or_default(),
            number: match tools.first() {
                Some(tool) => FamilyVersion::number(source, tool.definition.version.as_ref()),
                // All tools are held or stale: they keep the number that they had.
                None => version.and_then(|version| version.number.clone()),
            },
            positions: HashMap::default(),
        };
        if let Some(family) = family.filter(|family| *family.active != *source) {
            let mut swapped = base.copy();
            swapped.choices = VersionChoices::of_family(&family.name, source);
            swapped.swap_active_tools(family, version);
            swap.swapped = Some(Arc::new(swapped));
        }
        if let Some(family) = family {
            let others = family.versions.iter().filter(|version| *version.source != *source);
            for tool in others.flat_map(|other| base.tools_of(&other.source)) {
                swap.positions.insert(tool.name().to_owned(), tool.position);
            }
        }
        if label_of(source).is_some() || swap.swapped.is_some() {
            for tool in tools {
                tool.count_calls(&swap.source, &swap.health);
            }
        }
        swap
    }

    /// The revision in which the source is active; the change is made on top of it.
    pub fn snapshot(&self) -> &Arc<Snapshot> {
        self.swapped.as_ref().unwrap_or(&self.base)
    }

    /// The next revision, while the source is active. A new tool gets the position of the tool of its name in another
    /// version, so that lists keep their order whichever version is active.
    pub fn begin_change(&mut self, next_id: u64) -> Change {
        let mut change = Change::after(self.snapshot(), next_id);
        change.positions = std::mem::take(&mut self.positions);
        change.snapshot.choices = self.snapshot().choices.clone();
        change
    }

    /// Restores the version that is to be active. Returns whether that alone makes a new revision: a version came or went,
    /// or another one became active.
    pub fn finish(self, change: &mut Change) -> bool {
        let is_removed = tools_of_active(&change.snapshot, &self.source).is_empty();
        self.restore(change, is_removed)
    }

    /// The same for a source that is changed again in this revision: it stays a version of its family, though it has no tool
    /// for now.
    pub fn finish_release(self, change: &mut Change) {
        self.restore(change, false);
    }

    fn restore(self, change: &mut Change, is_removed: bool) -> bool {
        // Tools that were registered one by one have no versions.
        if *self.source == *Origin::CODE {
            return false;
        }
        let before = self.base.families.get(family_of(&self.source));
        let was_listed = before.is_some_and(|before| before.has_choice());
        let had_version = before.is_some_and(|before| before.version(&self.source).is_some());
        let tools = tools_of_active(&change.snapshot, &self.source);
        let mut family = self.updated_family(before, is_removed);
        change.snapshot.choices = VersionChoices::default();
        if self.swapped.is_some() {
            change.snapshot = self.base.next_revision();
            if let Some(version) = family.version_mut(&self.source) {
                version.inactive = Some(Arc::new(InactiveTools::new(tools)));
            }
        }
        let has_choice = was_listed || family.has_choice();
        let came_or_went = had_version != family.version(&self.source).is_some();
        activate_wanted_version(&self.base, family, change) || has_choice && came_or_went
    }

    /// The family with this version added, updated, or removed where it has no tools.
    fn updated_family(&self, before: Option<&Arc<Family>>, is_removed: bool) -> Family {
        let new = || Family::new(family_of(&self.source), &self.source);
        let mut family = before.map_or_else(new, |family| Family::clone(family));
        if is_removed {
            family.versions.retain(|version| version.source != self.source);
            family.failed.retain(|source| *source != self.source);
        } else if let Some(version) = family.version_mut(&self.source) {
            version.number.clone_from(&self.number);
        } else {
            self.health.watch(family.health_watch.clone());
            family.versions.push(FamilyVersion {
                source: Arc::clone(&self.source),
                number: self.number.clone(),
                inactive: None,
                health: Arc::clone(&self.health),
            });
        }
        family
    }
}

/// Makes the wanted version of a family active and puts the family into the revision. Returns whether another version
/// became active.
pub fn activate_wanted_version(base: &Snapshot, mut family: Family, change: &mut Change) -> bool {
    let unmet = family.resolve_route();
    if !unmet.is_empty() {
        let (revision, source) = (change.snapshot.revision(), family.name.to_string());
        change.events.push(VersionEvent::Missing { revision, source, unmet });
    }
    let (active, wanted) = (Arc::clone(&family.active), Arc::clone(family.wanted_version()));
    let moves = active != wanted && !family.versions.is_empty();
    if moves {
        let leaving = tools_of_active(&change.snapshot, &active);
        for tool in &leaving {
            change.snapshot.remove(tool);
        }
        if let Some(version) = family.version_mut(&active) {
            version.inactive = Some(Arc::new(InactiveTools::new(leaving)));
        }
        let entering = family.version_mut(&wanted).and_then(|version| version.inactive.take());
        let mut renamed = Vec::new();
        for tool in entering.iter().flat_map(|inactive| &inactive.tools) {
            renamed.extend(change.snapshot.put(RegisteredTool::clone(tool)));
        }
        let before = tools_of_active(base, &active);
        let after = tools_of_active(&change.snapshot, &wanted);
        change.set =
            ChangeSet { revision: change.set.revision, ..swap_change_set(&wanted, &before, &after, renamed) };
        family.active = wanted;
    }
    family.active_positions = Arc::default();
    if family.has_choice() {
        let tools = tools_of_active(&change.snapshot, &family.active);
        family.active_positions = tools.iter().map(|tool| tool.position).collect();
    }
    change.snapshot.set_family(family);
    moves
}

fn tools_of_active(snapshot: &Snapshot, source: &str) -> Vec<Arc<RegisteredTool>> {
    snapshot.active_tools_of(source).cloned().collect()
}

/// The change for readers of the revision: all tools of the former version against all of the new one. `renamed` are other
/// tools that got another wire name.
fn swap_change_set(
    active: &str,
    before: &[Arc<RegisteredTool>],
    after: &[Arc<RegisteredTool>],
    renamed: Vec<String>,
) -> ChangeSet {
    let was: HashSet<&str> = before.iter().map(|tool| tool.name()).collect();
    let is: HashSet<&str> = after.iter().map(|tool| tool.name()).collect();
    let names = |tools: &[Arc<RegisteredTool>], is_meant: &dyn Fn(&str) -> bool| -> Vec<String> {
        tools.iter().map(|tool| tool.name()).filter(|name| is_meant(name)).map(ToOwned::to_owned).collect()
    };
    let mut updated = names(after, &|name| was.contains(name));
    updated.extend(renamed.into_iter().filter(|name| !is.contains(name.as_str())));
    ChangeSet {
        source: Some(active.to_owned()),
        added: names(after, &|name| !was.contains(name)),
        removed: names(before, &|name| !is.contains(name)),
        updated,
        ..ChangeSet::default()
    }
}
