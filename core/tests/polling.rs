//! Documents at addresses: what servers answer when they are asked whether anything has changed.

use crate::support::server;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::support::heard::Heard;
use crate::support::scene::{named, plain};
use crate::support::server::{Server, ok};
use futures_core::future::BoxFuture;
use http::{HeaderMap, HeaderName, HeaderValue, header};
use serde_json::json;
use toolrack_core::http::{HttpClient, HttpFault, HttpRequest, HttpResponse, TlsClient};
use toolrack_core::loader::{LoadOptions, SourceStatus, SpecLoader, Truncation};
use toolrack_core::registry::{OnConflict, ToolRegistry};
use toolrack_core::retrieve::{FileContents, PollOutcome};
use toolrack_core::spec::SpecSource;
use url::Url;

const DEADLINE: Duration = Duration::from_secs(20);

type Outcome = Result<HttpResponse, HttpFault>;

/// Answers as it is told to, and writes down what it is asked.
#[derive(Default)]
struct Script {
    answers: Mutex<VecDeque<Outcome>>,
    asked: Mutex<Vec<HeaderMap>>,
}

impl HttpClient for Script {
    fn send(&self, request: HttpRequest) -> BoxFuture<'_, Outcome> {
        self.asked.lock().expect("no panic before").push(request.headers);
        let answer = self.answers.lock().expect("no panic before").pop_front();
        Box::pin(async move { answer.expect("nothing is asked that has no answer") })
    }
}

/// A document that was loaded from an address, and its server.
struct Place {
    script: Arc<Script>,
    registry: Arc<ToolRegistry>,
    loader: SpecLoader,
    heard: Heard,
}

fn address() -> Url {
    Url::parse("https://api.example.com/pets.json").expect("a URL")
}

