//! Rate limit: how many calls a minute, for each tool and user.
//!
//! GCRA, the leaky bucket as a meter. For each key one timestamp is kept: when its next call conforms to the rate without
//! using the burst (the theoretical arrival time). In any 60 s at most `rateLimit` + `burst` calls pass.
//!
//! It is not taken from `governor`, whose limiter has one rate. A changed rate would lose what is known of a user, and
//! each tool of each registry would need a store of its own. The tests compare both.

use std::hash::Hash;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::json::{HashMap, checksum_of};

/// Calls a minute, and how many of them at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RateLimit {
    /// The time between two calls at the full rate, in ns.
    period: u64,
    /// How much earlier than at the full rate a call may come, in ns: the burst.
    burst_ns: u64,
}

impl RateLimit {
    /// `per_minute` calls a minute, above zero; `burst` calls at once, by default those of a minute.
    pub fn new(per_minute: f64, burst: Option<u32>) -> Self {
        const MINUTE: f64 = 60e9;
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "both above zero; the cast saturates"
        )]
        // Rounded up, so that calls never come faster than the rate in the long run. In any 60 s at most the rate and the
        // burst pass: by default a whole minute's calls at once, then one after each period.
        let (period, whole) = ((MINUTE / per_minute).ceil().max(1.0) as u64, per_minute.ceil() as u32);
        let burst = burst.unwrap_or(whole).max(1);
        Self { period, burst_ns: period.saturating_mul(u64::from(burst - 1)) }
    }

    /// Admits one call at `now`, in ns. `next_free_at` is when a call conforms without using the burst. Returns the next such
    /// time after this call, or the time to wait.
    fn admit_call(self, next_free_at: Option<u64>, now: u64) -> Result<u64, u64> {
        let next_free_at = next_free_at.unwrap_or(now).max(now);
        match (next_free_at - now).checked_sub(self.burst_ns) {
            None | Some(0) => Ok(next_free_at.saturating_add(self.period)),
            Some(wait) => Err(wait),
        }
    }
}

/// Number of shards with a lock each, so that calls of different users rarely wait for each other.
const SHARDS: usize = 64;

/// The rate limit state of each key: its next free time. A key whose next free time has passed equals an unknown key, so it is
/// forgotten. When there are too many keys, those with the earliest next free time are forgotten.
pub struct RateLimitStore {
    shards: Vec<Mutex<HashMap<u64, u64>>>,
    /// The largest number of keys in one shard.
    most: usize,
}

impl RateLimitStore {
    /// The largest number of keys; each takes about 20 bytes.
    pub const KEYS: usize = 1 << 20;

    /// A store of at most `keys` keys.
    pub fn new(keys: usize) -> Self {
        let shards = (0..SHARDS).map(|_| Mutex::default()).collect();
        Self { shards, most: keys.div_ceil(SHARDS).max(4) }
    }

    /// Counts one call of a key at `now`. A refused call does not count.
    ///
    /// # Errors
    /// The time to wait, where the call is over the rate limit.
    pub fn count_call(&self, key: impl Hash, rate: RateLimit, now: Duration) -> Result<(), Duration> {
        let now = u64::try_from(now.as_nanos()).unwrap_or(u64::MAX);
        let hash = checksum_of(key);
        let mut shard = self.shard(hash);
        let next_free_at = shard.get(&hash).copied();
        let next = rate.admit_call(next_free_at, now).map_err(Duration::from_nanos)?;
        if next_free_at.is_none() && shard.len() >= self.most {
            remove_keys(&mut shard, now, self.most);
        }
        shard.insert(hash, next);
        Ok(())
    }

    fn shard(&self, hash: u64) -> MutexGuard<'_, HashMap<u64, u64>> {
        // The map uses the low bits of the hash, the shard the high ones.
        let at = usize::try_from(hash >> 32).unwrap_or(0) % SHARDS;
        self.shards[at].lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How many keys are known.
    #[cfg(test)]
    fn len(&self) -> usize {
        (0..SHARDS).map(|at| self.shards[at].lock().expect("no panic").len()).sum()
    }
}

