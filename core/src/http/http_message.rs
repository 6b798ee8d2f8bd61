//! What is sent and what comes back.

use std::fmt;
use std::time::Duration;

use http::{HeaderMap, Method};
use url::Url;

use super::CircuitRules;

/// One request with its limits.
#[derive(Clone)]
pub struct HttpRequest {
    /// The method.
    pub method: Method,
    /// Where to: `http` or `https`. A user and password in it become an `Authorization` header.
    pub url: Url,
    /// Headers, over those of the client. `Host`, `Content-Length` and `Accept-Encoding` are the client's to set.
    pub headers: HeaderMap,
    /// The body; its `Content-Type` is the sender's to set.
    pub body: Option<Vec<u8>>,
    /// How long all of it may take, from the name lookup to the last byte, redirects included.
    pub timeout: Duration,
    /// How long the answer's body may be, in bytes after decompression.
    pub max_bytes: usize,
    /// What to do when the server points elsewhere.
    pub redirects: Redirects,
    /// Which servers it may reach.
    pub reach: Reach,
    /// When its origin is left alone, by a [`CircuitBreakerClient`](super::CircuitBreakerClient); never where nothing is said.
    pub circuit: Option<CircuitRules>,
}

impl HttpRequest {
    /// How long a request of [`HttpRequest::new`] may take.
    pub const TIMEOUT: Duration = Duration::from_secs(30);
    /// How long the answer to a request of [`HttpRequest::new`] may be, in bytes.
    pub const MAX_BYTES: usize = 64 * 1024 * 1024;

    /// A request without headers and body, under the default limits, that follows no redirect and may reach any server.
    pub fn new(method: Method, url: Url) -> Self {
        Self {
            method,
            url,
            headers: HeaderMap::new(),
            body: None,
            timeout: Self::TIMEOUT,
            max_bytes: Self::MAX_BYTES,
            redirects: Redirects::None,
            reach: Reach::Any,
            circuit: None,
        }
    }
}

/// Without headers, body, path and query: each is a place where credentials stand.
impl fmt::Debug for HttpRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpRequest")
            .field("method", &self.method)
            .field("origin", &self.url.origin().ascii_serialization())
            .field("timeout", &self.timeout)
            .field("max_bytes", &self.max_bytes)
            .field("redirects", &self.redirects)
            .field("reach", &self.reach)
            .finish_non_exhaustive()
    }
}

/// What to do when the server answers that the thing is elsewhere (301, 302, 303, 307, 308).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Redirects {
    /// The redirect is the answer.
    #[default]
    None,
    /// Follow it this many times at most, for GET and HEAD, while scheme, host and port stay the same: headers then
    /// reach nobody who did not get them already. One that leads elsewhere, or is one too many, is the answer.
    SameOrigin(u8),
    /// Follow it this many times at most, for GET and HEAD, to any origin. Within the origin of the request it goes on
    /// as the request did. From the first hop that leaves it, on the way back too, the request is under
    /// [`Reach::Public`] and has neither headers nor body of the sender. One that is one too many, leads from `https` to
    /// `http` or out of reach is [`HttpFault::Forbidden`](super::HttpFault::Forbidden); one for another method, or whose
    /// `Location` is no URL, is the answer.
    Guarded(u8),
}

/// Which servers a request may reach.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Reach {
    /// Any, this machine and its network included: for a URL that the user gave.
    #[default]
    Any,
    /// Those with unicast addresses of the public internet, over `http` and `https`, without user and password in the
    /// URL: for a URL that a document or a server names. Names are looked up once, and all their addresses must be
    /// public. Any other is [`HttpFault::Forbidden`](super::HttpFault::Forbidden), and nothing is sent to it.
    Public,
}

/// One complete answer.
#[derive(Clone)]
pub struct HttpResponse {
    /// The status code, 100 to 999.
    pub status: u16,
    /// The headers, in which `Content-Encoding` and `Content-Length` are missing when the body came compressed.
    pub headers: HeaderMap,
    /// The body, decompressed.
    pub body: Vec<u8>,
    /// Where the answer came from: the request's URL, or the last one of its redirects.
    pub url: Url,
}

/// Without headers, body, path and query, as for the request.
impl fmt::Debug for HttpResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpResponse")
            .field("status", &self.status)
            .field("origin", &self.url.origin().ascii_serialization())
            .field("bytes", &self.body.len())
            .finish_non_exhaustive()
    }
}
