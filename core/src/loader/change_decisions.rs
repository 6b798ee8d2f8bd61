//! Decisions of people: approve or reject a held change, roll back to a version, pin tools.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::json;

use super::load_audit as audit;
use super::loader_context::LoaderContext;
use super::mutex::lock;
use super::sources::LoadedSource;
use crate::error::{Error, Result, nearest};
use crate::json::HashSet;
use crate::registry::{AppliedReplacement, RegisteredTool};
use crate::review::{
    ChangeClass, ChangeReport, ExpiryAction, HeldChange, HoldOutcome, LoadTrigger, RefusedTool, SourceVersion,
};

/// The decisions on the changes of a loader's sources.
#[derive(Clone, Copy)]
pub struct ChangeDecisions<'l>(pub(super) &'l LoaderContext);

impl ChangeDecisions<'_> {
    /// All changes that wait for approval, by source.
    pub fn held(self) -> Vec<Arc<HeldChange>> {
        self.expire();
        self.0.holds.list()
    }

    /// Approves a held change: it is applied in one revision. The pins of its tools move along.
    ///
    /// # Errors
    /// `UNKNOWN_CHANGE` where no change of this id is held.
    pub fn approve(self, id: &str) -> Result<ChangeReport> {
        self.expire();
        self.apply_held(id, HoldOutcome::Approved)
    }

    /// Rejects a held change. The same change of a tool is kept out from now on; another one is reviewed again.
    ///
    /// # Errors
    /// `UNKNOWN_CHANGE` where no change of this id is held.
    pub fn reject(self, id: &str) -> Result<()> {
        self.expire();
        self.reject_held(id, HoldOutcome::Rejected)
    }

    /// Settles the held changes whose time is up. Gives the time of the next expiry in ms since 1970.
    pub fn expire(self) -> Option<u64> {
        for held in self.0.holds.expired(self.0.now()) {
            // Another thread may have settled it meanwhile.
            let _ = match held.on_expiry {
                ExpiryAction::Approve => self.apply_held(&held.id, HoldOutcome::Expired).map(drop),
                ExpiryAction::Reject => self.reject_held(&held.id, HoldOutcome::Expired),
            };
        }
        self.0.holds.list().iter().filter_map(|held| held.expires_at).min()
    }

    fn apply_held(self, id: &str, outcome: HoldOutcome) -> Result<ChangeReport> {
        self.settle(id, outcome, |source, held| {
            let before = self.0.registry.snapshot().view_of(&source.name);
            let applied = self.0.registry.amend_source(&source.name, held.tools.clone(), &held.removed)?;
            let snapshot = self.0.registry.snapshot();
            let pinned: Vec<_> =
                held.names().filter(|tool| source.pins.contains_key(*tool)).cloned().collect();
            for tool in pinned {
                match snapshot.tool_of(&source.name, &tool) {
                    Some(now) => source.pins.insert(tool, now.schema_hash().to_owned()),
                    None => source.pins.remove(&tool),
                };
            }
            let tools = held.tools.iter().map(RegisteredTool::name).collect::<HashSet<_>>();
            source.inputs.set_active(snapshot.tools_of(&source.name), |tool| tools.contains(tool));
            let report = change_report(source, applied, held.version.clone(), held.hash.clone());
            let class = held.changes.iter().map(|change| change.class).max().unwrap_or_default();
            let version = SourceVersion {
                class,
                ..SourceVersion::from_report(&report, LoadTrigger::Approve, self.0.now())
            };
            source.removed.remember(&before, &report.removed);
            source.add_version(version, &snapshot);
            self.0.statuses.moved(&report, false, self.0.now());
            self.0.save_source(source);
            Ok(report)
        })
    }

    fn reject_held(self, id: &str, outcome: HoldOutcome) -> Result<()> {
        self.settle(id, outcome, |source, held| {
            source.rejected.extend(held.tool_fingerprints());
            source.state.report.rejected.extend(held.names().cloned());
            self.0.save_source(source);
            Ok(())
        })
    }

    /// Settles a held change under the lock of its source: no load of it is under way.
    fn settle<T>(
        self,
        id: &str,
        outcome: HoldOutcome,
        decide: impl FnOnce(&mut LoadedSource, &HeldChange) -> Result<T>,
    ) -> Result<T> {
        let name = self.0.holds.find(id)?.source.clone();
        let source = self.0.source(&name)?;
        let mut source = lock(&source);
        // A load that held the lock may have brought another change.
        let held = self.0.holds.find(id)?;
        let decided = decide(&mut source, &held)?;
        self.0.holds.remove(&name);
        self.0.report_settled(&held, outcome);
        Ok(decided)
    }

    /// The versions of a document, newest first.
    pub fn history(self, name: &str) -> Result<Vec<SourceVersion>> {
        let source = self.0.source(name)?;
        let versions = lock(&source).history.list();
        Ok(versions)
    }

    /// Rolls back to another version's tools, in one revision: to the newest of a version text or of a content hash, or without
    /// `version` to the one before that in use. They stay until the document has new content, or is reloaded.
    ///
    /// # Errors
    /// `UNKNOWN_VERSION` where no such version is kept.
    pub fn rollback(self, name: &str, version: Option<&str>) -> Result<ChangeReport> {
        let source = self.0.source(name)?;
        let mut source = lock(&source);
        let (target, tools) = source.history.rollback_target(name, version)?;
        let tools: Vec<RegisteredTool> = tools.iter().map(|tool| RegisteredTool::clone(tool)).collect();
        let before = self.0.registry.snapshot().view_of(name);
        let applied = self.0.registry.apply(name, tools)?;
        let report = change_report(&source, applied, target.version, target.hash);
        let version = SourceVersion {
            back_to: Some(target.number),
            class: ChangeClass::None,
            ..SourceVersion::from_report(&report, LoadTrigger::Rollback, self.0.now())
        };
        source.inputs.roll_back(target.number);
        source.removed.remember(&before, &report.removed);
        source.add_version(version, &self.0.registry.snapshot());
        source.state.is_rolled_back = true;
        self.0.save_source(&mut source);
        self.0.statuses.moved(&report, true, self.0.now());
        if let Some(held) = self.0.holds.remove(name) {
            self.0.report_settled(&held, HoldOutcome::Superseded);
        }
        let ChangeReport { version, hash, revision, .. } = &report;
        let data = json!({"source": name, "version": version, "hash": hash, "revision": revision});
        audit::record_decision(&self.0.registry, "rollback", &data);
        Ok(report)
    }

    /// Pins tools of a document to their schema hash, all of them or these: a change of the definition is held. Gives all pins of
    /// the document.
    ///
    /// # Errors
    /// `UNKNOWN_TOOL` where it has no such tool; then none is pinned.
    pub fn pin(self, name: &str, tools: Option<&[String]>) -> Result<BTreeMap<String, String>> {
        let source = self.0.source(name)?;
        let mut source = lock(&source);
        let snapshot = self.0.registry.snapshot();
        let own: BTreeMap<&str, &str> =
            snapshot.tools_of(name).map(|tool| (tool.name(), tool.schema_hash())).collect();
        let chosen: Vec<&str> = tools.map_or_else(
            || own.keys().copied().collect(),
            |tools| tools.iter().map(String::as_str).collect(),
        );
        let mut pins = source.pins.clone();
        for tool in chosen {
            let hash = own.get(tool).ok_or_else(|| Error::UnknownTool {
                name: tool.to_owned(),
                nearest: nearest(tool, own.keys().copied()),
            })?;
            pins.insert(tool.to_owned(), (*hash).to_owned());
        }
        source.pins.clone_from(&pins);
        self.0.save_source(&mut source);
        audit::record_decision(&self.0.registry, "pins", &json!({"source": name, "pins": pins}));
        Ok(pins)
    }

    /// Releases the pins of a document, all of them or these. Gives the pins that are left.
    pub fn unpin(self, name: &str, tools: Option<&[String]>) -> Result<BTreeMap<String, String>> {
        let source = self.0.source(name)?;
        let mut source = lock(&source);
        source.pins.retain(|tool, _| tools.is_some_and(|tools| !tools.contains(tool)));
        self.0.save_source(&mut source);
        audit::record_decision(&self.0.registry, "pins", &json!({"source": name, "pins": source.pins}));
        Ok(source.pins.clone())
    }
}

fn change_report(
    source: &LoadedSource,
    applied: AppliedReplacement,
    version: Option<String>,
    hash: String,
) -> ChangeReport {
    let refused = applied.refused.into_iter().map(|(tool, error)| RefusedTool {
        tool,
        code: error.code().as_str(),
        reason: error.to_string(),
    });
    ChangeReport {
        source: source.name.clone(),
        version,
        hash,
        revision: applied.revision,
        added: applied.added,
        updated: applied.updated,
        removed: applied.removed,
        refused: refused.collect(),
    }
}
