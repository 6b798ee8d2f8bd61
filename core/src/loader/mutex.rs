//! Locks of the loader's data.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Locks a mutex. The data of a thread that panicked is used on: no part of the loader leaves it half-changed.
pub fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Locks several sources in the order of their names, so that two such calls never wait for each other. Gives the guards in the
/// order of the entries. No entry may be there twice.
pub fn lock_in_order<'m, 'n, T>(
    entries: &'m [Arc<Mutex<T>>],
    name: impl Fn(usize) -> &'n str,
) -> Vec<MutexGuard<'m, T>> {
    let mut order: Vec<usize> = (0..entries.len()).collect();
    order.sort_unstable_by_key(|index| name(*index));
    let mut guards: Vec<Option<MutexGuard<'m, T>>> = entries.iter().map(|_| None).collect();
    for index in order {
        guards[index] = Some(lock(&entries[index]));
    }
    guards.into_iter().flatten().collect()
}
