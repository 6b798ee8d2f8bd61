//! Calls that are made once, however often they are asked for.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::{Map, Value, json};
use toolrack_core::error::{Error, ErrorCode, Failure, HttpAnswer, Result};
use toolrack_core::limit::{LimitDecision, Limiter, LimiterOptions};
use toolrack_core::registry::RegisteredTool;
use toolrack_core::tool::{CallContext, Caller, ToolResult};

use super::scene::{Hand, Paused, Script, keyed, limiter, tool, user};

fn scene(script: &Arc<Script>) -> (Arc<Limiter>, Arc<RegisteredTool>) {
    let limiter = limiter(&json!({}), true, Arc::new(Hand::default()));
    (limiter, Arc::new(tool("t", &json!({}), Arc::clone(script) as _)))
}

async fn made(limiter: &Limiter, tool: &RegisteredTool, key: &str, argument: &Value) -> Result<Value> {
    limiter
        .carry_out(tool, keyed(limiter, tool, key, argument), Caller::TENANT_KEY)
        .await
        .map(ToolResult::into_value)
}

fn http(status: u16) -> Error {
    Error::HttpFailed {
        tool: "t".into(),
        answer: Box::new(HttpAnswer { status, headers: Map::new(), body: Value::Null, reason: None }),
    }
}

#[tokio::test]
async fn the_same_key_and_arguments_have_the_same_result_and_other_arguments_are_refused() {
    let script = Script::new([]);
    let (limiter, tool) = scene(&script);
    let object = json!({"x": 1, "y": [1, 2]});
    assert_eq!(made(&limiter, &tool, "k", &object).await, Ok(json!(1)));
    assert_eq!(made(&limiter, &tool, "k", &json!({"y": [1, 2], "x": 1})).await, Ok(json!(1)), "in any order");
    for other in [json!({"x": 1, "y": [2, 1]}), json!({"x": "1", "y": [1, 2]}), Value::Null] {
        let refused = made(&limiter, &tool, "k", &other).await.expect_err("other arguments");
        assert_eq!(
            (refused.code(), refused.details()),
            (ErrorCode::IdempotencyMismatch, json!({"tool": "t", "key": "k"}))
        );
    }
    assert_eq!(made(&limiter, &tool, "K", &object).await, Ok(json!(2)));
    assert_eq!(script.begun(), 2);
}

#[tokio::test]
async fn a_key_is_of_one_tool_and_one_user() {
    let script = Script::new([]);
    let limiter = limiter(&json!({}), false, Arc::new(Hand::default()));
    let mut expected = 0;
    for name in ["one", "two"] {
        let tool = tool(name, &json!({}), Arc::clone(&script) as _);
        for id in [
            json!("ann"),
            json!("bob"),
            json!(7),
            json!("7"),
            json!({"id": 1}),
            json!({"id": 2}),
            json!(""),
            Value::Null,
        ] {
            expected += 1;
            for _ in 0..2 {
                let mut call = keyed(&limiter, &tool, "k", &json!(1));
                call.context = user(&id);
                let result = limiter.carry_out(&tool, call, Caller::TENANT_KEY).await.expect("a result");
                assert_eq!(result.into_value(), json!(expected), "{name} {id}");
            }
        }
    }
}

#[tokio::test]
async fn what_may_have_had_an_effect_is_not_done_again() {
    let timeout = || Error::Timeout { tool: "t".into(), timeout_ms: 1 };
    let threw = || Error::ToolFailed {
        tool: "t".into(),
        failure: Box::new(Failure {
            name: "E".into(),
            message: "m".into(),
            code: None,
            for_model: false,
            stack: None,
            cause: None,
        }),
    };
    let broken = || Error::HttpBroken { tool: "t".into(), reason: "r".into() };
    let large = || Error::ResponseTooLarge { tool: "t".into(), limit: 1 };
    for failure in [timeout(), threw(), broken(), large(), http(500), http(503), http(404), http(302)] {
        let script = Script::new([Err(failure.clone())]);
        let (limiter, tool) = scene(&script);
        for _ in 0..2 {
            assert_eq!(made(&limiter, &tool, "k", &json!(1)).await, Err(failure.clone()));
        }
        assert_eq!(
            made(&limiter, &tool, "k", &json!(2)).await.expect_err("refused").code(),
            ErrorCode::IdempotencyMismatch
        );
        assert_eq!(script.begun(), 1, "{failure}");
    }
}

