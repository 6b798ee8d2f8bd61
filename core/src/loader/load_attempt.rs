//! One attempt to load what was read: parse, convert, review, apply. It returns a question where it needs more.

use std::sync::{Arc, Mutex};

use super::admission::{Admission, Admitted, Entered};
use super::load_report::{CheckReport, LoadReport};
use super::load_request::{LoadPurpose, LoadRequest};
use super::loaded_source::{LoadedSource, SourceState};
use super::lock::lock;
use super::options::LoadOptions;
use super::progress::{ContentDigest, LoadInputs, LoadStep, OpenOutcome, open};
use super::spec_loader::SpecLoader;
use crate::convert::ConversionInput;
use crate::error::{Error, Result};
use crate::json::{Arena, HashSet, checksum};
use crate::registry::{Origin, family_of};
use crate::retrieve::ReferenceReader;
use crate::review::Outcome as Settlement;
use crate::review::Trigger;
use crate::review::{Classification, Decision, Policy};
use crate::spec::{Document, SpecSource};
use crate::tool::name;

impl SpecLoader {
    /// Answers the question of an attempt; gives the report of an attempt that ended. Meanwhile only the bytes of the document
    /// are in memory.
    pub(super) async fn take(
        &self,
        step: LoadStep,
        given: &mut LoadInputs,
        place: &SpecSource,
        options: &LoadOptions,
    ) -> Result<Option<CheckReport>> {
        let (client, limits) = (&*self.client, &options.limits);
        match step {
            LoadStep::Done(report) => return Ok(Some(*report)),
            LoadStep::Lays => given.bundle.read_overlays(&options.overlays, client, limits).await?,
            LoadStep::Wants(wanted) => {
                let reader = ReferenceReader::new(place, &options.references, limits, client);
                given.bundle.read_references(wanted, reader).await;
            }
            LoadStep::Asks(asked) => {
                if let Some(filter) = &options.conversion.filter {
                    given.answers = Some(filter.ask(asked).await?);
                }
            }
            LoadStep::Judges(change) => {
                if let Some(jury) = &options.jury {
                    given.opinions = Some(jury.ask(change).await?);
                }
            }
        }
        Ok(None)
    }

    /// Attempts to load what was read as a source, which may be new.
    pub(super) fn enter(&self, given: &LoadInputs, request: LoadRequest<'_>) -> Result<LoadStep> {
        let LoadRequest { purpose, place, options, .. } = request;
        let bundle = &given.bundle;
        if !bundle.has_overlays(&options.overlays) {
            return Ok(LoadStep::Lays);
        }
        ContentDigest::beside(bundle, |content| {
            let (texts, arena) = (bundle.texts(&options.limits)?, Arena::new());
            let opening = match open(bundle, &texts, &arena, options)? {
                OpenOutcome::Wants(wanted) => return Ok(LoadStep::Wants(wanted)),
                OpenOutcome::Document(opening) => opening,
            };
            let stem = || place.stem().unwrap_or_else(|| title(&opening.document));
            let name = options.name.clone().unwrap_or_else(stem);
            if family_of(&name) == Origin::CODE {
                // The name stands for all tools that were registered in code: they would be replaced.
                let location = "the tools that were registered one by one".to_owned();
                return Err(Error::SourceTaken { name, location });
            }
            let entry = self.entry(&name, place, options, purpose);
            let mut source = lock(&entry);
            // A text has no location: a text of the same name is the newer version.
            let is_renewed = options.name.is_some() && source.place.is_text() && place.is_text();
            if !source.is_new() && !is_renewed && !source.place.is_same_place(place) {
                return Err(Error::SourceTaken { name, location: source.place.location() });
            }
            let outcome = self.admit(&mut source, &opening, given, request, content);
            match (&outcome, purpose) {
                (Ok(LoadStep::Done(_)), LoadPurpose::Entry(_)) => {
                    lock(&self.sources).entry(name).or_insert_with(|| Arc::clone(&entry));
                }
                (_, LoadPurpose::Entry(_)) if source.is_new() => {
                    lock(&self.sources).remove(&name);
                }
                _ => {}
            }
            outcome
        })
    }

