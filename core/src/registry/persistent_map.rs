//! Persistent collections: revisions share everything that did not change. The only file that uses rpds.

/// A hash map.
pub type PersistentMap<K, V> = rpds::HashTrieMapSync<K, V>;
/// A map sorted by key.
pub type PersistentOrderedMap<K, V> = rpds::RedBlackTreeMapSync<K, V>;
/// A FIFO queue.
pub type PersistentQueue<T> = rpds::QueueSync<T>;
