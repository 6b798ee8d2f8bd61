//! SSRF guard: keeps a request whose URL a document or a server chose on the public internet.
//!
//! Whoever writes such a URL could read what only this machine can reach: cloud metadata, services on loopback, the
//! network behind its firewall. Under [`Reach::Public`](super::Reach::Public) the guard checks the URL before anything
//! is sent. It checks the addresses of the host between DNS lookup and connection, in the resolver of the client, so a
//! second DNS answer cannot replace the first one (DNS rebinding).
//!
//! Limits: the guard knows address blocks, not networks. It does not stop a request to an internal service with a
//! public address behind a firewall, nor to one behind a NAT64 prefix of a network's own public addresses. Ports are
//! not checked.

use std::error::Error;
use std::net::IpAddr;

use url::{Host, Url};

use super::HttpFault;
use super::address::AddressBlock;
use super::dns_lookup::DnsLookup;

/// Top-level names of this machine and of private networks, each with all names below it (RFC 6761, RFC 6762, and
/// `internal`, which ICANN keeps for private use). `internal` holds the metadata service of Google Cloud.
///
/// They are refused without a lookup: most resolve to refused addresses anyway, but the DNS query itself would already
/// leave the machine.
const LOCAL_NAMES: [&str; 3] = ["localhost", "local", "internal"];

/// Checks a URL before its name is resolved. Nothing may be sent to a URL that fails.
pub fn check_url(url: &Url) -> Result<(), HttpFault> {
    // The message names neither scheme nor user: `ada:pw@host` has the scheme `ada`.
    if !matches!(url.scheme(), "http" | "https") {
        return Err(forbidden_host(url, "has a URL whose scheme is not http or https"));
    }
    // A document must not choose a user, and `http://good.example@evil.example/` is meant to be misread.
    if !url.username().is_empty() || url.password().is_some() {
        return Err(forbidden_host(url, "has a user or password in its URL"));
    }
    let address: IpAddr = match url.host() {
        Some(Host::Domain(name)) => return check_name(name),
        Some(Host::Ipv4(address)) => address.into(),
        Some(Host::Ipv6(address)) => address.into(),
        None => return Err(forbidden_host(url, "is missing in the URL")),
    };
    AddressBlock::find(address).map_or(Ok(()), |block| Err(forbidden_host(url, &format!("is in {block}"))))
}

fn check_name(name: &str) -> Result<(), HttpFault> {
    if is_local_name(name) {
        return Err(HttpFault::Forbidden { reason: format!("{name} is a local name") });
    }
    Ok(())
}

fn is_local_name(name: &str) -> bool {
    let top = name.trim_end_matches('.').rsplit('.').next().unwrap_or_default();
    LOCAL_NAMES.iter().any(|local| local.eq_ignore_ascii_case(top))
}

/// Why a host is private, as `in 10.0.0.0/8 (private)`; `None` for a public address, and for a name that may have one. An
/// address of IPv6 may have a zone.
pub fn why_private(host: &str) -> Option<String> {
    match host.split('%').next().unwrap_or_default().parse() {
        Ok(address) => AddressBlock::find(address).map(|block| format!("in {block}")),
        Err(_) => is_local_name(host).then(|| "a local name".to_owned()),
    }
}

/// Resolves a name to its addresses, all of which are public.
///
/// One address that is not public refuses the name. Public and private addresses in one answer are a sign of DNS
/// rebinding, where the client fails at the first address and tries the second. A private network may answer so
/// without an attack, but a document must not reach it either.
pub(super) async fn resolve_public(
    lookup: &dyn DnsLookup,
    name: &str,
) -> Result<Vec<IpAddr>, Box<dyn Error + Send + Sync>> {
    check_name(name)?;
    let found = lookup.addresses(name).await?;
    match found.iter().find_map(|address| AddressBlock::find(*address)) {
        Some(block) => {
            Err(HttpFault::Forbidden { reason: format!("{name} has an address in {block}") }.into())
        }
        None => Ok(found),
    }
}

/// The refusal of a URL. It names the host alone: the rest of the URL can hold credentials.
pub(super) fn forbidden_host(url: &Url, why: &str) -> HttpFault {
    let host = url.host().map_or_else(|| "the host".to_owned(), |host| host.to_string());
    HttpFault::Forbidden { reason: format!("{host} {why}") }
}

#[cfg(test)]
mod tests {
    use std::io;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use futures_core::future::BoxFuture;

    use super::*;

    fn refusal(url: &str) -> Option<String> {
        check_url(&Url::parse(url).expect(url)).err().map(|fault| fault.to_string())
    }

