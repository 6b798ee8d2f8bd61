//! Manual clock of a registry in tests, and whether the work that a JavaScript thread began is at rest. The public
//! options have no clock: only `toolrack/test` makes one.

use std::cell::RefCell;
use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, Wake, Waker};
use std::time::{Duration, SystemTime};

use napi_derive::napi;
use toolrack_core::clock::{Clock, ManualClock};

/// A clock that a test moves.
#[napi]
pub struct NativeClock {
    pub(crate) clock: Arc<ManualClock>,
    busy: Arc<AtomicUsize>,
}

#[napi]
impl NativeClock {
    /// Makes a clock that stands at a time, in ms since 1970.
    #[napi(constructor, catch_unwind)]
    pub fn new(unix_ms: f64) -> Self {
        let start = SystemTime::UNIX_EPOCH + to_duration(unix_ms);
        Self { clock: Arc::new(ManualClock::starting_at(start)), busy: busy_count() }
    }

    /// The time since the clock was made, in ms.
    #[napi(getter, catch_unwind)]
    pub fn elapsed(&self) -> f64 {
        self.clock.now().as_secs_f64() * 1000.0
    }

    /// Moves to the end of the next wait, and returns true; where there is none until `limit`, in ms since the clock was
    /// made, moves there.
    #[napi(catch_unwind)]
    pub fn advance_towards(&self, limit: f64) -> bool {
        self.clock.advance_towards(to_duration(limit))
    }

    /// Whether anything in Rust waits by this clock.
    #[napi(getter, catch_unwind)]
    pub fn is_waited_for(&self) -> bool {
        self.clock.is_waited_for()
    }

    /// Whether any promise of this thread is worked on, instead of waiting for a closure, a time or a network.
    #[napi(getter, catch_unwind)]
    pub fn is_busy(&self) -> bool {
        self.busy.load(Ordering::SeqCst) > 0
    }
}

/// A number of ms, to the nanosecond. Whole ms apart: those since 1970 have no room for nanoseconds in a number.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped; the cast saturates")]
fn to_duration(ms: f64) -> Duration {
    let ms = ms.max(0.0);
    Duration::from_millis(ms.trunc() as u64) + Duration::from_nanos((ms.fract() * 1e6).round() as u64)
}

thread_local! {
    /// How much of the work of this thread is not at rest; counted from the first manual clock on.
    static BUSY: RefCell<Option<Arc<AtomicUsize>>> = const { RefCell::new(None) };
}

fn busy_count() -> Arc<AtomicUsize> {
    BUSY.with_borrow_mut(|busy| Arc::clone(busy.get_or_insert_default()))
}

/// Counts the work that a promise of this thread stands for; nothing where the thread has no manual clock.
pub struct WorkCount(Arc<AtomicUsize>);

impl WorkCount {
    /// The count of this thread.
    pub fn of_thread() -> Option<Self> {
        BUSY.with_borrow(Clone::clone).map(Self)
    }

    /// Counts work as busy until it waits; a wake counts it again, at once. The outcome has a guard, so that
    /// the work stays busy until its promise is settled.
    pub fn count<F: Future>(self, work: F) -> CountedWork<F> {
        self.0.fetch_add(1, Ordering::SeqCst);
        let wakes = CountedWakes { is_counted: AtomicBool::new(true), busy: self.0, waker: Mutex::new(None) };
        CountedWork { work: Box::pin(work), wakes: Arc::new(wakes) }
    }
}

/// The same work, which nothing counts.
pub async fn uncounted<F: Future>(work: F) -> (F::Output, BusyGuard) {
    (work.await, BusyGuard(None))
}

/// Work that is counted as busy while it does not wait.
pub struct CountedWork<F> {
    work: Pin<Box<F>>,
    wakes: Arc<CountedWakes>,
}

/// Keeps work counted as busy.
pub struct BusyGuard(Option<Arc<AtomicUsize>>);

/// The waker of counted work.
struct CountedWakes {
    /// Whether the work is to be polled, or is over: then a wake counts nothing.
    is_counted: AtomicBool,
    busy: Arc<AtomicUsize>,
    waker: Mutex<Option<Waker>>,
}

impl<F: Future> Future for CountedWork<F> {
    type Output = (F::Output, BusyGuard);

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let wakes = Arc::clone(&self.wakes);
        *wakes.waker.lock().unwrap_or_else(PoisonError::into_inner) = Some(context.waker().clone());
        // A wake during this poll is counted beside the poll. A runtime may also poll without a wake.
        if !wakes.is_counted.swap(false, Ordering::SeqCst) {
            wakes.busy.fetch_add(1, Ordering::SeqCst);
        }
        let guard = BusyGuard(Some(Arc::clone(&wakes.busy)));
        let counting = Waker::from(Arc::clone(&wakes));
        self.work.as_mut().poll(&mut Context::from_waker(&counting)).map(|outcome| (outcome, guard))
    }
}

impl<F> Drop for CountedWork<F> {
    fn drop(&mut self) {
        if self.wakes.is_counted.swap(true, Ordering::SeqCst) {
            self.wakes.busy.fetch_sub(1, Ordering::SeqCst);
        }
    }
}

impl Drop for BusyGuard {
    fn drop(&mut self) {
        if let Some(busy) = &self.0 {
            busy.fetch_sub(1, Ordering::SeqCst);
        }
    }
}

impl Wake for CountedWakes {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        if !self.is_counted.swap(true, Ordering::SeqCst) {
            self.busy.fetch_add(1, Ordering::SeqCst);
        }
        let waker = self.waker.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some(waker) = waker {
            waker.wake();
        }
    }
}
