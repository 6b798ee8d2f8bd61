//! The door to reqwest and rustls: the client that really connects.

use std::sync::{Arc, OnceLock};

use http::{Method, StatusCode, header};
use reqwest::{Client, Response, redirect};
use rustls::crypto::{CryptoProvider, ring};
use rustls::{ClientConfig, RootCertStore};
use rustls_platform_verifier::Verifier;
use url::Url;

use super::fault::causes;
use super::{BoxFuture, HttpClient, HttpFault, HttpRequest, HttpResponse, Redirects};

const USER_AGENT: &str = concat!("toolrack/", env!("CARGO_PKG_VERSION"));

/// A client for HTTP/1.1 and HTTP/2 over TCP and TLS, with one pool of connections.
///
/// It trusts whom the system trusts; on a system without a CA bundle, as slim containers are, it trusts Mozilla's list.
/// It goes out directly, whatever `HTTP_PROXY` says, and takes gzip, brotli and zstd. Making one is free: certificates
/// are read at the first request, some milliseconds that block.
///
/// [`HttpClient::send`] has to be driven by a tokio runtime with I/O and time enabled. A pooled connection lives on the
/// runtime that opened it, so each of them must keep running as long as the client is in use.
#[derive(Debug, Default)]
pub struct TlsClient {
    // Not built in `new`: most registries never send a request, and the CA bundle is read from disk.
    inner: OnceLock<Client>,
}

impl TlsClient {
    /// A client that has connected to nobody yet.
    pub fn new() -> Self {
        Self::default()
    }

    fn inner(&self) -> Result<&Client, HttpFault> {
        if let Some(client) = self.inner.get() {
            return Ok(client);
        }
        let tls = tls(Roots::System)
            .or_else(|_| tls(Roots::Bundled))
            .map_err(|error| HttpFault::Unsendable { reason: format!("TLS cannot be set up: {error}") })?;
        let client = Client::builder()
            .tls_backend_preconfigured(tls)
            .user_agent(USER_AGENT)
            .redirect(redirect::Policy::none())
            .referer(false)
            .no_proxy()
            .build()
            .map_err(|error| HttpFault::Unsendable { reason: causes(&error.without_url()) })?;
        // Two first requests at once build two clients, of which one is kept.
        Ok(self.inner.get_or_init(|| client))
    }

    async fn answer(&self, mut request: HttpRequest) -> Result<HttpResponse, HttpFault> {
        let client = self.inner()?;
        let mut hops = match request.redirects {
            Redirects::SameOrigin(hops) if matches!(request.method, Method::GET | Method::HEAD) => hops,
            _ => 0,
        };
        let mut url = request.url.clone();
        loop {
            let body = if hops > 0 { request.body.clone() } else { request.body.take() };
            let mut outgoing =
                client.request(request.method.clone(), url.clone()).headers(request.headers.clone());
            if let Some(body) = body {
                outgoing = outgoing.body(body);
            }
            let response = outgoing.send().await.map_err(|error| fault(&url, error))?;
            match redirect_within_origin(&url, &response) {
                Some(next) if hops > 0 => {
                    url = next;
                    hops -= 1;
                }
                _ => return complete(url, response, request.max_bytes).await,
            }
        }
    }
}

impl HttpClient for TlsClient {
    fn send(&self, request: HttpRequest) -> BoxFuture<'_, Result<HttpResponse, HttpFault>> {
        Box::pin(async move {
            let timeout = request.timeout;
            // One deadline around all of it: reqwest's own begins anew with each redirect.
            match tokio::time::timeout(timeout, self.answer(request)).await {
                Ok(answer) => answer,
                Err(_) => Err(HttpFault::Timeout { timeout }),
            }
        })
    }
}

/// Reads the body, and stops at the limit. What a server says of its length can only refuse it early: a chunked or
/// compressed body says nothing.
async fn complete(url: Url, mut response: Response, limit: usize) -> Result<HttpResponse, HttpFault> {
    if response.content_length().is_some_and(|length| length > limit as u64) {
        return Err(HttpFault::TooLarge { limit });
    }
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| fault(&url, error))? {
        if chunk.len() > limit - body.len() {
            return Err(HttpFault::TooLarge { limit });
        }
        body.extend_from_slice(&chunk);
    }
    let headers = std::mem::take(response.headers_mut());
    Ok(HttpResponse { status: response.status().as_u16(), headers, body, url })
}

/// Where a redirect leads, if it is one and leads to the scheme, host and port that it came from.
fn redirect_within_origin(from: &Url, response: &Response) -> Option<Url> {
    let elsewhere = matches!(
        response.status(),
        StatusCode::MOVED_PERMANENTLY
            | StatusCode::FOUND
            | StatusCode::SEE_OTHER
            | StatusCode::TEMPORARY_REDIRECT
            | StatusCode::PERMANENT_REDIRECT
    );
    let location = response.headers().get(header::LOCATION).filter(|_| elsewhere)?;
    let next = from.join(location.to_str().ok()?).ok()?;
    (next.origin() == from.origin()).then_some(next)
}

fn fault(url: &Url, error: reqwest::Error) -> HttpFault {
    let (unreachable, unsendable) = (error.is_connect(), error.is_builder());
    let reason = causes(&error.without_url());
    if unsendable {
        return HttpFault::Unsendable { reason };
    }
    let reason = format!("{}: {reason}", url.origin().ascii_serialization());
    if unreachable { HttpFault::Unreachable { reason } } else { HttpFault::Broken { reason } }
}

/// Whose word counts for who a server is.
#[derive(Clone, Copy)]
enum Roots {
    /// The operating system's, which an administrator can add to. Fails where there is none.
    System,
    /// Mozilla's, as of the build.
    Bundled,
}

/// The provider is given by hand: reqwest would take that of the process, and panics where there is none. Setting it
/// would decide for every other addon that shares this rustls.
fn tls(roots: Roots) -> Result<ClientConfig, rustls::Error> {
    let provider: Arc<CryptoProvider> = Arc::new(ring::default_provider());
    let config =
        ClientConfig::builder_with_provider(Arc::clone(&provider)).with_safe_default_protocol_versions()?;
    let config = match roots {
        Roots::System => {
            config.dangerous().with_custom_certificate_verifier(Arc::new(Verifier::new(provider)?))
        }
        Roots::Bundled => {
            let mut store = RootCertStore::empty();
            store.add_parsable_certificates(webpki_root_certs::TLS_SERVER_ROOT_CERTS.iter().cloned());
            config.with_root_certificates(store)
        }
    };
    let mut config = config.with_no_client_auth();
    // A configuration made by hand offers no protocol by itself, and without the offer servers speak HTTP/1.1 only.
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(config)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_system_without_certificates_still_gets_a_client() {
        assert!(tls(Roots::Bundled).is_ok());
    }
}
