//! Test hooks: calls that start on Rust threads, fake events, and panics. `index.js` does not export them.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use napi::bindgen_prelude::PromiseRaw;
use napi::{Env, Result};
use napi_derive::napi;
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::runtime::Builder;
use tokio::sync::oneshot;
use toolrack_core::error::{Error, Result as Outcome};
use toolrack_core::exec::{CallRequest, CallRunner};
use toolrack_core::registry::{ChangeSet, ToolRegistry};
use toolrack_core::tool::CallContext;

use crate::convert::{promise, to_napi};
use crate::registry::NativeRegistry;

/// The calls that a test asks for.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct TestCalls {
    name: String,
    params: Value,
    context: Option<CallContext>,
    #[serde(default)]
    approved: bool,
    total: usize,
    in_flight: usize,
    timeout_ms: u64,
}

/// Calls a tool from Rust threads: `total` times, `inFlight` at once. Resolves with JSON: the number of successes, the
/// first error, the last value, seconds in all, and the latency of each call in µs.
#[napi(catch_unwind)]
pub fn test_calls<'env>(
    env: &'env Env,
    registry: &NativeRegistry,
    order: String,
) -> Result<PromiseRaw<'env, String>> {
    let (core, calls) = (Arc::clone(&registry.core), Arc::clone(&registry.calls.runner));
    let read = serde_json::from_str(&order).map_err(|error| Error::Internal { reason: error.to_string() });
    let order: TestCalls = to_napi(read)?;
    promise(env, async move {
        let (sender, outcome) = oneshot::channel();
        // A thread without Node, as in a Rust server.
        std::thread::spawn(move || {
            let runtime = Builder::new_current_thread().enable_time().build();
            let made = runtime.map_err(|error| Error::Internal { reason: error.to_string() });
            let _ = sender.send(made.and_then(|runtime| runtime.block_on(all(core, calls, order))));
        });
        outcome.await.unwrap_or(Err(Error::Closed { what: "test calls" }))
    })
}

async fn all(core: Arc<ToolRegistry>, calls: Arc<CallRunner>, order: TestCalls) -> Outcome<String> {
    let TestCalls { name, params, context, approved, total, in_flight, timeout_ms } = order;
    let left = Arc::new(AtomicUsize::new(total));
    let started = Instant::now();
    let workers = (0..in_flight).map(|_| {
        let (core, calls, left, params, context, name) = (
            Arc::clone(&core),
            Arc::clone(&calls),
            Arc::clone(&left),
            params.clone(),
            context.clone(),
            name.clone(),
        );
        tokio::spawn(async move {
            let mut done = Vec::new();
            while left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1)).is_ok()
            {
                let (snapshot, begun) = (core.snapshot(), Instant::now());
                let timeout = Some(Duration::from_millis(timeout_ms));
                let request = CallRequest {
                    context: context.clone(),
                    timeout,
                    approved,
                    ..CallRequest::new(&name, params.clone())
                };
                let outcome = calls.execute(&snapshot, request).await;
                done.push((begun.elapsed(), outcome.map(|outcome| outcome.result.into_value())));
            }
            done
        })
    });
    let (mut latencies, mut succeeded, mut value, mut error) = (Vec::new(), 0_u32, None, None);
    for worker in workers.collect::<Vec<_>>() {
        let done = worker.await.map_err(|error| Error::Internal { reason: error.to_string() })?;
        for (latency, outcome) in done {
            latencies.push(latency.as_secs_f64() * 1e6);
            match outcome {
                Ok(result) => (succeeded, value) = (succeeded + 1, Some(result)),
                Err(fault) => error = error.or(Some(crate::error::to_json(&fault))),
            }
        }
    }
    let seconds = started.elapsed().as_secs_f64();
    let summary = json!({"succeeded": succeeded, "error": error, "value": value, "seconds": seconds,
        "latencies": latencies});
    Ok(summary.to_string())
}

/// Sends events of fake revisions while the JavaScript thread is busy in this function.
#[napi(catch_unwind)]
pub fn test_events(registry: &NativeRegistry, first: u32, last: u32) {
    for revision in first..=last {
        let change = ChangeSet { revision: revision.into(), ..ChangeSet::default() };
        registry.dispatcher.tell("change", &json!(change));
    }
}

/// Panics in a synchronous function.
#[napi(catch_unwind)]
pub fn test_panic(message: String) {
    panic!("{message}");
}

/// Panics in a promise.
#[napi(catch_unwind)]
pub fn test_panic_async(env: &Env, message: String) -> Result<PromiseRaw<'_, String>> {
    promise(env, async move { panic!("{message}") })
}
