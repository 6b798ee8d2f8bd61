//! How documents are doing: told without waiting for one that is being loaded.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde::Serialize;

use super::load_report::LoadReport;
use crate::error::Error;
use crate::registry::{RegisteredTool, Snapshot};
use crate::review::ChangeReport;
use crate::review::HeldTools;
use crate::spec::SpecSource;

/// How a document is doing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SourceStatus {
    /// The source's name.
    pub name: String,
    /// Where it stands: a path, an address, or what there is to say of a text.
    pub location: String,
    /// The document's version, or the one that the options gave.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// The family, the number for ranges, and whether it stands, where it is one of several versions.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub family: Option<SourceFamily>,
    /// SHA-256 of the content that its tools are made of, in hex.
    pub hash: String,
    /// The revision of the registry that the last load made or found.
    pub revision: u64,
    /// When that load was, in ms since 1970.
    pub loaded_at: u64,
    /// When the content was last known to be that of its address, in ms since 1970; `None` for what stands at none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub checked_at: Option<u64>,
    /// How many tools it has.
    pub tools: usize,
    /// How many of them are what they were because their operation cannot be read any more.
    pub stale: usize,
    /// What a change that is held is approved or rejected by.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub held: Option<String>,
    /// Whether its tools are those of an older content, because somebody went back to it.
    pub rolled_back: bool,
    /// Why the newest reading changed nothing, where it went wrong.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fault: Option<SourceFault>,
}

/// What a source is in its family.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SourceFamily {
    /// The family's name.
    pub name: String,
    /// Its number for ranges.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// Whether it is the version that is shown where nothing says otherwise.
    pub standing: bool,
}

/// Why a reading changed nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SourceFault {
    /// When it was first seen, in ms since 1970.
    pub since: u64,
    /// The code of the error.
    pub code: &'static str,
    /// Where in the document the fault is; empty where it is in none.
    pub pointer: String,
    /// What is wrong.
    pub message: String,
}

/// How all documents of a loader are doing, by name.
#[derive(Default)]
pub struct Statuses(Mutex<BTreeMap<String, SourceStatus>>);

impl Statuses {
    /// A load went well.
    pub fn loaded(&self, report: &LoadReport, place: &SpecSource, now: u64) {
        let status = SourceStatus {
            name: report.source.clone(),
            location: place.location(),
            version: report.version.clone(),
            family: None,
            hash: report.hash.clone(),
            revision: report.revision,
            loaded_at: now,
            checked_at: matches!(place, SpecSource::Url(_)).then_some(now),
            tools: 0,
            stale: 0,
            held: None,
            rolled_back: false,
            fault: None,
        };
        self.all().insert(report.source.clone(), status);
    }

    /// A document has the tools that it had in another process.
    pub fn restored(&self, report: &LoadReport, place: &SpecSource, rolled_back: bool, saved_at: u64) {
        self.loaded(report, place, saved_at);
        if let Some(status) = self.all().get_mut(&report.source) {
            status.rolled_back = rolled_back;
        }
    }

    /// Another version of a document is in use.
    pub fn moved(&self, report: &ChangeReport, rolled_back: bool, now: u64) {
        if let Some(status) = self.all().get_mut(&report.source) {
            status.version.clone_from(&report.version);
            status.hash.clone_from(&report.hash);
            (status.revision, status.loaded_at, status.rolled_back) = (report.revision, now, rolled_back);
        }
    }

    /// A reading of a document that was loaded did not go well. The same fault again began when it began.
    pub fn failed(&self, name: &str, error: &Error, now: u64) {
        if let Some(status) = self.all().get_mut(name) {
            let mut fault = SourceFault {
                since: now,
                code: error.code().as_str(),
                pointer: error.pointer().to_owned(),
                message: error.to_string(),
            };
            if let Some(known) = &status.fault
                && (known.code, &known.pointer, &known.message)
                    == (fault.code, &fault.pointer, &fault.message)
            {
                fault.since = known.since;
            }
            status.fault = Some(fault);
        }
    }

    /// The content is the one that was loaded.
    pub fn is_well(&self, name: &str) {
        if let Some(status) = self.all().get_mut(name) {
            status.fault = None;
        }
    }

    /// The content is the one that was loaded, and where a server has it that is what it has.
    pub fn confirmed(&self, name: &str, now: u64) {
        if let Some(status) = self.all().get_mut(name) {
            status.fault = None;
            status.checked_at = status.checked_at.map(|_| now);
        }
    }

    /// When the content of a document was last known to be that of its address.
    pub fn checked_at(&self, name: &str) -> Option<u64> {
        self.all().get(name)?.checked_at
    }

    /// A document was unloaded.
    pub fn forget(&self, name: &str) {
        self.all().remove(name);
    }

    /// None is loaded any more.
    pub fn clear(&self) {
        self.all().clear();
    }

    /// All of them, with the tools that they have in a revision.
    pub fn list(&self, snapshot: &Snapshot, holds: &HeldTools) -> Vec<SourceStatus> {
        let mut all = self.all().clone();
        for held in holds.list() {
            if let Some(status) = all.get_mut(&held.source) {
                status.held = Some(held.id.clone());
            }
        }
        let mut count = |tool: &RegisteredTool| {
            if let Some(status) = all.get_mut(&*tool.origin.source) {
                status.tools += 1;
                status.stale += usize::from(tool.stale.is_some());
            }
        };
        snapshot.tools().for_each(|tool| count(tool));
        snapshot.waiting().for_each(|tool| count(tool));
        for family in snapshot.routes() {
            for version in family.versions {
                if let Some(status) = all.get_mut(&version.source) {
                    let (name, standing) = (family.source.clone(), version.standing);
                    status.family = Some(SourceFamily { name, version: version.version, standing });
                }
            }
        }
        all.into_values().collect()
    }

    /// A thread that panicked left each of them whole.
    fn all(&self) -> MutexGuard<'_, BTreeMap<String, SourceStatus>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
