//! What every door does with what comes in and goes out.

use std::any::Any;
use std::collections::HashMap;
use std::future::Future;
use std::time::Duration;

use napi::bindgen_prelude::{PromiseRaw, ToNapiValue};
use napi::{Env, Result};
use serde_json::Value;
use serde_json::value::RawValue;
use tokio::runtime::Handle;
use tokio::task::{JoinError, JoinHandle};
use toolrack_core::error::{Error, Result as Outcome};

use crate::error::to_js;

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

/// A promise of work that mostly waits. A panic rejects it.
pub fn promise<F, T>(env: &Env, work: F) -> Result<PromiseRaw<'_, T>>
where
    F: Future<Output = Outcome<T>> + Send + 'static,
    T: ToNapiValue + Send + 'static,
{
    env.spawn_future(async move { joined(tokio::spawn(work)).await })
}

/// A promise of work that keeps a thread busy: it gets one of its own. A panic rejects it.
pub fn promise_of_labour<F, T>(env: &Env, work: F) -> Result<PromiseRaw<'_, T>>
where
    F: Future<Output = Outcome<T>> + Send + 'static,
    T: ToNapiValue + Send + 'static,
{
    env.spawn_future(async move {
        let runtime = Handle::current();
        joined(tokio::task::spawn_blocking(move || runtime.block_on(work))).await
    })
}

async fn joined<T>(work: JoinHandle<Outcome<T>>) -> Result<T> {
    let fault = |error: JoinError| Error::Internal {
        reason: error.try_into_panic().map_or_else(|error| error.to_string(), |panic| panic_text(&*panic)),
    };
    hand(work.await.unwrap_or_else(|error| Err(fault(error))))
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
