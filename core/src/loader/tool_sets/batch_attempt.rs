//! One attempt to load a batch: its sources enter in one revision, through the gates, or none of them.

use std::collections::BTreeMap;
use std::sync::{Arc, MutexGuard};

use serde_json::Value;

use super::tool_set::{OnError, ToolSet};
use super::tool_set_batch::{BatchEntries, location, prepare_source};
use super::tool_set_conversion::{ConvertedSet, named_code};
use crate::error::{Error, Result};
use crate::json::HashMap;
use crate::loader::load_report::CheckReport;
use crate::loader::loader_context::LoaderContext;
use crate::loader::pipeline::{
    AppliedLoad, ChangeContext, ContentDigest, ConvertedDocument, LoadQuestion, LoadRecord, ProposedChange,
    RecordedContent, ReviewedChange, StepError, StepResult, review_change,
};
use crate::loader::sources::LoadedSource;
use crate::registry::{BatchedSource, NameDraft, OnRefusal, Origin, RegisteredTool, name_taken};
use crate::review::{CustomGateAnswers, CustomGates, LoadTrigger};

/// The sources of a batch in one attempt.
pub struct BatchAttempt<'a, 'l> {
    pub context: &'l LoaderContext,
    pub batch: &'a [ToolSet],
    pub answers: &'a HashMap<usize, CustomGateAnswers>,
    pub trigger: LoadTrigger,
    pub on_error: OnError,
}

/// The reviewed change of one source of a batch.
struct ReviewedSet {
    index: usize,
    change: ReviewedChange,
}

/// Why an attempt ends without an outcome.
pub enum AttemptEnd {
    /// The fault of one source.
    Fault(usize, Error),
    /// What the custom gates of some sources are to be asked. A batch asks them all between two attempts: one attempt for
    /// each source would be quadratic.
    Questions(Vec<GateQuestion>),
}

/// The outcome of a step of an attempt.
pub type AttemptResult<T> = std::result::Result<T, AttemptEnd>;

/// What the custom gates of a source are to be asked.
pub struct GateQuestion {
    pub index: usize,
    pub gates: CustomGates,
    pub change: Value,
}

impl BatchAttempt<'_, '_> {
    /// Lock → convert → review → apply → record.
    pub fn run(&self) -> AttemptResult<Vec<Result<CheckReport>>> {
        let read_number = self.context.begin_read().map_err(|error| AttemptEnd::Fault(0, error))?;
        let entries = BatchEntries::enlist(self.context, self.batch);
        let mut sources = entries.lock(self.batch);
        let outcome = self.load_locked(&mut sources).map(|outcomes| {
            let records = outcomes.into_iter().enumerate().map(|(index, outcome)| {
                let (set, source) = (&self.batch[index], &mut sources[index]);
                let load = outcome?;
                source.pins = self.pins(source, set);
                (source.location, source.options) = (location(set), Arc::clone(&set.options));
                let digest = ContentDigest { hash: set.hash, length: set.bytes, checksum: 0 };
                let record = LoadRecord { trigger: self.trigger, read_number, digest };
                Ok(load.record(self.context, source, record, RecordedContent::Program))
            });
            records.collect()
        });
        entries.settle(&sources);
        outcome
    }

