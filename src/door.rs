//! What every door does with what comes in and goes out.

use std::any::Any;
use std::collections::HashMap;
use std::future::Future;
use std::time::Duration;

use napi::bindgen_prelude::{PromiseRaw, ToNapiValue};
use napi::{Env, JsValue, Result};
use serde_json::Value;
use serde_json::value::RawValue;
use tokio::task::{JoinError, JoinHandle};
use toolrack_core::error::{Error, Result as Outcome};

use crate::error::to_js;
use crate::runtime::{Alive, runtime};

/// Reads JSON text that JavaScript wrote; nothing at all is null. What is nested too deep for any reader is the user's
/// mistake, and `wrong` says which.
pub fn read(text: Option<&str>, wrong: impl FnOnce(String) -> Error) -> Result<Value> {
    let Some(text) = text else { return Ok(Value::Null) };
    serde_json::from_str(text).map_err(|error| to_js(&wrong(reason(&error))))
}

/// The error of an option whose value cannot be read.
pub fn wrong_option(option: &'static str) -> impl FnOnce(String) -> Error {
    move |reason| Error::InvalidOptions { option: option.to_owned(), reason }
}

/// Reads a call as a model sent it. A part that is nested too deep stays text, so that the call still has its id and can
/// be answered.
pub fn read_call(text: &str) -> Value {
    let parts = match serde_json::from_str(text) {
        Ok(call) => return call,
        Err(_) => serde_json::from_str::<HashMap<String, &RawValue>>(text),
    };
    let part = |key: &str, raw: &str| match key {
        "functionCall" => read_call(raw), // Gemini has its call one level down.
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

/// Why a text could not be read, in a user's words.
pub fn reason(error: &serde_json::Error) -> String {
    let text = error.to_string();
    if text.starts_with("recursion limit") { "is nested deeper than 127 levels".to_owned() } else { text }
}

/// Hands a result of the core out.
pub fn hand<T>(outcome: Outcome<T>) -> Result<T> {
    outcome.map_err(|error| to_js(&error))
}

/// A promise of work that mostly waits. A panic rejects it; nothing settles it once its thread of JavaScript has ended.
pub fn promise<F, T>(env: &Env, work: F) -> Result<PromiseRaw<'_, T>>
where
    F: Future<Output = Outcome<T>> + Send + 'static,
    T: ToNapiValue + Send + 'static,
{
    let alive = Alive::of(*env)?;
    settled(env, runtime()?.spawn(alive.during(work)))
}

/// A promise of work that keeps a thread busy: it gets one of its own. A panic rejects it.
pub fn promise_of_labour<F, T>(env: &Env, work: F) -> Result<PromiseRaw<'_, T>>
where
    F: Future<Output = Outcome<T>> + Send + 'static,
    T: ToNapiValue + Send + 'static,
{
    let (alive, runtime) = (Alive::of(*env)?, runtime()?);
    settled(env, runtime.spawn_blocking(move || runtime.block_on(alive.during(work))))
}

/// The promise of a task.
fn settled<T>(env: &Env, task: JoinHandle<Option<Outcome<T>>>) -> Result<PromiseRaw<'_, T>>
where
    T: ToNapiValue + Send + 'static,
{
    let (deferred, promise) = env.create_deferred()?;
    runtime()?.spawn(async move {
        let outcome = match task.await {
            Ok(Some(outcome)) => outcome,
            Ok(None) => return,
            Err(fault) => Err(Error::Internal { reason: fault_text(fault) }),
        };
        match outcome {
            Ok(value) => deferred.resolve(move |_| Ok(value)),
            Err(error) => deferred.reject(to_js(&error)),
        }
    });
    Ok(PromiseRaw::new(env.raw(), promise.raw()))
}

/// Why a task came to nothing.
pub fn fault_text(fault: JoinError) -> String {
    fault.try_into_panic().map_or_else(|fault| fault.to_string(), |panic| panic_text(&*panic))
}

/// What a panic said.
fn panic_text(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_else(|| "panic".to_owned())
}

/// Counters stay far below 2^53, up to which a JavaScript number is exact.
#[expect(clippy::cast_precision_loss, reason = "counters stay below 2^53")]
pub const fn to_number(counter: u64) -> f64 {
    counter as f64
}

/// The counter that [`to_number`] handed out.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "came from to_number")]
pub const fn to_counter(number: f64) -> u64 {
    number as u64
}

/// Milliseconds of JavaScript, `Infinity` too.
pub fn time(milliseconds: f64) -> Duration {
    Duration::from_secs_f64(milliseconds.clamp(0.0, 1e12) / 1000.0)
}
