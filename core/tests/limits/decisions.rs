//! Who may start, who waits, who is refused.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use proptest::prelude::*;
use serde_json::{Map, Value, json};
use tokio::time::Instant;
use toolrack_core::error::{Error, ErrorCode, Result};
use toolrack_core::exec::{CallRequest, CallRunner};
use toolrack_core::limit::{LimitDecision, Limiter};
use toolrack_core::registry::{OnConflict, RegisteredTool, ToolRegistry};
use toolrack_core::tool::{CallLimits, Caller, ToolResult};

use super::scene::{Hand, Paused, Script, ask, call, limiter, tool, tool_of};

const NOBODY: Value = Value::Null;

/// Whether a call goes; the time to wait where its rate refuses it.
fn goes(limiter: &Limiter, tool: &RegisteredTool, user: &Value) -> Result<(), u64> {
    match ask(limiter, tool, user) {
        Ok(LimitDecision::Permitted(_)) => Ok(()),
        Err(Error::RateLimited { retry_after_ms, .. }) => Err(retry_after_ms),
        Ok(_) => panic!("waits"),
        Err(other) => panic!("{other}"),
    }
}

#[test]
fn a_rate_is_kept_where_the_registry_enforces_it_and_says_when_the_next_call_goes() {
    let hand = Arc::new(Hand::default());
    let tool = tool("t", &json!({"rateLimit": 60, "burst": 2}), Script::new([]));
    let lax = limiter(&json!({}), false, Arc::clone(&hand) as _);
    assert!((0..1_000).all(|_| goes(&lax, &tool, &NOBODY).is_ok()));
    let strict = limiter(&json!({}), true, Arc::clone(&hand) as _);
    let at = |ms| {
        hand.set(Duration::from_millis(ms));
        goes(&strict, &tool, &NOBODY)
    };
    assert_eq!([at(0), at(0), at(0), at(999)], [Ok(()), Ok(()), Err(1_000), Err(1)]);
    assert_eq!([at(1_000), at(1_000)], [Ok(()), Err(1_000)], "refused calls do not count");
    let refusal = ask(&strict, &tool, &NOBODY).err().expect("refused");
    assert_eq!(refusal.code(), ErrorCode::RateLimited);
    assert_eq!(refusal.details(), json!({"tool": "t", "limit": 60, "retryAfterMs": 1_000}));
    hand.set(Duration::from_nanos(1_000_000_001));
    assert_eq!(goes(&strict, &tool, &NOBODY), Err(1_000), "never a bit too early");
}

#[test]
fn each_user_and_each_tool_has_a_rate_of_its_own() {
    let limiter = limiter(&json!({}), true, Arc::new(Hand::default()));
    let of = |name| tool(name, &json!({"rateLimit": 1}), Script::new([]));
    let (one, other) = (of("one"), of("other"));
    for user in [json!("ann"), json!("bob"), json!(7), NOBODY] {
        assert!(goes(&limiter, &one, &user).is_ok(), "{user}");
        assert!(goes(&limiter, &one, &user).is_err(), "{user}");
        assert!(goes(&limiter, &other, &user).is_ok(), "{user}");
    }
    for nobody in [json!(""), json!(0), json!(false)] {
        assert!(goes(&limiter, &one, &nobody).is_err(), "{nobody} is no user");
    }
    let reloaded = of("one");
    assert!(goes(&limiter, &reloaded, &json!("ann")).is_err(), "a reload changes nothing");
}

#[test]
fn the_nearer_limit_counts() {
    let limiter =
        limiter(&json!({"rateLimit": 1, "concurrency": 1, "queue": 0}), true, Arc::new(Hand::default()));
    let (plain, own) =
        (tool("plain", &json!({}), Script::new([])), tool("own", &json!({"rateLimit": 3}), Script::new([])));
    let times = |tool| (0..9).filter(|_| goes(&limiter, tool, &NOBODY).is_ok()).count();
    assert_eq!((times(&plain), times(&own)), (1, 3));
}

#[test]
fn a_document_may_lower_the_rate_limit_of_the_registry_and_not_raise_it() {
    let limiter = limiter(&json!({"rateLimit": 2}), true, Arc::new(Hand::default()));
    let requested = |name, limit: u32| {
        let mut tool = tool(name, &json!({"rateLimit": limit}), Script::new([]));
        tool.rate_limit_is_requested = true;
        tool
    };
    let times = |tool| (0..9).filter(|_| goes(&limiter, tool, &NOBODY).is_ok()).count();
    assert_eq!((times(&requested("fewer", 1)), times(&requested("more", 5))), (1, 2));
}

