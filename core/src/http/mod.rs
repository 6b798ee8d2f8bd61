//! HTTP client with SSRF guard, redirects, circuit breaker and retry with backoff.
//!
//! Documents, token endpoints and API calls need the same from HTTP: a timeout over everything, a bounded response, and
//! no access to private networks (SSRF) by a URL from a document or a model. All requests therefore go through the
//! trait [`HttpClient`], which a test or a caller's own `fetch` can implement. [`TlsClient`] is the client of toolrack.
//! [`CircuitBreakerClient`] wraps a client and stops requests to an origin that keeps failing. [`pause_before_retry`]
//! is the retry policy: it reads `Retry-After`, and else computes an exponential backoff with jitter.
//!
//! A server that answers 500 has answered: every status is an [`HttpResponse`]. An [`HttpFault`] means that there is no
//! complete response. The [`Reach`] of a request says which servers it may reach, and its [`Redirects`] say where it
//! may be led. Cloud metadata is out of reach for a URL from a document:
//!
//! ```
//! use toolrack_core::http::{HttpClient, HttpFault, HttpRequest, Reach, TlsClient};
//! use url::Url;
//!
//! # async fn example() {
//! let url = Url::parse("http://169.254.169.254/latest/meta-data/").expect("a URL");
//! let request = HttpRequest { reach: Reach::Public, ..HttpRequest::new(http::Method::GET, url) };
//! let fault = TlsClient::new().send(request).await.expect_err("the SSRF guard refuses it");
//! assert!(matches!(fault, HttpFault::Forbidden { .. }));
//! # }
//! # tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime").block_on(example());
//! ```
//!
//! | file | what it decides |
//! |---|---|
//! | `tls_client` | how a request is sent: certificates, connection timeout, no proxy (`HTTPS_PROXY`) |
//! | `caller_fetch_client` | redirects and the SSRF guard around a caller's own `fetch` |
//! | `redirect_policy` | whether a redirect is followed, and whether the next hop has headers and a body |
//! | `ssrf_guard`, `address`, `dns_lookup`, `host_list` | which addresses a request may reach |
//! | `circuit_breaker`, `circuit_breaker_client` | when a circuit opens and closes; one circuit for each origin |
//! | `retry` | whether an outcome gets another attempt, and after which pause |
//! | `http_message`, `http_fault` | request and response; why there is no complete response |
//! | `content_encoding` | whether a response is still compressed |
//!
//! Limits: a response is held in memory whole, so nothing streams. No proxy is used: `HTTPS_PROXY` is ignored, because
//! a proxy resolves names past the SSRF guard. The guard knows address blocks, not firewalls. A circuit is kept in
//! memory, for one process.

mod address;
mod caller_fetch_client;
mod circuit_breaker;
mod circuit_breaker_client;
pub mod content_encoding;
mod dns_lookup;
mod host_list;
mod http_fault;
mod http_message;
mod redirect_policy;
mod retry;
mod ssrf_guard;
mod tls_client;

use futures_core::future::BoxFuture;

pub use caller_fetch_client::CallerFetchClient;
pub use circuit_breaker::CircuitRules;
pub use circuit_breaker_client::CircuitBreakerClient;
pub use dns_lookup::DnsLookup;
pub use host_list::is_listed_host;
pub use http_fault::HttpFault;
pub use http_message::{HttpRequest, HttpResponse, Reach, Redirects};
pub use retry::{IDEMPOTENCY_KEY, is_idempotent, may_have_acted, pause_before_retry, retry_after};
pub(crate) use ssrf_guard::check_url;
pub use ssrf_guard::why_private;
pub use tls_client::TlsClient;

/// Sends HTTP requests. One client serves all threads.
pub trait HttpClient: Send + Sync {
    /// Sends one request and reads its response to the end. Every status is a response.
    ///
    /// The request has its own limits: [`HttpRequest::timeout`] for everything, [`HttpRequest::max_bytes`] for the
    /// body, [`HttpRequest::reach`] for the servers. Dropping the future cancels the request.
    fn send(&self, request: HttpRequest) -> BoxFuture<'_, Result<HttpResponse, HttpFault>>;

    /// Whether the client may add credentials of its own, as a caller's `fetch` may. Default: no.
    fn may_authenticate(&self) -> bool {
        false
    }
}
