//! The way from a state file into the registry: what a source was before its document is read again.

use std::collections::BTreeMap;
use std::sync::Arc;

use url::Url;

use super::admission::Entered;
use super::load_audit as audit;
use super::load_report::{CheckReport, LoadReport, Restored, RestoredError};
use super::load_request::LoadPurpose;
use super::loaded_source::{LoadedSource, SourceState};
use super::lock::lock;
use super::options::LoadOptions;
use super::progress::{OpenOutcome, open};
use super::spec_loader::SpecLoader;
use crate::convert::{Conversion, ConversionContext, ConversionOutcome, convert};
use crate::convert::{NoteCollector, ReportNote};
use crate::error::{Error, Result};
use crate::json::{Arena, HashMap, HashSet};
use crate::registry::{Identity, RegisteredTool, Stale};
use crate::retrieve::{self, FetchedDocument};
use crate::retrieve::{Bundle, BundledDocument, SavedBundle};
use crate::review::Decision;
use crate::review::{History, SourceVersion, Trigger};
use crate::spec::{Bytes, SpecSource};
use crate::state::{Edition, Hash, Keeper, Lineage, Record, Shelf, StateFailure, StateOptions, digest_of};
use crate::tool::fingerprint;

/// What an edition makes: tools by their operations, and what stands in the way of their calls.
struct Made {
    tools: HashMap<Identity, Arc<RegisteredTool>>,
    notes: Vec<ReportNote>,
}

impl SpecLoader {
    /// The same, which saves what it knows to a file and restores from there. `told` hears of writes that fail.
    ///
    /// # Errors
    /// `STATE_LOCKED`, `STATE_UNWRITABLE` and `STATE_BROKEN`.
    pub fn with_state(
        mut self,
        options: &StateOptions,
        told: impl Fn(&StateFailure) + Send + Sync + 'static,
    ) -> Result<Self> {
        self.keeper = Some(Keeper::open(options, Arc::clone(&self.registry), told)?);
        Ok(self)
    }

    /// Waits until what is known now is in the file, where there is one.
    ///
    /// # Errors
    /// `STATE_UNWRITABLE` with what the system said.
    pub fn save(&self) -> Result<()> {
        self.keeper.as_ref().map_or(Ok(()), Keeper::save)
    }

    /// Takes a source that is not loaded out of the file; whether it was there.
    pub fn forget(&self, name: &str) -> bool {
        self.source(name).is_err() && self.keeper.as_ref().is_some_and(|keeper| keeper.forget(name))
    }

    /// Notes what the tools of a source are made of that have just entered.
    pub(super) fn shelve(&self, source: &mut LoadedSource, bundle: &Bundle, hash: Hash, entered: &Entered) {
        if self.keeper.is_none() {
            return;
        }
        let Entered { report, snapshot, .. } = entered;
        let older = [&report.held, &report.rejected, &report.stale];
        let older: HashSet<&str> = older.into_iter().flatten().map(String::as_str).collect();
        source.shelf.put(Edition::of(bundle, &source.place, hash));
        source.shelf.settle(snapshot.tools_of(&source.name), |tool| !older.contains(tool));
    }

    /// Notes what is known of a source now, for the file.
    pub(super) fn keep(&self, source: &mut LoadedSource) {
        let Some(keeper) = &self.keeper else { return };
        source.shelf.tidy(&source.history);
        if let Some(record) = source.record(self.now()) {
            keeper.put(&source.name, record);
        }
    }

    /// What the file has of a source that is to be loaded for the first time.
    pub(super) fn saved(&self, name: &str, place: &SpecSource, options: &LoadOptions) -> Option<Arc<Record>> {
        if place.is_text() && options.name.is_none() {
            return None;
        }
        let is_known = self.source(name).is_ok_and(|source| !lock(&source).is_new());
        let record = self.keeper.as_ref()?.record(name)?;
        (!is_known && record.is_at(place)).then_some(record)
    }

