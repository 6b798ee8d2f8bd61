//! The limiter of a registry: asks rate limit, concurrency and idempotency before a call starts.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Map, Number, Value};

use super::concurrency::{Acquired, SemaphorePermit, Semaphores};
use super::eviction_report::EvictionReport;
use super::idempotency_store::{ClaimResult, IdempotencyCapacity, IdempotencyStore};
use super::kept_outcome::KeptOutcome;
use super::permit::{
    CallQueue, ClaimedKey, IdempotentReplay, LimitDecision, Permit, QueuedCall, ReplayedOutcome,
    SourceSemaphore, milliseconds,
};
use super::rate_limit::{RateLimit, RateLimitStore};
use crate::clock::{Clock, system_clock};
use crate::error::{Error, Result};
use crate::registry::RegisteredTool;
use crate::tool::sha256::sha256;
use crate::tool::{CallLimits, Caller, ToolCall, ToolResult, fingerprint};

/// Limits that a registry sets for all of its calls.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct LimiterOptions {
    /// The rate limit of tools that set none of their own, in calls per minute. Default: none.
    pub rate_limit: Option<f64>,
    /// The limits of tools that set none of their own.
    pub defaults: CallLimits,
    /// Whether calls over the rate limit are refused. Otherwise a rate limit only informs orchestrators. Default: no.
    pub enforce_rates: bool,
    /// Memory of all outcomes that are kept under idempotency keys, in bytes. Default: [`CallLimits::IDEMPOTENCY_BYTES`].
    pub idempotency_bytes: Option<usize>,
}

/// Knows the running calls of a registry, and the recent ones. Everything is kept by tool name, so a reload changes nothing for
/// calls that came before it.
pub struct Limiter {
    options: LimiterOptions,
    clock: Arc<dyn Clock>,
    rates: RateLimitStore,
    tools: Semaphores,
    sources: Arc<Semaphores>,
    keys: Arc<IdempotencyStore<KeptOutcome>>,
}

impl Default for Limiter {
    fn default() -> Self {
        Self::new(LimiterOptions::default(), system_clock())
    }
}

/// One call as its limits see it.
struct LimitedCall<'c> {
    tool: &'c RegisteredTool,
    caller: Caller,
    limits: CallLimits,
    arguments: &'c Map<String, Value>,
}

/// Semaphore permits of a call's tool and source, or the queue that it waits in.
type PermitsOrQueue = Result<[Option<SemaphorePermit>; 2], CallQueue>;

impl Limiter {
    /// A limiter without any calls.
    pub fn new(options: LimiterOptions, clock: Arc<dyn Clock>) -> Self {
        let bytes = options.idempotency_bytes.unwrap_or(CallLimits::IDEMPOTENCY_BYTES);
        let capacity = IdempotencyCapacity { bytes, ..IdempotencyCapacity::default() };
        Self {
            options,
            rates: RateLimitStore::new(RateLimitStore::KEYS),
            tools: Semaphores::default(),
            sources: Arc::default(),
            keys: Arc::new(IdempotencyStore::new(Arc::clone(&clock), capacity)),
            clock,
        }
    }

    /// Calls `listener` with the number of idempotency keys that were evicted before their time: at the first one, and then at
    /// most once a minute.
    pub fn on_eviction(&self, listener: impl Fn(u64) + Send + Sync + 'static) {
        self.keys.report_evictions_to(EvictionReport::new(Arc::clone(&self.clock), Box::new(listener)));
    }

    /// The limits of a tool's calls: those of the tool, then of its source, then of the registry.
    pub fn limits_of(&self, tool: &RegisteredTool) -> CallLimits {
        tool.definition.call_limits.over(&self.options.defaults)
    }

    /// The rate limit of a tool: its own, or that of its source, then that of the registry. One that only a document asks for
    /// is never above that of the registry.
    fn rate_limit_of(&self, tool: &RegisteredTool) -> Option<f64> {
        match (tool.definition.rate_limit, self.options.rate_limit) {
            (Some(asked), Some(allowed)) if tool.rate_limit_is_requested => Some(asked.min(allowed)),
            (own, default) => own.or(default),
        }
    }

