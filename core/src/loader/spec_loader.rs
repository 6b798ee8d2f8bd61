//! The loader: which documents are loaded, and what their tools are.

use std::collections::{HashMap, HashSet};
use std::io::Read;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use http::Method;
use url::Url;

use super::conversion::{Conversion, Shared, convert};
use super::names::Names;
use super::options::LoadOptions;
use super::report::{LoadReport, SkippedOperation};
use super::source::{Source, State};
use crate::error::{Error, Result};
use crate::http::{HttpClient, HttpRequest, Redirects};
use crate::registry::ToolRegistry;
use crate::spec::{Document, SpecSource, parse, text_of};
use crate::tool::{Origin, fingerprint, name};

/// Is told what came of reloads that nobody waits for.
pub trait LoadListener: Send + Sync {
    /// A document was read again and its tools are in the registry.
    fn reloaded(&self, report: &LoadReport);
    /// A document could not be read again. Its tools are what they were.
    fn reload_failed(&self, source: &str, error: &Error);
    /// The system gives no file events, so documents are looked at once in each interval instead.
    fn polling(&self, reason: &str, interval: Duration);
}

/// Loads documents into a registry and keeps them there.
pub struct SpecLoader {
    registry: Arc<ToolRegistry>,
    client: Arc<dyn HttpClient>,
    clock: fn() -> u64,
    sources: Mutex<HashMap<String, Arc<Mutex<Source>>>>,
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
            readings: AtomicU64::new(0),
            closed: AtomicBool::new(false),
        }
    }

    /// Reads a document and puts its tools into the registry. Loading from the same place under the same name again is
    /// a reload with new options. An error changes nothing.
    pub async fn load(&self, place: SpecSource, options: LoadOptions) -> Result<LoadReport> {
        let reading = self.reading()?;
        let bytes = self.read(&place, &options).await?;
        let root = parse(text_of(&bytes, &options.limits)?, &options.limits)?;
        let document = Document::new(&root)?;
        let name = options.name.clone().or_else(|| place.stem()).unwrap_or_else(|| title(&document));
        if name == Origin::CODE {
            // Its tools would come in the place of all that were registered one by one.
            let location = "the tools that were registered one by one".to_owned();
            return Err(Error::SourceTaken { name, location });
        }
        let entry = self.entry(&name, &place, &options);
        let mut source = lock(&entry);
        if !source.is_new() && !source.place.is_same_place(&place) {
            return Err(Error::SourceTaken { name, location: source.place.location() });
        }
        let content = Content { hash: fingerprint::sha256(&bytes), length: bytes.len() };
        let names = source.state.names.clone();
        match self.apply(&document, &name, &place, &options, content, names) {
            Ok((report, names)) => {
                (source.place, source.options) = (place, options);
                source.state = State::loaded(content.hash, reading, names, &report);
                lock(&self.sources).entry(name).or_insert_with(|| Arc::clone(&entry));
                Ok(report)
            }
            Err(error) => {
                if source.is_new() {
                    lock(&self.sources).remove(&name);
                }
                Err(error)
            }
        }
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
        let bytes = self.read(&place, &options).await?;
        self.renew(&mut lock(&source), reading, &bytes)
    }

    /// Takes bytes that a watcher read for the document's new content, and tells the listener what came of it; a fault
    /// is told once for each content.
    pub fn observed(&self, name: &str, observed: Result<Vec<u8>, String>, listener: &dyn LoadListener) {
        let Ok((reading, source)) = self.reading().and_then(|reading| Ok((reading, self.source(name)?)))
        else {
            return;
        };
        let mut source = lock(&source);
        let content = observed.as_ref().ok().map(|bytes| fingerprint::sha256(bytes));
        if content.is_some() && content == source.state.applied {
            source.state.is_well();
            return;
        }
        let outcome = match observed {
            Ok(bytes) => self.renew(&mut source, reading, &bytes),
            Err(reason) => {
                Err(Error::SourceUnreadable { location: source.place.location(), reason, status: None })
            }
        };
        match outcome {
            Ok(report) => listener.reloaded(&report),
            Err(error) if source.state.is_news(content, &error) => listener.reload_failed(name, &error),
            Err(_) => {}
        }
    }

    /// Takes a document and its tools away; the names of the tools.
    pub fn unload(&self, name: &str) -> Result<Vec<String>> {
        let source = self.source(name)?;
        // A load of it that is under way comes first; one that began before and reads on finds no source any more.
        let mut source = lock(&source);
        let removed = self.registry.unregister_source(name)?;
        lock(&self.sources).remove(name);
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

    fn renew(&self, source: &mut Source, reading: u64, bytes: &[u8]) -> Result<LoadReport> {
        if source.is_new() {
            return Err(Error::UnknownSource { name: source.name.clone(), nearest: Vec::new() });
        }
        let content = fingerprint::sha256(bytes);
        // An older reading must not undo a newer one, and the same bytes make the same tools.
        if (reading < source.state.last || source.state.applied == Some(content))
            && let Some(report) = self.as_applied(&source.state.report)
        {
            return Ok(report);
        }
        let names = source.state.names.clone();
        let root = parse(text_of(bytes, &source.options.limits)?, &source.options.limits)?;
        let document = Document::new(&root)?;
        let measured = Content { hash: content, length: bytes.len() };
        let (report, names) =
            self.apply(&document, &source.name, &source.place, &source.options, measured, names)?;
        source.state = State::loaded(content, reading, names, &report);
        Ok(report)
    }

    /// The report of a document again, now that nothing changed; `None` where somebody took tools of it away.
    fn as_applied(&self, report: &LoadReport) -> Option<LoadReport> {
        let snapshot = self.registry.snapshot();
        let own = snapshot.tools().filter(|tool| *tool.origin.source == *report.source);
        let unchanged: Vec<String> = own.map(|tool| tool.name().to_owned()).collect();
        let present: HashSet<&str> = unchanged.iter().map(String::as_str).collect();
        let mut expected = [&report.added, &report.updated, &report.unchanged].into_iter().flatten();
        let count = report.added.len() + report.updated.len() + report.unchanged.len();
        if count != present.len() || !expected.all(|name| present.contains(name.as_str())) {
            return None;
        }
        Some(LoadReport {
            revision: snapshot.revision(),
            unchanged,
            added: Vec::new(),
            updated: Vec::new(),
            removed: Vec::new(),
            ..report.clone()
        })
    }

    async fn read(&self, place: &SpecSource, options: &LoadOptions) -> Result<Vec<u8>> {
        let fault = |reason: String, status: Option<u16>| Error::SourceUnreadable {
            location: place.location(),
            reason,
            status,
        };
        match place {
            SpecSource::Text(bytes) => Ok(bytes.clone()),
            SpecSource::Path(path) => {
                let file = std::fs::metadata(path).map_err(|error| fault(error.to_string(), None))?;
                if !file.is_file() {
                    return Err(fault("is no file".to_owned(), None));
                }
                let mut bytes =
                    Vec::with_capacity(usize::try_from(file.len()).unwrap_or(0).min(options.limits.bytes));
                // One byte over the limit is enough to know, however long the file is or grows.
                let bound = (options.limits.bytes as u64).saturating_add(1);
                let read =
                    std::fs::File::open(path).and_then(|file| file.take(bound).read_to_end(&mut bytes));
                read.map_err(|error| fault(error.to_string(), None))?;
                Ok(bytes)
            }
            SpecSource::Url(url) => {
                let mut request = HttpRequest::new(Method::GET, url.clone());
                request.max_bytes = options.limits.bytes;
                request.redirects = Redirects::SameOrigin(3);
                let answer =
                    self.client.send(request).await.map_err(|error| fault(error.to_string(), None))?;
                match answer.status {
                    200..300 => Ok(answer.body),
                    status => Err(fault(format!("the server answered {status}"), Some(status))),
                }
            }
        }
    }

    fn apply(
        &self,
        document: &Document<'_, '_>,
        name: &str,
        place: &SpecSource,
        options: &LoadOptions,
        content: Content,
        mut names: Names,
    ) -> Result<(LoadReport, Names)> {
        let location: Option<&Url> = match place {
            SpecSource::Url(url) => Some(url),
            SpecSource::Path(_) | SpecSource::Text(_) => None,
        };
        let shared = Shared { options, source: name, location, client: &self.client, now: (self.clock)() };
        let Conversion { version, operations, tools, mut skipped, excluded, notes } =
            convert(document, &shared, &mut names);
        self.open()?;
        let (tools, sites): (Vec<_>, Vec<_>) = tools.into_iter().unzip();
        let applied = self.registry.apply(name, tools)?;
        for (tool, error) in applied.refused {
            let site =
                sites.iter().find(|site| site.tool == tool).expect("only tools of this document are refused");
            skipped.push(SkippedOperation::new(
                site.id.clone(),
                &site.method,
                &site.path,
                &site.pointer,
                &error,
            ));
        }
        let report = LoadReport {
            source: name.to_owned(),
            version,
            revision: applied.revision,
            operations,
            added: applied.added,
            updated: applied.updated,
            removed: applied.removed,
            unchanged: applied.unchanged,
            skipped,
            excluded,
            notes,
            bytes: content.length,
            hash: fingerprint::hex(&content.hash),
        };
        Ok((report, names))
    }
}

/// A document's bytes, measured.
#[derive(Clone, Copy)]
struct Content {
    hash: [u8; 32],
    length: usize,
}

/// The name of a source that stands nowhere: its title.
fn title(document: &Document<'_, '_>) -> String {
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
