//! What is saved of one source.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::edition::{Edition, Hash, digest_of};
use super::shelf::Lineage;
use crate::loader::history::SourceVersion;
use crate::loader::loaded_source::LoadedSource;
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
    /// What is known of a source now; `None` for one that no load has gone well of, and for a text without a name of its own.
    pub fn of(source: &LoadedSource, now: u64) -> Option<Self> {
        if source.place.is_text() && source.options.name.is_none() {
            return None;
        }
        Some(Self {
            place: digest_of(&source.place),
            saved_at: now,
            bytes: source.state.report.bytes,
            seen: source.state.applied?,
            is_back: source.state.is_back,
            pins: source.pins.clone(),
            rejected: source.rejected.iter().map(|(tool, print)| (tool.clone(), print.clone())).collect(),
            versions: source.history.list(),
            editions: source.shelf.editions().clone(),
            made: Arc::clone(source.shelf.made()),
            kept: source.shelf.kept().clone(),
        })
    }

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
