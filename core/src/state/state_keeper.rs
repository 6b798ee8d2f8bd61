//! Keeps a state file true: what changes is noted at once and written by a thread of its own.

use std::collections::{BTreeMap, HashSet};
use std::io;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use serde::Serialize;

use super::edition::Blob;
use super::options::StateOptions;
use super::source_record::Record;
use super::state_file::{Storage, unwritable};
use super::state_format::StateFileFault;
use super::state_json::{self, Known};
use crate::audit::OnBroken;
use crate::error::{Error, Result};
use crate::registry::ToolRegistry;
use crate::spec::Bytes;

/// How long after a write that failed the next one is tried, where nothing changes.
const RETRY: Duration = Duration::from_secs(30);
/// How long the end waits for the last write: a dead network mount may hold it for minutes.
const END_WAIT: Duration = Duration::from_secs(5);

/// Why a state file is not what is known now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct StateFailure {
    /// The file.
    pub path: String,
    /// What is wrong.
    pub reason: String,
}

type Told = Box<dyn Fn(&StateFailure) + Send + Sync>;

/// Keeps a state file true.
pub struct Keeper {
    desk: Arc<Desk>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

/// What the thread and everybody else share.
struct Desk {
    path: String,
    registry: Arc<ToolRegistry>,
    told: Told,
    /// Held while a file is written, and while a content is read.
    storage: Mutex<Option<Storage>>,
    pending: Mutex<Pending>,
    news: Condvar,
}

#[derive(Default)]
struct Pending {
    records: BTreeMap<String, Arc<Record>>,
    /// How often somebody wanted a write, and up to which of these there was one.
    wanted: u64,
    done: u64,
    /// Why the last write failed, if it did.
    failing: Option<String>,
    is_closing: bool,
    has_ended: bool,
}

impl Keeper {
    /// Opens a file, and gives the names in it to the registry. `told` hears of writes that fail, once for each reason until
    /// one goes well.
    ///
    /// # Errors
    /// `STATE_LOCKED`, `STATE_UNWRITABLE`, and `STATE_BROKEN` unless the options want to go on without what is in the file.
    pub fn open(
        options: &StateOptions,
        registry: Arc<ToolRegistry>,
        told: impl Fn(&StateFailure) + Send + Sync + 'static,
    ) -> Result<Self> {
        let mut storage = Storage::open(&options.path)?;
        let path = storage.path().display().to_string();
        let records = match read(&mut storage, &registry) {
            Ok(records) => records,
            Err(StateFileFault::Io(error)) => return Err(unwritable(storage.path(), &error)),
            Err(StateFileFault::Broken(reason)) if options.on_broken == OnBroken::Begin => {
                let aside = storage.put_aside().map_err(|error| unwritable(storage.path(), &error))?;
                let reason = format!("{reason}; it is {} now", aside.display());
                told(&StateFailure { path: path.clone(), reason });
                BTreeMap::new()
            }
            Err(StateFileFault::Broken(reason)) => return Err(Error::StateBroken { path, reason }),
        };
        let desk = Arc::new(Desk {
            path,
            registry,
            told: Box::new(told),
            storage: Mutex::new(Some(storage)),
            pending: Mutex::new(Pending { records, ..Pending::default() }),
            news: Condvar::new(),
        });
        let own = Arc::clone(&desk);
        let thread = thread::Builder::new().name("toolrack-state".to_owned()).spawn(move || own.run());
        let thread = thread.map_err(|error| Error::Internal { reason: error.to_string() })?;
        Ok(Self { desk, thread: Mutex::new(Some(thread)) })
    }

    /// What is known of a source.
    pub fn record(&self, source: &str) -> Option<Arc<Record>> {
        lock(&self.desk.pending).records.get(source).cloned()
    }

    /// What is known of a source from now on; whether that is news.
    pub fn put(&self, source: &str, record: Record) -> bool {
        let mut pending = lock(&self.desk.pending);
        let is_news = pending.records.get(source).is_none_or(|known| !known.is_same_as(&record));
        if is_news {
            pending.records.insert(source.to_owned(), Arc::new(record));
            self.desk.want(&mut pending);
        }
        is_news
    }