#[test]
fn a_call_that_finds_no_room_does_not_count_against_the_rate() {
    let limiter = limiter(&json!({"concurrency": 1, "queue": 0}), true, Arc::new(Hand::default()));
    let tool = tool("t", &json!({"rateLimit": 2}), Script::new([]));
    let Ok(LimitDecision::Permitted(permit)) = ask(&limiter, &tool, &NOBODY) else { panic!("goes") };
    assert!(!permit.is_free());
    for _ in 0..10 {
        let busy = ask(&limiter, &tool, &NOBODY).err().expect("busy");
        assert_eq!(
            (busy.code(), busy.details()),
            (ErrorCode::Busy, json!({"tool": "t", "what": "tool", "waiting": 0}))
        );
    }
    drop(permit);
    assert_eq!(goes(&limiter, &tool, &NOBODY), Ok(()));
    assert_eq!(goes(&limiter, &tool, &NOBODY), Err(30_000), "and its seat is free again");
    assert_eq!(goes(&limiter, &tool, &json!("ann")), Ok(()));
}

#[test]
fn a_tool_without_limits_has_nothing_to_give_back() {
    let limiter = limiter(&json!({"timeoutMs": 5, "retries": 1}), true, Arc::new(Hand::default()));
    let tool = tool("t", &json!({"queue": 3}), Script::new([]));
    assert!(!limiter.limits_calls_of(&tool));
    assert!(
        matches!(ask(&limiter, &tool, &NOBODY), Ok(LimitDecision::Permitted(permit)) if permit.is_free())
    );
}

#[test]
fn who_calls_is_asked_where_something_goes_by_it_alone() {
    let scene = limiter(&json!({}), true, Arc::new(Hand::default()));
    let [free, limited] =
        [json!({}), json!({"concurrency": 1})].map(|limits| tool("t", &limits, Script::new([])));
    for (tool, key, expected) in [(&free, None, 0), (&limited, None, 1), (&free, Some("k"), 1)] {
        let mut asked = 0;
        let caller = || {
            asked += 1;
            Caller::read(String::new())
        };
        assert!(matches!(scene.decide(tool, caller, key, &Map::new()), Ok(LimitDecision::Permitted(_))));
        assert_eq!(asked, expected, "{key:?}");
    }
}

type Calling = tokio::task::JoinHandle<Result<ToolResult>>;

fn start(limiter: &Arc<Limiter>, tool: &Arc<RegisteredTool>, seconds: u64) -> Calling {
    let (limiter, tool) = (Arc::clone(limiter), Arc::clone(tool));
    let call = call(&limiter, &tool, seconds);
    tokio::spawn(async move { limiter.carry_out(&tool, call, Caller::TENANT_KEY).await })
}

/// Until everybody who can has gone on.
async fn settled() {
    for _ in 0..20 {
        tokio::task::yield_now().await;
    }
}

async fn value(calling: Calling) -> Value {
    calling.await.expect("no panic").expect("a result").into_value()
}

async fn failure(calling: Calling) -> Error {
    calling.await.expect("no panic").expect_err("a failure")
}

#[tokio::test(start_paused = true)]
async fn so_many_run_at_a_time_and_the_others_come_in_their_order() {
    let (limiter, script) = (limiter(&json!({}), false, Paused::new()), Script::held());
    let tool = Arc::new(tool("t", &json!({"concurrency": 2, "queue": 3}), Arc::clone(&script) as _));
    let mut calls = Vec::new();
    for _ in 0..5 {
        calls.push(start(&limiter, &tool, 60));
        settled().await;
    }
    let busy = failure(start(&limiter, &tool, 60)).await;
    assert_eq!(busy.details(), json!({"tool": "t", "what": "tool", "waiting": 3}));
    assert_eq!(script.begun(), 2);
    for (number, calling) in calls.into_iter().enumerate() {
        script.go.add_permits(1);
        assert_eq!(value(calling).await, json!(number + 1), "first come, first served");
        settled().await;
        assert_eq!(script.begun(), (number + 3).min(5));
    }
}

