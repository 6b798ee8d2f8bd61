//! Keeps a state file up to date: records change in memory at once, and a thread writes them to the file.

use std::collections::{BTreeMap, HashSet};
use std::io;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use serde::Serialize;

use super::blob::Blob;
use super::options::StateOptions;
use super::source_record::SourceRecord;
use super::state_file::{StateFile, unwritable};
use super::state_format::StateFileFault;
use super::state_json::{SavedState, read_header, write_header};
use crate::audit::OnBroken;
use crate::error::{Error, Result};
use crate::registry::ToolRegistry;
use crate::spec::Bytes;

/// The time from a failed write to the next try, where nothing changes.
const RETRY: Duration = Duration::from_secs(30);
/// The longest wait of `close` for the last write: a dead network mount may block it for minutes.
const CLOSE_TIMEOUT: Duration = Duration::from_secs(5);

/// A failed write: the state file is older than the state.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct StateFailure {
    /// The file.
    pub path: String,
    /// What failed.
    pub reason: String,
}

/// The reason where the file is used after it was closed.
const CLOSED: &str = "the state file is closed";

type StateFailureListener = Box<dyn Fn(&StateFailure) + Send + Sync>;

/// Keeps a state file up to date.
pub struct StateKeeper {
    shared: Arc<KeeperState>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

/// The state that the writing thread shares with callers.
struct KeeperState {
    path: String,
    registry: Arc<ToolRegistry>,
    on_failure: StateFailureListener,
    /// Locked while the file is written, and while a blob is read. `None` once it is closed.
    file: Mutex<Option<StateFile>>,
    pending: Mutex<PendingWrites>,
    changed: Condvar,
}

/// The records, and the requests to write them.
#[derive(Default)]
struct PendingWrites {
    records: BTreeMap<String, Arc<SourceRecord>>,
    /// The number of requested writes.
    requested: u64,
    /// The number of requests that a write has served.
    done: u64,
    /// Why the last write failed, where it did.
    failure: Option<String>,
    is_closing: bool,
    has_ended: bool,
}

impl StateKeeper {
    /// Opens a file, and merges its names into the registry. `on_failure` is called for failed writes, once for each reason
    /// until a write succeeds.
    ///
    /// # Errors
    /// `STATE_LOCKED`, `STATE_UNWRITABLE`, and `STATE_BROKEN` unless the option `onBroken` puts a broken file aside.
    pub fn open(
        options: &StateOptions,
        registry: Arc<ToolRegistry>,
        on_failure: impl Fn(&StateFailure) + Send + Sync + 'static,
    ) -> Result<Self> {
        let mut file = StateFile::open(&options.path)?;
        let path = file.path().display().to_string();
        let records = match read_records(&mut file, &registry) {
            Ok(records) => records,
            Err(StateFileFault::Io(error)) => return Err(unwritable(file.path(), &error)),
            Err(StateFileFault::Broken(reason)) if options.on_broken == OnBroken::Begin => {
                let aside = file.put_aside().map_err(|error| unwritable(file.path(), &error))?;
                let reason = format!("{reason}; it is renamed to {}", aside.display());
                on_failure(&StateFailure { path: path.clone(), reason });
                BTreeMap::new()
            }
            Err(StateFileFault::Broken(reason)) => return Err(Error::StateBroken { path, reason }),
        };
        let shared = Arc::new(KeeperState {
            path,
            registry,
            on_failure: Box::new(on_failure),
            file: Mutex::new(Some(file)),
            pending: Mutex::new(PendingWrites { records, ..PendingWrites::default() }),
            changed: Condvar::new(),
        });
        let writer = Arc::clone(&shared);
        let thread = thread::Builder::new().name("toolrack-state".to_owned()).spawn(move || writer.run());
        let thread = thread.map_err(|error| Error::Internal { reason: error.to_string() })?;
        Ok(Self { shared, thread: Mutex::new(Some(thread)) })
    }

    /// The record of a source.
    pub fn record(&self, source: &str) -> Option<Arc<SourceRecord>> {
        lock(&self.shared.pending).records.get(source).cloned()
    }

