//! The registry: many readers, one writer at a time.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use arc_swap::ArcSwap;
use serde_json::Value;

use super::change::{Change, taken};
use super::{Draft, Ledger, Listener, Nameless, RegisteredTool, Snapshot, Unread};
use crate::error::{Error, Result};

/// What happens when a name is registered that is in use.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OnConflict {
    /// The new tool is refused.
    #[default]
    Refuse,
    /// The new tool takes the place of the old one, if the names are the same. A name that differs by `-` and `_` alone
    /// is refused all the same.
    Replace,
}

/// What came of putting a source's tools in the place of those it had.
#[derive(Debug, Default)]
pub struct Applied {
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
}

/// The registry.
pub struct ToolRegistry {
    current: ArcSwap<Snapshot>,
    writer: Mutex<Writer>,
    /// Whoever takes both locks takes this one first.
    ledger: Mutex<Ledger>,
    on_conflict: OnConflict,
}

#[derive(Default)]
struct Writer {
    /// The next number for a registration, and for a place.
    next: u64,
    closed: bool,
    listener: Option<Arc<dyn Listener>>,
}

impl ToolRegistry {
    /// An empty registry.
    pub fn new(on_conflict: OnConflict) -> Self {
        Self::with_names(on_conflict, Ledger::default())
    }

    /// An empty registry whose operations have the names they had.
    pub fn with_names(on_conflict: OnConflict, names: Ledger) -> Self {
        Self {
            current: ArcSwap::from_pointee(Snapshot::empty()),
            writer: Mutex::default(),
            ledger: Mutex::new(names),
            on_conflict,
        }
    }

    /// The newest revision.
    pub fn snapshot(&self) -> Arc<Snapshot> {
        self.current.load_full()
    }

    /// Does something with the newest revision, without taking hold of it.
    pub fn read<T>(&self, with: impl FnOnce(&Snapshot) -> T) -> T {
        with(&self.current.load())
    }

    /// Who is told of every revision from now on.
    pub fn listen(&self, listener: Arc<dyn Listener>) {
        self.lock().listener = Some(listener);
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
    pub fn apply(&self, source: &str, tools: Vec<RegisteredTool>) -> Result<Applied> {
        self.renew(source, tools, &[])
    }

    fn renew(&self, source: &str, tools: Vec<RegisteredTool>, unread: &[Unread]) -> Result<Applied> {
        let mut writer = self.open()?;
        let current = self.current.load();
        let mut change = Change::after(&current);
        let mut applied = Applied::default();
        let mut versions_moved = false;
        let names: std::collections::HashSet<String> =
            tools.iter().map(|tool| tool.name().to_owned()).collect();
        for old in current.tools().filter(|old| *old.origin.source == *source && !names.contains(old.name()))
        {
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
                Some(old) if old.is_same_as(&tool) => {
                    applied.unchanged.push(tool.name().to_owned());
                    if old.definition.version != tool.definition.version || old.stale.is_some() {
                        versions_moved = true;
                        tool.succeed(old);
                        change.put(tool);
                    }
                }
                Some(old) => change.put_over(old, tool, old.id),
                None => {
                    let name = tool.name().to_owned();
                    if let Err(error) = change.insert(tool, self.on_conflict, &mut writer.next) {
                        applied.refused.push((name, error));
                    }
                }
            }
        }
        applied.revision = current.revision();
        applied.added.clone_from(&change.set.added);
        applied.updated.clone_from(&change.set.updated);
        applied.removed.clone_from(&change.set.removed);
        if versions_moved || !change.set.is_empty() {
            change.set.source = Some(source.to_owned());
            applied.revision = change.set.revision;
            self.publish(&writer, change);
        }
        Ok(applied)
    }

    /// Names operations of a source for [`ToolRegistry::apply_drafted`].
    pub fn draft(
        &self,
        source: &str,
        namespace: Option<&str>,
        operations: impl IntoIterator<Item = impl Into<Nameless>>,
    ) -> Draft {
        self.ledger().draft(source, namespace, operations)
    }

    /// The same as [`ToolRegistry::apply`] for tools that have the names of a draft. Both enter, or neither does: `None`
    /// where another load took one of the names meanwhile, so that a new draft is needed. A tool whose operation is `unread`
    /// stays as it is and says why.
    pub fn apply_drafted(
        &self,
        names: &Draft,
        tools: Vec<RegisteredTool>,
        unread: &[Unread],
    ) -> Result<Option<Applied>> {
        let mut ledger = self.ledger();
        if !ledger.admits(names) {
            return Ok(None);
        }
        let applied = self.renew(names.source(), tools, unread)?;
        ledger.enter(names);
        Ok(Some(applied))
    }

    /// The names of all operations that were ever loaded, as [`Ledger::to_json`] gives them; of a closed registry too.
    pub fn names(&self) -> Value {
        self.ledger().to_json()
    }

    /// Releases the names, of one source or of all, that no tool bears; how many.
    pub fn forget_names(&self, source: Option<&str>) -> Result<usize> {
        let mut ledger = self.ledger();
        drop(self.open()?);
        let current = self.current.load();
        Ok(ledger.forget(source, |source, name| {
            current.get(name).is_some_and(|tool| *tool.origin.source == *source)
        }))
    }

    /// Lets go of every tool. Whatever is asked of the registry afterwards is refused, but for closing it again.
    pub fn close(&self) {
        let mut writer = self.lock();
        if std::mem::replace(&mut writer.closed, true) {
            return;
        }
        let emptied = self.current.load().emptied();
        self.current.store(Arc::new(emptied));
        writer.listener = None;
    }

    /// Whether it is closed.
    pub fn is_closed(&self) -> bool {
        self.lock().closed
    }

    fn open(&self) -> Result<MutexGuard<'_, Writer>> {
        let writer = self.lock();
        if writer.closed { Err(Error::Closed { what: "registry" }) } else { Ok(writer) }
    }

    /// A writer that panicked has published nothing: what it left is the last revision, whole.
    fn lock(&self) -> MutexGuard<'_, Writer> {
        self.writer.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A load that panicked has entered nothing.
    fn ledger(&self) -> MutexGuard<'_, Ledger> {
        self.ledger.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn publish(&self, writer: &Writer, mut change: Change) {
        change.snapshot.seal();
        self.current.store(Arc::new(change.snapshot));
        if let Some(listener) = &writer.listener {
            listener.changed(&change.set);
        }
    }
}

fn registered<'s>(current: &'s Snapshot, id: u64, name: &str) -> Result<&'s Arc<RegisteredTool>> {
    current.get(name).filter(|tool| tool.id == id).ok_or_else(|| current.unknown(name))
}
