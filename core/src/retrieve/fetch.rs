//! The bytes of a document, from where it stands.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use http::{HeaderMap, HeaderValue, Method, header};
use url::Url;

use crate::error::{Error, Result};
use crate::http::{HttpClient, HttpFault, HttpRequest, HttpResponse, Redirects, content_encoding};
use crate::spec::{Bytes, SpecSource};

/// What was read.
#[derive(Clone)]
pub struct FetchedDocument {
    pub bytes: Bytes,
    /// Where it was found, where redirects led elsewhere.
    pub found: Option<Url>,
    /// What the server gave to ask by whether it has changed.
    pub validators: Option<Validators>,
}

impl From<Vec<u8>> for FetchedDocument {
    fn from(bytes: Vec<u8>) -> Self {
        Bytes::from(bytes).into()
    }
}

impl From<Bytes> for FetchedDocument {
    fn from(bytes: Bytes) -> Self {
        Self { bytes, found: None, validators: None }
    }
}

/// What a server gave to ask by whether a document has changed: for what stands at one address, and no other one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Validators {
    etag: Option<HeaderValue>,
    modified: Option<HeaderValue>,
    /// Where the answer came from that gave them.
    pub found: Url,
}

impl Validators {
    fn of(headers: &HeaderMap, found: &Url) -> Option<Self> {
        let etag = headers.get(header::ETAG).cloned();
        let modified = headers.get(header::LAST_MODIFIED).cloned();
        (etag.is_some() || modified.is_some()).then(|| Self { etag, modified, found: found.clone() })
    }

    /// Asks for the document only if it has changed.
    pub fn put(&self, headers: &mut HeaderMap) {
        headers.extend(self.etag.clone().map(|etag| (header::IF_NONE_MATCH, etag)));
        headers.extend(self.modified.clone().map(|modified| (header::IF_MODIFIED_SINCE, modified)));
    }
}

impl FetchedDocument {
    /// The answer to a request for an address.
    pub fn of(answer: HttpResponse, address: &Url) -> Self {
        let validators = Validators::of(&answer.headers, &answer.url);
        let found = Some(answer.url).filter(|found| found != address);
        Self { bytes: answer.body.into(), found, validators }
    }
}

/// Reads a document, up to a number of bytes.
pub async fn read(place: &SpecSource, client: &dyn HttpClient, most: usize) -> Result<FetchedDocument> {
    match place {
        SpecSource::Text(bytes) => Ok(bytes.clone().into()),
        SpecSource::Path(path) => file(path, most).map(FetchedDocument::from),
        SpecSource::Url(url) => answered(client.send(request(url, most)).await, url, most),
    }
}

/// The request for the document at an address.
pub fn request(url: &Url, most: usize) -> HttpRequest {
    let mut request = HttpRequest::new(Method::GET, url.clone());
    request.max_bytes = most;
    request.redirects = Redirects::Guarded(3);
    request
}

/// What was read by a request for an address, or why nothing was.
pub fn answered(outcome: Result<HttpResponse, HttpFault>, url: &Url, most: usize) -> Result<FetchedDocument> {
    let location = || SpecSource::Url(url.clone()).location();
    let answer = outcome.map_err(|fault| match fault {
        HttpFault::TooLarge { .. } => too_long(most),
        HttpFault::Forbidden { reason } => Error::SourceForbidden { location: location(), reason },
        other => Error::SourceUnreadable { location: location(), reason: other.to_string(), status: None },
    })?;
    match answer.status {
        200..300 => match content_encoding::text_fault(&answer.headers, &answer.body) {
            Some(reason) => {
                Err(Error::SourceUnreadable { location: location(), reason, status: Some(answer.status) })
            }
            None => Ok(FetchedDocument::of(answer, url)),
        },
        status => {
            let reason = format!("the server answered {status}");
            Err(Error::SourceUnreadable { location: location(), reason, status: Some(status) })
        }
    }
}

/// Reads a file. One that is too long is not read at all, and one that grows meanwhile not to its end.
pub fn file(path: &Path, most: usize) -> Result<Vec<u8>> {
    let fault = |reason: String| Error::SourceUnreadable {
        location: path.display().to_string(),
        reason,
        status: None,
    };
    let metadata = std::fs::metadata(path).map_err(|error| fault(error.to_string()))?;
    if !metadata.is_file() {
        return Err(fault("is no file".to_owned()));
    }
    let length = usize::try_from(metadata.len()).unwrap_or(usize::MAX);
    if length > most {
        return Err(too_long(most));
    }
    let mut bytes = Vec::with_capacity(length + 1);
    let bound = (most as u64).saturating_add(1);
    let read = File::open(path).and_then(|file| file.take(bound).read_to_end(&mut bytes));
    read.map_err(|error| fault(error.to_string()))?;
    if bytes.len() > most { Err(too_long(most)) } else { Ok(bytes) }
}

const fn too_long(limit: usize) -> Error {
    Error::LimitExceeded { what: "document bytes", limit }
}
