//! The addresses that are polled.

use std::collections::hash_map::RandomState;
use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasher, Hasher};
use std::time::Duration;

use crate::retrieve::PollOutcome;
use crate::watch::WatchOptions;
use crate::watch::polling::poll_state::{PollInput, PollState, PollWork};
use crate::watch::service::watch_client::WatchKey;
use crate::watch::timetable::Timetable;

/// The addresses that are polled, by their sources.
#[derive(Default)]
pub(in crate::watch) struct PolledAddresses {
    entries: HashMap<WatchKey, (PollState, WatchOptions)>,
    due: Timetable<WatchKey>,
    /// Sources whose server is being asked; one may be watched no longer, or watched again, before it answers.
    asking: HashSet<WatchKey>,
}

impl PolledAddresses {
    /// Polls a source whose document was last known to be in use `age` ago.
    pub fn watch(&mut self, source: &WatchKey, options: WatchOptions, age: Duration, now: Duration) {
        let state = if self.asking.contains(source) {
            PollState::asking(options.ask_interval)
        } else {
            PollState::new(options.ask_interval, age, now)
        };
        self.due.set(source, state.next_deadline());
        self.entries.insert(source.clone(), (state, options));
    }

    /// Polls a source no longer.
    pub fn remove(&mut self, source: &WatchKey) {
        self.entries.remove(source);
        self.due.set(source, None);
    }

    /// Polls no source of a client any longer, and waits for no answer to it.
    pub fn leave(&mut self, client: u64) {
        let left: Vec<_> = self.entries.keys().filter(|key| key.client == client).cloned().collect();
        for key in &left {
            self.remove(key);
        }
        self.asking.retain(|key| key.client != client);
    }

    /// Whether nothing is polled and no answer waited for.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty() && self.asking.is_empty()
    }

    /// How a source is watched that is polled.
    pub fn options(&self, source: &WatchKey) -> Option<WatchOptions> {
        self.entries.get(source).map(|(_, options)| *options)
    }

    /// When to ask for what is [`due`](Self::due).
    pub fn next_deadline(&self) -> Option<Duration> {
        self.due.next()
    }

    /// The sources whose servers are to be asked now, and how long they may take.
    pub fn due(&mut self, now: Duration) -> Vec<(WatchKey, Duration)> {
        let mut due = Vec::new();
        for source in self.due.due(now) {
            if let Some((state, options)) = self.entries.get_mut(&source)
                && state.step(PollInput::Tick, 0.0, now) == Some(PollWork::Ask)
            {
                self.asking.insert(source.clone());
                due.push((source, options.deadline));
            }
        }
        due
    }

    /// A server has answered, or has not.
    pub fn answered(&mut self, source: &WatchKey, polled: PollOutcome, now: Duration) {
        self.asking.remove(source);
        let input = match polled {
            PollOutcome::Answered => PollInput::Answered,
            PollOutcome::Failed { retry_after } => PollInput::Failed { retry_after },
            PollOutcome::Gone => {
                self.remove(source);
                return;
            }
        };
        if let Some((state, _)) = self.entries.get_mut(source) {
            state.step(input, chance(), now);
            self.due.set(source, state.next_deadline());
        }
    }
}

/// Any number from 0 to 1. Good enough to spread questions, and to be had from the standard library.
fn chance() -> f64 {
    let any = RandomState::new().build_hasher().finish();
    f64::from(u32::try_from(any >> 32).unwrap_or_default()) / f64::from(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chance_is_between_none_and_one_and_not_always_the_same() {
        let all: Vec<_> = (0..1000).map(|_| chance()).collect();
        assert!(all.iter().all(|chance| (0.0..=1.0).contains(chance)));
        assert!(all.iter().any(|chance| *chance < 0.1) && all.iter().any(|chance| *chance > 0.9));
    }

    #[test]
    fn an_answer_to_an_earlier_watching_is_waited_for_and_counts() {
        let (options, now) = (WatchOptions::default(), Duration::from_secs(100));
        let crm = WatchKey::new(1, "crm");
        let mut polls = PolledAddresses::default();
        polls.watch(&crm, options, Duration::MAX, now);
        assert_eq!(polls.due(now), [(crm.clone(), options.deadline)]);
        polls.remove(&crm);
        polls.watch(&crm, options, Duration::MAX, now);
        assert_eq!((polls.due(now), polls.next_deadline()), (vec![], None));
        polls.answered(&crm, PollOutcome::Answered, now);
        assert!(polls.next_deadline().is_some_and(|due| due > now));
        polls.answered(&crm, PollOutcome::Gone, now);
        assert_eq!((polls.options(&crm), polls.next_deadline()), (None, None));
    }
}
