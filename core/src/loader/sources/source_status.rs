//! The status of each source, read without waiting for a load.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard};

use serde::Serialize;

use crate::error::Error;
use crate::loader::load_report::LoadReport;
use crate::loader::mutex::lock;
use crate::registry::{RegisteredTool, Snapshot};
use crate::review::{ChangeReport, HeldChanges};
use crate::spec::SpecSource;

/// The status of a source.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SourceStatus {
    /// The source's name.
    pub name: String,
    /// Its location: a path, a URL, or a description of a text.
    pub location: String,
    /// The document's version, or that of the options.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// Its family, where it is one of several versions of an API.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub family: Option<SourceFamily>,
    /// SHA-256 of the content that its tools are made of, in hex.
    pub hash: String,
    /// The registry's revision after the last load.
    pub revision: u64,
    /// When that load ended, in ms since 1970.
    pub loaded_at: u64,
    /// When its server last confirmed the content, in ms since 1970. `None` where it has no URL.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub checked_at: Option<u64>,
    /// The number of its tools.
    pub tools: usize,
    /// The number of stale tools: their operation cannot be read in the newest document.
    pub stale: usize,
    /// The id of the held change, to approve or reject it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hold_id: Option<String>,
    /// Whether a rollback is in effect.
    pub rolled_back: bool,
    /// Why the newest read changed nothing, where it failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fault: Option<SourceFault>,
}

/// A source as one version of its family.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SourceFamily {
    /// The family's name.
    pub name: String,
    /// Its version number, for version ranges.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// Whether it is the version that callers get by default.
    pub standing: bool,
}

/// Why a read changed nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SourceFault {
    /// When the fault began, in ms since 1970.
    pub since: u64,
    /// The code of the error.
    pub code: &'static str,
    /// JSON pointer into the document; empty where the fault is not of one place.
    pub pointer: String,
    /// The error's message.
    pub message: String,
}

/// The statuses of all sources of a loader, by name.
#[derive(Default)]
pub struct Statuses(Mutex<BTreeMap<String, SourceStatus>>);

impl Statuses {
    /// Sets the status after a load.
    pub fn loaded(&self, report: &LoadReport, location: &SpecSource, now: u64) {
        let status = SourceStatus {
            name: report.source.clone(),
            location: location.display_location(),
            version: report.version.clone(),
            family: None,
            hash: report.hash.clone(),
            revision: report.revision,
            loaded_at: now,
            checked_at: matches!(location, SpecSource::Url(_)).then_some(now),
            tools: 0,
            stale: 0,
            hold_id: None,
            rolled_back: false,
            fault: None,
        };
        self.all().insert(report.source.clone(), status);
    }

    /// Sets the status of a source that was restored from a state file.
    pub fn restored(&self, report: &LoadReport, location: &SpecSource, rolled_back: bool, saved_at: u64) {
        self.loaded(report, location, saved_at);
        if let Some(status) = self.all().get_mut(&report.source) {
            status.rolled_back = rolled_back;
        }
    }

    /// Updates the version in use after an approval or a rollback.
    pub fn moved(&self, report: &ChangeReport, rolled_back: bool, now: u64) {
        if let Some(status) = self.all().get_mut(&report.source) {
            status.version.clone_from(&report.version);
            status.hash.clone_from(&report.hash);
            (status.revision, status.loaded_at, status.rolled_back) = (report.revision, now, rolled_back);
        }
    }

    /// Sets the fault after a failed read. The same fault again keeps the time of its first occurrence.
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

    /// Clears the fault: the content is the one in use.
    pub fn clear_fault(&self, name: &str) {
        if let Some(status) = self.all().get_mut(name) {
            status.fault = None;
        }
    }

    /// Clears the fault, and records the time of a server's answer.
    pub fn confirmed(&self, name: &str, now: u64) {
        if let Some(status) = self.all().get_mut(name) {
            status.fault = None;
            status.checked_at = status.checked_at.map(|_| now);
        }
    }

    /// When the server of a source last confirmed its content, in ms since 1970.
    pub fn checked_at(&self, name: &str) -> Option<u64> {
        self.all().get(name)?.checked_at
    }

    /// Removes the status of an unloaded source.
    pub fn forget(&self, name: &str) {
        self.all().remove(name);
    }

    /// Removes all statuses.
    pub fn clear(&self) {
        self.all().clear();
    }

    /// All statuses, with the number of tools in `snapshot`.
    pub fn list(&self, snapshot: &Snapshot, holds: &HeldChanges) -> Vec<SourceStatus> {
        let mut all = self.all().clone();
        for held in holds.list() {
            if let Some(status) = all.get_mut(&held.source) {
                status.hold_id = Some(held.id.clone());
            }
        }
        let mut count = |tool: &RegisteredTool| {
            if let Some(status) = all.get_mut(&*tool.origin.source) {
                status.tools += 1;
                status.stale += usize::from(tool.stale.is_some());
            }
        };
        snapshot.tools().for_each(|tool| count(tool));
        snapshot.inactive_tools().for_each(|tool| count(tool));
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

    fn all(&self) -> MutexGuard<'_, BTreeMap<String, SourceStatus>> {
        lock(&self.0)
    }
}
