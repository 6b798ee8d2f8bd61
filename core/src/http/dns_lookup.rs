//! DNS lookup: from a host name to its addresses.

use std::io;
use std::net::{IpAddr, ToSocketAddrs};

use futures_core::future::BoxFuture;

/// Resolves host names for requests under [`Reach::Public`](super::Reach::Public). The SSRF guard checks the addresses,
/// and the client connects to these same addresses, so DNS rebinding between check and connection has no effect.
///
/// It is called once for each new connection. It is not called for IP addresses, nor for names that the guard refuses
/// without a lookup.
pub trait DnsLookup: Send + Sync {
    /// The addresses of a host, in the order in which the client tries them.
    fn addresses<'a>(&'a self, host: &'a str) -> BoxFuture<'a, io::Result<Vec<IpAddr>>>;
}

/// The lookup of the operating system: its hosts file, its search list, its DNS servers.
pub(super) struct SystemDnsLookup;

impl DnsLookup for SystemDnsLookup {
    fn addresses<'a>(&'a self, host: &'a str) -> BoxFuture<'a, io::Result<Vec<IpAddr>>> {
        let host = host.to_owned();
        Box::pin(async move {
            // The lookup of the system blocks its thread.
            let found = tokio::task::spawn_blocking(move || (host.as_str(), 0).to_socket_addrs());
            Ok(found.await??.map(|socket| socket.ip()).collect())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn localhost_resolves_to_loopback_addresses() {
        let found = SystemDnsLookup.addresses("localhost").await.expect("an answer");
        assert!(!found.is_empty() && found.iter().all(IpAddr::is_loopback), "{found:?}");
    }
}
