//! Locks of the loader's data.

use std::sync::{Mutex, MutexGuard, PoisonError};

/// Locks a mutex. The data of a thread that panicked is used on: no part of the loader leaves it half-changed.
pub fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
