//! Host lists: the hosts that a caller allows although their addresses are private.

use url::Url;

/// Whether a list of hosts, each `name` or `name:port`, has the host of a URL.
pub fn is_listed_host(hosts: &[String], url: &Url) -> bool {
    let Some(host) = url.host_str() else { return false };
    let with_port = url.port_or_known_default().map(|port| format!("{host}:{port}"));
    let names = [Some(host), with_port.as_deref()];
    hosts.iter().any(|known| names.into_iter().flatten().any(|name| name.eq_ignore_ascii_case(known)))
}
