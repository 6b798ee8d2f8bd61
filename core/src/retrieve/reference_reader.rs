//! Reads the documents that the `$ref`s of a document lead to, breadth first, up to the limits of bytes, documents and time.

use std::collections::{HashMap, HashSet, VecDeque};
use std::path::PathBuf;
use std::time::Duration;

use url::Url;

use super::bundled_document::BundledDocument;
use super::dependencies::DependencyFile;
use super::fetch::{FetchedDocument, document_from_response, document_request};
use super::local_file::read_real_file;
use super::options::ReferencePolicy;
use super::reference_reach::{ReferenceReach, path_of};
use crate::clock::{Deadline, system_clock};
use crate::error::{Error, Result};
use crate::http::{HttpClient, Reach};
use crate::json::Arena;
use crate::schema::DocumentSet;
use crate::spec::{Bytes, ParseLimits, SpecSource, decode_text, parse_document};

/// The timeout of all references together. A timeout for each alone would add up.
const TOTAL_TIMEOUT: Duration = Duration::from_mins(2);

/// Reads the references of one document.
pub struct ReferenceReader<'r> {
    client: &'r dyn HttpClient,
    reach: ReferenceReach<'r>,
    limits: &'r ParseLimits,
    preread: Option<&'r HashMap<PathBuf, Bytes>>,
}

/// The documents of all references, and the references that could not be read.
#[derive(Default)]
pub struct ReferencedDocuments {
    pub documents: Vec<BundledDocument>,
    /// References that could not be read, each with its error.
    pub unavailable: Vec<(Url, Error)>,
    /// The files among them, readable or not.
    pub files: Vec<DependencyFile>,
}

impl<'r> ReferenceReader<'r> {
    /// A reader for the document at `source`.
    pub fn new(
        source: &SpecSource,
        policy: &'r ReferencePolicy,
        limits: &'r ParseLimits,
        client: &'r dyn HttpClient,
    ) -> Self {
        Self { client, reach: ReferenceReach::new(source, policy), limits, preread: None }
    }

    /// The reader with files that a watcher has read already, by absolute path.
    pub fn with_preread_files(self, files: &'r HashMap<PathBuf, Bytes>) -> Self {
        Self { preread: Some(files), ..self }
    }

    /// Reads `wanted` and all that those refer to, breadth first. `limits.bytes` counts `first`, the document itself, too.
    pub async fn read_all(&self, wanted: Vec<Url>, first: &BundledDocument) -> ReferencedDocuments {
        let deadline = Deadline::after(&system_clock(), TOTAL_TIMEOUT);
        let mut known: HashSet<Url> = wanted.iter().cloned().collect();
        let mut queue = VecDeque::from(wanted);
        let mut found = ReferencedDocuments::default();
        let (mut bytes, mut requests) = (first.bytes.len(), 0);
        while let Some(target) = queue.pop_front() {
            let fetched = match self.reach.check_address(&target) {
                // A reference whose document is missing counts too: it costs a request.
                Ok(_) if requests == self.limits.documents => {
                    let limit = self.limits.documents;
                    Err(Error::LimitExceeded { what: "number of documents", limit })
                }
                Ok(reach) => {
                    requests += 1;
                    let left = self.limits.bytes.saturating_sub(bytes);
                    let fetched = if target.scheme() == "file" {
                        self.read_local(&target, left)
                    } else {
                        self.fetch(&target, reach, left, &deadline).await
                    };
                    let fetched = fetched.map_err(|error| self.with_whole_limit(error));
                    found.files.extend(dependency_file(&target, &fetched));
                    fetched
                }
                Err(error) => Err(error),
            };
            match fetched.and_then(|fetched| Ok((self.references_of(&fetched, &target)?, fetched))) {
                Ok((next, FetchedDocument { bytes: content, final_url, .. })) => {
                    bytes += content.len();
                    queue.extend(next.into_iter().filter(|address| known.insert(address.clone())));
                    let address = Some(target);
                    found.documents.push(BundledDocument { address, final_url, bytes: content });
                }
                Err(error) => found.unavailable.push((target, error)),
            }
        }
        found
    }

    fn read_local(&self, target: &Url, max_bytes: usize) -> Result<FetchedDocument> {
        let path = path_of(target)?;
        let real = self.reach.resolve_symlinks(target, &path)?;
        match self.preread.and_then(|files| files.get(&path)) {
            Some(bytes) if bytes.len() <= max_bytes => Ok(bytes.clone().into()),
            Some(_) | None => read_real_file(&real, max_bytes).map(FetchedDocument::from),
        }
    }

    async fn fetch(
        &self,
        target: &Url,
        reach: Reach,
        max_bytes: usize,
        deadline: &Deadline,
    ) -> Result<FetchedDocument> {
        let mut request = document_request(target, max_bytes);
        request.reach = reach;
        request.timeout = request.timeout.min(deadline.time_left());
        if request.timeout.is_zero() {
            let reason = format!(
                "all references together took more than {} s; refer to fewer documents",
                TOTAL_TIMEOUT.as_secs()
            );
            let location = SpecSource::Url(target.clone()).display_location();
            return Err(Error::SourceUnreadable { location, reason, status: None });
        }
        document_from_response(self.client.send(request).await, target, max_bytes)
            .map_err(|error| ReferenceReach::advise(target, error))
    }

    /// Puts the limit that the caller set in source of what is left of it.
    fn with_whole_limit(&self, error: Error) -> Error {
        match error {
            Error::LimitExceeded { what, .. } => Error::LimitExceeded { what, limit: self.limits.bytes },
            other => other,
        }
    }

    /// The addresses that a document refers to; an error where it cannot be parsed.
    fn references_of(&self, fetched: &FetchedDocument, target: &Url) -> Result<Vec<Url>> {
        let (text, arena) = (decode_text(&fetched.bytes, self.limits)?, Arena::new());
        let parsed = parse_document(&text, self.limits, &arena)?;
        let base = fetched.final_url.as_ref().unwrap_or(target);
        DocumentSet::outward_references(parsed.root, base.clone(), parsed.has_ids, &parsed.outward)
    }
}

fn dependency_file(target: &Url, fetched: &Result<FetchedDocument>) -> Option<DependencyFile> {
    let path = target.to_file_path().ok().filter(|_| target.scheme() == "file")?;
    DependencyFile::from_read(&path, fetched.as_ref().map(|fetched| &*fetched.bytes))
}