    /// Loads a source that the file has: as it was first, then its document as a reload, through the gates. Where the document
    /// cannot be had, what it was stays, and says why.
    pub(super) async fn load_again(
        &self,
        name: &str,
        record: &Record,
        place: SpecSource,
        options: LoadOptions,
    ) -> Result<LoadReport> {
        let restored = self.restore(name, record, &place, &options).await;
        audit::record(&self.registry, Trigger::Restore, name, &restored);
        let as_it_was = restored?;
        let (saved_at, reading) = (record.saved_at, self.reading()?);
        let outcome = match self.read_on(record, &place, &options).await {
            Ok(Some(read)) => {
                self.bring_of(reading, read, place, options, LoadPurpose::Entry(Trigger::Load)).await
            }
            // Nothing is new since somebody went back: they had their reasons.
            Ok(None) => Ok(as_it_was.clone()),
            Err(error) => Err(error),
        };
        self.judge(name, &outcome);
        audit::record(&self.registry, Trigger::Load, name, &outcome);
        match outcome {
            Ok(done) => Ok(LoadReport { restored: Some(Restored { saved_at, error: None }), ..done.report }),
            Err(
                error @ (Error::Closed { .. } | Error::InvalidOptions { .. } | Error::InvalidValue { .. }),
            ) => Err(error),
            Err(error) => Ok(LoadReport {
                restored: Some(Restored { saved_at, error: Some(Box::new(told(&error))) }),
                ..self.leave(name, as_it_was.report, &error)?
            }),
        }
    }

    /// Reads the document; `None` where it is the one that somebody went back from.
    async fn read_on(
        &self,
        record: &Record,
        place: &SpecSource,
        options: &LoadOptions,
    ) -> Result<Option<FetchedDocument>> {
        let read = retrieve::fetch_document(place, &*self.client, options.limits.bytes).await?;
        let is_same = record.is_back && fingerprint::sha256(&read.bytes) == record.seen;
        Ok((!is_same).then_some(read))
    }

    /// The tools stay what they were. A gate that refuses the document says nothing against them.
    fn leave(&self, name: &str, report: LoadReport, error: &Error) -> Result<LoadReport> {
        if matches!(error, Error::GateRefused { .. }) {
            return Ok(report);
        }
        let RestoredError { code, pointer, message } = told(error);
        let fault = Stale { since: self.now(), code, pointer, reason: message };
        let (revision, stale) = self.registry.mark(name, Some(&fault))?;
        if let Ok(source) = self.source(name) {
            lock(&source).state.is_left = true;
        }
        let (added, unchanged) = (Vec::new(), Vec::new());
        Ok(LoadReport { revision, added, unchanged, stale, ..report })
    }

    /// The document is the one that it was: its tools are no longer marked, where that is why they were.
    pub(super) fn is_back(&self, source: &mut LoadedSource) {
        if std::mem::take(&mut source.state.is_left) {
            // A registry that is closed has no tools.
            let _ = self.registry.mark(&source.name, None);
        }
    }

    /// Makes the tools of a source of what the file has, and puts them into the registry as they were.
    async fn restore(
        &self,
        name: &str,
        record: &Record,
        place: &SpecSource,
        options: &LoadOptions,
    ) -> Result<CheckReport> {
        let kept = record.versions.iter().filter(|version| version.kept).take(options.keep_versions.0);
        let kept: BTreeMap<u64, &Lineage> =
            kept.filter_map(|one| Some((one.number, &**record.kept.get(&one.number)?))).collect();
        let mut all: BTreeMap<Hash, Made> = BTreeMap::new();
        for id in [&*record.made].into_iter().chain(kept.values().copied()).flat_map(Lineage::values) {
            if let Some(edition) = record.editions.get(id).filter(|_| !all.contains_key(id)) {
                all.insert(*id, self.made_of(name, edition, place, options).await?);
            }
        }
        let tools = |made: &Lineage| -> Vec<Arc<RegisteredTool>> {
            let tool = |(identity, id): (&Identity, &Hash)| all.get(id)?.tools.get(identity).cloned();
            made.iter().filter_map(tool).collect()
        };
        let versions = record.versions.iter().rev();
        let history = versions.map(|one| (one.clone(), kept.get(&one.number).map(|made| tools(made))));
        let entered = tools(&record.made);
        let notes = standing_notes(&record.made, &all);
        let report = self.enter_saved(name, record, place, options, entered.clone(), history)?;
        let report = LoadReport { notes, ..report };
        Ok(CheckReport { report, decision: Decision::Apply, objections: Vec::new() })
    }

