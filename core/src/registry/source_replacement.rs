//! Source replacement: replaces all tools of a source. The plan that gates judge, and the change itself.

use std::sync::Arc;

use super::change_set::Change;
use super::{ChangeSet, OnConflict, RegisteredTool, Snapshot, UnreadOperation};
use crate::error::Error;
use crate::json::HashSet;

/// The tools that a source is to have.
#[derive(Debug, Default)]
pub struct SourceReplacement<'r> {
    /// All tools of the source. No two have names with one confusion key.
    pub tools: Vec<RegisteredTool>,
    /// Operations that cannot be read: their tools stay as they are and are marked as stale.
    pub unread: &'r [UnreadOperation],
    /// Names that a gate holds: their tools stay as they are, or absent.
    pub held: HashSet<String>,
    /// The plan that was judged. A replacement that would change anything else is not applied.
    pub judged: Option<&'r ReplacementPlan>,
}

/// What a replacement changes in one revision. Two plans are equal if they remove, replace and add the very same tools.
#[derive(Clone, Debug, Default)]
pub struct ReplacementPlan {
    /// Tools to remove.
    pub removed: Vec<Arc<RegisteredTool>>,
    /// Tools to replace, as they are now.
    pub updated: Vec<Arc<RegisteredTool>>,
    /// Names of tools to add.
    pub added: Vec<String>,
    /// The number of tools that the source has now.
    pub before: usize,
    /// The revision that the plan was made for.
    pub revision: u64,
    /// How many changes of groups that revision had, while it was not published.
    pub(in crate::registry) pending_changes: u64,
}

impl PartialEq for ReplacementPlan {
    fn eq(&self, other: &Self) -> bool {
        let same = |own: &[Arc<RegisteredTool>], others: &[Arc<RegisteredTool>]| {
            own.len() == others.len() && own.iter().zip(others).all(|(own, other)| Arc::ptr_eq(own, other))
        };
        same(&self.removed, &other.removed)
            && same(&self.updated, &other.updated)
            && self.added == other.added
    }
}

impl ReplacementPlan {
    /// Whether no tool would change.
    pub const fn is_empty(&self) -> bool {
        self.removed.is_empty() && self.updated.is_empty() && self.added.is_empty()
    }

    /// The plan as the change set of a revision.
    pub fn change_set(&self, source: &str) -> ChangeSet {
        let names = |tools: &[Arc<RegisteredTool>]| tools.iter().map(|tool| tool.name().to_owned()).collect();
        ChangeSet {
            source: Some(source.to_owned()),
            added: self.added.clone(),
            updated: names(&self.updated),
            removed: names(&self.removed),
            ..ChangeSet::default()
        }
    }
}

/// What a replacement changed.
#[derive(Debug, Default)]
pub struct AppliedReplacement {
    /// The revision with the new tools; the present one if nothing changed.
    pub revision: u64,
    /// Names of new tools.
    pub added: Vec<String>,
    /// Names of changed tools.
    pub updated: Vec<String>,
    /// Names of removed tools.
    pub removed: Vec<String>,
    /// Names of tools that are the same.
    pub unchanged: Vec<String>,
    /// Names of stale tools: their operation cannot be read any more.
    pub stale: Vec<String>,
    /// Tools whose names other sources have, each with its error.
    pub refused: Vec<(String, Error)>,
    /// The view of the revision in which the source is active.
    pub snapshot: Option<Arc<Snapshot>>,
}

impl AppliedReplacement {
    /// Copies the names of a change set.
    pub(in crate::registry) fn set_names(&mut self, set: &ChangeSet) {
        self.added.clone_from(&set.added);
        self.updated.clone_from(&set.updated);
        self.removed.clone_from(&set.removed);
    }
}

/// The source whose tools are replaced, in a revision in which it is active.
#[derive(Clone, Copy)]
pub(in crate::registry) struct ReplacedSource<'r> {
    pub current: &'r Snapshot,
    pub source: &'r str,
    pub on_conflict: OnConflict,
}

