//! Changes that wait for somebody's word.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde::Serialize;
use serde_json::json;

use super::{Decision, Expiry, Objection, Settled, ToolChange};
use crate::error::{Error, Result};
use crate::json::{HashMap, HashSet};
use crate::registry::RegisteredTool;
use crate::tool::fingerprint;

/// A change that is held: all that it would change stays as it is until it is approved. A source has one at most.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct HeldChange {
    /// What it is approved or rejected by: a digest of what it would change, so that the same change has the same id.
    pub id: String,
    /// The source's name.
    pub source: String,
    /// The version of the document that has it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// SHA-256 of that document, in hex.
    pub hash: String,
    /// Since when, in ms since 1970.
    pub held_at: u64,
    /// Until when, in ms since 1970; for ever where there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<u64>,
    /// What becomes of it then.
    #[serde(skip)]
    pub then: Settled,
    /// Names of tools that would be new.
    pub added: Vec<String>,
    /// Names of tools that would not be what they are.
    pub updated: Vec<String>,
    /// Names of tools that would be gone.
    pub removed: Vec<String>,
    /// Why it is held.
    pub objections: Vec<Objection>,
    /// What would change of each tool.
    pub changes: Vec<ToolChange>,
    /// The tools as they would be.
    #[serde(skip)]
    pub tools: Vec<RegisteredTool>,
}

/// What became of a held change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    /// Somebody approved it.
    Approved,
    /// Somebody rejected it.
    Rejected,
    /// Nobody answered in time.
    Expired,
    /// A newer reading of the document took its place.
    Superseded,
}

impl HeldChange {
    /// A change of tools; `None` where there is none. `removed` are the tools that would go.
    pub fn new(
        source: &str,
        tools: Vec<RegisteredTool>,
        removed: Vec<String>,
        is_new: impl Fn(&str) -> bool,
    ) -> Option<Self> {
        if tools.is_empty() && removed.is_empty() {
            return None;
        }
        let own = tools.iter().map(|tool| (tool.name().to_owned(), print_of(Some(tool))));
        let gone = removed.iter().map(|name| (name.clone(), print_of(None)));
        let prints: BTreeMap<String, String> = own.chain(gone).collect();
        let digest = fingerprint::sha256(json!([source, prints]).to_string().as_bytes());
        let names = tools.iter().map(|tool| tool.name().to_owned());
        let (added, updated) = names.partition(|name| is_new(name));
        Some(Self {
            id: fingerprint::hex(&digest)[..16].to_owned(),
            source: source.to_owned(),
            version: None,
            hash: String::new(),
            held_at: 0,
            expires_at: None,
            then: Settled::default(),
            added,
            updated,
            removed,
            objections: Vec::new(),
            changes: Vec::new(),
            tools,
        })
    }

    /// Since when and how long it waits.
    pub fn wait(&mut self, now: u64, expiry: Option<Expiry>) {
        self.held_at = now;
        self.expires_at = expiry.map(|expiry| now.saturating_add(expiry.after));
        self.then = expiry.map(|expiry| expiry.then).unwrap_or_default();
    }

    /// The objections that hold it.
    pub fn object(&mut self, all: &[Objection]) {
        let names: HashSet<&str> = self.names().map(String::as_str).collect();
        let is_about = |one: &&Objection| {
            one.decision == Decision::Hold && one.tool.as_deref().is_none_or(|tool| names.contains(tool))
        };
        self.objections = all.iter().filter(is_about).cloned().collect();
    }

    /// All that it would change.
    pub fn names(&self) -> impl Iterator<Item = &String> {
        self.added.iter().chain(&self.updated).chain(&self.removed)
    }

    /// What each tool would be, told apart from anything else that it could be.
    pub fn prints(&self) -> HashMap<String, String> {
        let own = self.tools.iter().map(|tool| (tool.name().to_owned(), print_of(Some(tool))));
        own.chain(self.removed.iter().map(|name| (name.clone(), print_of(None)))).collect()
    }
}

/// What tells a tool from any other that it could be, where its calls go included; `None` for one that is gone.
pub fn print_of(tool: Option<&RegisteredTool>) -> String {
    tool.map_or_else(
        || "gone".to_owned(),
        |tool| {
            let definition = &*tool.definition;
            let rest =
                (&definition.category, &definition.tags, definition.requires_auth, definition.deprecated);
            let text = format!("{} {rest:?} {:?}", tool.schema_hash(), tool.executor.destination());
            fingerprint::hex(&fingerprint::sha256(text.as_bytes()))
        },
    )
}

/// All that is held, by source: told without waiting for a document that is being loaded.
#[derive(Default)]
pub struct HeldTools(Mutex<BTreeMap<String, Arc<HeldChange>>>);

impl HeldTools {
    /// What is held of a source from now on, in place of what was.
    pub fn put(&self, source: &str, change: Option<HeldChange>) -> Option<Arc<HeldChange>> {
        let mut all = self.all();
        all.remove(source);
        let change = Arc::new(change?);
        all.insert(source.to_owned(), Arc::clone(&change));
        Some(change)
    }

    /// Nothing is held of a source any more; what was.
    pub fn take(&self, source: &str) -> Option<Arc<HeldChange>> {
        self.all().remove(source)
    }

    /// The change of an id.
    pub fn find(&self, id: &str) -> Result<Arc<HeldChange>> {
        let all = self.all();
        let found = all.values().find(|change| change.id == id).cloned();
        found.ok_or_else(|| Error::UnknownChange { id: id.to_owned() })
    }

    /// What is held of a source.
    pub fn of(&self, source: &str) -> Option<Arc<HeldChange>> {
        self.all().get(source).cloned()
    }

    /// All of them, by source.
    pub fn list(&self) -> Vec<Arc<HeldChange>> {
        self.all().values().cloned().collect()
    }

    /// Those whose time is up.
    pub fn expired(&self, now: u64) -> Vec<Arc<HeldChange>> {
        let is_over = |change: &&Arc<HeldChange>| change.expires_at.is_some_and(|end| end <= now);
        self.all().values().filter(is_over).cloned().collect()
    }

    /// Nothing is held any more.
    pub fn clear(&self) {
        self.all().clear();
    }

    /// A thread that panicked left it whole.
    fn all(&self) -> MutexGuard<'_, BTreeMap<String, Arc<HeldChange>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
