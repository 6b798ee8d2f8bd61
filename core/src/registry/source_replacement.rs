//! A source's tools in the place of those it had: what that would change, and the change.

use std::sync::Arc;

use super::change_set::Change;
use super::{ChangeSet, OnConflict, RegisteredTool, Snapshot, UnreadOperation};
use crate::error::Error;
use crate::json::HashSet;

/// What the tools of a source are to be.
#[derive(Debug, Default)]
pub struct SourceReplacement<'r> {
    /// All of them. No two have names of one key.
    pub tools: Vec<RegisteredTool>,
    /// Operations that cannot be read: their tools stay as they are and say why.
    pub unread: &'r [UnreadOperation],
    /// Names of tools that stay as they are, whatever became of them: there, not there, or as they were.
    pub held: HashSet<String>,
    /// What somebody looked at before they agreed: anything else is not entered.
    pub judged: Option<&'r ReplacementPlan>,
}

/// What a renewal changes of one revision. Two are equal where the very same tools would go, come and be replaced.
#[derive(Clone, Debug, Default)]
pub struct ReplacementPlan {
    /// Tools that would go.
    pub removed: Vec<Arc<RegisteredTool>>,
    /// Tools that would be replaced.
    pub updated: Vec<Arc<RegisteredTool>>,
    /// Names of tools that would come.
    pub added: Vec<String>,
    /// How many tools the source has.
    pub before: usize,
    /// The revision that it was made against.
    pub revision: u64,
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

    /// The names, as a revision would tell them.
    pub fn set(&self, source: &str) -> ChangeSet {
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

/// What came of putting a source's tools in the place of those it had.
#[derive(Debug, Default)]
pub struct AppliedReplacement {
    /// The revision that has them; the one before where nothing changed.
    pub revision: u64,
    /// Names of tools that are new.
    pub added: Vec<String>,
    /// Names of tools that are not what they were.
    pub updated: Vec<String>,
    /// Names of tools that are gone.
    pub removed: Vec<String>,
    /// Names of tools that are what they were.
    pub unchanged: Vec<String>,
    /// Names of tools that are what they were because their operation cannot be read any more.
    pub stale: Vec<String>,
    /// Tools that another source's tool stood in the way of, and why.
    pub refused: Vec<(String, Error)>,
    /// The revision itself.
    pub snapshot: Option<Arc<Snapshot>>,
}

impl SourceReplacement<'_> {
    /// What it would change of a revision.
    pub fn plan(&self, current: &Snapshot, source: &str) -> ReplacementPlan {
        let names: HashSet<&str> = self.tools.iter().map(RegisteredTool::name).collect();
        let mut plan = ReplacementPlan { revision: current.revision(), ..ReplacementPlan::default() };
        for old in current.tools_of(source) {
            plan.before += 1;
            if !names.contains(old.name()) && !self.unread.iter().any(|unread| unread.is(old)) {
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

    /// Whether it would still change what was judged, where it was. To compare all tools once more takes longer than to look
    /// whether anything happened since.
    pub(in crate::registry) fn is_as_judged(&self, current: &Snapshot, source: &str) -> bool {
        self.judged.is_none_or(|judged| {
            judged.revision == current.revision() || *judged == self.plan(current, source)
        })
    }

    /// Makes the change; what it came to, and whether it is one. It is as it was judged.
    pub(in crate::registry) fn enter(
        self,
        current: &Snapshot,
        source: &str,
        change: &mut Change,
        on_conflict: OnConflict,
        next: &mut u64,
    ) -> (AppliedReplacement, bool) {
        let Self { tools, unread, held, judged } = self;
        let updated: Option<HashSet<&str>> =
            judged.map(|plan| plan.updated.iter().map(|tool| tool.name()).collect());
        let is_same = |old: &RegisteredTool, tool: &RegisteredTool| match &updated {
            Some(updated) => !updated.contains(tool.name()),
            None => old.is_same_as(tool),
        };
        let mut applied = AppliedReplacement::default();
        let mut versions_moved = false;
        let names: HashSet<String> = tools.iter().map(|tool| tool.name().to_owned()).collect();
        let gone = |old: &&Arc<RegisteredTool>| !names.contains(old.name()) && !held.contains(old.name());
        for old in current.tools_of(source).filter(gone) {
            match unread.iter().find(|unread| unread.is(old)) {
                None => change.remove(old),
                Some(unread) => {
                    applied.stale.push(old.name().to_owned());
                    change.leave(old, &unread.fault);
                }
            }
        }
        for mut tool in tools {
            match current.get(tool.name()).filter(|old| *old.origin.source == *source) {
                Some(old) if is_same(old, &tool) => {
                    applied.unchanged.push(tool.name().to_owned());
                    if old.definition.version != tool.definition.version || old.stale.is_some() {
                        versions_moved = true;
                        tool.succeed(old);
                        change.put(tool);
                    }
                }
                _ if held.contains(tool.name()) => {}
                Some(old) => change.put_over(old, tool, old.id),
                None => {
                    let name = tool.name().to_owned();
                    if let Err(error) = change.insert(tool, on_conflict, next) {
                        applied.refused.push((name, error));
                    }
                }
            }
        }
        for old in current.tools_of(source).filter(|old| old.stale.is_some() && held.contains(old.name())) {
            // What keeps it from moving on is no fault of its operation any more.
            versions_moved = true;
            let mut tool = RegisteredTool::clone(old);
            tool.stale = None;
            change.put(tool);
        }
        applied.tell(&change.set);
        let is_change = versions_moved || !change.set.is_empty();
        (applied, is_change)
    }
}

impl AppliedReplacement {
    /// Says what a change set says.
    pub(in crate::registry) fn tell(&mut self, set: &ChangeSet) {
        self.added.clone_from(&set.added);
        self.updated.clone_from(&set.updated);
        self.removed.clone_from(&set.removed);
    }
}
