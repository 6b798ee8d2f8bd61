//! The last step of a load: its report, the state of its source, notifications.

use std::sync::Arc;

use super::change_review::ChangeReview;
use super::content_digest::ContentDigest;
use super::proposed_change::ChangeContext;
use crate::convert::{Conversion, SkippedOperation, ToolLocation};
use crate::error::Error;
use crate::json::{HashMap, HashSet};
use crate::loader::load_report::{CheckReport, LoadReport};
use crate::loader::loader_context::LoaderContext;
use crate::loader::sources::{LoadedSource, SourceState};
use crate::registry::{AppliedReplacement, Snapshot};
use crate::retrieve::{Bundle, Dependencies};
use crate::review::{HeldChange, HoldOutcome, LoadTrigger, Verdict};
use crate::state::SavedInputs;

/// What was applied, held and refused.
pub struct AppliedLoad {
    pub report: LoadReport,
    /// The revision before.
    before: Arc<Snapshot>,
    /// The revision that has the tools.
    snapshot: Arc<Snapshot>,
    /// The names of all its tools in the order of the document.
    order: Vec<String>,
    verdict: Verdict,
    held: Option<HeldChange>,
    /// A downgrade of the document's version: from, to.
    downgrade: Option<(String, String)>,
}

/// The outcomes of all steps.
pub struct LoadOutcome {
    pub conversion: Conversion,
    pub locations: Vec<ToolLocation>,
    pub applied: AppliedReplacement,
    pub review: ChangeReview,
    /// The revision before.
    pub before: Arc<Snapshot>,
}

/// Why and from which content a source is loaded.
#[derive(Clone, Copy)]
pub struct LoadRecord {
    pub trigger: LoadTrigger,
    /// The number of the read: a load of an older read changes nothing.
    pub read_number: u64,
    pub digest: ContentDigest,
}

/// What the tools of a load are made of.
#[derive(Clone, Copy)]
pub enum RecordedContent<'a> {
    /// A document with all that it refers to. The state file keeps it.
    Document(&'a Bundle),
    /// A program gives them: nothing of it can be kept.
    Program,
}

impl AppliedLoad {
    pub fn new(context: &ChangeContext<'_>, outcome: LoadOutcome) -> Self {
        let LoadOutcome { conversion, locations, applied, review, before } = outcome;
        let Conversion { version, operations, mut skipped, excluded, notes, .. } = conversion;
        let order = locations.iter().map(|location| location.tool.clone()).collect();
        let refused: HashMap<String, Error> = applied.refused.into_iter().collect();
        let (refused_at, locations): (Vec<_>, Vec<_>) =
            locations.into_iter().partition(|location| refused.contains_key(&location.tool));
        skipped.extend(refused_at.iter().map(|location| {
            SkippedOperation::new(&location.identity, &location.pointer, &refused[&location.tool])
        }));
        let ChangeReview { changes, verdict, mut held, rejected, downgrade } = review;
        if let Some(held) = &mut held {
            held.version.clone_from(&version);
        }
        let snapshot =
            applied.snapshot.unwrap_or_else(|| context.registry.snapshot().view_of(context.source));
        let mut report = LoadReport {
            source: context.source.to_owned(),
            version,
            revision: applied.revision,
            operations,
            added: applied.added,
            updated: applied.updated,
            removed: applied.removed,
            unchanged: applied.unchanged,
            stale: applied.stale,
            held: held.iter().flat_map(HeldChange::names).cloned().collect(),
            hold_id: held.as_ref().map(|held| held.id.clone()),
            rejected,
            changes: (!context.is_first).then_some(changes),
            skipped,
            excluded,
            notes,
            ..LoadReport::default()
        };
        let names = [&report.added, &report.updated, &report.unchanged].into_iter().flatten();
        let tools: Vec<_> = names.filter_map(|name| snapshot.get(name)).map(|tool| &**tool).collect();
        if context.options.conversion.asks_for_output_schemas() {
            let with_output = tools.iter().filter(|tool| tool.definition.output_schema.is_some());
            report.output_schemas = Some(with_output.count());
        }
        report.judgements = context.options.targets.judge(&tools);
        if let Some(budget) = context.options.token_budget.or(context.is_check.then(Default::default)) {
            let (cost, notes) = budget.check(&locations, &snapshot);
            report.tokens = Some(cost);
            report.notes.extend(notes);
        }
        for location in locations {
            report.count(&location.tool, location.coverage);
        }
        Self { report, before, snapshot, order, verdict, held, downgrade }
    }

