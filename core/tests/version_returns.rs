//! The way back from a version whose calls fail.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use serde_json::{Value, json};
use toolrack_core::error::{ErrorCode, Result};
use toolrack_core::exec::{CallRequest, CallRunner};
use toolrack_core::registry::{Route, Snapshot, ToolRegistry, ViewRequest};

use crate::support::versions::{code, listened, load, request, two};

/// A clock that a test sets.
#[derive(Clone, Default)]
struct Hands(Arc<AtomicU64>);

impl Hands {
    fn route(&self, registry: &Arc<ToolRegistry>, route: &Value) {
        let time = Arc::clone(&self.0);
        let route = Route::parse(route).expect("a route");
        let clock = Arc::new(move || time.load(Ordering::Relaxed));
        registry.route_by("crm", Some(route), clock).expect("is met");
    }

    fn set(&self, now: u64) {
        self.0.store(now, Ordering::Relaxed);
    }
}

async fn call(snapshot: &Snapshot, end: &str) -> Result<Value> {
    let (params, minute) = (json!({"end": end}), Duration::from_mins(1));
    let request = CallRequest { timeout: Some(minute), ..CallRequest::new("list", params) };
    CallRunner::default().execute(snapshot, request).await.map(|outcome| outcome.result.into_value())
}

#[tokio::test]
async fn a_version_that_fails_too_often_is_left_for_the_old_one_in_one_revision() {
    let registry = two();
    let hands = Hands::default();
    hands.route(
        &registry,
        &json!({"use": "2.x", "fallback": {"failureRate": 0.5, "windowMs": 1000, "minCalls": 4}}),
    );
    let (recorder, held) = (listened(&registry), registry.snapshot());
    for end in ["fail", "well", "fail"] {
        let _ = call(&registry.snapshot(), end).await;
    }
    // What the caller did wrong is no failure of the version.
    let wrong = CallRunner::default().execute(&held, CallRequest::new("list", json!({"end": 5}))).await;
    assert_eq!(code(wrong), ErrorCode::InvalidParams);
    assert_eq!(registry.snapshot().revision(), held.revision());
    call(&registry.snapshot(), "fail").await.expect_err("fails");
    let (changes, events) = recorder.take();
    assert_eq!(changes.len(), 1);
    let returned = json!({"revision": held.revision() + 1, "source": "crm", "from": "crm@2", "to": "crm@1", "calls": 4,
        "failures": 3, "windowMs": 1000});
    assert_eq!(json!(events), json!([returned]));
    assert_eq!(call(&registry.snapshot(), "well").await, Ok(json!("crm@1")));
    assert_eq!(
        call(&held, "well").await,
        Ok(json!("crm@2")),
        "a lease goes on with the version it began with"
    );
    let routes = registry.routes();
    assert!(routes[0].versions[1].returned && routes[0].standing == "crm@1");
    for _ in 0..9 {
        call(&held, "fail").await.expect_err("fails");
    }
    assert!(recorder.take().1.is_empty(), "told once");
    hands.route(
        &registry,
        &json!({"use": "2.x", "fallback": {"failureRate": 0.5, "windowMs": 1000, "minCalls": 4}}),
    );
    assert_eq!(call(&registry.snapshot(), "well").await, Ok(json!("crm@2")), "a new route is a new trial");
}

#[tokio::test]
async fn no_rule_leads_to_a_version_that_was_left_but_whoever_asks_for_it_has_it() {
    let registry = two();
    let hands = Hands::default();
    let fallback = json!({"failureRate": 0, "windowMs": 1000, "minCalls": 1});
    hands.route(&registry, &json!({"tenants": {"acme": "2"}, "shares": {">=1": 1}, "fallback": fallback}));
    let view = |request: &ViewRequest| registry.snapshot().view_for(request).expect("is there");
    let (tenant, user) = (request("", "acme", &json!(null)), request("u", "", &json!(null)));
    let explicit = request("", "", &json!({"crm": "2"}));
    for asks in [&tenant, &user, &explicit] {
        assert!(view(asks).get("new").is_some());
    }
    call(&view(&tenant), "fail").await.expect_err("fails");
    for (asks, expected) in [(&tenant, false), (&user, false), (&explicit, true)] {
        assert_eq!(view(asks).get("new").is_some(), expected);
    }
    load(&registry, "crm@2", &["list", "new"]);
    assert!(view(&tenant).get("new").is_none(), "a reload alone does not bring it back");
    registry.unregister_source("crm@2").expect("open");
    load(&registry, "crm@2", &["list", "new"]);
    assert!(view(&tenant).get("new").is_some(), "loaded anew it is another one");
    call(&view(&tenant), "fail").await.expect_err("fails");
    assert!(view(&tenant).get("new").is_none(), "and it is looked at as the first one was");
}

