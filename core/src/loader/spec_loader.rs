//! The loader: which documents are loaded, and what their tools are.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

use super::admission::{Admission, Admitted, Entered};
use super::audit;
use super::bundle::Bundle;
use super::directory::Folders;
use super::held::{Holds, Outcome as Settlement};
use super::history::{SourceVersion, Trigger};
use super::listener::LoadListener;
use super::options::LoadOptions;
use super::progress::{Content, Given, Opened, Opening, Step, open};
use super::reading::{self, Reading};
use super::report::{CheckReport, LoadReport};
use super::source::{Source, State};
use super::status::{SourceStatus, Statuses};
use crate::error::{Error, Result};
use crate::gate::{Classification, Decision, Policy};
use crate::http::HttpClient;
use crate::json::{Arena, HashMap, HashSet, checksum};
use crate::registry::{Origin, ToolRegistry, family_of};
use crate::spec::{Document, SpecSource};
use crate::tool::name;

/// Loads documents into a registry and keeps them there.
pub struct SpecLoader {
    pub(super) registry: Arc<ToolRegistry>,
    pub(super) client: Arc<dyn HttpClient>,
    clock: fn() -> u64,
    sources: Mutex<HashMap<String, Arc<Mutex<Source>>>>,
    pub(super) statuses: Statuses,
    pub(super) holds: Holds,
    pub(super) folders: Folders,
    listener: OnceLock<Arc<dyn LoadListener>>,
    readings: AtomicU64,
    closed: AtomicBool,
}

/// One reading of a document.
#[derive(Clone, Copy)]
struct Errand<'e> {
    /// Its number.
    reading: u64,
    purpose: Purpose,
    place: &'e SpecSource,
    options: &'e LoadOptions,
}

