//! Ordered map: document order, with fast lookup of keys.

use super::Arena;

/// A member of a map: key and value.
pub type MapEntry<'a, V> = (&'a str, V);

/// A map in document order. Keys belong to the user: `__proto__` is a key like any other.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct OrderedMap<'a, V> {
    entries: &'a [MapEntry<'a, V>],
    /// Bloom filter with one bit for each key. Most lookups are for absent keys; the filter answers them.
    marks: u64,
    /// Positions sorted by key. Empty for small maps, which are scanned.
    sorted: &'a [u32],
}

/// Returns the filter bit of a key, from its length, first and last byte.
fn mark(key: &str) -> u64 {
    let ends = match key.as_bytes() {
        [] => 0,
        [one] => usize::from(*one),
        [first, .., last] => usize::from(*first) ^ (usize::from(*last) << 2),
    };
    1 << ((ends ^ key.len().wrapping_mul(7)) & 63)
}

/// Largest map that is scanned. Above it a binary search is faster. Most objects have fewer than ten keys.
const SCANNED: usize = 12;

impl<'a, V: Copy> OrderedMap<'a, V> {
    /// Creates a map. Fails with the position of the first duplicate key.
    pub fn new(entries: &[MapEntry<'a, V>], arena: &'a Arena) -> Result<Self, usize> {
        let (mut sorted, mut marks): (Vec<u32>, _) = (Vec::new(), 0);
        for (position, (key, _)) in entries.iter().enumerate() {
            let mark = mark(key);
            let may_stand_before = marks & mark != 0 && entries.len() <= SCANNED;
            if may_stand_before && entries[..position].iter().any(|(earlier, _)| earlier == key) {
                return Err(position);
            }
            marks |= mark;
        }
        if entries.len() > SCANNED {
            let count = u32::try_from(entries.len()).map_err(|_| usize::MAX)?;
            let key = |position: u32| entries[position as usize].0;
            sorted.extend(0..count);
            sorted.sort_by(|a, b| key(*a).cmp(key(*b)));
            let mut twice = sorted.windows(2).filter(|pair| key(pair[0]) == key(pair[1])).map(|pair| pair[1]);
            if let Some(first) = twice.next() {
                return Err(twice.fold(first, Ord::min) as usize);
            }
        }
        Ok(Self { entries: arena.list(entries), marks, sorted: arena.list(&sorted) })
    }

    /// Creates a map whose keys are known to be distinct.
    pub(super) fn of_distinct(entries: &[MapEntry<'a, V>], arena: &'a Arena) -> Self {
        let marks = entries.iter().fold(0, |marks, (key, _)| marks | mark(key));
        let mut sorted: Vec<u32> = Vec::new();
        if entries.len() > SCANNED {
            sorted.extend((0..).take(entries.len()));
            sorted.sort_by(|a, b| entries[*a as usize].0.cmp(entries[*b as usize].0));
        }
        Self { entries: arena.list(entries), marks, sorted: arena.list(&sorted) }
    }

    /// Returns a map with the same keys and new values: `self` if `is_own` holds for each value. Returns
    /// `None` if the keys differ.
    pub(super) fn with(
        &'a self,
        entries: &[MapEntry<'a, V>],
        is_own: impl Fn(V, V) -> bool,
        arena: &'a Arena,
    ) -> Option<&'a Self> {
        let mut both = self.entries.iter().zip(entries);
        if self.len() != entries.len() || !both.clone().all(|((own, _), (key, _))| std::ptr::eq(*own, *key)) {
            return None;
        }
        let is_same = both.all(|((_, own), (_, value))| is_own(*own, *value));
        Some(if is_same { self } else { arena.keep(Self { entries: arena.list(entries), ..*self }) })
    }

    /// Returns the value of a key.
    pub fn get(&self, key: &str) -> Option<V> {
        if self.marks & mark(key) == 0 {
            return None;
        }
        if self.sorted.is_empty() {
            return self.entries.iter().find(|(name, _)| *name == key).map(|(_, node)| *node);
        }
        self.sorted
            .binary_search_by(|position| self.entries[*position as usize].0.cmp(key))
            .ok()
            .map(|found| self.entries[self.sorted[found] as usize].1)
    }

    /// Iterates over the members in document order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = MapEntry<'a, V>> + use<'a, V> {
        self.entries.iter().copied()
    }

    /// Returns the number of keys.
    pub const fn len(&self) -> usize {
        self.entries.len()
    }

    /// Returns true if the map is empty.
    pub const fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::{Node, NodeEntry, Number, Object};

    fn numbered(keys: impl Iterator<Item = usize>, arena: &Arena) -> Vec<NodeEntry<'_>> {
        keys.map(|key| {
            let key = arena.text(&format!("k{key}"));
            (key, Node::Number(Number::new(&key[1..])))
        })
        .collect()
    }

    #[test]
    fn small_and_large_maps_find_the_same_keys_in_the_documents_order() {
        let arena = Arena::new();
        for count in [0, 1, SCANNED, SCANNED + 1, 1_000] {
            let object = Object::new(&numbered((0..count).rev(), &arena), &arena).expect("keys differ");
            assert_eq!(object.len(), count);
            let named = |key: usize| object.get(&format!("k{key}")).map(Node::to_value);
            assert!((0..count).all(|key| named(key) == Some(key.into())));
            assert_eq!(object.get("absent"), None);
            assert!(
                object.iter().map(|(key, _)| key.to_owned()).eq((0..count).rev().map(|k| format!("k{k}")))
            );
        }
    }

    #[test]
    fn a_key_that_stands_twice_is_named_by_its_second_place() {
        let arena = Arena::new();
        for count in [2, 100] {
            assert_eq!(Object::new(&numbered((0..count).chain([1]), &arena), &arena), Err(count));
        }
    }
}