#[tokio::test]
async fn what_had_no_effect_frees_its_key() {
    let unreachable = Error::HttpUnreachable { tool: "t".into(), reason: "r".into() };
    let open = Error::CircuitOpen { tool: "t".into(), origin: "o".into(), retry_after_ms: 1 };
    let invalid = Error::InvalidParams { tool: "t".into(), problems: Vec::new() };
    let nobody = Error::AuthFailed { tool: "t".into(), schemes: Vec::new(), reason: "r".into() };
    let guarded = Error::AddressForbidden { tool: "t".into(), reason: "r".into() };
    for failure in [unreachable, open, invalid, nobody, guarded, http(401), http(429)] {
        let script = Script::new([Err(failure.clone())]);
        let (limiter, tool) = scene(&script);
        assert_eq!(made(&limiter, &tool, "k", &json!(1)).await, Err(failure.clone()));
        assert_eq!(made(&limiter, &tool, "k", &json!(2)).await, Ok(json!(2)), "{failure}");
    }
}

#[tokio::test]
async fn what_was_refused_frees_its_key_and_what_is_replayed_does_not_count() {
    let script = Script::new([]);
    let hand = Arc::new(Hand::default());
    let limiter = limiter(&json!({"rateLimit": 1}), true, Arc::clone(&hand) as _);
    let tool = tool("t", &json!({}), Arc::clone(&script) as _);
    assert_eq!(made(&limiter, &tool, "a", &json!(1)).await, Ok(json!(1)));
    assert_eq!(
        made(&limiter, &tool, "b", &json!(1)).await.expect_err("refused").code(),
        ErrorCode::RateLimited
    );
    assert_eq!(made(&limiter, &tool, "a", &json!(1)).await, Ok(json!(1)), "it is no other call");
    hand.set(Duration::from_mins(1));
    assert_eq!(made(&limiter, &tool, "b", &json!(2)).await, Ok(json!(2)));
}

#[tokio::test]
async fn a_key_holds_for_its_window() {
    let script = Script::new([]);
    let hand = Arc::new(Hand::default());
    let limiter = limiter(&json!({"idempotencyMs": 5_000}), true, Arc::clone(&hand) as _);
    let (tool, plain) = (tool("t", &json!({}), Arc::clone(&script) as _), scene(&script));
    for (ms, expected) in [(0, 1), (4_999, 1), (5_000, 2), (9_999, 2), (10_000, 3)] {
        hand.set(Duration::from_millis(ms));
        assert_eq!(made(&limiter, &tool, "k", &json!(1)).await, Ok(json!(expected)), "after {ms} ms");
    }
    assert_eq!(plain.0.limits_of(&plain.1).idempotency_ms, None, "a day where nothing is said");
}

