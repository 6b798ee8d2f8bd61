//! A disk that fails when a test likes, and logs on it.

use std::io;
use std::sync::{Arc, Mutex, MutexGuard};

use serde_json::Value;
use toolrack_core::audit::{AuditFailure, AuditLog, AuditSink};

/// What a log has written, and what may go wrong.
#[derive(Clone)]
pub struct Disk(Arc<Mutex<State>>);

struct State {
    bytes: Vec<u8>,
    room: usize,
    at_once: usize,
    keeps: bool,
    syncs: bool,
}

impl Default for Disk {
    fn default() -> Self {
        let state =
            State { bytes: Vec::new(), room: usize::MAX, at_once: usize::MAX, keeps: false, syncs: true };
        Self(Arc::new(Mutex::new(state)))
    }
}

impl Disk {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().expect("not poisoned")
    }

    pub fn bytes(&self) -> Vec<u8> {
        self.state().bytes.clone()
    }

    /// It is full after so many bytes more.
    pub fn has_room_for(&self, bytes: usize) {
        self.state().room = bytes;
    }

    /// A write takes no more than so many bytes.
    pub fn takes_at_once(&self, bytes: usize) {
        self.state().at_once = bytes;
    }

    /// Whether what was written can be made sure.
    pub fn syncs(&self, syncs: bool) {
        self.state().syncs = syncs;
    }

    /// Nothing can be cut off.
    pub fn keeps_what_it_has(&self, keeps: bool) {
        self.state().keeps = keeps;
    }
}

impl AuditSink for Disk {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        let mut state = self.state();
        let taken = line.len().min(state.room).min(state.at_once);
        if taken == 0 {
            return Err(io::ErrorKind::StorageFull.into());
        }
        state.room -= taken;
        state.bytes.extend_from_slice(&line[..taken]);
        Ok(taken)
    }

    fn truncate(&mut self, length: u64) -> io::Result<()> {
        let mut state = self.state();
        if state.keeps {
            return Err(io::Error::other("input/output error"));
        }
        let length = usize::try_from(length).expect("a short log");
        state.room = state.room.saturating_add(state.bytes.len() - length);
        state.bytes.truncate(length);
        Ok(())
    }

    fn sync(&mut self) -> io::Result<()> {
        if self.state().syncs { Ok(()) } else { Err(io::Error::other("input/output error")) }
    }
}

/// A log on a disk, which writes down what it is told of failures.
pub fn log_of(disk: &Disk, failures: &Arc<Mutex<Vec<AuditFailure>>>) -> AuditLog {
    let failures = Arc::clone(failures);
    let told = move |failure: &AuditFailure| failures.lock().expect("not poisoned").push(failure.clone());
    AuditLog::into_sink(disk.clone(), told)
}

/// A log with a record for each of these data.
pub fn written(data: &[Value]) -> Vec<u8> {
    let disk = Disk::default();
    let log = log_of(&disk, &Arc::default());
    for data in data {
        log.record("change", data);
    }
    disk.bytes()
}

/// The records of a log.
pub fn lines(log: &[u8]) -> Vec<Value> {
    let lines = log.split_inclusive(|byte| *byte == b'\n');
    lines.map(|line| serde_json::from_slice(line).expect("a record")).collect()
}
