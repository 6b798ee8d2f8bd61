//! Approval (human in the loop): which calls wait for a person, and that nothing is done before.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use futures_core::future::BoxFuture;
use serde_json::{Map, Value, json};
use toolrack_core::clock::SystemClock;
use toolrack_core::error::{Error, Failure, Result};
use toolrack_core::exec::{CallRequest, CallRunner};
use toolrack_core::limit::{Limiter, LimiterOptions};
use toolrack_core::registry::{Filter, OnConflict, Origin, RegisteredTool, ToolRegistry};
use toolrack_core::tool::{CallApproval, Executor, ToolCall, ToolDefinition, ToolResult};

/// What a tool answers when it is asked whether a call needs approval: yes for an amount above 100.
#[derive(Default)]
struct Payment {
    /// The arguments that it was asked about.
    asked: Mutex<Vec<Map<String, Value>>>,
    executed: AtomicUsize,
}

impl Payment {
    fn asked(&self) -> Value {
        json!(*self.asked.lock().expect("no panic"))
    }
}

impl Executor for Payment {
    fn execute(&self, call: ToolCall) -> BoxFuture<'_, Result<ToolResult>> {
        self.executed.fetch_add(1, Ordering::Relaxed);
        Box::pin(async move { Ok(json!({"approved": call.approved}).into()) })
    }

    fn needs_approval(&self, call: ToolCall) -> BoxFuture<'_, Result<bool>> {
        self.asked.lock().expect("no panic").push(call.arguments.clone());
        let amount = call.arguments["amount"].as_i64().unwrap_or_default();
        let message = || Box::new(Failure { message: "no rates".to_owned(), ..Failure::default() });
        let answer = if amount < 0 {
            Err(Error::ToolFailed { tool: call.tool, failure: message() })
        } else {
            Ok(amount > 100)
        };
        Box::pin(async move { answer })
    }
}

/// A registry with the tool `pay`; one call a minute is let through.
struct Scene {
    registry: ToolRegistry,
    runner: CallRunner,
    payment: Arc<Payment>,
}

impl Scene {
    fn new(requires_approval: &Value) -> Self {
        let definition = json!({
            "name": "pay", "description": "Pays.", "requiresApproval": requires_approval, "rateLimit": 1,
            "parameters": {"amount": {"type": "integer"}, "currency": {"type": "string", "default": "EUR"}},
        });
        let definition = ToolDefinition::parse(&definition, true).expect("a definition");
        let payment = Arc::new(Payment::default());
        let executor = Arc::clone(&payment) as Arc<dyn Executor>;
        let registry = ToolRegistry::new(OnConflict::Refuse);
        registry.register(RegisteredTool::new(definition, executor, Origin::code(), 0)).expect("free");
        let options = LimiterOptions { enforce_rates: true, ..LimiterOptions::default() };
        let limiter = Arc::new(Limiter::new(options, Arc::new(SystemClock::default())));
        Self { registry, runner: CallRunner { limiter, ..CallRunner::default() }, payment }
    }

    async fn pay(&self, params: Value, approved: bool) -> Result<Value> {
        let request = CallRequest { approved, ..CallRequest::new("pay", params) };
        let outcome = self.runner.execute(&self.registry.snapshot(), request).await;
        outcome.map(|outcome| outcome.result.into_value())
    }

    /// The code of a call that fails.
    async fn refusal(&self, params: Value) -> &'static str {
        self.pay(params, false).await.expect_err("is refused").code().as_str()
    }

    fn executed(&self) -> usize {
        self.payment.executed.load(Ordering::Relaxed)
    }
}

#[tokio::test]
async fn a_call_that_nobody_approved_is_refused_and_counts_for_nothing() {
    let scene = Scene::new(&json!(true));
    for _ in 0..3 {
        let error = scene.pay(json!({"amount": 1}), false).await.expect_err("is refused");
        assert_eq!(error.details(), json!({"tool": "pay"}));
        assert_eq!(
            error.to_string(),
            "tool \"pay\" requires approval: ask a person, then call it again with { approved: true }"
        );
    }
    assert_eq!((scene.executed(), scene.payment.asked()), (0, json!([])));
    assert_eq!(
        scene.refusal(json!({"amount": "x"})).await,
        "INVALID_PARAMS",
        "arguments are validated first"
    );
    assert_eq!(scene.refusal(json!({"amount": 1, "approved": true})).await, "INVALID_PARAMS");
    assert_eq!(scene.pay(json!({"amount": 1}), true).await, Ok(json!({"approved": true})));
    let over = scene.pay(json!({"amount": 1}), true).await.expect_err("over the rate limit");
    assert_eq!(over.code().as_str(), "RATE_LIMITED");
}

