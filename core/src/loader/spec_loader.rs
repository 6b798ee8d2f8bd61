//! The loader: which documents are loaded, and what their tools are.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use url::Url;

use super::bundle::Bundle;
use super::conversion::{Conversion, Outcome, Shared, convert};
use super::options::LoadOptions;
use super::predicate::Answers;
use super::progress::{Applied, Content, Given, Opened, Opening, Step, open};
use super::reading;
use super::report::{LoadReport, SkippedOperation};
use super::source::{Source, State};
use super::status::{SourceStatus, Statuses};
use crate::error::{Error, Result};
use crate::http::HttpClient;
use crate::json::{Arena, HashMap, HashSet, checksum};
use crate::registry::{Identity, Origin, ToolRegistry};
use crate::spec::{Document, SpecSource};
use crate::tool::{fingerprint, name};

/// Is told what came of reloads that nobody waits for.
pub trait LoadListener: Send + Sync {
    /// A document was read again and its tools are in the registry.
    fn reloaded(&self, report: &LoadReport);
    /// A document could not be read again. Its tools are what they were.
    fn reload_failed(&self, source: &str, error: &Error);
    /// The file of a document is gone. Its tools are what they were, until it is back.
    fn source_missing(&self, source: &str, location: &str);
    /// The system gives no file events, so documents are looked at once in each interval instead.
    fn polling(&self, reason: &str, interval: Duration);
}

/// Loads documents into a registry and keeps them there.
pub struct SpecLoader {
    registry: Arc<ToolRegistry>,
    client: Arc<dyn HttpClient>,
    clock: fn() -> u64,
    sources: Mutex<HashMap<String, Arc<Mutex<Source>>>>,
    statuses: Statuses,
    readings: AtomicU64,
    closed: AtomicBool,
}

impl SpecLoader {
    /// A loader into a registry. `client` fetches documents and carries calls out.
    pub fn new(registry: Arc<ToolRegistry>, client: Arc<dyn HttpClient>) -> Self {
        Self {
            registry,
            client,
            clock: milliseconds,
            sources: Mutex::default(),
            statuses: Statuses::default(),
            readings: AtomicU64::new(0),
            closed: AtomicBool::new(false),
        }
    }

    /// Reads a document and puts its tools into the registry. Loading from the same place under the same name again is
    /// a reload with new options. An error changes nothing.
    pub async fn load(&self, place: SpecSource, options: LoadOptions) -> Result<LoadReport> {
        let reading = self.reading()?;
        let read = reading::read(&place, &*self.client, options.limits.bytes).await?;
        let mut given = Given::new(Bundle::new(&place, read));
        loop {
            let step = self.enter(&given, &place, &options, reading)?;
            if let Some(report) = self.take(step, &mut given, &place, &options).await? {
                return Ok(report);
            }
        }
    }

    /// Gets what a load needs before it can go on; the report of one that has ended. Nothing of a document is held
    /// meanwhile but its bytes.
    async fn take(
        &self,
        step: Step,
        given: &mut Given,
        place: &SpecSource,
        options: &LoadOptions,
    ) -> Result<Option<LoadReport>> {
        let (client, limits) = (&*self.client, &options.limits);
        match step {
            Step::Done(report) => return Ok(Some(*report)),
            Step::Lays => given.bundle.lay(options.overlays.clone(), client, limits).await?,
            Step::Wants(wanted) => {
                given.bundle.fill(wanted, place, client, &options.references, limits).await;
            }
            Step::Asks(asked) => {
                if let Some(filter) = &options.filter {
                    given.answers = Some(filter.ask(asked).await?);
                }
            }
        }
        Ok(None)
    }

    /// Loads what was read as a source, new or not.
    fn enter(&self, given: &Given, place: &SpecSource, options: &LoadOptions, reading: u64) -> Result<Step> {
        let bundle = &given.bundle;
        if !bundle.is_under(&options.overlays) {
            return Ok(Step::Lays);
        }
        Content::beside(bundle, |content| self.make(given, place, options, reading, content))
    }