/// Removes keys whose next free time has passed, and at least a quarter of all keys, so that this happens rarely.
fn remove_keys(shard: &mut HashMap<u64, u64>, now: u64, most: usize) {
    shard.retain(|_, next_free_at| *next_free_at > now);
    let left = most * 3 / 4;
    if shard.len() > left {
        let mut moments: Vec<u64> = shard.values().copied().collect();
        let surplus = moments.len() - left;
        let (_, &mut last, _) = moments.select_nth_unstable(surplus - 1);
        let mut gone = 0;
        shard.retain(|_, next_free_at| {
            let goes = *next_free_at <= last && gone < surplus;
            gone += usize::from(goes);
            !goes
        });
    }
}

#[cfg(test)]
mod tests {
    use std::num::NonZeroU32;
    use std::sync::Barrier;
    use std::sync::atomic::{AtomicU64, Ordering};

    use governor::clock::FakeRelativeClock;
    use governor::{Quota, RateLimiter};

    use super::*;

    const MINUTE: u64 = 60_000_000_000;

    /// Numbers that look like chance, the same ones each time.
    struct Dice(u64);

    impl Dice {
        fn below(&mut self, bound: u64) -> u64 {
            self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (self.0 >> 33) % bound
        }
    }

    /// A token bucket of time, which GCRA must equal.
    struct Bucket {
        rate: RateLimit,
        level: u64,
        at: u64,
    }

    impl Bucket {
        fn take(&mut self, now: u64) -> Result<(), Duration> {
            let full = self.rate.burst_ns + self.rate.period;
            self.level = full.min(self.level + (now - self.at));
            self.at = now;
            match self.level.checked_sub(self.rate.period) {
                Some(left) => self.level = left,
                None => return Err(Duration::from_nanos(self.rate.period - self.level)),
            }
            Ok(())
        }
    }

    #[test]
    fn a_million_calls_equal_a_token_bucket_and_governor() {
        let mut dice = Dice(7);
        for (per_minute, burst) in
            [(60.0, None), (7.0, None), (600.0, Some(1)), (1.0, Some(5)), (90_000.0, Some(3))]
        {
            let (rates, rate) = (RateLimitStore::new(1), RateLimit::new(per_minute, burst));
            let mut bucket = Bucket { rate, level: rate.burst_ns + rate.period, at: 0 };
            let clock = FakeRelativeClock::default();
            let allowed =
                NonZeroU32::new(u32::try_from(rate.burst_ns / rate.period + 1).expect("few")).expect("one");
            let quota = Quota::with_period(Duration::from_nanos(rate.period))
                .expect("some time")
                .allow_burst(allowed);
            let other = RateLimiter::direct_with_clock(quota, clock.clone());
            let (mut now, mut accepted, mut refused) = (0, 0, 0);
            for _ in 0..200_000 {
                let step = match dice.below(50) {
                    0 => dice.below(rate.period * 20),
                    1..=20 => 0,
                    _ => dice.below(rate.period),
                };
                now += step;
                clock.advance(Duration::from_nanos(step));
                let outcome = rates.count_call("k", rate, Duration::from_nanos(now));
                assert_eq!(outcome, bucket.take(now), "{per_minute} at {now}");
                assert_eq!(outcome.is_ok(), other.check().is_ok(), "{per_minute} at {now}");
                *if outcome.is_ok() { &mut accepted } else { &mut refused } += 1;
            }
            assert!(accepted > 1_000 && refused > 1_000, "{per_minute}: {accepted} and {refused}");
        }
    }

    #[test]
    fn the_time_to_wait_is_exact() {
        let (rates, rate) = (RateLimitStore::new(1), RateLimit::new(60.0, Some(2)));
        let at = Duration::from_millis;
        let take = |ms| rates.count_call("k", rate, at(ms));
        assert_eq!((take(0), take(0), take(0)), (Ok(()), Ok(()), Err(at(1_000))));
        assert_eq!((take(999), take(1_000), take(1_001)), (Err(at(1)), Ok(()), Err(at(999))));
        assert_eq!((take(60_000), take(60_000), take(60_000)), (Ok(()), Ok(()), Err(at(1_000))));
    }

