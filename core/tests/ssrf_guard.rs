//! The guard before URLs that a document or a server names: what may not be reached hears nothing, not even a
//! connection.

use std::collections::VecDeque;
use std::io;
use std::net::{IpAddr, TcpListener};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use crate::support::server::{Server, ok, redirect};
use futures_core::future::BoxFuture;
use http::{HeaderValue, Method};
use tokio::time::Instant;
use toolrack_core::http::{
    DnsLookup, HttpClient, HttpFault, HttpRequest, HttpResponse, Reach, Redirects, TlsClient,
};
use url::Url;

/// Gives each question the next of its answers, and none to a question too many.
#[derive(Default)]
struct Answers(Mutex<VecDeque<IpAddr>>);

impl Answers {
    fn of(addresses: &[&str]) -> Arc<Self> {
        let addresses = addresses.iter().map(|address| address.parse().expect("an address"));
        Arc::new(Self(Mutex::new(addresses.collect())))
    }

    fn left(&self) -> usize {
        self.0.lock().expect("no panic before").len()
    }
}

impl DnsLookup for Answers {
    fn addresses<'a>(&'a self, _: &'a str) -> BoxFuture<'a, io::Result<Vec<IpAddr>>> {
        let answer = self.0.lock().expect("no panic before").pop_front();
        Box::pin(async move { answer.map(|address| vec![address]).ok_or(io::ErrorKind::NotFound.into()) })
    }
}

/// A port that would take connections, and knows whether any came.
struct Port(TcpListener);

impl Port {
    fn open() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        listener.set_nonblocking(true).expect("a socket that does not block");
        Self(listener)
    }

    fn at(&self, host: &str) -> Url {
        let port = self.0.local_addr().expect("an address").port();
        Url::parse(&format!("http://{host}:{port}/v1?key=s3cret")).expect("a URL")
    }

    fn is_untouched(&self) -> bool {
        self.0.accept().is_err_and(|error| error.kind() == io::ErrorKind::WouldBlock)
    }
}

fn public(url: Url) -> HttpRequest {
    HttpRequest { reach: Reach::Public, ..HttpRequest::new(Method::GET, url) }
}

fn guarded(mut request: HttpRequest) -> HttpRequest {
    request.redirects = Redirects::Guarded(3);
    request.headers.insert("x-api-key", HeaderValue::from_static("hunter2"));
    request
}

async fn send(request: HttpRequest, lookup: &Arc<Answers>) -> Result<HttpResponse, HttpFault> {
    let lookup: Arc<dyn DnsLookup> = Arc::<Answers>::clone(lookup);
    TlsClient::with_lookup(lookup).send(request).await
}

#[tokio::test]
async fn what_only_this_machine_can_see_is_not_connected_to() {
    for (host, why) in [
        ("127.0.0.1", "127.0.0.1 is in 127.0.0.0/8 (loopback)"),
        ("0x7f.1", "127.0.0.1 is in 127.0.0.0/8 (loopback)"),
        ("[::ffff:127.0.0.1]", "[::ffff:7f00:1] is in 127.0.0.0/8 (loopback)"),
        ("localhost", "localhost is a local name"),
        ("docs.example.com", "docs.example.com has an address in 127.0.0.0/8 (loopback)"),
    ] {
        let port = Port::open();
        let fault = send(public(port.at(host)), &Answers::of(&["127.0.0.1"])).await.expect_err("a fault");
        assert_eq!(fault, HttpFault::Forbidden { reason: why.to_owned() });
        assert_eq!(fault.to_string(), format!("request is refused: {why}"));
        assert!(port.is_untouched(), "{host}");
    }
}

#[tokio::test]
async fn a_name_that_is_public_when_judged_and_local_afterwards_does_not_get_the_connection() {
    // Of a block that nobody was given, so that no host answers where there is a network.
    let (public_first, port) = (["2000::1", "127.0.0.1"], Port::open());
    let lookup = Answers::of(&public_first);
    let mut request = public(port.at("rebinding.example.com"));
    request.timeout = Duration::from_millis(200);
    let fault = send(request.clone(), &lookup).await.expect_err("a fault");
    assert!(matches!(fault, HttpFault::Unreachable { .. } | HttpFault::Timeout { .. }), "{fault:?}");
    assert_eq!(lookup.left(), 1, "one question for one connection");
    let fault = send(request, &lookup).await.expect_err("a fault");
    assert!(matches!(fault, HttpFault::Forbidden { .. }), "{fault:?}");
    assert!(port.is_untouched());
}