    /// Makes a source of what was read.
    fn make(
        &self,
        given: &Given,
        place: &SpecSource,
        options: &LoadOptions,
        reading: u64,
        content: &dyn Fn() -> Content,
    ) -> Result<Step> {
        let bundle = &given.bundle;
        let (texts, arena) = (bundle.texts(&options.limits)?, Arena::new());
        let opening = match open(bundle, &texts, &arena, options)? {
            Opened::Wants(wanted) => return Ok(Step::Wants(wanted)),
            Opened::Document(opening) => opening,
        };
        let name = options.name.clone().or_else(|| place.stem()).unwrap_or_else(|| title(&opening.document));
        if name == Origin::CODE {
            // Its tools would come in the place of all that were registered one by one.
            let location = "the tools that were registered one by one".to_owned();
            return Err(Error::SourceTaken { name, location });
        }
        let entry = self.entry(&name, place, options);
        let mut source = lock(&entry);
        if !source.is_new() && !source.place.is_same_place(place) {
            return Err(Error::SourceTaken { name, location: source.place.location() });
        }
        let mut outcome = self.apply(&opening, given.answers.as_ref(), &name, place, options);
        if let Ok(Applied::Report(report)) = &mut outcome {
            let content = content();
            content.name(report);
            (source.place, source.options) = (place.clone(), options.clone());
            source.state = State::loaded(content, reading, report, bundle.has_more());
            self.statuses.loaded(report, place, (self.clock)());
            lock(&self.sources).entry(name).or_insert_with(|| Arc::clone(&entry));
        } else if source.is_new() {
            lock(&self.sources).remove(&name);
        }
        outcome.map(Applied::step)
    }

    /// The source of a name; a new one where there is none. Whoever holds its lock loads it, others wait.
    fn entry(&self, name: &str, place: &SpecSource, options: &LoadOptions) -> Arc<Mutex<Source>> {
        let mut sources = lock(&self.sources);
        let new = || {
            let (name, place, options) = (name.to_owned(), place.clone(), options.clone());
            Arc::new(Mutex::new(Source { name, place, options, state: State::default() }))
        };
        Arc::clone(sources.entry(name.to_owned()).or_insert_with(new))
    }

    /// Reads a document again from where it stands. An error leaves its tools as they are.
    pub async fn reload(&self, name: &str) -> Result<LoadReport> {
        let reading = self.reading()?;
        let source = self.source(name)?;
        let (place, options) = {
            let source = lock(&source);
            (source.place.clone(), source.options.clone())
        };
        let outcome = match reading::read(&place, &*self.client, options.limits.bytes).await {
            Ok(read) => self.renew(&source, reading, Bundle::new(&place, read)).await,
            Err(error) => Err(error),
        };
        self.judge(name, &outcome);
        outcome
    }

    /// Notes how a reading of a document went that is loaded.
    fn judge(&self, name: &str, outcome: &Result<LoadReport>) {
        match outcome {
            Ok(_) => self.statuses.is_well(name),
            Err(error) => self.statuses.failed(name, error, (self.clock)()),
        }
    }

    /// How all documents are doing, by name.
    pub fn sources(&self) -> Vec<SourceStatus> {
        self.statuses.list(&self.registry.snapshot())
    }

    /// Takes bytes that a watcher read for the document's new content, and tells the listener what came of it; a fault
    /// is told once for each content.
    pub async fn observed(&self, name: &str, observed: Result<Vec<u8>, String>, listener: &dyn LoadListener) {
        let Ok((reading, source)) = self.reading().and_then(|reading| Ok((reading, self.source(name)?)))
        else {
            return;
        };
        let content = observed.as_ref().ok().map(|bytes| fingerprint::sha256(bytes));
        let place = {
            let mut source = lock(&source);
            if content.is_some() && content == source.state.applied {
                source.state.is_well();
                self.statuses.is_well(name);
                return;
            }
            source.place.clone()
        };
        let outcome = match observed {
            Ok(bytes) => self.renew(&source, reading, Bundle::new(&place, bytes.into())).await,
            Err(reason) => Err(Error::SourceUnreadable { location: place.location(), reason, status: None }),
        };
        self.judge(name, &outcome);
        match outcome {
            Ok(report) => listener.reloaded(&report),
            Err(error) => {
                let is_news = lock(&source).state.is_news(content, &error);
                if is_news {
                    listener.reload_failed(name, &error);
                }
            }
        }
    }

