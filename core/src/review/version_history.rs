//! The version history of a document: lists up to 100 versions, and keeps the tools of the newest *n* for a rollback.
//!
//! An unknown version on rollback (`UNKNOWN_VERSION`) comes from [`VersionHistory::rollback_target`].

use std::collections::VecDeque;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{ChangeClass, ChangeReport};
use crate::error::{Error, Result};
use crate::registry::RegisteredTool;

/// The number of versions that a history lists.
const MAX_VERSIONS: usize = 100;
/// The shortest start of a hash that names a version, in hex digits.
const MIN_HASH_PREFIX: usize = 8;

/// The event that brought a version into use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LoadTrigger {
    /// `load`.
    Load,
    /// `reload`.
    Reload,
    /// A file event: the file has new content.
    Watch,
    /// Polling: the address has new content.
    Poll,
    /// A webhook.
    Webhook,
    /// `approve` of a held change.
    Approve,
    /// `rollback`.
    Rollback,
    /// A restart with a state file.
    Restore,
}

impl LoadTrigger {
    /// The trigger as events and the audit log write it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Load => "load",
            Self::Reload => "reload",
            Self::Watch => "watch",
            Self::Poll => "poll",
            Self::Webhook => "webhook",
            Self::Approve => "approve",
            Self::Rollback => "rollback",
            Self::Restore => "restore",
        }
    }
}

/// One version of a document that was in use.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SourceVersion {
    /// Its number; numbers increase.
    pub number: u64,
    /// The option `version`, else the document's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// SHA-256 of the document, in hex.
    pub hash: String,
    /// When it came into use, in ms since 1970.
    pub at: u64,
    /// The first revision of the registry that has it.
    pub revision: u64,
    /// The event that brought it into use.
    pub trigger: LoadTrigger,
    /// The number of the version that a rollback went back to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub back_to: Option<u64>,
    /// The worst class of its changes.
    pub class: ChangeClass,
    /// The names of new tools.
    pub added: Vec<String>,
    /// The names of changed tools.
    pub updated: Vec<String>,
    /// The names of removed tools.
    pub removed: Vec<String>,
    /// Whether its tools are kept for a rollback.
    pub kept: bool,
    /// Whether it is in use.
    pub active: bool,
}

impl SourceVersion {
    /// Whether it has the tools of the version before, with the same definitions.
    pub fn is_without_changes(&self) -> bool {
        self.class == ChangeClass::None && self.added.is_empty() && self.removed.is_empty()
    }

    /// The version that an approval or a rollback brought into use at `at` (ms since 1970).
    pub fn from_report(report: &ChangeReport, trigger: LoadTrigger, at: u64) -> Self {
        let ChangeReport { version, hash, revision, added, updated, removed, .. } = report.clone();
        Self {
            number: 0,
            version,
            hash,
            at,
            revision,
            trigger,
            back_to: None,
            class: ChangeClass::None,
            added,
            updated,
            removed,
            kept: false,
            active: false,
        }
    }
}

struct VersionEntry {
    version: SourceVersion,
    /// The tools of the version, while they are kept.
    tools: Vec<Arc<RegisteredTool>>,
}

/// The versions of one document, the newest last.
#[derive(Default)]
pub struct VersionHistory {
    entries: VecDeque<VersionEntry>,
    last_number: u64,
}

impl VersionHistory {
    /// Adds the version that came into use, with its tools. The tools of the newest `keep` versions are kept.
    pub fn push(&mut self, mut version: SourceVersion, tools: Vec<Arc<RegisteredTool>>, keep: usize) {
        self.last_number += 1;
        version.number = self.last_number;
        for entry in &mut self.entries {
            entry.version.active = false;
        }
        (version.active, version.kept) = (true, keep > 0);
        let tools = if keep > 0 { tools } else { Vec::new() };
        self.entries.push_back(VersionEntry { version, tools });
        let old = self.entries.len().saturating_sub(keep);
        for entry in self.entries.iter_mut().take(old).filter(|entry| entry.version.kept) {
            (entry.version.kept, entry.tools) = (false, Vec::new());
        }
        while self.entries.len() > MAX_VERSIONS {
            self.entries.pop_front();
        }
    }

    /// Replaces the tools of the version in use.
    pub fn replace_tools(&mut self, tools: Vec<Arc<RegisteredTool>>) {
        if let Some(entry) = self.entries.back_mut().filter(|entry| entry.version.kept) {
            entry.tools = tools;
        }
    }

    /// Restores the history of a state file: versions, the oldest first, with the tools of those that are kept.
    pub fn restore(
        versions: impl Iterator<Item = (SourceVersion, Option<Vec<Arc<RegisteredTool>>>)>,
    ) -> Self {
        let entries = versions.map(|(version, tools)| VersionEntry {
            version: SourceVersion { kept: tools.is_some(), ..version },
            tools: tools.unwrap_or_default(),
        });
        let entries: VecDeque<VersionEntry> = entries.collect();
        let last_number = entries.back().map_or(0, |entry| entry.version.number);
        Self { entries, last_number }
    }

    /// The numbers of the versions whose tools are kept.
    pub fn kept_numbers(&self) -> impl Iterator<Item = u64> {
        self.entries.iter().filter(|entry| entry.version.kept).map(|entry| entry.version.number)
    }

    /// The version in use.
    pub fn active(&self) -> Option<&SourceVersion> {
        self.entries.back().map(|entry| &entry.version)
    }

    /// All versions, the newest first.
    pub fn list(&self) -> Vec<SourceVersion> {
        self.entries.iter().rev().map(|entry| entry.version.clone()).collect()
    }

    /// The target of a rollback, and its tools: the newest kept version with the text or hash `version`; without one, the
    /// version before the one in use. After a rollback, the version that it went back to counts as the one in use: two
    /// rollbacks go two versions back.
    ///
    /// # Errors
    /// `UNKNOWN_VERSION` with the versions that are kept.
    pub fn rollback_target(
        &self,
        source: &str,
        version: Option<&str>,
    ) -> Result<(SourceVersion, &[Arc<RegisteredTool>])> {
        // An entry that a rollback made has the tools of an older entry, which is a candidate itself.
        let is_candidate = |entry: &&VersionEntry| entry.version.kept && entry.version.back_to.is_none();
        let mut candidates = self.entries.iter().rev().filter(is_candidate);
        let found = match (version, self.active()) {
            (Some(text), _) => candidates.clone().find(|entry| {
                entry.version.version.as_deref() == Some(text) || is_hash_prefix(&entry.version, text)
            }),
            (None, Some(active)) => {
                let current = active.back_to.unwrap_or(active.number);
                candidates.clone().find(|entry| entry.version.number < current)
            }
            (None, None) => None,
        };
        let name = |entry: &VersionEntry| {
            entry.version.version.clone().unwrap_or_else(|| entry.version.hash.clone())
        };
        match found {
            Some(entry) => Ok((entry.version.clone(), &entry.tools)),
            None => Err(Error::UnknownVersion {
                source_name: source.to_owned(),
                version: version.map(ToOwned::to_owned),
                kept: candidates.by_ref().map(name).collect(),
            }),
        }
    }
}

/// Whether a text is the hash of a version, or a long enough start of it.
fn is_hash_prefix(version: &SourceVersion, text: &str) -> bool {
    text.len() >= MIN_HASH_PREFIX && version.hash.starts_with(text)
}
