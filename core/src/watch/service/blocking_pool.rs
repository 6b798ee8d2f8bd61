//! Work that blocks its thread, bounded for all watches together.

use std::sync::Arc;
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::sync::Semaphore;
use tokio::task::JoinError;

/// How long work counts against the bound. What takes longer hangs, as at a dead network mount, and must not hold the place
/// of work that does not; each [`WatchClient`](crate::watch::service::watch_client::Client) bounds how much of its own hangs.
const COUNTED: Duration = Duration::from_secs(1);

/// Threads of a runtime for work that blocks.
#[derive(Clone)]
pub(in crate::watch) struct BlockingPool {
    runtime: Handle,
    permits: Arc<Semaphore>,
}

impl BlockingPool {
    /// At most this many threads work at once, apart from those that hang.
    pub fn new(runtime: Handle, bound: usize) -> Self {
        Self { runtime, permits: Arc::new(Semaphore::new(bound)) }
    }

    /// Does some work on a thread of its own; an error where it panics.
    pub async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, JoinError> {
        let permit = self.permits.acquire().await;
        let mut job = self.runtime.spawn_blocking(work);
        tokio::select! {
            done = &mut job => return done,
            () = tokio::time::sleep(COUNTED) => drop(permit),
        }
        job.await
    }
}
