//! The record of one source in a state file.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::blob::BlobHash;
use super::saved_inputs::{SavedInputs, source_digest};
use super::source_inputs::InputsByOperation;
use crate::review::SourceVersion;
use crate::spec::SpecSource;

/// The saved state of one source. It has no options: those have secrets and functions.
#[derive(Clone, Debug)]
pub struct SourceRecord {
    /// The [`source_digest`] of the document's source.
    pub source: String,
    /// When it last changed, in ms since 1970.
    pub saved_at: u64,
    /// The document's length in bytes.
    pub bytes: usize,
    /// SHA-256 of the document that was read last.
    pub last_read: BlobHash,
    /// Whether a rollback put older tools in place of that document's.
    pub is_rolled_back: bool,
    /// The pinned schema hash of each tool.
    pub pins: BTreeMap<String, String>,
    /// Rejected changes: the fingerprint that each tool would have had.
    pub rejected: BTreeMap<String, String>,
    /// The newest first.
    pub versions: Vec<SourceVersion>,
    /// The saved inputs, by their id.
    pub inputs: BTreeMap<BlobHash, Arc<SavedInputs>>,
    /// The inputs of the tools in use.
    pub active: Arc<InputsByOperation>,
    /// The inputs of the tools of each kept version, by its number.
    pub kept: BTreeMap<u64, Arc<InputsByOperation>>,
}

impl SourceRecord {
    /// Whether the record is of this source.
    pub fn is_of(&self, source: &SpecSource) -> bool {
        self.source == source_digest(source)
    }

    /// Whether two records are equal, apart from their time.
    pub fn is_same_as(&self, other: &Self) -> bool {
        self.source == other.source
            && (self.bytes, self.last_read, self.is_rolled_back)
                == (other.bytes, other.last_read, other.is_rolled_back)
            && (&self.pins, &self.rejected) == (&other.pins, &other.rejected)
            && self.versions == other.versions
            && self.inputs.keys().eq(other.inputs.keys())
            && (&self.active, &self.kept) == (&other.active, &other.kept)
    }
}
