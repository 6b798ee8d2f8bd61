//! The values of a load between its attempts: inputs, content digest, the next question.

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
use crate::unicode::{HiddenUnicode, may_contain_hidden};

/// The inputs that a load has so far.
pub struct LoadInputs {
    pub bundle: Bundle,
    /// The answers of the filter function.
    pub answers: Option<FilterAnswers>,
    /// The answers of the custom gates.
    pub opinions: Option<Opinions>,
    /// Whether the content may be truncated, where a watcher handed it over.
    pub truncation: Option<Truncation>,
}

impl LoadInputs {
    pub const fn new(bundle: Bundle) -> Self {
        Self { bundle, answers: None, opinions: None, truncation: None }
    }
}

/// The SHA-256, length and checksum of a document.
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

    /// Runs `work` while a thread computes the digest: SHA-256 over 13 MB takes a fifth of the time of a load.
    pub fn beside<T>(bundle: &Bundle, work: impl FnOnce(&dyn Fn() -> Self) -> T) -> T {
        thread::scope(|scope| {
            let hashing = thread::Builder::new().spawn_scoped(scope, || Self::of(bundle));
            let measured = move || hashing.ok()?.join().ok();
            let content = LazyCell::new(|| measured().unwrap_or_else(|| Self::of(bundle)));
            work(&|| *content)
        })
    }

    /// Writes length and hash into a report.
    pub fn name(&self, report: &mut LoadReport) {
        (report.bytes, report.hash) = (self.length, fingerprint::hex(&self.hash));
    }
}

/// The outcome of an attempt: a report, or a question.
pub enum LoadStep {
    Done(Box<CheckReport>),
    /// Overlays have to be read.
    Lays,
    /// References have to be read.
    Wants(Vec<Url>),
    /// The filter function has to be called.
    Asks(Vec<FilterQuestion>),
    /// The custom gates have to be called.
    Judges(Value),
}

pub enum OpenOutcome<'a> {
    Document(ConversionInput<'a>),
    Wants(Vec<Url>),
}

/// Opens the document of a bundle, or says which references it needs first.
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
    // Most documents have no hidden Unicode: one scan of their bytes saves the work per text.
    if texts.iter().any(|text| may_contain_hidden(text)) {
        library.set_hidden_unicode(options.definition_unicode.unwrap_or(of_source));
    }
    let document = Document::new(library)?;
    let bytes = texts.iter().map(|text| text.len()).sum();
    Ok(OpenOutcome::Document(ConversionInput { document, notes, bytes }))
}
