//! Redirects and the SSRF guard for a client that has neither, such as the caller's own `fetch`.

use std::sync::Arc;

use futures_core::future::BoxFuture;

use super::redirect_policy::{RedirectHop, redirect_target};
use super::{HttpClient, HttpFault, HttpRequest, HttpResponse, Redirects};
use crate::clock::{Clock, Deadline, system_clock, within};

/// Sends requests by a client that sends each hop once, to its URL.
///
/// It follows redirects, drops headers and checks URLs as [`TlsClient`](super::TlsClient) does. The inner client
/// resolves host names, so [`Reach::Public`](super::Reach::Public) checks the URL alone and not the addresses of its
/// name.
pub struct CallerFetchClient {
    inner: Arc<dyn HttpClient>,
    clock: Arc<dyn Clock>,
}

impl CallerFetchClient {
    /// Sends by `inner`.
    pub fn new(inner: Arc<dyn HttpClient>) -> Self {
        Self { inner, clock: system_clock() }
    }

    /// Measures timeouts by another clock.
    #[must_use]
    pub fn with_clock(self, clock: Arc<dyn Clock>) -> Self {
        Self { clock, ..self }
    }

    async fn follow_redirects(&self, mut request: HttpRequest) -> Result<HttpResponse, HttpFault> {
        let (timeout, deadline) = (request.timeout, Deadline::after(&self.clock, request.timeout));
        let mut hop = RedirectHop::first(&request)?;
        loop {
            if !matches!(hop.url.scheme(), "http" | "https") {
                return Err(HttpFault::Unsendable {
                    reason: "the scheme of its URL must be http or https".to_owned(),
                });
            }
            let (headers, body) = hop.headers_and_body(&mut request);
            let hop_request = HttpRequest {
                method: request.method.clone(),
                url: hop.url.clone(),
                headers,
                body,
                timeout: deadline.time_left(),
                max_bytes: request.max_bytes,
                redirects: Redirects::None,
                reach: hop.reach,
                circuit: None,
            };
            let response = self.inner.send(hop_request).await.map_err(|fault| match fault {
                // The hop had the rest of the timeout; the message names the timeout of the whole request.
                HttpFault::Timeout { .. } => HttpFault::Timeout { timeout },
                other => other,
            })?;
            if response.body.len() > request.max_bytes {
                return Err(HttpFault::TooLarge { limit: request.max_bytes });
            }
            let next = match redirect_target(&hop.url, response.status, &response.headers) {
                Some(url) => hop.follow(url)?,
                None => None,
            };
            match next {
                Some(next) => hop = next,
                None => return Ok(HttpResponse { url: hop.url, ..response }),
            }
        }
    }
}

impl HttpClient for CallerFetchClient {
    fn may_authenticate(&self) -> bool {
        self.inner.may_authenticate()
    }

    fn send(&self, request: HttpRequest) -> BoxFuture<'_, Result<HttpResponse, HttpFault>> {
        Box::pin(async move {
            let timeout = request.timeout;
            let outcome = within(&*self.clock, timeout, self.follow_redirects(request)).await;
            outcome.unwrap_or(Err(HttpFault::Timeout { timeout }))
        })
    }
}