    /// Carries out one validated call as soon as its limits permit. The call's timeout covers the time in queues too. The caller
    /// is the call's own, else that of its context, where `tenant_key` is the metadata key of the tenant.
    ///
    /// # Errors
    /// `RATE_LIMITED`, `BUSY`, `KEY_REUSED`, `TIMEOUT`, and every error of the executor.
    pub async fn carry_out(
        &self,
        tool: &RegisteredTool,
        mut call: ToolCall,
        tenant_key: &str,
    ) -> Result<ToolResult> {
        let (key, timeout, named) = (call.idempotency_key.as_deref(), call.timeout, call.caller.take());
        let caller = || named.unwrap_or_else(|| Caller::of(&call.context, tenant_key));
        let permit = match self.decide(tool, caller, key, &call.arguments)? {
            LimitDecision::Permitted(permit) => permit,
            LimitDecision::Queued(queued) => {
                let began = self.clock.now();
                let permit = queued.within(timeout).await?;
                call.timeout = timeout.saturating_sub(self.clock.now().saturating_sub(began));
                permit
            }
            LimitDecision::Replayed(replay) => return replay.within(timeout).await,
        };
        let has_waited = call.timeout < timeout;
        let outcome = match tool.executor.execute(call).await {
            // The caller set one deadline, so the error names that and not what the queue left of it.
            Err(Error::Timeout { tool, .. }) if has_waited => {
                Err(Error::Timeout { tool, timeout_ms: milliseconds(timeout) })
            }
            outcome => outcome,
        };
        permit.settle(Cow::Borrowed(&outcome));
        outcome
    }

    /// Whether a call of this tool without an idempotency key has any limit to ask. It costs two reads of the definition.
    pub fn limits_calls_of(&self, tool: &RegisteredTool) -> bool {
        let (own, default) = (&tool.definition.call_limits, &self.options.defaults);
        own.concurrency.or(default.concurrency).is_some()
            || own.source_concurrency.or(default.source_concurrency).is_some()
            || (self.options.enforce_rates && self.rate_limit_of(tool).is_some())
    }

    /// Decides whether one validated call may start now. A refused call counts against no limit. `caller` is called only when a
    /// limit depends on who calls.
    ///
    /// # Errors
    /// `RATE_LIMITED` over the rate limit, `BUSY` when a queue is full, `KEY_REUSED` when the key came with other arguments,
    /// `INVALID_OPTIONS` for a text that can be no key.
    pub fn decide(
        &self,
        tool: &RegisteredTool,
        caller: impl FnOnce() -> Caller,
        key: Option<&str>,
        arguments: &Map<String, Value>,
    ) -> Result<LimitDecision> {
        if key.is_none() && !self.limits_calls_of(tool) {
            return Ok(LimitDecision::Permitted(Permit::FREE));
        }
        let call = LimitedCall { tool, caller: caller(), limits: self.limits_of(tool), arguments };
        let key = match key.map(|key| self.claim_key(&call, key)).transpose()? {
            None => None,
            Some(Ok(key)) => Some(key),
            Some(Err(replay)) => return Ok(LimitDecision::Replayed(replay)),
        };
        let acquired = self.acquire_semaphores(&call).and_then(|acquired| {
            self.check_rate_limit(&call)?;
            Ok(acquired)
        });
        match acquired {
            Ok(Ok(permits)) => Ok(LimitDecision::Permitted(Permit::new(permits, key))),
            Ok(Err(queue)) => {
                let (tool, clock) = (tool.name().to_owned(), Arc::clone(&self.clock));
                Ok(LimitDecision::Queued(QueuedCall { tool, queue, key, clock }))
            }
            Err(error) => {
                if let Some(key) = key {
                    key.claim.release(Arc::new(Err(error.clone())));
                }
                Err(error)
            }
        }
    }

    /// Acquires the semaphores of the tool and of its source, or a place in the queue of one of them.
    fn acquire_semaphores(&self, call: &LimitedCall<'_>) -> Result<PermitsOrQueue> {
        let LimitedCall { tool, limits, .. } = call;
        let queue = limits.queue.unwrap_or(CallLimits::QUEUE);
        let busy = |what, waiting| Err(Error::Busy { tool: tool.name().to_owned(), what, waiting });
        let source = &tool.origin.source;
        let own = match limits.concurrency.map(|limit| self.tools.acquire(tool.name(), limit, queue)) {
            None => None,
            Some(Acquired::Permit(permit)) => Some(permit),
            Some(Acquired::Queued(ticket)) => {
                let semaphores = || Arc::clone(&self.sources);
                let next =
                    |limit| SourceSemaphore { semaphores: semaphores(), source: Arc::clone(source), limit };
                return Ok(Err(CallQueue::Tool(ticket, limits.source_concurrency.map(next))));
            }
            Some(Acquired::Full(waiting)) => return busy("tool", waiting),
        };
        match limits.source_concurrency.map(|limit| self.sources.acquire(source, limit, queue)) {
            None => Ok(Ok([own, None])),
            Some(Acquired::Permit(permit)) => Ok(Ok([own, Some(permit)])),
            Some(Acquired::Queued(ticket)) => Ok(Err(CallQueue::Source(own, ticket))),
            Some(Acquired::Full(waiting)) => busy("source", waiting),
        }
    }

