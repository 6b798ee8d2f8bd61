//! The versions that a document had, and the tools of the newest of them.

use std::collections::VecDeque;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{ChangeClass, ChangeReport};
use crate::error::{Error, Result};
use crate::registry::RegisteredTool;

/// How many versions are told of.
const TOLD: usize = 100;

/// What made a version the one in use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Trigger {
    /// `load`.
    Load,
    /// `reload`.
    Reload,
    /// Its file had new content.
    Watch,
    /// Its address had new content.
    Poll,
    /// A sender said that it changed.
    Webhook,
    /// A held change was approved.
    Approve,
    /// `rollback`.
    Rollback,
    /// A state file had it.
    Restore,
}

impl Trigger {
    /// Its word.
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
    /// Its number: each is greater than the one before it.
    pub number: u64,
    /// The document's version, or the one that the options gave.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// SHA-256 of the document, in hex.
    pub hash: String,
    /// When it came into use, in ms since 1970.
    pub at: u64,
    /// The revision of the registry that had it first.
    pub revision: u64,
    /// What made it the one in use.
    pub trigger: Trigger,
    /// The number of the version that a rollback went back to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub back_to: Option<u64>,
    /// The worst class of its changes.
    pub class: ChangeClass,
    /// Names of tools that were new.
    pub added: Vec<String>,
    /// Names of tools that were not what they were.
    pub updated: Vec<String>,
    /// Names of tools that were gone.
    pub removed: Vec<String>,
    /// Whether its tools are kept, so that a rollback can go back to it.
    pub kept: bool,
    /// Whether it is the one in use.
    pub active: bool,
}

impl SourceVersion {
    /// What a decision brought into use.
    pub fn after(report: &ChangeReport, trigger: Trigger, at: u64) -> Self {
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
    told: SourceVersion,
    /// The tools as they stood, while they are kept.
    tools: Vec<Arc<RegisteredTool>>,
}

/// The versions of one document, the newest last.
#[derive(Default)]
pub struct History {
    entries: VecDeque<VersionEntry>,
    last: u64,
}

impl History {
    /// A version came into use, with its tools. Of older ones the tools of `keep` altogether are kept.
    pub fn push(&mut self, mut version: SourceVersion, tools: Vec<Arc<RegisteredTool>>, keep: usize) {
        self.last += 1;
        version.number = self.last;
        for entry in &mut self.entries {
            entry.told.active = false;
        }
        (version.active, version.kept) = (true, keep > 0);
        self.entries
            .push_back(VersionEntry { told: version, tools: if keep > 0 { tools } else { Vec::new() } });
        let old = self.entries.len().saturating_sub(keep);
        for entry in self.entries.iter_mut().take(old).filter(|entry| entry.told.kept) {
            (entry.told.kept, entry.tools) = (false, Vec::new());
        }
        while self.entries.len() > TOLD {
            self.entries.pop_front();
        }
    }

    /// What a state file knows: versions, the oldest first, with the tools of those that are kept.
    pub fn restored(
        versions: impl Iterator<Item = (SourceVersion, Option<Vec<Arc<RegisteredTool>>>)>,
    ) -> Self {
        let entries = versions.map(|(told, tools)| VersionEntry {
            told: SourceVersion { kept: tools.is_some(), ..told },
            tools: tools.unwrap_or_default(),
        });
        let entries: VecDeque<VersionEntry> = entries.collect();
        let last = entries.back().map_or(0, |entry| entry.told.number);
        Self { entries, last }
    }

    /// The numbers of those whose tools are kept.
    pub fn kept(&self) -> impl Iterator<Item = u64> {
        self.entries.iter().filter(|entry| entry.told.kept).map(|entry| entry.told.number)
    }

    /// The version in use.
    pub fn active(&self) -> Option<&SourceVersion> {
        self.entries.back().map(|entry| &entry.told)
    }

    /// All that are remembered, the newest first.
    pub fn list(&self) -> Vec<SourceVersion> {
        self.entries.iter().rev().map(|entry| entry.told.clone()).collect()
    }

    /// The version to go back to, and its tools: the newest of a version text, or else the one before that in use. One that
    /// was come back to counts as what it is: two steps back go two versions back.
    pub fn back(
        &self,
        source: &str,
        version: Option<&str>,
    ) -> Result<(SourceVersion, &[Arc<RegisteredTool>])> {
        let mut kept =
            self.entries.iter().rev().filter(|entry| entry.told.kept && entry.told.back_to.is_none());
        let found = match (version, self.active()) {
            (Some(version), _) => kept.clone().find(|entry| {
                entry.told.version.as_deref() == Some(version) || is_hash(&entry.told, version)
            }),
            (None, Some(active)) => {
                let number = active.back_to.unwrap_or(active.number);
                kept.clone().find(|entry| entry.told.number < number)
            }
            (None, None) => None,
        };
        let texts =
            |entry: &VersionEntry| entry.told.version.clone().unwrap_or_else(|| entry.told.hash.clone());
        match found {
            Some(entry) => Ok((entry.told.clone(), &entry.tools)),
            None => Err(Error::UnknownVersion {
                source_name: source.to_owned(),
                version: version.map(ToOwned::to_owned),
                kept: kept.by_ref().map(texts).collect(),
            }),
        }
    }
}

/// Whether a text is a hash, or the start of one that is long enough to be meant as one.
fn is_hash(version: &SourceVersion, text: &str) -> bool {
    text.len() >= 8 && version.hash.starts_with(text)
}
