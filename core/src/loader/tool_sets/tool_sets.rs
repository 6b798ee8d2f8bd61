//! Loads tool sets, records their faults, unloads sources.

use super::batch_attempt::{AttemptEnd, BatchAttempt, GateQuestion};
use super::tool_set::{OnError, ToolSet};
use crate::error::{Error, ErrorCode, RaisedFault, Result};
use crate::json::HashMap;
use crate::loader::load_audit as audit;
use crate::loader::load_report::{CheckReport, LoadReport};
use crate::loader::loader_context::LoaderContext;
use crate::loader::mutex::lock;
use crate::loader::pipeline::{LoadQuestion, StepError, last_report};
use crate::review::{Decision, LoadTrigger, SourceVersion};

/// The tool sets of a loader.
#[derive(Clone, Copy)]
pub struct ToolSets<'l>(pub(in crate::loader) &'l LoaderContext);

/// The outcome of each source of a batch, in the order of the batch.
pub type BatchOutcome = Vec<Result<LoadReport>>;

impl ToolSets<'_> {
    /// Loads a batch in one revision. A source that was loaded before is reloaded: its tools are replaced by those of the set.
    ///
    /// # Errors
    /// With [`OnError::Refuse`] the first fault, and the index of its source; then nothing changed. `CLOSED`; `NAME_TAKEN` where two
    /// sets of the batch have one name.
    pub async fn load(
        self,
        batch: &[ToolSet],
        trigger: LoadTrigger,
        on_error: OnError,
    ) -> std::result::Result<BatchOutcome, (usize, Error)> {
        let loaded = self.load_answered(batch, trigger, on_error).await;
        let reported = loaded.map(|outcomes| self.report(batch, trigger, outcomes));
        // A batch without sets has the fault of no source.
        if let Err((index, error)) = &reported
            && let Some(set) = batch.get(*index)
        {
            self.report_set_fault(set, trigger, error);
        }
        reported
    }

    /// Loads a batch, and asks the custom gates of all its sources between two attempts.
    async fn load_answered(
        self,
        batch: &[ToolSet],
        trigger: LoadTrigger,
        on_error: OnError,
    ) -> std::result::Result<Vec<Result<CheckReport>>, (usize, Error)> {
        if let Some(repeated) = find_repeated_name(batch) {
            return Err(repeated);
        }
        let mut answers = HashMap::default();
        loop {
            let attempt = BatchAttempt { context: self.0, batch, answers: &answers, trigger, on_error };
            let questions = match attempt.run() {
                Ok(outcomes) => return Ok(outcomes),
                Err(AttemptEnd::Fault(index, error)) => return Err((index, error)),
                Err(AttemptEnd::Questions(questions)) => questions,
            };
            // While a question is answered no source is locked.
            for GateQuestion { index, gates, change } in questions {
                answers.insert(index, gates.ask(change).await.map_err(|error| (index, error))?);
            }
        }
    }

    /// What a load of a set would do: nothing changes. A gate that refuses it is told by the report.
    ///
    /// # Errors
    /// `CLOSED`; `NAME_TAKEN` where a source at another location has the name; the faults of the set itself.
    pub async fn check(self, set: &ToolSet) -> Result<CheckReport> {
        let (batch, trigger, on_error) = (std::slice::from_ref(set), LoadTrigger::Load, OnError::Refuse);
        let mut answers = HashMap::default();
        loop {
            let attempt = BatchAttempt { context: self.0, batch, answers: &answers, trigger, on_error };
            match attempt.check(0) {
                Ok(report) => return Ok(report),
                Err(StepError::Failed(error)) => return Err(error),
                Err(StepError::Question(LoadQuestion::CustomGates(gates, change))) => {
                    answers.insert(0, gates.ask(change).await?);
                }
                Err(StepError::Question(_)) => {
                    return Err(Error::Internal { reason: "a tool set asks for a document".to_owned() });
                }
            }
        }
    }

    /// Unloads sources in one revision. Gives the names of the tools that were removed, by source in the order of their names.
    ///
    /// # Errors
    /// `CLOSED`; `UNKNOWN_SOURCE`, then all of them stay.
    pub fn unload(self, names: &[&str]) -> Result<Vec<Vec<String>>> {
        self.0.unload(names)
    }

    /// Records that the content of a source could not become tools: its tools stay. The fault is in its status and in the audit
    /// log.
    pub fn report_fault(self, name: &str, trigger: LoadTrigger, error: &Error) {
        self.0.statuses.failed(name, error, self.0.now());
        audit::record_load(&self.0.registry, trigger, name, &Err(error.clone()));
    }

    /// Records the fault of a set. The status of its name stays that of the source whose place it was to take.
    fn report_set_fault(self, set: &ToolSet, trigger: LoadTrigger, error: &Error) {
        if set.replaces.is_none() {
            self.report_fault(&set.name, trigger, error);
        } else {
            audit::record_load(&self.0.registry, trigger, &set.name, &Err(error.clone()));
        }
    }

    /// Records a fault that another language raised; a code that is none of the table counts as `INVALID_SPEC`.
    pub fn report_raised_fault(self, name: &str, trigger: LoadTrigger, code: &str, message: &str) {
        let code = ErrorCode::parse(code).unwrap_or(ErrorCode::InvalidSpec);
        let fault = RaisedFault::new(code, message.to_owned());
        self.report_fault(name, trigger, &Error::Raised(Box::new(fault)));
    }

    /// Reports a reload of a source whose content is the one in use: there is no revision, and its fault is cleared. `None` where
    /// it has to be loaded again, because its tools are others by now.
    ///
    /// # Errors
    /// `CLOSED`; `UNKNOWN_SOURCE`.
    pub fn report_unchanged(self, name: &str, trigger: LoadTrigger) -> Result<Option<LoadReport>> {
        self.0.ensure_open()?;
        let source = self.0.source(name)?;
        let source = lock(&source);
        let report = last_report(self.0, &source).filter(|_| !source.state.is_rolled_back);
        let Some(report) = report else { return Ok(None) };
        self.clear_fault(name);
        let outcome = Ok(CheckReport { report, decision: Decision::Apply, objections: Vec::new() });
        audit::record_load(&self.0.registry, trigger, name, &outcome);
        outcome.map(|done| Some(done.report))
    }

    /// Whether a version of a source had tools, in this process or by the state file: no gate held them, or somebody approved them.
    pub fn had_tools(self, name: &str) -> bool {
        let had_tools = |versions: &[SourceVersion]| versions.iter().any(|version| !version.added.is_empty());
        let loaded = self.0.source(name).is_ok_and(|source| had_tools(&lock(&source).history.list()));
        let saved = || self.0.keeper.as_ref().and_then(|keeper| keeper.record(name));
        loaded || saved().is_some_and(|record| had_tools(&record.versions))
    }

    /// Clears the fault of a source: its content is the one in use.
    pub fn clear_fault(self, name: &str) {
        self.0.statuses.clear_fault(name);
    }

    fn report(
        self,
        batch: &[ToolSet],
        trigger: LoadTrigger,
        outcomes: Vec<Result<CheckReport>>,
    ) -> BatchOutcome {
        let reports = batch.iter().zip(outcomes).map(|(set, outcome)| {
            match &outcome {
                Ok(_) => audit::record_load(&self.0.registry, trigger, &set.name, &outcome),
                Err(error) => self.report_set_fault(set, trigger, error),
            }
            outcome.map(|done| done.report)
        });
        reports.collect()
    }
}

/// The first set that has the name of one before it: they would wait for one lock.
fn find_repeated_name(batch: &[ToolSet]) -> Option<(usize, Error)> {
    let mut locations = HashMap::default();
    batch.iter().enumerate().find_map(|(index, set)| {
        let first = locations.insert(set.name.as_str(), &set.location)?;
        Some((index, Error::SourceTaken { name: set.name.clone(), location: first.to_string() }))
    })
}