    fn check_rate_limit(&self, call: &LimitedCall<'_>) -> Result<()> {
        let LimitedCall { tool, caller, limits, .. } = call;
        let Some(per_minute) = self.rate_limit_of(tool).filter(|_| self.options.enforce_rates) else {
            return Ok(());
        };
        let rate = RateLimit::new(per_minute, limits.burst);
        let wait = self.rates.count_call((tool.name(), caller.shared_id()), rate, self.clock.now());
        wait.map_err(|wait| Error::RateLimited {
            tool: tool.name().to_owned(),
            limit: rate_as_number(per_minute),
            retry_after_ms: milliseconds_rounded_up(wait),
        })
    }

    /// Claims an idempotency key for a call, or gives the outcome of the call that has it.
    fn claim_key(&self, call: &LimitedCall<'_>, key: &str) -> Result<Result<ClaimedKey, IdempotentReplay>> {
        check_key(key)?;
        let LimitedCall { tool, caller, limits, arguments } = call;
        let name = tool.name();
        // Names, callers and keys contain no zero byte, so the three parts cannot run into each other.
        let id = sha256(format!("{name}\0{}\0{key}", caller.id()).as_bytes());
        let members: Vec<_> = arguments.iter().map(|(name, value)| (name.as_str(), value)).collect();
        let digest = fingerprint::digest_of_members(&members);
        let window = Duration::from_millis(limits.idempotency_ms.unwrap_or(CallLimits::IDEMPOTENCY_MS));
        let replay = |outcome| {
            Ok(Err(IdempotentReplay { tool: name.to_owned(), outcome, clock: Arc::clone(&self.clock) }))
        };
        match self.keys.claim(id, digest, window) {
            ClaimResult::First(claim) => Ok(Ok(ClaimedKey { claim, tool: name.to_owned() })),
            ClaimResult::Done(outcome) => replay(ReplayedOutcome::Ready(outcome)),
            ClaimResult::Running(receiver) => replay(ReplayedOutcome::Pending(receiver)),
            ClaimResult::OtherArguments => {
                Err(Error::KeyReused { tool: name.to_owned(), key: key.to_owned() })
            }
        }
    }
}

impl fmt::Debug for Limiter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Limiter").field("options", &self.options).finish_non_exhaustive()
    }
}

/// The longest idempotency key, in characters.
const LONGEST_KEY: usize = 255;

/// Refuses a text that can be no idempotency key.
fn check_key(key: &str) -> Result<()> {
    let refused = |reason: &str| {
        Err(Error::InvalidOptions { option: "idempotencyKey".to_owned(), reason: reason.to_owned() })
    };
    if key.trim().is_empty() {
        return refused("is empty: give a text that is unique to this call, such as a UUID");
    }
    if key.chars().count() > LONGEST_KEY {
        return refused("has more than 255 characters: give a shorter text, such as its SHA-256");
    }
    if key.chars().any(char::is_control) {
        return refused("has control characters: give printable text");
    }
    Ok(())
}

/// A rate as the options wrote it: whole numbers without a fraction.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a whole number in range")]
fn rate_as_number(rate: f64) -> Number {
    let whole = rate.fract() == 0.0 && rate < 1e15;
    let fraction = (!whole).then(|| Number::from_f64(rate)).flatten();
    fraction.unwrap_or_else(|| Number::from(rate as u64))
}

/// Milliseconds of a duration, rounded up: a call after that wait is within its rate limit.
fn milliseconds_rounded_up(time: Duration) -> u64 {
    u64::try_from(time.as_nanos().div_ceil(1_000_000)).unwrap_or(u64::MAX)
}
