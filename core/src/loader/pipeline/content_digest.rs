//! The SHA-256 of a document, computed on a thread of its own while the document is parsed.

use std::cell::LazyCell;
use std::thread;

use crate::json::checksum;
use crate::loader::load_report::LoadReport;
use crate::retrieve::Bundle;
use crate::tool::sha256::{hex, sha256};

/// The SHA-256, length and checksum of a document.
#[derive(Clone, Copy)]
pub struct ContentDigest {
    pub hash: [u8; 32],
    pub length: usize,
    pub checksum: u64,
}

impl ContentDigest {
    pub fn compute(bundle: &Bundle) -> Self {
        let bytes = bundle.original_bytes();
        Self { hash: sha256(bytes), length: bytes.len(), checksum: checksum(bytes) }
    }

    /// Runs `work` while a thread computes the digest: SHA-256 over 13 MB takes a fifth of the time of a load. The argument of
    /// `work` waits for the thread.
    pub fn beside<T>(bundle: &Bundle, work: impl FnOnce(&dyn Fn() -> Self) -> T) -> T {
        thread::scope(|scope| {
            let hashing = thread::Builder::new().spawn_scoped(scope, || Self::compute(bundle));
            let computed = move || hashing.ok()?.join().ok();
            let digest = LazyCell::new(|| computed().unwrap_or_else(|| Self::compute(bundle)));
            work(&|| *digest)
        })
    }

    /// Writes length and hash into a report.
    pub fn write_to(&self, report: &mut LoadReport) {
        (report.bytes, report.hash) = (self.length, hex(&self.hash));
    }
}
