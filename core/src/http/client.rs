//! The door to reqwest and rustls: the client that really connects.

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
use super::fault::causes;
use super::redirect::{RedirectHop, redirect};
use super::{DnsLookup, HttpClient, HttpFault, HttpRequest, HttpResponse, Reach, ssrf_guard};

const USER_AGENT: &str = concat!("toolrack/", env!("CARGO_PKG_VERSION"));
/// How long a connection may take, from the name lookup to the end of the TLS handshake. A server that is there answers
/// in a fraction of it, and what is left of the request's own time is then of use for something else.
const CONNECT: Duration = Duration::from_secs(5);

/// A client for HTTP/1.1 and HTTP/2 over TCP and TLS, with a pool of connections for each [`Reach`].
///
/// It trusts whom the system trusts; on a system without a CA bundle, as slim containers are, it trusts Mozilla's list.
/// It goes out directly, whatever `HTTP_PROXY` says, takes gzip, brotli and zstd, and gives a connection up that takes
/// more than 5 s. Making one is free: certificates are read at the first request, some milliseconds that block.
///
/// [`HttpClient::send`] has to be driven by a tokio runtime with I/O and time enabled. A pooled connection lives on the
/// runtime that opened it, so each of them must keep running as long as the client is in use.
pub struct TlsClient {
    // Not built in `new`: most registries never send a request, and the CA bundle is read from disk.
    any: OnceLock<Client>,
    // With a pool of its own: a connection of the other may lead anywhere.
    public: OnceLock<Client>,
    lookup: Arc<dyn DnsLookup>,
}

impl TlsClient {
    /// A client that has connected to nobody yet.
    pub fn new() -> Self {
        Self::with_lookup(Arc::new(SystemDnsLookup))
    }

    /// A client that asks `lookup` where the hosts are of requests under [`Reach::Public`]. What it answers is judged
    /// like any other answer. Other requests ask the system.
    pub fn with_lookup(lookup: Arc<dyn DnsLookup>) -> Self {
        Self { any: OnceLock::new(), public: OnceLock::new(), lookup }
    }

    fn inner(&self, reach: Reach) -> Result<&Client, HttpFault> {
        let inner = match reach {
            Reach::Any => &self.any,
            Reach::Public => &self.public,
        };
        if let Some(client) = inner.get() {
            return Ok(client);
        }
        let tls = tls(Roots::System)
            .or_else(|_| tls(Roots::Bundled))
            .map_err(|error| HttpFault::Unsendable { reason: format!("TLS cannot be set up: {error}") })?;
        let mut builder = Client::builder()
            .tls_backend_preconfigured(tls)
            .user_agent(USER_AGENT)
            .connect_timeout(CONNECT)
            .redirect(Policy::none())
            .referer(false)
            // A proxy would look names up by itself, behind the guard's back.
            .no_proxy();
        if reach == Reach::Public {
            builder = builder.dns_resolver(PublicAddresses(Arc::clone(&self.lookup)));
        }
        let client = builder
            .build()
            .map_err(|error| HttpFault::Unsendable { reason: causes(&error.without_url()) })?;
        // Two first requests at once build two clients, of which one is kept.
        Ok(inner.get_or_init(|| client))
    }

    async fn answer(&self, mut request: HttpRequest) -> Result<HttpResponse, HttpFault> {
        let mut route = RedirectHop::of(&request)?;
        loop {
            let (headers, body) = route.carried(&mut request);
            let client = self.inner(route.reach)?;
            let mut outgoing = client.request(request.method.clone(), route.url.clone()).headers(headers);
            if let Some(body) = body {
                outgoing = outgoing.body(body);
            }
            let response = outgoing.send().await.map_err(|error| fault(&route.url, error))?;
            let next = match redirect(&route.url, response.status().as_u16(), response.headers()) {
                Some(url) => route.to(url)?,
                None => None,
            };
            match next {
                Some(next) => route = next,
                None => return complete(route.url, response, request.max_bytes).await,
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

fn fault(url: &Url, error: reqwest::Error) -> HttpFault {
    // The guard speaks through the resolver, so what it says comes wrapped.
    let mut layer = error.source();
    while let Some(cause) = layer {
        if let Some(refused) = cause.downcast_ref::<HttpFault>() {
            return refused.clone();
        }
        layer = cause.source();
    }
    let (unreachable, unsendable) = (error.is_connect(), error.is_builder());
    let reason = causes(&error.without_url());
    if unsendable {
        return HttpFault::Unsendable { reason };
    }
    let reason = format!("{}: {reason}", url.origin().ascii_serialization());
    if unreachable { HttpFault::Unreachable { reason } } else { HttpFault::Broken { reason } }
}

/// Finds the addresses of names, and gives those that passed the guard: the connection goes to one of these.
struct PublicAddresses(Arc<dyn DnsLookup>);

impl Resolve for PublicAddresses {
    fn resolve(&self, name: Name) -> Resolving {
        let lookup = Arc::clone(&self.0);
        Box::pin(async move {
            let found = ssrf_guard::addresses(&*lookup, name.as_str()).await?;
            // Port 0 stands for that of the URL.
            Ok(Box::new(found.into_iter().map(|address| SocketAddr::new(address, 0))) as Addrs)
        })
    }
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
