//! Who asks before a call starts.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Map, Number, Value};

use super::concurrency::{Entry, Gates, Seat};
use super::evictions::Evictions;
use super::idempotency::{Claimed, Keys, Most};
use super::kept_outcome::Outcome;
use super::permit::{Admission, Gate, Key, Known, Line, Permit, Replay, Waiting, milliseconds};
use super::rate_limit::{Rate, Rates};
use crate::error::{Error, Result};
use crate::http::{Clock, SystemClock};
use crate::registry::RegisteredTool;
use crate::tool::{CallLimits, Caller, ToolCall, ToolResult, fingerprint};

/// What a registry says of the limits of its calls.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct LimiterOptions {
    /// The limits of tools that say nothing else.
    pub defaults: CallLimits,
    /// Whether calls over the rate are refused. Otherwise it is information for orchestrators.
    pub enforce_rates: bool,
    /// What all outcomes that are kept under idempotency keys may take, in bytes. Default: [`CallLimits::IDEMPOTENCY_BYTES`].
    pub idempotency_bytes: Option<usize>,
}

/// Knows the calls of a registry that are under way, and those that were. What it knows goes by the names of tools, so that a
/// reload changes nothing for those that were there before.
pub struct Limiter {
    options: LimiterOptions,
    clock: Arc<dyn Clock>,
    rates: Rates,
    tools: Gates,
    sources: Arc<Gates>,
    keys: Arc<Keys<Outcome>>,
}

impl Default for Limiter {
    fn default() -> Self {
        Self::new(LimiterOptions::default(), Arc::new(SystemClock::default()))
    }
}

impl Limiter {
    /// One that knows of no calls yet.
    pub fn new(options: LimiterOptions, clock: Arc<dyn Clock>) -> Self {
        let bytes = options.idempotency_bytes.unwrap_or(CallLimits::IDEMPOTENCY_BYTES);
        let most = Most { bytes, ..Most::default() };
        Self {
            options,
            rates: Rates::new(Rates::KEYS),
            tools: Gates::default(),
            sources: Arc::default(),
            keys: Arc::new(Keys::new(Arc::clone(&clock), most)),
            clock,
        }
    }

    /// Tells `listener` how many idempotency keys were let go before their time: at the first one, and then once a minute at most.
    pub fn on_eviction(&self, listener: impl Fn(u64) + Send + Sync + 'static) {
        self.keys.tell(Evictions::new(Arc::clone(&self.clock), Box::new(listener)));
    }

    /// What a tool's calls may cost: its own word, that of its source, that of the registry.
    pub fn limits_of(&self, tool: &RegisteredTool) -> CallLimits {
        tool.definition.limits().over(&self.options.defaults)
    }

    /// Carries one call out, which has been judged and knows its limits, when they let it. Its time is for all of it together. Who calls
    /// is what the call says, else its context, in which `tenant_key` is the key of the metadata that names the tenant.
    pub async fn carry_out(
        &self,
        tool: &RegisteredTool,
        mut call: ToolCall,
        tenant_key: &str,
    ) -> Result<ToolResult> {
        let (key, whole, said) = (call.idempotency_key.as_deref(), call.timeout, call.caller.take());
        let caller = || said.unwrap_or_else(|| Caller::of(&call.context, tenant_key));
        let permit = match self.admit(tool, caller, key, &call.arguments)? {
            Admission::Go(permit) => permit,
            Admission::Wait(waiting) => {
                let began = self.clock.now();
                let permit = waiting.within(whole).await?;
                call.timeout = whole.saturating_sub(self.clock.now().saturating_sub(began));
                permit
            }
            Admission::Replay(replay) => return replay.within(whole).await,
        };
        let has_waited = call.timeout < whole;
        let outcome = match tool.executor.execute(call).await {
            // Its caller knows of one deadline.
            Err(Error::Timeout { tool, .. }) if has_waited => {
                Err(Error::Timeout { tool, timeout_ms: milliseconds(whole) })
            }
            outcome => outcome,
        };
        permit.settle(Cow::Borrowed(&outcome));
        outcome
    }

    /// Whether there is anything to ask before a call of this tool that has no key.
    pub fn concerns(&self, tool: &RegisteredTool) -> bool {
        let (own, default) = (&tool.definition.call_limits, &self.options.defaults);
        own.concurrency.or(default.concurrency).is_some()
            || own.source_concurrency.or(default.source_concurrency).is_some()
            || (self.options.enforce_rates && tool.definition.rate_limit.or(default.rate_limit).is_some())
    }

