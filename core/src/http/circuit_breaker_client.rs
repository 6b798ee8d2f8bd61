//! Circuit breaker around an HTTP client: one circuit for each origin. When it opens: `circuit_breaker.rs`.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures_core::future::BoxFuture;

use super::circuit_breaker::{Circuit, CircuitGeneration, OriginOutcome};
use super::{CircuitRules, HttpClient, HttpFault, HttpRequest, HttpResponse};
use crate::clock::Clock;

/// Sends requests by another client, with one circuit for each origin. It acts on requests that have rules
/// ([`HttpRequest::circuit`]); other requests pass through.
///
/// Failures are: no connection, a timeout, a broken response, and the statuses 502, 503 and 504. Every other status is
/// a success, because the origin answered.
pub struct CircuitBreakerClient {
    inner: Arc<dyn HttpClient>,
    clock: Arc<dyn Clock>,
    circuits: Mutex<HashMap<String, Circuit>>,
}

/// The number of circuits at which those without recent failures are removed.
const EVICTION_SIZE: usize = 1_000;

impl CircuitBreakerClient {
    /// Sends by `inner`.
    pub fn new(inner: Arc<dyn HttpClient>, clock: Arc<dyn Clock>) -> Self {
        Self { inner, clock, circuits: Mutex::default() }
    }

    fn admit_request(&self, origin: &str, rules: CircuitRules) -> Result<CircuitGeneration, Duration> {
        let now = self.clock.now();
        // An origin that never failed has no circuit: the usual case costs one lookup and no memory.
        self.circuits()
            .get_mut(origin)
            .map_or(Ok(CircuitGeneration::default()), |circuit| circuit.admit_request(now, rules))
    }

    fn record_outcome(
        &self,
        origin: &str,
        generation: CircuitGeneration,
        outcome: OriginOutcome,
        rules: CircuitRules,
    ) {
        let now = self.clock.now();
        let mut circuits = self.circuits();
        if let Some(circuit) = circuits.get_mut(origin) {
            circuit.record_outcome(generation, outcome, now, rules);
        } else if outcome == OriginOutcome::Failure {
            if circuits.len() >= EVICTION_SIZE {
                circuits.retain(|_, circuit| circuit.has_recent_failure(now, rules.window));
            }
            let mut circuit = Circuit::default();
            circuit.record_outcome(generation, outcome, now, rules);
            circuits.insert(origin.to_owned(), circuit);
        }
    }

    fn circuits(&self) -> MutexGuard<'_, HashMap<String, Circuit>> {
        self.circuits.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl HttpClient for CircuitBreakerClient {
    fn may_authenticate(&self) -> bool {
        self.inner.may_authenticate()
    }

    fn send(&self, request: HttpRequest) -> BoxFuture<'_, Result<HttpResponse, HttpFault>> {
        let Some(rules) = request.circuit else { return self.inner.send(request) };
        Box::pin(async move {
            let origin = request.url.origin().ascii_serialization();
            let generation = match self.admit_request(&origin, rules) {
                Ok(generation) => generation,
                Err(retry_after) => return Err(HttpFault::CircuitOpen { origin, retry_after }),
            };
            let mut tracked = TrackedRequest {
                client: self,
                origin,
                generation,
                rules,
                began: self.clock.now(),
                timeout: request.timeout,
                is_recorded: false,
            };
            let outcome = self.inner.send(request).await;
            tracked.record(origin_outcome(&outcome));
            outcome
        })
    }
}

/// A request under way. A caller can drop it before its outcome is known.
struct TrackedRequest<'c> {
    client: &'c CircuitBreakerClient,
    origin: String,
    generation: CircuitGeneration,
    rules: CircuitRules,
    began: Duration,
    timeout: Duration,
    is_recorded: bool,
}

impl TrackedRequest<'_> {
    fn record(&mut self, outcome: OriginOutcome) {
        self.is_recorded = true;
        self.client.record_outcome(&self.origin, self.generation, outcome, self.rules);
    }
}

/// A request that is dropped at its timeout is a failure; one that is dropped earlier was cancelled and says nothing.
impl Drop for TrackedRequest<'_> {
    fn drop(&mut self) {
        if self.is_recorded {
            return;
        }
        // The caller's timer may run a little ahead of this clock, so 90 % of the timeout counts as all of it.
        let is_late = self.client.clock.now().saturating_sub(self.began) >= self.timeout.mul_f64(0.9);
        self.record(if is_late { OriginOutcome::Failure } else { OriginOutcome::Unknown });
    }
}

fn origin_outcome(outcome: &Result<HttpResponse, HttpFault>) -> OriginOutcome {
    match outcome {
        Ok(HttpResponse { status: 502..=504, .. })
        | Err(HttpFault::Unreachable { .. } | HttpFault::Timeout { .. } | HttpFault::Broken { .. }) => {
            OriginOutcome::Failure
        }
        Ok(_) | Err(HttpFault::TooLarge { .. }) => OriginOutcome::Success,
        Err(HttpFault::Unsendable { .. } | HttpFault::Forbidden { .. } | HttpFault::CircuitOpen { .. }) => {
            OriginOutcome::Unknown
        }
    }
}
