//! Tools with limits, a clock that tests set, and executors that do as they are told.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_core::future::BoxFuture;
use http::{HeaderMap, HeaderName, HeaderValue};
use serde_json::{Map, Value, json};
use tokio::sync::Semaphore;
use tokio::time::Instant;
use toolrack_core::clock::Clock;
use toolrack_core::error::{Error, Result};
use toolrack_core::http::{HttpClient, HttpFault, HttpRequest, HttpResponse};
use toolrack_core::limit::{LimitDecision, Limiter, LimiterOptions};
use toolrack_core::registry::{Origin, RegisteredTool};
use toolrack_core::tool::{CallContext, CallLimits, Caller, Executor, ToolCall, ToolDefinition, ToolResult};

/// A clock that a test sets.
#[derive(Default)]
pub struct Hand(AtomicU64);

impl Hand {
    pub fn set(&self, time: Duration) {
        self.0.store(u64::try_from(time.as_nanos()).expect("some years"), Ordering::Relaxed);
    }
}

impl Clock for Hand {
    fn now(&self) -> Duration {
        Duration::from_nanos(self.0.load(Ordering::Relaxed))
    }
}

/// Tokio's clock, which tests stop.
pub struct Paused(Instant);

impl Paused {
    pub fn new() -> Arc<Self> {
        Arc::new(Self(Instant::now()))
    }
}

impl Clock for Paused {
    fn now(&self) -> Duration {
        self.0.elapsed()
    }
}

pub fn limits(value: &Value) -> CallLimits {
    let (limits, problems) = CallLimits::parse(value, "");
    assert!(problems.is_empty(), "{problems:?}");
    limits
}

/// The rate limit of a test's limits, which stands beside the others.
fn split_rate_limit(limits: &Value) -> (Value, Value) {
    let mut others = limits.clone();
    let rate_limit = others.as_object_mut().and_then(|map| map.shift_remove("rateLimit"));
    (rate_limit.unwrap_or_default(), others)
}

pub fn limiter(defaults: &Value, enforce_rates: bool, clock: Arc<dyn Clock>) -> Arc<Limiter> {
    let (rate_limit, defaults) = split_rate_limit(defaults);
    let (rate_limit, defaults) = (rate_limit.as_f64(), limits(&defaults));
    Arc::new(Limiter::new(
        LimiterOptions { rate_limit, defaults, enforce_rates, ..LimiterOptions::default() },
        clock,
    ))
}

pub fn tool_of(source: &str, name: &str, limits: &Value, executor: Arc<dyn Executor>) -> RegisteredTool {
    let (rate_limit, call_limits) = split_rate_limit(limits);
    let definition =
        json!({"name": name, "description": "d", "rateLimit": rate_limit, "callLimits": call_limits});
    let definition = ToolDefinition::parse(&definition, true).expect("a definition");
    RegisteredTool::new(definition, executor, Origin { source: source.into(), namespace: None }, 0)
}

pub fn tool(name: &str, limits: &Value, executor: Arc<dyn Executor>) -> RegisteredTool {
    tool_of("code", name, limits, executor)
}

pub fn user(id: &Value) -> CallContext {
    CallContext { user_id: id.clone(), ..CallContext::default() }
}

/// Asks whether a call without arguments may start.
pub fn ask(limiter: &Limiter, tool: &RegisteredTool, user_id: &Value) -> Result<LimitDecision> {
    limiter.decide(tool, || Caller::of(&user(user_id), "tenant"), None, &Map::new())
}

/// A call as [`Limiter::carry_out`] takes it.
pub fn call(limiter: &Limiter, tool: &RegisteredTool, seconds: u64) -> ToolCall {
    let limits = limiter.limits_of(tool);
    ToolCall { limits, ..ToolCall::own(tool.name(), Map::new(), Duration::from_secs(seconds)) }
}

/// The same under a key, with an argument.
pub fn keyed(limiter: &Limiter, tool: &RegisteredTool, key: &str, argument: &Value) -> ToolCall {
    let mut call = call(limiter, tool, 60);
    call.arguments.insert("a".to_owned(), argument.clone());
    call.idempotency_key = Some(key.to_owned());
    call
}

/// Answers what it is told, in turn, each time when a permit is there; with the number of the call where nothing is
/// told.
pub struct Script {
    pub begun: AtomicUsize,
    pub answers: Mutex<VecDeque<Result<Value>>>,
    pub go: Semaphore,
}

impl Script {
    pub fn new(answers: impl IntoIterator<Item = Result<Value>>) -> Arc<Self> {
        let answers = Mutex::new(answers.into_iter().collect());
        Arc::new(Self { begun: AtomicUsize::new(0), answers, go: Semaphore::new(Semaphore::MAX_PERMITS) })
    }

    /// One that waits for permits.
    pub fn held() -> Arc<Self> {
        let go = Semaphore::new(0);
        Arc::new(Self { begun: AtomicUsize::new(0), answers: Mutex::default(), go })
    }

    pub fn begun(&self) -> usize {
        self.begun.load(Ordering::SeqCst)
    }
}

impl Executor for Script {
    fn execute(&self, call: ToolCall) -> BoxFuture<'_, Result<ToolResult>> {
        let number = self.begun.fetch_add(1, Ordering::SeqCst) + 1;
        let answer = self.answers.lock().expect("no panic").pop_front();
        Box::pin(async move {
            let Ok(permit) = tokio::time::timeout(call.timeout, self.go.acquire()).await else {
                let timeout_ms = u64::try_from(call.timeout.as_millis()).expect("short");
                return Err(Error::Timeout { tool: call.tool, timeout_ms });
            };
            permit.expect("never closed").forget();
            answer.unwrap_or(Ok(json!(number))).map(ToolResult::from)
        })
    }
}

/// What a server does with one request.
pub type Turn = Result<(u16, &'static [(&'static str, &'static str)]), HttpFault>;

/// A client that does with each request what it is told; the last of it from then on.
pub struct Servers {
    pub sent: Mutex<Vec<(Duration, HttpRequest)>>,
    turns: Mutex<VecDeque<Turn>>,
    began: Instant,
}

impl Servers {
    pub fn new(turns: impl IntoIterator<Item = Turn>) -> Arc<Self> {
        let turns = Mutex::new(turns.into_iter().collect());
        Arc::new(Self { sent: Mutex::default(), turns, began: Instant::now() })
    }

    pub fn count(&self) -> usize {
        self.sent.lock().expect("no panic").len()
    }

    /// When requests were sent, in ms.
    pub fn times(&self) -> Vec<u128> {
        self.sent.lock().expect("no panic").iter().map(|(at, _)| at.as_millis()).collect()
    }
}

impl HttpClient for Servers {
    fn send(&self, request: HttpRequest) -> BoxFuture<'_, Result<HttpResponse, HttpFault>> {
        let url = request.url.clone();
        self.sent.lock().expect("no panic").push((self.began.elapsed(), request));
        let mut turns = self.turns.lock().expect("no panic");
        let turn = if turns.len() > 1 { turns.pop_front() } else { turns.front().cloned() };
        let answer = turn.expect("a turn").map(|(status, headers)| {
            let header = |(name, value): &(&'static str, &'static str)| {
                (HeaderName::from_static(name), HeaderValue::from_static(value))
            };
            let headers = headers.iter().map(header).collect::<HeaderMap>();
            HttpResponse { status, headers, body: Vec::new(), url }
        });
        Box::pin(async move { answer })
    }
}
