//! The reloads of one watch: at most one of them is at work at any time, the others wait or await something.
//!
//! A reload parses, so each step of it has a thread of its own from a [`BlockingPool`]. It holds that thread only while it works: an
//! answer of a server that is slow is awaited on none. So a watch whose reload blocks stops itself alone.

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, ThreadId};
use std::time::Duration;

use tokio::sync::{Notify, Semaphore, watch};
use tokio::task::JoinError;

use crate::watch::service::blocking_pool::BlockingPool;

/// One watch's turns to work.
pub(in crate::watch) struct ReloadQueue {
    turn: Semaphore,
    ended: watch::Sender<bool>,
    worker: Mutex<QueueWorker>,
    freed: Condvar,
}

#[derive(Default)]
struct QueueWorker {
    is_closed: bool,
    /// The thread that is at work.
    thread: Option<ThreadId>,
}

/// Why work came to nothing.
pub(in crate::watch) enum ReloadEnd {
    Panicked(String),
    Closed,
}

type ReloadWork<T> = Pin<Box<dyn Future<Output = T> + Send>>;

impl Default for ReloadQueue {
    fn default() -> Self {
        Self {
            turn: Semaphore::new(1),
            ended: watch::Sender::new(false),
            worker: Mutex::default(),
            freed: Condvar::new(),
        }
    }
}

impl ReloadQueue {
    /// Drives some work to its end, or until the lane is closed.
    pub async fn run<T: Send + 'static>(
        self: Arc<Self>,
        pool: &BlockingPool,
        mut work: ReloadWork<T>,
    ) -> Result<T, ReloadEnd> {
        let woken = Arc::new(QueueWaker(Notify::new()));
        let mut ended = self.ended.subscribe();
        loop {
            let turn = self.turn.acquire().await.map_err(|_| ReloadEnd::Closed)?;
            let (lane, waker) = (Arc::clone(&self), Waker::from(Arc::clone(&woken)));
            let stepped = pool.run(move || lane.step(work, &waker)).await;
            drop(turn);
            match stepped.map_err(|error| ReloadEnd::Panicked(panic_message(error)))? {
                Some(Ok(done)) => return Ok(done),
                Some(Err(rest)) => work = rest,
                None => return Err(ReloadEnd::Closed),
            }
            tokio::select! {
                () = woken.0.notified() => {}
                _ = ended.wait_for(|ended| *ended) => return Err(ReloadEnd::Closed),
            }
        }
    }

    /// One step of some work, and the rest of it if there is one; `None` where the lane is closed.
    fn step<T>(&self, mut work: ReloadWork<T>, waker: &Waker) -> Option<Result<T, ReloadWork<T>>> {
        let _at_work = WorkGuard::enter(self)?;
        match work.as_mut().poll(&mut Context::from_waker(waker)) {
            Poll::Ready(done) => Some(Ok(done)),
            Poll::Pending => Some(Err(work)),
        }
    }

    /// Ends all work where it next awaits, and waits until none is done any more: not for the thread that calls this, and no
    /// longer than `most`.
    pub fn close(&self, most: Duration) {
        let mut worker = self.worker();
        worker.is_closed = true;
        self.turn.close();
        let _ = self.ended.send_replace(true);
        if worker.thread != Some(thread::current().id()) {
            let waited = self.freed.wait_timeout_while(worker, most, |worker| worker.thread.is_some());
            drop(waited.unwrap_or_else(PoisonError::into_inner));
        }
    }

    fn worker(&self) -> MutexGuard<'_, QueueWorker> {
        self.worker.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// While a thread is at work in a lane; work that panics ends it too.
struct WorkGuard<'l>(&'l ReloadQueue);

impl<'l> WorkGuard<'l> {
    fn enter(lane: &'l ReloadQueue) -> Option<Self> {
        let mut worker = lane.worker();
        if worker.is_closed {
            return None;
        }
        worker.thread = Some(thread::current().id());
        drop(worker);
        Some(Self(lane))
    }
}

impl Drop for WorkGuard<'_> {
    fn drop(&mut self) {
        self.0.worker().thread = None;
        self.0.freed.notify_all();
    }
}

struct QueueWaker(Notify);

impl Wake for QueueWaker {
    fn wake(self: Arc<Self>) {
        self.0.notify_one();
    }
}

fn panic_message(error: JoinError) -> String {
    let Ok(payload) = error.try_into_panic() else { return "dropped".to_owned() };
    match payload.downcast::<String>() {
        Ok(message) => *message,
        Err(payload) => payload.downcast_ref::<&str>().map_or("no message", |message| *message).to_owned(),
    }
}
