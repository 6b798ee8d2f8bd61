//! Which servers calls reach: those of a document by where it came from, those of an HTTP tool by its options.

use std::sync::{Arc, Mutex};

use futures_core::future::BoxFuture;
use http::HeaderMap;
use serde_json::{Value, json};
use toolrack_core::clock::system_clock;
use toolrack_core::error::{Error, ErrorCode};
use toolrack_core::exec::{CallRequest, CallRunner};
use toolrack_core::http::{HttpClient, HttpFault, HttpRequest, HttpResponse, Reach, TlsClient};
use toolrack_core::http_tool::{GivenHttpTool, HttpTools};
use toolrack_core::loader::{LoadOptions, SpecLoader};
use toolrack_core::registry::{OnConflict, ToolRegistry};
use toolrack_core::spec::SpecSource;

/// Serves one document at every address that ends with it, and writes down where other requests go and may go.
struct Network {
    document: Vec<u8>,
    asked: Mutex<Vec<(String, Reach)>>,
}

impl HttpClient for Network {
    fn send(&self, request: HttpRequest) -> BoxFuture<'_, Result<HttpResponse, HttpFault>> {
        let is_document = request.url.path() == "/spec.json";
        if !is_document {
            let asked = (request.url.to_string(), request.reach);
            self.asked.lock().expect("no panic").push(asked);
        }
        let body = if is_document { self.document.clone() } else { Vec::new() };
        let answer = HttpResponse { status: 200, headers: HeaderMap::new(), body, url: request.url };
        Box::pin(async { Ok(answer) })
    }
}

fn document(server: &str, own: Option<&str>) -> Value {
    let mut get = json!({"operationId": "get", "responses": {}});
    if let Some(own) = own {
        get["servers"] = json!([{"url": own}]);
    }
    json!({"openapi": "3.1.0", "servers": [{"url": server}], "paths": {"/a": {"get": get}}})
}

/// Where a call of a document's operation goes, and which servers it may reach.
async fn asked(place: &str, document: Value, options: Value) -> (String, Reach) {
    let registry = Arc::new(ToolRegistry::new(OnConflict::Refuse));
    let text = document.to_string();
    let network = Arc::new(Network { document: text.clone().into_bytes(), asked: Mutex::default() });
    let loader = SpecLoader::new(Arc::clone(&registry), Arc::clone(&network) as Arc<dyn HttpClient>);
    let source = SpecSource::from_text(if place.is_empty() { &text } else { place }).expect("a source");
    let mut options = LoadOptions::parse(&options).expect("options");
    options.name = Some("api".to_owned());
    loader.load(source, options).await.expect("is loaded");
    let call = CallRunner::default();
    call.execute(&registry.snapshot(), CallRequest::new("get", json!({}))).await.expect("is answered");
    network.asked.lock().expect("no panic").pop().expect("one call")
}

#[tokio::test]
async fn a_server_that_a_document_of_the_network_names_is_one_of_the_internet_unless_the_caller_says_more() {
    const FAR: &str = "https://docs.example.com/spec.json";
    let none = || json!({});
    for (place, document, options, url, reach) in [
        ("", document("http://10.0.0.7", None), none(), "http://10.0.0.7/a", Reach::Any),
        (FAR, document("http://10.0.0.7", None), none(), "http://10.0.0.7/a", Reach::Public),
        (FAR, document("/v1", None), none(), "https://docs.example.com/v1/a", Reach::Any),
        (FAR, document("/v1", Some("http://10.0.0.7")), none(), "http://10.0.0.7/a", Reach::Public),
        (FAR, document("http://10.0.0.7", Some("/v2")), none(), "http://10.0.0.7/v2/a", Reach::Public),
        (
            FAR,
            document("http://10.0.0.7", None),
            json!({"network": {"hosts": ["10.0.0.7"]}}),
            "http://10.0.0.7/a",
            Reach::Any,
        ),
        (
            FAR,
            document("http://10.0.0.7", None),
            json!({"network": {"hosts": ["10.0.0.7:81"]}}),
            "http://10.0.0.7/a",
            Reach::Public,
        ),
        (
            FAR,
            document("http://x", Some("http://169.254.169.254")),
            json!({"baseUrl": "http://10.0.0.8"}),
            "http://10.0.0.8/a",
            Reach::Any,
        ),
        (
            "http://localhost:3000/spec.json",
            document("http://127.0.0.1:4000", None),
            none(),
            "http://127.0.0.1:4000/a",
            Reach::Any,
        ),
    ] {
        let expected = (url.to_owned(), reach);
        assert_eq!(asked(place, document.clone(), options).await, expected, "{place} {document}");
    }
}

