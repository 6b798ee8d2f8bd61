//! Change sets: what a revision changes, while it is made and as listeners get it.

use std::sync::Arc;

use serde::Serialize;

use super::{OnConflict, RegisteredTool, Snapshot, Stale, VersionEvent};
use crate::error::{Error, Result};
use crate::json::HashMap;

/// The tools that one revision changed. A name is in one list at most.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ChangeSet {
    /// The new revision.
    pub revision: u64,
    /// The source that changed, if it was one source.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// Names of new tools, in their order.
    pub added: Vec<String>,
    /// Names of changed tools.
    pub updated: Vec<String>,
    /// Names of removed tools.
    pub removed: Vec<String>,
    /// Names of tools that became stale: their operation cannot be read any more, and the tool stays as it was.
    pub stale: Vec<String>,
}

impl ChangeSet {
    /// Whether no tool changed.
    pub const fn is_empty(&self) -> bool {
        self.added.is_empty() && self.updated.is_empty() && self.removed.is_empty() && self.stale.is_empty()
    }
}

/// Receives every revision, in order, once it can be read.
///
/// The writer calls it and holds its lock: a listener must be quick, must not write to the registry and must not use the name
/// ledger.
pub trait ChangeListener: Send + Sync {
    /// A revision was published.
    fn changed(&self, change: &ChangeSet);

    /// An event about versions in the revision that [`ChangeListener::changed`] was called for last.
    fn version(&self, _event: &VersionEvent) {}
}

/// The next revision while it is made.
pub struct Change {
    pub snapshot: Snapshot,
    pub set: ChangeSet,
    pub events: Vec<VersionEvent>,
    /// Positions for new tools by name, where another version has a tool of that name.
    pub positions: HashMap<String, u64>,
    /// The id of the next registration. An id is never used again.
    pub next_id: u64,
}

impl Change {
    pub fn after(current: &Snapshot, next_id: u64) -> Self {
        let snapshot = current.next_revision();
        let set = ChangeSet { revision: snapshot.revision(), ..ChangeSet::default() };
        Self { snapshot, set, events: Vec::new(), positions: HashMap::default(), next_id }
    }

    /// Adds a tool, or replaces the one of its name where `on_conflict` allows it. Returns the id of the registration.
    ///
    /// # Errors
    /// `NAME_TAKEN` where another tool has the name, also one of an inactive version.
    pub fn insert(&mut self, mut tool: RegisteredTool, on_conflict: OnConflict) -> Result<u64> {
        let id = self.next_id;
        let inactive = self.snapshot.families.inactive_holder(tool.name(), &tool.origin.source).cloned();
        if let Some(inactive) = inactive {
            // Both tools would be in the view that makes the inactive version active.
            if on_conflict == OnConflict::Refuse || inactive.name() != tool.name() {
                return Err(name_taken(tool.name(), &inactive));
            }
            self.snapshot.remove_inactive_name(tool.name());
        }
        match self.snapshot.holder(tool.name()).cloned() {
            Some(old) if on_conflict == OnConflict::Replace && old.name() == tool.name() => {
                self.replace(&old, tool, id);
            }
            Some(holder) => return Err(name_taken(tool.name(), &holder)),
            None => {
                tool.id = id;
                tool.position = self.positions.get(tool.name()).copied().unwrap_or(id);
                tool.revision = self.snapshot.revision();
                self.set.added.push(tool.name().to_owned());
                self.put(tool);
            }
        }
        self.next_id += 1;
        Ok(id)
    }

    /// Replaces a tool. The new one keeps its position and whether it is enabled.
    pub fn replace(&mut self, old: &RegisteredTool, mut tool: RegisteredTool, id: u64) {
        tool.id = id;
        tool.position = old.position;
        tool.registered_at = old.registered_at;
        tool.enabled = old.enabled;
        tool.revision = self.snapshot.revision();
        if tool.name() == old.name() {
            self.set.updated.push(tool.name().to_owned());
        } else {
            self.set.removed.push(old.name().to_owned());
            self.set.added.push(tool.name().to_owned());
        }
        self.put(tool);
    }

    /// Puts a tool at its position. A tool that loses its wire name to it counts as updated.
    pub fn put(&mut self, tool: RegisteredTool) {
        if let Some(renamed) = self.snapshot.put(tool)
            && ![&self.set.added, &self.set.updated].iter().any(|names| names.contains(&renamed))
        {
            self.set.updated.push(renamed);
        }
    }

    /// Keeps a tool as it is and marks it as stale.
    pub fn mark_stale(&mut self, tool: &RegisteredTool, fault: &Stale) {
        // The same fault at another time is no change.
        let known = tool.stale.as_ref().map(|known| Stale { since: fault.since, ..Stale::clone(known) });
        if known.as_ref() != Some(fault) {
            self.set.stale.push(tool.name().to_owned());
            let mut marked = tool.clone();
            marked.stale = Some(Arc::new(fault.clone()));
            self.put(marked);
        }
    }

    pub fn remove(&mut self, tool: &RegisteredTool) {
        self.snapshot.remove(tool);
        self.set.removed.push(tool.name().to_owned());
    }
}

/// The error for a name that another tool has.
pub fn name_taken(name: &str, holder: &RegisteredTool) -> Error {
    Error::NameTaken {
        name: name.to_owned(),
        holder: holder.name().to_owned(),
        source_name: holder.origin.source.to_string(),
    }
}
