//! One document that was loaded.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use super::load_report::LoadReport;
use super::options::LoadOptions;
use super::progress::ContentDigest;
use crate::error::{Error, ErrorCode};
use crate::json::HashMap;
use crate::registry::{RegisteredTool, Snapshot};
use crate::retrieve::Dependencies;
use crate::retrieve::FileContents;
use crate::retrieve::Validators;
use crate::review::{History, SourceVersion};
use crate::spec::SpecSource;
use crate::state::{Record, Shelf, digest_of};
use crate::tool::fingerprint::sha256;

/// One document that was loaded, with what it takes to load it again.
pub struct LoadedSource {
    pub name: String,
    pub place: SpecSource,
    pub options: LoadOptions,
    pub state: SourceState,
    pub history: History,
    /// Tools and the schema hash that each may have.
    pub pins: BTreeMap<String, String>,
    /// What was rejected of its tools, by the print of what each would have been.
    pub rejected: HashMap<String, String>,
    /// What its tools were made of, where that is saved.
    pub shelf: Shelf,
}

impl LoadedSource {
    /// A document that no load has gone well of.
    pub fn new(name: &str, place: &SpecSource, options: &LoadOptions) -> Self {
        Self {
            name: name.to_owned(),
            place: place.clone(),
            options: options.clone(),
            state: SourceState::default(),
            history: History::default(),
            pins: BTreeMap::new(),
            rejected: HashMap::default(),
            shelf: Shelf::default(),
        }
    }

    /// Notes what came into use, where anything did.
    pub fn moved(&mut self, mut version: SourceVersion, snapshot: &Snapshot) {
        let tools: Vec<_> = snapshot.tools_of(&self.name).cloned().collect();
        self.state.standing = tools.iter().map(|tool| tool.name().to_owned()).collect();
        let is_known = self.history.active().is_some_and(|active| active.hash == version.hash);
        if is_known && version.added.is_empty() && version.updated.is_empty() && version.removed.is_empty() {
            return;
        }
        version.revision = snapshot.revision();
        self.history.push(version, tools, self.options.keep_versions.0);
    }

    /// What the state file says of it; `None` for one that no load has gone well of, and for a text without a name of its own.
    pub fn record(&self, now: u64) -> Option<Record> {
        if self.place.is_text() && self.options.name.is_none() {
            return None;
        }
        Some(Record {
            place: digest_of(&self.place),
            saved_at: now,
            bytes: self.state.report.bytes,
            seen: self.state.applied?,
            is_back: self.state.is_back,
            pins: self.pins.clone(),
            rejected: self.rejected.iter().map(|(tool, print)| (tool.clone(), print.clone())).collect(),
            versions: self.history.list(),
            editions: self.shelf.editions().clone(),
            made: Arc::clone(self.shelf.made()),
            kept: self.shelf.kept().clone(),
        })
    }

    /// Whether no load of it has gone well, or it was unloaded.
    pub const fn is_new(&self) -> bool {
        self.state.applied.is_none()
    }
}

/// What the last readings of a document came to.
#[derive(Default)]
pub struct SourceState {
    /// The content that the tools were made from.
    pub applied: Option<[u8; 32]>,
    /// Its [`checksum`](crate::json::checksum).
    pub checksum: u64,
    /// The reading that was applied last, by its number.
    pub last: u64,
    /// What the reading that was applied came to.
    pub report: LoadReport,
    /// Names of the tools that it had when it was last changed.
    pub standing: Vec<String>,
    /// The same in the order of the document.
    pub order: Vec<String>,
    /// Whether the tools are those of an older content since.
    pub is_back: bool,
    /// Whether its tools are marked because its document could not be read when it was restored.
    pub is_left: bool,
    /// What they were made of besides that content.
    pub made: Dependencies,
    /// The tools that were taken away because its file is gone.
    pub withdrawn: Option<Vec<Arc<RegisteredTool>>>,
    /// Whether files of it have changed that could not be used because its server did not answer: what it has then is
    /// used whatever it is.
    pub is_behind: bool,
    /// The newest content of its address, where that was refused for what it is: reading it again is of no use.
    pub refused: Option<RefusedContent>,
    /// The faults that were told since it was well, so that each is told once.
    told: Vec<ReportedFault>,
}

/// Content that was refused.
pub struct RefusedContent {
    /// Its [`checksum`](crate::json::checksum) and length.
    pub content: (u64, usize),
    /// What to ask by whether it has changed.
    pub validators: Option<Validators>,
    /// Why it was.
    pub error: Error,
}

/// A fault as it is told: of which content, its code, and what was said where there was no content.
type ReportedFault = (Option<[u8; 32]>, ErrorCode, Option<String>);

/// More faults than these are no longer told apart: a server that answers something else each time would fill memory.
const TOLD: usize = 64;

impl SourceState {
    /// After a load that went well.
    pub fn loaded(
        content: ContentDigest,
        reading: u64,
        report: &LoadReport,
        order: Vec<String>,
        made: Dependencies,
    ) -> Self {
        let ContentDigest { hash, checksum, .. } = content;
        // That a file lost its end is news once.
        let report = LoadReport { truncated: false, ..report.clone() };
        Self { applied: Some(hash), checksum, last: reading, report, order, made, ..Self::default() }
    }

    /// Whether these files are what the tools were made of; without a document's own, whether the others are.
    pub fn is_made_of(&self, document: Option<[u8; 32]>, files: &FileContents) -> bool {
        let hash_at =
            |path: &Path| files.files.iter().find(|(known, _)| known == path).map(|(_, bytes)| sha256(bytes));
        document.is_none_or(|document| self.applied == Some(document))
            && self.made.files.iter().all(|part| part.hash == hash_at(&part.path))
    }

    /// After a source was restored. What is read next is looked at, also what was read last: only that says that the tools are
    /// what the document says. What somebody went back from is the exception.
    pub fn restored(report: &LoadReport, standing: Vec<String>, back_from: Option<[u8; 32]>) -> Self {
        let applied = Some(back_from.unwrap_or_default());
        let is_back = back_from.is_some();
        Self { applied, report: report.clone(), standing, is_back, ..Self::default() }
    }

    /// Whether a fault of this content, or of having none, was not told yet.
    pub fn is_news(&mut self, content: Option<[u8; 32]>, error: &Error) -> bool {
        let said = content.is_none().then(|| error.to_string());
        let fault = (content, error.code(), said);
        if self.told.contains(&fault) {
            return false;
        }
        if self.told.len() == TOLD {
            self.told.remove(0);
        }
        self.told.push(fault);
        true
    }

    /// After content that is in use every fault is news again.
    pub fn is_well(&mut self) {
        self.told.clear();
        self.refused = None;
    }
}