    /// Sets the record of a source. Gives whether it changed.
    pub fn set_record(&self, source: &str, record: SourceRecord) -> bool {
        let mut pending = lock(&self.shared.pending);
        let is_changed = pending.records.get(source).is_none_or(|known| !known.is_same_as(&record));
        if is_changed {
            pending.records.insert(source.to_owned(), Arc::new(record));
            self.shared.request_write(&mut pending);
        }
        is_changed
    }

    /// Removes the record of a source. Gives whether there was one.
    pub fn remove_record(&self, source: &str) -> bool {
        let mut pending = lock(&self.shared.pending);
        let was_known = pending.records.remove(source).is_some();
        if was_known {
            self.shared.request_write(&mut pending);
        }
        was_known
    }

    /// The bytes of a blob, from memory or from the file.
    ///
    /// # Errors
    /// `STATE_BROKEN` where they are in neither.
    pub fn read_blob(&self, blob: &Blob) -> Result<Bytes> {
        let mut file = lock(&self.shared.file);
        let bytes = match file.as_mut() {
            Some(file) => file.read_blob(blob),
            None => Err(io::Error::other(CLOSED)),
        };
        bytes
            .map_err(|error| Error::StateBroken { path: self.shared.path.clone(), reason: error.to_string() })
    }

    /// Writes the current records, and waits until they are on the disk.
    ///
    /// # Errors
    /// `STATE_UNWRITABLE` with the reason of the operating system, `CLOSED`.
    pub fn save(&self) -> Result<()> {
        let mut pending = lock(&self.shared.pending);
        if pending.is_closing {
            return Err(Error::Closed { what: "loader" });
        }
        self.shared.request_write(&mut pending);
        let goal = pending.requested;
        while pending.done < goal && !pending.has_ended {
            pending = self.shared.changed.wait(pending).unwrap_or_else(PoisonError::into_inner);
        }
        if pending.done < goal {
            return Err(Error::Closed { what: "state file" });
        }
        match &pending.failure {
            Some(reason) => {
                Err(Error::StateUnwritable { path: self.shared.path.clone(), reason: reason.clone() })
            }
            None => Ok(()),
        }
    }

    /// Writes the records that are left, for a few seconds at most, and releases the file.
    pub fn close(&self) {
        let Some(thread) = lock(&self.thread).take() else { return };
        let mut pending = lock(&self.shared.pending);
        pending.is_closing = true;
        self.shared.changed.notify_all();
        let deadline = Instant::now() + CLOSE_TIMEOUT;
        while !pending.has_ended {
            let Some(remaining) = deadline.checked_duration_since(Instant::now()) else { return };
            let waited = self.shared.changed.wait_timeout(pending, remaining);
            pending = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
        drop(pending);
        // Node unmaps an addon whose worker thread ends: a thread that still ran its code would end the process.
        let _ = thread.join();
    }
}

impl Drop for StateKeeper {
    fn drop(&mut self) {
        self.close();
    }
}

impl KeeperState {
    /// Requests a write.
    fn request_write(&self, pending: &mut PendingWrites) {
        pending.requested += 1;
        self.changed.notify_all();
    }

    /// The writing thread. All requests that arrive during a write are served by one more write.
    fn run(&self) {
        let _guard = WriterGuard(self);
        let mut reported = HashSet::new();
        while let Some((goal, records)) = self.next_write() {
            let outcome = self.write(&records);
            let reason = outcome.err().map(|error| error.to_string());
            if let Some(reason) = &reason {
                if reported.insert(reason.clone()) {
                    (self.on_failure)(&StateFailure { path: self.path.clone(), reason: reason.clone() });
                }
            } else {
                reported.clear();
            }
            let mut pending = lock(&self.pending);
            (pending.done, pending.failure) = (goal, reason);
            self.changed.notify_all();
        }
    }

    /// Waits for a request. Gives its number and the records; `None` once the keeper is closed.
    fn next_write(&self) -> Option<(u64, BTreeMap<String, Arc<SourceRecord>>)> {
        let mut pending = lock(&self.pending);
        loop {
            if pending.requested > pending.done {
                return Some((pending.requested, pending.records.clone()));
            }
            if pending.is_closing {
                return None;
            }
            if pending.failure.is_some() {
                let (guard, wait) =
                    self.changed.wait_timeout(pending, RETRY).unwrap_or_else(PoisonError::into_inner);
                pending = guard;
                // Closing tries once more too.
                pending.requested += u64::from(wait.timed_out() || pending.is_closing);
            } else {
                pending = self.changed.wait(pending).unwrap_or_else(PoisonError::into_inner);
            }
        }
    }

