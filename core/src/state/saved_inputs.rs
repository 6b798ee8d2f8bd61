//! Saved inputs: the bytes that the tools of a document were made of, with those of its references and overlays.

use std::sync::Arc;

use serde_json::json;
use url::Url;

use super::blob::{Blob, BlobHash};
use super::saved_address::SavedAddress;
use crate::error::Error;
use crate::retrieve::{Bundle, BundledDocument};
use crate::spec::{Bytes, SpecSource};
use crate::tool::sha256::{hex, sha256};

/// A document that a reference leads to.
#[derive(Debug)]
pub struct SavedReference {
    pub address: SavedAddress,
    /// The address after redirects, where it is another one.
    pub final_address: Option<SavedAddress>,
    pub blob: Arc<Blob>,
}

/// A document, its references and its overlays. Inputs with the same id make the same tools from the same options.
#[derive(Debug)]
pub struct SavedInputs {
    /// A digest of all parts.
    pub id: BlobHash,
    /// The document before overlays.
    pub root: Arc<Blob>,
    /// The document's address after redirects, without user and query.
    pub final_address: Option<SavedAddress>,
    pub references: Vec<SavedReference>,
    /// References that could not be read, each with the reason.
    pub unavailable: Vec<(SavedAddress, String)>,
    /// Overlays, by the [`source_digest`] of their sources.
    pub overlays: Vec<(String, Arc<Blob>)>,
}

impl SavedInputs {
    /// The inputs of a bundle that a load has read; `hash` is that of the document before overlays.
    pub fn from_bundle(bundle: &Bundle, source: &SpecSource, hash: BlobHash) -> Self {
        let source_address = source.address();
        let address = |url: &Url| SavedAddress::new(url, source_address.as_ref());
        let blob = |bytes: &Bytes| Blob::in_memory(bytes.clone(), sha256(bytes));
        let reference = |document: &BundledDocument| {
            let final_address = document.final_url.as_ref().map(address);
            let (address, blob) = (address(document.address.as_ref()?), blob(&document.bytes));
            Some(SavedReference { address, final_address, blob })
        };
        let unavailable = bundle.unavailable().iter();
        let overlays = bundle.overlays().iter();
        let inputs = Self {
            id: BlobHash::default(),
            root: Blob::in_memory(bundle.original_bytes().clone(), hash),
            final_address: bundle.document().final_url.clone().map(SavedAddress::base),
            references: bundle.references().iter().filter_map(reference).collect(),
            unavailable: unavailable.map(|(url, error)| (address(url), reason(error))).collect(),
            overlays: overlays.map(|(source, bytes)| (source_digest(source), blob(bytes))).collect(),
        };
        inputs.with_id()
    }

    /// The inputs with the id of their parts.
    pub fn with_id(self) -> Self {
        let hash = |blob: &Blob| hex(&blob.hash);
        let references = self.references.iter();
        let references: Vec<_> =
            references.map(|one| (&one.address, &one.final_address, hash(&one.blob))).collect();
        let overlays: Vec<_> = self.overlays.iter().map(|(source, blob)| (source, hash(blob))).collect();
        let parts = json!([hash(&self.root), self.final_address, references, self.unavailable, overlays]);
        Self { id: sha256(parts.to_string().as_bytes()), ..self }
    }

    /// The bytes of all documents.
    pub fn blobs(&self) -> impl Iterator<Item = &Arc<Blob>> {
        let references = self.references.iter().map(|reference| &reference.blob);
        [&self.root].into_iter().chain(references).chain(self.overlays.iter().map(|(_, blob)| blob))
    }
}

/// Why a document could not be read, without its address: the address may have a password.
fn reason(error: &Error) -> String {
    match error {
        Error::SourceUnreadable { reason, .. } | Error::SourceForbidden { reason, .. } => reason.clone(),
        other => other.to_string(),
    }
}

/// A digest that identifies a source and does not show it: an address may have a password or a key. All texts have one
/// digest.
pub fn source_digest(source: &SpecSource) -> String {
    let text = match source {
        SpecSource::Path(path) => {
            let path = std::path::absolute(path).unwrap_or_else(|_| path.clone());
            format!("file {}", path.display())
        }
        SpecSource::Url(url) => format!("address {url}"),
        SpecSource::Text(_) => "text".to_owned(),
        SpecSource::Program(place) => format!("program {place}"),
    };
    hex(&sha256(text.as_bytes()))
}
