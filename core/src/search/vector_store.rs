//! Vector store: the embeddings of texts, and how near they are to a query (cosine).
//!
//! A vector belongs to a text, not to a tool: two tools with the same text share it, and a text is never embedded twice.

use std::collections::HashSet as StdHashSet;
use std::sync::{PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use crate::json::HashMap;
use crate::tool::sha256::{hex, sha256};

/// What tells a text apart from others: a hash of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TextKey([u8; 16]);

impl TextKey {
    /// The key of a text.
    pub fn of(text: &str) -> Self {
        let mut key = [0; 16];
        key.copy_from_slice(&sha256(text.as_bytes())[..16]);
        Self(key)
    }

    /// The key in hexadecimal digits.
    pub fn to_hex(self) -> String {
        hex(&self.0)
    }

    /// Reads a key that [`TextKey::to_hex`] wrote.
    pub fn from_hex(text: &str) -> Option<Self> {
        let bytes = u128::from_str_radix(text, 16).ok().filter(|_| text.len() == 32)?;
        Some(Self(bytes.to_be_bytes()))
    }
}

/// Vectors of one dimension, of length 1, by their texts.
#[derive(Debug, Default)]
pub struct VectorStore {
    rows: RwLock<Rows>,
}

#[derive(Debug, Default)]
struct Rows {
    dimension: usize,
    /// One row behind the other.
    values: Vec<f32>,
    of_text: HashMap<TextKey, usize>,
}

impl VectorStore {
    /// The number of vectors.
    pub fn len(&self) -> usize {
        self.read().of_text.len()
    }

    /// Whether there is no vector.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The dimension of all vectors; nothing before the first one.
    pub fn dimension(&self) -> Option<usize> {
        Some(self.read().dimension).filter(|dimension| *dimension > 0)
    }

    /// Whether a text has a vector.
    pub fn has(&self, key: TextKey) -> bool {
        self.read().of_text.contains_key(&key)
    }

    /// Adds the vectors of texts, one behind the other. Returns false, and adds none, where they are of another dimension.
    #[must_use]
    pub fn add(&self, keys: &[TextKey], values: &[f32]) -> bool {
        let mut rows = self.write();
        let dimension = values.len() / keys.len().max(1);
        let is_first = rows.of_text.is_empty();
        if dimension * keys.len() != values.len()
            || dimension == 0
            || !is_first && dimension != rows.dimension
        {
            return false;
        }
        rows.dimension = dimension;
        for (key, vector) in keys.iter().zip(values.chunks_exact(dimension)) {
            let row = rows.of_text.len();
            if !rows.of_text.contains_key(key) {
                rows.of_text.insert(*key, row);
                rows.values.extend(normalized(vector));
            }
        }
        true
    }

    /// How near texts are to the nearest of some vectors, from -1 to 1; none for a text without a vector. Vectors of another
    /// dimension are near to nothing.
    pub fn cosines(&self, vectors: &[&[f32]], keys: impl Iterator<Item = TextKey>) -> Vec<Option<f32>> {
        let rows = self.read();
        let vectors: Vec<Vec<f32>> = vectors.iter().map(|vector| normalized(vector).collect()).collect();
        let own = vectors.iter().filter(|vector| vector.len() == rows.dimension);
        let own: Vec<_> = own.collect();
        let nearest = |key| {
            let at = rows.of_text.get(&key)? * rows.dimension;
            let row = &rows.values[at..at + rows.dimension];
            own.iter().map(|vector| dot(vector, row)).reduce(f32::max)
        };
        keys.map(nearest).collect()
    }

    /// Drops the vectors of all other texts where they are more than those.
    pub fn retain(&self, used: impl Iterator<Item = TextKey>) {
        let used: StdHashSet<TextKey> = used.collect();
        let mut rows = self.write();
        let kept = rows.of_text.keys().filter(|key| used.contains(key)).count();
        if rows.of_text.len() - kept <= kept {
            return;
        }
        let former = std::mem::take(&mut *rows);
        rows.dimension = former.dimension;
        for (key, row) in former.of_text.into_iter().filter(|(key, _)| used.contains(key)) {
            let at = row * former.dimension;
            let next = rows.of_text.len();
            rows.of_text.insert(key, next);
            rows.values.extend_from_slice(&former.values[at..at + former.dimension]);
        }
    }

    /// A thread that panicked left at most a row too many, which no text has.
    fn read(&self) -> RwLockReadGuard<'_, Rows> {
        self.rows.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Rows> {
        self.rows.write().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A vector of length 1; one of length 0 stays as it is.
fn normalized(vector: &[f32]) -> impl Iterator<Item = f32> {
    // Squares of great numbers are more than four bytes hold.
    let length = vector.iter().map(|one| f64::from(*one).powi(2)).sum::<f64>().sqrt();
    let length = if length > 0.0 { length } else { 1.0 };
    #[expect(clippy::cast_possible_truncation, reason = "vectors are of four bytes a number")]
    vector.iter().map(move |one| (f64::from(*one) / length) as f32)
}

/// The sum of products. Eight sums at a time: the compiler makes one instruction of them.
fn dot(left: &[f32], right: &[f32]) -> f32 {
    let (lefts, left_rest) = left.as_chunks::<8>();
    let (rights, right_rest) = right.as_chunks::<8>();
    let mut sums = [0.0_f32; 8];
    for (left, right) in lefts.iter().zip(rights) {
        for at in 0..8 {
            sums[at] += left[at] * right[at];
        }
    }
    let rest: f32 = left_rest.iter().zip(right_rest).map(|(left, right)| left * right).sum();
    sums.iter().sum::<f32>() + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_as_near_as_their_directions() {
        let store = VectorStore::default();
        let keys = ["same", "other", "opposite", "unknown"].map(TextKey::of);
        assert!(store.add(&keys[..3], &[2.0, 0.0, 0.0, 5.0, -1e30, 0.0]));
        assert_eq!(
            store.cosines(&[&[1e30, 0.0]], keys.into_iter()),
            [Some(1.0), Some(0.0), Some(-1.0), None]
        );
        assert_eq!(store.cosines(&[&[1.0, 0.0], &[0.0, 1.0]], keys.into_iter())[1], Some(1.0));
        assert_eq!(store.cosines(&[&[1.0]], keys.into_iter()), [None; 4]);
    }

    #[test]
    fn vectors_of_another_dimension_are_refused() {
        let store = VectorStore::default();
        let [one, two] = ["one", "two"].map(TextKey::of);
        assert!(store.add(&[one], &[1.0, 2.0]));
        assert!(!store.add(&[two], &[1.0]) && !store.add(&[two], &[]) && !store.add(&[one, two], &[1.0; 3]));
        assert_eq!((store.len(), store.dimension(), store.has(two)), (1, Some(2), false));
    }

    #[test]
    fn vectors_of_texts_that_are_gone_are_dropped() {
        let store = VectorStore::default();
        let keys: Vec<_> = (0..9).map(|number: u8| TextKey::of(&number.to_string())).collect();
        let values: Vec<f32> = (0..9).flat_map(|number: u8| [1.0, f32::from(number)]).collect();
        assert!(store.add(&keys, &values));
        let expected = store.cosines(&[&[0.0, 1.0]], keys[7..].iter().copied());
        store.retain(keys[4..].iter().copied());
        assert_eq!(store.len(), 9);
        store.retain(keys[7..].iter().copied());
        assert_eq!((store.len(), store.cosines(&[&[0.0, 1.0]], keys[7..].iter().copied())), (2, expected));
    }

    #[test]
    fn a_key_is_read_as_it_was_written() {
        let key = TextKey::of("close a ticket");
        assert_eq!(TextKey::from_hex(&key.to_hex()), Some(key));
        assert_eq!((TextKey::from_hex("zz"), TextKey::from_hex("+1")), (None, None));
    }
}
