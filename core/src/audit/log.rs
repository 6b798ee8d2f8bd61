//! The audit log: one writer, one line for each record.

use std::io::{self, BufReader, ErrorKind};
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

use serde::Serialize;
use serde_json::{Value, json};

use super::chain_end::ChainEnd;
use super::options::{AuditOptions, Durability, OnBroken};
use super::record::{NewRecord, write_line};
use super::sink::{AuditSink, LockedFile, put_aside};
use super::syncer::DiskSyncer;
use super::verify::{AuditVerdict, verify};
use crate::error::{BrokenAuditRecord, Error, Result};

/// The format version of the records. Each record of kind `open` has it.
const FORMAT: u32 = 1;

/// A failure that lost records.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AuditFailure {
    /// The file.
    pub path: String,
    /// The reason that the system gives.
    pub reason: String,
    /// Records that were lost so far.
    pub missing: u64,
}

/// The status of a log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AuditStatus {
    /// The file.
    pub path: String,
    /// The number of the newest record.
    pub seq: u64,
    /// Its hash.
    pub hash: String,
    /// Records that were lost since it was opened.
    pub missing: u64,
}

type FailureListener = Arc<dyn Fn(&AuditFailure) + Send + Sync>;

/// A log that is being written. Any thread may write; records keep their order, and each is written whole before
/// [`AuditLog::record`] returns. A record that cannot be written fails no call: it is counted and reported once, and the
/// next record follows one of kind `gap` with the number of missing ones.
pub struct AuditLog {
    path: String,
    calls: bool,
    durability: Durability,
    on_failure: FailureListener,
    state: Mutex<LogState>,
}

struct LogState {
    /// `None` once the log is closed.
    sink: Option<Box<dyn AuditSink>>,
    syncer: Option<DiskSyncer>,
    chain: ChainEnd,
    /// The end of the newest record, in bytes.
    length: u64,
    /// Whether a part of a failed record may follow it.
    is_torn: bool,
    /// Records that are missing after the newest one.
    gap: u64,
    /// Records that are missing since the log was opened.
    missing: u64,
    is_failing: bool,
}

impl AuditLog {
    /// Opens the log of a file, or begins one. `on_failure` is called once for a failure, until a record can be written again. It
    /// runs on the thread that records, and must not record.
    ///
    /// # Errors
    /// `AUDIT_BROKEN` with the first bad record of a file that does not verify, `AUDIT_UNWRITABLE` for a file that another
    /// registry writes or that cannot be opened.
    pub fn open(
        options: &AuditOptions,
        on_failure: impl Fn(&AuditFailure) + Send + Sync + 'static,
    ) -> Result<Self> {
        let path = std::path::absolute(&options.path).unwrap_or_else(|_| options.path.clone());
        let unwritable = |error: io::Error| Error::AuditUnwritable {
            path: path.display().to_string(),
            reason: error.to_string(),
        };
        let open = || {
            let file = LockedFile::open(&path)?;
            let verdict = verify(BufReader::with_capacity(1 << 18, file.reader()?), None)?;
            Ok((file, verdict))
        };
        let (mut file, mut verdict) = open().map_err(unwritable)?;
        let mut begun = json!({"format": FORMAT, "pid": std::process::id(), "calls": options.calls});
        if let Some(bad) = verdict.bad.take() {
            if options.on_broken == OnBroken::Refuse {
                let (path, line, seq) = (path.display().to_string(), bad.line, bad.seq);
                let record = BrokenAuditRecord { path, line, seq, reason: bad.reason };
                return Err(Error::AuditBroken(Box::new(record)));
            }
            let aside = put_aside(&path, now_ms()).map_err(unwritable)?;
            begun["aside"] = json!({"path": aside.display().to_string(), "bad": bad});
            (file, verdict) = open().map_err(unwritable)?;
        }
        let length = repair_end(&mut file, &verdict).map_err(unwritable)?;
        let on_failure: FailureListener = Arc::new(on_failure);
        let syncer = match options.sync {
            Durability::Interval => Some(Self::syncer(&file, &path, &on_failure).map_err(unwritable)?),
            Durability::None | Durability::Each => None,
        };
        let chain = ChainEnd { seq: verdict.last.seq, hash: verdict.last.hash };
        let log = Self {
            path: path.display().to_string(),
            calls: options.calls,
            durability: options.sync,
            on_failure,
            state: Mutex::new(LogState { syncer, ..LogState::after(Box::new(file), chain, length) }),
        };
        if verdict.torn > 0 {
            log.record("torn", &json!({"bytes": verdict.torn}));
        }
        log.record("open", &begun);
        Ok(log)
    }

    /// A new log into a sink, with calls. Each record is synced.
    pub fn into_sink(
        sink: impl AuditSink + 'static,
        on_failure: impl Fn(&AuditFailure) + Send + Sync + 'static,
    ) -> Self {
        Self {
            path: String::new(),
            calls: true,
            durability: Durability::Each,
            on_failure: Arc::new(on_failure),
            state: Mutex::new(LogState::after(Box::new(sink), ChainEnd::default(), 0)),
        }
    }

