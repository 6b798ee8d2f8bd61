//! Cancellation: JavaScript cancels a call that Rust executes by the number that it gave the call.
//!
//! A number costs nothing until somebody cancels. An object of the addon for each call would be made, and collected, for
//! the one call in a thousand that is cancelled.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;
use toolrack_core::error::{Error, Result};

/// The calls of one registry that can be cancelled, by number.
#[derive(Default)]
pub struct CancelTable {
    calls: Mutex<HashMap<u32, Arc<Notify>>>,
}

impl CancelTable {
    /// Adds a call. It leaves the table when the returned value is dropped.
    pub fn add(self: &Arc<Self>, number: u32) -> CancellableCall {
        let notify = Arc::new(Notify::new());
        self.calls().insert(number, Arc::clone(&notify));
        CancellableCall { table: Arc::clone(self), number, notify }
    }

    /// Cancels a call; nothing if it has ended.
    pub fn cancel(&self, number: u32) {
        if let Some(notify) = self.calls().get(&number) {
            notify.notify_one();
        }
    }

    fn calls(&self) -> MutexGuard<'_, HashMap<u32, Arc<Notify>>> {
        self.calls.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A call that can be cancelled.
pub struct CancellableCall {
    table: Arc<CancelTable>,
    number: u32,
    notify: Arc<Notify>,
}

impl CancellableCall {
    /// Runs the work of the call of a tool until it ends or is cancelled.
    ///
    /// # Errors
    /// `CANCELLED`, and those of the work.
    pub async fn run<T>(self, tool: &str, work: impl Future<Output = Result<T>>) -> Result<T> {
        tokio::select! {
            outcome = work => outcome,
            () = self.notify.notified() => Err(Error::Cancelled { tool: tool.to_owned() }),
        }
    }
}

impl Drop for CancellableCall {
    fn drop(&mut self) {
        self.table.calls().remove(&self.number);
    }
}
