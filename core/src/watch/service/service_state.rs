//! What the actor of a service and its clients share.

use std::sync::atomic::AtomicU64;
use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::runtime::Handle;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender};

use crate::watch::service::blocking_pool::Pool;
use crate::watch::service::watch_message::Message;

/// Pools for what blocks, and the way to the actor where one is at work.
pub(in crate::watch) struct Shared {
    pub runtime: Handle,
    pub looks: Pool,
    pub reloads: Pool,
    pub actor: Mutex<Option<UnboundedSender<Message>>>,
    pub clients: AtomicU64,
}

impl Shared {
    /// The actor has nothing to do: it ends, unless an order has come meanwhile.
    pub(in crate::watch) fn retire(&self, messages: &UnboundedReceiver<Message>) -> bool {
        let mut actor = self.actor();
        let is_over = messages.is_empty();
        if is_over {
            *actor = None;
        }
        is_over
    }

    pub(in crate::watch) fn looks(&self) -> Pool {
        self.looks.clone()
    }

    pub(in crate::watch) fn reloads(&self) -> Pool {
        self.reloads.clone()
    }

    pub(in crate::watch) fn actor(&self) -> MutexGuard<'_, Option<UnboundedSender<Message>>> {
        self.actor.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
