//! The registry: many readers, one writer at a time.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use arc_swap::ArcSwap;
use serde_json::{Value, json};

use super::change_set::{Change, taken};
use super::versions::version_swap::VersionSwap;
use super::{
    AppliedReplacement, ChangeListener, NameDraft, NameLedger, OnConflict, RegisteredTool, Snapshot,
    SourceReplacement, Stale, UnnamedOperation, revision_record,
};
use crate::audit::AuditLog;
use crate::error::{Error, Result};
use crate::tool::ToolDefinition;

/// The registry.
pub struct ToolRegistry {
    current: ArcSwap<Snapshot>,
    writer: Mutex<RegistryWriter>,
    /// Whoever takes both locks takes this one first.
    ledger: Mutex<NameLedger>,
    on_conflict: OnConflict,
    definition_bytes: usize,
}

#[derive(Default)]
pub(super) struct RegistryWriter {
    /// The next number for a registration, and for a place.
    next: u64,
    closed: bool,
    listeners: Vec<Arc<dyn ChangeListener>>,
}

impl ToolRegistry {
    /// An empty registry.
    pub fn new(on_conflict: OnConflict) -> Self {
        Self::with_names(on_conflict, NameLedger::default())
    }

    /// An empty registry whose operations have the names they had.
    pub fn with_names(on_conflict: OnConflict, names: NameLedger) -> Self {
        Self {
            current: ArcSwap::from_pointee(Snapshot::empty()),
            writer: Mutex::default(),
            ledger: Mutex::new(names),
            on_conflict,
            definition_bytes: ToolDefinition::MAX_BYTES,
        }
    }

    /// The same registry with another bound on the definition of one tool, in bytes of JSON.
    #[must_use]
    pub fn with_definition_bytes(self, definition_bytes: usize) -> Self {
        Self { definition_bytes, ..self }
    }

    /// How long the definition of one tool may be, in bytes of JSON.
    pub const fn definition_bytes(&self) -> usize {
        self.definition_bytes
    }

    /// The same registry, which writes down what happens to it. For one that has no tool yet.
    #[must_use]
    pub fn audited(self, log: AuditLog) -> Self {
        self.current.store(Arc::new(Snapshot::audited(log)));
        self
    }

    /// Where changes are written down, if they are; whoever decides about them writes there too.
    pub fn audit(&self) -> Option<Arc<AuditLog>> {
        self.current.load().audit().cloned()
    }

    /// The newest revision.
    pub fn snapshot(&self) -> Arc<Snapshot> {
        self.current.load_full()
    }

    /// Does something with the newest revision, without taking hold of it.
    pub fn read<T>(&self, with: impl FnOnce(&Snapshot) -> T) -> T {
        with(&self.current.load())
    }

    /// One more who is told of every revision from now on.
    pub fn listen(&self, listener: Arc<dyn ChangeListener>) {
        self.lock().listeners.push(listener);
    }

    /// Registers a tool and tells the number of its registration, which no other one ever has.
    pub fn register(&self, tool: RegisteredTool) -> Result<u64> {
        let mut writer = self.open()?;
        let mut change = Change::after(&self.current.load());
        let id = change.insert(tool, self.on_conflict, &mut writer.next)?;
        self.publish(&writer, change);
        Ok(id)
    }

    /// Puts a tool in the place of the one that has its name, whosever it is.
    pub fn replace(&self, tool: RegisteredTool) -> Result<u64> {
        let mut writer = self.open()?;
        let current = self.current.load();
        current.get(tool.name()).ok_or_else(|| current.unknown(tool.name()))?;
        let mut change = Change::after(&current);
        let id = change.insert(tool, OnConflict::Replace, &mut writer.next)?;
        self.publish(&writer, change);
        Ok(id)
    }

    /// Puts another definition in the place of a registration's, under a new name too.
    pub fn update(&self, id: u64, former: &str, tool: RegisteredTool) -> Result<()> {
        let writer = self.open()?;
        let current = self.current.load();
        let old = registered(&current, id, former)?;
        if let Some(holder) = current.holder(tool.name()).filter(|holder| holder.id != id) {
            return Err(taken(tool.name(), holder));
        }
        if let Some(holder) = current.families.holder(tool.name(), &tool.origin.source) {
            return Err(taken(tool.name(), holder));
        }
        let mut change = Change::after(&current);
        change.put_over(old, tool, id);
        self.publish(&writer, change);
        Ok(())
    }

