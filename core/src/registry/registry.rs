//! The tool registry: lock-free reads of the newest revision, one writer at a time.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use arc_swap::{ArcSwap, ArcSwapOption};
use serde_json::{Value, json};

use super::change_set::{Change, name_taken};
use super::group_membership::GroupMembership;
use super::pending_revision::PendingRevision;
use super::source_claims::SourceClaims;
use super::{
    ChangeListener, NameDraft, NameLedger, OnConflict, Origin, RegisteredTool, SearchSettings, Snapshot,
    UnnamedOperation, revision_record,
};
use crate::audit::AuditLog;
use crate::error::{Error, Result};
use crate::json::HashSet;
use crate::tool::ToolDefinition;

/// A tool registry.
pub struct ToolRegistry {
    shared: Arc<SharedRegistry>,
    pub(super) on_conflict: OnConflict,
    definition_bytes: usize,
    /// The group that its changes join; see [`RevisionGroup`](super::RevisionGroup).
    group: Option<Arc<GroupMembership>>,
}

/// What a registry shares with the members of its groups.
struct SharedRegistry {
    current: ArcSwap<Snapshot>,
    /// The newest revision with what groups have changed in it. Members read it, nobody else.
    pending: ArcSwapOption<Snapshot>,
    writer: Mutex<RegistryWriter>,
    /// Lock order: the ledger first, then the writer. The other order would deadlock.
    ledger: Mutex<NameLedger>,
    source_claims: SourceClaims,
}

