//! The bundle of a document: its bytes, its overlays, and the documents that its `$ref`s lead to.

use std::borrow::Cow;
use std::collections::HashMap;
use std::path::PathBuf;

use url::Url;

use super::bundled_document::BundledDocument;
use super::dependencies::{Dependencies, DependencyFile};
use super::fetch::{FetchedDocument, fetch_document};
use super::local_file::absolute_path;
use super::overlaid_document::{apply_overlays, duplicate_key_note};
use super::reference_reader::{ReferenceReader, ReferencedDocuments};
use super::validators::Validators;
use crate::error::{Error, Result};
use crate::http::HttpClient;
use crate::json::Arena;
use crate::schema::{DocumentSet, DocumentSource, Location, Note};
use crate::spec::{Bytes, ParseLimits, SpecSource, decode_text, parse_document};

/// A document and what belongs to it: overlays, and the documents of its references once they were read.
pub struct Bundle {
    /// The loaded document first, with its overlays applied; then those that references lead to.
    documents: Vec<BundledDocument>,
    /// The loaded document as it was read, where overlays are applied to it.
    before_overlays: Option<Bytes>,
    overlays: Vec<(SpecSource, Bytes)>,
    /// Notes on what parsing and the overlays changed.
    notes: Vec<Note>,
    /// References that could not be read, each with its error.
    unavailable: Vec<(Url, Error)>,
    /// Whether the documents of the references were read.
    has_read_references: bool,
    /// Files that a watcher read together with the document, by absolute path.
    preread: HashMap<PathBuf, Bytes>,
    /// The files of overlays and references.
    files: Vec<DependencyFile>,
    validators: Option<Validators>,
}

/// The parts of a bundle in a state file.
pub struct SavedBundle {
    pub document: FetchedDocument,
    pub overlays: Vec<(SpecSource, Bytes)>,
    pub references: Vec<BundledDocument>,
    /// References that could not be read when the state was saved, each with its error.
    pub unavailable: Vec<(Url, Error)>,
}

/// The documents of a bundle, parsed into one set.
pub struct ParsedBundle<'a> {
    pub library: DocumentSet<'a>,
    /// The addresses of references that have to be read first. Empty once they were read.
    pub wanted: Vec<Url>,
    pub notes: Vec<Note>,
}

impl Bundle {
    /// A document whose overlays and references have not been read.
    pub fn new(source: &SpecSource, fetched: FetchedDocument) -> Self {
        let FetchedDocument { bytes, final_url, validators } = fetched;
        Self {
            documents: vec![BundledDocument { address: source.address(), final_url, bytes }],
            before_overlays: None,
            overlays: Vec::new(),
            notes: Vec::new(),
            unavailable: Vec::new(),
            has_read_references: false,
            preread: HashMap::new(),
            files: Vec::new(),
            validators,
        }
    }

    /// Restores the bundle of a state file. No file and no address is read.
    pub fn restore(source: &SpecSource, saved: SavedBundle, limits: &ParseLimits) -> Result<Self> {
        let SavedBundle { document, overlays, references, unavailable } = saved;
        let mut bundle = Self::new(source, document);
        if !overlays.is_empty() {
            bundle.set_overlays(overlays, limits)?;
        }
        bundle.documents.extend(references);
        (bundle.unavailable, bundle.has_read_references) = (unavailable, true);
        Ok(bundle)
    }

    /// The bundle with files that were read together with the document. They are not read again, so that all files are of
    /// one generation (a `ConfigMap` is swapped as a whole).
    pub fn with_preread_files(self, files: Vec<(PathBuf, Vec<u8>)>) -> Self {
        let preread = files.into_iter().map(|(path, bytes)| (path, bytes.into())).collect();
        Self { preread, ..self }
    }

    /// The files and validators that the bundle depends on, beside the bytes of its document.
    pub fn dependencies(&self) -> Dependencies {
        let mut files = self.files.clone();
        files.sort();
        files.dedup_by(|next, one| next.path == one.path);
        let has_other_documents = self.documents.len() > 1 || !self.unavailable.is_empty();
        Dependencies { has_other_documents, files, validators: self.validators.clone() }
    }

    /// The loaded document, with its overlays applied.
    pub fn document(&self) -> &BundledDocument {
        &self.documents[0]
    }

    /// The bytes of the loaded document before overlays. A clone shares them.
    pub fn original_bytes(&self) -> &Bytes {
        self.before_overlays.as_ref().unwrap_or(&self.documents[0].bytes)
    }

    /// The documents that references lead to.
    pub fn references(&self) -> &[BundledDocument] {
        &self.documents[1..]
    }

    /// The references that could not be read, and why.
    pub fn unavailable(&self) -> &[(Url, Error)] {
        &self.unavailable
    }

