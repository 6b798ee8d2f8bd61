//! Sending one HTTP request and getting one bounded answer back.
//!
//! Whoever talks HTTP does so through the trait [`HttpClient`], so that a test or a recorder can stand in its
//! place. [`TlsClient`] is the real one. A server that answers 500 has answered: every status is an
//! [`HttpResponse`], and an [`HttpFault`] means that there is no complete answer to look at. A request for a URL that
//! the user did not give says so by its [`Reach`]: it gets to the public internet and to no other place.
//!
//! ```no_run
//! use toolrack_core::http::{HttpClient, HttpFault, HttpRequest, TlsClient};
//! use url::Url;
//!
//! async fn document(client: &TlsClient, url: Url) -> Result<Vec<u8>, HttpFault> {
//!     let request = HttpRequest::new(http::Method::GET, url);
//!     Ok(client.send(request).await?.body)
//! }
//! ```
//!
//! Limits: an answer is held in memory whole, so nothing streams; [`Reach`] knows blocks of addresses, not firewalls.

mod address;
mod circuit_breaker;
mod circuit_state;
mod client;
pub mod content_encoding;
mod deadline;
mod dns_lookup;
mod fault;
mod host_list;
mod http_message;
mod monotonic_clock;
mod redirect;
mod redirecting_client;
mod retry;
mod ssrf_guard;

use futures_core::future::BoxFuture;

pub use circuit_breaker::CircuitBreakerClient;
pub use circuit_state::CircuitRules;
pub use client::TlsClient;
pub use deadline::Deadline;
pub use dns_lookup::DnsLookup;
pub use fault::HttpFault;
pub use host_list::is_listed_host;
pub use http_message::{HttpRequest, HttpResponse, Reach, Redirects};
pub use monotonic_clock::{MonotonicClock, SystemClock};
pub use redirecting_client::RedirectingClient;
pub use retry::{IDEMPOTENCY_KEY, is_idempotent, may_have_acted, pause_before_retry, retry_after};

/// Sends requests. Shared by everyone who does, from any thread.
pub trait HttpClient: Send + Sync {
    /// Sends one request and reads its answer to the end.
    ///
    /// Any status is an answer. The limits are the request's own: [`HttpRequest::timeout`] over all of it,
    /// [`HttpRequest::max_bytes`] over the body, [`HttpRequest::reach`] over where it goes. Dropping the future gives the
    /// request up.
    fn send(&self, request: HttpRequest) -> BoxFuture<'_, Result<HttpResponse, HttpFault>>;

    /// Whether it may show credentials of its own, as a caller's own `fetch` may. Default: no.
    fn may_authenticate(&self) -> bool {
        false
    }
}
