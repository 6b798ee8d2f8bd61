//! The addresses of names.

use std::io;
use std::net::{IpAddr, ToSocketAddrs};

use futures_core::future::BoxFuture;

/// Says which addresses a host name has, for requests under [`Reach::Public`](super::Reach::Public). The client judges
/// the answer and connects to the very addresses in it, so a second answer to the same name has nobody to mislead.
///
/// It is asked once for each new connection, and never for an address or a name that is refused by itself.
pub trait DnsLookup: Send + Sync {
    /// The addresses of a host, in the order in which they are to be tried.
    fn addresses<'a>(&'a self, host: &'a str) -> BoxFuture<'a, io::Result<Vec<IpAddr>>>;
}

/// As the operating system does it: its hosts file, its search list, its DNS.
pub(super) struct SystemDnsLookup;

impl DnsLookup for SystemDnsLookup {
    fn addresses<'a>(&'a self, host: &'a str) -> BoxFuture<'a, io::Result<Vec<IpAddr>>> {
        let host = host.to_owned();
        Box::pin(async move {
            // The system's lookup blocks.
            let found = tokio::task::spawn_blocking(move || (host.as_str(), 0).to_socket_addrs());
            Ok(found.await??.map(|socket| socket.ip()).collect())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_system_knows_this_machine() {
        let found = SystemDnsLookup.addresses("localhost").await.expect("an answer");
        assert!(!found.is_empty() && found.iter().all(IpAddr::is_loopback), "{found:?}");
    }
}
