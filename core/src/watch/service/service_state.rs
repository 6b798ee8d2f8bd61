//! What the actor of a service and its clients share.

use std::sync::atomic::AtomicU64;
use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::runtime::Handle;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender};

use crate::watch::service::blocking_pool::BlockingPool;
use crate::watch::service::watch_message::WatchMessage;

/// Pools for what blocks, and the way to the actor where one is at work.
pub(in crate::watch) struct ServiceState {
    pub runtime: Handle,
    pub looks: BlockingPool,
    pub reloads: BlockingPool,
    pub actor: Mutex<Option<UnboundedSender<WatchMessage>>>,
    pub clients: AtomicU64,
}

impl ServiceState {
    /// The actor has nothing to do: it ends, unless an order has come meanwhile.
    pub(in crate::watch) fn retire(&self, messages: &UnboundedReceiver<WatchMessage>) -> bool {
        let mut actor = self.actor();
        let is_over = messages.is_empty();
        if is_over {
            *actor = None;
        }
        is_over
    }

    pub(in crate::watch) fn looks(&self) -> BlockingPool {
        self.looks.clone()
    }

    pub(in crate::watch) fn reloads(&self) -> BlockingPool {
        self.reloads.clone()
    }

    pub(in crate::watch) fn actor(&self) -> MutexGuard<'_, Option<UnboundedSender<WatchMessage>>> {
        self.actor.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