#[tokio::test]
async fn a_server_that_is_out_of_reach_is_not_asked_and_the_call_says_why() {
    /// The document from a stand-in, calls by the real client.
    struct Behind(Network, TlsClient);
    impl HttpClient for Behind {
        fn send(&self, request: HttpRequest) -> BoxFuture<'_, Result<HttpResponse, HttpFault>> {
            if request.url.path() == "/spec.json" { self.0.send(request) } else { self.1.send(request) }
        }
    }
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener.set_nonblocking(true).expect("can be");
    let port = listener.local_addr().expect("an address").port();
    for host in ["127.0.0.1", "localhost", "0x7f.1", "[::ffff:127.0.0.1]"] {
        let server = format!("http://{host}:{port}");
        let text = document(&server, None).to_string().into_bytes();
        let client = Behind(Network { document: text, asked: Mutex::default() }, TlsClient::new());
        let registry = Arc::new(ToolRegistry::new(OnConflict::Refuse));
        let loader = SpecLoader::new(Arc::clone(&registry), Arc::new(client));
        let source = SpecSource::from_text("https://docs.example.com/spec.json").expect("a source");
        loader.load(source, LoadOptions::default()).await.expect("is loaded");
        let outcome = CallRunner::default();
        let outcome = outcome.execute(&registry.snapshot(), CallRequest::new("get", json!({}))).await;
        let error = outcome.expect_err("is out of reach");
        assert_eq!(error.code(), ErrorCode::AddressForbidden, "{error}");
    }
    assert_eq!(listener.accept().expect_err("nobody came").kind(), std::io::ErrorKind::WouldBlock);
}

/// Refuses each request as the address guard does, and writes down which servers it might reach.
#[derive(Default)]
struct Guard(Mutex<Vec<Reach>>);

impl HttpClient for Guard {
    fn send(&self, request: HttpRequest) -> BoxFuture<'_, Result<HttpResponse, HttpFault>> {
        self.0.lock().expect("no panic").push(request.reach);
        let reason = "crm.corp is in 10.0.0.0/8".to_owned();
        Box::pin(async { Err(HttpFault::Forbidden { reason }) })
    }
}

#[tokio::test]
async fn an_http_tool_reaches_the_internet_and_the_private_hosts_that_its_options_name() {
    let registry = Arc::new(ToolRegistry::new(OnConflict::Replace));
    let guard = Arc::new(Guard::default());
    let tools =
        HttpTools::new(Arc::clone(&registry), Arc::clone(&guard) as Arc<dyn HttpClient>, system_clock());
    for hosts in [Vec::new(), vec!["crm.corp:8443".to_owned()]] {
        let definition =
            json!({"name": "get", "description": "d", "endpoint": "https://crm.corp:8443/customers"});
        let given = GivenHttpTool { text: definition.to_string(), unsaid: Vec::new(), function: None };
        tools.register(given, &hosts, None).expect("a definition");
        let call = CallRunner::default();
        let refused = call.execute(&registry.snapshot(), CallRequest::new("get", json!({}))).await;
        let Err(Error::AddressForbidden { reason, .. }) = refused else { panic!("{refused:?}") };
        let advice = "register the tool with network: { hosts: [\"crm.corp:8443\"] }";
        assert!(reason.ends_with(advice), "{reason}");
    }
    assert_eq!(*guard.0.lock().expect("no panic"), [Reach::Public, Reach::Any]);
}
