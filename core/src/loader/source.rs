//! One document that was loaded.

use super::options::LoadOptions;
use super::progress::Content;
use super::report::LoadReport;
use crate::error::{Error, ErrorCode};
use crate::spec::SpecSource;

/// One document that was loaded, with what it takes to load it again.
pub struct Source {
    pub name: String,
    pub place: SpecSource,
    pub options: LoadOptions,
    pub state: State,
}

impl Source {
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
    /// The last fault that was told, so that it is told once: the content, and its code.
    told: Option<(Option<[u8; 32]>, ErrorCode)>,
}

impl State {
    /// After a load that went well.
    pub fn loaded(content: Content, reading: u64, report: &LoadReport, has_more: bool) -> Self {
        let Content { hash, checksum, .. } = content;
        Self { applied: Some(hash), checksum, last: reading, report: report.clone(), has_more, told: None }
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