#[tokio::test(start_paused = true)]
async fn who_comes_while_the_first_call_runs_has_its_result_or_the_own_deadline() {
    let script = Script::held();
    let limiter = limiter(&json!({}), false, Paused::new());
    let tool = Arc::new(tool("t", &json!({}), Arc::clone(&script) as _));
    let begin = |seconds| {
        let (limiter, tool) = (Arc::clone(&limiter), Arc::clone(&tool));
        let mut call = keyed(&limiter, &tool, "k", &json!(1));
        call.timeout = Duration::from_secs(seconds);
        tokio::spawn(async move {
            limiter.carry_out(&tool, call, Caller::TENANT_KEY).await.map(ToolResult::into_value)
        })
    };
    let first = begin(60);
    tokio::task::yield_now().await;
    let (joined, hurried) = (begin(60), begin(1));
    let late = hurried.await.expect("no panic").expect_err("too late");
    assert_eq!(late.details(), json!({"tool": "t", "timeoutMs": 1_000}));
    let other = made(&limiter, &tool, "k", &json!(2)).await.expect_err("refused");
    assert_eq!(other.code(), ErrorCode::IdempotencyMismatch);
    script.go.add_permits(9);
    for calling in [first, joined, begin(60)] {
        assert_eq!(calling.await.expect("no panic"), Ok(json!(1)));
    }
    assert_eq!(script.begun(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_call_that_was_given_up_on_its_way_is_not_made_again() {
    let script = Script::held();
    let (limiter, tool) = scene(&script);
    let call = keyed(&limiter, &tool, "k", &json!(1));
    let joined = {
        let running = limiter.carry_out(&tool, call, Caller::TENANT_KEY);
        tokio::pin!(running);
        assert!(futures_poll(running.as_mut()).await.is_none());
        let Ok(LimitDecision::Replayed(replay)) = limiter.decide(
            &tool,
            || Caller::read("null".to_owned()),
            Some("k"),
            &keyed(&limiter, &tool, "k", &json!(1)).arguments,
        ) else {
            panic!("joins")
        };
        assert!(replay.now().is_none());
        replay
    };
    let cancelled = Error::Cancelled { tool: "t".into() };
    assert_eq!(joined.within(Duration::from_secs(9)).await, Err(cancelled.clone()));
    assert_eq!(made(&limiter, &tool, "k", &json!(1)).await, Err(cancelled));
    assert_eq!(script.begun(), 1);
}

/// What a future says when it is asked once.
async fn futures_poll<F: Future>(future: std::pin::Pin<&mut F>) -> Option<F::Output> {
    let mut future = Some(future);
    std::future::poll_fn(|context| {
        let polled = future.take().map(|future| future.poll(context));
        std::task::Poll::Ready(match polled {
            Some(std::task::Poll::Ready(output)) => Some(output),
            _ => None,
        })
    })
    .await
}

#[tokio::test(start_paused = true)]
async fn a_call_that_left_the_line_frees_its_key() {
    let script = Script::held();
    let limiter = limiter(&json!({"concurrency": 1}), false, Paused::new());
    let tool = Arc::new(tool("t", &json!({}), Arc::clone(&script) as _));
    let begin = |key: &str, argument: Value| {
        let (limiter, tool) = (Arc::clone(&limiter), Arc::clone(&tool));
        let call = keyed(&limiter, &tool, key, &argument);
        tokio::spawn(async move {
            limiter.carry_out(&tool, call, Caller::TENANT_KEY).await.map(ToolResult::into_value)
        })
    };
    let first = begin("a", json!(1));
    tokio::task::yield_now().await;
    let waits = begin("b", json!(1));
    tokio::task::yield_now().await;
    waits.abort();
    assert!(waits.await.is_err());
    let again = begin("b", json!(2));
    tokio::task::yield_now().await;
    script.go.add_permits(2);
    assert_eq!(
        (first.await.expect("no panic"), again.await.expect("no panic")),
        (Ok(json!(1)), Ok(json!(2)))
    );
}

#[tokio::test]
async fn a_key_is_a_short_text() {
    let script = Script::new([]);
    let (limiter, tool) = scene(&script);
    for key in ["", "  ", "a\nb", "a\0", "\u{7f}", "\u{85}", &"é".repeat(256)] {
        let refused = made(&limiter, &tool, key, &json!(1)).await.expect_err("refused");
        assert_eq!(
            (refused.code(), refused.details()["option"].clone()),
            (ErrorCode::InvalidOptions, json!("idempotencyKey")),
            "{key:?}"
        );
    }
    assert_eq!(script.begun(), 0);
    for key in ["a", "__proto__", &"é".repeat(255)] {
        assert!(made(&limiter, &tool, key, &json!(1)).await.is_ok(), "{key}");
    }
}

/// Makes a call of a user of a tenant under the key `k`.
async fn made_by(limiter: &Limiter, tool: &RegisteredTool, caller: Caller) -> Value {
    let mut call = keyed(limiter, tool, "k", &json!(1));
    call.caller = Some(caller);
    limiter.carry_out(tool, call, Caller::TENANT_KEY).await.expect("a result").into_value()
}

#[tokio::test]
async fn one_key_in_two_tenants_is_two_calls() {
    let script = Script::new([]);
    let (limiter, tool) = scene(&script);
    for (number, (user, tenant)) in
        [("7", "\"a\""), ("7", "\"b\""), ("\"7\"", "\"a\""), ("7", "1"), ("7", "\"1\"")]
            .into_iter()
            .enumerate()
    {
        for _ in 0..2 {
            let caller = Caller::read(format!("{user}\n{tenant}"));
            assert_eq!(made_by(&limiter, &tool, caller).await, json!(number + 1), "{user} of {tenant}");
        }
    }
    assert_eq!(made_by(&limiter, &tool, Caller::read("7".to_owned())).await, json!(6));
    let mut call = keyed(&limiter, &tool, "k", &json!(1));
    call.context = CallContext { metadata: json!({"tenant": "a"}), ..user(&json!(7)) };
    let replayed = limiter.carry_out(&tool, call, Caller::TENANT_KEY).await.map(ToolResult::into_value);
    assert_eq!(replayed, Ok(json!(1)), "where nobody says who calls, the context does");
    let mut call = keyed(&limiter, &tool, "k", &json!(1));
    call.context = CallContext { metadata: json!({"org": "b", "tenant": "a"}), ..user(&json!(7)) };
    let replayed = limiter.carry_out(&tool, call, "org").await.map(ToolResult::into_value);
    assert_eq!(replayed, Ok(json!(2)), "and the tenant's key is the route's");
}

#[tokio::test]
async fn arguments_that_the_wire_tells_apart_are_other_arguments() {
    let script = Script::new([]);
    let (limiter, tool) = scene(&script);
    let read = |text: &str| serde_json::from_str::<Value>(text).expect("JSON");
    for (number, (one, other)) in
        [("0", "-0"), ("1", "1.0"), ("100", "1e2"), ("null", "{}"), ("9007199254740992", "9007199254740993")]
            .into_iter()
            .enumerate()
    {
        let key = format!("k{number}");
        assert!(made(&limiter, &tool, &key, &read(one)).await.is_ok());
        let refused = made(&limiter, &tool, &key, &read(other)).await.expect_err("refused");
        assert_eq!(refused.code(), ErrorCode::IdempotencyMismatch, "{one} and {other}");
    }
}

/// What a limiter tells of evictions: how many keys, each time.
fn evictions_of(limiter: &Limiter) -> Arc<Mutex<Vec<u64>>> {
    let told = Arc::new(Mutex::new(Vec::new()));
    let heard = Arc::clone(&told);
    limiter.on_eviction(move |keys| heard.lock().expect("no panic").push(keys));
    told
}

#[tokio::test]
async fn outcomes_are_bounded_by_bytes_and_evictions_are_told_once_a_minute() {
    let hand = Arc::new(Hand::default());
    let options = LimiterOptions { idempotency_bytes: Some(200_000), ..LimiterOptions::default() };
    let limiter = Limiter::new(options, Arc::clone(&hand) as _);
    let told = evictions_of(&limiter);
    let text = json!("x".repeat(10_000));
    let script = Script::new((0..400).map(|_| Ok(text.clone())));
    let tool = tool("t", &json!({}), Arc::clone(&script) as _);
    for number in 0..200 {
        hand.set(Duration::from_secs(if number < 100 { 1 } else { 61 }));
        assert!(made(&limiter, &tool, &format!("k{number}"), &json!(1)).await.is_ok());
    }
    let told = told.lock().expect("no panic").clone();
    assert_eq!((told.len(), told[0]), (2, 1), "the first one, and those of the minute after it");
    assert!((70..100).contains(&told[1]), "{told:?}");
    assert_eq!(made(&limiter, &tool, "k199", &json!(1)).await, Ok(text.clone()));
    assert_eq!(script.begun(), 200, "the newest are kept");
    assert!(made(&limiter, &tool, "k0", &json!(2)).await.is_ok());
    assert_eq!(script.begun(), 201, "a key that went is free");
}

#[tokio::test]
async fn evictions_of_the_quiet_minute_are_told_by_the_first_call_behind_it() {
    let hand = Arc::new(Hand::default());
    let options = LimiterOptions { idempotency_bytes: Some(100_000), ..LimiterOptions::default() };
    let limiter = Limiter::new(options, Arc::clone(&hand) as _);
    let told = evictions_of(&limiter);
    let script = Script::new((0..3).map(|_| Ok(json!("x".repeat(60_000)))));
    let tool = tool("t", &json!({}), Arc::clone(&script) as _);
    for key in ["a", "b", "c"] {
        assert!(made(&limiter, &tool, key, &json!(1)).await.is_ok());
    }
    assert_eq!(*told.lock().expect("no panic"), [1]);
    hand.set(Duration::from_secs(61));
    for _ in 0..2 {
        assert!(made(&limiter, &tool, "c", &json!(1)).await.is_ok());
    }
    assert_eq!(
        (script.begun(), &*told.lock().expect("no panic")),
        (3, &vec![1, 1]),
        "nothing was evicted since"
    );
}

#[tokio::test]
async fn a_key_whose_time_is_over_makes_room_before_one_that_holds() {
    let hand = Arc::new(Hand::default());
    let options = LimiterOptions { idempotency_bytes: Some(100_000), ..LimiterOptions::default() };
    let limiter = Limiter::new(options, Arc::clone(&hand) as _);
    let told = evictions_of(&limiter);
    let (paid, reported) = (Script::new([]), Script::new((0..3).map(|_| Ok(json!("x".repeat(60_000))))));
    let pay = tool("pay", &json!({}), Arc::clone(&paid) as _);
    let report = tool("report", &json!({"idempotencyMs": 1}), Arc::clone(&reported) as _);
    assert_eq!(made(&limiter, &pay, "K", &json!(1)).await, Ok(json!(1)));
    for number in 0..3 {
        hand.set(Duration::from_millis(20 * number));
        assert!(made(&limiter, &report, &format!("r{number}"), &json!(1)).await.is_ok());
    }
    assert_eq!(made(&limiter, &pay, "K", &json!(1)).await, Ok(json!(1)));
    assert_eq!((paid.begun(), told.lock().expect("no panic").len()), (1, 0));
}

#[tokio::test]
async fn a_call_whose_outcome_is_too_long_to_keep_is_not_made_again() {
    let options = LimiterOptions { idempotency_bytes: Some(100_000), ..LimiterOptions::default() };
    let limiter = Limiter::new(options, Arc::new(Hand::default()));
    let told = evictions_of(&limiter);
    let large = json!("x".repeat(120_000));
    let script = Script::new([Ok(json!("small")), Ok(large.clone())]);
    let tool = tool("t", &json!({}), Arc::clone(&script) as _);
    assert_eq!(made(&limiter, &tool, "a", &json!(1)).await, Ok(json!("small")));
    assert_eq!(made(&limiter, &tool, "b", &json!(1)).await, Ok(large), "who makes the call has it");
    for _ in 0..2 {
        let refused = made(&limiter, &tool, "b", &json!(1)).await.expect_err("made before");
        let details =
            json!({"tool": "t", "what": "bytes of an outcome kept for an idempotency key", "limit": 100_000});
        assert_eq!((refused.code(), refused.details()), (ErrorCode::LimitExceeded, details));
        assert!(refused.to_string().contains("was called with this idempotency key before"), "{refused}");
    }
    let other = made(&limiter, &tool, "b", &json!(2)).await.expect_err("refused");
    assert_eq!(other.code(), ErrorCode::IdempotencyMismatch);
    assert_eq!(made(&limiter, &tool, "a", &json!(1)).await, Ok(json!("small")), "it takes the place of none");
    assert_eq!((script.begun(), &*told.lock().expect("no panic")), (2, &vec![1]), "told as an eviction is");
}
