//! One revision of the registry.

use std::sync::{Arc, OnceLock};

use rpds::{HashTrieMapSync, RedBlackTreeMapSync};
use serde_json::{Map, Value, json};

use super::Filter;
use crate::error::{Error, Result};
use crate::target::{Form, Offer, Rendering, WireNames, Wishes};
use crate::tool::{RegisteredTool, name};

/// One revision of the registry. It never changes: what it lists it can call, whatever the registry does meanwhile.
pub struct Snapshot {
    revision: u64,
    /// By [`name::confusion_key`]: two names with one key never stand side by side.
    by_key: HashTrieMapSync<Box<str>, Arc<RegisteredTool>>,
    /// By place, so that lists keep their order and unchanged tools their bytes.
    by_place: RedBlackTreeMapSync<u64, Arc<RegisteredTool>>,
    wire_names: OnceLock<WireNames>,
}

impl Snapshot {
    /// The revision before anything was registered.
    pub fn empty() -> Self {
        Self {
            revision: 0,
            by_key: HashTrieMapSync::new_sync(),
            by_place: RedBlackTreeMapSync::new_sync(),
            wire_names: OnceLock::new(),
        }
    }

    /// The revision's number; each is greater than the one before it.
    pub const fn revision(&self) -> u64 {
        self.revision
    }

    /// How many tools there are, disabled ones included.
    pub fn len(&self) -> usize {
        self.by_place.size()
    }

    /// Whether there is no tool.
    pub fn is_empty(&self) -> bool {
        self.by_place.is_empty()
    }

    /// The tool of a name.
    pub fn get(&self, name: &str) -> Option<&Arc<RegisteredTool>> {
        self.holder(name).filter(|tool| tool.name() == name)
    }

    /// The tool that stands in the way of a name: the one of that name, or of one that `-` and `_` alone tell from it.
    pub fn holder(&self, name: &str) -> Option<&Arc<RegisteredTool>> {
        self.by_key.get(&*name::confusion_key(name))
    }

    /// The tool of a name that can be called.
    pub fn callable(&self, name: &str) -> Result<&Arc<RegisteredTool>> {
        match self.get(name) {
            Some(tool) if tool.enabled => Ok(tool),
            Some(_) => Err(Error::Disabled { name: name.to_owned() }),
            None => Err(self.unknown(name)),
        }
    }

    /// The error for a name that no tool has, with the nearest names there are.
    pub fn unknown(&self, name: &str) -> Error {
        let nearest = name::nearest(name, self.tools().filter(|tool| tool.enabled).map(|tool| tool.name()));
        Error::UnknownTool { name: name.to_owned(), nearest }
    }

    /// All tools in the order of registration.
    pub fn tools(&self) -> impl Iterator<Item = &Arc<RegisteredTool>> {
        self.by_place.values()
    }

    /// The tools that a filter means, in the order of registration.
    pub fn matching<'s>(&'s self, filter: &'s Filter) -> impl Iterator<Item = &'s Arc<RegisteredTool>> {
        self.tools().filter(|tool| filter.matches(tool))
    }

    /// All tools that a filter means as a target takes them in one request: what goes out, what is quarantined and why, and
    /// the limits that the whole breaks.
    pub fn offer(&self, form: Form, filter: &Filter, wishes: &Wishes) -> Offer {
        form.offer(self.matching(filter).map(|tool| &*tool.definition), self.wire_names(), wishes)
    }

    /// One tool as a target takes it, with every change and every finding.
    ///
    /// # Errors
    /// `UNKNOWN_TOOL` for a name that no tool has.
    pub fn explain(&self, name: &str, form: Form) -> Result<Rendering> {
        let tool = self.get(name).ok_or_else(|| self.unknown(name))?;
        Ok(form.render(&tool.definition, self.wire_names().wire(name)))
    }

    /// The names under which providers know the tools of this revision.
    pub fn wire_names(&self) -> &WireNames {
        self.wire_names
            .get_or_init(|| WireNames::of(&self.tools().map(|tool| tool.name()).collect::<Vec<_>>()))
    }

    /// How many tools there are, by source and by category.
    pub fn summary(&self) -> Value {
        let mut sources = Map::new();
        let mut categories = Map::new();
        let mut disabled = 0;
        for tool in self.tools() {
            count(&mut sources, &tool.origin.source);
            count(&mut categories, tool.definition.category.as_deref().unwrap_or("uncategorized"));
            disabled += u64::from(!tool.enabled);
        }
        json!({
            "revision": self.revision,
            "tools": self.len(),
            "disabled": disabled,
            "sources": sources,
            "categories": categories,
        })
    }

    /// The revision after this one, with nothing changed yet.
    pub(super) fn next(&self) -> Self {
        Self {
            revision: self.revision + 1,
            by_key: self.by_key.clone(),
            by_place: self.by_place.clone(),
            wire_names: OnceLock::new(),
        }
    }

    /// The revision after this one, without any tool.
    pub(super) fn emptied(&self) -> Self {
        Self { revision: self.revision + 1, ..Self::empty() }
    }

    /// Puts a tool in its place; whoever stood under its key or in its place is gone.
    pub(super) fn put(&mut self, tool: RegisteredTool) {
        let key: Box<str> = name::confusion_key(tool.name()).into();
        if let Some(holder) = self.by_key.get(&key) {
            self.by_place.remove_mut(&holder.place);
        }
        if let Some(former) = self.by_place.get(&tool.place) {
            self.by_key.remove_mut(&*name::confusion_key(former.name()));
        }
        let tool = Arc::new(tool);
        self.by_place.insert_mut(tool.place, Arc::clone(&tool));
        self.by_key.insert_mut(key, tool);
    }

    /// Takes a tool away.
    pub(super) fn take(&mut self, tool: &RegisteredTool) {
        self.by_key.remove_mut(&*name::confusion_key(tool.name()));
        self.by_place.remove_mut(&tool.place);
    }
}

fn count(counts: &mut Map<String, Value>, key: &str) {
    match counts.get_mut(key).and_then(|count| count.as_u64()) {
        Some(count) => counts[key] = json!(count + 1),
        None => drop(counts.insert(key.to_owned(), json!(1))),
    }
}
