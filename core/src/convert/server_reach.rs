//! SSRF: the servers that the calls of a document may reach.
//!
//! A document decides where its calls go, with the arguments of a model and the credentials of a user. The machine that
//! sends them may reach private hosts that the document's author cannot. A file or a text is trusted: the caller gave it. A
//! document from the network is not: its calls reach the server that it came from and the public internet. The option
//! `network.hosts` allows single private hosts.

use url::{Host, Url};

use crate::http::{Reach, is_listed_host};

/// The reach of calls to a server that a document names. `location` is the document's address, where it came over the network.
pub fn server_reach(server: &Url, hosts: &[String], location: Option<&Url>) -> Reach {
    let Some(location) = location else { return Reach::Any };
    let is_same_origin = location.origin() == server.origin();
    // In development the document and its API are often served by this machine at two ports.
    let is_local = is_loopback(location) && is_loopback(server);
    if is_same_origin || is_local || is_listed_host(hosts, server) { Reach::Any } else { Reach::Public }
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        // RFC 6761, section 6.3.
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_of_the_network_reaches_its_own_server_and_the_public_internet() {
        let hosts = ["10.0.0.7", "db.corp:8443"].map(ToOwned::to_owned).to_vec();
        for (location, server, expected) in [
            (None, "http://169.254.169.254/", Reach::Any),
            (Some("https://api.example.com/spec.json"), "https://api.example.com/v1", Reach::Any),
            (Some("https://api.corp/spec.json"), "https://api.corp:443/v1", Reach::Any),
            (Some("https://api.example.com/spec.json"), "http://api.example.com/v1", Reach::Public),
            (Some("https://api.example.com/spec.json"), "https://api.example.com:8443/", Reach::Public),
            (Some("https://api.example.com/spec.json"), "http://127.0.0.1/", Reach::Public),
            (Some("https://api.example.com/spec.json"), "https://other.example/", Reach::Public),
            (Some("https://api.corp/spec.json"), "http://169.254.169.254/", Reach::Public),
            (Some("https://api.example.com/spec.json"), "http://10.0.0.7:81/", Reach::Any),
            (Some("https://api.example.com/spec.json"), "https://DB.corp:8443/", Reach::Any),
            (Some("https://api.example.com/spec.json"), "https://db.corp/", Reach::Public),
            (Some("http://localhost:3000/spec.json"), "http://127.0.0.1:4000/", Reach::Any),
            (Some("http://127.0.0.1:3000/spec.json"), "http://[::1]:4000/", Reach::Any),
            (Some("http://app.localhost/spec.json"), "http://api.localhost/", Reach::Any),
            (Some("http://localhost:3000/spec.json"), "http://10.0.0.8/", Reach::Public),
            (Some("http://localhost.example.com/spec.json"), "http://localhost/", Reach::Public),
        ] {
            let url = |text: &str| Url::parse(text).expect(text);
            let location = location.map(url);
            assert_eq!(
                server_reach(&url(server), &hosts, location.as_ref()),
                expected,
                "{location:?} {server}"
            );
        }
    }
}
