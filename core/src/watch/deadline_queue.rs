//! A queue of deadlines: one per key, with the earliest at hand.

use std::collections::{BTreeSet, HashMap};
use std::hash::Hash;
use std::time::Duration;

/// One deadline for each of some keys. Times are counted from the start of the actor.
pub(super) struct DeadlineQueue<K> {
    by_key: HashMap<K, Duration>,
    ordered: BTreeSet<(Duration, K)>,
}

impl<K> Default for DeadlineQueue<K> {
    fn default() -> Self {
        Self { by_key: HashMap::new(), ordered: BTreeSet::new() }
    }
}

impl<K: Clone + Eq + Hash + Ord> DeadlineQueue<K> {
    /// Sets the deadline of a key; `None` removes it.
    pub fn set(&mut self, key: &K, deadline: Option<Duration>) {
        if let Some(former) = self.by_key.remove(key) {
            self.ordered.remove(&(former, key.clone()));
        }
        if let Some(deadline) = deadline {
            self.by_key.insert(key.clone(), deadline);
            self.ordered.insert((deadline, key.clone()));
        }
    }

    /// The earliest deadline.
    pub fn earliest(&self) -> Option<Duration> {
        self.ordered.first().map(|(deadline, _)| *deadline)
    }

    /// Removes and returns the keys whose deadlines have passed, the earliest first.
    pub fn take_due(&mut self, now: Duration) -> Vec<K> {
        let mut due = Vec::new();
        while self.earliest().is_some_and(|deadline| deadline <= now) {
            let (_, key) = self.ordered.pop_first().expect("there is an earliest deadline");
            self.by_key.remove(&key);
            due.push(key);
        }
        due
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seconds(count: u64) -> Duration {
        Duration::from_secs(count)
    }

    #[test]
    fn each_key_is_due_once_in_the_order_of_deadlines() {
        let mut queue = DeadlineQueue::default();
        for (key, time) in [("a", 3), ("b", 1), ("c", 2), ("a", 1), ("d", 1)] {
            queue.set(&key, Some(seconds(time)));
        }
        queue.set(&"d", None);
        assert_eq!((queue.earliest(), queue.take_due(seconds(0))), (Some(seconds(1)), vec![]));
        assert_eq!(queue.take_due(seconds(2)), ["a", "b", "c"]);
        assert_eq!((queue.earliest(), queue.take_due(seconds(9))), (None, vec![]));
    }
}
