//! HTTP client over TCP and TLS. Only this file uses the crates reqwest and rustls. It ignores `HTTPS_PROXY`,
//! `HTTP_PROXY` and `ALL_PROXY`.
//!
//! A proxy resolves host names by itself, so the SSRF guard could not check the addresses. A caller who needs a proxy
//! gives a `fetch` of their own, which [`CallerFetchClient`](super::CallerFetchClient) wraps.

use std::error::Error;
use std::fmt;
use std::net::SocketAddr;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use futures_core::future::BoxFuture;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::redirect::Policy;
use reqwest::{Client, Response};
use rustls::crypto::{CryptoProvider, ring};
use rustls::{ClientConfig, RootCertStore};
use rustls_platform_verifier::Verifier;
use url::Url;

use super::dns_lookup::SystemDnsLookup;
use super::http_fault::cause_chain;
use super::redirect_policy::{RedirectHop, redirect_target};
use super::{DnsLookup, HttpClient, HttpFault, HttpRequest, HttpResponse, Reach, ssrf_guard};

const USER_AGENT: &str = concat!("toolrack/", env!("CARGO_PKG_VERSION"));
/// The timeout of a connection, from the DNS lookup to the end of the TLS handshake. A healthy server needs a fraction
/// of it, and the rest of the request's timeout is then left for a retry.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// A client for HTTP/1.1 and HTTP/2 over TCP and TLS, with a connection pool for each [`Reach`].
///
/// It trusts the certificates of the system, or Mozilla's list on a system without a CA bundle (slim containers). It
/// connects directly and uses no proxy. It decodes gzip, brotli and zstd. A connection may take 5 s. Creation is free:
/// certificates are read at the first request, which blocks for some milliseconds.
///
/// [`HttpClient::send`] needs a tokio runtime with I/O and time. A pooled connection belongs to the runtime that opened
/// it, so each of these runtimes must run as long as the client is in use.
pub struct TlsClient {
    // Not built in `new`: most registries never send a request, and the CA bundle is read from disk.
    any: OnceLock<Client>,
    // The pools are separate: a connection in the other pool may lead to a private address.
    public: OnceLock<Client>,
    lookup: Arc<dyn DnsLookup>,
}

impl TlsClient {
    /// A client without connections.
    pub fn new() -> Self {
        Self::with_lookup(Arc::new(SystemDnsLookup))
    }

    /// A client that resolves the hosts of requests under [`Reach::Public`] by `lookup`. The SSRF guard checks its
    /// answers. Other requests use the lookup of the system.
    pub fn with_lookup(lookup: Arc<dyn DnsLookup>) -> Self {
        Self { any: OnceLock::new(), public: OnceLock::new(), lookup }
    }

    fn pooled_client(&self, reach: Reach) -> Result<&Client, HttpFault> {
        let pool = match reach {
            Reach::Any => &self.any,
            Reach::Public => &self.public,
        };
        if let Some(client) = pool.get() {
            return Ok(client);
        }
        let tls = tls_config(RootCertificates::System)
            .or_else(|_| tls_config(RootCertificates::Bundled))
            .map_err(|error| HttpFault::Unsendable { reason: format!("TLS cannot be set up: {error}") })?;
        let mut builder = Client::builder()
            .tls_backend_preconfigured(tls)
            .user_agent(USER_AGENT)
            .connect_timeout(CONNECT_TIMEOUT)
            .redirect(Policy::none())
            .referer(false)
            // HTTPS_PROXY and the like: a proxy would resolve names itself, past the SSRF guard.
            .no_proxy();
        if reach == Reach::Public {
            builder = builder.dns_resolver(GuardedResolver(Arc::clone(&self.lookup)));
        }
        let client = builder
            .build()
            .map_err(|error| HttpFault::Unsendable { reason: cause_chain(&error.without_url()) })?;
        // Two concurrent first requests build two clients, of which one is kept.
        Ok(pool.get_or_init(|| client))
    }

    async fn follow_redirects(&self, mut request: HttpRequest) -> Result<HttpResponse, HttpFault> {
        let mut hop = RedirectHop::first(&request)?;
        loop {
            let (headers, body) = hop.headers_and_body(&mut request);
            let client = self.pooled_client(hop.reach)?;
            let mut outgoing = client.request(request.method.clone(), hop.url.clone()).headers(headers);
            if let Some(body) = body {
                outgoing = outgoing.body(body);
            }
            let response = outgoing.send().await.map_err(|error| http_fault(&hop.url, error))?;
            let next = match redirect_target(&hop.url, response.status().as_u16(), response.headers()) {
                Some(url) => hop.follow(url)?,
                None => None,
            };
            match next {
                Some(next) => hop = next,
                None => return read_response(hop.url, response, request.max_bytes).await,
            }
        }
    }
}

