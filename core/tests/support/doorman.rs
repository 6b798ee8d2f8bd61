//! A client that answers what a test says, and tools of a document that are called with it.

use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use futures_core::future::BoxFuture;
use http::header::{AUTHORIZATION, CONTENT_TYPE};
use http::{HeaderMap, HeaderValue};
use serde_json::{Map, Value, json};
use toolrack_core::auth::{CredentialFunction, Credentials};
use toolrack_core::clock::Clock;
use toolrack_core::error::{Error, Result};
use toolrack_core::http::{HttpClient, HttpFault, HttpRequest, HttpResponse};
use toolrack_core::loader::{LoadOptions, LoadReport, SpecLoader};
use toolrack_core::registry::{OnConflict, ToolRegistry};
use toolrack_core::spec::SpecSource;
use toolrack_core::tool::{CallContext, Executor, ToolCall, ToolResult};

type Answerer = Box<dyn Fn(&HttpRequest) -> Result<(u16, Value), HttpFault> + Send + Sync>;

/// Answers requests, and remembers them.
pub struct Doorman {
    pub sent: Mutex<Vec<HttpRequest>>,
    answer: Answerer,
    /// Lets everybody else come by before it answers.
    is_slow: bool,
}

impl HttpClient for Doorman {
    fn send(&self, request: HttpRequest) -> BoxFuture<'_, Result<HttpResponse, HttpFault>> {
        let (url, answer) = (request.url.clone(), (self.answer)(&request));
        self.sent.lock().expect("no panic").push(request);
        let answer = answer.map(|(status, body)| {
            let headers =
                HeaderMap::from_iter([(CONTENT_TYPE, HeaderValue::from_static("application/json"))]);
            HttpResponse { status, headers, body: body.to_string().into_bytes(), url }
        });
        Box::pin(async move {
            for _ in 0..if self.is_slow { 100 } else { 0 } {
                tokio::task::yield_now().await;
            }
            answer
        })
    }
}

/// A registry, a loader into it, and the client behind both.
pub struct House {
    pub registry: Arc<ToolRegistry>,
    pub loader: SpecLoader,
    pub doorman: Arc<Doorman>,
}

impl House {
    pub fn of(
        answer: impl Fn(&HttpRequest) -> Result<(u16, Value), HttpFault> + Send + Sync + 'static,
    ) -> Self {
        Self::with(answer, false)
    }

    pub fn slow(
        answer: impl Fn(&HttpRequest) -> Result<(u16, Value), HttpFault> + Send + Sync + 'static,
    ) -> Self {
        Self::with(answer, true)
    }

    fn with(
        answer: impl Fn(&HttpRequest) -> Result<(u16, Value), HttpFault> + Send + Sync + 'static,
        is_slow: bool,
    ) -> Self {
        let doorman = Arc::new(Doorman { sent: Mutex::default(), answer: Box::new(answer), is_slow });
        let registry = Arc::new(ToolRegistry::new(OnConflict::Refuse));
        let client = Arc::clone(&doorman) as Arc<dyn HttpClient>;
        Self { loader: SpecLoader::new(Arc::clone(&registry), client), registry, doorman }
    }

    /// Loads a document under the name `api`.
    pub async fn load(&self, document: &Value, options: LoadOptions) -> Result<LoadReport> {
        let options = LoadOptions { name: Some("api".to_owned()), ..options };
        self.loader.load(SpecSource::Text(document.to_string().into()), options).await
    }

    /// Calls the tool `get`.
    pub async fn call(&self, arguments: Value) -> Result<Value> {
        self.call_for("ada", arguments).await
    }

    /// The same for a user.
    pub async fn call_for(&self, user: &str, arguments: Value) -> Result<Value> {
        let call = ToolCall {
            context: CallContext { user_id: json!(user), ..CallContext::default() },
            ..ToolCall::own("get", arguments.as_object().cloned().unwrap_or_default(), Duration::from_mins(1))
        };
        let snapshot = self.registry.snapshot();
        let tool = snapshot.get("get").expect("the tool is there");
        tool.executor.execute(call).await.map(ToolResult::into_value)
    }

