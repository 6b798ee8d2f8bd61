//! Tokio runtime: the threads that run promises and watches.
//!
//! toolrack has its own runtime, which lives as long as the process. That of napi-rs ends with what it takes for the
//! last JavaScript thread: a task that is woken then panics at its next timer, and a worker that starts then finds no
//! threads. Work that a JavaScript thread began still ends with that thread.

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

/// Stack size in bytes: parsing a deeply nested document needs more than the default 2 MiB.
const STACK: usize = 8 * 1024 * 1024;

static RUNTIME: LazyLock<io::Result<Runtime>> = LazyLock::new(|| {
    Builder::new_multi_thread().enable_all().thread_name("toolrack").thread_stack_size(STACK).build()
});

/// The watch service that all loaders of all JavaScript threads share.
static WATCHES: OnceLock<WatchService> = OnceLock::new();

/// Returns the runtime; an error if the system gives no threads.
pub fn runtime() -> Result<&'static Runtime> {
    let refused = |error: &io::Error| {
        to_js(&Error::Internal { reason: format!("no threads could be started: {error}") })
    };
    RUNTIME.as_ref().map_err(refused)
}

/// Returns the watch service; an error if the system gives no threads.
pub fn watches() -> Result<&'static WatchService> {
    let runtime = runtime()?;
    Ok(WATCHES.get_or_init(|| WatchService::new(runtime.handle().clone())))
}

thread_local! {
    /// Its sender is dropped when the environment of this thread ends. Electron starts another one on the same thread.
    static THREAD_LIFETIME: RefCell<Option<watch::Receiver<()>>> = const { RefCell::new(None) };
}

/// The lifetime of a JavaScript thread.
pub struct ThreadLifetime(watch::Receiver<()>);

impl ThreadLifetime {
    /// Returns the lifetime of the thread of an environment.
    pub fn of(env: Env) -> Result<Self> {
        if let Some(known) = THREAD_LIFETIME.with_borrow(Clone::clone) {
            return Ok(Self(known));
        }
        let (sender, receiver) = watch::channel(());
        env.add_env_cleanup_hook(sender, |sender| {
            let _ = THREAD_LIFETIME.try_with(RefCell::take);
            drop(sender);
        })?;
        THREAD_LIFETIME.set(Some(receiver.clone()));
        Ok(Self(receiver))
    }

    /// Runs work until the thread ends. Returns nothing if that comes first.
    pub async fn during<T>(mut self, work: impl Future<Output = T>) -> Option<T> {
        tokio::select! {
            outcome = work => Some(outcome),
            _ = self.0.changed() => None,
        }
    }
}
