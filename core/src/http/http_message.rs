//! HTTP request and response: the data that a client sends and receives.

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
    /// The URL: `http` or `https`. A user and password in it become an `Authorization` header.
    pub url: Url,
    /// Headers; they replace those of the client. The client sets `Host`, `Content-Length` and `Accept-Encoding`.
    pub headers: HeaderMap,
    /// The body. The sender sets its `Content-Type`.
    pub body: Option<Vec<u8>>,
    /// The timeout from the DNS lookup to the last byte, redirects included.
    pub timeout: Duration,
    /// The limit of the response body, in bytes after decompression.
    pub max_bytes: usize,
    /// The redirects that the client follows.
    pub redirects: Redirects,
    /// The servers that the request may reach.
    pub reach: Reach,
    /// The rules of a [`CircuitBreakerClient`](super::CircuitBreakerClient); `None` switches it off.
    pub circuit: Option<CircuitRules>,
}

impl HttpRequest {
    /// The timeout of [`HttpRequest::new`]: 30 s.
    pub const TIMEOUT: Duration = Duration::from_secs(30);
    /// The limit of [`HttpRequest::new`] for a response body: 64 MiB.
    pub const MAX_BYTES: usize = 64 * 1024 * 1024;

    /// A request without headers and body, with default limits. It follows no redirect and may reach any server.
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

/// Omits headers, body, path and query, which can hold credentials.
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

/// The redirects (301, 302, 303, 307, 308) that a client follows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Redirects {
    /// None: the redirect is the response.
    #[default]
    None,
    /// At most this number, for GET and HEAD, within the origin of the request. No other origin gets the headers. A
    /// redirect to another origin, or one over the number, is the response.
    SameOrigin(u8),
    /// At most this number, for GET and HEAD, to any origin.
    ///
    /// Within the origin of the request nothing changes. The first redirect to another origin, and every one after it,
    /// is under [`Reach::Public`] and has no headers and no body of the sender. A redirect over the number, from
    /// `https` to `http`, or out of reach is [`HttpFault::Forbidden`](super::HttpFault::Forbidden). A redirect of
    /// another method, or one whose `Location` is not a URL, is the response.
    Guarded(u8),
}

/// The servers that a request may reach.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Reach {
    /// Any server, this machine and its network included: for a URL that the user gave.
    #[default]
    Any,
    /// Servers of the public internet alone (SSRF guard): for a URL that a document or a server gave.
    ///
    /// The URL is `http` or `https` and has no user and no password. Its name is looked up once, and all addresses must
    /// be public unicast addresses. Any other URL is [`HttpFault::Forbidden`](super::HttpFault::Forbidden), and nothing
    /// is sent to it.
    Public,
}

/// One complete response.
#[derive(Clone)]
pub struct HttpResponse {
    /// The status code, 100 to 999.
    pub status: u16,
    /// The headers, without `Content-Encoding` and `Content-Length` where the body was decompressed.
    pub headers: HeaderMap,
    /// The body, decompressed.
    pub body: Vec<u8>,
    /// The URL that sent the response: that of the request, or that of the last redirect.
    pub url: Url,
}

/// Omits headers, body, path and query, as for the request.
impl fmt::Debug for HttpResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpResponse")
            .field("status", &self.status)
            .field("origin", &self.url.origin().ascii_serialization())
            .field("bytes", &self.body.len())
            .finish_non_exhaustive()
    }
}