    #[test]
    fn no_minute_has_more_than_the_rate_and_the_burst_whoever_calls() {
        const THREADS: usize = 64;
        let (rates, rate, clock) =
            (RateLimitStore::new(1), RateLimit::new(50.0, Some(10)), AtomicU64::new(0));
        let start = Barrier::new(THREADS);
        let calls = |seed| {
            let mut dice = Dice(seed);
            start.wait();
            let call = |_| {
                let now = clock.fetch_add(dice.below(20_000_000), Ordering::Relaxed);
                rates.count_call("k", rate, Duration::from_nanos(now)).is_ok().then_some(now)
            };
            (0..5_000).filter_map(call).collect::<Vec<_>>()
        };
        let calls = &calls;
        let mut accepted: Vec<u64> = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..64).map(|seed| scope.spawn(move || calls(seed))).collect();
            threads.into_iter().flat_map(|thread| thread.join().expect("no panic")).collect()
        });
        accepted.sort_unstable();
        let minutes = clock.load(Ordering::Relaxed) / MINUTE;
        assert!(minutes > 20, "{minutes}");
        let expected = usize::try_from(minutes * 50).expect("few");
        assert!(
            (expected..=expected + 60).contains(&accepted.len()),
            "{} in {minutes} minutes",
            accepted.len()
        );
        for window in accepted.windows(61) {
            assert!(window[60] - window[0] >= MINUTE, "61 calls between {} and {}", window[0], window[60]);
        }
    }

    #[test]
    fn a_clock_that_jumps_allows_one_burst_at_most() {
        let (rates, rate) = (RateLimitStore::new(1), RateLimit::new(60.0, Some(5)));
        let many = |seconds| {
            (0..100).filter(|_| rates.count_call("k", rate, Duration::from_secs(seconds)).is_ok()).count()
        };
        assert_eq!((many(100), many(0), many(100), many(101)), (5, 0, 0, 1));
        assert_eq!((many(10_000_000_000), many(10_000_000_000)), (5, 0));
    }

    #[test]
    fn extreme_rates_and_bursts_work() {
        for (per_minute, burst, allowed) in [
            (0.5, None, 1),
            (1e-300, None, 1),
            (1e300, None, 50),
            (2.5, None, 3),
            (1.0, Some(0), 1),
            (1.0, Some(u32::MAX), 50),
        ] {
            let (rates, rate) = (RateLimitStore::new(1), RateLimit::new(per_minute, burst));
            let count = (0..50).filter(|_| rates.count_call("k", rate, Duration::ZERO).is_ok()).count();
            assert_eq!(count, allowed, "{per_minute} {burst:?}");
        }
    }

    #[test]
    fn a_changed_rate_keeps_the_state_of_its_keys() {
        let rates = RateLimitStore::new(1);
        let take = |rate, seconds| {
            rates.count_call("k", RateLimit::new(rate, Some(1)), Duration::from_secs(seconds))
        };
        assert!(
            take(1.0, 0).is_ok()
                && take(60.0, 1).is_err()
                && take(60.0, 60).is_ok()
                && take(60.0, 61).is_ok()
        );
    }

    #[test]
    fn ten_million_keys_take_the_memory_of_a_million() {
        let (rates, rate) = (RateLimitStore::new(RateLimitStore::KEYS), RateLimit::new(1.0, Some(1)));
        for key in 0..10_000_000_u64 {
            // Half of the keys are free again when the last ones come.
            assert!(rates.count_call(key, rate, Duration::from_micros(key * 12)).is_ok());
        }
        assert!(rates.len() <= RateLimitStore::KEYS, "{}", rates.len());
        let late = Duration::from_mins(2);
        assert!(rates.count_call(9_999_999_u64, rate, late).is_err(), "the newest is known");
    }

    #[test]
    fn a_full_store_forgets_the_keys_that_are_free_again_soonest() {
        let (rates, rate) = (RateLimitStore::new(64 * 8), RateLimit::new(1.0, Some(100)));
        for _ in 0..100 {
            assert!(rates.count_call("heavy", rate, Duration::ZERO).is_ok());
        }
        for key in 0..100_000 {
            assert!(rates.count_call(key, rate, Duration::ZERO).is_ok());
        }
        assert!(rates.len() <= 64 * 8);
        assert!(rates.count_call("heavy", rate, Duration::ZERO).is_err(), "who called most is known longest");
    }
}
