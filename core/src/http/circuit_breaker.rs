//! A client that leaves origins alone that fail.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures_core::future::BoxFuture;

use super::circuit_state::{Circuit, CircuitPass, OriginOutcome};
use super::{CircuitRules, HttpClient, HttpFault, HttpRequest, HttpResponse, MonotonicClock};

/// Sends requests by another client, and counts how origins answer those that have rules for it
/// ([`HttpRequest::circuit`]). One that fails too often is not asked for a while, and then by a single request.
///
/// Failures are no connection, no or a broken answer, and the statuses by which a server or what stands before it says that it
/// cannot (502, 503, 504). Every other status is an answer.
pub struct CircuitBreakerClient {
    inner: Arc<dyn HttpClient>,
    clock: Arc<dyn MonotonicClock>,
    circuits: Mutex<HashMap<String, Circuit>>,
}

/// How many origins are known at a time before those are looked for that need not be.
const TIDY_AT: usize = 1_000;

impl CircuitBreakerClient {
    /// Sends by `inner`.
    pub fn new(inner: Arc<dyn HttpClient>, clock: Arc<dyn MonotonicClock>) -> Self {
        Self { inner, clock, circuits: Mutex::default() }
    }

    fn begin(&self, origin: &str, rules: CircuitRules) -> Result<CircuitPass, Duration> {
        let now = self.clock.now();
        // An origin that never failed is not even known.
        self.circuits()
            .get_mut(origin)
            .map_or(Ok(CircuitPass::default()), |circuit| circuit.begin(now, rules))
    }

    fn end(&self, origin: &str, passage: CircuitPass, outcome_of_origin: OriginOutcome, rules: CircuitRules) {
        let now = self.clock.now();
        let mut circuits = self.circuits();
        if let Some(circuit) = circuits.get_mut(origin) {
            circuit.end(passage, outcome_of_origin, now, rules);
        } else if outcome_of_origin == OriginOutcome::Fails {
            if circuits.len() >= TIDY_AT {
                circuits.retain(|_, circuit| !circuit.is_clear(now, rules.window));
            }
            let mut circuit = Circuit::default();
            circuit.end(passage, outcome_of_origin, now, rules);
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
            let passage = match self.begin(&origin, rules) {
                Ok(passage) => passage,
                Err(retry_after) => return Err(HttpFault::CircuitOpen { origin, retry_after }),
            };
            let began = self.clock.now();
            let mut attempt = TrackedRequest {
                client: self,
                origin,
                passage,
                rules,
                began,
                timeout: request.timeout,
                is_over: false,
            };
            let outcome = self.inner.send(request).await;
            attempt.end(outcome_of_origin(&outcome));
            outcome
        })
    }
}

/// A request on its way, which may be given up.
struct TrackedRequest<'c> {
    client: &'c CircuitBreakerClient,
    origin: String,
    passage: CircuitPass,
    rules: CircuitRules,
    began: Duration,
    timeout: Duration,
    is_over: bool,
}

impl TrackedRequest<'_> {
    fn end(&mut self, outcome_of_origin: OriginOutcome) {
        self.is_over = true;
        self.client.end(&self.origin, self.passage, outcome_of_origin, self.rules);
    }
}

/// Whoever gives a request up when its time is up says that it failed; who does so before changed their mind.
impl Drop for TrackedRequest<'_> {
    fn drop(&mut self) {
        if self.is_over {
            return;
        }
        // Two clocks: that of the caller may be a little ahead.
        let is_late = self.client.clock.now().saturating_sub(self.began) >= self.timeout.mul_f64(0.9);
        self.end(if is_late { OriginOutcome::Fails } else { OriginOutcome::Unknown });
    }
}

fn outcome_of_origin(outcome: &Result<HttpResponse, HttpFault>) -> OriginOutcome {
    match outcome {
        Ok(HttpResponse { status: 502..=504, .. })
        | Err(HttpFault::Unreachable { .. } | HttpFault::Timeout { .. } | HttpFault::Broken { .. }) => {
            OriginOutcome::Fails
        }
        Ok(_) | Err(HttpFault::TooLarge { .. }) => OriginOutcome::Works,
        Err(HttpFault::Unsendable { .. } | HttpFault::Forbidden { .. } | HttpFault::CircuitOpen { .. }) => {
            OriginOutcome::Unknown
        }
    }
}
