//! The watch service: one actor, one source of file events and bounded threads for all watches of a process.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use tokio::runtime::Handle;
use tokio::sync::mpsc::unbounded_channel;

use crate::watch::service::blocking_pool::BlockingPool;
use crate::watch::service::service_actor::ServiceActor;
use crate::watch::service::service_state::ServiceState;
use crate::watch::service::watch_message::WatchMessage;

/// The maximum number of concurrent looks, and of concurrent reloads.
const MAX_CONCURRENT: usize = 8;

/// Runs any number of [`SourceWatch`](crate::watch::SourceWatch)es with one task and one source of file events. Both start
/// with the first watched source and end with the last.
///
/// It keeps nothing of a closed or dropped watch. A watch whose reloads or notices panic, block or hang harms no other.
#[derive(Clone)]
pub struct WatchService(Arc<ServiceState>);

impl WatchService {
    /// A service on a multi-threaded runtime with I/O and time enabled. Looks and reloads block threads of its blocking pool;
    /// pooled connections of a reload live on it.
    pub fn new(runtime: Handle) -> Self {
        Self(Arc::new(ServiceState {
            look_pool: BlockingPool::new(runtime.clone(), MAX_CONCURRENT),
            reload_pool: BlockingPool::new(runtime.clone(), MAX_CONCURRENT),
            runtime,
            actor: Mutex::default(),
            last_client: AtomicU64::new(0),
        }))
    }

    /// A new client id.
    pub(in crate::watch) fn next_client_id(&self) -> u64 {
        self.0.last_client.fetch_add(1, Ordering::Relaxed)
    }

    /// Sends a message to the actor, and starts the actor if it does not run.
    pub(in crate::watch) fn send_or_start(&self, message: WatchMessage) {
        let mut actor = self.0.actor();
        // An actor that panicked has closed its inbox, and a new one replaces it.
        let running = actor.take().filter(|inbox| !inbox.is_closed());
        let inbox = running.unwrap_or_else(|| {
            let (inbox, messages) = unbounded_channel();
            self.0.runtime.spawn(ServiceActor::new(Arc::clone(&self.0), inbox.clone()).run(messages));
            inbox
        });
        let _ = inbox.send(message);
        *actor = Some(inbox);
    }

    /// Sends a message to the actor if it runs.
    pub(in crate::watch) fn send_if_running(&self, message: WatchMessage) {
        if let Some(inbox) = &*self.0.actor() {
            let _ = inbox.send(message);
        }
    }
}
