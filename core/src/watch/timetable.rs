//! What is due when, with the next one at hand.

use std::collections::{BTreeSet, HashMap};
use std::hash::Hash;
use std::time::Duration;

/// A time for each of some keys.
pub(super) struct Timetable<K> {
    times: HashMap<K, Duration>,
    order: BTreeSet<(Duration, K)>,
}

impl<K> Default for Timetable<K> {
    fn default() -> Self {
        Self { times: HashMap::new(), order: BTreeSet::new() }
    }
}

impl<K: Clone + Eq + Hash + Ord> Timetable<K> {
    /// Sets the time of a key, or takes it away.
    pub fn set(&mut self, key: &K, time: Option<Duration>) {
        if let Some(former) = self.times.remove(key) {
            self.order.remove(&(former, key.clone()));
        }
        if let Some(time) = time {
            self.times.insert(key.clone(), time);
            self.order.insert((time, key.clone()));
        }
    }

    /// The earliest time.
    pub fn next(&self) -> Option<Duration> {
        self.order.first().map(|(time, _)| *time)
    }

    /// Takes the keys away whose time has come.
    pub fn due(&mut self, now: Duration) -> Vec<K> {
        let mut due = Vec::new();
        while self.next().is_some_and(|time| time <= now) {
            let (_, key) = self.order.pop_first().expect("there is a next one");
            self.times.remove(&key);
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
    fn what_is_due_comes_once_and_in_order() {
        let mut table = Timetable::default();
        for (key, time) in [("a", 3), ("b", 1), ("c", 2), ("a", 1), ("d", 1)] {
            table.set(&key, Some(seconds(time)));
        }
        table.set(&"d", None);
        assert_eq!((table.next(), table.due(seconds(0))), (Some(seconds(1)), vec![]));
        assert_eq!(table.due(seconds(2)), ["a", "b", "c"]);
        assert_eq!((table.next(), table.due(seconds(9))), (None, vec![]));
    }
}
