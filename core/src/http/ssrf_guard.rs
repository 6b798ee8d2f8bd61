//! The guard before requests whose URL a document or a server names, and not the user.
//!
//! Whoever writes such a URL borrows the eyes of the machine that follows it: they see metadata of its cloud, services
//! on its loopback, the network behind its firewall. So [`Reach::Public`](super::Reach::Public) lets a request out to
//! the public internet alone. The URL is judged before anything is sent, and the addresses of its host between lookup
//! and connection, by the resolver of the client itself: no other answer can come between.
//!
//! Limits: it knows blocks of addresses, not networks. A service inside that has a public address, and relies on a
//! firewall to be out of reach, is reached; so is one behind a NAT64 prefix that a network made of its own public
//! addresses. Ports are not judged.

use std::error::Error;
use std::net::IpAddr;

use url::{Host, Url};

use super::HttpFault;
use super::address::AddressBlock;
use super::dns_lookup::DnsLookup;

/// Names of this machine and of networks that nobody outside sees (RFC 6761, RFC 6762, and `internal`, which ICANN keeps
/// for private use): each with all names below it. `internal` holds the metadata service of Google's cloud.
///
/// They are refused unasked. Most resolve to addresses that are refused as well, but a question to the network is
/// already an answer to who asks it.
const LOCAL_NAMES: [&str; 3] = ["localhost", "local", "internal"];

/// Judges what of a URL can be judged before its name is looked up. Nothing may be sent to one that fails.
pub(super) fn check(url: &Url) -> Result<(), HttpFault> {
    // Neither scheme nor user is told: `ada:pw@host` has the scheme `ada`.
    if !matches!(url.scheme(), "http" | "https") {
        return Err(refused(url, "would be asked by another scheme than http and https"));
    }
    // Who asks is not for a document to say, and `http://good.example@evil.example/` is written to be misread.
    if !url.username().is_empty() || url.password().is_some() {
        return Err(refused(url, "stands behind a user or password"));
    }
    let address: IpAddr = match url.host() {
        Some(Host::Domain(name)) => return check_name(name),
        Some(Host::Ipv4(address)) => address.into(),
        Some(Host::Ipv6(address)) => address.into(),
        None => return Err(refused(url, "has no name")),
    };
    AddressBlock::of(address).map_or(Ok(()), |block| Err(refused(url, &format!("is in {block}"))))
}

fn check_name(name: &str) -> Result<(), HttpFault> {
    let top = name.trim_end_matches('.').rsplit('.').next().unwrap_or_default();
    if LOCAL_NAMES.iter().any(|local| local.eq_ignore_ascii_case(top)) {
        return Err(HttpFault::Forbidden { reason: format!("{name} is a local name") });
    }
    Ok(())
}

/// All addresses of a name, none of which is outside the public internet.
///
/// One that is refuses all of them: an answer that mixes public and private addresses is that of a rebinding attack,
/// which lets the client fail at the first and go on to the second. A name that honestly has both is one of a network
/// that looks different from within, and a document has no business there.
pub(super) async fn addresses(
    lookup: &dyn DnsLookup,
    name: &str,
) -> Result<Vec<IpAddr>, Box<dyn Error + Send + Sync>> {
    check_name(name)?;
    let found = lookup.addresses(name).await?;
    match found.iter().find_map(|address| AddressBlock::of(*address)) {
        Some(block) => Err(HttpFault::Forbidden { reason: format!("{name} leads into {block}") }.into()),
        None => Ok(found),
    }
}

/// Names the host of a URL and nothing else of it: the rest may hold credentials.
pub(super) fn refused(url: &Url, why: &str) -> HttpFault {
    let host = url.host().map_or_else(|| "the host".to_owned(), |host| host.to_string());
    HttpFault::Forbidden { reason: format!("{host} {why}") }
}

#[cfg(test)]
mod tests {
    use std::io;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use futures_core::future::BoxFuture;

    use super::*;

    fn checked(url: &str) -> Option<String> {
        check(&Url::parse(url).expect(url)).err().map(|fault| fault.to_string())
    }

    #[test]
    fn a_url_that_leads_to_this_machine_or_network_is_refused_with_host_and_reason() {
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
            assert_eq!(checked(url), Some(format!("request is refused: {host} {why}")), "{url}");
        }
    }

    #[test]
    fn another_scheme_and_credentials_are_refused_and_not_repeated() {
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
            let message = checked(url).expect(url);
            assert!(!message.contains("s3cret"), "{message}");
        }
    }

    #[test]
    fn a_url_that_may_be_of_the_internet_passes() {
        for url in [
            "https://example.com/openapi.yaml?revision=2#/paths",
            "http://1.1.1.1:8080/",
            "https://[2606:4700::1111]/",
            "https://notlocalhost/",
            "https://localhost.example.com/",
            "https://mylocal/",
            "https://example.com./",
        ] {
            assert_eq!(checked(url), None, "{url}");
        }
    }

    /// Gives each question the next answer.
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
        let result = addresses(&answers, name).await;
        let result = result.map(|found| found.iter().map(IpAddr::to_string).collect());
        (result.map_err(|fault| fault.to_string()), answers.1.into_inner())
    }

    #[tokio::test]
    async fn a_name_is_asked_for_once_and_what_is_judged_is_what_is_given() {
        let rebinding = [&["93.184.215.14", "2606:4700::1111"][..], &["127.0.0.1"]];
        let expected = rebinding[0].iter().map(ToString::to_string).collect();
        assert_eq!(resolved("example.com", &rebinding).await, (Ok(expected), 1));
    }

    #[tokio::test]
    async fn one_address_that_is_not_public_refuses_the_name() {
        for (answer, block) in [
            (&["10.0.0.7"][..], "10.0.0.0/8 (private)"),
            (&["93.184.215.14", "10.0.0.7"], "10.0.0.0/8 (private)"),
            (&["::ffff:169.254.169.254", "93.184.215.14"], "169.254.0.0/16 (link-local)"),
        ] {
            let expected = format!("request is refused: example.com leads into {block}");
            assert_eq!(resolved("example.com", &[answer]).await, (Err(expected), 1));
        }
    }

    #[tokio::test]
    async fn a_local_name_is_asked_of_nobody() {
        let expected = "request is refused: db.internal is a local name".to_owned();
        assert_eq!(resolved("db.internal", &[]).await, (Err(expected), 0));
    }
}
