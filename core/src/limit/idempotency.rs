//! Keys under which a call is made once, however often it is asked for.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use tokio::sync::watch;

use super::evictions::Evictions;
use crate::http::Clock;
use crate::json::HashMap;
use crate::tool::CallLimits;

/// What a key is known by, and what its arguments are: hashes both.
pub type Digest = [u8; 32];

/// What calls under keys came to. A key is there from the first call on until its time is over. All that are over go before the
/// oldest of those that hold goes for want of room.
pub struct Keys<T> {
    clock: Arc<dyn Clock>,
    most: Most,
    state: Mutex<State<T>>,
    evictions: OnceLock<Evictions>,
}

/// How many keys there may be whose calls are done.
#[derive(Clone, Copy, Debug)]
pub struct Most {
    /// Keys.
    pub keys: usize,
    /// Bytes of all results together.
    pub bytes: usize,
}

impl Default for Most {
    fn default() -> Self {
        Self { keys: 100_000, bytes: CallLimits::IDEMPOTENCY_BYTES }
    }
}

struct State<T> {
    known: HashMap<Digest, Known<T>>,
    /// Those that are done, by number: the oldest first.
    by_age: BTreeMap<u64, Digest>,
    /// Their numbers, by the end of their time.
    by_end: BTreeSet<(Duration, u64)>,
    next: u64,
    bytes: usize,
}

struct Known<T> {
    arguments: Digest,
    stage: Stage<T>,
}

enum Stage<T> {
    Running(watch::Receiver<Option<T>>),
    Done { outcome: T, until: Duration, bytes: usize },
}

/// What a call under a key is.
pub enum Claimed<T> {
    /// The first: it is to be made.
    First(Claim<T>),
    /// One that was made, and came to this.
    Done(T),
    /// One that is being made.
    Running(watch::Receiver<Option<T>>),
    /// One with other arguments.
    Other,
}

impl<T: Clone> Keys<T> {
    /// No keys yet.
    pub fn new(clock: Arc<dyn Clock>, most: Most) -> Self {
        let state = State {
            known: HashMap::default(),
            by_age: BTreeMap::new(),
            by_end: BTreeSet::new(),
            next: 0,
            bytes: 0,
        };
        Self { clock, most, state: Mutex::new(state), evictions: OnceLock::new() }
    }

    /// What a key takes beside its outcome, in bytes. Tables double when they are full: half of what they have may be empty. Of
    /// the nodes of trees more than half may be, and they have links.
    pub const OVERHEAD: usize = 2 * (size_of::<(Digest, Known<T>)>() + 1)
        + 3 * (size_of::<(u64, Digest)>() + size_of::<(Duration, u64)>());

    /// Has evictions told, the first time that it is said.
    pub fn tell(&self, evictions: Evictions) {
        let _ = self.evictions.set(evictions);
    }

    /// One call under a key, whose outcome is to be kept for `window`.
    pub fn claim(self: &Arc<Self>, key: Digest, arguments: Digest, window: Duration) -> Claimed<T> {
        let now = self.clock.now();
        self.evicted(0);
        let mut state = self.state();
        state.tidy(now, self.most);
        if let Some(known) = state.known.get(&key) {
            return match &known.stage {
                _ if known.arguments != arguments => Claimed::Other,
                Stage::Done { outcome, .. } => Claimed::Done(outcome.clone()),
                Stage::Running(outcome) => Claimed::Running(outcome.clone()),
            };
        }
        let (sender, receiver) = watch::channel(None);
        state.known.insert(key, Known { arguments, stage: Stage::Running(receiver) });
        Claimed::First(Claim { keys: Arc::clone(self), key, window, sender, is_kept: false })
    }

    /// Tells of evictions: so many more, and those that are still untold.
    fn evicted(&self, keys: u64) {
        if let Some(evictions) = self.evictions.get() {
            evictions.count(keys);
        }
    }

    fn state(&self) -> MutexGuard<'_, State<T>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T> State<T> {
    /// Lets go of all that are over, and of the oldest where there is too much; how many went before their time. Each key goes
    /// once, in logarithmic time.
    fn tidy(&mut self, now: Duration, most: Most) -> u64 {
        while let Some((_, number)) = self.by_end.first().copied().filter(|(until, _)| *until <= now) {
            self.forget(number);
        }
        let mut evicted = 0;
        while self.by_age.len() > most.keys || self.bytes > most.bytes {
            let Some((number, _)) = self.by_age.first_key_value() else { break };
            self.forget(*number);
            evicted += 1;
        }
        evicted
    }

    fn forget(&mut self, number: u64) {
        let Some(key) = self.by_age.remove(&number) else { return };
        if let Some(Known { stage: Stage::Done { bytes, until, .. }, .. }) = self.known.remove(&key) {
            self.by_end.remove(&(until, number));
            self.bytes -= bytes;
        }
    }
}

/// The right to make the call of a key. Whoever drops it without an outcome frees the key.
pub struct Claim<T> {
    keys: Arc<Keys<T>>,
    key: Digest,
    window: Duration,
    sender: watch::Sender<Option<T>>,
    is_kept: bool,
}

