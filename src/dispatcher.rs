//! The way from any Rust thread to the closures of one JavaScript thread.
//!
//! There is one threadsafe function for each registry, never one for each tool: libuv walks all of them on every
//! wake-up of the process, so that 100,000 idle ones cost a millisecond each time (libuv#2312). It carries no data. It
//! wakes the thread, which takes everything that waits in one piece of text and answers each call by its number. The
//! function is weak: a process with nothing else to do may end.

use std::collections::{HashMap, VecDeque};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use napi::Status;
use napi::bindgen_prelude::Function;
use napi::threadsafe_function::{ThreadsafeFunction, ThreadsafeFunctionCallMode};
use serde_json::{Value, json};
use tokio::sync::oneshot;
use toolrack_core::error::{Error, Result};
use toolrack_core::tool::{ToolCall, ToolResult};

use crate::tickets::read;

/// Events that wait for a thread at most.
const WAITING: usize = 1_024;

type Wake = ThreadsafeFunction<(), (), (), Status, false, true>;

/// The way to the closures of one JavaScript thread.
pub struct Dispatcher {
    wake: Wake,
    /// Whether the thread was woken and the wake has not come. What the thread takes on its own before that does not
    /// count: each wake is a callback that waits in a queue, and a thread that writes all the time would pile them up.
    woken: AtomicBool,
    next: AtomicU64,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    closed: bool,
    /// Calls that wait for the thread, as JSON, and those that it need not go on with; each with its number.
    calls: Vec<(u64, String)>,
    /// Events that do.
    events: VecDeque<String>,
    /// Events that waited too long and were dropped.
    missed: u64,
    pending: HashMap<u64, oneshot::Sender<Result<ToolResult>>>,
    /// Closures that no tool of any revision has any more.
    released: Vec<u32>,
}

impl Dispatcher {
    /// A dispatcher that wakes its thread by calling `wake`, which must not throw.
    pub fn new(wake: &Function<'_, (), ()>) -> napi::Result<Self> {
        let wake = wake.build_threadsafe_function::<()>().callee_handled::<false>().weak::<true>().build()?;
        Ok(Self { wake, woken: AtomicBool::new(false), next: AtomicU64::new(0), state: Mutex::default() })
    }

    /// Calls a closure and waits for its answer. Fails at once when the thread has ended.
    pub async fn call(&self, slot: u32, call: ToolCall) -> Result<ToolResult> {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        let (sender, answer) = oneshot::channel();
        let message =
            json!(["call", number, slot, call.tool, call.revision, call.context, call.arguments, call.id])
                .to_string();
        {
            let mut state = self.state();
            if state.closed {
                return Err(gone());
            }
            state.pending.insert(number, sender);
            state.calls.push((number, message));
        }
        let mut forget =
            Forget { dispatcher: self, number, fault: Error::Cancelled { tool: call.tool.clone() } };
        self.wake_up()?;
        if let Ok(answered) = tokio::time::timeout(call.timeout, answer).await {
            return answered.unwrap_or_else(|_| Err(gone()));
        }
        let timeout_ms = u64::try_from(call.timeout.as_millis()).unwrap_or(u64::MAX);
        let fault = Error::Timeout { tool: call.tool, timeout_ms };
        forget.fault = fault.clone();
        Err(fault)
    }

    /// Tells the thread of something, in order. Lost when the thread has ended; of what a busy thread does not come to take
    /// the oldest is dropped, and the thread is told how many were.
    pub fn tell(&self, event: &str, data: &Value) {
        {
            let mut state = self.state();
            if state.events.len() == WAITING {
                state.events.pop_front();
                state.missed += 1;
            }
            state.events.push_back(told(event, data));
        }
        let _ = self.wake_up();
    }

    /// The wake has come: whatever is told from now on needs another one.
    pub fn woke(&self) {
        self.woken.store(false, Ordering::Release);
    }

    /// All that waits, as the text of one JSON array.
    pub fn take(&self) -> String {
        let (calls, events, missed) = {
            let mut state = self.state();
            let (calls, events) = (std::mem::take(&mut state.calls), std::mem::take(&mut state.events));
            (calls, events, std::mem::take(&mut state.missed))
        };
        let mut all: Vec<String> = calls.into_iter().map(|(_, text)| text).collect();
        all.extend((missed > 0).then(|| told("missed", &json!({"missed": missed}))));
        all.extend(events);
        format!("[{}]", all.join(","))
    }

    /// The answer to a call: a value as JSON text, or a [`Failure`].
    pub fn answer(&self, number: u64, ok: bool, text: &str, tool: &str) {
        let Some(sender) = self.state().pending.remove(&number) else { return };
        let _ = sender.send(read(ok, text, tool));
    }

    /// A closure that no tool of any revision has any more. The thread hears of it when it next comes by.
    pub fn release(&self, slot: u32) {
        self.state().released.push(slot);
    }

    /// The closures that were released since the last time.
    pub fn released(&self) -> Vec<u32> {
        std::mem::take(&mut self.state().released)
    }

    /// Ends every call that waits, and all that come.
    pub fn close(&self) {
        let mut state = self.state();
        state.closed = true;
        state.calls.clear();
        state.events.clear();
        state.pending.clear();
    }

    fn wake_up(&self) -> Result<()> {
        if self.woken.swap(true, Ordering::AcqRel) {
            return Ok(());
        }
        if self.wake.call((), ThreadsafeFunctionCallMode::NonBlocking) == Status::Ok {
            return Ok(());
        }
        self.close();
        Err(gone())
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Takes a call out of the pending ones when nobody waits for it any more, and tells its closure why.
struct Forget<'d> {
    dispatcher: &'d Dispatcher,
    number: u64,
    fault: Error,
}

impl Drop for Forget<'_> {
    fn drop(&mut self) {
        {
            let mut state = self.dispatcher.state();
            if state.pending.remove(&self.number).is_none() {
                return;
            }
            // One that the thread has not come to take need not begin.
            let waiting = state.calls.len();
            state.calls.retain(|(number, _)| *number != self.number);
            if state.calls.len() < waiting {
                return;
            }
            let told = json!(["giveUp", self.number, crate::error::to_json(&self.fault)]).to_string();
            state.calls.push((self.number, told));
        }
        let _ = self.dispatcher.wake_up();
    }
}

fn told(event: &str, data: &Value) -> String {
    json!(["event", event, data]).to_string()
}

const fn gone() -> Error {
    Error::Closed { what: "thread of the tool's closure" }
}
