//! Bytes to tools: retrieve → parse → convert → review → apply → report. [`LoadAttempt::run`] has them in one function.

use std::borrow::Cow;
use std::sync::Arc;

use super::applied_load::{AppliedLoad, LoadRecord, RecordedContent};
use super::change_review::review_change;
use super::content_digest::ContentDigest;
use super::load_inputs::{LoadInputs, LoadQuestion, MissingReferences, StepError, StepResult};
use super::load_subject::{Load, LoadPurpose, LoadSetup, LoadSubject, LockedSubject};
use super::parsed_bundle::{ParseOutcome, parse_bundle};
use super::proposed_change::{ChangeContext, ProposedChange, convert_document};
use super::reviewed_change::ReviewedChange;
use super::truncated_document::Truncation;
use super::unchanged_source::unchanged_report;
use crate::convert::ConversionInput;
use crate::error::{Error, Result};
use crate::json::Arena;
use crate::loader::load_report::{CheckReport, LoadReport};
use crate::loader::loader_context::LoaderContext;
use crate::loader::mutex::lock;
use crate::loader::options::LoadOptions;
use crate::loader::sources::LoadedSource;
use crate::registry::{Origin, family_of};
use crate::retrieve::{self, Bundle, FetchedDocument};
use crate::review::{Decision, GatePolicy};
use crate::spec::{Document, SpecSource};
use crate::tool::name;

/// Loads documents into the registry of a loader.
#[derive(Clone, Copy)]
pub struct LoadPipeline<'l>(pub &'l LoaderContext);

impl LoadPipeline<'_> {
    /// Reads a document, and loads it.
    pub async fn read_and_load(
        self,
        location: &SpecSource,
        options: &LoadOptions,
        purpose: LoadPurpose,
    ) -> Result<CheckReport> {
        let read_number = self.0.begin_read()?;
        let read = retrieve::fetch_document(location, &*self.0.client, options.limits.bytes).await?;
        let subject = LoadSubject::Document { location, options };
        self.load_read(Load { read_number, purpose, subject }, read).await
    }

    /// Reads the document of a source again, and loads it.
    pub async fn read_and_reload(
        self,
        name: &str,
        gates: Option<&GatePolicy>,
        purpose: LoadPurpose,
    ) -> Result<CheckReport> {
        let read_number = self.0.begin_read()?;
        let source = self.0.source(name)?;
        let (location, limits) = {
            let source = lock(&source);
            (source.location.clone(), source.options.limits)
        };
        let read = retrieve::fetch_document(&location, &*self.0.client, limits.bytes).await?;
        self.load_read(
            Load { read_number, purpose, subject: LoadSubject::Source { source: &source, gates } },
            read,
        )
        .await
    }

    /// Loads a document that was read already.
    pub async fn load_read(self, load: Load<'_>, read: FetchedDocument) -> Result<CheckReport> {
        let bundle = match load.subject {
            LoadSubject::Document { location, .. } => Bundle::new(location, read),
            LoadSubject::Source { source, .. } => Bundle::new(&lock(source).location, read),
        };
        self.load_inputs(load, LoadInputs::new(bundle)).await
    }

    /// Attempts a load until no step has a question. A report that says `truncated` where [`Truncation`] is `Possible` means
    /// that nothing was changed.
    pub async fn load_inputs(self, load: Load<'_>, mut inputs: LoadInputs) -> Result<CheckReport> {
        loop {
            // While a question is answered no lock is held, and only the bytes of the document are in memory.
            let question = match (LoadAttempt { context: self.0, load, inputs: &inputs }).run() {
                Ok(report) => return Ok(report),
                Err(StepError::Failed(error)) => return Err(error),
                Err(StepError::Question(question)) => question,
            };
            inputs = inputs.answer(question, &*self.0.client).await?;
        }
    }
}

/// One attempt to load what was read.
struct LoadAttempt<'a> {
    context: &'a LoaderContext,
    load: Load<'a>,
    inputs: &'a LoadInputs,
}