    /// Shows a tool or hides it.
    pub fn set_enabled(&self, id: u64, name: &str, enabled: bool) -> Result<()> {
        let writer = self.open()?;
        let current = self.current.load();
        let old = registered(&current, id, name)?;
        if old.enabled != enabled {
            let mut change = Change::after(&current);
            let mut tool = RegisteredTool::clone(old);
            tool.enabled = enabled;
            tool.revision = change.snapshot.revision();
            change.set.updated.push(tool.name().to_owned());
            change.put(tool);
            self.publish(&writer, change);
        }
        Ok(())
    }

    /// Takes a tool away; whether there was one. With a number, only the tool of that registration.
    pub fn unregister(&self, name: &str, id: Option<u64>) -> Result<bool> {
        let writer = self.open()?;
        let current = self.current.load();
        let Some(tool) = current.get(name).filter(|tool| id.is_none_or(|id| tool.id == id)) else {
            return Ok(false);
        };
        let mut change = Change::after(&current);
        change.remove(tool);
        self.publish(&writer, change);
        Ok(true)
    }

    /// Takes all tools of a source away, in one revision; their names. Tools of other sources stay, whatever their
    /// names.
    pub fn unregister_source(&self, source: &str) -> Result<Vec<String>> {
        Ok(self.apply(source, Vec::new())?.removed)
    }

    /// Puts a source's tools in the place of those it had, in one revision: what is the same stays as it is, with its
    /// hash and its place. No two of `tools` have names of one key.
    pub fn apply(&self, source: &str, tools: Vec<RegisteredTool>) -> Result<AppliedReplacement> {
        Ok(self
            .renew(source, SourceReplacement { tools, ..SourceReplacement::default() }, true)?
            .unwrap_or_default())
    }

    /// `None` where it would change something else than was judged.
    fn renew(
        &self,
        source: &str,
        mut renewal: SourceReplacement<'_>,
        is_real: bool,
    ) -> Result<Option<AppliedReplacement>> {
        revision_record::prepare(&self.current.load(), &renewal.tools);
        let mut writer = self.open()?;
        let current = self.snapshot();
        if !renewal.is_as_judged(&current, source) {
            return Ok(None);
        }
        let mut stage = VersionSwap::of(&current, source, &mut renewal.tools);
        let (mut change, shown) = (stage.change(), Arc::clone(stage.shown()));
        let mut next = writer.next;
        let (mut applied, is_change) =
            renewal.enter(&shown, source, &mut change, self.on_conflict, &mut next);
        applied.revision = current.revision();
        if !is_real {
            applied.snapshot = Some(if is_change { Arc::new(change.snapshot) } else { shown });
        } else if stage.settle(&mut change) || is_change {
            writer.next = next;
            change.set.source = Some(source.to_owned());
            applied.revision = change.set.revision;
            applied.snapshot = Some(self.publish(&writer, change).view_of(source));
        } else {
            applied.snapshot = Some(current.view_of(source));
        }
        Ok(Some(applied))
    }

    /// What [`ToolRegistry::apply_drafted`] would come to; nothing changes.
    pub fn preview(
        &self,
        source: &str,
        renewal: SourceReplacement<'_>,
    ) -> Result<Option<AppliedReplacement>> {
        self.renew(source, renewal, false)
    }

    /// Puts some of a source's tools in their places, and takes others of it away, in one revision; the rest of its tools
    /// stays as it is.
    pub fn amend(
        &self,
        source: &str,
        mut tools: Vec<RegisteredTool>,
        gone: &[String],
    ) -> Result<AppliedReplacement> {
        let mut writer = self.open()?;
        let mut stage = VersionSwap::of(&self.snapshot(), source, &mut tools);
        let (mut change, mut applied) = (stage.change(), AppliedReplacement::default());
        let current = Arc::clone(stage.shown());
        for old in current.tools_of(source).filter(|old| gone.iter().any(|name| name == old.name())) {
            change.remove(old);
        }
        for tool in tools {
            if let Some(old) = current.get(tool.name()).filter(|old| *old.origin.source == *source) {
                change.put_over(old, tool, old.id);
                continue;
            }
            let name = tool.name().to_owned();
            if let Err(error) = change.insert(tool, self.on_conflict, &mut writer.next) {
                applied.refused.push((name, error));
            }
        }
        applied.tell(&change.set);
        applied.revision = current.revision();
        if stage.settle(&mut change) || !change.set.is_empty() {
            change.set.source = Some(source.to_owned());
            applied.revision = change.set.revision;
            applied.snapshot = Some(self.publish(&writer, change).view_of(source));
        }
        Ok(applied)
    }