    /// Notes that the file of a document is gone, and tells the listener.
    pub fn missing(&self, name: &str, listener: &dyn LoadListener) {
        let Ok(source) = self.source(name) else { return };
        let location = lock(&source).place.location();
        let reason = "the file is missing".to_owned();
        let error = Error::SourceUnreadable { location: location.clone(), reason, status: None };
        self.statuses.failed(name, &error, (self.clock)());
        listener.source_missing(name, &location);
    }

    /// Takes a document and its tools away; the names of the tools.
    pub fn unload(&self, name: &str) -> Result<Vec<String>> {
        let source = self.source(name)?;
        // A load of it that is under way comes first; one that began before and reads on finds no source any more.
        let mut source = lock(&source);
        let removed = self.registry.unregister_source(name)?;
        lock(&self.sources).remove(name);
        self.statuses.forget(name);
        source.state = State::default();
        Ok(removed)
    }

    /// The file that a document stands in and the content its tools were made from, where it stands in a file.
    pub fn file(&self, name: &str) -> Result<Option<(std::path::PathBuf, [u8; 32])>> {
        let source = self.source(name)?;
        let source = lock(&source);
        Ok(match &source.place {
            SpecSource::Path(path) => Some((path.clone(), source.state.applied.unwrap_or_default())),
            SpecSource::Url(_) | SpecSource::Text(_) => None,
        })
    }

    /// Loads nothing any more. The tools stay in the registry.
    pub fn close(&self) {
        self.closed.store(true, Ordering::Release);
        lock(&self.sources).clear();
        self.statuses.clear();
    }

    /// A number for a reading that begins: one that began earlier and ends later must not undo a newer one.
    fn reading(&self) -> Result<u64> {
        self.open()?;
        Ok(self.readings.fetch_add(1, Ordering::Relaxed) + 1)
    }

    fn open(&self) -> Result<()> {
        if self.closed.load(Ordering::Acquire) { Err(Error::Closed { what: "loader" }) } else { Ok(()) }
    }

    fn source(&self, name: &str) -> Result<Arc<Mutex<Source>>> {
        let sources = lock(&self.sources);
        sources.get(name).cloned().ok_or_else(|| Error::UnknownSource {
            name: name.to_owned(),
            nearest: name::nearest(name, sources.keys().map(String::as_str)),
        })
    }

    async fn renew(&self, source: &Mutex<Source>, reading: u64, bundle: Bundle) -> Result<LoadReport> {
        let mut given = Given::new(bundle);
        loop {
            let (step, place, options) = {
                let mut source = lock(source);
                let step = Content::beside(&given.bundle, |content| {
                    self.again(&mut source, reading, &given, content)
                })?;
                (step, source.place.clone(), source.options.clone())
            };
            if let Some(report) = self.take(step, &mut given, &place, &options).await? {
                return Ok(report);
            }
        }
    }

    /// Loads what was read as the new content of a source.
    fn again(
        &self,
        source: &mut Source,
        reading: u64,
        given: &Given,
        content: &dyn Fn() -> Content,
    ) -> Result<Step> {
        let bundle = &given.bundle;
        if source.is_new() {
            return Err(Error::UnknownSource { name: source.name.clone(), nearest: Vec::new() });
        }
        // An older reading must not undo a newer one, and the same bytes make the same tools; what other documents,
        // overlays and the caller's function say is not known before they are read and asked.
        let is_alone = source.options.overlays.is_empty() && source.options.filter.is_none();
        let is_known = is_alone && !source.state.has_more;
        // Nearly always that tells without waiting for the hash.
        let is_alike = source.state.checksum == checksum(bundle.original());
        let is_same = is_known && is_alike && source.state.applied == Some(content().hash);
        if (reading < source.state.last || is_same)
            && let Some(report) = self.as_applied(&source.state.report)
        {
            return Ok(Step::Done(Box::new(report)));
        }
        if !bundle.is_under(&source.options.overlays) {
            return Ok(Step::Lays);
        }
        let (texts, arena) = (bundle.texts(&source.options.limits)?, Arena::new());
        let opening = match open(bundle, &texts, &arena, &source.options)? {
            Opened::Wants(wanted) => return Ok(Step::Wants(wanted)),
            Opened::Document(opening) => opening,
        };
        let answers = given.answers.as_ref();
        let mut applied = self.apply(&opening, answers, &source.name, &source.place, &source.options)?;
        if let Applied::Report(report) = &mut applied {
            let content = content();
            content.name(report);
            source.state = State::loaded(content, reading, report, bundle.has_more());
            self.statuses.loaded(report, &source.place, (self.clock)());
        }
        Ok(applied.step())
    }

