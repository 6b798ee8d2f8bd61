//! One request, sent again where that is safe and may help.

use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use http::Method;
use tokio::time;

use crate::http::{CircuitRules, Deadline, HttpClient, HttpFault, HttpRequest, HttpResponse, retry_after};
use crate::tool::{BreakerLimits, CallLimits};

/// The header by which a server knows a request again. Source: draft-ietf-httpapi-idempotency-key-header.
pub const IDEMPOTENCY_KEY: &str = "idempotency-key";

/// What time it is, and a die.
pub trait RetryTiming: Send + Sync {
    /// The time of day, for servers that name one.
    fn time(&self) -> SystemTime;
    /// A number from 0 to below 1, another one each time.
    fn fraction(&self) -> f64;
}

/// The system's.
struct SystemTiming;

impl RetryTiming for SystemTiming {
    fn time(&self) -> SystemTime {
        SystemTime::now()
    }

    #[expect(clippy::cast_precision_loss, reason = "53 bits are chosen")]
    fn fraction(&self) -> f64 {
        // Keyed anew each time.
        let bits = RandomState::new().hash_one(()) >> 11;
        bits as f64 / (1_u64 << 53) as f64
    }
}

/// What came of one attempt.
type AttemptOutcome = Result<HttpResponse, HttpFault>;

/// Sends requests, and how often.
pub struct RetryingSender {
    client: Arc<dyn HttpClient>,
    chance: Arc<dyn RetryTiming>,
}

impl RetryingSender {
    /// Sends by a client.
    pub fn new(client: Arc<dyn HttpClient>) -> Self {
        Self { client, chance: Arc::new(SystemTiming) }
    }

    /// The same with another die.
    #[must_use]
    pub fn with(self, chance: Arc<dyn RetryTiming>) -> Self {
        Self { chance, ..self }
    }

    /// What sends, for requests beside those of calls.
    pub fn client(&self) -> &dyn HttpClient {
        &*self.client
    }

    /// Sends a request under the limits of its call, all attempts within its timeout. A request that changes something is sent
    /// once, unless the server can know it again by its key. There is no other attempt where the server asks for it to come later
    /// than there is time. The last answer counts, unless nobody acted on that one and somebody may have acted on one before.
    pub async fn send(
        &self,
        mut request: HttpRequest,
        limits: &CallLimits,
    ) -> Result<HttpResponse, HttpFault> {
        let deadline = Deadline::of(request.timeout);
        request.max_bytes = limits.max_response_bytes.unwrap_or(CallLimits::MAX_RESPONSE_BYTES);
        request.circuit = circuit(limits.breaker.unwrap_or_default());
        let again = if is_safe(&request) { limits.retries.unwrap_or(CallLimits::RETRIES) } else { 0 };
        let mut former: Option<AttemptOutcome> = None;
        for attempt in 0..again {
            let outcome = self.client.send(request.clone()).await;
            let pause = self.pause(&outcome, attempt).filter(|pause| *pause < deadline.left());
            let Some(pause) = pause else { return told(outcome, former) };
            time::sleep(pause).await;
            request.timeout = deadline.left();
            if may_have_acted(&outcome) || !former.as_ref().is_some_and(may_have_acted) {
                former = Some(outcome);
            }
        }
        told(self.client.send(request).await, former)
    }

    /// How long to wait before the next attempt; `None` where there should be none.
    fn pause(&self, outcome: &AttemptOutcome, attempt: u32) -> Option<Duration> {
        let own = backoff(attempt, self.chance.fraction());
        match outcome {
            Ok(answer) if matches!(answer.status, 429 | 502..=504) => {
                let asked = retry_after(&answer.headers, self.chance.time());
                Some(asked.map_or(own, |asked| asked.max(own)))
            }
            Err(HttpFault::Unreachable { .. } | HttpFault::Broken { .. }) => Some(own),
            _ => None,
        }
    }
}

/// What came of several attempts, from the last one and the worst before it.
fn told(outcome: AttemptOutcome, former: Option<AttemptOutcome>) -> AttemptOutcome {
    match (outcome, former) {
        // Why it is open says more.
        (Err(HttpFault::CircuitOpen { .. }), Some(former)) => former,
        (Err(HttpFault::Unreachable { .. }) | Ok(HttpResponse { status: 401 | 429, .. }), Some(former))
            if may_have_acted(&former) =>
        {
            former
        }
        (outcome, _) => outcome,
    }
}

/// Whether somebody may have acted on a request that will be sent again.
const fn may_have_acted(outcome: &AttemptOutcome) -> bool {
    matches!(outcome, Err(HttpFault::Broken { .. }) | Ok(HttpResponse { status: 502..=504, .. }))
}

/// Whether a second request does no more than one. Source: RFC 9110, section 9.2.2.
fn is_safe(request: &HttpRequest) -> bool {
    let idempotent = [Method::GET, Method::HEAD, Method::OPTIONS, Method::TRACE, Method::PUT, Method::DELETE];
    idempotent.contains(&request.method) || request.headers.contains_key(IDEMPOTENCY_KEY)
}

/// From half of 200 ms to all of it, twice as long each time, 5 s at most: those that failed together come back apart.
fn backoff(attempt: u32, fraction: f64) -> Duration {
    let longest = Duration::from_millis(200).saturating_mul(1 << attempt.min(16)).min(Duration::from_secs(5));
    longest.mul_f64(0.5 + fraction / 2.0)
}

fn circuit(breaker: BreakerLimits) -> Option<CircuitRules> {
    match breaker {
        BreakerLimits::Off => None,
        BreakerLimits::On { failures, window_ms, open_ms } => Some(CircuitRules {
            failures,
            window: Duration::from_millis(window_ms),
            open: Duration::from_millis(open_ms),
        }),
    }
}