    /// The source of a name; a new one where there is none. Its lock lets one load run at a time.
    pub(super) fn entry(
        &self,
        name: &str,
        place: &SpecSource,
        options: &LoadOptions,
        purpose: LoadPurpose,
    ) -> Arc<Mutex<LoadedSource>> {
        let mut sources = lock(&self.sources);
        let new = || Arc::new(Mutex::new(LoadedSource::new(name, place, options)));
        match (sources.get(name), purpose) {
            (Some(known), _) => Arc::clone(known),
            (None, LoadPurpose::Check) => new(),
            (None, LoadPurpose::Entry(_)) => Arc::clone(sources.entry(name.to_owned()).or_insert_with(new)),
        }
    }

    /// Applies the tools of a parsed document as far as the gates admit them, and updates the state of the source.
    fn admit(
        &self,
        source: &mut LoadedSource,
        opening: &ConversionInput<'_>,
        given: &LoadInputs,
        request: LoadRequest<'_>,
        content: &dyn Fn() -> ContentDigest,
    ) -> Result<LoadStep> {
        let LoadRequest { reading, purpose, place, options } = request;
        self.open()?;
        let mut pins = source.pins.clone();
        if source.is_new() || purpose == LoadPurpose::Entry(Trigger::Load) {
            // A reload keeps the pins as `pin` and approvals left them.
            pins.extend(options.gates.pins.0.clone());
        }
        if purpose != LoadPurpose::Check && source.state.applied != Some(content().hash) {
            self.bring_back(source)?;
        }
        let active = source.history.active();
        let now = self.now();
        let admission = Admission {
            registry: &self.registry,
            client: &self.client,
            source: &source.name,
            place,
            options,
            // A withdrawn document that is back unchanged was admitted before: it passes as a first load.
            is_first: source.is_new() || source.state.withdrawn.is_some(),
            version: active.and_then(|active| active.version.as_deref()),
            pins: &pins,
            rejected: &source.rejected,
            order: &source.state.order,
            now,
            is_dry: purpose == LoadPurpose::Check,
        };
        let mut entered = match admission.admit(opening, given)? {
            Admitted::Asks(asked) => return Ok(LoadStep::Asks(asked)),
            Admitted::Judges(change) => return Ok(LoadStep::Judges(change)),
            Admitted::Truncated => {
                let report = LoadReport { truncated: true, ..LoadReport::default() };
                let (decision, objections) = (Decision::Hold, Vec::new());
                return Ok(LoadStep::Done(Box::new(CheckReport { report, decision, objections })));
            }
            Admitted::Done(entered) => *entered,
        };
        let content = content();
        content.name(&mut entered.report);
        if let LoadPurpose::Entry(trigger) = purpose {
            (source.place, source.options) = (place.clone(), options.clone());
            source.state = SourceState::loaded(
                content,
                reading,
                &entered.report,
                std::mem::take(&mut entered.order),
                given.bundle.dependencies(),
            );
            self.statuses.loaded(&entered.report, place, now);
            source.moved(entered.report.source_version(trigger, now), &entered.snapshot);
            self.shelve(source, &given.bundle, content.hash, &entered);
            self.announce(&source.name, &mut entered);
            source.pins = pins;
            self.keep(source);
        }
        let Entered { report, verdict, .. } = entered;
        let (decision, objections) = (verdict.decision(), verdict.objections().to_vec());
        Ok(LoadStep::Done(Box::new(CheckReport { report, decision, objections })))
    }

    /// Restores tools that were withdrawn with their file, so that gates compare another document with them.
    fn bring_back(&self, source: &mut LoadedSource) -> Result<()> {
        if let Some(tools) = source.state.withdrawn.take() {
            self.registry.apply(&source.name, tools.into_iter().map(Arc::unwrap_or_clone).collect())?;
        }
        Ok(())
    }

    /// Notifies the listener of held changes, downgrades and quarantined tools.
    fn announce(&self, source: &str, entered: &mut Entered) {
        let mut held = entered.held.take();
        if let Some(held) = &mut held {
            held.hash.clone_from(&entered.report.hash);
        }
        let was = self.holds.of(source);
        let is_known = was.as_ref().map(|was| &was.id) == held.as_ref().map(|held| &held.id);
        if !is_known {
            if let Some(was) = was {
                self.settled(&was, Settlement::Superseded);
            }
            if let Some(held) = self.holds.put(source, held) {
                self.tell(|listener| listener.held(&held));
            }
        }
        if let Some((from, to)) = &entered.downgrade {
            self.tell(|listener| listener.downgrade(source, from, to));
        }
        let judged = entered.report.judgements.as_ref();
        if let Some(judged) = judged.filter(|all| !all.quarantined.is_empty() || !all.downgraded.is_empty()) {
            self.tell(|listener| listener.quarantined(source, judged));
        }
    }

