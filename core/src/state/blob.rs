//! The bytes of one document of a state file: in memory until they are in the file.

use std::sync::{Arc, Mutex, PoisonError};

use crate::spec::Bytes;

/// A SHA-256.
pub type BlobHash = [u8; 32];

/// The bytes of one document, known by their hash.
#[derive(Debug)]
pub struct Blob {
    pub hash: BlobHash,
    /// In bytes.
    pub length: u64,
    bytes: Mutex<Option<Bytes>>,
}

impl Blob {
    /// Bytes that are in memory, and not in the file yet.
    pub fn in_memory(bytes: Bytes, hash: BlobHash) -> Arc<Self> {
        Arc::new(Self { hash, length: bytes.len() as u64, bytes: Mutex::new(Some(bytes)) })
    }

    /// Bytes that are in the file.
    pub fn in_file(hash: BlobHash, length: u64) -> Arc<Self> {
        Arc::new(Self { hash, length, bytes: Mutex::new(None) })
    }

    /// The bytes, where they are in memory.
    pub fn bytes(&self) -> Option<Bytes> {
        self.bytes.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Frees the memory of bytes that are in the file.
    pub fn release(&self) {
        *self.bytes.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
}
