//! How far a load came: what it has, what it needs next, and what it is of.

use std::borrow::Cow;
use std::cell::LazyCell;
use std::thread;

use serde_json::Value;
use url::Url;

use super::load_report::{CheckReport, LoadReport};
use super::options::LoadOptions;
use super::truncated_document::Truncation;
use crate::convert::ConversionInput;
use crate::convert::{FilterAnswers, FilterQuestion};
use crate::error::Result;
use crate::json::{Arena, checksum};
use crate::retrieve::{Bundle, ParsedBundle};
use crate::review::Opinions;
use crate::spec::Document;
use crate::tool::fingerprint;
use crate::unicode::{HiddenUnicode, may_hide};

/// What a load has so far.
pub struct LoadInputs {
    pub bundle: Bundle,
    /// What the caller's function said.
    pub answers: Option<FilterAnswers>,
    /// What the caller's gates said.
    pub opinions: Option<Opinions>,
    /// What a watcher said, where it is from one.
    pub truncation: Option<Truncation>,
}

impl LoadInputs {
    pub const fn new(bundle: Bundle) -> Self {
        Self { bundle, answers: None, opinions: None, truncation: None }
    }
}

/// A document's bytes, measured.
#[derive(Clone, Copy)]
pub struct ContentDigest {
    pub hash: [u8; 32],
    pub length: usize,
    pub checksum: u64,
}

impl ContentDigest {
    pub fn of(bundle: &Bundle) -> Self {
        let bytes = bundle.original_bytes();
        Self { hash: fingerprint::sha256(bytes), length: bytes.len(), checksum: checksum(bytes) }
    }

    /// Does some work while a document is measured: a hash over 13 MB takes as long as a fifth of all the rest, and needs
    /// nothing of it.
    pub fn beside<T>(bundle: &Bundle, work: impl FnOnce(&dyn Fn() -> Self) -> T) -> T {
        thread::scope(|scope| {
            let hashing = thread::Builder::new().spawn_scoped(scope, || Self::of(bundle));
            let measured = move || hashing.ok()?.join().ok();
            let content = LazyCell::new(|| measured().unwrap_or_else(|| Self::of(bundle)));
            work(&|| *content)
        })
    }

    /// Says in a report what it is of.
    pub fn name(&self, report: &mut LoadReport) {
        (report.bytes, report.hash) = (self.length, fingerprint::hex(&self.hash));
    }
}

/// How far a load came with what was read.
pub enum LoadStep {
    Done(Box<CheckReport>),
    /// It needs its overlays first.
    Lays,
    /// It needs other documents first.
    Wants(Vec<Url>),
    /// It needs to know what the caller's function says first.
    Asks(Vec<FilterQuestion>),
    /// It needs to know what the caller's gates say first.
    Judges(Value),
}

pub enum OpenOutcome<'a> {
    Document(ConversionInput<'a>),
    Wants(Vec<Url>),
}

/// The document in a bundle, if it has all that it refers to.
pub fn open<'a>(
    bundle: &Bundle,
    texts: &'a [Cow<'a, str>],
    arena: &'a Arena,
    options: &LoadOptions,
) -> Result<OpenOutcome<'a>> {
    let ParsedBundle { mut library, wanted, notes } = bundle.parse(texts, arena, &options.limits)?;
    if !wanted.is_empty() {
        return Ok(OpenOutcome::Wants(wanted));
    }
    let of_source = if bundle.is_of_network() { HiddenUnicode::Strip } else { HiddenUnicode::Flag };
    // Most documents have none at all, which one look at their bytes tells.
    if texts.iter().any(|text| may_hide(text)) {
        library.set_hidden_unicode(options.definition_unicode.unwrap_or(of_source));
    }
    let document = Document::new(library)?;
    let bytes = texts.iter().map(|text| text.len()).sum();
    Ok(OpenOutcome::Document(ConversionInput { document, notes, bytes }))
}