#[tokio::test(start_paused = true)]
async fn the_tools_of_a_source_share_its_room() {
    let (limiter, script) = (limiter(&json!({"sourceConcurrency": 2}), false, Paused::new()), Script::held());
    let of = |source, name| Arc::new(tool_of(source, name, &json!({"queue": 1}), Arc::clone(&script) as _));
    let (one, two, other) = (of("crm", "one"), of("crm", "two"), of("erp", "other"));
    let running = [start(&limiter, &one, 60), start(&limiter, &two, 60)];
    settled().await;
    let waits = start(&limiter, &one, 60);
    settled().await;
    let busy = failure(start(&limiter, &two, 60)).await;
    assert_eq!(busy.details(), json!({"tool": "two", "what": "source", "waiting": 1}));
    let elsewhere = start(&limiter, &other, 60);
    settled().await;
    assert_eq!(script.begun(), 3);
    script.go.add_permits(4);
    for calling in running.into_iter().chain([waits, elsewhere]) {
        value(calling).await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_call_passes_the_gate_of_its_tool_and_then_that_of_its_source() {
    let limiter = limiter(&json!({"concurrency": 1, "sourceConcurrency": 1}), false, Paused::new());
    let script = Script::held();
    let of = |name| Arc::new(tool(name, &json!({}), Arc::clone(&script) as _));
    let (one, two) = (of("one"), of("two"));
    let mut calls = Vec::new();
    for tool in [&one, &one, &two, &two, &one] {
        calls.push(start(&limiter, tool, 60));
        settled().await;
    }
    for done in 1..=5 {
        assert_eq!(script.begun(), done, "one at a time");
        script.go.add_permits(1);
        settled().await;
    }
    for calling in calls {
        value(calling).await;
    }
}

#[tokio::test(start_paused = true)]
async fn the_deadline_is_for_the_line_and_the_call_together() {
    let (limiter, script) = (limiter(&json!({"concurrency": 1}), false, Paused::new()), Script::held());
    let tool = Arc::new(tool("t", &json!({}), Arc::clone(&script) as _));
    let began = Instant::now();
    let (first, second, third) =
        (start(&limiter, &tool, 4), start(&limiter, &tool, 6), start(&limiter, &tool, 3));
    assert_eq!(failure(third).await.details(), json!({"tool": "t", "timeoutMs": 3_000}), "in the line");
    assert_eq!((began.elapsed(), script.begun()), (Duration::from_secs(3), 1));
    assert_eq!(failure(first).await.code(), ErrorCode::Timeout);
    let late = failure(second).await;
    assert_eq!(late.details(), json!({"tool": "t", "timeoutMs": 6_000}));
    assert_eq!(
        (began.elapsed(), script.begun()),
        (Duration::from_secs(6), 2),
        "two of its six seconds were left to it"
    );
}

#[tokio::test(start_paused = true)]
async fn a_call_that_is_given_up_leaves_the_line() {
    let (limiter, script) =
        (limiter(&json!({"concurrency": 1, "queue": 1}), false, Paused::new()), Script::held());
    let tool = Arc::new(tool("t", &json!({}), Arc::clone(&script) as _));
    let first = start(&limiter, &tool, 60);
    settled().await;
    let given_up = start(&limiter, &tool, 60);
    settled().await;
    given_up.abort();
    settled().await;
    let next = start(&limiter, &tool, 60);
    settled().await;
    script.go.add_permits(2);
    assert_eq!((value(first).await, value(next).await), (json!(1), json!(2)));
    assert_eq!(script.begun(), 2, "the one that was given up never began");
}

#[tokio::test(start_paused = true)]
async fn calls_of_a_registry_go_through_its_limits() {
    let registry = ToolRegistry::new(OnConflict::Refuse);
    let script = Script::held();
    registry
        .register(tool(
            "t",
            &json!({"concurrency": 1, "queue": 0, "timeoutMs": 2_000}),
            Arc::clone(&script) as _,
        ))
        .expect("registers");
    let calls = Arc::new(CallRunner {
        limiter: limiter(&json!({"timeoutMs": 9_000}), false, Paused::new()),
        ..CallRunner::default()
    });
    let (snapshot, began) = (registry.snapshot(), Instant::now());
    let execute = || calls.execute(&snapshot, CallRequest::new("t", Value::Null));
    let (first, second) = tokio::join!(execute(), execute());
    assert_eq!(first.expect_err("too late").details(), json!({"tool": "t", "timeoutMs": 2_000}));
    assert_eq!(second.expect_err("no room").code(), ErrorCode::Busy);
    assert_eq!((began.elapsed(), script.begun.load(Ordering::SeqCst)), (Duration::from_secs(2), 1));
}

proptest! {
    #[test]
    fn limits_are_what_was_written_or_a_problem_at_its_place(
        key in prop::sample::select(vec![
            "burst", "concurrency", "sourceConcurrency", "queue", "timeoutMs", "retries", "breaker",
            "idempotencyMs", "maxResultBytes", "maxResponseBytes", "other", "__proto__",
        ]),
        value in prop_oneof![
            any::<i64>().prop_map(Value::from),
            any::<f64>().prop_map(Value::from),
            (0_i64..100_000).prop_map(Value::from),
            any::<bool>().prop_map(Value::from),
            ".{0,5}".prop_map(Value::from),
            prop::collection::btree_map("failures|windowMs|openMs|x", -5_i64..2_000, 0..4).prop_map(|map| json!(map)),
        ],
    ) {
        let given = json!({key: value});
        let (read, problems) = CallLimits::parse(&given, "");
        prop_assert!(problems.iter().all(|problem| problem.pointer.starts_with(&format!("/{key}"))), "{problems:?}");
        let written = read.to_json();
        if problems.is_empty() {
            prop_assert_eq!(CallLimits::parse(&written, ""), (read, Vec::new()), "{}", written);
            prop_assert!(!read.is_empty());
        }
    }
}
