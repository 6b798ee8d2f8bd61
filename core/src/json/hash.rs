//! Maps by hash. The door to foldhash: a seed for each process keeps the keys of a document from being made to collide,
//! at a third of what the standard library's hash costs, and loading a document looks up hundreds of thousands of keys.

use std::hash::{BuildHasher, Hash};
use std::sync::LazyLock;

use foldhash::fast::RandomState;

/// A map by hash. Made by `default()`.
pub type HashMap<K, V> = std::collections::HashMap<K, V, RandomState>;
/// A set by hash. Made by `default()`.
pub type HashSet<T> = std::collections::HashSet<T, RandomState>;

/// A number that differs where bytes differ, nearly always. In another process it is another one.
pub fn checksum(bytes: &[u8]) -> u64 {
    checksum_of(bytes)
}

/// The same of anything that can be a key.
pub fn checksum_of(value: impl Hash) -> u64 {
    static STATE: LazyLock<RandomState> = LazyLock::new(RandomState::default);
    STATE.hash_one(value)
}
