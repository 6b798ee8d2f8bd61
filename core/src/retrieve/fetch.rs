//! Fetches the bytes of one document: from a text, a file or an HTTP(S) address, up to a size limit.

use http::Method;
use url::Url;

use super::local_file::{document_too_large, read_file};
use super::validators::Validators;
use crate::error::{Error, Result};
use crate::http::{HttpClient, HttpFault, HttpRequest, HttpResponse, Redirects, content_encoding};
use crate::spec::{Bytes, SpecSource};

/// The number of redirects that a request for a document follows. The address guard checks each of them (SSRF).
const MAX_REDIRECTS: u8 = 3;

/// The bytes of a document, and the address and validators of the answer that had them.
#[derive(Clone)]
pub struct FetchedDocument {
    pub bytes: Bytes,
    /// The address of the answer, where redirects led away from the requested one.
    pub final_url: Option<Url>,
    /// The validators for a conditional request, where the server gave any.
    pub validators: Option<Validators>,
}

impl From<Vec<u8>> for FetchedDocument {
    fn from(bytes: Vec<u8>) -> Self {
        Bytes::from(bytes).into()
    }
}

impl From<Bytes> for FetchedDocument {
    fn from(bytes: Bytes) -> Self {
        Self { bytes, final_url: None, validators: None }
    }
}

impl FetchedDocument {
    /// The document in the answer to a request for `requested`.
    pub fn from_response(response: HttpResponse, requested: &Url) -> Self {
        let validators = Validators::from_headers(&response.headers, &response.url);
        let final_url = Some(response.url).filter(|url| url != requested);
        Self { bytes: response.body.into(), final_url, validators }
    }
}

/// Fetches a document of at most `max_bytes`.
///
/// # Errors
/// `SOURCE_UNREADABLE`, `SOURCE_FORBIDDEN` where the address guard refuses the address, and `LIMIT_EXCEEDED`.
pub async fn fetch_document(
    source: &SpecSource,
    client: &dyn HttpClient,
    max_bytes: usize,
) -> Result<FetchedDocument> {
    match source {
        SpecSource::Text(bytes) => Ok(bytes.clone().into()),
        SpecSource::Program(place) => Err(Error::SourceUnreadable {
            location: place.to_string(),
            reason: "a program gives its tools: there is no document to read".to_owned(),
            status: None,
        }),
        SpecSource::Path(path) => read_file(path, max_bytes).map(FetchedDocument::from),
        SpecSource::Url(url) => {
            let outcome = client.send(document_request(url, max_bytes)).await;
            document_from_response(outcome, url, max_bytes)
        }
    }
}

/// The request for the document at an address.
pub fn document_request(url: &Url, max_bytes: usize) -> HttpRequest {
    let mut request = HttpRequest::new(Method::GET, url.clone());
    request.max_bytes = max_bytes;
    request.redirects = Redirects::Guarded(MAX_REDIRECTS);
    request
}

/// The document in the outcome of a [`document_request`].
///
/// # Errors
/// `SOURCE_UNREADABLE` with the status, `SOURCE_FORBIDDEN` and `LIMIT_EXCEEDED`.
pub fn document_from_response(
    outcome: Result<HttpResponse, HttpFault>,
    url: &Url,
    max_bytes: usize,
) -> Result<FetchedDocument> {
    // Errors are shown to people and written to logs: the location leaves out the credentials of the address.
    let location = || SpecSource::Url(url.clone()).display_location();
    let response = outcome.map_err(|fault| match fault {
        HttpFault::TooLarge { .. } => document_too_large(max_bytes),
        HttpFault::Forbidden { reason } => Error::SourceForbidden { location: location(), reason },
        other => Error::SourceUnreadable { location: location(), reason: other.to_string(), status: None },
    })?;
    let status = response.status;
    let unreadable =
        |reason| Err(Error::SourceUnreadable { location: location(), reason, status: Some(status) });
    match status {
        200..300 => match content_encoding::text_fault(&response.headers, &response.body) {
            Some(reason) => unreadable(reason),
            None => Ok(FetchedDocument::from_response(response, url)),
        },
        status => unreadable(format!("the server responded with status {status} instead of 2xx")),
    }
}
