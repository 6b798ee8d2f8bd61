//! Tokens that were given and are good for a while.
//!
//! Each is asked for by one caller while the others wait: a hundred calls at once are one request to the token endpoint.
//! It is asked for anew a little before its end, and meanwhile the old one serves everybody else. Where that fails the
//! old one serves on to its end.

use std::collections::HashMap;
use std::future::Future;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::redaction::Redaction;
use super::secret::Secret;

/// Gives the time in ms since 1970.
pub type Clock = fn() -> u64;

/// How long before its end a token is renewed, in ms: this, or a tenth of its life where that is less.
const EARLY: u64 = 30_000;
/// Tokens that are kept at most: each user may have one.
const MOST: usize = 4_096;

/// A token.
#[derive(Clone)]
pub struct Token {
    /// The token itself.
    pub value: Secret,
    /// What hides it.
    pub redaction: Arc<Redaction>,
    /// When it ends, in ms since 1970, and when it is renewed. Never, where the server does not say.
    ends: Option<(u64, u64)>,
}

impl Token {
    /// A token that ends then, got now.
    pub fn new(value: Secret, expires_at: Option<u64>, now: u64) -> Self {
        let redaction = Arc::new(Redaction::of([value.expose()]));
        let early = |end: u64| end - EARLY.min(end.saturating_sub(now) / 10);
        Self { value, redaction, ends: expires_at.map(|end| (end, early(end))) }
    }
}

/// What a token endpoint gave.
pub struct Fetched {
    /// The token.
    pub token: Token,
    /// What the next one is got for, where that changed.
    pub refresh: Option<Secret>,
}

/// Why there is no token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NoToken {
    /// Nobody gives one. No secret is in it.
    Refused(String),
    /// The time of the call was up.
    Late,
}

/// The tokens of one source's credentials.
pub struct Tokens {
    clock: Clock,
    slots: Mutex<HashMap<String, Arc<Slot>>>,
}

#[derive(Default)]
struct Slot {
    /// Held by whoever asks for the next token.
    flight: tokio::sync::Mutex<()>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    token: Option<Token>,
    refresh: Option<Secret>,
    /// How many times it was asked for, and why that came to nothing the last time.
    asked: u64,
    failure: Option<NoToken>,
}

enum Use {
    Good(Token),
    Aging(Token),
    None,
}

impl Tokens {
    /// None yet.
    pub fn new(clock: Clock) -> Self {
        Self { clock, slots: Mutex::default() }
    }

    /// The time.
    pub fn now(&self) -> u64 {
        (self.clock)()
    }

    /// The token that is kept under a name, where it is good and none of these.
    pub fn kept(&self, key: &str, refused: &[Secret]) -> Option<Token> {
        let slot = lock(&self.slots).get(key).cloned()?;
        match slot.usable(self.now(), refused) {
            Use::Good(token) => Some(token),
            Use::Aging(_) | Use::None => None,
        }
    }

    /// Keeps a token under a name.
    pub fn keep(&self, key: &str, token: Token) {
        self.slot(key).state().token = Some(token);
    }

    /// The token under a name, or the one that `fetch` gets with what the last answer said to get it for.
    pub async fn get<F>(
        &self,
        key: &str,
        refused: &[Secret],
        fetch: impl FnOnce(Option<Secret>) -> F,
    ) -> Result<Token, NoToken>
    where
        F: Future<Output = Result<Fetched, NoToken>>,
    {
        let slot = self.slot(key);
        let asked = slot.state().asked;
        let (_flight, old) = match slot.usable(self.now(), refused) {
            Use::Good(token) => return Ok(token),
            Use::Aging(token) => match slot.flight.try_lock() {
                Ok(flight) => (flight, Some(token)),
                Err(_) => return Ok(token),
            },
            Use::None => (slot.flight.lock().await, None),
        };
        if let Use::Good(token) = slot.usable(self.now(), refused) {
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
            Ok(Fetched { token, refresh }) => {
                state.asked += 1;
                state.failure = None;
                state.token = Some(token.clone());
                state.refresh = refresh.or(state.refresh.take());
                Ok(token)
            }
            Err(no) => {
                // One caller's time says nothing of the others'.
                if no != NoToken::Late {
                    state.asked += 1;
                    state.failure = Some(no.clone());
                }
                old.ok_or(no)
            }
        }
    }

    fn slot(&self, key: &str) -> Arc<Slot> {
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

impl Slot {
    fn state(&self) -> MutexGuard<'_, State> {
        lock(&self.state)
    }

    fn is_good(&self, now: u64) -> bool {
        matches!(self.usable(now, &[]), Use::Good(_))
    }

    fn usable(&self, now: u64, refused: &[Secret]) -> Use {
        let state = self.state();
        let Some(token) = state.token.clone() else { return Use::None };
        if refused.iter().any(|refused| refused.is(&token.value)) {
            return Use::None;
        }
        match token.ends {
            Some((end, _)) if now >= end => Use::None,
            Some((_, renew)) if now >= renew => Use::Aging(token),
            _ => Use::Good(token),
        }
    }
}

/// A thread that panicked left all of it whole.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
