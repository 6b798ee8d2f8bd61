//! Idempotency keys: a call is made once under its key, and later calls with the key get its outcome.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use tokio::sync::watch;

use super::eviction_report::EvictionReport;
use crate::clock::Clock;
use crate::json::HashMap;
use crate::tool::CallLimits;

/// SHA-256 of a key with its tool and caller, or of the arguments of a call.
pub type KeyDigest = [u8; 32];

/// The outcomes of calls by idempotency key. A key lives from its first call until its window ends. Expired keys are removed
/// first; the oldest live keys are evicted when the capacity is used up.
pub struct IdempotencyStore<T> {
    clock: Arc<dyn Clock>,
    capacity: IdempotencyCapacity,
    state: Mutex<IdempotencyState<T>>,
    evictions: OnceLock<EvictionReport>,
}

/// How much is kept of finished calls.
#[derive(Clone, Copy, Debug)]
pub struct IdempotencyCapacity {
    /// Number of keys. Default: 100,000.
    pub keys: usize,
    /// Memory of all outcomes together, in bytes. Default: [`CallLimits::IDEMPOTENCY_BYTES`].
    pub bytes: usize,
}

impl Default for IdempotencyCapacity {
    fn default() -> Self {
        Self { keys: 100_000, bytes: CallLimits::IDEMPOTENCY_BYTES }
    }
}

struct IdempotencyState<T> {
    known: HashMap<KeyDigest, KeyRecord<T>>,
    /// Finished calls by number, the oldest first.
    by_age: BTreeMap<u64, KeyDigest>,
    /// Numbers of finished calls by the end of their window.
    by_end: BTreeSet<(Duration, u64)>,
    next: u64,
    bytes: usize,
}

struct KeyRecord<T> {
    arguments: KeyDigest,
    stage: KeyStage<T>,
}

enum KeyStage<T> {
    Running(watch::Receiver<Option<T>>),
    Done { outcome: T, until: Duration, bytes: usize },
}

/// What a call finds under its key.
pub enum ClaimResult<T> {
    /// Nothing: the call is made now.
    First(IdempotencyClaim<T>),
    /// The outcome of the call that was made.
    Done(T),
    /// A call that is running.
    Running(watch::Receiver<Option<T>>),
    /// A call with other arguments.
    OtherArguments,
}

impl<T: Clone> IdempotencyStore<T> {
    /// A store without keys.
    pub fn new(clock: Arc<dyn Clock>, capacity: IdempotencyCapacity) -> Self {
        let state = IdempotencyState {
            known: HashMap::default(),
            by_age: BTreeMap::new(),
            by_end: BTreeSet::new(),
            next: 0,
            bytes: 0,
        };
        Self { clock, capacity, state: Mutex::new(state), evictions: OnceLock::new() }
    }

    /// Memory of a key beside its outcome, in bytes. Hash tables double when full, so half of a table may be empty. More than half
    /// of a B-tree node may be empty, and nodes have links.
    pub const OVERHEAD: usize = 2 * (size_of::<(KeyDigest, KeyRecord<T>)>() + 1)
        + 3 * (size_of::<(u64, KeyDigest)>() + size_of::<(Duration, u64)>());

    /// Reports evictions. The first report that is set stays.
    pub fn report_evictions_to(&self, evictions: EvictionReport) {
        let _ = self.evictions.set(evictions);
    }

    /// Claims a key for one call, whose outcome is kept for `window` after it ends.
    pub fn claim(self: &Arc<Self>, key: KeyDigest, arguments: KeyDigest, window: Duration) -> ClaimResult<T> {
        let now = self.clock.now();
        self.count_evictions(0);
        let mut state = self.state();
        state.evict(now, self.capacity);
        if let Some(known) = state.known.get(&key) {
            return match &known.stage {
                _ if known.arguments != arguments => ClaimResult::OtherArguments,
                KeyStage::Done { outcome, .. } => ClaimResult::Done(outcome.clone()),
                KeyStage::Running(outcome) => ClaimResult::Running(outcome.clone()),
            };
        }
        let (sender, receiver) = watch::channel(None);
        state.known.insert(key, KeyRecord { arguments, stage: KeyStage::Running(receiver) });
        ClaimResult::First(IdempotencyClaim { keys: Arc::clone(self), key, window, sender, is_kept: false })
    }

    /// Counts evicted keys, and reports those that a quiet minute left unreported.
    fn count_evictions(&self, keys: u64) {
        if let Some(evictions) = self.evictions.get() {
            evictions.count(keys);
        }
    }

    fn state(&self) -> MutexGuard<'_, IdempotencyState<T>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T> IdempotencyState<T> {
    /// Removes expired keys, then the oldest keys over the capacity; returns how many were evicted before their time. Each key is
    /// removed once, in logarithmic time.
    fn evict(&mut self, now: Duration, capacity: IdempotencyCapacity) -> u64 {
        while let Some((_, number)) = self.by_end.first().copied().filter(|(until, _)| *until <= now) {
            self.remove(number);
        }
        let mut evicted = 0;
        while self.by_age.len() > capacity.keys || self.bytes > capacity.bytes {
            let Some((number, _)) = self.by_age.first_key_value() else { break };
            self.remove(*number);
            evicted += 1;
        }
        evicted
    }

    fn remove(&mut self, number: u64) {
        let Some(key) = self.by_age.remove(&number) else { return };
        if let Some(KeyRecord { stage: KeyStage::Done { bytes, until, .. }, .. }) = self.known.remove(&key) {
            self.by_end.remove(&(until, number));
            self.bytes -= bytes;
        }
    }
}

