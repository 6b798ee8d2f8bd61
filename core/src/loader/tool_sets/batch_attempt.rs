//! One attempt to load a batch: its sources enter in one revision, through the gates, or none of them.

use std::collections::BTreeMap;
use std::sync::{Arc, MutexGuard};

use serde_json::Value;

use super::takeover::check_takeover;
use super::tool_set::{OnError, ToolSet};
use super::tool_set_batch::{BatchEntries, location, prepare_source};
use super::tool_set_conversion::{ConvertedSet, named_code};
use crate::error::{Error, ErrorCode, Result};
use crate::json::HashMap;
use crate::loader::load_report::CheckReport;
use crate::loader::loader_context::LoaderContext;
use crate::loader::pipeline::{
    AppliedLoad, ChangeContext, ContentDigest, ConvertedDocument, LoadQuestion, LoadRecord, ProposedChange,
    RecordedContent, ReviewedChange, StepError, StepResult, review_change,
};
use crate::loader::sources::LoadedSource;
use crate::registry::{BatchedSource, NameDraft, OnRefusal, Origin, RegisteredTool};
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
            let mut reviewed = self.review(sources, &mut faults)?;
            self.refuse_takeovers(sources, &mut reviewed, &mut faults)?;
            // `None`: another source changed the registry since the comparison, or a set has a fault that the others do not.
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

    pub(super) fn review_set(&self, context: &ChangeContext<'_>, index: usize) -> StepResult<ReviewedChange> {
        let set = &self.batch[index];
        let ConvertedSet { conversion, tools, locations } = set.convert(context.now)?;
        if set.replaces.is_some() {
            // What a source of the batch has is left to the review of that one.
            let is_batched = |source: &str| self.batch.iter().any(|set| set.name == source);
            check_takeover(context, &tools, |holder| is_batched(&holder.origin.source))?;
        }
        let unread = conversion.skipped.iter().map(|skipped| skipped.unread(context.now)).collect();
        let names = NameDraft::empty(Origin::CODE);
        let converted = ConvertedDocument { conversion, names, tools, locations, unread };
        let change = ProposedChange::new(context, converted, None);
        let review = review_change(context, &change, self.answers.get(&index))?;
        Ok(ReviewedChange::new(context, change, review)?)
    }

    /// Leaves out the sets that take the place of another source and need a name which a source of the batch keeps. One that
    /// is left out keeps its own names, which others may need.
    fn refuse_takeovers(
        &self,
        sources: &[MutexGuard<'_, LoadedSource>],
        reviewed: &mut Vec<ReviewedSet>,
        faults: &mut HashMap<usize, Error>,
    ) -> AttemptResult<()> {
        let find_refused = |reviewed: &[ReviewedSet]| {
            let by_name: HashMap<&str, &ReviewedChange> =
                reviewed.iter().map(|one| (&*self.batch[one.index].name, &one.change)).collect();
            let is_released = |holder: &RegisteredTool| {
                by_name.get(&*holder.origin.source).is_some_and(|change| change.removes(holder.name()))
            };
            reviewed.iter().enumerate().filter(|(_, one)| self.takes_over(one.index)).find_map(|(at, one)| {
                let context = self.change_context(sources, one.index);
                Some((at, check_takeover(&context, one.change.tools(), is_released).err()?))
            })
        };
        while let Some((at, error)) = find_refused(reviewed) {
            self.skip(reviewed.remove(at).index, error, faults)?;
        }
        Ok(())
    }

    /// Whether a set takes the place of another source.
    fn takes_over(&self, index: usize) -> bool {
        self.batch[index].replaces.is_some()
    }

    /// What a tool of a set that is refused does to the batch.
    fn on_refusal(&self, index: usize) -> OnRefusal {
        // A set that takes the place of another source enters with all its tools.
        let is_whole = self.batch[index].on_error == OnError::Refuse || self.takes_over(index);
        if is_whole { OnRefusal::Abort } else { OnRefusal::Skip }
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
        let holders = reviewed.iter().zip(&tools).flat_map(|(one, tools)| {
            let owner = self.batch[one.index].names;
            tools.iter().map(move |tool| named_code(tool, owner))
        });
        let names = registry.draft(Origin::CODE, None, holders);
        let taken = take_refused(&names, &mut tools);
        let is_fault = |(index, _): &&TakenName| self.on_refusal(reviewed[*index].index) == OnRefusal::Abort;
        if let Some((index, (_, error))) = taken.iter().find(is_fault) {
            self.skip(reviewed[*index].index, error.clone(), faults)?;
            return Ok(None);
        }
        let batched = reviewed.iter().zip(tools).map(|(one, tools)| BatchedSource {
            source: &self.batch[one.index].name,
            replacement: one.change.replacement(tools),
            on_refusal: self.on_refusal(one.index),
        });
        let applied = match registry.apply_batch(&names, batched.collect()) {
            Ok(applied) => applied,
            Err((index, error)) => {
                let index = reviewed.get(index).map_or(0, |one| one.index);
                if error.code() != ErrorCode::NameTaken {
                    return Err(AttemptEnd::Fault(index, error));
                }
                self.skip(index, error, faults)?;
                return Ok(None);
            }
        };
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
    pub(super) fn pins(&self, source: &LoadedSource, set: &ToolSet) -> BTreeMap<String, String> {
        let mut pins = source.pins.clone();
        if source.is_new() || self.trigger == LoadTrigger::Load {
            pins.extend(set.options.gates.pins.0.clone());
        }
        pins
    }
}

/// A tool whose name an operation of a document has or had, by the index of its set.
type TakenName = (usize, (String, Error));

/// Takes the tools out whose names the ledger refuses.
pub(super) fn take_refused(names: &NameDraft, tools: &mut [Vec<RegisteredTool>]) -> Vec<TakenName> {
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
