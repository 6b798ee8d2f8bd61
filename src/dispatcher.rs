//! Dispatcher: calls the closures of one JavaScript thread from any Rust thread.
//!
//! Each registry has one threadsafe function. One per tool was rejected: libuv walks all of them at every wake-up of
//! the process, so 100,000 idle ones cost a millisecond each time (libuv#2312). The function carries no data. It wakes
//! the thread, which takes all waiting messages as one JSON text and answers each call by its number. The function is
//! weak: a process with nothing else to do may end.

use std::collections::{HashMap, VecDeque};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use napi::Status;
use napi::bindgen_prelude::Function;
use napi::threadsafe_function::{ThreadsafeFunction, ThreadsafeFunctionCallMode};
use serde_json::{Value, json};
use tokio::sync::oneshot;
use toolrack_core::clock::{Clock, within};
use toolrack_core::error::{Error, Result};
use toolrack_core::tool::{ToolCall, ToolResult};

use crate::permits::read;

/// The largest number of events that wait for a thread; older ones are dropped.
const WAITING: usize = 1_024;

type Wake = ThreadsafeFunction<(), (), (), Status, false, true>;

/// What a message asks of the closure in a slot.
#[derive(Clone, Copy)]
pub enum ClosureTask {
    /// To carry out the call.
    Execute,
    /// To decide whether the call needs the approval of a person.
    DecideApproval,
}

impl ClosureTask {
    /// The kind of the message; `js/closures.ts` reads it.
    const fn kind(self) -> &'static str {
        match self {
            Self::Execute => "call",
            Self::DecideApproval => "approval",
        }
    }
}

/// Sends calls and events to one JavaScript thread.
pub struct Dispatcher {
    wake: Wake,
    /// Whether a wake-up is on its way to the thread. It stays set until the callback runs, even if the thread takes
    /// the messages earlier: each wake-up is a queued callback, and a busy thread would pile them up.
    woken: AtomicBool,
    next: AtomicU64,
    state: Mutex<DispatcherState>,
    clock: Arc<dyn Clock>,
}

#[derive(Default)]
struct DispatcherState {
    closed: bool,
    /// Waiting calls and cancellations as JSON, each with its call number.
    calls: Vec<(u64, String)>,
    /// Waiting events.
    events: VecDeque<String>,
    /// The number of dropped events.
    missed: u64,
    pending: HashMap<u64, oneshot::Sender<Result<ToolResult>>>,
    /// Slots of closures that no revision uses any more.
    released: Vec<u32>,
}

impl Dispatcher {
    /// Makes a dispatcher that wakes its thread by calling `wake`, which must not throw. `clock` measures timeouts.
    pub fn new(wake: &Function<'_, (), ()>, clock: Arc<dyn Clock>) -> napi::Result<Self> {
        let wake = wake.build_threadsafe_function::<()>().callee_handled::<false>().weak::<true>().build()?;
        Ok(Self {
            wake,
            woken: AtomicBool::new(false),
            next: AtomicU64::new(0),
            state: Mutex::default(),
            clock,
        })
    }

    /// Calls a closure and waits for its result. Fails at once if the thread has ended.
    pub async fn call(&self, task: ClosureTask, slot: u32, call: ToolCall) -> Result<ToolResult> {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        let (sender, answer) = oneshot::channel();
        let message = json!([
            task.kind(),
            number,
            slot,
            call.tool,
            call.revision,
            call.context,
            call.arguments,
            call.id,
            call.approved,
        ]);
        let message = message.to_string();
        {
            let mut state = self.state();
            if state.closed {
                return Err(closed_registry());
            }
            state.pending.insert(number, sender);
            state.calls.push((number, message));
        }
        let mut forget =
            Forget { dispatcher: self, number, fault: Error::Cancelled { tool: call.tool.clone() } };
        self.wake_up()?;
        if let Some(answered) = within(&*self.clock, call.timeout, answer).await {
            return answered.unwrap_or_else(|_| Err(closed_registry()));
        }
        let timeout_ms = u64::try_from(call.timeout.as_millis()).unwrap_or(u64::MAX);
        let fault = Error::Timeout { tool: call.tool, timeout_ms };
        forget.fault = fault.clone();
        Err(fault)
    }

    /// Sends an event to the thread; order is kept. If a busy thread lets too many wait, the oldest are dropped and
    /// their number is sent. Events to an ended thread are lost.
    pub fn tell(&self, event: &str, data: &Value) {
        {
            let mut state = self.state();
            if state.events.len() == WAITING {
                state.events.pop_front();
                state.missed += 1;
            }
            state.events.push_back(event_message(event, data));
        }
        let _ = self.wake_up();
    }

    /// Notes that the wake-up has arrived; the next message needs another one.
    pub fn woke(&self) {
        self.woken.store(false, Ordering::Release);
    }

    /// Takes all waiting messages as the text of one JSON array.
    pub fn take(&self) -> String {
        let (calls, events, missed) = {
            let mut state = self.state();
            let (calls, events) = (std::mem::take(&mut state.calls), std::mem::take(&mut state.events));
            (calls, events, std::mem::take(&mut state.missed))
        };
        let mut all: Vec<String> = calls.into_iter().map(|(_, text)| text).collect();
        all.extend((missed > 0).then(|| event_message("missed", &json!({"missed": missed}))));
        all.extend(events);
        format!("[{}]", all.join(","))
    }

    /// Settles a call with a value as JSON text, or with a failure.
    pub fn answer(&self, number: u64, ok: bool, text: &str, tool: &str) {
        let Some(sender) = self.state().pending.remove(&number) else { return };
        let _ = sender.send(read(ok, text, tool));
    }

    /// Releases the slot of a closure that no revision uses. The thread reads it at its next visit.
    pub fn release(&self, slot: u32) {
        self.state().released.push(slot);
    }

    /// Takes the slots that were released since the last call.
    pub fn released(&self) -> Vec<u32> {
        std::mem::take(&mut self.state().released)
    }

    /// Fails all waiting calls and all later ones.
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
        Err(closed_registry())
    }

    fn state(&self) -> MutexGuard<'_, DispatcherState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Removes a call that nobody awaits any more, and tells its closure why.
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
            // The thread has not taken the call yet, so it need not start.
            let waiting = state.calls.len();
            state.calls.retain(|(number, _)| *number != self.number);
            if state.calls.len() < waiting {
                return;
            }
            let message = json!(["giveUp", self.number, crate::error::to_json(&self.fault)]).to_string();
            state.calls.push((self.number, message));
        }
        let _ = self.dispatcher.wake_up();
    }
}

fn event_message(event: &str, data: &Value) -> String {
    json!(["event", event, data]).to_string()
}

const fn closed_registry() -> Error {
    Error::Closed { what: "thread of the tool's closure" }
}