#[tokio::test]
async fn a_predicate_decides_about_valid_arguments_and_is_not_asked_about_approved_calls() {
    let scene = Scene::new(&json!(CallApproval::PREDICATE));
    assert_eq!(scene.refusal(json!({"amount": "x"})).await, "INVALID_PARAMS");
    assert_eq!(scene.payment.asked(), json!([]));
    assert_eq!(scene.refusal(json!({"amount": 101})).await, "APPROVAL_REQUIRED");
    assert_eq!(scene.refusal(json!({"amount": -1})).await, "TOOL_FAILED");
    assert_eq!(scene.executed(), 0);
    assert_eq!(scene.pay(json!({"amount": 100}), false).await, Ok(json!({"approved": false})));
    let asked = |amount: i64| json!({"amount": amount, "currency": "EUR"});
    assert_eq!(scene.payment.asked(), json!([asked(101), asked(-1), asked(100)]));
    let scene = Scene::new(&json!(CallApproval::PREDICATE));
    assert_eq!(scene.pay(json!({"amount": 101}), true).await, Ok(json!({"approved": true})));
    assert_eq!(scene.payment.asked(), json!([]));
}

#[tokio::test]
async fn a_tool_that_requires_no_approval_is_called_and_never_asked() {
    for requires in [json!(null), json!(false)] {
        let scene = Scene::new(&requires);
        assert_eq!(scene.pay(json!({"amount": 101}), false).await, Ok(json!({"approved": false})));
        assert_eq!(scene.payment.asked(), json!([]));
    }
}

#[tokio::test]
async fn an_executor_without_a_predicate_needs_approval_also_behind_versions_that_are_counted() {
    let registry = ToolRegistry::new(OnConflict::Refuse);
    for (source, executor) in [
        ("pay@1", Arc::new(Payment::default()) as Arc<dyn Executor>),
        ("pay@2", Arc::new(Payment::default())),
        ("plain", Arc::new(Idle)),
    ] {
        let (family, _) = source.split_once('@').unwrap_or((source, ""));
        let definition = json!({
            "name": family, "description": "d", "requiresApproval": CallApproval::PREDICATE,
            "inputSchema": {"type": "object"},
        });
        let definition = ToolDefinition::parse(&definition, true).expect("a definition");
        let origin = Origin { source: source.into(), namespace: None };
        let tool = RegisteredTool::new(definition, executor, origin, 0);
        registry.apply(source, vec![tool]).expect("open");
    }
    let calls = CallRunner::default();
    for (name, amount, expected) in
        [("pay", 1, None), ("pay", 101, Some("APPROVAL_REQUIRED")), ("plain", 1, Some("APPROVAL_REQUIRED"))]
    {
        let request = CallRequest::new(name, json!({"amount": amount}));
        let outcome = calls.execute(&registry.snapshot(), request).await;
        assert_eq!(outcome.err().map(|error| error.code().as_str()), expected, "{name} {amount}");
    }
}

/// Decides nothing about approvals.
struct Idle;

impl Executor for Idle {
    fn execute(&self, _: ToolCall) -> BoxFuture<'_, Result<ToolResult>> {
        Box::pin(async { Ok(Value::Null.into()) })
    }
}

#[test]
fn a_definition_says_a_boolean_or_the_word_for_a_function() {
    for (value, expected) in [
        (json!(true), Ok(CallApproval::Required)),
        (json!(false), Ok(CallApproval::NotRequired)),
        (json!("predicate"), Ok(CallApproval::ByPredicate)),
        (json!("yes"), Err(())),
        (json!(1), Err(())),
        (json!({}), Err(())),
    ] {
        let definition = json!({"name": "x", "description": "d", "requiresApproval": value});
        let parsed = ToolDefinition::parse(&definition, true);
        if let Err(Error::InvalidDefinition { problems, .. }) = &parsed {
            let [problem] = &problems[..] else { panic!("one problem: {problems:?}") };
            assert_eq!(problem.pointer, "/requiresApproval");
            assert_eq!(problem.message, "must be a boolean or a function");
        }
        assert_eq!(parsed.map(|one| one.requires_approval).map_err(drop), expected, "{value}");
    }
}

#[test]
fn a_registered_tool_says_whether_calls_may_need_approval_and_a_filter_selects_by_it() {
    let registry = ToolRegistry::new(OnConflict::Refuse);
    for (name, value) in [("always", json!(true)), ("some", json!("predicate")), ("never", json!(false))] {
        let definition = json!({"name": name, "description": "d", "requiresApproval": value});
        let definition = ToolDefinition::parse(&definition, true).expect("a definition");
        let tool = RegisteredTool::new(definition, Arc::new(Idle), Origin::code(), 0);
        assert_eq!(tool.to_json()["requiresApproval"], json!(name != "never"));
        registry.register(tool).expect("free");
    }
    for (filter, expected) in [
        (json!({"requiresApproval": true}), &["always", "some"][..]),
        (json!({"requiresApproval": false}), &["never"]),
        (json!({}), &["always", "some", "never"]),
    ] {
        let filter = Filter::parse(&filter).expect("a filter");
        let snapshot = registry.snapshot();
        let names: Vec<_> = snapshot.matching(&filter).map(|tool| tool.name()).collect();
        assert_eq!(names, expected);
    }
}