#[expect(clippy::unnecessary_wraps, reason = "answers stand beside faults")]
fn answer(status: u16, body: &str, headers: &[(HeaderName, &'static str)]) -> Outcome {
    let headers = headers.iter().map(|(name, value)| (name.clone(), HeaderValue::from_static(value)));
    Ok(HttpResponse { status, headers: headers.collect(), body: body.into(), url: address() })
}

fn document(ids: &[&str], etag: &'static str) -> Outcome {
    answer(200, &plain(ids).to_string(), &[(header::ETAG, etag)])
}

fn same() -> Outcome {
    answer(304, "", &[])
}

impl Place {
    async fn new() -> Self {
        Self::with(named("pets")).await
    }

    async fn with(options: LoadOptions) -> Self {
        let script = Arc::new(Script::default());
        let registry = Arc::new(ToolRegistry::new(OnConflict::Refuse));
        let loader = SpecLoader::new(Arc::clone(&registry), Arc::clone(&script) as Arc<dyn HttpClient>);
        let place = Self { script, registry, loader, heard: Heard::default() };
        place.next(document(&["a", "b"], "\"1\""));
        place.loader.load(SpecSource::Url(address()), options).await.expect("loads");
        place.asked();
        place
    }

    fn next(&self, answer: Outcome) {
        self.script.answers.lock().expect("no panic before").push_back(answer);
    }

    async fn poll(&self, answer: Outcome) -> PollOutcome {
        self.next(answer);
        self.loader.hot_reload().poll("pets", DEADLINE, &self.heard).await
    }

    /// The conditions of what was asked since the last time.
    fn asked(&self) -> Vec<Option<String>> {
        let asked = std::mem::take(&mut *self.script.asked.lock().expect("no panic before"));
        let condition = |headers: &HeaderMap| {
            headers.get(header::IF_NONE_MATCH).map(|etag| etag.to_str().expect("a text").to_owned())
        };
        asked.iter().map(condition).collect()
    }

    fn status(&self) -> SourceStatus {
        self.loader.sources().remove(0)
    }

    /// Names, and the revision.
    fn tools(&self) -> (Vec<String>, u64) {
        let snapshot = self.registry.snapshot();
        (snapshot.tools().map(|tool| tool.name().to_owned()).collect(), snapshot.revision())
    }
}

fn strings(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

#[tokio::test]
async fn a_document_that_has_not_changed_is_neither_sent_nor_read_nor_told() {
    let place = Place::new().await;
    let before = place.status();
    for _ in 0..3 {
        assert_eq!(place.poll(same()).await, PollOutcome::Answered);
    }
    assert_eq!(place.asked(), vec![Some("\"1\"".to_owned()); 3]);
    assert_eq!((place.heard.take(), place.tools()), (vec![], (strings(&["a", "b"]), 1)));
    let after = place.status();
    assert!(after.checked_at >= before.checked_at && after.checked_at.is_some());
    assert_eq!(SourceStatus { checked_at: None, ..after }, SourceStatus { checked_at: None, ..before });
}

#[tokio::test]
async fn the_same_bytes_under_a_new_tag_are_no_change_and_the_tag_counts_from_then_on() {
    let place = Place::new().await;
    assert_eq!(place.poll(document(&["a", "b"], "\"2\"")).await, PollOutcome::Answered);
    place.poll(same()).await;
    assert_eq!(place.asked(), [Some("\"1\"".to_owned()), Some("\"2\"".to_owned())]);
    assert_eq!((place.heard.take(), place.tools()), (vec![], (strings(&["a", "b"]), 1)));
}

#[tokio::test]
async fn a_new_document_enters_whole() {
    let place = Place::new().await;
    assert_eq!(place.poll(document(&["b", "c"], "\"2\"")).await, PollOutcome::Answered);
    assert_eq!(
        (place.heard.take(), place.tools()),
        (strings(&["reloaded pets +1 ~0 -1"]), (strings(&["b", "c"]), 2))
    );
    place.poll(same()).await;
    assert_eq!(place.asked()[1].as_deref(), Some("\"2\""));
}

/// What a server may do wrong: its name, what it answers, and the code of the fault.
fn faults() -> Vec<(&'static str, Outcome, &'static str)> {
    let reason = || "https://api.example.com: as the test says".to_owned();
    vec![
        ("an error of its own", answer(500, "", &[]), "SOURCE_UNREADABLE"),
        ("too many questions", answer(429, "", &[]), "SOURCE_UNREADABLE"),
        ("nothing there", answer(404, "<!DOCTYPE html>", &[]), "SOURCE_UNREADABLE"),
        ("a redirect to nowhere", answer(302, "", &[]), "SOURCE_UNREADABLE"),
        ("no answer in time", Err(HttpFault::Timeout { timeout: DEADLINE }), "SOURCE_UNREADABLE"),
        ("a body that ends early", Err(HttpFault::Broken { reason: reason() }), "SOURCE_UNREADABLE"),
        ("a certificate of nobody", Err(HttpFault::Unreachable { reason: reason() }), "SOURCE_UNREADABLE"),
        ("a redirect to a private place", Err(HttpFault::Forbidden { reason: reason() }), "SOURCE_FORBIDDEN"),
        ("a body without end", Err(HttpFault::TooLarge { limit: 1 }), "LIMIT_EXCEEDED"),
        ("an error page that says 200", answer(200, "<!DOCTYPE html><p>404: x", &[]), "INVALID_SPEC"),
        ("half of it", answer(200, &plain(&["a"]).to_string()[..50], &[]), "INVALID_SPEC"),
        ("nothing at all", answer(200, "", &[]), "INVALID_SPEC"),
        ("null", answer(200, "null", &[]), "INVALID_SPEC"),
    ]
}

#[tokio::test]
async fn whatever_a_server_does_the_last_good_document_stays_and_the_fault_is_told_once() {
    for (what, fault, code) in faults() {
        let place = Place::new().await;
        let before = place.status();
        for told in [true, false, false] {
            place.poll(fault.clone()).await;
            let expected = if told { vec![format!("failed pets {code}")] } else { vec![] };
            assert_eq!(place.heard.take(), expected, "{what}");
        }
        let status = place.status();
        assert_eq!(status.fault.as_ref().map(|fault| fault.code), Some(code), "{what}");
        assert_eq!(status.checked_at, before.checked_at, "{what}: its age can be seen");
        assert_eq!(place.tools(), (strings(&["a", "b"]), 1), "{what}");
        place.poll(document(&["a", "b"], "\"1\"")).await;
        assert_eq!(
            (place.status().fault, place.heard.take()),
            (None, vec![]),
            "{what}: well again, without a word"
        );
        place.poll(fault).await;
        assert_eq!(place.heard.take(), [format!("failed pets {code}")], "{what}: news again");
    }
}

#[tokio::test]
async fn a_reload_by_hand_confirms_the_document_too() {
    let place = Place::new().await;
    place.poll(answer(500, "", &[])).await;
    let checked = place.status().checked_at.expect("it stands at an address");
    let milliseconds = || SystemTime::now().duration_since(UNIX_EPOCH).expect("it is later").as_millis();
    while milliseconds() <= u128::from(checked) {
        std::hint::spin_loop();
    }
    place.next(document(&["a", "b"], "\"1\""));
    place.loader.reload("pets").await.expect("reloads");
    let status = place.status();
    assert!(status.checked_at > Some(checked) && status.fault.is_none(), "{status:?}");
}

#[tokio::test]
async fn different_faults_are_told_one_by_one() {
    let place = Place::new().await;
    for status in [500, 503, 500, 503, 404] {
        place.poll(answer(status, "", &[])).await;
    }
    assert_eq!(place.heard.take().len(), 3);
}

#[tokio::test]
async fn only_a_server_that_gives_no_document_is_asked_less_often() {
    let place = Place::new().await;
    let wait = PollOutcome::Failed { retry_after: Some(Duration::from_secs(7)) };
    assert_eq!(place.poll(answer(503, "", &[(header::RETRY_AFTER, "7")])).await, wait);
    assert_eq!(place.poll(answer(500, "", &[])).await, PollOutcome::Failed { retry_after: None });
    assert_eq!(place.poll(answer(200, "null", &[])).await, PollOutcome::Answered);
}

#[tokio::test]
async fn a_refused_document_is_asked_for_by_its_own_tag_and_read_once() {
    let place = Place::new().await;
    place.poll(answer(200, "null", &[(header::ETAG, "\"bad\"")])).await;
    place.poll(same()).await;
    place.poll(answer(200, "null", &[(header::ETAG, "\"worse\"")])).await;
    place.poll(document(&["a", "b"], "\"1\"")).await;
    place.poll(same()).await;
    let tags: Vec<_> = place.asked().into_iter().flatten().collect();
    assert_eq!(tags, ["\"1\"", "\"bad\"", "\"bad\"", "\"worse\"", "\"1\""]);
    assert_eq!(place.heard.take(), ["failed pets INVALID_SPEC"]);
    assert_eq!(place.status().fault, None);
}

#[tokio::test]
async fn nothing_new_at_another_address_says_nothing_of_what_was_read() {
    let place = Place::new().await;
    let elsewhere = address().join("v2.json").expect("a URL");
    place.next(Ok(HttpResponse { url: elsewhere.clone(), ..same().expect("an answer") }));
    let moved = document(&["a", "b", "c"], "\"1\"").expect("an answer");
    place.poll(Ok(HttpResponse { url: elsewhere, ..moved })).await;
    assert_eq!(place.asked(), [Some("\"1\"".to_owned()), None]);
    assert_eq!(place.heard.take(), ["reloaded pets +1 ~0 -0"]);
}

#[tokio::test]
async fn a_source_that_is_unloaded_stands_at_no_address_or_is_closed_is_asked_for_no_more() {
    let place = Place::new().await;
    place.loader.unload("pets").expect("it is there");
    assert_eq!(place.loader.hot_reload().poll("pets", DEADLINE, &place.heard).await, PollOutcome::Gone);
    let text = SpecSource::Text(plain(&["x"]).to_string().into_bytes().into());
    place.loader.load(text, named("text")).await.expect("loads");
    assert_eq!(place.loader.hot_reload().poll("text", DEADLINE, &place.heard).await, PollOutcome::Gone);
    place.loader.close();
    assert_eq!(place.loader.hot_reload().poll("text", DEADLINE, &place.heard).await, PollOutcome::Gone);
    assert_eq!(place.heard.take(), strings(&[]));
}

/// What an overlay says of the operation `a`.
fn overlay(text: &str) -> String {
    let action = json!({"target": "$.paths[\"/a\"].get", "update": {"summary": text}});
    json!({"overlay": "1.0.0", "info": {"title": "t", "version": "1"}, "actions": [action]}).to_string()
}

#[tokio::test]
async fn an_overlay_that_changes_while_the_server_is_down_counts_once_it_is_up_though_it_has_nothing_new() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("over.json");
    std::fs::write(&file, overlay("first")).expect("a file");
    let options = LoadOptions { overlays: vec![SpecSource::Path(file.clone())], ..named("pets") };
    let place = Place::with(options).await;
    std::fs::write(&file, overlay("second")).expect("a file");
    place.next(answer(503, "", &[]));
    let files = FileContents { document: None, files: vec![(file, overlay("second").into_bytes())] };
    place.loader.hot_reload().load_files("pets", Ok(files), Truncation::Possible, &place.heard).await;
    assert_eq!(place.heard.take(), ["failed pets SOURCE_UNREADABLE"]);
    place.asked();
    place.poll(document(&["a", "b"], "\"1\"")).await;
    assert_eq!(place.asked(), [None], "asked without conditions");
    assert_eq!(place.heard.take(), ["reloaded pets +0 ~1 -0"]);
    place.poll(same()).await;
    assert_eq!((place.asked(), place.heard.take()), (vec![Some("\"1\"".to_owned())], vec![]));
}

/// A server that gives the first request the document, and every later one these bytes; then it is silent.
async fn loaded_from(later: Option<Vec<u8>>) -> (Server, SpecLoader, Arc<ToolRegistry>) {
    let asked = Mutex::new(0);
    let server = Server::start(move |_| {
        let mut asked = asked.lock().expect("no panic before");
        *asked += 1;
        if *asked == 1 { Some(ok(&plain(&["a"]).to_string())) } else { later.clone() }
    })
    .await;
    let registry = Arc::new(ToolRegistry::new(OnConflict::Refuse));
    let loader = SpecLoader::new(Arc::clone(&registry), Arc::new(TlsClient::new()));
    let place = SpecSource::Url(server.url.join("pets.json").expect("a URL"));
    loader.load(place, named("pets")).await.expect("loads");
    (server, loader, registry)
}

#[tokio::test]
async fn real_servers_that_misbehave_cost_nothing_but_the_wait() {
    let body = plain(&["a", "b"]).to_string();
    let long = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{body}", body.len() + 10);
    let short = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{body}", body.len() - 10);
    let chunked =
        format!("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n{:x}\r\n{body}\r\n", body.len());
    for (what, later, code) in [
        ("less than it announces", Some(long.into_bytes()), "SOURCE_UNREADABLE"),
        ("more than it announces", Some(short.into_bytes()), "INVALID_SPEC"),
        ("chunks without an end", Some(chunked.into_bytes()), "SOURCE_UNREADABLE"),
        ("no HTTP", Some(b"\x15\x03\x01\0\x02\x02\x28".to_vec()), "SOURCE_UNREADABLE"),
        ("silence", None, "SOURCE_UNREADABLE"),
    ] {
        let (_server, loader, registry) = loaded_from(later).await;
        let heard = Heard::default();
        loader.hot_reload().poll("pets", Duration::from_millis(500), &heard).await;
        assert_eq!(heard.take(), [format!("failed pets {code}")], "{what}");
        assert_eq!(registry.snapshot().revision(), 1, "{what}");
    }
}

#[tokio::test]
async fn a_server_that_drips_is_given_up_at_the_deadline() {
    use tokio::io::AsyncWriteExt;

    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let url = Url::parse(&format!("http://{}/pets.json", listener.local_addr().expect("an address")));
    let dripping = tokio::spawn(async move {
        let body = plain(&["a"]).to_string();
        let head = format!("HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: {}\r\n\r\n", body.len());
        let body = (head + &body).into_bytes();
        for first in [true, false] {
            let (mut connection, _) = listener.accept().await.expect("a connection");
            server::read_request(&mut connection).await;
            let mut rest = body.chunks(if first { body.len() } else { 1 });
            while let Some(bytes) = rest.next()
                && connection.write_all(bytes).await.is_ok()
            {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
            if rest.next().is_some() {
                return "given up";
            }
        }
        "heard to the end"
    });
    let registry = Arc::new(ToolRegistry::new(OnConflict::Refuse));
    let loader = SpecLoader::new(Arc::clone(&registry), Arc::new(TlsClient::new()));
    loader.load(SpecSource::Url(url.expect("a URL")), named("pets")).await.expect("loads");
    let heard = Heard::default();
    let polled = loader.hot_reload().poll("pets", Duration::from_millis(300), &heard).await;
    assert_eq!(
        (polled, heard.take()),
        (PollOutcome::Failed { retry_after: None }, strings(&["failed pets SOURCE_UNREADABLE"]))
    );
    let end = tokio::time::timeout(DEADLINE, dripping).await.expect("the server sees it");
    assert_eq!(end.expect("no panic"), "given up");
    assert_eq!(registry.snapshot().revision(), 1);
}