    #[test]
    fn a_url_of_this_machine_or_a_private_network_is_refused_with_host_and_reason() {
        for (url, host, why) in [
            ("http://127.0.0.1:3000/", "127.0.0.1", "is in 127.0.0.0/8 (loopback)"),
            ("http://0x7f.1/", "127.0.0.1", "is in 127.0.0.0/8 (loopback)"),
            ("http://0177.1/", "127.0.0.1", "is in 127.0.0.0/8 (loopback)"),
            ("http://2130706433/", "127.0.0.1", "is in 127.0.0.0/8 (loopback)"),
            ("http://127.1/", "127.0.0.1", "is in 127.0.0.0/8 (loopback)"),
            ("http://127.0.0.1./", "127.0.0.1", "is in 127.0.0.0/8 (loopback)"),
            ("http://①②⑦.⓪.⓪.①/", "127.0.0.1", "is in 127.0.0.0/8 (loopback)"),
            ("http://%31%32%37.0.0.1/", "127.0.0.1", "is in 127.0.0.0/8 (loopback)"),
            ("http:\\\\127.0.0.1\\x", "127.0.0.1", "is in 127.0.0.0/8 (loopback)"),
            ("http://127.0.\t0.1/", "127.0.0.1", "is in 127.0.0.0/8 (loopback)"),
            ("http:/127.0.0.1/", "127.0.0.1", "is in 127.0.0.0/8 (loopback)"),
            ("https://169.254.169.254/latest/", "169.254.169.254", "is in 169.254.0.0/16 (link-local)"),
            ("http://0/", "0.0.0.0", "is in 0.0.0.0/8 (this network)"),
            ("http://[::1]:80/", "[::1]", "is in ::1/128 (loopback)"),
            ("http://[::ffff:127.0.0.1]/", "[::ffff:7f00:1]", "is in 127.0.0.0/8 (loopback)"),
            ("http://[fd00::1]/", "[fd00::1]", "is in fc00::/7 (private)"),
            ("http://localhost/", "localhost", "is a local name"),
            ("http://LOCALHOST./", "localhost.", "is a local name"),
            ("http://%6c%6fcalhost/", "localhost", "is a local name"),
            ("http://ｌｏｃａｌｈｏｓｔ/", "localhost", "is a local name"),
            ("http://a.b.localhost/", "a.b.localhost", "is a local name"),
            ("http://printer.local/", "printer.local", "is a local name"),
            ("http://metadata.google.internal/", "metadata.google.internal", "is a local name"),
            ("http://internal../", "internal..", "is a local name"),
        ] {
            assert_eq!(refusal(url), Some(format!("request is refused: {host} {why}")), "{url}");
        }
    }

    #[test]
    fn other_schemes_and_credentials_are_refused_and_not_quoted() {
        for url in [
            "http://s3cret@example.com/",
            "https://s3cret:s3cret@example.com/s3cret?s3cret",
            "http://:s3cret@example.com/",
            "ftp://example.com/s3cret",
            "file:///s3cret",
            "file://example.com/s3cret",
            "javascript:s3cret",
            "data:,s3cret",
            "s3cret:s3cret@example.com",
            "unix://s3cret@example.com/s3cret",
        ] {
            let message = refusal(url).expect(url);
            assert!(!message.contains("s3cret"), "{message}");
        }
    }

    #[test]
    fn a_public_url_passes() {
        for url in [
            "https://example.com/openapi.yaml?revision=2#/paths",
            "http://1.1.1.1:8080/",
            "https://[2606:4700::1111]/",
            "https://notlocalhost/",
            "https://localhost.example.com/",
            "https://mylocal/",
            "https://example.com./",
        ] {
            assert_eq!(refusal(url), None, "{url}");
        }
    }

    /// Returns the next answer at each lookup.
    struct CannedAnswers(Vec<Vec<&'static str>>, AtomicUsize);

    impl DnsLookup for CannedAnswers {
        fn addresses<'a>(&'a self, _: &'a str) -> BoxFuture<'a, io::Result<Vec<IpAddr>>> {
            let answer = &self.0[self.1.fetch_add(1, Ordering::Relaxed)];
            let answer = answer.iter().map(|address| address.parse().expect(address)).collect();
            Box::pin(async { Ok(answer) })
        }
    }

    async fn resolved(name: &str, answers: &[&[&'static str]]) -> (Result<Vec<String>, String>, usize) {
        let answers =
            CannedAnswers(answers.iter().map(|answer| answer.to_vec()).collect(), AtomicUsize::new(0));
        let result = resolve_public(&answers, name).await;
        let result = result.map(|found| found.iter().map(IpAddr::to_string).collect());
        (result.map_err(|fault| fault.to_string()), answers.1.into_inner())
    }

    #[tokio::test]
    async fn a_name_is_resolved_once_and_the_checked_addresses_are_returned() {
        let rebinding = [&["93.184.215.14", "2606:4700::1111"][..], &["127.0.0.1"]];
        let expected = rebinding[0].iter().map(ToString::to_string).collect();
        assert_eq!(resolved("example.com", &rebinding).await, (Ok(expected), 1));
    }

    #[tokio::test]
    async fn one_private_address_refuses_the_name() {
        for (answer, block) in [
            (&["10.0.0.7"][..], "10.0.0.0/8 (private)"),
            (&["93.184.215.14", "10.0.0.7"], "10.0.0.0/8 (private)"),
            (&["::ffff:169.254.169.254", "93.184.215.14"], "169.254.0.0/16 (link-local)"),
        ] {
            let expected = format!("request is refused: example.com has an address in {block}");
            assert_eq!(resolved("example.com", &[answer]).await, (Err(expected), 1));
        }
    }

    #[tokio::test]
    async fn a_local_name_is_refused_without_a_lookup() {
        let expected = "request is refused: db.internal is a local name".to_owned();
        assert_eq!(resolved("db.internal", &[]).await, (Err(expected), 0));
    }
}