impl Default for TlsClient {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for TlsClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TlsClient").finish_non_exhaustive()
    }
}

impl HttpClient for TlsClient {
    fn send(&self, request: HttpRequest) -> BoxFuture<'_, Result<HttpResponse, HttpFault>> {
        Box::pin(async move {
            let timeout = request.timeout;
            // One deadline for all hops: the timeout of reqwest would begin anew with each redirect.
            match tokio::time::timeout(timeout, self.follow_redirects(request)).await {
                Ok(outcome) => outcome,
                Err(_) => Err(HttpFault::Timeout { timeout }),
            }
        })
    }
}

/// Reads the body up to the limit. `Content-Length` can only refuse it early: a chunked or compressed body has none
/// that counts.
async fn read_response(url: Url, mut response: Response, limit: usize) -> Result<HttpResponse, HttpFault> {
    if response.content_length().is_some_and(|length| length > limit as u64) {
        return Err(HttpFault::TooLarge { limit });
    }
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| http_fault(&url, error))? {
        if chunk.len() > limit - body.len() {
            return Err(HttpFault::TooLarge { limit });
        }
        body.extend_from_slice(&chunk);
    }
    let headers = std::mem::take(response.headers_mut());
    Ok(HttpResponse { status: response.status().as_u16(), headers, body, url })
}

fn http_fault(url: &Url, error: reqwest::Error) -> HttpFault {
    // A refusal of the guard comes through the resolver, so reqwest has wrapped it.
    let mut layer = error.source();
    while let Some(cause) = layer {
        if let Some(refused) = cause.downcast_ref::<HttpFault>() {
            return refused.clone();
        }
        layer = cause.source();
    }
    let (unreachable, unsendable) = (error.is_connect(), error.is_builder());
    let reason = cause_chain(&error.without_url());
    if unsendable {
        return HttpFault::Unsendable { reason };
    }
    let reason = format!("{}: {reason}", url.origin().ascii_serialization());
    if unreachable { HttpFault::Unreachable { reason } } else { HttpFault::Broken { reason } }
}

/// Resolves a name to the addresses that passed the SSRF guard. The connection goes to one of these.
struct GuardedResolver(Arc<dyn DnsLookup>);

impl Resolve for GuardedResolver {
    fn resolve(&self, name: Name) -> Resolving {
        let lookup = Arc::clone(&self.0);
        Box::pin(async move {
            let found = ssrf_guard::resolve_public(&*lookup, name.as_str()).await?;
            // reqwest replaces port 0 with the port of the URL.
            Ok(Box::new(found.into_iter().map(|address| SocketAddr::new(address, 0))) as Addrs)
        })
    }
}

/// The root certificates that a client trusts.
#[derive(Clone, Copy)]
enum RootCertificates {
    /// Those of the operating system, to which an administrator can add. Fails where there are none.
    System,
    /// Mozilla's list, as of the build.
    Bundled,
}

/// The crypto provider is passed explicitly. By default reqwest takes that of the process and panics where there is
/// none; setting it would decide for every other addon that shares this rustls.
fn tls_config(roots: RootCertificates) -> Result<ClientConfig, rustls::Error> {
    let provider: Arc<CryptoProvider> = Arc::new(ring::default_provider());
    let config =
        ClientConfig::builder_with_provider(Arc::clone(&provider)).with_safe_default_protocol_versions()?;
    let config = match roots {
        RootCertificates::System => {
            config.dangerous().with_custom_certificate_verifier(Arc::new(Verifier::new(provider)?))
        }
        RootCertificates::Bundled => {
            let mut store = RootCertStore::empty();
            store.add_parsable_certificates(webpki_root_certs::TLS_SERVER_ROOT_CERTS.iter().cloned());
            config.with_root_certificates(store)
        }
    };
    let mut config = config.with_no_client_auth();
    // A preconfigured TLS setup offers no protocol by itself. Without the offer (ALPN) servers use HTTP/1.1 only.
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(config)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_system_without_certificates_uses_the_bundled_list() {
        assert!(tls_config(RootCertificates::Bundled).is_ok());
    }
}
