//! Tokens that were given and are good for a while.
//!
//! Each is asked for by one caller while the others wait: a hundred calls at once are one request to the token endpoint.
//! It is asked for anew a little before its end, and meanwhile the old one serves everybody else. Where that fails the
//! old one serves on to its end.

use std::collections::HashMap;
use std::future::Future;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::auth::redaction::Redaction;
use crate::auth::secret::Secret;

/// Gives the time in ms since 1970.
pub type UnixClock = fn() -> u64;

/// How long before its end a token is renewed, in ms: this, or a tenth of its life where that is less.
const EARLY: u64 = 30_000;
/// Tokens that are kept at most: each user may have one.
const MOST: usize = 4_096;

/// A token.
#[derive(Clone)]
pub struct AccessToken {
    /// The token itself.
    pub value: Secret,
    /// What hides it.
    pub redaction: Arc<Redaction>,
    /// When it ends, in ms since 1970, and when it is renewed. Never, where the server does not say.
    ends: Option<(u64, u64)>,
}

impl AccessToken {
    /// A token that ends then, got now.
    pub fn new(value: Secret, expires_at: Option<u64>, now: u64) -> Self {
        let redaction = Arc::new(Redaction::new([value.expose()]));
        let early = |end: u64| end - EARLY.min(end.saturating_sub(now) / 10);
        Self { value, redaction, ends: expires_at.map(|end| (end, early(end))) }
    }
}

/// What a token endpoint gave.
pub struct FetchedToken {
    /// The token.
    pub token: AccessToken,
    /// What the next one is got for, where that changed.
    pub refresh: Option<Secret>,
}

/// Why there is no token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TokenError {
    /// Nobody gives one. No secret is in it.
    Refused(String),
    /// The time of the call was up.
    TimedOut,
}

/// The tokens of one source's credentials.
pub struct TokenCache {
    clock: UnixClock,
    slots: Mutex<HashMap<String, Arc<TokenSlot>>>,
}

#[derive(Default)]
struct TokenSlot {
    /// Held by whoever asks for the next token.
    flight: tokio::sync::Mutex<()>,
    state: Mutex<TokenSlotState>,
}

#[derive(Default)]
struct TokenSlotState {
    token: Option<AccessToken>,
    refresh: Option<Secret>,
    /// How many times it was asked for, and why that came to nothing the last time.
    asked: u64,
    failure: Option<TokenError>,
}

enum TokenUse {
    Good(AccessToken),
    Aging(AccessToken),
    None,
}

impl TokenCache {
    /// None yet.
    pub fn new(clock: UnixClock) -> Self {
        Self { clock, slots: Mutex::default() }
    }

    /// The time.
    pub fn now(&self) -> u64 {
        (self.clock)()
    }

    /// The token that is kept under a name, where it is good and none of these.
    pub fn usable_token(&self, key: &str, refused: &[Secret]) -> Option<AccessToken> {
        let slot = lock(&self.slots).get(key).cloned()?;
        match slot.usable(self.now(), refused) {
            TokenUse::Good(token) => Some(token),
            TokenUse::Aging(_) | TokenUse::None => None,
        }
    }

    /// Keeps a token under a name.
    pub fn keep(&self, key: &str, token: AccessToken) {
        self.slot(key).state().token = Some(token);
    }

    /// The token under a name, or the one that `fetch` gets with what the last answer said to get it for.
    pub async fn get<F>(
        &self,
        key: &str,
        refused: &[Secret],
        fetch: impl FnOnce(Option<Secret>) -> F,
    ) -> Result<AccessToken, TokenError>
    where
        F: Future<Output = Result<FetchedToken, TokenError>>,
    {
        let slot = self.slot(key);
        let asked = slot.state().asked;
        let (_flight, old) = match slot.usable(self.now(), refused) {
            TokenUse::Good(token) => return Ok(token),
            TokenUse::Aging(token) => match slot.flight.try_lock() {
                Ok(flight) => (flight, Some(token)),
                Err(_) => return Ok(token),
            },
            TokenUse::None => (slot.flight.lock().await, None),
        };
        if let TokenUse::Good(token) = slot.usable(self.now(), refused) {
            return Ok(token);
        }
        let refresh = {
            let state = slot.state();
            // Whoever waited for an answer takes it, also where it is a no.
            if let Some(failure) = state.failure.clone().filter(|_| state.asked != asked) {
                return Err(failure);
            }
            state.refresh.clone()
        };
        let outcome = fetch(refresh).await;
        let mut state = slot.state();
        match outcome {
            Ok(FetchedToken { token, refresh }) => {
                state.asked += 1;
                state.failure = None;
                state.token = Some(token.clone());
                state.refresh = refresh.or(state.refresh.take());
                Ok(token)
            }
            Err(no) => {
                // One caller's time says nothing of the others'.
                if no != TokenError::TimedOut {
                    state.asked += 1;
                    state.failure = Some(no.clone());
                }
                old.ok_or(no)
            }
        }
    }

    fn slot(&self, key: &str) -> Arc<TokenSlot> {
        let mut slots = lock(&self.slots);
        if slots.len() >= MOST && !slots.contains_key(key) {
            let now = self.now();
            slots.retain(|_, slot| Arc::strong_count(slot) > 1 || slot.is_good(now));
            if slots.len() >= MOST {
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

    fn is_good(&self, now: u64) -> bool {
        matches!(self.usable(now, &[]), TokenUse::Good(_))
    }

    fn usable(&self, now: u64, refused: &[Secret]) -> TokenUse {
        let state = self.state();
        let Some(token) = state.token.clone() else { return TokenUse::None };
        if refused.iter().any(|refused| refused.is(&token.value)) {
            return TokenUse::None;
        }
        match token.ends {
            Some((end, _)) if now >= end => TokenUse::None,
            Some((_, renew)) if now >= renew => TokenUse::Aging(token),
            _ => TokenUse::Good(token),
        }
    }
}

/// A thread that panicked left all of it whole.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
