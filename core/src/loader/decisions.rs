//! What people decide about a document: which held change enters, which version is in use, what stays as it is.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::json;

use super::load_audit as audit;
use super::loaded_source::LoadedSource;
use super::lock::lock;
use super::spec_loader::SpecLoader;
use crate::error::{Error, Result};
use crate::json::HashSet;
use crate::registry::{AppliedReplacement, RegisteredTool};
use crate::review::{ChangeClass, Settled};
use crate::review::{ChangeReport, RefusedTool};
use crate::review::{HeldChange, Outcome};
use crate::review::{SourceVersion, Trigger};
use crate::tool::name;

impl SpecLoader {
    /// All changes that wait for somebody's word, by source.
    pub fn held(&self) -> Vec<Arc<HeldChange>> {
        self.expire();
        self.holds.list()
    }

    /// Lets a held change in, in one revision. The pins of its tools move along.
    ///
    /// # Errors
    /// `UNKNOWN_CHANGE` where none of this id is held.
    pub fn approve(&self, id: &str) -> Result<ChangeReport> {
        self.expire();
        self.enter_held(id, Outcome::Approved)
    }

    /// Keeps a held change out. What it would have made of each tool stays out until it would make something else of it.
    ///
    /// # Errors
    /// `UNKNOWN_CHANGE` where none of this id is held.
    pub fn reject(&self, id: &str) -> Result<()> {
        self.expire();
        self.keep_out(id, Outcome::Rejected)
    }

    /// Settles the held changes whose time is up; when the next one's is, in ms since 1970.
    pub fn expire(&self) -> Option<u64> {
        for held in self.holds.expired(self.now()) {
            // Another thread may have been quicker.
            let _ = match held.then {
                Settled::Approve => self.enter_held(&held.id, Outcome::Expired).map(drop),
                Settled::Reject => self.keep_out(&held.id, Outcome::Expired),
            };
        }
        self.holds.list().iter().filter_map(|held| held.expires_at).min()
    }

    fn enter_held(&self, id: &str, outcome: Outcome) -> Result<ChangeReport> {
        self.settle(id, outcome, |source, held| {
            let applied = self.registry.amend(&source.name, held.tools.clone(), &held.removed)?;
            let snapshot = self.registry.snapshot();
            for tool in
                held.names().filter(|tool| source.pins.contains_key(*tool)).cloned().collect::<Vec<_>>()
            {
                match snapshot.tool_of(&source.name, &tool) {
                    Some(now) => source.pins.insert(tool, now.schema_hash().to_owned()),
                    None => source.pins.remove(&tool),
                };
            }
            let tools = held.tools.iter().map(RegisteredTool::name).collect::<HashSet<_>>();
            source.shelf.settle(snapshot.tools_of(&source.name), |tool| tools.contains(tool));
            let report = report(source, applied, held.version.clone(), held.hash.clone());
            let class = held.changes.iter().map(|change| change.class).max().unwrap_or_default();
            self.came(
                source,
                SourceVersion { class, ..SourceVersion::after(&report, Trigger::Approve, self.now()) },
            );
            self.statuses.moved(&report, false, self.now());
            self.keep(source);
            Ok(report)
        })
    }

    fn keep_out(&self, id: &str, outcome: Outcome) -> Result<()> {
        self.settle(id, outcome, |source, held| {
            source.rejected.extend(held.prints());
            source.state.report.rejected.extend(held.names().cloned());
            self.keep(source);
            Ok(())
        })
    }

    /// Ends the waiting of a change, with its source at hand: no load of it is under way.
    fn settle<T>(
        &self,
        id: &str,
        outcome: Outcome,
        decide: impl FnOnce(&mut LoadedSource, &HeldChange) -> Result<T>,
    ) -> Result<T> {
        let name = self.holds.find(id)?.source.clone();
        let source = self.source(&name)?;
        let mut source = lock(&source);
        // A load that was waited for may have brought another change.
        let held = self.holds.find(id)?;
        let decided = decide(&mut source, &held)?;
        self.holds.take(&name);
        self.settled(&held, outcome);
        Ok(decided)
    }

    /// Tells what became of a held change.
    pub(super) fn settled(&self, held: &HeldChange, outcome: Outcome) {
        let HeldChange { id, source, hash, added, updated, removed, .. } = held;
        audit::decided(
            &self.registry,
            "decision",
            &json!({"source": source, "holdId": id, "outcome": outcome, "hash": hash, "added": added, "updated": updated, "removed": removed}),
        );
        self.tell(|listener| listener.settled(held, outcome));
    }

    /// The versions that a document had, the newest first.
    pub fn history(&self, name: &str) -> Result<Vec<SourceVersion>> {
        let source = self.source(name)?;
        let versions = lock(&source).history.list();
        Ok(versions)
    }

    /// Goes back to another version's tools, in one revision: to the newest of a version text or of a content hash, or to
    /// the one before that in use. They stay until the document has new content, or is reloaded.
    ///
    /// # Errors
    /// `UNKNOWN_VERSION` where no such version is kept.
    pub fn rollback(&self, name: &str, version: Option<&str>) -> Result<ChangeReport> {
        let source = self.source(name)?;
        let mut source = lock(&source);
        let (target, tools) = source.history.back(name, version)?;
        let tools: Vec<RegisteredTool> = tools.iter().map(|tool| RegisteredTool::clone(tool)).collect();
        let applied = self.registry.apply(name, tools)?;
        let report = report(&source, applied, target.version, target.hash);
        let version = SourceVersion {
            back_to: Some(target.number),
            class: ChangeClass::None,
            ..SourceVersion::after(&report, Trigger::Rollback, self.now())
        };
        source.shelf.back(target.number);
        self.came(&mut source, version);
        source.state.is_back = true;
        self.keep(&mut source);
        self.statuses.moved(&report, true, self.now());
        if let Some(held) = self.holds.take(name) {
            self.settled(&held, Outcome::Superseded);
        }
        let ChangeReport { version, hash, revision, .. } = &report;
        let data = json!({"source": name, "version": version, "hash": hash, "revision": revision});
        audit::decided(&self.registry, "rollback", &data);
        Ok(report)
    }

    fn came(&self, source: &mut LoadedSource, version: SourceVersion) {
        source.moved(version, &self.registry.snapshot());
    }

    /// Pins tools of a document to what they are, all of them or these: any change of what a model is told of them is held.
    /// All pins of the document.
    ///
    /// # Errors
    /// `UNKNOWN_TOOL` where it has no such tool; then none is pinned.
    pub fn pin(&self, name: &str, tools: Option<&[String]>) -> Result<BTreeMap<String, String>> {
        let source = self.source(name)?;
        let mut source = lock(&source);
        let snapshot = self.registry.snapshot();
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
                nearest: name::nearest(tool, own.keys().copied()),
            })?;
            pins.insert(tool.to_owned(), (*hash).to_owned());
        }
        source.pins.clone_from(&pins);
        self.keep(&mut source);
        audit::decided(&self.registry, "pins", &json!({"source": name, "pins": pins}));
        Ok(pins)
    }

    /// Releases the pins of a document, all of them or these. All pins that are left.
    pub fn unpin(&self, name: &str, tools: Option<&[String]>) -> Result<BTreeMap<String, String>> {
        let source = self.source(name)?;
        let mut source = lock(&source);
        source.pins.retain(|tool, _| tools.is_some_and(|tools| !tools.contains(tool)));
        self.keep(&mut source);
        audit::decided(&self.registry, "pins", &json!({"source": name, "pins": source.pins}));
        Ok(source.pins.clone())
    }
}

fn report(
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