    /// Puts tools that were made again into the registry, with all else that is known of their source.
    fn enter_saved(
        &self,
        name: &str,
        record: &Record,
        place: &SpecSource,
        options: &LoadOptions,
        tools: Vec<Arc<RegisteredTool>>,
        history: impl Iterator<Item = (SourceVersion, Option<Vec<Arc<RegisteredTool>>>)>,
    ) -> Result<LoadReport> {
        let entry = self.entry(name, place, options, LoadPurpose::Entry(Trigger::Restore));
        let mut source = lock(&entry);
        self.open()?;
        if !source.is_new() {
            // Another load of the same source was quicker.
            return Ok(source.state.report.clone());
        }
        let standing = tools.iter().map(|tool| tool.name().to_owned()).collect();
        let applied = self.registry.apply(name, tools.into_iter().map(Arc::unwrap_or_clone).collect())?;
        let active = record.versions.first();
        let report = LoadReport {
            source: name.to_owned(),
            version: active.and_then(|active| active.version.clone()),
            revision: applied.revision,
            added: applied.added,
            bytes: record.bytes,
            hash: active.map(|active| active.hash.clone()).unwrap_or_default(),
            ..LoadReport::default()
        };
        (source.place, source.options) = (place.clone(), options.clone());
        source.state = SourceState::restored(&report, standing, record.is_back.then_some(record.seen));
        source.history = History::restored(history);
        source.pins.clone_from(&record.pins);
        source.rejected = record.rejected.clone().into_iter().collect();
        source.shelf =
            Shelf::restored(record.editions.clone(), Arc::clone(&record.made), record.kept.clone());
        self.statuses.restored(&report, place, record.is_back, record.saved_at);
        Ok(report)
    }

    /// The tools that an edition makes with these options. Their names are entered.
    async fn made_of(
        &self,
        name: &str,
        edition: &Edition,
        place: &SpecSource,
        options: &LoadOptions,
    ) -> Result<Made> {
        let bundle = self.bundle(edition, place, options).await?;
        let location: Option<&Url> = match place {
            SpecSource::Url(url) => Some(url),
            SpecSource::Path(_) | SpecSource::Text(_) => None,
        };
        let (registry, client, now) = (&*self.registry, &self.client, self.now());
        let (limits, conversion) = (&options.limits, &options.conversion);
        let shared =
            ConversionContext { options: conversion, limits, source: name, location, client, registry, now };
        let mut answers = None;
        loop {
            let outcome = {
                let (texts, arena) = (bundle.texts(&options.limits)?, Arena::new());
                match open(&bundle, &texts, &arena, options)? {
                    OpenOutcome::Document(opening) => convert(&opening, answers.as_ref(), &shared)?,
                    OpenOutcome::Wants(_) => {
                        return Err(Error::Internal { reason: "nothing is wanted".to_owned() });
                    }
                }
            };
            match (outcome, &options.conversion.filter) {
                (ConversionOutcome::Done(conversion, names), _) if registry.enter_names(&names) => {
                    let Conversion { tools, mut notes, .. } = *conversion;
                    let tools = tools.into_iter().map(|(tool, site)| (site.identity, Arc::new(tool)));
                    notes.retain(|one| one.note.kind.stops_calls());
                    return Ok(Made { tools: tools.collect(), notes });
                }
                // Somebody took one of the names meanwhile.
                (ConversionOutcome::Done(..), _) | (ConversionOutcome::Asks(_), None) => {}
                (ConversionOutcome::Asks(asked), Some(filter)) => answers = Some(filter.ask(asked).await?),
            }
        }
    }