/// What a document is read for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose {
    /// Its tools are to be in the registry.
    Entry(Trigger),
    /// Somebody wants to know what would come of it.
    Check,
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
            holds: Holds::default(),
            folders: Folders::default(),
            listener: OnceLock::new(),
            readings: AtomicU64::new(0),
            closed: AtomicBool::new(false),
        }
    }

    /// The same with another clock: it gives the time in ms since 1970.
    #[must_use]
    pub fn with_clock(self, clock: fn() -> u64) -> Self {
        Self { clock, ..self }
    }

    /// Who is told what becomes of documents, from the first time this is called.
    pub fn listen(&self, listener: Arc<dyn LoadListener>) {
        let _ = self.listener.set(listener);
    }

    /// Reads a document and puts its tools into the registry. Loading from the same place under the same name again is
    /// a reload with new options. An error changes nothing.
    pub async fn load(&self, place: SpecSource, options: LoadOptions) -> Result<LoadReport> {
        let name = options.name.clone().or_else(|| place.stem()).unwrap_or_default();
        let outcome = self.bring(place, options, Purpose::Entry(Trigger::Load)).await;
        audit::record(&self.registry, Trigger::Load, &name, &outcome);
        Ok(outcome?.report)
    }

    /// What [`SpecLoader::load`] would come to. Nothing changes.
    pub async fn check_load(&self, place: SpecSource, options: LoadOptions) -> Result<CheckReport> {
        self.bring(place, options, Purpose::Check).await
    }

    async fn bring(&self, place: SpecSource, options: LoadOptions, purpose: Purpose) -> Result<CheckReport> {
        let reading = self.reading()?;
        let read = reading::read(&place, &*self.client, options.limits.bytes).await?;
        self.bring_read(reading, read, place, options, purpose).await
    }

    /// The same as [`SpecLoader::load`] with what was read.
    pub(super) async fn load_read(
        &self,
        reading: u64,
        read: Reading,
        place: SpecSource,
        options: LoadOptions,
    ) -> Result<LoadReport> {
        let name = options.name.clone().unwrap_or_default();
        let outcome = self.bring_read(reading, read, place, options, Purpose::Entry(Trigger::Load)).await;
        audit::record(&self.registry, Trigger::Load, &name, &outcome);
        Ok(outcome?.report)
    }

    async fn bring_read(
        &self,
        reading: u64,
        read: Reading,
        place: SpecSource,
        options: LoadOptions,
        purpose: Purpose,
    ) -> Result<CheckReport> {
        let mut given = Given::new(Bundle::new(&place, read));
        loop {
            let errand = Errand { reading, purpose, place: &place, options: &options };
            let step = self.enter(&given, errand)?;
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
    ) -> Result<Option<CheckReport>> {
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
            Step::Judges(change) => {
                if let Some(jury) = &options.jury {
                    given.opinions = Some(jury.ask(change).await?);
                }
            }
        }
        Ok(None)
    }

    /// Loads what was read as a source, new or not.
    fn enter(&self, given: &Given, errand: Errand<'_>) -> Result<Step> {
        let Errand { purpose, place, options, .. } = errand;
        let bundle = &given.bundle;
        if !bundle.is_under(&options.overlays) {
            return Ok(Step::Lays);
        }
        Content::beside(bundle, |content| {
            let (texts, arena) = (bundle.texts(&options.limits)?, Arena::new());
            let opening = match open(bundle, &texts, &arena, options)? {
                Opened::Wants(wanted) => return Ok(Step::Wants(wanted)),
                Opened::Document(opening) => opening,
            };
            let stem = || place.stem().unwrap_or_else(|| title(&opening.document));
            let name = options.name.clone().unwrap_or_else(stem);
            if family_of(&name) == Origin::CODE {
                // Its tools would come in the place of all that were registered one by one.
                let location = "the tools that were registered one by one".to_owned();
                return Err(Error::SourceTaken { name, location });
            }
            let entry = self.entry(&name, place, options, purpose);
            let mut source = lock(&entry);
            // A text stands nowhere: what the caller gives the same name is the newer one.
            let is_renewed = options.name.is_some() && source.place.is_text() && place.is_text();
            if !source.is_new() && !is_renewed && !source.place.is_same_place(place) {
                return Err(Error::SourceTaken { name, location: source.place.location() });
            }
            let outcome = self.admit(&mut source, &opening, given, errand, content);
            match (&outcome, purpose) {
                (Ok(Step::Done(_)), Purpose::Entry(_)) => {
                    lock(&self.sources).entry(name).or_insert_with(|| Arc::clone(&entry));
                }
                (_, Purpose::Entry(_)) if source.is_new() => {
                    lock(&self.sources).remove(&name);
                }
                _ => {}
            }
            outcome
        })
    }

    /// The source of a name; a new one where there is none. Whoever holds its lock loads it, others wait.
    fn entry(
        &self,
        name: &str,
        place: &SpecSource,
        options: &LoadOptions,
        purpose: Purpose,
    ) -> Arc<Mutex<Source>> {
        let mut sources = lock(&self.sources);
        let new = || Arc::new(Mutex::new(Source::new(name, place, options)));
        match (sources.get(name), purpose) {
            (Some(known), _) => Arc::clone(known),
            (None, Purpose::Check) => new(),
            (None, Purpose::Entry(_)) => Arc::clone(sources.entry(name.to_owned()).or_insert_with(new)),
        }
    }

    /// Puts the tools of what was read into the registry, as far as the gates let them in, and notes what came of it.
    fn admit(
        &self,
        source: &mut Source,
        opening: &Opening<'_>,
        given: &Given,
        errand: Errand<'_>,
        content: &dyn Fn() -> Content,
    ) -> Result<Step> {
        let Errand { reading, purpose, place, options } = errand;
        self.open()?;
        let mut pins = source.pins.clone();
        if source.is_new() || purpose == Purpose::Entry(Trigger::Load) {
            // At a reload those that were given by hand, or moved by an approval, count.
            pins.extend(options.gates.pins.0.clone());
        }
        let active = source.history.active();
        let admission = Admission {
            registry: &self.registry,
            client: &self.client,
            source: &source.name,
            place,
            options,
            // What comes back with its file was agreed to before.
            is_first: source.is_new() || source.state.is_withdrawn,
            version: active.and_then(|active| active.version.as_deref()),
            pins: &pins,
            rejected: &source.rejected,
            now: (self.clock)(),
            is_dry: purpose == Purpose::Check,
        };
        let mut entered = match admission.admit(opening, given)? {
            Admitted::Asks(asked) => return Ok(Step::Asks(asked)),
            Admitted::Judges(change) => return Ok(Step::Judges(change)),
            Admitted::Done(entered) => *entered,
        };
        let content = content();
        content.name(&mut entered.report);
        if let Purpose::Entry(trigger) = purpose {
            (source.place, source.options) = (place.clone(), options.clone());
            source.state = State::loaded(content, reading, &entered.report, given.bundle.made());
            self.statuses.loaded(&entered.report, place, admission.now);
            source.moved(SourceVersion::of(&entered.report, trigger, admission.now), &entered.snapshot);
            self.announce(&source.name, &mut entered);
            source.pins = pins;
        }
        let Entered { report, verdict, .. } = entered;
        let (decision, objections) = (verdict.decision(), verdict.objections().to_vec());
        Ok(Step::Done(Box::new(CheckReport { report, decision, objections })))
    }

    /// Tells what else there is to be said of a load than its report.
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

    pub(super) fn tell(&self, what: impl FnOnce(&dyn LoadListener)) {
        if let Some(listener) = self.listener.get() {
            what(&**listener);
        }
    }

    pub(super) fn now(&self) -> u64 {
        (self.clock)()
    }

    /// Reads a document again from where it stands. An error leaves its tools as they are.
    pub async fn reload(&self, name: &str) -> Result<LoadReport> {
        self.reload_through(name, None, Trigger::Reload).await
    }

    /// The same for whoever asked for it, and through other gates than those of its options, this once.
    pub async fn reload_through(
        &self,
        name: &str,
        gates: Option<Policy>,
        trigger: Trigger,
    ) -> Result<LoadReport> {
        let outcome = self.read_again(name, gates, Purpose::Entry(trigger)).await;
        self.judge(name, &outcome);
        audit::record(&self.registry, trigger, name, &outcome);
        Ok(outcome?.report)
    }

    /// What [`SpecLoader::reload_through`] would come to. Nothing changes.
    pub async fn check(&self, name: &str, gates: Option<Policy>) -> Result<CheckReport> {
        self.read_again(name, gates, Purpose::Check).await
    }

    async fn read_again(&self, name: &str, gates: Option<Policy>, purpose: Purpose) -> Result<CheckReport> {
        let reading = self.reading()?;
        let source = self.source(name)?;
        let (place, limits) = {
            let source = lock(&source);
            (source.place.clone(), source.options.limits)
        };
        let read = reading::read(&place, &*self.client, limits.bytes).await?;
        self.renew(&source, reading, Bundle::new(&place, read), gates, purpose).await
    }

    /// How all documents are doing, by name.
    pub fn sources(&self) -> Vec<SourceStatus> {
        self.statuses.list(&self.registry.snapshot(), &self.holds)
    }

    /// Takes a document and its tools away; the names of the tools.
    pub fn unload(&self, name: &str) -> Result<Vec<String>> {
        let source = self.source(name)?;
        // A load of it that is under way comes first; one that began before and reads on finds no source any more.
        let mut source = lock(&source);
        let removed = self.registry.unregister_source(name)?;
        lock(&self.sources).remove(name);
        self.statuses.forget(name);
        self.folders.forget(name);
        source.state = State::default();
        if let Some(held) = self.holds.take(name) {
            self.settled(&held, Settlement::Superseded);
        }
        Ok(removed)
    }

    /// Loads nothing any more. The tools stay in the registry.
    pub fn close(&self) {
        self.closed.store(true, Ordering::Release);
        lock(&self.sources).clear();
        self.statuses.clear();
        self.holds.clear();
        self.folders.clear();
    }

    /// A number for a reading that begins: one that began earlier and ends later must not undo a newer one.
    pub(super) fn reading(&self) -> Result<u64> {
        self.open()?;
        Ok(self.readings.fetch_add(1, Ordering::Relaxed) + 1)
    }

    fn open(&self) -> Result<()> {
        if self.closed.load(Ordering::Acquire) { Err(Error::Closed { what: "loader" }) } else { Ok(()) }
    }

    pub(super) fn source(&self, name: &str) -> Result<Arc<Mutex<Source>>> {
        let sources = lock(&self.sources);
        sources.get(name).cloned().ok_or_else(|| Error::UnknownSource {
            name: name.to_owned(),
            nearest: name::nearest(name, sources.keys().map(String::as_str)),
        })
    }

    pub(super) async fn renew(
        &self,
        source: &Mutex<Source>,
        reading: u64,
        bundle: Bundle,
        gates: Option<Policy>,
        purpose: Purpose,
    ) -> Result<CheckReport> {
        let mut given = Given::new(bundle);
        loop {
            let (step, place, options) = {
                let mut source = lock(source);
                let step = Content::beside(&given.bundle, |content| {
                    self.again(&mut source, reading, &given, content, gates.as_ref(), purpose)
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
        gates: Option<&Policy>,
        purpose: Purpose,
    ) -> Result<Step> {
        let bundle = &given.bundle;
        if source.is_new() {
            return Err(Error::UnknownSource { name: source.name.clone(), nearest: Vec::new() });
        }
        // An older reading must not undo a newer one, and the same bytes make the same tools; what other documents,
        // overlays and the caller's functions say is not known before they are read and asked. Tools of an older content
        // and other gates than those that let the tools in are not what the bytes make.
        let Source { options, state, .. } = &*source;
        let is_alone = options.overlays.is_empty() && options.filter.is_none() && options.jury.is_none();
        let is_known = is_alone && !state.made.has_more && !state.is_back && gates.is_none();
        // Nearly always that tells without waiting for the hash.
        let is_alike = state.checksum == checksum(bundle.original());
        let is_same = is_known && is_alike && state.applied == Some(content().hash);
        if (reading < state.last || is_same)
            && let Some(report) = self.as_applied(source)
        {
            let (decision, objections) = (Decision::Apply, Vec::new());
            return Ok(Step::Done(Box::new(CheckReport { report, decision, objections })));
        }
        if !bundle.is_under(&options.overlays) {
            return Ok(Step::Lays);
        }
        let (place, lasting) = (source.place.clone(), source.options.clone());
        let options = match gates {
            Some(gates) => LoadOptions { gates: gates.clone(), jury: None, ..lasting.clone() },
            None => lasting.clone(),
        };
        let (texts, arena) = (bundle.texts(&options.limits)?, Arena::new());
        let opening = match open(bundle, &texts, &arena, &options)? {
            Opened::Wants(wanted) => return Ok(Step::Wants(wanted)),
            Opened::Document(opening) => opening,
        };
        let errand = Errand { reading, purpose, place: &place, options: &options };
        let outcome = self.admit(source, &opening, given, errand, content);
        source.options = lasting;
        outcome
    }

    /// The report of a document again, now that nothing changed; `None` where somebody took tools of it away.
    fn as_applied(&self, source: &Source) -> Option<LoadReport> {
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

/// The name of a source that stands nowhere: its title.
fn title(document: &Document<'_>) -> String {
    document.info("title").map_or_else(|| "document".to_owned(), |title| name::portable(title).into_owned())
}

/// A thread that panicked while it held a source has not changed it: what it left is whole.
pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn milliseconds() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}