    /// Nothing is known of a source any more; whether anything was.
    pub fn forget(&self, source: &str) -> bool {
        let mut pending = lock(&self.desk.pending);
        let was_known = pending.records.remove(source).is_some();
        if was_known {
            self.desk.want(&mut pending);
        }
        was_known
    }

    /// A content that is in memory or in the file.
    ///
    /// # Errors
    /// `STATE_BROKEN` where it is in neither.
    pub fn content(&self, blob: &Blob) -> Result<Bytes> {
        let mut storage = lock(&self.desk.storage);
        let content = match storage.as_mut() {
            Some(storage) => storage.content(blob),
            None => Err(io::Error::other("it is closed")),
        };
        content
            .map_err(|error| Error::StateBroken { path: self.desk.path.clone(), reason: error.to_string() })
    }

    /// Writes what is known now, and waits until it is on the disk.
    ///
    /// # Errors
    /// `STATE_UNWRITABLE` with what the system said.
    pub fn save(&self) -> Result<()> {
        let mut pending = lock(&self.desk.pending);
        if pending.is_closing {
            return Err(Error::Closed { what: "loader" });
        }
        self.desk.want(&mut pending);
        let goal = pending.wanted;
        while pending.done < goal && !pending.has_ended {
            pending = self.desk.news.wait(pending).unwrap_or_else(PoisonError::into_inner);
        }
        if pending.done < goal {
            return Err(Error::Closed { what: "state file" });
        }
        match &pending.failing {
            Some(reason) => {
                Err(Error::StateUnwritable { path: self.desk.path.clone(), reason: reason.clone() })
            }
            None => Ok(()),
        }
    }

    /// Writes what is left, for a few seconds at most, and lets go of the file.
    pub fn close(&self) {
        let Some(thread) = lock(&self.thread).take() else { return };
        let mut pending = lock(&self.desk.pending);
        pending.is_closing = true;
        self.desk.news.notify_all();
        let end = Instant::now() + END_WAIT;
        while !pending.has_ended {
            let Some(left) = end.checked_duration_since(Instant::now()) else { return };
            let waited = self.desk.news.wait_timeout(pending, left);
            pending = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
        drop(pending);
        // Node unmaps an addon whose worker thread ends: a thread that still ran its code would end the process.
        let _ = thread.join();
    }
}

impl Drop for Keeper {
    fn drop(&mut self) {
        self.close();
    }
}

impl Desk {
    fn want(&self, pending: &mut Pending) {
        pending.wanted += 1;
        self.news.notify_all();
    }

    /// Writes whenever somebody wants it: what is wanted during a write is one more write.
    fn run(&self) {
        let _ended = Ended(self);
        let mut told = HashSet::new();
        while let Some((goal, records)) = self.next() {
            let outcome = self.write(&records);
            let reason = outcome.err().map(|error| error.to_string());
            if let Some(reason) = &reason {
                if told.insert(reason.clone()) {
                    (self.told)(&StateFailure { path: self.path.clone(), reason: reason.clone() });
                }
            } else {
                told.clear();
            }
            let mut pending = lock(&self.pending);
            (pending.done, pending.failing) = (goal, reason);
            self.news.notify_all();
        }
    }

    /// Waits until there is something to write; `None` at the end.
    fn next(&self) -> Option<(u64, BTreeMap<String, Arc<Record>>)> {
        let mut pending = lock(&self.pending);
        loop {
            if pending.wanted > pending.done {
                return Some((pending.wanted, pending.records.clone()));
            }
            if pending.is_closing {
                return None;
            }
            if pending.failing.is_some() {
                let (now, waited) =
                    self.news.wait_timeout(pending, RETRY).unwrap_or_else(PoisonError::into_inner);
                pending = now;
                // The end tries once more too.
                pending.wanted += u64::from(waited.timed_out() || pending.is_closing);
            } else {
                pending = self.news.wait(pending).unwrap_or_else(PoisonError::into_inner);
            }
        }
    }

