//! A source of the state file enters the registry; then its document is read again.

use std::sync::Arc;

use super::restored_tools::{RestoredTools, SavedSource};
use crate::error::{Error, Result};
use crate::loader::load_audit as audit;
use crate::loader::load_report::{CheckReport, LoadReport, Restored, RestoredError};
use crate::loader::loader_context::LoaderContext;
use crate::loader::mutex::lock;
use crate::loader::options::LoadOptions;
use crate::loader::pipeline::{Load, LoadPipeline, LoadPurpose, LoadSubject};
use crate::loader::sources::{LoadedSource, SourceState};
use crate::registry::Stale;
use crate::retrieve::{self, FetchedDocument};
use crate::review::{Decision, LoadTrigger, VersionHistory};
use crate::spec::SpecSource;
use crate::state::{SourceInputs, SourceRecord};
use crate::tool::sha256::sha256;

/// The record of a source that is loaded for the first time in this process.
pub fn saved_record(
    context: &LoaderContext,
    name: &str,
    location: &SpecSource,
    options: &LoadOptions,
) -> Option<Arc<SourceRecord>> {
    if location.is_text() && options.name.is_none() {
        return None;
    }
    unloaded_record(context, name).filter(|record| record.is_of(location))
}

/// The record of a source that this process has not loaded, whatever the location of its document.
pub fn unloaded_record(context: &LoaderContext, name: &str) -> Option<Arc<SourceRecord>> {
    let is_loaded = context.source(name).is_ok_and(|source| !lock(&source).is_new());
    let record = context.keeper.as_ref()?.record(name)?;
    (!is_loaded).then_some(record)
}

impl SavedSource<'_> {
    /// Restores a source, then loads its document as a reload, through the gates. Where the document cannot be loaded, the
    /// restored tools stay, and the report says why.
    pub async fn restore_and_load(self) -> Result<LoadReport> {
        let Self { context, name, record, location, options, .. } = self;
        let restored = self.restore().await;
        audit::record_load(&context.registry, LoadTrigger::Restore, name, &restored);
        let as_saved = restored?;
        let (saved_at, read_number) = (record.saved_at, context.begin_read()?);
        let outcome = match self.read_newer().await {
            Ok(Some(read)) => {
                let subject = LoadSubject::Document { location, options };
                let load = Load { read_number, purpose: LoadPurpose::Apply(LoadTrigger::Load), subject };
                LoadPipeline(context).load_read(load, read).await
            }
            // The document is the one that a rollback left: the rollback stays in effect.
            Ok(None) => Ok(as_saved.clone()),
            Err(error) => Err(error),
        };
        context.update_status(name, &outcome);
        audit::record_load(&context.registry, LoadTrigger::Load, name, &outcome);
        match outcome {
            Ok(done) => Ok(LoadReport { restored: Some(Restored { saved_at, error: None }), ..done.report }),
            Err(
                error @ (Error::Closed { .. } | Error::InvalidOptions { .. } | Error::InvalidValue { .. }),
            ) => Err(error),
            Err(error) => Ok(LoadReport {
                restored: Some(Restored { saved_at, error: Some(Box::new(restored_error(&error))) }),
                ..self.mark_stale(as_saved.report, &error)?
            }),
        }
    }

    /// Reads the document; `None` where it is the one that a rollback left.
    async fn read_newer(self) -> Result<Option<FetchedDocument>> {
        let Self { context, record, location, options, .. } = self;
        let read = retrieve::fetch_document(location, &*context.client, options.limits.bytes).await?;
        let is_same = record.is_rolled_back && sha256(&read.bytes) == record.last_read;
        Ok((!is_same).then_some(read))
    }

    /// Marks restored tools as stale. A gate that refuses the document says nothing against them.
    fn mark_stale(self, report: LoadReport, error: &Error) -> Result<LoadReport> {
        if matches!(error, Error::GateRefused { .. }) {
            return Ok(report);
        }
        let RestoredError { code, pointer, message } = restored_error(error);
        let fault = Stale { since: self.context.now(), code, pointer, reason: message };
        let (revision, stale) = self.context.registry.mark_source(self.name, Some(&fault))?;
        if let Ok(source) = self.context.source(self.name) {
            lock(&source).state.is_stale_since_restore = true;
        }
        let (added, unchanged) = (Vec::new(), Vec::new());
        Ok(LoadReport { revision, added, unchanged, stale, ..report })
    }

    /// Makes the tools of a source from the contents of the state file, and applies them.
    pub(super) async fn restore(self) -> Result<CheckReport> {
        let tools = self.convert().await?;
        let new = LoadedSource::new(self.name, self.location, Arc::new(self.options.clone()));
        let report = self.context.with_source(new, |source| {
            self.context.ensure_open()?;
            if !source.is_new() {
                // Another load of the same source was quicker.
                return Ok(source.state.report.clone());
            }
            self.apply(source, tools)
        })?;
        Ok(CheckReport { report, decision: Decision::Apply, objections: Vec::new() })
    }

    /// Applies restored tools, with all else that the record has of their source.
    fn apply(self, source: &mut LoadedSource, restored: RestoredTools) -> Result<LoadReport> {
        let Self { context, record, location, options, .. } = self;
        let RestoredTools { tools, history, notes } = restored;
        let tool_names = tools.iter().map(|tool| tool.name().to_owned()).collect();
        let tools = tools.into_iter().map(Arc::unwrap_or_clone).collect();
        let applied = context.registry.apply(&source.name, tools)?;
        let active = record.versions.first();
        let report = LoadReport {
            source: source.name.clone(),
            version: active.and_then(|active| active.version.clone()),
            revision: applied.revision,
            added: applied.added,
            bytes: record.bytes,
            hash: active.map(|active| active.hash.clone()).unwrap_or_default(),
            ..LoadReport::default()
        };
        (source.location, source.options) = (location.clone(), Arc::new(options.clone()));
        source.state =
            SourceState::restored(&report, tool_names, record.is_rolled_back.then_some(record.last_read));
        source.history = VersionHistory::restore(history.into_iter());
        source.pins.clone_from(&record.pins);
        source.rejected = record.rejected.clone().into_iter().collect();
        source.inputs =
            SourceInputs::restore(record.inputs.clone(), Arc::clone(&record.active), record.kept.clone());
        context.statuses.restored(&report, location, record.is_rolled_back, record.saved_at);
        Ok(LoadReport { notes, ..report })
    }
}

fn restored_error(error: &Error) -> RestoredError {
    RestoredError {
        code: error.code().as_str(),
        pointer: error.pointer().to_owned(),
        message: error.to_string(),
    }
}
