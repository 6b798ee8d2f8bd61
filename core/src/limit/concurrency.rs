//! Concurrency: limits concurrent calls of a tool or a source. Callers over the limit wait in FIFO order.
//!
//! Written here and not taken from `tokio::sync::Semaphore`: that has one limit from its beginning, and a reload may change the
//! limit of a tool while its calls run.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::oneshot;

use crate::json::HashMap;

/// A fair semaphore. The limit comes with each call, because a reload may change it while calls run.
#[derive(Default)]
struct Semaphore(Mutex<SemaphoreState>);

#[derive(Default)]
struct SemaphoreState {
    running: usize,
    waiting: VecDeque<QueueEntry>,
    next: u64,
}

struct QueueEntry {
    number: u64,
    limit: usize,
    sender: oneshot::Sender<SemaphorePermit>,
}

/// The right to run. Dropping it wakes the next call of the queue.
pub struct SemaphorePermit(Arc<Semaphore>);

/// A place in the queue. Dropping it leaves the queue.
pub struct QueueTicket {
    semaphore: Arc<Semaphore>,
    number: u64,
    receiver: oneshot::Receiver<SemaphorePermit>,
}

/// What a call gets from a semaphore.
pub enum Acquired {
    /// The call may run.
    Permit(SemaphorePermit),
    /// The call waits behind earlier calls.
    Queued(QueueTicket),
    /// The queue is full: this many calls wait.
    Full(usize),
}

impl Semaphore {
    fn acquire(self: &Arc<Self>, limit: usize, queue: usize) -> Acquired {
        let mut state = self.state();
        let waiting = state.waiting.len();
        if waiting == 0 && state.running < limit {
            state.running += 1;
            return Acquired::Permit(SemaphorePermit(Arc::clone(self)));
        }
        if waiting >= queue {
            return Acquired::Full(waiting);
        }
        let (sender, receiver) = oneshot::channel();
        let number = state.next;
        state.next += 1;
        state.waiting.push_back(QueueEntry { number, limit, sender });
        Acquired::Queued(QueueTicket { semaphore: Arc::clone(self), number, receiver })
    }

    /// Changes the state, and wakes the calls that may run after the change.
    fn update(self: &Arc<Self>, change: impl FnOnce(&mut SemaphoreState)) {
        let mut called = Vec::new();
        {
            let mut state = self.state();
            change(&mut state);
            while state.waiting.front().is_some_and(|first| state.running < first.limit) {
                state.running += 1;
                called.extend(state.waiting.pop_front());
            }
        }
        for waiter in called {
            // A call that left meanwhile drops the permit unread, which gives it back.
            let _ = waiter.sender.send(SemaphorePermit(Arc::clone(self)));
        }
    }

    fn state(&self) -> MutexGuard<'_, SemaphoreState> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for SemaphorePermit {
    fn drop(&mut self) {
        self.0.update(|state| state.running -= 1);
    }
}

impl QueueTicket {
    /// Waits for the turn of this call.
    pub async fn acquire(mut self) -> SemaphorePermit {
        match (&mut self.receiver).await {
            Ok(permit) => permit,
            // The sender is dropped only after it sent, or together with this ticket.
            Err(_) => std::future::pending().await,
        }
    }
}

impl Drop for QueueTicket {
    fn drop(&mut self) {
        let number = self.number;
        self.semaphore.update(|state| state.waiting.retain(|waiter| waiter.number != number));
    }
}

/// Semaphores by the name of a tool or a source. Unused ones are kept until there are too many.
#[derive(Default)]
pub struct Semaphores(Mutex<SemaphoreMap>);

#[derive(Default)]
struct SemaphoreMap {
    semaphores: HashMap<String, Arc<Semaphore>>,
    /// The number of names at which unused semaphores are removed.
    sweep_at: usize,
}

impl Semaphores {
    /// Acquires the semaphore of a name: at most `limit` calls run and `queue` calls wait.
    pub fn acquire(&self, name: &str, limit: u32, queue: u32) -> Acquired {
        self.semaphore(name).acquire(at_most(limit), at_most(queue))
    }

    fn semaphore(&self, name: &str) -> Arc<Semaphore> {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(semaphore) = known.semaphores.get(name) {
            return Arc::clone(semaphore);
        }
        if known.semaphores.len() >= known.sweep_at {
            known.semaphores.retain(|_, semaphore| Arc::strong_count(semaphore) > 1);
            known.sweep_at = known.semaphores.len() * 2 + 16;
        }
        let semaphore = Arc::default();
        known.semaphores.insert(name.to_owned(), Arc::clone(&semaphore));
        semaphore
    }
}