impl<T: Clone> Claim<T> {
    /// The outcome, of so many bytes, which every other call of the key has from now on. Where it is longer than all outcomes may be
    /// together, only those who wait for it have it, and the key keeps what `marker` gives for that bound: the call is not made again.
    pub fn keep(mut self, outcome: T, bytes: usize, marker: impl FnOnce(usize) -> (T, usize)) {
        let most = self.keys.most;
        let is_too_long = bytes > most.bytes;
        let (kept, bytes) = if is_too_long { marker(most.bytes) } else { (outcome.clone(), bytes) };
        let now = self.keys.clock.now();
        self.is_kept = true;
        let evicted = {
            let mut state = self.keys.state();
            let number = state.next;
            if let Some(known) = state.known.get_mut(&self.key) {
                let until = now.saturating_add(self.window);
                known.stage = Stage::Done { outcome: kept, until, bytes };
                state.next += 1;
                state.bytes += bytes;
                state.by_age.insert(number, self.key);
                state.by_end.insert((until, number));
            }
            // Where not even the marker has room, it is among those that go.
            state.tidy(now, most) + u64::from(is_too_long && bytes <= most.bytes)
        };
        self.sender.send_replace(Some(outcome));
        self.keys.evicted(evicted);
    }

    /// The outcome of a call that did nothing: those that wait for it hear it, and the next one is made.
    pub fn free(self, outcome: T) {
        self.sender.send_replace(Some(outcome));
    }
}

impl<T> Drop for Claim<T> {
    fn drop(&mut self) {
        if !self.is_kept {
            self.keys.state.lock().unwrap_or_else(PoisonError::into_inner).known.remove(&self.key);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU64, Ordering};

    use super::*;

    #[derive(Default)]
    struct Hand(AtomicU64);

    impl Clock for Hand {
        fn now(&self) -> Duration {
            Duration::from_secs(self.0.load(Ordering::Relaxed))
        }
    }

    const DAY: Duration = Duration::from_secs(86_400);

    fn keys(most: Most) -> (Arc<Keys<u32>>, Arc<Hand>) {
        let hand = Arc::new(Hand::default());
        (Arc::new(Keys::new(Arc::clone(&hand) as Arc<dyn Clock>, most)), hand)
    }

    fn key(number: u64) -> Digest {
        crate::tool::fingerprint::sha256(&number.to_le_bytes())
    }

    /// Stands for an outcome that is too long: the bound, in one byte.
    fn marker(bound: usize) -> (u32, usize) {
        (u32::try_from(bound).expect("small"), 1)
    }

    fn first(claimed: Claimed<u32>) -> Claim<u32> {
        match claimed {
            Claimed::First(claim) => claim,
            _ => panic!("known"),
        }
    }

    #[test]
    fn a_key_has_one_outcome_for_its_window() {
        let (keys, hand) = keys(Most::default());
        let claim = |arguments| keys.claim(key(1), key(arguments), DAY);
        let running = first(claim(5));
        let Claimed::Running(joined) = claim(5) else { panic!("runs") };
        assert!(matches!(claim(6), Claimed::Other));
        running.keep(42, 10, marker);
        assert_eq!(*joined.borrow(), Some(42));
        hand.0.store(86_399, Ordering::Relaxed);
        assert!(matches!(claim(5), Claimed::Done(42)));
        assert!(matches!(claim(6), Claimed::Other));
        hand.0.store(86_400, Ordering::Relaxed);
        drop(first(claim(6)));
        assert_eq!(keys.state().bytes, 0);
    }

    #[test]
    fn a_call_that_did_nothing_frees_its_key() {
        let (keys, _) = keys(Most::default());
        let claim = |arguments| keys.claim(key(1), key(arguments), DAY);
        let running = first(claim(5));
        let Claimed::Running(joined) = claim(5) else { panic!("runs") };
        running.free(7);
        assert_eq!(*joined.borrow(), Some(7));
        drop(first(claim(6)));
        first(claim(7)).keep(1, 1, marker);
        assert!(matches!(claim(7), Claimed::Done(1)));
    }

    #[test]
    fn memory_is_bounded_by_keys_and_by_bytes_and_the_oldest_go_first() {
        let (keys, hand) = keys(Most { keys: 10, bytes: 1_000 });
        let make = |number, bytes| first(keys.claim(key(number), key(0), DAY)).keep(0, bytes, marker);
        let is_known = |number| matches!(keys.claim(key(number), key(0), DAY), Claimed::Done(_));
        let held = first(keys.claim(key(99), key(0), DAY));
        for number in 0..100 {
            make(number + 100, 10);
        }
        let sizes = || {
            let state = keys.state();
            assert_eq!(state.by_age.len(), state.by_end.len());
            (state.known.len(), state.by_age.len(), state.bytes)
        };
        assert_eq!(sizes(), (11, 10, 100));
        assert!(!is_known(189) && is_known(190));
        make(1, 950);
        assert!(is_known(1) && !is_known(190) && is_known(199));
        make(2, 5_000);
        assert!(
            matches!(keys.claim(key(2), key(0), DAY), Claimed::Done(1_000)),
            "too long by itself: marked"
        );
        assert!(is_known(1), "and the others stay");
        held.keep(0, 1, marker);
        assert!(is_known(99), "what runs is never forgotten");
        hand.0.store(86_400, Ordering::Relaxed);
        drop(first(keys.claim(key(5), key(0), DAY)));
        assert_eq!(sizes(), (0, 0, 0));
    }

    #[test]
    fn short_windows_behind_long_ones_do_not_pile_up() {
        let (keys, hand) = keys(Most { keys: 10, bytes: 1_000 });
        first(keys.claim(key(0), key(0), DAY)).keep(0, 1, marker);
        for second in 1..1_000 {
            hand.0.store(second, Ordering::Relaxed);
            first(keys.claim(key(1), key(0), Duration::from_secs(1))).keep(0, 1, marker);
        }
        let Claimed::Done(0) = keys.claim(key(0), key(0), DAY) else { panic!("forgotten") };
        let state = keys.state();
        assert_eq!((state.by_age.len(), state.by_end.len()), (2, 2));
    }
}
