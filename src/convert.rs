//! Conversion between JavaScript and the core: JSON text, errors, promises, numbers.

use std::any::Any;
use std::collections::HashMap;
use std::future::Future;
use std::time::Duration;

use napi::bindgen_prelude::{PromiseRaw, ToNapiValue};
use napi::{Env, JsValue, Result};
use serde::Serialize;
use serde_json::Value;
use serde_json::value::RawValue;
use tokio::task::{JoinError, JoinHandle};
use toolrack_core::error::{Error, Result as Outcome};

use crate::clock::{BusyGuard, WorkCount, uncounted};
use crate::error::to_js;
use crate::runtime::{ThreadLifetime, runtime};

/// Parses JSON text from JavaScript; no text is null. Text that is nested too deep is an error made by `wrong`.
pub fn read(text: Option<&str>, wrong: impl FnOnce(String) -> Error) -> Result<Value> {
    let Some(text) = text else { return Ok(Value::Null) };
    serde_json::from_str(text).map_err(|error| to_js(&wrong(reason(&error))))
}

/// Makes the error of an option whose value cannot be read.
pub fn option_error(option: &'static str) -> impl FnOnce(String) -> Error {
    move |reason| Error::InvalidOptions { option: option.to_owned(), reason }
}

/// Parses a call as a model sent it. A part that is nested too deep stays text, so the call keeps its id and can be
/// answered.
pub fn read_call(text: &str) -> Value {
    let parts = match serde_json::from_str(text) {
        Ok(call) => return call,
        Err(_) => serde_json::from_str::<HashMap<String, &RawValue>>(text),
    };
    let part = |key: &str, raw: &str| match key {
        // Gemini and MCP nest a call one level deeper.
        "functionCall" | "params" => read_call(raw),
        _ => serde_json::from_str(raw).unwrap_or_else(|_| Value::String(raw.to_owned())),
    };
    match parts {
        Ok(parts) => Value::Object(
            parts
                .into_iter()
                .map(|(key, raw)| {
                    let value = part(&key, raw.get());
                    (key, value)
                })
                .collect(),
        ),
        Err(_) => Value::Null,
    }
}

/// Describes a JSON error for a user.
pub fn reason(error: &serde_json::Error) -> String {
    let text = error.to_string();
    if text.starts_with("recursion limit") { "is nested deeper than 127 levels".to_owned() } else { text }
}

/// Writes a value as JSON text, without a `Value` in between.
pub fn written(value: &impl Serialize) -> Outcome<String> {
    serde_json::to_string(value).map_err(|error| Error::Internal { reason: error.to_string() })
}

/// Converts a result of the core into a result of Node-API.
pub fn to_napi<T>(outcome: Outcome<T>) -> Result<T> {
    outcome.map_err(|error| to_js(&error))
}

/// Makes a promise for work that mostly waits. A panic rejects it. It stays pending once its JavaScript thread has
/// ended.
pub fn promise<F, T>(env: &Env, work: F) -> Result<PromiseRaw<'_, T>>
where
    F: Future<Output = Outcome<T>> + Send + 'static,
    T: ToNapiValue + Send + 'static,
{
    let work = ThreadLifetime::of(*env)?.during(work);
    let task = match WorkCount::of_thread() {
        Some(count) => runtime()?.spawn(count.count(work)),
        None => runtime()?.spawn(uncounted(work)),
    };
    settled(env, task)
}

/// Makes a promise for CPU-bound work, which gets a blocking thread. A panic rejects it.
pub fn blocking_promise<F, T>(env: &Env, work: F) -> Result<PromiseRaw<'_, T>>
where
    F: Future<Output = Outcome<T>> + Send + 'static,
    T: ToNapiValue + Send + 'static,
{
    let (work, runtime) = (ThreadLifetime::of(*env)?.during(work), runtime()?);
    let task = match WorkCount::of_thread() {
        Some(count) => {
            let work = count.count(work);
            runtime.spawn_blocking(move || runtime.block_on(work))
        }
        None => runtime.spawn_blocking(move || runtime.block_on(uncounted(work))),
    };
    settled(env, task)
}

/// Makes the promise that a task settles.
fn settled<T>(env: &Env, task: JoinHandle<(Option<Outcome<T>>, BusyGuard)>) -> Result<PromiseRaw<'_, T>>
where
    T: ToNapiValue + Send + 'static,
{
    let (deferred, promise) = env.create_deferred()?;
    runtime()?.spawn(async move {
        let (outcome, _busy) = match task.await {
            Ok((Some(outcome), busy)) => (outcome, Some(busy)),
            Ok((None, _)) => return,
            Err(fault) => (Err(Error::Internal { reason: task_fault(fault) }), None),
        };
        match outcome {
            Ok(value) => deferred.resolve(move |_| Ok(value)),
            Err(error) => deferred.reject(to_js(&error)),
        }
    });
    Ok(PromiseRaw::new(env.raw(), promise.raw()))
}

/// Describes why a task ended without an outcome: its panic, or its cancellation.
pub fn task_fault(fault: JoinError) -> String {
    fault.try_into_panic().map_or_else(|fault| fault.to_string(), |panic| panic_message(&*panic))
}

/// Returns the message of a panic.
fn panic_message(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_else(|| "panic".to_owned())
}

/// Converts a counter to a JavaScript number, which is exact below 2^53.
#[expect(clippy::cast_precision_loss, reason = "counters stay below 2^53")]
pub const fn to_number(counter: u64) -> f64 {
    counter as f64
}

/// Converts a number from [`to_number`] back to its counter.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "came from to_number")]
pub const fn to_counter(number: f64) -> u64 {
    number as u64
}

/// Converts milliseconds to a duration; `Infinity` is allowed.
pub fn time(milliseconds: f64) -> Duration {
    Duration::from_secs_f64(milliseconds.clamp(0.0, 1e12) / 1000.0)
}
