//! A bounded pool of blocking threads for all watches together.

use std::sync::Arc;
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::sync::Semaphore;
use tokio::task::JoinError;

/// How long work counts towards the bound. Work that takes longer hangs, as at a dead network mount, and must not take the
/// permit of other work. Each [`WatchClient`](crate::watch::service::watch_client::WatchClient) bounds its own hanging work.
const COUNTED: Duration = Duration::from_secs(1);

/// Runs blocking work on threads of a runtime.
#[derive(Clone)]
pub(in crate::watch) struct BlockingPool {
    runtime: Handle,
    permits: Arc<Semaphore>,
}

impl BlockingPool {
    /// At most `bound` threads work at once, not counting those that hang.
    pub fn new(runtime: Handle, bound: usize) -> Self {
        Self { runtime, permits: Arc::new(Semaphore::new(bound)) }
    }

    /// Runs work on a thread of its own.
    ///
    /// # Errors
    /// The panic of the work.
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
