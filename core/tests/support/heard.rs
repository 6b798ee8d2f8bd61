//! A listener that writes down what it is told.

use std::sync::Mutex;
use std::time::Duration;

use toolrack_core::error::Error;
use toolrack_core::loader::{LoadListener, LoadReport};

#[derive(Default)]
pub struct Heard(Mutex<Vec<String>>);

impl Heard {
    /// What was told since the last time.
    pub fn take(&self) -> Vec<String> {
        std::mem::take(&mut self.0.lock().expect("no panic before"))
    }

    fn note(&self, line: String) {
        self.0.lock().expect("no panic before").push(line);
    }
}

impl LoadListener for Heard {
    fn reloaded(&self, report: &LoadReport) {
        let LoadReport { source, added, updated, removed, .. } = report;
        self.note(format!("reloaded {source} +{} ~{} -{}", added.len(), updated.len(), removed.len()));
    }

    fn reload_failed(&self, source: &str, error: &Error) {
        self.note(format!("failed {source} {}", error.code().as_str()));
    }

    fn source_missing(&self, source: &str, _: &str) {
        self.note(format!("missing {source}"));
    }

    fn polling(&self, reason: &str, _: Duration) {
        self.note(format!("polling {reason}"));
    }
}
