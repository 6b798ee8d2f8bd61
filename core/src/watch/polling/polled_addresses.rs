//! The polled addresses of all watches: when to request each, and what came of it.

use std::collections::hash_map::RandomState;
use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasher, Hasher};
use std::time::Duration;

use crate::retrieve::PollOutcome;
use crate::watch::WatchOptions;
use crate::watch::deadline_queue::DeadlineQueue;
use crate::watch::polling::poll_state::{PollInput, PollState, PollWork};
use crate::watch::service::watch_client::WatchKey;

/// The polled addresses, by source.
#[derive(Default)]
pub(in crate::watch) struct PolledAddresses {
    entries: HashMap<WatchKey, (PollState, WatchOptions)>,
    deadlines: DeadlineQueue<WatchKey>,
    /// Sources with a request under way. Such a source may be unwatched, or watched again, before the response.
    requesting: HashSet<WatchKey>,
}

impl PolledAddresses {
    /// Starts to poll a source. `age` is the time since its document was last known to be current.
    pub fn watch(&mut self, source: &WatchKey, options: WatchOptions, age: Duration, now: Duration) {
        // A request of an earlier watch of the source is awaited: two must not overlap.
        let state = if self.requesting.contains(source) {
            PollState::requesting(options.server_poll_interval)
        } else {
            PollState::new(options.server_poll_interval, age, now)
        };
        self.deadlines.set(source, state.next_deadline());
        self.entries.insert(source.clone(), (state, options));
    }

    /// Stops polling a source.
    pub fn remove(&mut self, source: &WatchKey) {
        self.entries.remove(source);
        self.deadlines.set(source, None);
    }

    /// Stops polling all sources of a client. Responses that come later are ignored.
    pub fn remove_client(&mut self, client: u64) {
        let removed: Vec<_> = self.entries.keys().filter(|key| key.client == client).cloned().collect();
        for key in &removed {
            self.remove(key);
        }
        self.requesting.retain(|key| key.client != client);
    }

    /// Whether nothing is polled and no request is under way.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty() && self.requesting.is_empty()
    }

    /// The options of a polled source; `None` where it is not polled.
    pub fn options(&self, source: &WatchKey) -> Option<WatchOptions> {
        self.entries.get(source).map(|(_, options)| *options)
    }

    /// When to call [`take_due`](Self::take_due) next.
    pub fn next_deadline(&self) -> Option<Duration> {
        self.deadlines.earliest()
    }

    /// The sources to request now, each with the deadline of the response.
    pub fn take_due(&mut self, now: Duration) -> Vec<(WatchKey, Duration)> {
        let mut due = Vec::new();
        for source in self.deadlines.take_due(now) {
            if let Some((state, options)) = self.entries.get_mut(&source)
                && state.step(PollInput::Tick, 0.0, now) == Some(PollWork::Request)
            {
                self.requesting.insert(source.clone());
                due.push((source, options.deadline));
            }
        }
        due
    }

    /// Records the outcome of a request and sets the next deadline.
    pub fn handle_outcome(&mut self, source: &WatchKey, outcome: PollOutcome, now: Duration) {
        self.requesting.remove(source);
        let input = match outcome {
            PollOutcome::Answered => PollInput::Answered,
            PollOutcome::Failed { retry_after } => PollInput::Failed { retry_after },
            PollOutcome::Gone => {
                self.remove(source);
                return;
            }
        };
        if let Some((state, _)) = self.entries.get_mut(source) {
            state.step(input, random_fraction(), now);
            self.deadlines.set(source, state.next_deadline());
        }
    }
}

/// A random number from 0 to 1, from the random keys of the standard library. Good enough for jitter.
fn random_fraction() -> f64 {
    let bits = RandomState::new().build_hasher().finish();
    f64::from(u32::try_from(bits >> 32).unwrap_or_default()) / f64::from(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn random_fractions_spread_from_0_to_1() {
        let all: Vec<_> = (0..1000).map(|_| random_fraction()).collect();
        assert!(all.iter().all(|fraction| (0.0..=1.0).contains(fraction)));
        assert!(all.iter().any(|fraction| *fraction < 0.1) && all.iter().any(|fraction| *fraction > 0.9));
    }

    #[test]
    fn a_response_to_an_earlier_watch_is_awaited_and_counts() {
        let (options, now) = (WatchOptions::default(), Duration::from_secs(100));
        let crm = WatchKey::new(1, "crm");
        let mut polls = PolledAddresses::default();
        polls.watch(&crm, options, Duration::MAX, now);
        assert_eq!(polls.take_due(now), [(crm.clone(), options.deadline)]);
        polls.remove(&crm);
        polls.watch(&crm, options, Duration::MAX, now);
        assert_eq!((polls.take_due(now), polls.next_deadline()), (vec![], None));
        polls.handle_outcome(&crm, PollOutcome::Answered, now);
        assert!(polls.next_deadline().is_some_and(|due| due > now));
        polls.handle_outcome(&crm, PollOutcome::Gone, now);
        assert_eq!((polls.options(&crm), polls.next_deadline()), (None, None));
    }
}
