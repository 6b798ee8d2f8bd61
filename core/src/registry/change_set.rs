//! What a new revision changes: while it is made, and as it is told.

use std::sync::Arc;

use serde::Serialize;

use super::{OnConflict, RegisteredTool, Snapshot, Stale, VersionEvent};
use crate::error::{Error, Result};
use crate::json::HashMap;

/// What one revision changed against the one before it. A tool stands in one list at most.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ChangeSet {
    /// The new revision.
    pub revision: u64,
    /// The source that changed, where one source did.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// Names of tools that are new, in their order.
    pub added: Vec<String>,
    /// Names of tools that are not what they were.
    pub updated: Vec<String>,
    /// Names of tools that are gone.
    pub removed: Vec<String>,
    /// Names of tools that are what they were because their operation cannot be read any more.
    pub stale: Vec<String>,
}

impl ChangeSet {
    /// Whether no tool changed.
    pub const fn is_empty(&self) -> bool {
        self.added.is_empty() && self.updated.is_empty() && self.removed.is_empty() && self.stale.is_empty()
    }
}

/// Is told of every revision, in order, once it can be read. Called by the writer: it must be quick, and must neither
/// write nor ask for the names of the ledger.
pub trait ChangeListener: Send + Sync {
    /// A revision was published.
    fn changed(&self, change: &ChangeSet);

    /// Something became of a version of a source in the revision that was just told.
    fn version(&self, _event: &VersionEvent) {}
}

/// The next revision while it is made.
pub struct Change {
    pub snapshot: Snapshot,
    pub set: ChangeSet,
    /// What became of versions.
    pub events: Vec<VersionEvent>,
    /// Places of names that are to stand there though they are new.
    pub places: HashMap<String, u64>,
}

impl Change {
    pub fn after(current: &Snapshot) -> Self {
        let snapshot = current.next();
        let set = ChangeSet { revision: snapshot.revision(), ..ChangeSet::default() };
        Self { snapshot, set, events: Vec::new(), places: HashMap::default() }
    }

    /// A tool that may be new, or may take the place of the one of its name. The number of its registration, the `next` one,
    /// is told.
    pub fn insert(
        &mut self,
        mut tool: RegisteredTool,
        on_conflict: OnConflict,
        next: &mut u64,
    ) -> Result<u64> {
        let id = *next;
        let waiting = self.snapshot.families.holder(tool.name(), &tool.origin.source).cloned();
        if let Some(waiting) = waiting {
            // It would stand in the way wherever that version is shown.
            if on_conflict == OnConflict::Refuse || waiting.name() != tool.name() {
                return Err(taken(tool.name(), &waiting));
            }
            self.snapshot.drop_waiting(tool.name());
        }
        match self.snapshot.holder(tool.name()).cloned() {
            Some(old) if on_conflict == OnConflict::Replace && old.name() == tool.name() => {
                self.put_over(&old, tool, id);
            }
            Some(holder) => return Err(taken(tool.name(), &holder)),
            None => {
                tool.id = id;
                tool.place = self.places.get(tool.name()).copied().unwrap_or(id);
                tool.revision = self.snapshot.revision();
                self.set.added.push(tool.name().to_owned());
                self.put(tool);
            }
        }
        *next += 1;
        Ok(id)
    }

    /// A tool in the place of another one. It keeps that one's place and switch.
    pub fn put_over(&mut self, old: &RegisteredTool, mut tool: RegisteredTool, id: u64) {
        tool.id = id;
        tool.place = old.place;
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

    /// A tool in its place. One that providers knew by its name is known by another one from now on.
    pub fn put(&mut self, tool: RegisteredTool) {
        if let Some(displaced) = self.snapshot.put(tool)
            && ![&self.set.added, &self.set.updated].iter().any(|names| names.contains(&displaced))
        {
            self.set.updated.push(displaced);
        }
    }

    /// A tool that stays as it is and says why.
    pub fn leave(&mut self, tool: &RegisteredTool, fault: &Stale) {
        let known = tool.stale.as_ref().map(|known| Stale { since: fault.since, ..Stale::clone(known) });
        if known.as_ref() != Some(fault) {
            self.set.stale.push(tool.name().to_owned());
            let mut left = tool.clone();
            left.stale = Some(Arc::new(fault.clone()));
            self.put(left);
        }
    }

    pub fn remove(&mut self, tool: &RegisteredTool) {
        self.snapshot.take(tool);
        self.set.removed.push(tool.name().to_owned());
    }
}

/// The refusal of a name that another tool has.
pub fn taken(name: &str, holder: &RegisteredTool) -> Error {
    Error::NameTaken {
        name: name.to_owned(),
        holder: holder.name().to_owned(),
        source_name: holder.origin.source.to_string(),
    }
}