    fn write(&self, records: &BTreeMap<String, Arc<Record>>) -> io::Result<()> {
        let (header, blobs) = state_json::header(self.registry.names(), records);
        let mut storage = lock(&self.storage);
        let storage = storage.as_mut().ok_or_else(|| io::Error::other("it is closed"))?;
        storage.write(&header, &blobs)?;
        // Two sources may have the same content, each its own.
        let editions = records.values().flat_map(|record| record.editions.values());
        editions.flat_map(|edition| edition.blobs()).for_each(|blob| blob.release());
        Ok(())
    }
}

/// Lets go of the file and says that the thread is at its end, however it came there.
struct Ended<'d>(&'d Desk);

impl Drop for Ended<'_> {
    fn drop(&mut self) {
        lock(&self.0.storage).take();
        lock(&self.0.pending).has_ended = true;
        self.0.news.notify_all();
    }
}

/// A thread that panicked while it held one of these has left it whole.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What a file says of sources; its names are the registry's from now on.
fn read(
    storage: &mut Storage,
    registry: &ToolRegistry,
) -> Result<BTreeMap<String, Arc<Record>>, StateFileFault> {
    let Some(opened) = storage.read()? else { return Ok(BTreeMap::new()) };
    let Known { names, records, blobs } =
        state_json::known(&opened.header, opened.end - opened.body).map_err(StateFileFault::Broken)?;
    registry.merge_names(&names).map_err(|error| StateFileFault::Broken(error.to_string()))?;
    storage.locate(opened.body, &blobs);
    Ok(records)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::registry::OnConflict;
    use crate::state::edition::{Edition, Hash};
    use crate::tool::fingerprint;

    fn record(blob: &Arc<Blob>) -> Record {
        let edition = Edition {
            id: Hash::default(),
            root: Arc::clone(blob),
            found: None,
            others: Vec::new(),
            lacking: Vec::new(),
            overlays: Vec::new(),
        };
        let edition = Arc::new(edition.named());
        Record {
            place: String::new(),
            saved_at: 0,
            bytes: 0,
            seen: Hash::default(),
            is_back: false,
            pins: BTreeMap::new(),
            rejected: BTreeMap::new(),
            versions: Vec::new(),
            editions: BTreeMap::from([(edition.id, edition)]),
            made: Arc::default(),
            kept: BTreeMap::new(),
        }
    }

    #[test]
    fn contents_leave_memory_once_they_are_in_the_file_and_are_there_once() {
        let folder = tempfile::tempdir().expect("a folder");
        let registry = Arc::new(ToolRegistry::new(OnConflict::Refuse));
        let options = StateOptions { path: folder.path().join("state"), on_broken: OnBroken::default() };
        let keeper = Keeper::open(&options, registry, |failure| panic!("{failure:?}")).expect("opens");
        let bytes = Bytes::from(vec![b'x'; 100_000]);
        let blob = || Blob::new(bytes.clone(), fingerprint::sha256(&bytes));
        let blobs = [blob(), blob()];
        assert!(keeper.put("one", record(&blobs[0])) && keeper.put("two", record(&blobs[1])));
        keeper.save().expect("is written");
        for blob in &blobs {
            assert!(blob.bytes().is_none());
            assert_eq!(keeper.content(blob).expect("is there"), bytes);
        }
        assert!(std::fs::metadata(&options.path).expect("a file").len() < 110_000);
        assert!(!keeper.put("one", record(&blobs[0])), "is no news");
        assert!(keeper.forget("one") && keeper.forget("two"));
        keeper.save().expect("is written");
        assert_eq!(keeper.content(&blobs[0]).expect_err("is gone").code().as_str(), "STATE_BROKEN");
        keeper.close();
        assert_eq!(keeper.save().expect_err("is closed").code().as_str(), "CLOSED");
    }
}
