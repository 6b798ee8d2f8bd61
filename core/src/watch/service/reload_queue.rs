//! The reload queue of one watch: at most one reload works at any time; the others wait in FIFO order or await something.
//!
//! A reload parses, so each of its steps runs on a thread of a [`BlockingPool`]. It holds the thread only while it works: a
//! slow server is awaited without a thread. A reload that blocks its thread delays only its own watch.

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, ThreadId};
use std::time::Duration;

use tokio::sync::{Notify, Semaphore, watch};
use tokio::task::JoinError;

use crate::watch::service::blocking_pool::BlockingPool;

/// Runs the reloads of one watch in turn.
pub(in crate::watch) struct ReloadQueue {
    turn: Semaphore,
    closed: watch::Sender<bool>,
    worker: Mutex<QueueWorker>,
    /// Notified when the working thread ends its step.
    idle: Condvar,
}

#[derive(Default)]
struct QueueWorker {
    is_closed: bool,
    /// The thread that runs a step now.
    thread: Option<ThreadId>,
}

/// Why work has no outcome.
pub(in crate::watch) enum ReloadEnd {
    Panicked(String),
    Closed,
}

type ReloadWork<T> = Pin<Box<dyn Future<Output = T> + Send>>;

impl Default for ReloadQueue {
    fn default() -> Self {
        Self {
            turn: Semaphore::new(1),
            closed: watch::Sender::new(false),
            worker: Mutex::default(),
            idle: Condvar::new(),
        }
    }
}

impl ReloadQueue {
    /// Runs work to its end.
    ///
    /// # Errors
    /// The message of a panic, or that the queue was closed.
    pub async fn run<T: Send + 'static>(
        self: Arc<Self>,
        pool: &BlockingPool,
        mut work: ReloadWork<T>,
    ) -> Result<T, ReloadEnd> {
        let woken = Arc::new(QueueWaker(Notify::new()));
        let mut closed = self.closed.subscribe();
        loop {
            let turn = self.turn.acquire().await.map_err(|_| ReloadEnd::Closed)?;
            let (queue, waker) = (Arc::clone(&self), Waker::from(Arc::clone(&woken)));
            let stepped = pool.run(move || queue.step(work, &waker)).await;
            // Held for one step alone, so that other reloads work while this one awaits.
            drop(turn);
            match stepped.map_err(|error| ReloadEnd::Panicked(panic_message(error)))? {
                Some(Ok(done)) => return Ok(done),
                Some(Err(rest)) => work = rest,
                None => return Err(ReloadEnd::Closed),
            }
            tokio::select! {
                () = woken.0.notified() => {}
                _ = closed.wait_for(|closed| *closed) => return Err(ReloadEnd::Closed),
            }
        }
    }

    /// Polls work once. Returns its result, or the work if it is pending; `None` where the queue is closed.
    fn step<T>(&self, mut work: ReloadWork<T>, waker: &Waker) -> Option<Result<T, ReloadWork<T>>> {
        let _guard = WorkGuard::enter(self)?;
        match work.as_mut().poll(&mut Context::from_waker(waker)) {
            Poll::Ready(done) => Some(Ok(done)),
            Poll::Pending => Some(Err(work)),
        }
    }

    /// Drops all work where it next awaits, and waits up to `max_wait` for the step under way. A call from inside that step
    /// does not wait, since it would wait for itself.
    pub fn close(&self, max_wait: Duration) {
        let mut worker = self.worker();
        worker.is_closed = true;
        self.turn.close();
        let _ = self.closed.send_replace(true);
        if worker.thread != Some(thread::current().id()) {
            let waited = self.idle.wait_timeout_while(worker, max_wait, |worker| worker.thread.is_some());
            drop(waited.unwrap_or_else(PoisonError::into_inner));
        }
    }

    fn worker(&self) -> MutexGuard<'_, QueueWorker> {
        self.worker.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Marks the working thread while it runs a step, also if the step panics.
struct WorkGuard<'q>(&'q ReloadQueue);

impl<'q> WorkGuard<'q> {
    fn enter(queue: &'q ReloadQueue) -> Option<Self> {
        let mut worker = queue.worker();
        if worker.is_closed {
            return None;
        }
        worker.thread = Some(thread::current().id());
        drop(worker);
        Some(Self(queue))
    }
}

impl Drop for WorkGuard<'_> {
    fn drop(&mut self) {
        self.0.worker().thread = None;
        self.0.idle.notify_all();
    }
}

struct QueueWaker(Notify);

impl Wake for QueueWaker {
    fn wake(self: Arc<Self>) {
        self.0.notify_one();
    }
}

fn panic_message(error: JoinError) -> String {
    let Ok(payload) = error.try_into_panic() else { return "the runtime dropped the reload".to_owned() };
    match payload.downcast::<String>() {
        Ok(message) => *message,
        Err(payload) => {
            payload.downcast_ref::<&str>().map_or("the panic has no message", |message| *message).to_owned()
        }
    }
}