#[tokio::test]
async fn the_version_to_return_to_is_never_left_and_what_is_long_ago_does_not_count() {
    let registry = two();
    let hands = Hands::default();
    hands.route(
        &registry,
        &json!({"shares": {"2": 0.5}, "fallback": {"failureRate": 0, "windowMs": 1000, "minCalls": 2}}),
    );
    let revision = registry.snapshot().revision();
    for _ in 0..9 {
        call(&registry.snapshot(), "fail").await.expect_err("fails");
    }
    let second = registry.snapshot().view_of("crm@2");
    call(&second, "fail").await.expect_err("fails");
    hands.set(1_001);
    call(&second, "fail").await.expect_err("fails");
    assert_eq!(registry.snapshot().revision(), revision);
    call(&second, "well").await.expect("answers");
    assert_eq!(registry.snapshot().revision(), revision + 1, "one of two in the window");
}

#[tokio::test]
async fn a_call_that_is_given_up_counts_when_its_time_was_up() {
    let registry = two();
    let hands = Hands::default();
    hands.route(
        &registry,
        &json!({"use": "2", "fallback": {"failureRate": 0, "windowMs": 100_000, "minCalls": 1}}),
    );
    let revision = registry.snapshot().revision();
    for (took, expected) in [(50_000, revision), (60_000, revision + 1)] {
        hands.set(0);
        let snapshot = registry.snapshot();
        let mut waiting = Box::pin(call(&snapshot, "never"));
        let polled = futures_poll(&mut waiting);
        assert!(polled, "it waits");
        hands.set(took);
        drop(waiting);
        assert_eq!(registry.snapshot().revision(), expected, "{took}");
    }
}

/// Polls a future once; whether it waits.
fn futures_poll<T>(future: &mut std::pin::Pin<Box<impl Future<Output = T>>>) -> bool {
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    future.as_mut().poll(&mut context).is_pending()
}

#[tokio::test]
async fn a_call_of_a_tool_that_was_put_back_is_counted_once() {
    let registry = two();
    let hands = Hands::default();
    let kept: Vec<_> = registry.snapshot().tools_of("crm@2").map(|tool| (**tool).clone()).collect();
    load(&registry, "crm@2", &["new"]);
    assert_eq!(registry.apply("crm@2", kept).expect("open").added, ["list"]);
    hands.route(
        &registry,
        &json!({"use": "2", "fallback": {"failureRate": 0, "windowMs": 1000, "minCalls": 2}}),
    );
    let revision = registry.snapshot().revision();
    call(&registry.snapshot(), "fail").await.expect_err("fails");
    assert_eq!(registry.snapshot().revision(), revision, "one call is one");
    call(&registry.snapshot(), "fail").await.expect_err("fails");
    assert_eq!(registry.snapshot().revision(), revision + 1);
}

#[tokio::test]
async fn a_call_counts_for_the_route_under_which_it_began() {
    let registry = two();
    let hands = Hands::default();
    let route = json!({"use": "2", "fallback": {"failureRate": 0, "windowMs": 100_000, "minCalls": 1}});
    hands.route(&registry, &route);
    let held = registry.snapshot();
    let mut waiting = Box::pin(call(&held, "never"));
    assert!(futures_poll(&mut waiting), "it waits");
    hands.route(&registry, &route);
    hands.set(90_000);
    let revision = registry.snapshot().revision();
    drop(waiting);
    assert_eq!(registry.snapshot().revision(), revision);
    call(&held, "fail").await.expect_err("fails");
    assert_eq!(registry.snapshot().revision(), revision + 1, "one that began under it does");
}

#[test]
fn a_registry_that_is_gone_and_one_that_is_closed_hear_of_no_failure() {
    let registry = two();
    let hands = Hands::default();
    hands.route(&registry, &json!({"use": "2", "fallback": {"failureRate": 0, "minCalls": 1}}));
    let held = registry.snapshot();
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    registry.close();
    drop(registry);
    runtime.block_on(call(&held, "fail")).expect_err("fails");
}
