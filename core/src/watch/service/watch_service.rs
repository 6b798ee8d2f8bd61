//! What all watches of a process share: one actor, one source of file events, and threads for looks and reloads.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use tokio::runtime::Handle;
use tokio::sync::mpsc::unbounded_channel;

use crate::watch::service::blocking_pool::BlockingPool;
use crate::watch::service::service_actor::ServiceActor;
use crate::watch::service::service_state::ServiceState;
use crate::watch::service::watch_message::WatchMessage;

/// How many files are looked at at once, and how many reloads are at work.
const MOST_AT_WORK: usize = 8;

/// Runs any number of [`SourceWatch`](crate::watch::SourceWatch)es on a runtime: one task and one source of file events for all of them, however
/// many there are. Both start with the first source that is watched and end with the last one.
///
/// It holds nothing of a watch that was closed or dropped. A watch whose reloads or notices panic, block or hang harms no
/// other one.
#[derive(Clone)]
pub struct WatchService(Arc<ServiceState>);

impl WatchService {
    /// A service on a runtime that has I/O and time enabled and whose worker threads are many: looks and reloads block threads of
    /// it, and connections that a reload leaves in a pool live on it.
    pub fn new(runtime: Handle) -> Self {
        Self(Arc::new(ServiceState {
            looks: BlockingPool::new(runtime.clone(), MOST_AT_WORK),
            reloads: BlockingPool::new(runtime.clone(), MOST_AT_WORK),
            runtime,
            actor: Mutex::default(),
            clients: AtomicU64::new(0),
        }))
    }

    /// The number of a client that joins.
    pub(in crate::watch) fn join(&self) -> u64 {
        self.0.clients.fetch_add(1, Ordering::Relaxed)
    }

    /// Gives an order; the actor starts where there is none.
    pub(in crate::watch) fn order(&self, message: WatchMessage) {
        let mut actor = self.0.actor();
        let running = actor.take().filter(|inbox| !inbox.is_closed());
        let inbox = running.unwrap_or_else(|| {
            let (inbox, messages) = unbounded_channel();
            self.0.runtime.spawn(ServiceActor::new(Arc::clone(&self.0), inbox.clone()).run(messages));
            inbox
        });
        let _ = inbox.send(message);
        *actor = Some(inbox);
    }

    /// Gives an order that means nothing where no source is watched.
    pub(in crate::watch) fn tell(&self, message: WatchMessage) {
        if let Some(inbox) = &*self.0.actor() {
            let _ = inbox.send(message);
        }
    }
}