    /// The overlays that are applied, with their bytes.
    pub fn overlays(&self) -> &[(SpecSource, Bytes)] {
        &self.overlays
    }

    /// Whether any part of the bundle came over the network.
    pub fn is_from_network(&self) -> bool {
        let is_remote = |address: &Url| matches!(address.scheme(), "http" | "https");
        let addresses =
            self.documents.iter().flat_map(|document| document.address.iter().chain(&document.final_url));
        addresses.into_iter().any(is_remote)
            || self.overlays.iter().any(|(overlay, _)| matches!(overlay, SpecSource::Url(_)))
    }

    /// Whether exactly these overlays are applied.
    pub fn has_overlays(&self, overlays: &[SpecSource]) -> bool {
        self.overlays.iter().map(|(source, _)| source).eq(overlays)
    }

    /// Reads overlays and applies them to the document as it was read. The references of the result have to be read again.
    pub async fn read_overlays(
        &mut self,
        overlays: &[SpecSource],
        client: &dyn HttpClient,
        limits: &ParseLimits,
    ) -> Result<()> {
        let mut read = Vec::with_capacity(overlays.len());
        for source in overlays {
            let bytes = match self.preread_file(source) {
                Some(bytes) => bytes,
                None => fetch_document(source, client, limits.bytes).await?.bytes,
            };
            read.push((source.clone(), bytes));
        }
        self.set_overlays(read, limits)
    }

    fn set_overlays(&mut self, overlays: Vec<(SpecSource, Bytes)>, limits: &ParseLimits) -> Result<()> {
        let (text, notes) = apply_overlays(self.original_bytes(), &overlays, limits)?;
        let files = overlays.iter().filter_map(|(source, bytes)| match source {
            SpecSource::Path(path) => DependencyFile::from_read(&absolute_path(path), Ok(bytes)),
            SpecSource::Url(_) | SpecSource::Text(_) | SpecSource::Program(_) => None,
        });
        self.files = files.collect();
        let before = std::mem::replace(&mut self.documents[0].bytes, text.into());
        self.before_overlays.get_or_insert(before);
        self.documents.truncate(1);
        (self.overlays, self.notes) = (overlays, notes);
        (self.unavailable, self.has_read_references) = (Vec::new(), false);
        Ok(())
    }

    fn preread_file(&self, source: &SpecSource) -> Option<Bytes> {
        match source {
            SpecSource::Path(path) => self.preread.get(&absolute_path(path)).cloned(),
            SpecSource::Url(_) | SpecSource::Text(_) | SpecSource::Program(_) => None,
        }
    }

    /// Reads the documents that references lead to. One that cannot be read fails only the operations that refer to it.
    pub async fn read_references(&mut self, wanted: Vec<Url>, reader: ReferenceReader<'_>) {
        let read = reader.with_preread_files(&self.preread).read_all(wanted, self.document()).await;
        let ReferencedDocuments { documents, unavailable, files } = read;
        self.documents.extend(documents);
        self.unavailable.extend(unavailable);
        self.files.extend(files);
        self.has_read_references = true;
    }

    /// The texts of all documents, for [`Bundle::parse`].
    pub fn texts(&self, limits: &ParseLimits) -> Result<Vec<Cow<'_, str>>> {
        self.documents.iter().map(|document| decode_text(&document.bytes, limits)).collect()
    }

    /// Parses the [`Bundle::texts`] into one library.
    pub fn parse<'a>(
        &self,
        texts: &'a [Cow<'a, str>],
        arena: &'a Arena,
        limits: &ParseLimits,
    ) -> Result<ParsedBundle<'a>> {
        let mut library = DocumentSet::new(arena);
        let (mut parsed_documents, mut notes) = (Vec::with_capacity(texts.len()), self.notes.clone());
        for (document, text) in self.documents.iter().zip(texts) {
            let parsed = parse_document(text, limits, arena)?;
            let (url, retrieved_from) = (document.address.clone(), document.final_url.as_ref());
            let origin = DocumentSource { url, retrieved_from };
            let number = library.add_retrieved(parsed.root, &origin, parsed.has_ids)?;
            for (pointer, key) in &parsed.twice {
                let location = Location { document: number, pointer };
                notes.push(duplicate_key_note(library.display_location(location).into_owned(), key));
            }
            parsed_documents.push(parsed);
        }
        for (address, error) in &self.unavailable {
            library.mark_unavailable(address, error.clone());
        }
        // References that are still missing after one round of reading cannot be read: a second round would loop.
        let unread = if self.has_read_references { &[][..] } else { &parsed_documents[..] };
        let wanted = unread
            .iter()
            .enumerate()
            .flat_map(|(number, parsed)| library.missing_documents(number, &parsed.outward));
        let wanted = wanted.collect();
        Ok(ParsedBundle { library, wanted, notes })
    }
}
