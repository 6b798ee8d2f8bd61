//! HTTP validators (`ETag`, `Last-Modified`) of a document, for conditional requests. Source: RFC 9110, sections 8.8 and 13.

use http::{HeaderMap, HeaderValue, header};
use url::Url;

/// The validators that a server gave for the document at one address. They do not count for another address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Validators {
    etag: Option<HeaderValue>,
    last_modified: Option<HeaderValue>,
    /// The address of the answer that gave them, after redirects.
    pub url: Url,
}

impl Validators {
    /// Reads the validators in the headers of an answer from `url`.
    pub fn from_headers(headers: &HeaderMap, url: &Url) -> Option<Self> {
        let etag = headers.get(header::ETAG).cloned();
        let last_modified = headers.get(header::LAST_MODIFIED).cloned();
        (etag.is_some() || last_modified.is_some()).then(|| Self { etag, last_modified, url: url.clone() })
    }

    /// Adds `If-None-Match` and `If-Modified-Since` to the headers of a request.
    pub fn add_conditions(&self, headers: &mut HeaderMap) {
        headers.extend(self.etag.clone().map(|etag| (header::IF_NONE_MATCH, etag)));
        headers.extend(self.last_modified.clone().map(|time| (header::IF_MODIFIED_SINCE, time)));
    }
}
