//! One document that was loaded.

use std::collections::BTreeMap;

use super::history::{History, SourceVersion};
use super::options::LoadOptions;
use super::progress::Content;
use super::report::LoadReport;
use crate::error::{Error, ErrorCode};
use crate::json::HashMap;
use crate::registry::Snapshot;
use crate::spec::SpecSource;

/// One document that was loaded, with what it takes to load it again.
pub struct Source {
    pub name: String,
    pub place: SpecSource,
    pub options: LoadOptions,
    pub state: State,
    pub history: History,
    /// Tools and the schema hash that each may have.
    pub pins: BTreeMap<String, String>,
    /// What was rejected of its tools, by the print of what each would have been.
    pub rejected: HashMap<String, String>,
}

impl Source {
    /// A document that no load has gone well of.
    pub fn new(name: &str, place: &SpecSource, options: &LoadOptions) -> Self {
        Self {
            name: name.to_owned(),
            place: place.clone(),
            options: options.clone(),
            state: State::default(),
            history: History::default(),
            pins: BTreeMap::new(),
            rejected: HashMap::default(),
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

    /// Whether no load of it has gone well, or it was unloaded.
    pub const fn is_new(&self) -> bool {
        self.state.applied.is_none()
    }
}

/// What the last readings of a document came to.
#[derive(Default)]
pub struct State {
    /// The content that the tools were made from.
    pub applied: Option<[u8; 32]>,
    /// Its [`checksum`](crate::json::checksum).
    pub checksum: u64,
    /// The reading that was applied last, by its number.
    pub last: u64,
    /// What the reading that was applied came to.
    pub report: LoadReport,
    /// Whether other documents belong to it.
    pub has_more: bool,
    /// Names of the tools that it had when it was last changed.
    pub standing: Vec<String>,
    /// Whether the tools are those of an older content since.
    pub is_back: bool,
    /// The last fault that was told, so that it is told once: the content, and its code.
    told: Option<(Option<[u8; 32]>, ErrorCode)>,
}

impl State {
    /// After a load that went well.
    pub fn loaded(content: Content, reading: u64, report: &LoadReport, has_more: bool) -> Self {
        let Content { hash, checksum, .. } = content;
        let report = report.clone();
        Self { applied: Some(hash), checksum, last: reading, report, has_more, ..Self::default() }
    }

    /// Whether a fault of this content was not told yet.
    pub fn is_news(&mut self, content: Option<[u8; 32]>, error: &Error) -> bool {
        let fault = Some((content, error.code()));
        std::mem::replace(&mut self.told, fault) != fault
    }

    /// After content that is in use every fault is news again.
    pub fn is_well(&mut self) {
        self.told = None;
    }
}