    fn load_locked(
        &self,
        sources: &mut [MutexGuard<'_, LoadedSource>],
    ) -> AttemptResult<Vec<Result<AppliedLoad>>> {
        let mut faults: HashMap<usize, Error> = HashMap::default();
        for (index, (set, source)) in self.batch.iter().zip(sources.iter_mut()).enumerate() {
            if let Err(error) = self.prepare(source, set) {
                self.skip(index, error, &mut faults)?;
            }
        }
        let mut loads = loop {
            let reviewed = self.review(sources, &mut faults)?;
            // `None`: another source changed the registry since the comparison.
            if let Some(loads) = self.apply(sources, reviewed, &mut faults)? {
                break loads;
            }
        };
        let mut outcome = |index: usize| match (loads.remove(&index), faults.remove(&index)) {
            (Some(load), _) => Ok(load),
            (None, Some(error)) => Err(error),
            (None, None) => Err(Error::Internal { reason: "a source has no outcome".to_owned() }),
        };
        Ok((0..self.batch.len()).map(&mut outcome).collect())
    }

    fn prepare(&self, source: &mut LoadedSource, set: &ToolSet) -> Result<()> {
        prepare_source(self.context, source, set)?;
        if source.state.applied != Some(set.hash) {
            self.context.restore_withdrawn(source)?;
        }
        Ok(())
    }

    /// Notes the fault of a source, or ends the attempt with it.
    fn skip(&self, index: usize, fault: Error, faults: &mut HashMap<usize, Error>) -> AttemptResult<()> {
        if self.on_error == OnError::Refuse {
            return Err(AttemptEnd::Fault(index, fault));
        }
        faults.insert(index, fault);
        Ok(())
    }

    /// The changes of all sources without a fault, compared with the newest revision and reviewed.
    fn review(
        &self,
        sources: &[MutexGuard<'_, LoadedSource>],
        faults: &mut HashMap<usize, Error>,
    ) -> AttemptResult<Vec<ReviewedSet>> {
        let mut reviewed = Vec::with_capacity(self.batch.len());
        let mut questions = Vec::new();
        for index in 0..self.batch.len() {
            if faults.contains_key(&index) {
                continue;
            }
            match self.review_set(&self.change_context(sources, index), index) {
                Ok(change) => reviewed.push(ReviewedSet { index, change }),
                Err(StepError::Failed(error)) => self.skip(index, error, faults)?,
                Err(StepError::Question(LoadQuestion::CustomGates(gates, change))) => {
                    questions.push(GateQuestion { index, gates, change });
                }
                Err(StepError::Question(_)) => {
                    let reason = "a tool set asks for a document".to_owned();
                    return Err(AttemptEnd::Fault(index, Error::Internal { reason }));
                }
            }
        }
        if questions.is_empty() { Ok(reviewed) } else { Err(AttemptEnd::Questions(questions)) }
    }

    fn review_set(&self, context: &ChangeContext<'_>, index: usize) -> StepResult<ReviewedChange> {
        let set = &self.batch[index];
        let ConvertedSet { conversion, tools, locations } = set.convert(self.on_error, context.now)?;
        if set.replaces.is_some() {
            check_takeover(context, &tools)?;
        }
        let unread = conversion.skipped.iter().map(|skipped| skipped.unread(context.now)).collect();
        let names = NameDraft::empty(Origin::CODE);
        let converted = ConvertedDocument { conversion, names, tools, locations, unread };
        let change = ProposedChange::new(context, converted, None);
        let review = review_change(context, &change, self.answers.get(&index))?;
        Ok(ReviewedChange::new(context, change, review)?)
    }

    /// Replaces the tools of all reviewed sources in one revision.
    fn apply(
        &self,
        sources: &[MutexGuard<'_, LoadedSource>],
        mut reviewed: Vec<ReviewedSet>,
        faults: &mut HashMap<usize, Error>,
    ) -> AttemptResult<Option<HashMap<usize, AppliedLoad>>> {
        let registry = &self.context.registry;
        let mut tools: Vec<_> = reviewed.iter_mut().map(|one| one.change.take_tools()).collect();
        let names = registry.draft(Origin::CODE, None, tools.iter().flatten().map(named_code));
        let taken = take_refused(&names, &mut tools);
        if let Some((index, (_, error))) = taken.first().filter(|_| self.on_error == OnError::Refuse) {
            return Err(AttemptEnd::Fault(reviewed[*index].index, error.clone()));
        }
        let batched = reviewed.iter().zip(tools).map(|(one, tools)| BatchedSource {
            source: &self.batch[one.index].name,
            replacement: one.change.replacement(tools),
        });
        let on_refusal = if self.on_error == OnError::Skip { OnRefusal::Skip } else { OnRefusal::Abort };
        let applied = registry.apply_batch(&names, batched.collect(), on_refusal);
        let applied = applied.map_err(|(index, error)| AttemptEnd::Fault(reviewed[index].index, error))?;
        Ok(applied.map(|mut applied| {
            for (index, refusal) in taken {
                applied[index].refused.push(refusal);
            }
            let mut loads = HashMap::default();
            for (one, applied) in reviewed.into_iter().zip(applied) {
                let refusal = applied.refused.first().map(|(_, error)| error.clone());
                let load = one.change.finish(&self.change_context(sources, one.index), applied);
                let is_empty = load.report.added.is_empty() && load.report.held.is_empty();
                // A source enters with a tool, or not at all.
                match refusal.filter(|_| is_empty && sources[one.index].is_new()) {
                    Some(error) => drop(faults.insert(one.index, error)),
                    None => drop(loads.insert(one.index, load)),
                }
            }
            loads
        }))
    }

    fn change_context<'s>(
        &'s self,
        sources: &'s [MutexGuard<'_, LoadedSource>],
        index: usize,
    ) -> ChangeContext<'s> {
        let (source, set) = (&*sources[index], &self.batch[index]);
        let pins = self.pins(source, set);
        ChangeContext { options: &set.options, pins, ..ChangeContext::of_source(self.context, source) }
    }

    /// The pins of a source under this load. A reload keeps them as `pin` and approvals left them.
    fn pins(&self, source: &LoadedSource, set: &ToolSet) -> BTreeMap<String, String> {
        let mut pins = source.pins.clone();
        if source.is_new() || self.trigger == LoadTrigger::Load {
            pins.extend(set.options.gates.pins.0.clone());
        }
        pins
    }
}

/// A set that takes the place of another source enters with all its tools: that source must not lose its own for nothing.
fn check_takeover(context: &ChangeContext<'_>, tools: &[RegisteredTool]) -> Result<()> {
    let snapshot = context.registry.snapshot();
    let mut holders = tools.iter().filter_map(|tool| Some((tool, snapshot.holder(tool.name())?)));
    match holders.find(|(_, holder)| *holder.origin.source != *context.source) {
        Some((tool, holder)) => Err(name_taken(tool.name(), holder)),
        None => Ok(()),
    }
}

/// A tool whose name an operation of a document has or had, by the index of its set.
type TakenName = (usize, (String, Error));

/// Takes the tools out whose names the ledger refuses.
fn take_refused(names: &NameDraft, tools: &mut [Vec<RegisteredTool>]) -> Vec<TakenName> {
    let mut outcomes = names.outcomes();
    let mut refused = Vec::new();
    for (index, tools) in tools.iter_mut().enumerate() {
        tools.retain(|tool| match outcomes.next() {
            Some(Err(error)) => {
                refused.push((index, (tool.name().to_owned(), error.clone())));
                false
            }
            Some(Ok(_)) | None => true,
        });
    }
    refused
}