    /// The report of a check: nothing is recorded.
    pub fn check_report(mut self, digest: ContentDigest) -> CheckReport {
        digest.write_to(&mut self.report);
        let (decision, objections) = (self.verdict.decision(), self.verdict.objections().to_vec());
        CheckReport { report: self.report, decision, objections }
    }

    /// Records an applied load in its source, in statuses and in the state file, and notifies the listener.
    pub fn record(
        mut self,
        context: &LoaderContext,
        source: &mut LoadedSource,
        record: LoadRecord,
        made_of: RecordedContent<'_>,
    ) -> CheckReport {
        let LoadRecord { trigger, read_number, digest } = record;
        digest.write_to(&mut self.report);
        let now = context.now();
        source.state = SourceState {
            applied: Some(digest.hash),
            checksum: digest.checksum,
            last_read: read_number,
            // The truncation of a file is reported once.
            report: LoadReport { truncated: false, ..self.report.clone() },
            order: std::mem::take(&mut self.order),
            dependencies: match made_of {
                RecordedContent::Document(bundle) => bundle.dependencies(),
                RecordedContent::Program => Dependencies::default(),
            },
            ..SourceState::default()
        };
        context.statuses.loaded(&self.report, &source.location, now);
        source.removed.remember(&self.before, &self.report.removed);
        source.add_version(self.report.source_version(trigger, now), &self.snapshot);
        if let RecordedContent::Document(bundle) = made_of
            && context.keeper.is_some()
        {
            self.save_inputs(source, bundle, digest.hash);
        }
        self.notify(context, &source.name);
        context.save_source(source);
        self.check_report(digest)
    }

    /// Keeps the inputs that the tools were made of for the state file.
    fn save_inputs(&self, source: &mut LoadedSource, bundle: &Bundle, hash: [u8; 32]) {
        let Self { report, snapshot, .. } = self;
        let older = [&report.held, &report.rejected, &report.stale];
        let older: HashSet<&str> = older.into_iter().flatten().map(String::as_str).collect();
        source.inputs.add(SavedInputs::from_bundle(bundle, &source.location, hash));
        source.inputs.set_active(snapshot.tools_of(&source.name), |tool| !older.contains(tool));
    }

    /// Notifies the listener of held changes, downgrades and quarantined tools.
    fn notify(&mut self, context: &LoaderContext, source: &str) {
        let mut held = self.held.take();
        if let Some(held) = &mut held {
            held.hash.clone_from(&self.report.hash);
        }
        let before = context.holds.get(source);
        let is_known = before.as_ref().map(|before| &before.id) == held.as_ref().map(|held| &held.id);
        if is_known {
            // The same change, perhaps of newer content: approval must not bring older code into use.
            let times = before.map(|before| (before.held_at, before.expires_at));
            if let (Some(held), Some((held_at, expires_at))) = (held, times) {
                context.holds.replace(source, Some(HeldChange { held_at, expires_at, ..held }));
            }
        } else {
            if let Some(before) = before {
                context.report_settled(&before, HoldOutcome::Superseded);
            }
            if let Some(held) = context.holds.replace(source, held) {
                context.notify(|listener| listener.held(&held));
            }
        }
        if let Some((from, to)) = &self.downgrade {
            context.notify(|listener| listener.downgrade(source, from, to));
        }
        let judged = self.report.judgements.as_ref();
        if let Some(judged) = judged.filter(|all| !all.quarantined.is_empty() || !all.downgraded.is_empty()) {
            context.notify(|listener| listener.quarantined(source, judged));
        }
    }
}
