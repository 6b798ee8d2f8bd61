//! The client against servers on the loopback: what is an answer, what is a fault, and where reading stops.

use std::time::Duration;

use crate::support::server::{Server, ok, read_request, redirect};
use http::{Method, header};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpListener;
use tokio::sync::mpsc;
use toolrack_core::http::{HttpClient, HttpFault, HttpRequest, HttpResponse, Redirects, TlsClient};
use url::Url;

async fn send(request: HttpRequest) -> Result<HttpResponse, HttpFault> {
    TlsClient::new().send(request).await
}

#[tokio::test]
async fn an_answer_comes_with_status_headers_body_and_url() {
    let mut server = Server::answering(ok("hello")).await;
    let response = send(server.get("/greeting?to=all")).await.expect("an answer");
    assert_eq!((response.status, response.body.as_slice()), (200, b"hello".as_slice()));
    assert_eq!(response.headers["x-revision"], "7");
    assert_eq!(response.url.path(), "/greeting");
    let request = server.requests.recv().await.expect("a request");
    assert!(request.starts_with("GET /greeting?to=all HTTP/1.1\r\n"), "{request}");
    assert!(request.contains(concat!("user-agent: toolrack/", env!("CARGO_PKG_VERSION"))), "{request}");
}

#[tokio::test]
async fn a_posted_body_arrives_with_its_headers() {
    let mut server = Server::answering(ok("{}")).await;
    let mut request = server.get("/contacts");
    request.method = Method::POST;
    request.headers.insert(header::CONTENT_TYPE, header::HeaderValue::from_static("application/json"));
    request.body = Some(br#"{"name":"Ada"}"#.to_vec());
    send(request).await.expect("an answer");
    let request = server.requests.recv().await.expect("a request");
    assert!(request.starts_with("POST /contacts "), "{request}");
    assert!(request.contains("content-type: application/json\r\n"), "{request}");
    assert!(request.ends_with("\r\n\r\n{\"name\":\"Ada\"}"), "{request}");
}

#[tokio::test]
async fn a_status_of_500_is_an_answer() {
    let server = Server::answering("HTTP/1.1 500 Oops\r\ncontent-length: 3\r\n\r\nwhy").await;
    let response = send(server.get("/")).await.expect("an answer");
    assert_eq!((response.status, response.body.as_slice()), (500, b"why".as_slice()));
}

#[tokio::test]
async fn a_body_may_be_as_long_as_the_limit_and_no_longer() {
    let announced = ok("12345678");
    let chunked =
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n4\r\n1234\r\n4\r\n5678\r\n0\r\n\r\n".to_vec();
    for answer in [announced, chunked] {
        let server = Server::answering(answer).await;
        let within = |limit| {
            let mut request = server.get("/");
            request.max_bytes = limit;
            send(request)
        };
        assert_eq!(within(8).await.expect("an answer").body, b"12345678");
        assert_eq!(within(7).await.expect_err("a fault"), HttpFault::TooLarge { limit: 7 });
    }
}

#[tokio::test]
async fn the_length_of_a_body_that_is_not_sent_is_under_no_limit() {
    let server = Server::answering("HTTP/1.1 200 OK\r\ncontent-length: 1000000\r\n\r\n").await;
    let mut request = server.get("/");
    (request.method, request.max_bytes) = (Method::HEAD, 10);
    let response = send(request).await.expect("an answer");
    assert_eq!((response.status, response.body.len()), (200, 0));
}

/// The head of a gzip file.
const GZIP: &[u8] = b"\x1f\x8b\x08\0\0\0\0\0\x02\x03";

fn compressed(body: &[u8]) -> Vec<u8> {
    let length = GZIP.len() + body.len();
    let head = format!("HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: {length}\r\n\r\n");
    [head.as_bytes(), GZIP, body].concat()
}

#[tokio::test]
async fn a_compressed_answer_is_decompressed() {
    // 64 KiB of zeros: deflate's own 14 bytes, runs, and the checksum with the length.
    let mut zeros = b"\xed\xc1\x01\x01\0\0\0\x80\x90\xfe\xaf\xee\x08\x0a".to_vec();
    zeros.extend([0; 63]);
    zeros.extend(b"\x6a\xeb\x8e\x97\xd7\0\0\x01\0");
    let server = Server::answering(compressed(&zeros)).await;
    let response = send(server.get("/")).await.expect("an answer");
    assert_eq!(response.body, vec![0; 65_536]);
    assert!(!response.headers.contains_key(header::CONTENT_ENCODING));
}

#[tokio::test]
async fn a_small_answer_that_decompresses_to_much_stops_at_the_limit() {
    // A literal zero, and then 13 bytes again and again that say eight times "258 more of it": 10 MB in 65 kB.
    let mut bomb = b"\x63\x18".to_vec();
    bomb.extend(b"\x05\xa3\x60\x14\x8c\x82\x51\x30\x0a\x46\xc1\x28\x18".repeat(5_000));
    let server = Server::answering(compressed(&bomb)).await;
    let mut request = server.get("/");
    request.max_bytes = 100_000;
    assert_eq!(send(request).await.expect_err("a fault"), HttpFault::TooLarge { limit: 100_000 });
}

#[tokio::test]
async fn an_answer_that_ends_before_its_announced_length_is_broken() {
    let server = Server::answering("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nshort").await;
    let fault = send(server.get("/")).await.expect_err("a fault");
    let HttpFault::Broken { reason } = fault else { panic!("{fault:?}") };
    assert!(reason.contains("end of file before message length reached"), "{reason}");
}

#[tokio::test]
async fn an_answer_that_is_not_http_is_broken() {
    let server = Server::answering("220 mail.example.com ESMTP\r\n").await;
    let fault = send(server.get("/")).await.expect_err("a fault");
    assert!(matches!(fault, HttpFault::Broken { .. }), "{fault:?}");
}

#[tokio::test]
async fn a_server_that_never_answers_is_given_up() {
    let timeout = Duration::from_millis(100);
    for answer in [None, Some(b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf".to_vec())] {
        // Half an answer on a connection that stays open: the deadline covers the body too.
        let server = match answer {
            None => Server::start(|_| None).await,
            Some(half) => stalling(half).await,
        };
        let mut request = server.get("/");
        request.timeout = timeout;
        assert_eq!(send(request).await.expect_err("a fault"), HttpFault::Timeout { timeout });
    }
}

/// A server that says this much to each connection and then nothing more.
async fn stalling(start: Vec<u8>) -> Server {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let port = listener.local_addr().expect("an address").port();
    let (_, requests) = mpsc::unbounded_channel();
    tokio::spawn(async move {
        let mut open = Vec::new();
        while let Ok((mut connection, _)) = listener.accept().await {
            read_request(&mut connection).await;
            let _ = connection.write_all(&start).await;
            open.push(connection);
        }
    });
    Server { url: Url::parse(&format!("http://127.0.0.1:{port}/")).expect("a URL"), requests }
}

#[tokio::test]
async fn a_closed_port_is_unreachable_and_the_reason_keeps_credentials_to_itself() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let port = listener.local_addr().expect("an address").port();
    drop(listener);
    let url = Url::parse(&format!("http://ada:hunter2@127.0.0.1:{port}/v1?key=s3cret")).expect("a URL");
    let request = HttpRequest::new(Method::GET, url);
    assert!(!format!("{request:?}").contains("hunter2") && !format!("{request:?}").contains("s3cret"));
    let fault = send(request).await.expect_err("a fault");
    let message = fault.to_string();
    assert!(matches!(fault, HttpFault::Unreachable { .. }), "{fault:?}");
    assert!(message.contains(&format!("http://127.0.0.1:{port}: ")), "{message}");
    assert!(message.to_lowercase().contains("connection refused") || cfg!(windows), "{message}");
    assert!(
        !message.contains("hunter2") && !message.contains("s3cret") && !message.contains('\n'),
        "{message}"
    );
}

#[tokio::test]
async fn a_server_without_tls_is_unreachable_over_https() {
    let server = Server::answering(ok("plain")).await;
    let mut request = server.get("/");
    request.url.set_scheme("https").expect("a scheme of the same kind");
    let fault = send(request).await.expect_err("a fault");
    assert!(matches!(fault, HttpFault::Unreachable { .. }), "{fault:?}");
}

#[tokio::test]
async fn another_scheme_is_not_sent() {
    let request = HttpRequest::new(Method::GET, Url::parse("file:///etc/passwd").expect("a URL"));
    let fault = send(request).await.expect_err("a fault");
    assert!(matches!(fault, HttpFault::Unsendable { .. }), "{fault:?}");
}

#[tokio::test]
async fn a_redirect_is_the_answer_unless_asked_for() {
    let server = Server::answering(redirect("/new")).await;
    let response = send(server.get("/old")).await.expect("an answer");
    assert_eq!((response.status, response.headers[header::LOCATION].as_bytes()), (302, b"/new".as_slice()));
}

#[tokio::test]
async fn a_redirect_within_the_origin_is_followed() {
    let server = Server::start(|request| {
        Some(if request.starts_with("GET /new ") { ok("here") } else { redirect("/new") })
    })
    .await;
    let mut request = server.get("/old");
    request.redirects = Redirects::SameOrigin(1);
    let response = send(request).await.expect("an answer");
    assert_eq!((response.status, response.body.as_slice()), (200, b"here".as_slice()));
    assert_eq!(response.url.path(), "/new");
}

#[tokio::test]
async fn a_redirect_to_another_origin_is_the_answer_and_that_origin_hears_nothing() {
    let mut other = Server::answering(ok("secret")).await;
    let server = Server::answering(redirect(other.url.as_str())).await;
    let mut request = server.get("/");
    request.redirects = Redirects::SameOrigin(5);
    assert_eq!(send(request).await.expect("an answer").status, 302);
    assert!(other.requests.try_recv().is_err());
}

#[tokio::test]
async fn a_redirect_loop_ends_at_its_limit() {
    let mut server = Server::answering(redirect("/again")).await;
    let mut request = server.get("/");
    request.redirects = Redirects::SameOrigin(3);
    assert_eq!(send(request).await.expect("an answer").status, 302);
    let mut requests = 0;
    while server.requests.try_recv().is_ok() {
        requests += 1;
    }
    assert_eq!(requests, 4);
}

#[tokio::test]
async fn a_redirected_post_is_not_repeated() {
    let mut server = Server::answering(redirect("/new")).await;
    let mut request = server.get("/orders");
    request.method = Method::POST;
    request.redirects = Redirects::SameOrigin(3);
    assert_eq!(send(request).await.expect("an answer").status, 302);
    server.requests.recv().await.expect("the first request");
    assert!(server.requests.try_recv().is_err());
}