    /// Marks all tools of a source with the reason why they are what they were, or takes their marks; the revision, and their
    /// names.
    pub fn mark(&self, source: &str, fault: Option<&Stale>) -> Result<(u64, Vec<String>)> {
        let writer = self.open()?;
        let newest = self.snapshot();
        let mut stage = VersionSwap::of(&newest, source, &mut Vec::new());
        let (mut change, current) = (stage.change(), Arc::clone(stage.shown()));
        let mut is_change = false;
        for tool in current.tools_of(source) {
            if let Some(fault) = fault {
                change.leave(tool, fault);
            } else if tool.stale.is_some() {
                let mut fresh = RegisteredTool::clone(tool);
                fresh.stale = None;
                change.put(fresh);
                is_change = true;
            }
        }
        let names = current.tools_of(source).map(|tool| tool.name().to_owned()).collect();
        let is_settled = stage.settle(&mut change);
        if !is_settled && !is_change && change.set.is_empty() {
            return Ok((newest.revision(), names));
        }
        change.set.source = Some(source.to_owned());
        Ok((self.publish(&writer, change).revision(), names))
    }

    /// Names operations of a source for [`ToolRegistry::apply_drafted`].
    pub fn draft(
        &self,
        source: &str,
        namespace: Option<&str>,
        operations: impl IntoIterator<Item = impl Into<UnnamedOperation>>,
    ) -> NameDraft {
        self.ledger().draft(source, namespace, operations)
    }

    /// Puts the tools of a source, which have the names of a draft, in the place of those it had. Both enter, or neither
    /// does: `None` where another load took one of the names meanwhile, so that a new draft is needed, or where the tools
    /// changed since they were judged.
    pub fn apply_drafted(
        &self,
        names: &NameDraft,
        renewal: SourceReplacement<'_>,
    ) -> Result<Option<AppliedReplacement>> {
        let mut ledger = self.ledger();
        if !ledger.admits(names) {
            return Ok(None);
        }
        let applied = self.renew(names.source(), renewal, true)?;
        if applied.is_some() {
            ledger.enter(names);
        }
        Ok(applied)
    }

    /// The names of all operations that were ever loaded, as [`NameLedger::to_json`] gives them; of a closed registry too.
    pub fn names(&self) -> Value {
        self.ledger().to_json()
    }

    /// Releases the names, of one source or of all, that no tool bears; how many.
    pub fn forget_names(&self, source: Option<&str>) -> Result<usize> {
        let mut ledger = self.ledger();
        drop(self.open()?);
        let current = self.current.load();
        Ok(ledger.forget(source, |source, name| current.tool_of(source, name).is_some()))
    }

    /// Lets go of every tool. Whatever is asked of the registry afterwards is refused, but for closing it again.
    pub fn close(&self) {
        let mut writer = self.lock();
        if std::mem::replace(&mut writer.closed, true) {
            return;
        }
        let emptied = self.current.load().emptied();
        if let Some(log) = emptied.audit() {
            log.close();
        }
        self.current.store(Arc::new(emptied));
        writer.listeners.clear();
    }

    /// Whether it is closed.
    pub fn is_closed(&self) -> bool {
        self.lock().closed
    }

    pub(super) fn open(&self) -> Result<MutexGuard<'_, RegistryWriter>> {
        let writer = self.lock();
        if writer.closed { Err(Error::Closed { what: "registry" }) } else { Ok(writer) }
    }

    /// A writer that panicked has published nothing: what it left is the last revision, whole.
    fn lock(&self) -> MutexGuard<'_, RegistryWriter> {
        self.writer.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A load that panicked has entered nothing.
    pub(super) fn ledger(&self) -> MutexGuard<'_, NameLedger> {
        self.ledger.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn publish(&self, writer: &RegistryWriter, mut change: Change) -> Arc<Snapshot> {
        change.snapshot.seal();
        let snapshot = Arc::new(change.snapshot);
        revision_record::record(&self.current.load(), &snapshot, &change.set);
        change.events.iter().for_each(|event| revision_record::note(&snapshot, event.name(), &json!(event)));
        self.current.store(Arc::clone(&snapshot));
        for listener in &writer.listeners {
            listener.changed(&change.set);
            change.events.iter().for_each(|event| listener.version(event));
        }
        snapshot
    }
}

fn registered<'s>(current: &'s Snapshot, id: u64, name: &str) -> Result<&'s Arc<RegisteredTool>> {
    current.get(name).filter(|tool| tool.id == id).ok_or_else(|| current.unknown(name))
}
