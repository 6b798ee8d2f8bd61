//! The one way to take a lock here.

use std::sync::{Mutex, MutexGuard, PoisonError};

/// A thread that panicked while it held a source has not changed it: what it left is whole.
pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
