//! The changes of tools, one by one and all together.

use serde::Serialize;

use super::change_finding::{ChangeFinding, finding as f};
use super::{ChangeClass, definition_changes as definition, destination_changes as destination};
use crate::registry::ChangeSet;
use crate::tool::{Executor, ToolDefinition};

/// A tool before or after a change.
#[derive(Clone, Copy)]
pub struct Side<'t> {
    /// What is said of it.
    pub definition: &'t ToolDefinition,
    /// What carries its calls out.
    pub executor: &'t dyn Executor,
}

/// What changed of one tool.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ToolChange {
    /// The tool's name: the new one, where it has one.
    pub tool: String,
    /// The worst class of its findings.
    pub class: ChangeClass,
    /// All that differs.
    pub findings: Vec<ChangeFinding>,
}

impl ToolChange {
    fn new(tool: &str, findings: Vec<ChangeFinding>) -> Self {
        let class = findings.iter().map(|one| one.class).max().unwrap_or_default();
        Self { tool: tool.to_owned(), class, findings }
    }

    /// A tool that is new.
    pub fn added(tool: &str) -> Self {
        Self::new(tool, vec![ChangeFinding::new(&f::TOOL_ADDED, "", None, None)])
    }

    /// A tool that is gone.
    pub fn removed(tool: &str) -> Self {
        Self::new(tool, vec![ChangeFinding::new(&f::TOOL_REMOVED, "", None, None)])
    }

    /// A tool that may not be what it was.
    ///
    /// Closures cannot be compared: another one behind the same definition is no finding, since every reload of a module
    /// makes new ones. Executors that say where calls go, and differ in nothing that they say, may still differ in what
    /// goes with every request: `EXECUTOR_CHANGED`.
    pub fn between(old: Side<'_>, new: Side<'_>) -> Self {
        let mut findings = definition::compare(old.definition, new.definition);
        match (old.executor.destination(), new.executor.destination()) {
            (None, None) => {}
            (Some(was), Some(is)) => {
                let found = destination::compare(&was, &is);
                if was == is && !new.executor.is_same_as(old.executor) {
                    findings.push(ChangeFinding::new(&f::EXECUTOR_CHANGED, "/endpoint", None, None));
                }
                findings.extend(found);
            }
            _ => findings.push(ChangeFinding::new(&f::EXECUTOR_CHANGED, "/endpoint", None, None)),
        }
        Self::new(&new.definition.name, findings)
    }

    /// A tool of which other things may be said, wherever its calls go.
    pub fn said(old: &ToolDefinition, new: &ToolDefinition) -> Self {
        Self::new(&new.name, definition::compare(old, new))
    }

    /// Its classes, each once, from the mildest.
    pub fn classes(&self) -> Vec<ChangeClass> {
        let has = |class: &ChangeClass| self.findings.iter().any(|one| one.class == *class);
        ChangeClass::ALL.into_iter().filter(has).collect()
    }
}

/// What changed of all tools.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Classification {
    /// The worst class of them all.
    pub class: ChangeClass,
    /// The tools of which something changed: those that are gone, those that are not what they were, those that are new.
    pub tools: Vec<ToolChange>,
}

impl Classification {
    /// Classes a change set. `before` and `after` give the tools of its names in the revision before it and in its own; a
    /// tool that one of them does not give counts as gone, or as new.
    pub fn of<'t>(
        set: &ChangeSet,
        before: impl Fn(&str) -> Option<Side<'t>>,
        after: impl Fn(&str) -> Option<Side<'t>>,
    ) -> Self {
        let removed = set.removed.iter().map(|name| ToolChange::removed(name));
        let updated = set.updated.iter().map(|name| match (before(name), after(name)) {
            (Some(old), Some(new)) => ToolChange::between(old, new),
            (None, Some(_)) => ToolChange::added(name),
            (_, None) => ToolChange::removed(name),
        });
        let added = set.added.iter().map(|name| ToolChange::added(name));
        removed.chain(updated).chain(added).collect()
    }

    /// Their classes, each once, from the mildest.
    pub fn classes(&self) -> Vec<ChangeClass> {
        let all: Vec<ChangeClass> = self.tools.iter().flat_map(ToolChange::classes).collect();
        ChangeClass::ALL.into_iter().filter(|class| all.contains(class)).collect()
    }
}

impl FromIterator<ToolChange> for Classification {
    fn from_iter<I: IntoIterator<Item = ToolChange>>(changes: I) -> Self {
        let tools: Vec<ToolChange> = changes.into_iter().filter(|one| !one.findings.is_empty()).collect();
        Self { class: tools.iter().map(|one| one.class).max().unwrap_or_default(), tools }
    }
}