#[derive(Default)]
pub(super) struct RegistryWriter {
    /// The id of the next registration, and the position of the next new tool.
    pub next_id: u64,
    /// What groups have changed since the newest revision.
    pending: Option<PendingRevision>,
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
        let shared = SharedRegistry {
            current: ArcSwap::from_pointee(Snapshot::empty()),
            pending: ArcSwapOption::empty(),
            writer: Mutex::default(),
            ledger: Mutex::new(names),
            source_claims: SourceClaims::default(),
        };
        let definition_bytes = ToolDefinition::MAX_BYTES;
        Self { shared: Arc::new(shared), on_conflict, definition_bytes, group: None }
    }

    /// The same registry as a member of a group.
    pub(super) fn member_of(&self, group: &Arc<GroupMembership>) -> Self {
        Self { shared: Arc::clone(&self.shared), group: Some(Arc::clone(group)), ..*self }
    }

    /// Gives the registry as it is outside of groups, while it is there: this does not keep it.
    pub(super) fn downgrade(&self) -> impl Fn() -> Option<Self> + Send + Sync + 'static {
        let Self { on_conflict, definition_bytes, .. } = *self;
        let shared = Arc::downgrade(&self.shared);
        move || Some(Self { shared: shared.upgrade()?, on_conflict, definition_bytes, group: None })
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
        self.shared.current.store(Arc::new(Snapshot::audited(log)));
        self
    }

    /// Sets how its tools are searched. For a registry that has no tools yet.
    #[must_use]
    pub fn searched_by(self, settings: SearchSettings) -> Self {
        let current = self.shared.current.load().with_search_settings(settings);
        self.shared.current.store(Arc::new(current));
        self
    }

    /// The audit log, if there is one.
    pub fn audit(&self) -> Option<Arc<AuditLog>> {
        self.shared.current.load().audit().cloned()
    }

    /// The newest revision. A member of an open group gets it with the changes of the group.
    pub fn snapshot(&self) -> Arc<Snapshot> {
        let pending = self.group.as_ref().and_then(|_| self.shared.pending.load_full());
        pending.unwrap_or_else(|| self.shared.current.load_full())
    }

    /// Reads the newest revision without a reference count: for one short look-up.
    pub fn read<T>(&self, with: impl FnOnce(&Snapshot) -> T) -> T {
        if self.group.is_some() { with(&self.snapshot()) } else { with(&self.shared.current.load()) }
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
        self.register_with(tool, None)
    }

    /// Registers a tool, with a rule of its own about a name in use. Default: the registry's.
    ///
    /// # Errors
    /// `NAME_TAKEN` as the rule says, `CLOSED`.
    pub fn register_with(&self, tool: RegisteredTool, on_conflict: Option<OnConflict>) -> Result<u64> {
        let mut writer = self.open()?;
        let mut change = Change::after(&self.snapshot(), writer.next_id);
        let id = change.insert(tool, on_conflict.unwrap_or(self.on_conflict))?;
        self.publish(&mut writer, change);
        Ok(id)
    }

    /// Replaces the tool of the same name, whichever source it is of. Returns the id of the new registration.
    ///
    /// # Errors
    /// `UNKNOWN_TOOL` where no tool has the name, `CLOSED`.
    pub fn replace(&self, tool: RegisteredTool) -> Result<u64> {
        let mut writer = self.open()?;
        let current = self.snapshot();
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
        let current = self.snapshot();
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
        let current = self.snapshot();
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
        let current = self.snapshot();
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
        let current = self.snapshot();
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
    pub fn source_claims(&self) -> &SourceClaims {
        &self.shared.source_claims
    }

    /// Removes all tools and refuses further changes with `CLOSED`. Closing again does nothing.
    pub fn close(&self) {
        let mut writer = self.lock();
        if std::mem::replace(&mut writer.closed, true) {
            return;
        }
        writer.pending = None;
        self.shared.pending.store(None);
        let empty = self.shared.current.load().next_empty_revision();
        if let Some(log) = empty.audit() {
            log.close();
        }
        self.shared.current.store(Arc::new(empty));
        writer.listeners.clear();
    }

    /// Whether [`ToolRegistry::close`] was called.
    pub fn is_closed(&self) -> bool {
        self.lock().closed
    }

    /// Locks the writer for a change. Unless the change joins a group, the pending changes of groups are published first: its
    /// caller neither waits for the end of a group, nor misses its own change until then.
    pub(super) fn open(&self) -> Result<MutexGuard<'_, RegistryWriter>> {
        let mut writer = self.open_to_read()?;
        if !self.is_member() {
            self.publish_pending(&mut writer);
        }
        Ok(writer)
    }

    /// Locks the writer, and changes nothing.
    pub(super) fn open_to_read(&self) -> Result<MutexGuard<'_, RegistryWriter>> {
        let writer = self.lock();
        if writer.closed { Err(Error::Closed { what: "registry" }) } else { Ok(writer) }
    }

    /// A writer that panicked has published nothing, so the last revision is still whole.
    pub(super) fn lock(&self) -> MutexGuard<'_, RegistryWriter> {
        self.shared.writer.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A load that panicked has entered no name, so the ledger is still whole.
    pub(super) fn ledger(&self) -> MutexGuard<'_, NameLedger> {
        self.shared.ledger.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether changes join a group. It is constant while the writer is locked.
    fn is_member(&self) -> bool {
        self.group.as_ref().is_some_and(|group| group.is_open())
    }

    /// Publishes a change as the next revision, or adds it to what groups have changed.
    pub(super) fn publish(&self, writer: &mut RegistryWriter, mut change: Change) -> Arc<Snapshot> {
        writer.next_id = change.next_id;
        change.snapshot.drop_families_without_tools();
        if !self.is_member() {
            return self.publish_revision(writer, change);
        }
        let published = || PendingRevision::after(&self.shared.current.load_full());
        let latest = writer.pending.get_or_insert_with(published).add(change);
        self.shared.pending.store(Some(Arc::clone(&latest)));
        latest
    }

    /// Publishes what groups have changed as the next revision, if that is anything.
    pub(super) fn publish_pending(&self, writer: &mut RegistryWriter) {
        let Some(pending) = writer.pending.take() else { return };
        if let Some(change) = pending.into_change(writer.next_id) {
            self.publish_revision(writer, change);
        }
        // After the revision is there: a member must never read the one before it again.
        self.shared.pending.store(None);
    }

    /// Publishes the next revision. The audit record comes first: a revision that somebody read is in the log.
    fn publish_revision(&self, writer: &RegistryWriter, mut change: Change) -> Arc<Snapshot> {
        let changed = change.snapshot.changed_positions();
        change.snapshot.finish_revision();
        let snapshot = Arc::new(change.snapshot);
        let former = self.shared.current.load();
        snapshot.take_over_index(&former, &changed);
        snapshot.take_over_filtered(&former, changed);
        revision_record::record_change(&former, &snapshot, &change.set);
        for event in &change.events {
            revision_record::record_event(&snapshot, event.name(), &json!(event));
        }
        self.shared.current.store(Arc::clone(&snapshot));
        snapshot.index_soon();
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
