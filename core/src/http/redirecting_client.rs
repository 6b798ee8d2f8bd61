//! Redirects and the guard around a client that knows neither.

use std::sync::Arc;

use futures_core::future::BoxFuture;

use super::redirect::{RedirectHop, redirect};
use super::{Deadline, HttpClient, HttpFault, HttpRequest, HttpResponse, Redirects};

/// Sends requests through a client that sends each of them once, to where it says, as an own `fetch` does.
///
/// What a request may do on its way is decided here as for [`TlsClient`](super::TlsClient): where redirects lead, what of
/// the request goes along, which URLs are out of reach. The addresses of names are the inner client's to look up, so that
/// [`Reach::Public`](super::Reach::Public) judges by URLs alone.
pub struct RedirectingClient {
    sender: Arc<dyn HttpClient>,
}

impl RedirectingClient {
    /// Around a client.
    pub fn new(sender: Arc<dyn HttpClient>) -> Self {
        Self { sender }
    }

    async fn answer(&self, mut request: HttpRequest) -> Result<HttpResponse, HttpFault> {
        let (timeout, deadline) = (request.timeout, Deadline::after(request.timeout));
        let mut route = RedirectHop::of(&request)?;
        loop {
            if !matches!(route.url.scheme(), "http" | "https") {
                return Err(HttpFault::Unsendable {
                    reason: "the scheme is none of http and https".to_owned(),
                });
            }
            let (headers, body) = route.carried(&mut request);
            let hop = HttpRequest {
                method: request.method.clone(),
                url: route.url.clone(),
                headers,
                body,
                timeout: deadline.time_left(),
                max_bytes: request.max_bytes,
                redirects: Redirects::None,
                reach: route.reach,
                circuit: None,
            };
            let answer = self.sender.send(hop).await.map_err(|fault| match fault {
                HttpFault::Timeout { .. } => HttpFault::Timeout { timeout },
                other => other,
            })?;
            if answer.body.len() > request.max_bytes {
                return Err(HttpFault::TooLarge { limit: request.max_bytes });
            }
            let next = match redirect(&route.url, answer.status, &answer.headers) {
                Some(url) => route.to(url)?,
                None => None,
            };
            match next {
                Some(next) => route = next,
                None => return Ok(HttpResponse { url: route.url, ..answer }),
            }
        }
    }
}

impl HttpClient for RedirectingClient {
    fn may_authenticate(&self) -> bool {
        self.sender.may_authenticate()
    }

    fn send(&self, request: HttpRequest) -> BoxFuture<'_, Result<HttpResponse, HttpFault>> {
        Box::pin(async move {
            let timeout = request.timeout;
            let answer = tokio::time::timeout(timeout, self.answer(request)).await;
            answer.unwrap_or(Err(HttpFault::Timeout { timeout }))
        })
    }
}