    /// What was sent since the last time.
    pub fn sent(&self) -> Vec<HttpRequest> {
        std::mem::take(&mut *self.doorman.sent.lock().expect("no panic"))
    }
}

/// A clock that says a time of day, in ms since 1970.
pub struct TimeOfDay(pub fn() -> u64);

impl Clock for TimeOfDay {
    fn now(&self) -> Duration {
        Duration::from_millis((self.0)())
    }

    fn time_of_day(&self) -> SystemTime {
        SystemTime::UNIX_EPOCH + self.now()
    }
}

/// The options of a load as a caller writes them.
pub fn options(value: &Value) -> LoadOptions {
    LoadOptions::parse(value).expect("valid options")
}

/// The same with a function for the scheme `s`, and a clock.
pub fn asking(
    function: impl Fn(&ToolCall) -> Result<Value> + Send + Sync + 'static,
    clock: fn() -> u64,
) -> LoadOptions {
    struct Asked<F>(F);
    impl<F: Fn(&ToolCall) -> Result<Value> + Send + Sync> Executor for Asked<F> {
        fn execute(&self, call: ToolCall) -> BoxFuture<'_, Result<ToolResult>> {
            let said = (self.0)(&call).map(ToolResult::from);
            Box::pin(async { said })
        }
    }
    let mut auth = Credentials::default();
    auth.set_clock(Arc::new(TimeOfDay(clock)));
    auth.set_function(
        "s".to_owned(),
        CredentialFunction { executor: Arc::new(Asked(function)), timeout: Duration::from_secs(5) },
    );
    with_credentials(auth)
}

fn with_credentials(credentials: Credentials) -> LoadOptions {
    let mut options = LoadOptions::default();
    options.conversion.auth = Arc::new(credentials);
    options
}

/// Options with credentials for schemes, and a clock.
pub fn timed(auth: &Value, clock: fn() -> u64) -> LoadOptions {
    let mut problems = Vec::new();
    let mut credentials = Credentials::parse(Some(auth), &[], &mut problems);
    credentials.set_clock(Arc::new(TimeOfDay(clock)));
    assert_eq!(problems, []);
    with_credentials(credentials)
}

pub const API: &str = "https://api.example.com";

/// A document of one operation, `get`, at [`API`], with this said of its schemes and what it asks for.
pub fn document(schemes: &Value, security: &Value) -> Value {
    json!({
        "openapi": "3.1.0",
        "info": {"title": "api", "version": "1"},
        "servers": [{"url": API}],
        "paths": {"/things": {"get": {"operationId": "get", "security": security, "parameters": [
            {"name": "q", "in": "query", "schema": {"type": "object", "additionalProperties": true}, "style": "form",
                "explode": true},
        ]}}},
        "components": {"securitySchemes": schemes},
    })
}

/// The schemes that a call had no credentials for, and why.
pub fn lacks(outcome: Result<Value>) -> (Vec<String>, String) {
    match outcome {
        Err(Error::AuthFailed { schemes, reason, .. }) => (schemes, reason),
        other => panic!("{other:?}"),
    }
}

pub fn header<'r>(request: &'r HttpRequest, name: &str) -> Option<&'r str> {
    request.headers.get(name).map(|value| value.to_str().expect("a text"))
}

pub fn authorization(request: &HttpRequest) -> Option<&str> {
    header(request, AUTHORIZATION.as_str())
}

pub fn no_arguments() -> Value {
    Value::Object(Map::new())
}

/// Three schemes that tell themselves apart.
pub fn three_schemes() -> Value {
    json!({
        "a": {"type": "apiKey", "in": "header", "name": "X-Key"},
        "b": {"type": "http", "scheme": "bearer"},
        "c": {"type": "apiKey", "in": "query", "name": "c"},
    })
}
