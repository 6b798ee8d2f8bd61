//! Classification of a change set: the findings and the change class of each tool, and of all tools together.

use serde::Serialize;

use super::change_finding::{ChangeFinding, finding as f};
use super::removed_tools::{RemovedTool, RemovedTools};
use super::{ChangeClass, definition_changes as definition, destination_changes as destination};
use crate::registry::{ChangeSet, RegisteredTool};
use crate::tool::{Executor, ToolDefinition};

/// A tool before or after a change.
#[derive(Clone, Copy)]
pub struct ComparedTool<'t> {
    /// Its definition.
    pub definition: &'t ToolDefinition,
    /// The executor of its calls.
    pub executor: &'t dyn Executor,
}

impl<'t> ComparedTool<'t> {
    /// A registered tool.
    pub fn new(tool: &'t RegisteredTool) -> Self {
        Self { definition: &tool.definition, executor: &*tool.executor }
    }
}

/// The change of one tool.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ToolChange {
    /// The tool's name after the change.
    pub tool: String,
    /// The worst class of its findings.
    pub class: ChangeClass,
    /// All differences.
    pub findings: Vec<ChangeFinding>,
}

impl ToolChange {
    fn new(tool: &str, findings: Vec<ChangeFinding>) -> Self {
        let class = findings.iter().map(|one| one.class).max().unwrap_or_default();
        Self { tool: tool.to_owned(), class, findings }
    }

    /// The change of a new tool.
    pub fn added(tool: &str) -> Self {
        Self::new(tool, vec![ChangeFinding::new(&f::TOOL_ADDED, "", None, None)])
    }

    /// The change of a tool that comes back: it is new, and it may be another one than before.
    fn returned(old: &RemovedTool, new: ComparedTool<'_>) -> Self {
        let mut findings = vec![ChangeFinding::new(&f::TOOL_ADDED, "", None, None)];
        findings.extend(definition::compare(&old.definition, new.definition));
        if let (Some(was), Some(is)) = (&old.destination, new.executor.destination()) {
            findings.extend(destination::compare(was, &is));
        }
        Self::new(&new.definition.name, findings)
    }

    /// The change of a removed tool.
    pub fn removed(tool: &str) -> Self {
        Self::new(tool, vec![ChangeFinding::new(&f::TOOL_REMOVED, "", None, None)])
    }

    /// The change between two versions of a tool; it may have no findings.
    ///
    /// Closures cannot be compared: another closure behind the same definition is no finding, since every reload of a module
    /// makes new ones. Executors with equal destinations may still differ in what they send: `EXECUTOR_CHANGED`.
    pub fn between(old: ComparedTool<'_>, new: ComparedTool<'_>) -> Self {
        let mut findings = definition::compare(old.definition, new.definition);
        let executor_changed = || ChangeFinding::new(&f::EXECUTOR_CHANGED, "/endpoint", None, None);
        match (old.executor.destination(), new.executor.destination()) {
            (None, None) => {}
            (Some(was), Some(is)) if was == is && !new.executor.is_same_as(old.executor) => {
                findings.push(executor_changed());
                findings.extend(destination::compare(&was, &is));
            }
            (Some(was), Some(is)) => findings.extend(destination::compare(&was, &is)),
            (Some(_), None) | (None, Some(_)) => findings.push(executor_changed()),
        }
        Self::new(&new.definition.name, findings)
    }

    /// The change between two definitions, whatever the destinations of their calls are.
    pub fn between_definitions(old: &ToolDefinition, new: &ToolDefinition) -> Self {
        Self::new(&new.name, definition::compare(old, new))
    }

    /// The classes of its findings, each once, from the mildest.
    pub fn classes(&self) -> Vec<ChangeClass> {
        let has = |class: &ChangeClass| self.findings.iter().any(|one| one.class == *class);
        ChangeClass::ALL.into_iter().filter(has).collect()
    }
}

/// The changes of all tools.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Classification {
    /// The worst class of all changes.
    pub class: ChangeClass,
    /// The tools that differ: removed ones first, then changed and new ones.
    pub tools: Vec<ToolChange>,
}

impl Classification {
    /// Classifies a change set. `before` and `after` look up tools by name in the revisions before and after it. A tool that
    /// one of them does not have is removed, or new. A new one is compared with the tool that had its name and was removed.
    pub fn classify<'t>(
        set: &ChangeSet,
        before: impl Fn(&str) -> Option<ComparedTool<'t>>,
        after: impl Fn(&str) -> Option<ComparedTool<'t>>,
        removed_before: &RemovedTools,
    ) -> Self {
        let added = |name: &str| match (removed_before.get(name), after(name)) {
            (Some(old), Some(new)) => ToolChange::returned(old, new),
            _ => ToolChange::added(name),
        };
        let removed = set.removed.iter().map(|name| ToolChange::removed(name));
        let updated = set.updated.iter().map(|name| match (before(name), after(name)) {
            (Some(old), Some(new)) => ToolChange::between(old, new),
            (None, Some(_)) => added(name),
            (_, None) => ToolChange::removed(name),
        });
        removed.chain(updated).chain(set.added.iter().map(|name| added(name))).collect()
    }

    /// The classes of all changes, each once, from the mildest.
    pub fn classes(&self) -> Vec<ChangeClass> {
        let all: Vec<ChangeClass> = self.tools.iter().flat_map(ToolChange::classes).collect();
        ChangeClass::ALL.into_iter().filter(|class| all.contains(class)).collect()
    }
}

impl FromIterator<ToolChange> for Classification {
    /// Leaves out changes without findings.
    fn from_iter<I: IntoIterator<Item = ToolChange>>(changes: I) -> Self {
        let tools: Vec<ToolChange> = changes.into_iter().filter(|one| !one.findings.is_empty()).collect();
        Self { class: tools.iter().map(|one| one.class).max().unwrap_or_default(), tools }
    }
}