    /// One call, which has been judged and would start now. It is refused where it is one too many, or where its key was used
    /// with other arguments; a call that is refused counts for nothing. Who calls is asked where something goes by it.
    pub fn admit(
        &self,
        tool: &RegisteredTool,
        caller: impl FnOnce() -> Caller,
        key: Option<&str>,
        arguments: &Map<String, Value>,
    ) -> Result<Admission> {
        if key.is_none() && !self.concerns(tool) {
            return Ok(Admission::Go(Permit::FREE));
        }
        let (caller, limits) = (caller(), self.limits_of(tool));
        let key = match key.map(|key| self.claim(tool, &caller, key, arguments, &limits)).transpose()? {
            None => None,
            Some(Ok(key)) => Some(key),
            Some(Err(replay)) => return Ok(Admission::Replay(replay)),
        };
        let entered = self.enter(tool, &limits).and_then(|entered| {
            self.meter(tool, &caller, &limits)?;
            Ok(entered)
        });
        match entered {
            Ok(Ok(seats)) => Ok(Admission::Go(Permit::new(seats, key))),
            Ok(Err(line)) => Ok(Admission::Wait(Waiting { tool: tool.name().to_owned(), line, key })),
            Err(error) => {
                if let Some(key) = key {
                    key.claim.free(Arc::new(Err(error.clone())));
                }
                Err(error)
            }
        }
    }

    /// A seat at both gates, or a place in the line before one of them.
    fn enter(&self, tool: &RegisteredTool, limits: &CallLimits) -> Result<Result<[Option<Seat>; 2], Line>> {
        let queue = limits.queue.unwrap_or(CallLimits::QUEUE);
        let busy = |what, waiting| Err(Error::Busy { tool: tool.name().to_owned(), what, waiting });
        let source = &tool.origin.source;
        let own = match limits.concurrency.map(|limit| self.tools.enter(tool.name(), limit, queue)) {
            None => None,
            Some(Entry::In(seat)) => Some(seat),
            Some(Entry::Line(ticket)) => {
                let gates = || Arc::clone(&self.sources);
                let next = |limit| Gate { gates: gates(), source: Arc::clone(source), limit };
                return Ok(Err(Line::Tool(ticket, limits.source_concurrency.map(next))));
            }
            Some(Entry::Full(waiting)) => return busy("tool", waiting),
        };
        match limits.source_concurrency.map(|limit| self.sources.enter(source, limit, queue)) {
            None => Ok(Ok([own, None])),
            Some(Entry::In(seat)) => Ok(Ok([own, Some(seat)])),
            Some(Entry::Line(ticket)) => Ok(Err(Line::Source(own, ticket))),
            Some(Entry::Full(waiting)) => busy("source", waiting),
        }
    }

    fn meter(&self, tool: &RegisteredTool, caller: &Caller, limits: &CallLimits) -> Result<()> {
        let Some(per_minute) = limits.rate_limit.filter(|_| self.options.enforce_rates) else {
            return Ok(());
        };
        let rate = Rate::new(per_minute, limits.burst);
        let wait = self.rates.take((tool.name(), caller.shared_id()), rate, self.clock.now());
        wait.map_err(|wait| Error::RateLimited {
            tool: tool.name().to_owned(),
            limit: number(per_minute),
            retry_after_ms: whole_ms(wait),
        })
    }

    /// The right to make the call of a key, or what that call came to.
    fn claim(
        &self,
        tool: &RegisteredTool,
        caller: &Caller,
        key: &str,
        arguments: &Map<String, Value>,
        limits: &CallLimits,
    ) -> Result<Result<Key, Replay>> {
        check(key)?;
        let name = tool.name();
        // Neither names nor callers nor keys have a zero byte in them.
        let id = fingerprint::sha256(format!("{name}\0{}\0{key}", caller.id()).as_bytes());
        let members: Vec<_> = arguments.iter().map(|(name, value)| (name.as_str(), value)).collect();
        let digest = fingerprint::digest_of_members(&members);
        let window = Duration::from_millis(limits.idempotency_ms.unwrap_or(CallLimits::IDEMPOTENCY_MS));
        let replay = |outcome| Ok(Err(Replay { tool: name.to_owned(), outcome }));
        match self.keys.claim(id, digest, window) {
            Claimed::First(claim) => Ok(Ok(Key { claim, tool: name.to_owned() })),
            Claimed::Done(outcome) => replay(Known::Now(outcome)),
            Claimed::Running(receiver) => replay(Known::Soon(receiver)),
            Claimed::Other => Err(Error::KeyReused { tool: name.to_owned(), key: key.to_owned() }),
        }
    }
}

impl fmt::Debug for Limiter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Limiter").field("options", &self.options).finish_non_exhaustive()
    }
}

/// The longest key, in characters.
const LONGEST_KEY: usize = 255;

/// Refuses what can be no key.
fn check(key: &str) -> Result<()> {
    let refused = |reason: &str| {
        Err(Error::InvalidOptions { option: "idempotencyKey".to_owned(), reason: reason.to_owned() })
    };
    if key.trim().is_empty() {
        return refused("is empty");
    }
    if key.chars().count() > LONGEST_KEY {
        return refused("has more than 255 characters");
    }
    if key.chars().any(char::is_control) {
        return refused("has control characters");
    }
    Ok(())
}

/// A rate as it was written.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a whole number in range")]
fn number(rate: f64) -> Number {
    let whole = rate.fract() == 0.0 && rate < 1e15;
    let fraction = (!whole).then(|| Number::from_f64(rate)).flatten();
    fraction.unwrap_or_else(|| Number::from(rate as u64))
}

/// A time in ms, and not a bit shorter than it is.
fn whole_ms(time: Duration) -> u64 {
    u64::try_from(time.as_nanos().div_ceil(1_000_000)).unwrap_or(u64::MAX)
}
