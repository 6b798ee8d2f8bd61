//! State that the watch service and its actor share.

use std::sync::atomic::AtomicU64;
use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::runtime::Handle;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender};

use crate::watch::service::blocking_pool::BlockingPool;
use crate::watch::service::watch_message::WatchMessage;

/// Thread pools, and the inbox of the actor while it runs.
pub(in crate::watch) struct ServiceState {
    pub runtime: Handle,
    pub look_pool: BlockingPool,
    pub reload_pool: BlockingPool,
    pub actor: Mutex<Option<UnboundedSender<WatchMessage>>>,
    pub last_client: AtomicU64,
}

impl ServiceState {
    /// Whether an idle actor ends. It goes on if a message came meanwhile; the lock keeps senders out until that is decided.
    pub(in crate::watch) fn retire(&self, messages: &UnboundedReceiver<WatchMessage>) -> bool {
        let mut actor = self.actor();
        let is_over = messages.is_empty();
        if is_over {
            *actor = None;
        }
        is_over
    }

    pub(in crate::watch) fn actor(&self) -> MutexGuard<'_, Option<UnboundedSender<WatchMessage>>> {
        self.actor.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