    /// The documents of an edition, with the overlays of the options over them. Of these one that the edition does not have is
    /// read from where it stands.
    async fn bundle(&self, edition: &Edition, place: &SpecSource, options: &LoadOptions) -> Result<Bundle> {
        let Some(keeper) = &self.keeper else {
            return Err(Error::Internal { reason: "nothing is saved".to_owned() });
        };
        let home = place.address();
        let mut overlays = Vec::with_capacity(options.overlays.len());
        for (i, overlay) in options.overlays.iter().enumerate() {
            let digest = digest_of(overlay);
            // Texts are told apart by their order alone.
            let at_its_place = edition.overlays.get(i).filter(|(known, _)| *known == digest);
            let known = at_its_place.or_else(|| edition.overlays.iter().find(|(known, _)| *known == digest));
            let bytes: Bytes = match (overlay, known) {
                (SpecSource::Text(bytes), _) => bytes.clone(),
                (_, Some((_, blob))) => keeper.content(blob)?,
                (_, None) => {
                    retrieve::fetch_document(overlay, &*self.client, options.limits.bytes).await?.bytes
                }
            };
            overlays.push((overlay.clone(), bytes));
        }
        let others = edition.others.iter().map(|other| {
            Ok(BundledDocument {
                address: Some(other.address.at(home.as_ref())),
                final_url: other.found.as_ref().map(|found| found.at(home.as_ref())),
                bytes: keeper.content(&other.blob)?,
            })
        });
        let others = others.collect::<Result<Vec<_>>>()?;
        let lacking = edition.lacking.iter().map(|(address, reason)| {
            let url = address.at(home.as_ref());
            let location = SpecSource::Url(url.clone()).location();
            (url, Error::SourceUnreadable { location, reason: reason.clone(), status: None })
        });
        let final_url = edition.found.as_ref().map(|found| found.at(None));
        let document = FetchedDocument { final_url, ..FetchedDocument::from(keeper.content(&edition.root)?) };
        let saved = SavedBundle { document, overlays, references: others, unavailable: lacking.collect() };
        Bundle::restore(place, saved, &options.limits)
    }
}

/// What stands in the way of calls of the tools that stand. A note counts for the tools that its own edition made, and once however many
/// editions tell it.
fn standing_notes(made: &Lineage, editions: &BTreeMap<Hash, Made>) -> Vec<ReportNote> {
    let mut standing: BTreeMap<&Hash, HashSet<&str>> = BTreeMap::new();
    for (identity, id) in made {
        let tool = editions.get(id).and_then(|edition| edition.tools.get(identity));
        standing.entry(id).or_default().extend(tool.map(|tool| tool.name()));
    }
    let mut notes = NoteCollector::default();
    for (id, standing) in standing {
        for ReportNote { note, tools } in editions.get(id).into_iter().flat_map(|edition| &edition.notes) {
            if tools.is_empty() {
                notes.add(note.clone(), None);
            }
            for tool in tools.iter().filter(|tool| standing.contains(tool.as_str())) {
                notes.add(note.clone(), Some(tool));
            }
        }
    }
    let mut notes = notes.finish();
    // Editions come in the order of their hashes.
    for note in &mut notes {
        note.tools.sort_unstable();
    }
    notes
}

fn told(error: &Error) -> RestoredError {
    RestoredError {
        code: error.code().as_str(),
        pointer: error.pointer().to_owned(),
        message: error.to_string(),
    }
}