impl SourceReplacement<'_> {
    /// Plans what the replacement changes in a revision.
    pub fn plan(&self, current: &Snapshot, source: &str) -> ReplacementPlan {
        let names: HashSet<&str> = self.tools.iter().map(RegisteredTool::name).collect();
        let mut plan = ReplacementPlan {
            revision: current.revision(),
            pending_changes: current.pending_changes,
            ..ReplacementPlan::default()
        };
        for old in current.tools_of(source) {
            plan.before += 1;
            if !names.contains(old.name()) && !self.unread.iter().any(|unread| old.is_made_from(unread)) {
                plan.removed.push(Arc::clone(old));
            }
        }
        for tool in &self.tools {
            match current.tool_of(source, tool.name()) {
                Some(old) if old.is_same_as(tool) => {}
                Some(old) => plan.updated.push(Arc::clone(old)),
                None => plan.added.push(tool.name().to_owned()),
            }
        }
        plan
    }

    /// The tools that the source has in a revision, without those that the replacement removes.
    pub(in crate::registry) fn remaining_tools<'s>(
        &self,
        current: &'s Snapshot,
        source: &'s str,
    ) -> impl Iterator<Item = &'s RegisteredTool> {
        let names: HashSet<&str> = self.tools.iter().map(RegisteredTool::name).collect();
        let remains = move |old: &&'s RegisteredTool| {
            names.contains(old.name())
                || self.held.contains(old.name())
                || self.unread.iter().any(|unread| old.is_made_from(unread))
        };
        current.tools_of(source).map(|tool| &**tool).filter(remains)
    }

    /// Whether the replacement changes exactly what was judged.
    pub(in crate::registry) fn is_as_judged(&self, current: &Snapshot, source: &str) -> bool {
        self.judged.is_none_or(|judged| {
            // The revision is compared first: planning compares all tools, and nearly always nothing happened since.
            let is_newest =
                (judged.revision, judged.pending_changes) == (current.revision(), current.pending_changes);
            is_newest || *judged == self.plan(current, source)
        })
    }

    /// Makes the change. Returns what it did, and whether it makes a new revision.
    pub(in crate::registry) fn apply_to(
        self,
        replaced: ReplacedSource<'_>,
        change: &mut Change,
    ) -> (AppliedReplacement, bool) {
        let ReplacedSource { current, source, .. } = replaced;
        let stale = self.remove_missing_tools(replaced, change);
        let mut applied = AppliedReplacement { stale, ..AppliedReplacement::default() };
        let mut is_change = false;
        let Self { tools, held, judged, .. } = self;
        // The judged plan has compared all tools already; comparing them once more would double the time of a reload.
        let judged: Option<HashSet<&str>> =
            judged.map(|plan| plan.updated.iter().map(|tool| tool.name()).collect());
        let is_same = |old: &RegisteredTool, tool: &RegisteredTool| match &judged {
            Some(updated) => !updated.contains(tool.name()),
            None => old.is_same_as(tool),
        };
        for mut tool in tools {
            match current.get(tool.name()).filter(|old| *old.origin.source == *source) {
                Some(old) if is_same(old, &tool) => {
                    applied.unchanged.push(tool.name().to_owned());
                    if old.definition.version != tool.definition.version || old.stale.is_some() {
                        is_change = true;
                        tool.inherit_registration(old);
                        change.put(tool);
                    }
                }
                _ if held.contains(tool.name()) => {}
                Some(old) => change.replace(old, tool, old.id),
                None => {
                    let name = tool.name().to_owned();
                    if let Err(error) = change.insert(tool, replaced.on_conflict) {
                        applied.refused.push((name, error));
                    }
                }
            }
        }
        is_change |= clear_held_marks(&held, replaced, change);
        applied.set_names(&change.set);
        // A tool of another source may have got another wire name.
        applied
            .updated
            .retain(|name| change.snapshot.get(name).is_some_and(|tool| *tool.origin.source == *source));
        (applied, is_change || !change.set.is_empty())
    }

    /// Removes tools that the source has no more. Returns the names of those that stay, as stale tools.
    fn remove_missing_tools(&self, replaced: ReplacedSource<'_>, change: &mut Change) -> Vec<String> {
        let names: HashSet<&str> = self.tools.iter().map(RegisteredTool::name).collect();
        let mut stale = Vec::new();
        for old in replaced.current.tools_of(replaced.source) {
            if names.contains(old.name()) || self.held.contains(old.name()) {
                continue;
            }
            match self.unread.iter().find(|unread| old.is_made_from(unread)) {
                None => change.remove(old),
                Some(unread) => {
                    stale.push(old.name().to_owned());
                    change.mark_stale(old, &unread.fault);
                }
            }
        }
        stale
    }
}

/// Clears the stale marks of held tools: their operation can be read again, and a gate alone keeps them. Returns whether
/// there was one.
fn clear_held_marks(held: &HashSet<String>, replaced: ReplacedSource<'_>, change: &mut Change) -> bool {
    let mut is_change = false;
    for old in replaced.current.tools_of(replaced.source) {
        if old.stale.is_some() && held.contains(old.name()) {
            is_change = true;
            let mut tool = RegisteredTool::clone(old);
            tool.stale = None;
            change.put(tool);
        }
    }
    is_change
}
