//! The tool registry: lock-free reads of the newest revision, one writer at a time.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use arc_swap::ArcSwap;
use serde_json::{Value, json};

use super::change_set::{Change, name_taken};
use super::source_claims::SourceClaims;
use super::{
    ChangeListener, NameDraft, NameLedger, OnConflict, Origin, RegisteredTool, Snapshot, UnnamedOperation,
    revision_record,
};
use crate::audit::AuditLog;
use crate::error::{Error, Result};
use crate::json::HashSet;
use crate::tool::ToolDefinition;

/// A tool registry.
pub struct ToolRegistry {
    current: ArcSwap<Snapshot>,
    writer: Mutex<RegistryWriter>,
    /// Lock order: the ledger first, then the writer. The other order would deadlock.
    ledger: Mutex<NameLedger>,
    pub(super) on_conflict: OnConflict,
    source_claims: SourceClaims,
    definition_bytes: usize,
}

#[derive(Default)]
pub(super) struct RegistryWriter {
    /// The id of the next registration, and the position of the next new tool.
    pub next_id: u64,
    closed: bool,
    listeners: Vec<Arc<dyn ChangeListener>>,
}

impl ToolRegistry {
    /// An empty registry.
    pub fn new(on_conflict: OnConflict) -> Self {
        Self::with_names(on_conflict, NameLedger::default())
    }

    /// An empty registry whose operations keep the names of a ledger.
    pub fn with_names(on_conflict: OnConflict, names: NameLedger) -> Self {
        Self {
            current: ArcSwap::from_pointee(Snapshot::empty()),
            writer: Mutex::default(),
            ledger: Mutex::new(names),
            on_conflict,
            source_claims: SourceClaims::default(),
            definition_bytes: ToolDefinition::MAX_BYTES,
        }
    }

    /// Sets the maximum size of one tool's definition, in bytes of JSON. Default: [`ToolDefinition::MAX_BYTES`].
    #[must_use]
    pub fn with_definition_bytes(self, definition_bytes: usize) -> Self {
        Self { definition_bytes, ..self }
    }

    /// The maximum size of one tool's definition, in bytes of JSON.
    pub const fn definition_bytes(&self) -> usize {
        self.definition_bytes
    }

    /// Records changes in an audit log. For a registry that has no tools yet.
    #[must_use]
    pub fn audited(self, log: AuditLog) -> Self {
        self.current.store(Arc::new(Snapshot::audited(log)));
        self
    }

    /// The audit log, if there is one.
    pub fn audit(&self) -> Option<Arc<AuditLog>> {
        self.current.load().audit().cloned()
    }

    /// The newest revision.
    pub fn snapshot(&self) -> Arc<Snapshot> {
        self.current.load_full()
    }

    /// Reads the newest revision without a reference count: for one short look-up.
    pub fn read<T>(&self, with: impl FnOnce(&Snapshot) -> T) -> T {
        with(&self.current.load())
    }

    /// Adds a listener for every revision from now on.
    pub fn listen(&self, listener: Arc<dyn ChangeListener>) {
        self.lock().listeners.push(listener);
    }

    /// Registers a tool and returns the id of its registration. An id is never used again.
    ///
    /// # Errors
    /// `NAME_TAKEN` as [`OnConflict`] says, `CLOSED`.
    pub fn register(&self, tool: RegisteredTool) -> Result<u64> {
        let mut writer = self.open()?;
        let mut change = Change::after(&self.current.load(), writer.next_id);
        let id = change.insert(tool, self.on_conflict)?;
        self.publish(&mut writer, change);
        Ok(id)
    }

    /// Replaces the tool of the same name, whichever source it is of. Returns the id of the new registration.
    ///
    /// # Errors
    /// `UNKNOWN_TOOL` where no tool has the name, `CLOSED`.
    pub fn replace(&self, tool: RegisteredTool) -> Result<u64> {
        let mut writer = self.open()?;
        let current = self.current.load();
        current.get(tool.name()).ok_or_else(|| current.unknown_tool(tool.name()))?;
        let mut change = Change::after(&current, writer.next_id);
        let id = change.insert(tool, OnConflict::Replace)?;
        self.publish(&mut writer, change);
        Ok(id)
    }

    /// Replaces the definition of one registration, which may get another name. `former` is its present name.
    ///
    /// # Errors
    /// `UNKNOWN_TOOL` where the registration is gone, `NAME_TAKEN` where another tool has the new name, `CLOSED`.
    pub fn update(&self, id: u64, former: &str, tool: RegisteredTool) -> Result<()> {
        let mut writer = self.open()?;
        let current = self.current.load();
        let old = registered(&current, id, former)?;
        if let Some(holder) = current.holder(tool.name()).filter(|holder| holder.id != id) {
            return Err(name_taken(tool.name(), holder));
        }
        if let Some(holder) = current.families.inactive_holder(tool.name(), &tool.origin.source) {
            return Err(name_taken(tool.name(), holder));
        }
        let mut change = Change::after(&current, writer.next_id);
        change.replace(old, tool, id);
        self.publish(&mut writer, change);
        Ok(())
    }