    fn syncer(file: &LockedFile, path: &Path, on_failure: &FailureListener) -> io::Result<DiskSyncer> {
        let (on_failure, path) = (Arc::clone(on_failure), path.display().to_string());
        DiskSyncer::start(file.duplicate()?, move |error| {
            on_failure(&AuditFailure { path: path.clone(), reason: error.to_string(), missing: 0 });
        })
    }

    /// Whether calls are recorded.
    pub const fn has_calls(&self) -> bool {
        self.calls
    }

    /// Writes a record. A closed log ignores it.
    pub fn record(&self, kind: &str, data: &Value) {
        let failure = {
            let mut state = self.state();
            let Err(error) = state.record(kind, data, self.durability) else { return };
            if std::mem::replace(&mut state.is_failing, true) {
                return;
            }
            AuditFailure { path: self.path.clone(), reason: error.to_string(), missing: state.missing }
        };
        (self.on_failure)(&failure);
    }

    /// The status. Its newest record is an anchor for [`verify()`].
    pub fn status(&self) -> AuditStatus {
        let state = self.state();
        AuditStatus {
            path: self.path.clone(),
            seq: state.chain.seq,
            hash: state.chain.hash.clone(),
            missing: state.missing,
        }
    }

    /// Writes the last record, syncs the file and unlocks it.
    pub fn close(&self) {
        self.record("close", &json!({}));
        let (sink, syncer) = {
            let mut state = self.state();
            (state.sink.take(), state.syncer.take())
        };
        // Its drop syncs the rest and may report a failure, so the lock is released first.
        drop(syncer);
        drop(sink);
    }

    /// A thread that panicked here has left a chain that is whole up to its length, so a poisoned lock is no fault.
    fn state(&self) -> MutexGuard<'_, LogState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for AuditLog {
    fn drop(&mut self) {
        self.close();
    }
}

impl LogState {
    fn after(sink: Box<dyn AuditSink>, chain: ChainEnd, length: u64) -> Self {
        Self {
            sink: Some(sink),
            syncer: None,
            chain,
            length,
            is_torn: false,
            gap: 0,
            missing: 0,
            is_failing: false,
        }
    }

    fn record(&mut self, kind: &str, data: &Value, durability: Durability) -> io::Result<()> {
        let Some(mut sink) = self.sink.take() else { return Ok(()) };
        let written = self.write(&mut *sink, kind, data);
        let outcome = match written {
            Ok(()) if durability == Durability::Each => sink.sync(),
            Ok(()) => {
                self.syncer.iter().for_each(DiskSyncer::note_write);
                Ok(())
            }
            Err(error) => {
                self.gap += 1;
                self.missing += 1;
                Err(error)
            }
        };
        self.sink = Some(sink);
        self.is_failing &= outcome.is_err();
        outcome
    }

    fn write(&mut self, sink: &mut dyn AuditSink, kind: &str, data: &Value) -> io::Result<()> {
        if self.gap > 0 {
            self.append(sink, "gap", &json!({"missing": self.gap}))?;
            self.gap = 0;
        }
        self.append(sink, kind, data)
    }

    fn append(&mut self, sink: &mut dyn AuditSink, kind: &str, data: &Value) -> io::Result<()> {
        if self.is_torn {
            sink.truncate(self.length)?;
            self.is_torn = false;
        }
        let (line, hash) = write_line(&NewRecord {
            seq: self.chain.seq + 1,
            time: now_ms(),
            kind,
            data,
            prev: &self.chain.hash,
        });
        if let Err(error) = write_all(sink, &line) {
            // The torn part is cut off at once, before the next record, or by the next process that opens the file.
            self.is_torn = sink.truncate(self.length).is_err();
            return Err(error);
        }
        self.chain = ChainEnd { seq: self.chain.seq + 1, hash };
        self.length += line.len() as u64;
        Ok(())
    }
}

/// One `write`, unless the system takes a part of the line only.
fn write_all(sink: &mut dyn AuditSink, mut line: &[u8]) -> io::Result<()> {
    while !line.is_empty() {
        match sink.write(line) {
            Ok(0) => return Err(ErrorKind::WriteZero.into()),
            Ok(written) => line = &line[written.min(line.len())..],
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// Cuts off a torn record and gives the length of the file. A record that lacks its line feed alone gets it.
fn repair_end(file: &mut LockedFile, verdict: &AuditVerdict) -> io::Result<u64> {
    if verdict.torn > 0 {
        file.truncate(verdict.end)?;
    }
    if verdict.lacks_line_feed {
        write_all(file, b"\n")?;
        return Ok(verdict.end + 1);
    }
    Ok(verdict.end)
}

fn now_ms() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}