    /// Loads what was read as the new content of a source, until an attempt ends. A report that says `truncated` where
    /// [`Truncation`](super::Truncation) is `Possible` means that nothing was changed.
    pub(super) async fn renew(
        &self,
        source: &Mutex<LoadedSource>,
        reading: u64,
        mut given: LoadInputs,
        gates: Option<Policy>,
        purpose: LoadPurpose,
    ) -> Result<CheckReport> {
        loop {
            let (step, place, options) = {
                let mut source = lock(source);
                let step = ContentDigest::beside(&given.bundle, |content| {
                    self.again(&mut source, reading, &given, content, gates.as_ref(), purpose)
                })?;
                (step, source.place.clone(), source.options.clone())
            };
            if let Some(report) = self.take(step, &mut given, &place, &options).await? {
                return Ok(report);
            }
        }
    }

    /// Attempts to load what was read as the new content of a source.
    fn again(
        &self,
        source: &mut LoadedSource,
        reading: u64,
        given: &LoadInputs,
        content: &dyn Fn() -> ContentDigest,
        gates: Option<&Policy>,
        purpose: LoadPurpose,
    ) -> Result<LoadStep> {
        let bundle = &given.bundle;
        if source.is_new() {
            return Err(Error::UnknownSource { name: source.name.clone(), nearest: Vec::new() });
        }
        // An older read must not undo a newer one, and the same bytes make the same tools. That shortcut is closed where the
        // tools depend on more than the bytes: references, overlays, functions, a rollback, or gates for this reload alone.
        let LoadedSource { options, state, .. } = &*source;
        let is_alone =
            options.overlays.is_empty() && options.conversion.filter.is_none() && options.jury.is_none();
        let is_known = is_alone && !state.made.has_others && !state.is_back && gates.is_none();
        // The checksum nearly always differs for other bytes, without waiting for the SHA-256.
        let is_alike = state.checksum == checksum(bundle.original_bytes());
        let is_same = is_known && is_alike && state.applied == Some(content().hash);
        if (reading < state.last || is_same)
            && let Some(report) = self.as_applied(source)
        {
            let (decision, objections) = (Decision::Apply, Vec::new());
            return Ok(LoadStep::Done(Box::new(CheckReport { report, decision, objections })));
        }
        if !bundle.has_overlays(&options.overlays) {
            return Ok(LoadStep::Lays);
        }
        let (place, lasting) = (source.place.clone(), source.options.clone());
        let options = match gates {
            Some(gates) => LoadOptions { gates: gates.clone(), jury: None, ..lasting.clone() },
            None => lasting.clone(),
        };
        let (texts, arena) = (bundle.texts(&options.limits)?, Arena::new());
        let opening = match open(bundle, &texts, &arena, &options)? {
            OpenOutcome::Wants(wanted) => return Ok(LoadStep::Wants(wanted)),
            OpenOutcome::Document(opening) => opening,
        };
        let request = LoadRequest { reading, purpose, place: &place, options: &options };
        let outcome = self.admit(source, &opening, given, request, content);
        source.options = lasting;
        outcome
    }

    /// The last report, now that nothing changed; `None` where tools of the source were unregistered meanwhile.
    fn as_applied(&self, source: &LoadedSource) -> Option<LoadReport> {
        let snapshot = self.registry.snapshot();
        let (stale, unchanged): (Vec<_>, Vec<_>) =
            snapshot.tools_of(&source.name).partition(|tool| tool.stale.is_some());
        let present: HashSet<&str> = stale.iter().chain(&unchanged).map(|tool| tool.name()).collect();
        let standing = &source.state.standing;
        if standing.len() != present.len() || !standing.iter().all(|name| present.contains(name.as_str())) {
            return None;
        }
        let held = self.holds.of(&source.name);
        Some(LoadReport {
            revision: snapshot.revision(),
            unchanged: unchanged.into_iter().map(|tool| tool.name().to_owned()).collect(),
            added: Vec::new(),
            updated: Vec::new(),
            removed: Vec::new(),
            held: held.iter().flat_map(|held| held.names()).cloned().collect(),
            hold_id: held.map(|held| held.id.clone()),
            changes: source.state.report.changes.as_ref().map(|_| Classification::default()),
            ..source.state.report.clone()
        })
    }
}

/// The source name of a text: the document's title.
fn title(document: &Document<'_>) -> String {
    document.title().map_or_else(|| "document".to_owned(), |title| name::portable(title).into_owned())
}