fn at_most(number: u32) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    fn permit(acquired: Acquired) -> SemaphorePermit {
        match acquired {
            Acquired::Permit(permit) => permit,
            Acquired::Queued(_) => panic!("waits"),
            Acquired::Full(waiting) => panic!("{waiting} wait"),
        }
    }

    fn ticket(acquired: Acquired) -> QueueTicket {
        match acquired {
            Acquired::Queued(ticket) => ticket,
            _ => panic!("does not wait"),
        }
    }

    /// The permit of a ticket whose turn has come.
    fn permit_of(ticket: &mut QueueTicket) -> Option<SemaphorePermit> {
        ticket.receiver.try_recv().ok()
    }

    #[test]
    fn calls_run_in_fifo_order_and_a_full_queue_takes_no_call() {
        let semaphores = Semaphores::default();
        let inside = permit(semaphores.acquire("a", 1, 2));
        let (mut first, mut second) =
            (ticket(semaphores.acquire("a", 1, 2)), ticket(semaphores.acquire("a", 1, 2)));
        assert!(matches!(semaphores.acquire("a", 1, 2), Acquired::Full(2)));
        let other = permit(semaphores.acquire("b", 1, 0));
        assert!(matches!(semaphores.acquire("b", 1, 0), Acquired::Full(0)), "no call may wait");
        assert!(permit_of(&mut first).is_none());
        drop(inside);
        let first = permit_of(&mut first).expect("its turn");
        assert!(permit_of(&mut second).is_none());
        let third = ticket(semaphores.acquire("a", 1, 2));
        assert!(matches!(semaphores.acquire("a", 1, 2), Acquired::Full(2)));
        drop((first, other, third));
        drop(permit_of(&mut second).expect("its turn"));
    }

    #[test]
    fn a_call_that_gives_up_leaves_the_queue_and_its_permit_is_passed_on() {
        let semaphores = Semaphores::default();
        let inside = permit(semaphores.acquire("a", 1, 9));
        let (first, second, mut third) = (
            ticket(semaphores.acquire("a", 1, 9)),
            ticket(semaphores.acquire("a", 1, 9)),
            ticket(semaphores.acquire("a", 1, 9)),
        );
        drop(first);
        assert!(matches!(semaphores.acquire("a", 1, 2), Acquired::Full(2)), "two are left");
        drop(inside);
        // The second call got its permit and drops it unread.
        drop(second);
        drop(permit_of(&mut third).expect("its turn"));
        drop(third);
        drop(permit(semaphores.acquire("a", 1, 0)));
    }

    #[test]
    fn a_changed_limit_applies_to_later_calls() {
        let semaphores = Semaphores::default();
        let mut inside: Vec<_> = (0..3).map(|_| permit(semaphores.acquire("a", 3, 9))).collect();
        let (mut narrow, mut wide) =
            (ticket(semaphores.acquire("a", 1, 9)), ticket(semaphores.acquire("a", 3, 9)));
        inside.truncate(1);
        assert!(permit_of(&mut narrow).is_none() && permit_of(&mut wide).is_none(), "one is inside");
        drop(narrow);
        assert!(permit_of(&mut wide).is_some(), "who was in its way has gone");
    }

    #[test]
    fn unused_semaphores_are_removed() {
        let semaphores = Semaphores::default();
        for number in 0..10_000 {
            drop(permit(semaphores.acquire(&format!("tool-{number}"), 1, 1)));
        }
        assert!(semaphores.0.lock().expect("no panic").semaphores.len() < 100);
    }

    #[test]
    fn no_more_calls_run_than_the_limit_and_no_call_is_lost() {
        let semaphores = Arc::new(Semaphores::default());
        let (inside, most, done) =
            (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(4).build().expect("threads");
        runtime.block_on(async {
            let calls = (0..5_000).map(|number| {
                let (semaphores, inside, most, done) =
                    (Arc::clone(&semaphores), Arc::clone(&inside), Arc::clone(&most), Arc::clone(&done));
                tokio::spawn(async move {
                    let permit = match semaphores.acquire("a", 3, 10_000) {
                        Acquired::Permit(permit) => permit,
                        // Some give up.
                        Acquired::Queued(ticket) if number % 7 == 0 => return drop(ticket),
                        Acquired::Queued(ticket) => ticket.acquire().await,
                        Acquired::Full(_) => panic!("there is room"),
                    };
                    most.fetch_max(inside.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                    tokio::task::yield_now().await;
                    inside.fetch_sub(1, Ordering::SeqCst);
                    done.fetch_add(1, Ordering::SeqCst);
                    drop(permit);
                })
            });
            for call in calls.collect::<Vec<_>>() {
                call.await.expect("no panic");
            }
        });
        assert!(most.load(Ordering::SeqCst) <= 3);
        assert!(done.load(Ordering::SeqCst) >= 5_000 * 6 / 7);
        drop(permit(semaphores.acquire("a", 1, 0)));
    }
}
