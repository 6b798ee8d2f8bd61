//! A held change: a change that waits for an approval or a rejection.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::json;

use super::{Decision, Expiry, ExpiryAction, Objection, ToolChange};
use crate::json::{HashMap, HashSet};
use crate::registry::RegisteredTool;
use crate::tool::sha256::{hex, sha256};

/// A change that is held: its tools stay as they are until it is approved. A source has at most one.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct HeldChange {
    /// The id for `approve` and `reject`: a digest of the change, so that the same change has the same id.
    pub id: String,
    /// The source's name.
    pub source: String,
    /// The version of the document that makes the change.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// SHA-256 of that document, in hex.
    pub hash: String,
    /// When it was held, in ms since 1970.
    pub held_at: u64,
    /// When it expires, in ms since 1970; `None` for never.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<u64>,
    /// What happens when it expires.
    #[serde(skip)]
    pub on_expiry: ExpiryAction,
    /// The names of tools that would be new.
    pub added: Vec<String>,
    /// The names of tools that would change.
    pub updated: Vec<String>,
    /// The names of tools that would be removed.
    pub removed: Vec<String>,
    /// The objections that hold it.
    pub objections: Vec<Objection>,
    /// The changes, tool by tool.
    pub changes: Vec<ToolChange>,
    /// The tools after the change.
    #[serde(skip)]
    pub tools: Vec<RegisteredTool>,
}

/// How a held change ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum HoldOutcome {
    /// It was approved.
    Approved,
    /// It was rejected.
    Rejected,
    /// Nobody answered in time.
    Expired,
    /// A later load of the document replaced it.
    Superseded,
}

impl HeldChange {
    /// A change to `tools`, and of `removed` tools; `None` where both are empty. `is_new` tells new tools from changed ones.
    pub fn new(
        source: &str,
        tools: Vec<RegisteredTool>,
        removed: Vec<String>,
        is_new: impl Fn(&str) -> bool,
    ) -> Option<Self> {
        if tools.is_empty() && removed.is_empty() {
            return None;
        }
        let fingerprints: BTreeMap<String, String> = fingerprints(&tools, &removed).collect();
        let digest = sha256(json!([source, fingerprints]).to_string().as_bytes());
        let names = tools.iter().map(|tool| tool.name().to_owned());
        let (added, updated) = names.partition(|name| is_new(name));
        Some(Self {
            id: hex(&digest)[..16].to_owned(),
            source: source.to_owned(),
            version: None,
            hash: String::new(),
            held_at: 0,
            expires_at: None,
            on_expiry: ExpiryAction::default(),
            added,
            updated,
            removed,
            objections: Vec::new(),
            changes: Vec::new(),
            tools,
        })
    }

    /// The change, held from `now` (ms since 1970) until it expires.
    #[must_use]
    pub fn with_expiry(self, now: u64, expiry: Option<Expiry>) -> Self {
        Self {
            held_at: now,
            expires_at: expiry.map(|expiry| now.saturating_add(expiry.after_ms)),
            on_expiry: expiry.map(|expiry| expiry.action).unwrap_or_default(),
            ..self
        }
    }

    /// The change with those of the objections that hold it.
    #[must_use]
    pub fn with_objections(self, objections: &[Objection]) -> Self {
        let names: HashSet<&str> = self.names().map(String::as_str).collect();
        let holds = |one: &&Objection| {
            one.decision == Decision::Hold && one.tool.as_deref().is_none_or(|tool| names.contains(tool))
        };
        let objections = objections.iter().filter(holds).cloned().collect();
        Self { objections, ..self }
    }

    /// The names of all tools that it would change.
    pub fn names(&self) -> impl Iterator<Item = &String> {
        self.added.iter().chain(&self.updated).chain(&self.removed)
    }

    /// The fingerprint of each tool after the change, by name.
    pub fn tool_fingerprints(&self) -> HashMap<String, String> {
        fingerprints(&self.tools, &self.removed).collect()
    }
}

fn fingerprints(tools: &[RegisteredTool], removed: &[String]) -> impl Iterator<Item = (String, String)> {
    let changed = tools.iter().map(|tool| (tool.name().to_owned(), tool_fingerprint(Some(tool))));
    changed.chain(removed.iter().map(|name| (name.clone(), tool_fingerprint(None))))
}

/// The fingerprint of a tool: its definition, and the destination of its calls. `None` stands for a removed tool.
pub fn tool_fingerprint(tool: Option<&RegisteredTool>) -> String {
    // State files keep this word, and the digest's text, for rejected changes: another one would forget them.
    let Some(tool) = tool else { return "gone".to_owned() };
    let definition = &*tool.definition;
    let rest = (&definition.category, &definition.tags, definition.requires_auth, definition.deprecated);
    let mut text = format!("{} {rest:?} {:?}", tool.schema_hash(), tool.executor.destination());
    if definition.requires_approval.is_required() {
        text = format!("{text} {:?}", definition.requires_approval);
    }
    if !definition.scopes.is_empty() {
        text = format!("{text} {:?}", definition.scopes);
    }
    if !definition.aliases.is_empty() {
        text = format!("{text} aliases {:?}", definition.aliases);
    }
    hex(&sha256(text.as_bytes()))
}