    /// Enables or disables a tool. A disabled tool is neither listed nor callable.
    ///
    /// # Errors
    /// `UNKNOWN_TOOL` where the registration is gone, `CLOSED`.
    pub fn set_enabled(&self, id: u64, name: &str, enabled: bool) -> Result<()> {
        let mut writer = self.open()?;
        let current = self.current.load();
        let old = registered(&current, id, name)?;
        if old.enabled != enabled {
            let mut change = Change::after(&current, writer.next_id);
            let mut tool = RegisteredTool::clone(old);
            tool.enabled = enabled;
            tool.revision = change.snapshot.revision();
            change.set.updated.push(tool.name().to_owned());
            change.put(tool);
            self.publish(&mut writer, change);
        }
        Ok(())
    }

    /// Removes a tool and returns whether there was one. With an id, removes it only if it is of that registration.
    ///
    /// # Errors
    /// `CLOSED`.
    pub fn unregister(&self, name: &str, id: Option<u64>) -> Result<bool> {
        let mut writer = self.open()?;
        let current = self.current.load();
        let Some(tool) = current.get(name).filter(|tool| id.is_none_or(|id| tool.id == id)) else {
            return Ok(false);
        };
        let mut change = Change::after(&current, writer.next_id);
        change.remove(tool);
        self.publish(&mut writer, change);
        Ok(true)
    }

    /// Drafts names for the operations of a source, for [`ToolRegistry::apply_drafted`].
    pub fn draft(
        &self,
        source: &str,
        namespace: Option<&str>,
        operations: impl IntoIterator<Item = impl Into<UnnamedOperation>>,
    ) -> NameDraft {
        self.ledger().draft(source, namespace, operations)
    }

    /// All names of the ledger, as [`NameLedger::to_json`] gives them. Works on a closed registry too.
    pub fn names(&self) -> Value {
        self.ledger().to_json()
    }

    /// Releases the names of one source, or of all, that no tool has. Returns how many.
    ///
    /// # Errors
    /// `CLOSED`.
    pub fn forget_names(&self, source: Option<&str>) -> Result<usize> {
        // Held over the look-ups below: a load must not enter a name between the check and its release.
        let mut ledger = self.ledger();
        drop(self.open()?);
        let current = self.current.load();
        let inactive: HashSet<&str> = current.inactive_tools().map(|tool| tool.name()).collect();
        Ok(ledger.forget(source, |source, name| {
            // The names of code belong to no source: a tool may move from one file to another.
            let is_code = source == Origin::CODE;
            if is_code {
                current.get(name).is_some() || inactive.contains(name)
            } else {
                current.tool_of(source, name).is_some()
            }
        }))
    }

    /// Which loader has which source.
    pub const fn source_claims(&self) -> &SourceClaims {
        &self.source_claims
    }

    /// Removes all tools and refuses further changes with `CLOSED`. Closing again does nothing.
    pub fn close(&self) {
        let mut writer = self.lock();
        if std::mem::replace(&mut writer.closed, true) {
            return;
        }
        let empty = self.current.load().next_empty_revision();
        if let Some(log) = empty.audit() {
            log.close();
        }
        self.current.store(Arc::new(empty));
        writer.listeners.clear();
    }

    /// Whether [`ToolRegistry::close`] was called.
    pub fn is_closed(&self) -> bool {
        self.lock().closed
    }

    pub(super) fn open(&self) -> Result<MutexGuard<'_, RegistryWriter>> {
        let writer = self.lock();
        if writer.closed { Err(Error::Closed { what: "registry" }) } else { Ok(writer) }
    }

    /// A writer that panicked has published nothing, so the last revision is still whole.
    fn lock(&self) -> MutexGuard<'_, RegistryWriter> {
        self.writer.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A load that panicked has entered no name, so the ledger is still whole.
    pub(super) fn ledger(&self) -> MutexGuard<'_, NameLedger> {
        self.ledger.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Publishes the next revision. The audit record comes first: a revision that somebody read is in the log.
    pub(super) fn publish(&self, writer: &mut RegistryWriter, mut change: Change) -> Arc<Snapshot> {
        writer.next_id = change.next_id;
        let changed = change.snapshot.changed_positions();
        change.snapshot.finish_revision();
        let snapshot = Arc::new(change.snapshot);
        let former = self.current.load();
        snapshot.take_over_filtered(&former, changed);
        revision_record::record_change(&former, &snapshot, &change.set);
        for event in &change.events {
            revision_record::record_event(&snapshot, event.name(), &json!(event));
        }
        self.current.store(Arc::clone(&snapshot));
        // Under the writer's lock, so that listeners receive revisions in order.
        for listener in &writer.listeners {
            listener.changed(&change.set);
            change.events.iter().for_each(|event| listener.version(event));
        }
        snapshot
    }
}

fn registered<'s>(current: &'s Snapshot, id: u64, name: &str) -> Result<&'s Arc<RegisteredTool>> {
    // Another registration may have the name by now.
    current.get(name).filter(|tool| tool.id == id).ok_or_else(|| current.unknown_tool(name))
}
