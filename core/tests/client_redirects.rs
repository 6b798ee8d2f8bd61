//! What a client that knows no redirects is kept from.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_core::future::BoxFuture;
use http::{HeaderMap, HeaderValue, Method, header};
use toolrack_core::http::{
    CallerFetchClient, HttpClient, HttpFault, HttpRequest, HttpResponse, Reach, Redirects,
};
use url::Url;

/// Answers by a table of redirects, with `here` elsewhere; `silence` never.
#[derive(Default)]
struct Network {
    leads: HashMap<&'static str, &'static str>,
    /// Each request: its address, and whether it has the key.
    heard: Mutex<Vec<(String, bool)>>,
}

impl HttpClient for Network {
    fn send(&self, request: HttpRequest) -> BoxFuture<'_, Result<HttpResponse, HttpFault>> {
        assert_eq!(request.redirects, Redirects::None);
        let has_key = request.headers.contains_key("x-api-key");
        self.heard.lock().expect("no panic").push((request.url.to_string(), has_key));
        let mut headers = HeaderMap::new();
        let to = self.leads.get(request.url.as_str());
        headers.extend(to.map(|to| (header::LOCATION, HeaderValue::from_static(to))));
        let status = if to.is_some() { 302 } else { 200 };
        // Where it came from is not the sender's to say.
        let url = Url::parse("https://lie.example/").expect("an address");
        let answer = HttpResponse { status, headers, body: b"here".to_vec(), url };
        Box::pin(async move {
            if request.url.path() == "/silence" {
                std::future::pending::<()>().await;
            }
            Ok(answer)
        })
    }
}

/// What comes of a request along these redirects, and who heard of it with the key or without.
async fn routed(
    request: HttpRequest,
    leads: &[(&'static str, &'static str)],
) -> (Result<HttpResponse, HttpFault>, Vec<(String, bool)>) {
    let network = Arc::new(Network { leads: leads.iter().copied().collect(), ..Network::default() });
    let sender = Arc::clone(&network) as Arc<dyn HttpClient>;
    let outcome = CallerFetchClient::new(sender).send(request).await;
    let heard = std::mem::take(&mut *network.heard.lock().expect("no panic"));
    (outcome, heard)
}

fn get(url: &str, reach: Reach, redirects: Redirects) -> HttpRequest {
    let mut request = HttpRequest::new(Method::GET, url.parse().expect("an address"));
    request.headers.insert("x-api-key", HeaderValue::from_static("k"));
    HttpRequest { reach, redirects, ..request }
}

#[tokio::test]
async fn a_redirect_of_a_call_is_its_answer_and_nobody_else_hears_of_it() {
    let request = get("https://h/a", Reach::Any, Redirects::None);
    let (outcome, heard) = routed(request, &[("https://h/a", "https://other.example/")]).await;
    let answer = outcome.expect("an answer");
    assert_eq!((answer.status, answer.url.as_str()), (302, "https://h/a"));
    assert_eq!(heard, [("https://h/a".to_owned(), true)]);
}

#[tokio::test]
async fn a_document_is_followed_as_by_the_client_of_toolrack() {
    let leads = [("https://h/a", "/b"), ("https://h/b", "https://far.example/c")];
    let (outcome, heard) = routed(get("https://h/a", Reach::Any, Redirects::Guarded(3)), &leads).await;
    let answer = outcome.expect("an answer");
    assert_eq!((answer.body.as_slice(), answer.url.as_str()), (&b"here"[..], "https://far.example/c"));
    let expected = [("https://h/a", true), ("https://h/b", true), ("https://far.example/c", false)];
    assert_eq!(heard, expected.map(|(url, has_key)| (url.to_owned(), has_key)));
}

#[tokio::test]
async fn what_is_out_of_reach_is_not_sent() {
    for (url, reach, leads, told) in [
        ("http://127.0.0.1/", Reach::Public, &[][..], 0),
        ("http://localhost/", Reach::Public, &[], 0),
        ("http://h/a", Reach::Any, &[("http://h/a", "http://169.254.169.254/")], 1),
        ("https://h/a", Reach::Any, &[("https://h/a", "http://far.example/")], 1),
        ("https://h/a", Reach::Any, &[("https://h/a", "file:///etc/passwd")], 1),
        ("https://h/a", Reach::Any, &[("https://h/a", "https://h/a")], 4),
    ] {
        let (outcome, heard) = routed(get(url, reach, Redirects::Guarded(3)), leads).await;
        assert!(matches!(outcome, Err(HttpFault::Forbidden { .. })), "{url}: {outcome:?}");
        assert_eq!(heard.len(), told, "{url}");
    }
    let (outcome, heard) = routed(get("ftp://h/a", Reach::Any, Redirects::None), &[]).await;
    assert!(matches!(outcome, Err(HttpFault::Unsendable { .. })) && heard.is_empty(), "{outcome:?}");
}

#[tokio::test]
async fn an_answer_that_is_longer_than_it_may_be_is_none() {
    let request = HttpRequest { max_bytes: 3, ..get("https://h/a", Reach::Any, Redirects::None) };
    let (outcome, _) = routed(request, &[]).await;
    assert_eq!(outcome.expect_err("a fault"), HttpFault::TooLarge { limit: 3 });
}

#[tokio::test(start_paused = true)]
async fn all_redirects_together_have_the_time_of_the_request() {
    let timeout = Duration::from_secs(5);
    let request = HttpRequest { timeout, ..get("https://h/a", Reach::Any, Redirects::Guarded(3)) };
    let (outcome, heard) = routed(request, &[("https://h/a", "/silence")]).await;
    assert_eq!(outcome.expect_err("a fault"), HttpFault::Timeout { timeout });
    assert_eq!(heard.len(), 2);
}
