//! The last steps of a load: its report, the state of its source, notifications.

use std::sync::Arc;

use super::change_review::{ChangeReview, refused};
use super::content_digest::ContentDigest;
use super::load_subject::{Load, LoadPurpose, LoadSetup, LoadSubject};
use super::proposed_change::{ChangeContext, ConvertedDocument, ProposedChange};
use super::truncated_document::Truncation;
use crate::convert::{Conversion, SkippedOperation, ToolLocation};
use crate::error::Result;
use crate::json::HashSet;
use crate::loader::load_report::{CheckReport, LoadReport};
use crate::loader::loader_context::LoaderContext;
use crate::loader::sources::{LoadedSource, SourceState};
use crate::registry::{AppliedReplacement, Snapshot, SourceReplacement};
use crate::retrieve::Bundle;
use crate::review::{Decision, HeldChange, HoldOutcome, Verdict};
use crate::state::SavedInputs;

/// What was applied, held and refused.
pub struct AppliedLoad {
    pub report: LoadReport,
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
struct LoadOutcome {
    conversion: Conversion,
    locations: Vec<ToolLocation>,
    applied: AppliedReplacement,
    review: ChangeReview,
}

/// What the record of a load is made of beside its outcome.
pub struct RecordedLoad<'a> {
    pub load: Load<'a>,
    pub setup: &'a LoadSetup<'a>,
    pub bundle: &'a Bundle,
    pub digest: ContentDigest,
}

/// Applies what the gates admit of a change, in one revision. A check computes the outcome only. `None` where another source
/// changed the registry since the change was reviewed.
///
/// # Errors
/// `GATE_REFUSED` where a gate refuses the change.
pub fn apply_change(
    context: &ChangeContext<'_>,
    change: ProposedChange,
    review: ChangeReview,
) -> Result<Option<AppliedLoad>> {
    let ProposedChange { converted, plan, is_truncated, truncation, .. } = change;
    let ConvertedDocument { conversion, names, tools, locations, unread } = converted;
    if review.verdict.decision() == Decision::Refuse && !context.is_check {
        return Err(refused(context.source, &review.verdict));
    }
    let held = review.held.iter().flat_map(HeldChange::names).chain(&review.rejected).cloned().collect();
    let replacement = SourceReplacement { tools, unread: &unread, held, judged: Some(&plan) };
    let applied = if context.is_check {
        context.registry.preview(context.source, replacement)?
    } else {
        context.registry.apply_drafted(&names, replacement)?
    };
    let is_prefix = truncation == Some(Truncation::Waited { is_prefix: true });
    Ok(applied.map(|applied| {
        let mut load = AppliedLoad::new(context, LoadOutcome { conversion, locations, applied, review });
        load.report.truncated = is_prefix || is_truncated;
        load
    }))
}

impl AppliedLoad {
    fn new(context: &ChangeContext<'_>, outcome: LoadOutcome) -> Self {
        let LoadOutcome { conversion, mut locations, applied, review } = outcome;
        let Conversion { version, operations, mut skipped, excluded, notes, .. } = conversion;
        let order = locations.iter().map(|location| location.tool.clone()).collect();
        for (tool, error) in applied.refused {
            let at = locations.iter().position(|location| location.tool == tool);
            let location = locations.remove(at.expect("only tools of this document are refused"));
            skipped.push(SkippedOperation::new(&location.identity, &location.pointer, &error));
        }
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
        report.judgements = context.options.targets.judge(&tools);
        if let Some(budget) = context.options.token_budget.or(context.is_check.then(Default::default)) {
            let (cost, notes) = budget.check(&locations, &snapshot);
            report.tokens = Some(cost);
            report.notes.extend(notes);
        }
        for location in locations {
            report.count(&location.tool, location.coverage);
        }
        Self { report, snapshot, order, verdict, held, downgrade }
    }

    /// Records an applied load in its source, in statuses and in the state file, and notifies the listener. A check records
    /// nothing.
    pub fn record(
        mut self,
        context: &LoaderContext,
        source: &mut LoadedSource,
        recorded: &RecordedLoad<'_>,
    ) -> CheckReport {
        let &RecordedLoad { load, setup, bundle, digest } = recorded;
        digest.write_to(&mut self.report);
        if let LoadPurpose::Apply(trigger) = load.purpose {
            let now = context.now();
            let pins = load.pins(source, &setup.options);
            if let LoadSubject::Document { location, options } = load.subject {
                (source.location, source.options) = (location.clone(), options.clone());
            }
            source.state = SourceState {
                applied: Some(digest.hash),
                checksum: digest.checksum,
                last_read: load.read_number,
                // The truncation of a file is reported once.
                report: LoadReport { truncated: false, ..self.report.clone() },
                order: std::mem::take(&mut self.order),
                dependencies: bundle.dependencies(),
                ..SourceState::default()
            };
            context.statuses.loaded(&self.report, &source.location, now);
            source.add_version(self.report.source_version(trigger, now), &self.snapshot);
            if context.keeper.is_some() {
                self.save_inputs(source, bundle, digest.hash);
            }
            self.notify(context, &source.name);
            source.pins = pins;
            context.save_source(source);
        }
        let (decision, objections) = (self.verdict.decision(), self.verdict.objections().to_vec());
        CheckReport { report: self.report, decision, objections }
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
        if !is_known {
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
