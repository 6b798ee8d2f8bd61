//! Token cache: access tokens until they expire, with one token request for parallel calls (single flight).
//!
//! The first call that needs a token sends the request, and the others wait for it: a hundred parallel calls are one
//! request. A token is renewed shortly before it expires. Meanwhile the other calls use the old token, and they keep
//! using it until it expires where the renewal fails.

use std::collections::HashMap;
use std::future::Future;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::auth::redaction::SecretRedactor;
use crate::auth::secret::Secret;
use crate::clock::Clock;

/// How long before its expiry a token is renewed, in ms: this, or a tenth of its lifetime where that is less.
const RENEWAL_MARGIN_MS: u64 = 30_000;
/// The limit of cached tokens. Each user may have one.
const MAX_TOKENS: usize = 4_096;

/// An access token.
#[derive(Clone)]
pub struct AccessToken {
    /// The token.
    pub value: Secret,
    /// The redaction of the token.
    pub redaction: Arc<SecretRedactor>,
    /// The expiry and the time of renewal, in ms since 1970; `None` where the server gives no expiry.
    expiry: Option<(u64, u64)>,
}

impl AccessToken {
    /// A token that was issued now.
    pub fn new(value: Secret, expires_at: Option<u64>, now: u64) -> Self {
        let redaction = Arc::new(SecretRedactor::new([value.expose()]));
        let renewal = |end: u64| end - RENEWAL_MARGIN_MS.min(end.saturating_sub(now) / 10);
        Self { value, redaction, expiry: expires_at.map(|end| (end, renewal(end))) }
    }
}

/// The token of one response.
pub struct FetchedToken {
    /// The token.
    pub token: AccessToken,
    /// The new refresh token, where the response has one.
    pub refresh: Option<Secret>,
}

/// Why there is no token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TokenError {
    /// The token endpoint or the function gave none: the message, without secrets.
    Refused(String),
    /// The deadline of the call passed.
    TimedOut,
}

/// The cached tokens of the credentials of one source.
pub struct TokenCache {
    clock: Arc<dyn Clock>,
    slots: Mutex<HashMap<String, Arc<TokenSlot>>>,
}

#[derive(Default)]
struct TokenSlot {
    /// Locked by the call that requests the next token (single flight).
    flight: tokio::sync::Mutex<()>,
    state: Mutex<TokenSlotState>,
}

#[derive(Default)]
struct TokenSlotState {
    token: Option<AccessToken>,
    refresh: Option<Secret>,
    /// The number of requests that ended.
    requests: u64,
    /// The error of the last request.
    failure: Option<TokenError>,
}

enum TokenUse {
    Fresh(AccessToken),
    /// Usable, and due for renewal.
    Expiring(AccessToken),
    Missing,
}

impl TokenCache {
    /// An empty cache.
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Self { clock, slots: Mutex::default() }
    }

    /// The time in ms since 1970.
    pub fn now(&self) -> u64 {
        self.clock.unix_ms()
    }

    /// The cached token of a key, where it is fresh and not one of `refused`.
    pub fn usable_token(&self, key: &str, refused: &[Secret]) -> Option<AccessToken> {
        let slot = lock(&self.slots).get(key).cloned()?;
        match slot.token_use(self.now(), refused) {
            TokenUse::Fresh(token) => Some(token),
            TokenUse::Expiring(_) | TokenUse::Missing => None,
        }
    }

    /// Caches a token.
    pub fn insert(&self, key: &str, token: AccessToken) {
        self.slot(key).state().token = Some(token);
    }

    /// The token of a key: the cached one, or that of `fetch`, which gets the last refresh token.
    ///
    /// # Errors
    /// The error of `fetch`, also for the calls that waited for it.
    pub async fn get_or_fetch<F>(
        &self,
        key: &str,
        refused: &[Secret],
        fetch: impl FnOnce(Option<Secret>) -> F,
    ) -> Result<AccessToken, TokenError>
    where
        F: Future<Output = Result<FetchedToken, TokenError>>,
    {
        let slot = self.slot(key);
        let requests_before = slot.state().requests;
        let (_flight, old) = match slot.token_use(self.now(), refused) {
            TokenUse::Fresh(token) => return Ok(token),
            TokenUse::Expiring(token) => match slot.flight.try_lock() {
                Ok(flight) => (flight, Some(token)),
                Err(_) => return Ok(token),
            },
            TokenUse::Missing => (slot.flight.lock().await, None),
        };
        if let TokenUse::Fresh(token) = slot.token_use(self.now(), refused) {
            return Ok(token);
        }
        let refresh = {
            let state = slot.state();
            // A call that waited for a request takes its outcome, also where it is an error.
            if let Some(failure) = state.failure.clone().filter(|_| state.requests != requests_before) {
                return Err(failure);
            }
            state.refresh.clone()
        };
        let outcome = fetch(refresh).await;
        let mut state = slot.state();
        match outcome {
            Ok(FetchedToken { token, refresh }) => {
                state.requests += 1;
                state.failure = None;
                state.token = Some(token.clone());
                state.refresh = refresh.or(state.refresh.take());
                Ok(token)
            }
            Err(error) => {
                // The deadline of one call must not fail the calls that wait for it.
                if error != TokenError::TimedOut {
                    state.requests += 1;
                    state.failure = Some(error.clone());
                }
                old.ok_or(error)
            }
        }
    }

    fn slot(&self, key: &str) -> Arc<TokenSlot> {
        let mut slots = lock(&self.slots);
        if slots.len() >= MAX_TOKENS && !slots.contains_key(key) {
            let now = self.now();
            slots.retain(|_, slot| Arc::strong_count(slot) > 1 || slot.has_fresh_token(now));
            if slots.len() >= MAX_TOKENS {
                slots.retain(|_, slot| Arc::strong_count(slot) > 1);
            }
        }
        Arc::clone(slots.entry(key.to_owned()).or_default())
    }
}

impl TokenSlot {
    fn state(&self) -> MutexGuard<'_, TokenSlotState> {
        lock(&self.state)
    }

    fn has_fresh_token(&self, now: u64) -> bool {
        matches!(self.token_use(now, &[]), TokenUse::Fresh(_))
    }

    fn token_use(&self, now: u64, refused: &[Secret]) -> TokenUse {
        let state = self.state();
        let Some(token) = state.token.clone() else { return TokenUse::Missing };
        if refused.iter().any(|refused| refused.is_clone_of(&token.value)) {
            return TokenUse::Missing;
        }
        match token.expiry {
            Some((end, _)) if now >= end => TokenUse::Missing,
            Some((_, renew)) if now >= renew => TokenUse::Expiring(token),
            _ => TokenUse::Fresh(token),
        }
    }
}

/// A panic while the lock is held leaves the data consistent, so poisoning is ignored.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
