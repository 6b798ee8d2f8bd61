//! Collections that a new revision shares with the one before it, but for what changed. The door to rpds.

/// A map by hash.
pub type PersistentMap<K, V> = rpds::HashTrieMapSync<K, V>;
/// A map in the order of its keys.
pub type PersistentOrderedMap<K, V> = rpds::RedBlackTreeMapSync<K, V>;
/// First in, first out.
pub type PersistentQueue<T> = rpds::QueueSync<T>;