    /// The report of a document again, now that nothing changed; `None` where somebody took tools of it away.
    fn as_applied(&self, report: &LoadReport) -> Option<LoadReport> {
        let snapshot = self.registry.snapshot();
        let own = snapshot.tools().filter(|tool| *tool.origin.source == *report.source);
        let (stale, unchanged): (Vec<_>, Vec<_>) = own.partition(|tool| tool.stale.is_some());
        let present: HashSet<&str> = stale.iter().chain(&unchanged).map(|tool| tool.name()).collect();
        let mut expected =
            [&report.added, &report.updated, &report.unchanged, &report.stale].into_iter().flatten();
        let count = expected.clone().count();
        if count != present.len() || !expected.all(|name| present.contains(name.as_str())) {
            return None;
        }
        Some(LoadReport {
            revision: snapshot.revision(),
            unchanged: unchanged.into_iter().map(|tool| tool.name().to_owned()).collect(),
            added: Vec::new(),
            updated: Vec::new(),
            removed: Vec::new(),
            ..report.clone()
        })
    }

    fn apply(
        &self,
        opening: &Opening<'_>,
        answers: Option<&Answers>,
        name: &str,
        place: &SpecSource,
        options: &LoadOptions,
    ) -> Result<Applied> {
        let location: Option<&Url> = match place {
            SpecSource::Url(url) => Some(url),
            SpecSource::Path(_) | SpecSource::Text(_) => None,
        };
        let (client, registry) = (&self.client, &*self.registry);
        let shared = Shared { options, source: name, location, client, registry, now: (self.clock)() };
        // Where another load takes a name while these tools are made, they are made once more under other names.
        let (conversion, mut sites, applied) = loop {
            let outcome = convert(&opening.document, &opening.notes, answers, &shared)?;
            let (mut conversion, names) = match outcome {
                Outcome::Done(conversion, names) => (*conversion, names),
                Outcome::Asks(asked) => return Ok(Applied::Asks(asked)),
            };
            self.open()?;
            let (tools, sites): (Vec<_>, Vec<_>) = std::mem::take(&mut conversion.tools).into_iter().unzip();
            let unread: Vec<_> =
                conversion.skipped.iter().map(|skipped| skipped.unread(shared.now)).collect();
            if let Some(applied) = registry.apply_drafted(&names, tools, &unread)? {
                break (conversion, sites, applied);
            }
        };
        let Conversion { version, operations, mut skipped, excluded, notes, .. } = conversion;
        for (tool, error) in applied.refused {
            let place = sites.iter().position(|site| site.tool == tool);
            let site = sites.remove(place.expect("only tools of this document are refused"));
            let Identity { path, method, id } = &site.identity;
            skipped.push(SkippedOperation::new(id.as_deref(), method, path, &site.pointer, &error));
        }
        let mut report = LoadReport {
            source: name.to_owned(),
            version,
            revision: applied.revision,
            operations,
            added: applied.added,
            updated: applied.updated,
            removed: applied.removed,
            unchanged: applied.unchanged,
            stale: applied.stale,
            skipped,
            excluded,
            notes,
            ..LoadReport::default()
        };
        let snapshot = registry.snapshot();
        let names = [&report.added, &report.updated, &report.unchanged].into_iter().flatten();
        let tools: Vec<_> = names.filter_map(|name| snapshot.get(name)).map(|tool| &**tool).collect();
        report.judgements = options.targets.judge(&tools);
        if let Some(budget) = &options.token_budget {
            let (cost, notes) = budget.judge(&sites, &snapshot);
            report.tokens = Some(cost);
            report.notes.extend(notes);
        }
        for site in sites {
            report.count(&site.tool, site.account);
        }
        Ok(Applied::Report(Box::new(report)))
    }
}

/// The name of a source that stands nowhere: its title.
fn title(document: &Document<'_>) -> String {
    document.info("title").map_or_else(|| "document".to_owned(), |title| name::portable(title).into_owned())
}

/// A thread that panicked while it held a source has not changed it: what it left is whole.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn milliseconds() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}
