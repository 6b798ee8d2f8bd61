//! The threads on which the work of promises runs.
//!
//! They are toolrack's own and live as long as the process. Those of napi-rs end with what it takes for the last thread of
//! JavaScript: a task that is woken in that moment panics at its next timer, and a worker that starts in it finds no threads. What
//! a thread of JavaScript has begun ends with that thread all the same.

use std::cell::RefCell;
use std::future::Future;
use std::io;
use std::sync::{LazyLock, OnceLock};

use napi::{Env, Result};
use tokio::runtime::{Builder, Runtime};
use tokio::sync::watch;
use toolrack_core::error::Error;
use toolrack_core::watch::WatchService;

use crate::error::to_js;

/// Documents are parsed on them, and a deep one takes more stack than the 2 MiB of a thread.
const STACK: usize = 8 * 1024 * 1024;

static RUNTIME: LazyLock<io::Result<Runtime>> = LazyLock::new(|| {
    Builder::new_multi_thread().enable_all().thread_name("toolrack").thread_stack_size(STACK).build()
});

/// What the watches of all loaders share, whichever thread of JavaScript they are of.
static WATCHES: OnceLock<WatchService> = OnceLock::new();

/// The threads; an error where the system gives none.
pub fn runtime() -> Result<&'static Runtime> {
    let refused = |error: &io::Error| to_js(&Error::Internal { reason: format!("no threads: {error}") });
    RUNTIME.as_ref().map_err(refused)
}

/// What watches share; an error where the system gives no threads.
pub fn watches() -> Result<&'static WatchService> {
    let runtime = runtime()?;
    Ok(WATCHES.get_or_init(|| WatchService::new(runtime.handle().clone())))
}

thread_local! {
    /// Its sender goes when the environment of this thread ends. Electron starts another one on the same thread.
    static ALIVE: RefCell<Option<watch::Receiver<()>>> = const { RefCell::new(None) };
}

/// Knows whether a thread of JavaScript is still there.
pub struct Alive(watch::Receiver<()>);

impl Alive {
    /// Whether the thread of an environment is.
    pub fn of(env: Env) -> Result<Self> {
        if let Some(known) = ALIVE.with_borrow(Clone::clone) {
            return Ok(Self(known));
        }
        let (sender, receiver) = watch::channel(());
        env.add_env_cleanup_hook(sender, |sender| {
            let _ = ALIVE.try_with(RefCell::take);
            drop(sender);
        })?;
        ALIVE.set(Some(receiver.clone()));
        Ok(Self(receiver))
    }

    /// What some work comes to; nothing where the thread ends before it.
    pub async fn during<T>(mut self, work: impl Future<Output = T>) -> Option<T> {
        tokio::select! {
            outcome = work => Some(outcome),
            _ = self.0.changed() => None,
        }
    }
}
