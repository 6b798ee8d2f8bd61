//! Hash maps with a random seed. Only this file uses the crate foldhash. The seed differs between
//! processes, so that a document cannot choose keys that collide. Foldhash costs a third of the standard
//! hash, and a load looks up hundreds of thousands of keys.

use std::hash::{BuildHasher, Hash};
use std::sync::LazyLock;

use foldhash::fast::RandomState;

/// A hash map. Create it with `default()`.
pub type HashMap<K, V> = std::collections::HashMap<K, V, RandomState>;
/// A hash set. Create it with `default()`.
pub type HashSet<T> = std::collections::HashSet<T, RandomState>;

/// Hashes bytes to 64 bits. The seed is random: the checksum is not stable between processes.
pub fn checksum(bytes: &[u8]) -> u64 {
    checksum_of(bytes)
}

/// Hashes a value to 64 bits, as [`checksum`] does for bytes.
pub fn checksum_of(value: impl Hash) -> u64 {
    static STATE: LazyLock<RandomState> = LazyLock::new(RandomState::default);
    STATE.hash_one(value)
}
