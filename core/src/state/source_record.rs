//! What is saved of one source.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::edition::{Edition, Hash, digest_of};
use super::edition_cache::Lineage;
use crate::review::SourceVersion;
use crate::spec::SpecSource;

/// What is saved of one source. Nothing of its options: those have secrets, and functions.
#[derive(Clone, Debug)]
pub struct Record {
    /// What tells its place from others.
    pub place: String,
    /// Since when it is what it is, in ms since 1970.
    pub saved_at: u64,
    /// The document's length in bytes.
    pub bytes: usize,
    /// The document that was read last.
    pub seen: Hash,
    /// Whether the tools are those of an older one since.
    pub is_back: bool,
    /// Tools and the schema hash that each may have.
    pub pins: BTreeMap<String, String>,
    /// What was rejected, by the print of what each tool would have been.
    pub rejected: BTreeMap<String, String>,
    /// The newest first.
    pub versions: Vec<SourceVersion>,
    pub editions: BTreeMap<Hash, Arc<Edition>>,
    pub made: Arc<Lineage>,
    pub kept: BTreeMap<u64, Arc<Lineage>>,
}

impl Record {
    /// Whether it is of this place.
    pub fn is_at(&self, place: &SpecSource) -> bool {
        self.place == digest_of(place)
    }

    /// Whether nothing but the time is another.
    pub fn is_same_as(&self, other: &Self) -> bool {
        self.place == other.place
            && (self.bytes, self.seen, self.is_back) == (other.bytes, other.seen, other.is_back)
            && (&self.pins, &self.rejected) == (&other.pins, &other.rejected)
            && self.versions == other.versions
            && self.editions.keys().eq(other.editions.keys())
            && (&self.made, &self.kept) == (&other.made, &other.kept)
    }
}
