//! Attempts of one call: sends its request, with retries by the retry policy of [`crate::http`] and backoff between
//! them.

use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;
use std::time::Duration;

use crate::clock::{Clock, Deadline, system_clock};
use crate::http::{
    CircuitRules, HttpClient, HttpFault, HttpRequest, HttpResponse, is_idempotent, may_have_acted,
    pause_before_retry,
};
use crate::tool::{BreakerLimits, CallLimits};

/// The jitter of retries: gives a number from 0 to below 1.
pub type Jitter = fn() -> f64;

/// A random number.
#[expect(clippy::cast_precision_loss, reason = "53 bits are chosen")]
fn random_fraction() -> f64 {
    // Each `RandomState` has new random keys, so this needs no other dependency.
    let bits = RandomState::new().hash_one(()) >> 11;
    bits as f64 / (1_u64 << 53) as f64
}

/// The outcome of one attempt.
type AttemptOutcome = Result<HttpResponse, HttpFault>;

/// Sends requests with retries.
pub struct RetryingSender {
    client: Arc<dyn HttpClient>,
    clock: Arc<dyn Clock>,
    jitter: Jitter,
}

impl RetryingSender {
    /// Sends by a client, with the clock and random numbers of the system.
    pub fn new(client: Arc<dyn HttpClient>) -> Self {
        Self { client, clock: system_clock(), jitter: random_fraction }
    }

    /// Replaces the clock.
    #[must_use]
    pub fn with_clock(self, clock: Arc<dyn Clock>) -> Self {
        Self { clock, ..self }
    }

    /// Replaces the jitter.
    #[must_use]
    pub fn with_jitter(self, jitter: Jitter) -> Self {
        Self { jitter, ..self }
    }

    /// The clock of attempts and their pauses.
    pub fn clock(&self) -> &Arc<dyn Clock> {
        &self.clock
    }

    /// The client, for token requests.
    pub fn client(&self) -> &dyn HttpClient {
        &*self.client
    }

    /// Sends a request under the limits of its call, with all attempts within its timeout.
    ///
    /// A request that is not idempotent is sent once, unless it has an idempotency key. The last outcome counts. The
    /// former one counts where a server may have acted on it and cannot have acted on the last request.
    pub async fn send(
        &self,
        mut request: HttpRequest,
        limits: &CallLimits,
    ) -> Result<HttpResponse, HttpFault> {
        let deadline = Deadline::after(&self.clock, request.timeout);
        request.max_bytes = limits.max_response_bytes.unwrap_or(CallLimits::MAX_RESPONSE_BYTES);
        request.circuit = circuit_rules(limits.breaker.unwrap_or_default());
        let retries = if is_idempotent(&request) { limits.retries.unwrap_or(CallLimits::RETRIES) } else { 0 };
        let mut former: Option<AttemptOutcome> = None;
        for attempt in 0..retries {
            let outcome = self.client.send(request.clone()).await;
            let timing = (self.clock.time_of_day(), (self.jitter)());
            let Some(pause) = pause_before_retry(&outcome, attempt, timing, deadline.time_left()) else {
                return final_outcome(outcome, former);
            };
            self.clock.sleep(pause).await;
            request.timeout = deadline.time_left();
            if may_have_acted(&outcome) || !former.as_ref().is_some_and(may_have_acted) {
                former = Some(outcome);
            }
        }
        final_outcome(self.client.send(request).await, former)
    }
}

/// The outcome of several attempts: the last one, or the former one where that says more.
fn final_outcome(outcome: AttemptOutcome, former: Option<AttemptOutcome>) -> AttemptOutcome {
    match (outcome, former) {
        // The failure that opened the circuit says more than the open circuit.
        (Err(HttpFault::CircuitOpen { .. }), Some(former)) => former,
        (Err(HttpFault::Unreachable { .. }) | Ok(HttpResponse { status: 401 | 429, .. }), Some(former))
            if may_have_acted(&former) =>
        {
            former
        }
        (outcome, _) => outcome,
    }
}

fn circuit_rules(breaker: BreakerLimits) -> Option<CircuitRules> {
    match breaker {
        BreakerLimits::Off => None,
        BreakerLimits::On { failures, window_ms, open_ms } => Some(CircuitRules {
            failures,
            window: Duration::from_millis(window_ms),
            open: Duration::from_millis(open_ms),
        }),
    }
}