/// The right to make the call of a key. Dropping it without an outcome frees the key.
pub struct IdempotencyClaim<T> {
    keys: Arc<IdempotencyStore<T>>,
    key: KeyDigest,
    window: Duration,
    sender: watch::Sender<Option<T>>,
    is_kept: bool,
}

impl<T: Clone> IdempotencyClaim<T> {
    /// Keeps the outcome of `bytes` bytes for all other calls of the key. An outcome over the whole capacity goes to the calls that
    /// wait for it alone; the key keeps what `marker` makes of the capacity, so the call is not made again.
    pub fn keep(mut self, outcome: T, bytes: usize, marker: impl FnOnce(usize) -> (T, usize)) {
        let capacity = self.keys.capacity;
        let is_too_long = bytes > capacity.bytes;
        let (kept, bytes) = if is_too_long { marker(capacity.bytes) } else { (outcome.clone(), bytes) };
        let now = self.keys.clock.now();
        self.is_kept = true;
        let evicted = {
            let mut state = self.keys.state();
            let number = state.next;
            if let Some(known) = state.known.get_mut(&self.key) {
                let until = now.saturating_add(self.window);
                known.stage = KeyStage::Done { outcome: kept, until, bytes };
                state.next += 1;
                state.bytes += bytes;
                state.by_age.insert(number, self.key);
                state.by_end.insert((until, number));
            }
            // A marker that has no room either is evicted too.
            state.evict(now, capacity) + u64::from(is_too_long && bytes <= capacity.bytes)
        };
        self.sender.send_replace(Some(outcome));
        self.keys.count_evictions(evicted);
    }

    /// Frees the key after a call without any effect. Waiting calls get its outcome; the next call is made.
    pub fn release(self, outcome: T) {
        self.sender.send_replace(Some(outcome));
    }
}

impl<T> Drop for IdempotencyClaim<T> {
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

    const DAY: Duration = Duration::from_hours(24);

    fn keys(capacity: IdempotencyCapacity) -> (Arc<IdempotencyStore<u32>>, Arc<Hand>) {
        let hand = Arc::new(Hand::default());
        (Arc::new(IdempotencyStore::new(Arc::clone(&hand) as Arc<dyn Clock>, capacity)), hand)
    }

    fn key(number: u64) -> KeyDigest {
        crate::tool::sha256::sha256(&number.to_le_bytes())
    }

    /// Stands for an outcome that is too long: the capacity, in one byte.
    fn marker(bound: usize) -> (u32, usize) {
        (u32::try_from(bound).expect("small"), 1)
    }

    fn first(claimed: ClaimResult<u32>) -> IdempotencyClaim<u32> {
        match claimed {
            ClaimResult::First(claim) => claim,
            _ => panic!("known"),
        }
    }

    #[test]
    fn a_key_has_one_outcome_for_its_window() {
        let (keys, hand) = keys(IdempotencyCapacity::default());
        let claim = |arguments| keys.claim(key(1), key(arguments), DAY);
        let running = first(claim(5));
        let ClaimResult::Running(joined) = claim(5) else { panic!("runs") };
        assert!(matches!(claim(6), ClaimResult::OtherArguments));
        running.keep(42, 10, marker);
        assert_eq!(*joined.borrow(), Some(42));
        hand.0.store(86_399, Ordering::Relaxed);
        assert!(matches!(claim(5), ClaimResult::Done(42)));
        assert!(matches!(claim(6), ClaimResult::OtherArguments));
        hand.0.store(86_400, Ordering::Relaxed);
        drop(first(claim(6)));
        assert_eq!(keys.state().bytes, 0);
    }

    #[test]
    fn a_call_without_effect_frees_its_key() {
        let (keys, _) = keys(IdempotencyCapacity::default());
        let claim = |arguments| keys.claim(key(1), key(arguments), DAY);
        let running = first(claim(5));
        let ClaimResult::Running(joined) = claim(5) else { panic!("runs") };
        running.release(7);
        assert_eq!(*joined.borrow(), Some(7));
        drop(first(claim(6)));
        first(claim(7)).keep(1, 1, marker);
        assert!(matches!(claim(7), ClaimResult::Done(1)));
    }

    #[test]
    fn memory_is_bounded_by_keys_and_by_bytes_and_the_oldest_go_first() {
        let (keys, hand) = keys(IdempotencyCapacity { keys: 10, bytes: 1_000 });
        let make = |number, bytes| first(keys.claim(key(number), key(0), DAY)).keep(0, bytes, marker);
        let is_known = |number| matches!(keys.claim(key(number), key(0), DAY), ClaimResult::Done(_));
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
            matches!(keys.claim(key(2), key(0), DAY), ClaimResult::Done(1_000)),
            "an outcome over the whole capacity is marked"
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
        let (keys, hand) = keys(IdempotencyCapacity { keys: 10, bytes: 1_000 });
        first(keys.claim(key(0), key(0), DAY)).keep(0, 1, marker);
        for second in 1..1_000 {
            hand.0.store(second, Ordering::Relaxed);
            first(keys.claim(key(1), key(0), Duration::from_secs(1))).keep(0, 1, marker);
        }
        let ClaimResult::Done(0) = keys.claim(key(0), key(0), DAY) else { panic!("forgotten") };
        let state = keys.state();
        assert_eq!((state.by_age.len(), state.by_end.len()), (2, 2));
    }
}