#[tokio::test]
async fn a_name_that_nobody_knows_is_unreachable() {
    let fault =
        send(public(Port::open().at("docs.example.com")), &Answers::of(&[])).await.expect_err("a fault");
    assert!(matches!(fault, HttpFault::Unreachable { .. }), "{fault:?}");
    assert!(!fault.to_string().contains("s3cret"), "{fault}");
}

#[tokio::test]
async fn a_redirect_within_the_origin_of_the_user_is_followed_with_the_headers() {
    let mut server = Server::start(|request| {
        Some(if request.starts_with("GET /v2.yaml ") { ok("here") } else { redirect("/v2.yaml") })
    })
    .await;
    let response = send(guarded(server.get("/")), &Answers::of(&[])).await.expect("an answer");
    assert_eq!((response.body.as_slice(), response.url.path()), (b"here".as_slice(), "/v2.yaml"));
    for _ in 0..2 {
        let request = server.requests.recv().await.expect("a request");
        assert!(request.contains("x-api-key: hunter2\r\n"), "{request}");
    }
}

#[tokio::test]
async fn a_redirect_from_the_origin_of_the_user_to_another_of_the_machine_is_a_fault_and_not_followed() {
    for host in ["127.0.0.1", "localhost", "docs.example.com"] {
        let port = Port::open();
        let server = Server::answering(redirect(port.at(host).as_str())).await;
        let fault = send(guarded(server.get("/")), &Answers::of(&["127.0.0.1"])).await.expect_err("a fault");
        assert!(matches!(fault, HttpFault::Forbidden { .. }), "{fault:?}");
        assert!(fault.to_string().contains(host) && !fault.to_string().contains("s3cret"), "{fault}");
        assert!(port.is_untouched(), "{host}");
    }
}

#[tokio::test]
async fn a_guarded_redirect_loop_is_a_fault() {
    let mut server = Server::answering(redirect("/again")).await;
    let fault = send(guarded(server.get("/")), &Answers::of(&[])).await.expect_err("a fault");
    assert_eq!(fault.to_string(), "request is refused: 127.0.0.1 redirects more often than the limit allows");
    let mut requests = 0;
    while server.requests.try_recv().is_ok() {
        requests += 1;
    }
    assert_eq!(requests, 4);
}

/// A lookup that never ends.
struct Silence;

impl DnsLookup for Silence {
    fn addresses<'a>(&'a self, _: &'a str) -> BoxFuture<'a, io::Result<Vec<IpAddr>>> {
        Box::pin(std::future::pending())
    }
}

#[tokio::test(start_paused = true)]
async fn a_connection_that_is_not_there_in_5_s_is_given_up_though_the_request_has_more_time() {
    let port = Port::open();
    let mut never_greeted = HttpRequest::new(Method::GET, port.at("127.0.0.1"));
    never_greeted.url.set_scheme("https").expect("a scheme of the same kind");
    for request in [never_greeted, public(port.at("docs.example.com"))] {
        let start = Instant::now();
        let fault = TlsClient::with_lookup(Arc::new(Silence)).send(request).await.expect_err("a fault");
        assert!(matches!(fault, HttpFault::Unreachable { .. }), "{fault:?}");
        assert_eq!(start.elapsed().as_secs(), 5);
    }
}

/// The way that is open, which needs a public address that is this machine's:
/// `unshare -Urn sh -c 'ip link set lo up && ip addr add 1.1.1.1/32 dev lo && cargo test --test guard -- --ignored'`.
#[tokio::test]
#[ignore = "needs the address 1.1.1.1"]
async fn a_public_address_is_connected_to_without_the_headers_for_another_origin() {
    let mut far = Server::at("1.1.1.1", |_| Some(ok("here"))).await;
    let mut by_name = far.url.clone();
    by_name.set_host(Some("docs.example.com")).expect("a name");
    for (url, answers) in [(far.url.clone(), &[][..]), (by_name, &["1.1.1.1", "127.0.0.1"])] {
        let near = Server::answering(redirect(url.as_str())).await;
        for request in [public(url.clone()), guarded(near.get("/"))] {
            let response = send(request, &Answers::of(answers)).await.expect("an answer");
            assert_eq!((response.body.as_slice(), &response.url), (b"here".as_slice(), &url));
            let heard = far.requests.recv().await.expect("a request");
            assert!(heard.starts_with("GET / ") && !heard.contains("hunter2"), "{heard}");
        }
    }
}