impl LoadAttempt<'_> {
    /// The steps of a load. Each takes a value and gives a value, an error, or a question to the outside.
    fn run(&self) -> StepResult<CheckReport> {
        let subject = self.load.subject.lock();
        if let LockedSubject::Source { source, .. } = &subject
            && let Some(report) = unchanged_report(self.context, self.load, source, &self.inputs.bundle)?
        {
            return Ok(report);
        }
        let setup = subject.setup();
        let texts = self.texts(&setup.options)?;
        ContentDigest::beside(&self.inputs.bundle, |digest| {
            let arena = Arena::new();
            let document = self.parse(&texts, &arena, &setup)?;
            self.with_source(subject, &setup, &document, |source| {
                self.restore_withdrawn(source, digest)?;
                let context = self.change_context(source, &setup);
                let context_pins = context.pins.clone();
                let Some(applied) = self.change_registry(&context, &document)? else {
                    return Ok(truncated_report());
                };
                let LoadPurpose::Apply(trigger) = self.load.purpose else {
                    return Ok(applied.check_report(digest()));
                };
                if let LoadSubject::Document { location, options } = self.load.subject {
                    (source.location, source.options) = (location.clone(), Arc::new(options.clone()));
                }
                source.pins = context_pins;
                let record = LoadRecord { trigger, read_number: self.load.read_number, digest: digest() };
                let made_of = RecordedContent::Document(&self.inputs.bundle);
                Ok(applied.record(self.context, source, record, made_of))
            })
        })
    }

    /// Convert → compare → review → apply. `None` where the document looks truncated and may be read again.
    fn change_registry(
        &self,
        context: &ChangeContext<'_>,
        document: &ConversionInput<'_>,
    ) -> StepResult<Option<AppliedLoad>> {
        loop {
            let converted = convert_document(context, document, self.inputs)?;
            let change = ProposedChange::new(context, converted, self.inputs.truncation);
            if self.inputs.truncation == Some(Truncation::Possible) && change.is_truncated {
                return Ok(None);
            }
            let review = review_change(context, &change, self.inputs.gate_answers.as_ref())?;
            // `None`: another source changed the registry since the comparison. The document is not parsed again.
            if let Some(applied) = ReviewedChange::new(context, change, review)?.apply(context)? {
                return Ok(Some(applied));
            }
        }
    }

    /// Retrieve: the texts of the document under its overlays, and of its references.
    fn texts(&self, options: &LoadOptions) -> StepResult<Vec<Cow<'_, str>>> {
        if !self.inputs.bundle.has_overlays(&options.overlays) {
            let question = LoadQuestion::Overlays(options.overlays.clone(), options.limits);
            return Err(StepError::Question(question));
        }
        Ok(self.inputs.bundle.texts(&options.limits)?)
    }

    fn parse<'d>(
        &self,
        texts: &'d [Cow<'d, str>],
        arena: &'d Arena,
        setup: &LoadSetup<'_>,
    ) -> StepResult<ConversionInput<'d>> {
        let urls = match parse_bundle(&self.inputs.bundle, texts, arena, &setup.options)? {
            ParseOutcome::Document(document) => return Ok(document),
            ParseOutcome::MissingReferences(urls) => urls,
        };
        let (location, policy) = (setup.location.clone().into_owned(), setup.options.references.clone());
        let missing = MissingReferences { urls, location, policy, limits: setup.options.limits };
        Err(StepError::Question(LoadQuestion::References(Box::new(missing))))
    }

    /// Runs the steps that need the source of the document, with its lock.
    fn with_source<T>(
        &self,
        subject: LockedSubject<'_>,
        setup: &LoadSetup<'_>,
        document: &ConversionInput<'_>,
        steps: impl FnOnce(&mut LoadedSource) -> StepResult<T>,
    ) -> StepResult<T> {
        if let LockedSubject::Source { mut source, .. } = subject {
            return steps(&mut source);
        }
        let (location, options) = (&*setup.location, &*setup.options);
        let stem = || location.stem().unwrap_or_else(|| title(&document.document));
        let name = options.name.clone().unwrap_or_else(stem);
        if family_of(&name) == Origin::CODE {
            // This name stands for the tools that were registered in code: they would be replaced.
            let location = "the tools that were registered one by one".to_owned();
            return Err(Error::SourceTaken { name, location }.into());
        }
        let steps = |source: &mut LoadedSource| {
            // A text has no location: a text of the same name is the newer version. A check compares documents of two locations.
            let is_newer_text = options.name.is_some() && source.location.is_text() && location.is_text();
            let may_differ = is_newer_text || self.load.purpose == LoadPurpose::Check;
            if !source.is_new() && !may_differ && !source.location.is_same_location(location) {
                let location = source.location.display_location();
                return Err(Error::SourceTaken { name: source.name.clone(), location }.into());
            }
            steps(source)
        };
        let new = LoadedSource::new(&name, location, Arc::new(options.clone()));
        match self.load.purpose {
            LoadPurpose::Check => self.context.with_unlisted_source(new, steps),
            LoadPurpose::Apply(_) => self.context.with_source(new, steps),
        }
    }

    /// Restores tools that were withdrawn with their file, unless the document is that of before, or this is a check.
    fn restore_withdrawn(&self, source: &mut LoadedSource, digest: &dyn Fn() -> ContentDigest) -> Result<()> {
        self.context.ensure_open()?;
        let is_check = self.load.purpose == LoadPurpose::Check;
        if is_check || source.state.withdrawn.is_none() || source.state.applied == Some(digest().hash) {
            return Ok(());
        }
        self.context.restore_withdrawn(source)
    }

    fn change_context<'s>(&'s self, source: &'s LoadedSource, setup: &'s LoadSetup<'_>) -> ChangeContext<'s> {
        ChangeContext {
            location: &setup.location,
            options: &setup.options,
            pins: self.load.pins(source, &setup.options),
            is_check: self.load.purpose == LoadPurpose::Check,
            ..ChangeContext::of_source(self.context, source)
        }
    }
}

/// The report of a document that looks truncated: nothing was changed.
fn truncated_report() -> CheckReport {
    let report = LoadReport { truncated: true, ..LoadReport::default() };
    CheckReport { report, decision: Decision::Hold, objections: Vec::new() }
}

/// The source name of a text: the document's title.
fn title(document: &Document<'_>) -> String {
    document.title().map_or_else(|| "document".to_owned(), |title| name::portable(title).into_owned())
}