    fn write(&self, records: &BTreeMap<String, Arc<SourceRecord>>) -> io::Result<()> {
        let (header, blobs) = write_header(self.registry.names(), records);
        let mut file = lock(&self.file);
        let file = file.as_mut().ok_or_else(|| io::Error::other(CLOSED))?;
        file.write(&header, &blobs)?;
        // Two sources may have the same document, each with a blob of its own.
        let inputs = records.values().flat_map(|record| record.inputs.values());
        inputs.flat_map(|inputs| inputs.blobs()).for_each(|blob| blob.release());
        Ok(())
    }
}

/// Releases the file when the thread ends, also by a panic, and wakes those who wait for it.
struct WriterGuard<'s>(&'s KeeperState);

impl Drop for WriterGuard<'_> {
    fn drop(&mut self) {
        lock(&self.0.file).take();
        lock(&self.0.pending).has_ended = true;
        self.0.changed.notify_all();
    }
}

/// A panic of another thread leaves these values whole: none of them is changed in two steps.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Reads the records of a file, and merges its names into the registry.
fn read_records(
    file: &mut StateFile,
    registry: &ToolRegistry,
) -> Result<BTreeMap<String, Arc<SourceRecord>>, StateFileFault> {
    let Some(parts) = file.read()? else { return Ok(BTreeMap::new()) };
    let blob_bytes = parts.blobs_end - parts.blobs_begin;
    let SavedState { names, records, blobs } =
        read_header(&parts.header, blob_bytes).map_err(StateFileFault::Broken)?;
    registry.merge_names(&names).map_err(|error| StateFileFault::Broken(error.to_string()))?;
    file.set_offsets(parts.blobs_begin, &blobs);
    Ok(records)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::registry::OnConflict;
    use crate::state::blob::BlobHash;
    use crate::state::saved_inputs::SavedInputs;
    use crate::tool::sha256::sha256;

    fn record(blob: &Arc<Blob>) -> SourceRecord {
        let inputs = SavedInputs {
            id: BlobHash::default(),
            root: Arc::clone(blob),
            final_address: None,
            references: Vec::new(),
            unavailable: Vec::new(),
            overlays: Vec::new(),
        };
        let inputs = Arc::new(inputs.with_id());
        SourceRecord {
            source: String::new(),
            saved_at: 0,
            bytes: 0,
            last_read: BlobHash::default(),
            is_rolled_back: false,
            pins: BTreeMap::new(),
            rejected: BTreeMap::new(),
            versions: Vec::new(),
            inputs: BTreeMap::from([(inputs.id, inputs)]),
            active: Arc::default(),
            kept: BTreeMap::new(),
        }
    }

    #[test]
    fn blobs_leave_memory_once_they_are_in_the_file_and_equal_ones_are_written_once() {
        let folder = tempfile::tempdir().expect("a folder");
        let registry = Arc::new(ToolRegistry::new(OnConflict::Refuse));
        let options = StateOptions { path: folder.path().join("state"), on_broken: OnBroken::default() };
        let keeper = StateKeeper::open(&options, registry, |failure| panic!("{failure:?}")).expect("opens");
        let bytes = Bytes::from(vec![b'x'; 100_000]);
        let blob = || Blob::in_memory(bytes.clone(), sha256(&bytes));
        let blobs = [blob(), blob()];
        assert!(keeper.set_record("one", record(&blobs[0])) && keeper.set_record("two", record(&blobs[1])));
        keeper.save().expect("is written");
        for blob in &blobs {
            assert!(blob.bytes().is_none());
            assert_eq!(keeper.read_blob(blob).expect("is there"), bytes);
        }
        assert!(std::fs::metadata(&options.path).expect("a file").len() < 110_000);
        assert!(!keeper.set_record("one", record(&blobs[0])), "is unchanged");
        assert!(keeper.remove_record("one") && keeper.remove_record("two"));
        keeper.save().expect("is written");
        assert_eq!(keeper.read_blob(&blobs[0]).expect_err("is gone").code().as_str(), "STATE_BROKEN");
        keeper.close();
        assert_eq!(keeper.save().expect_err("is closed").code().as_str(), "CLOSED");
    }
}
