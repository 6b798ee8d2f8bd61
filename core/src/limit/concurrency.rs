//! So many at a time, the others in a line.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::oneshot;

use crate::json::HashMap;

/// Lets so many calls in at a time. The limit comes with each call, since a reload may change it while others run.
#[derive(Default)]
struct Gate(Mutex<State>);

#[derive(Default)]
struct State {
    running: usize,
    waiting: VecDeque<Waiter>,
    next: u64,
}

struct Waiter {
    number: u64,
    limit: usize,
    sender: oneshot::Sender<Seat>,
}

/// A place inside; it is free again when this is dropped.
pub struct Seat(Arc<Gate>);

/// A place in the line; whoever drops it leaves the line.
pub struct Ticket {
    gate: Arc<Gate>,
    number: u64,
    receiver: oneshot::Receiver<Seat>,
}

/// What became of a call at a gate.
pub enum Entry {
    /// It is in.
    In(Seat),
    /// It waits, behind those that came before.
    Line(Ticket),
    /// So many wait already.
    Full(usize),
}

impl Gate {
    fn enter(self: &Arc<Self>, limit: usize, queue: usize) -> Entry {
        let mut state = self.state();
        let waiting = state.waiting.len();
        if waiting == 0 && state.running < limit {
            state.running += 1;
            return Entry::In(Seat(Arc::clone(self)));
        }
        if waiting >= queue {
            return Entry::Full(waiting);
        }
        let (sender, receiver) = oneshot::channel();
        let number = state.next;
        state.next += 1;
        state.waiting.push_back(Waiter { number, limit, sender });
        Entry::Line(Ticket { gate: Arc::clone(self), number, receiver })
    }

    /// Changes the state and lets in whoever may come in then.
    fn update(self: &Arc<Self>, change: impl FnOnce(&mut State)) {
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
            // Who has left meanwhile gives the seat back by not taking it.
            let _ = waiter.sender.send(Seat(Arc::clone(self)));
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        self.0.update(|state| state.running -= 1);
    }
}

impl Ticket {
    /// Waits until it is this one's turn.
    pub async fn seat(mut self) -> Seat {
        match (&mut self.receiver).await {
            Ok(seat) => seat,
            // A waiter goes when it is called or its ticket does, and the ticket is here.
            Err(_) => std::future::pending().await,
        }
    }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        let number = self.number;
        self.gate.update(|state| state.waiting.retain(|waiter| waiter.number != number));
    }
}

/// The gates of a registry by name. One that nobody is at stays for who comes next, until there are too many.
#[derive(Default)]
pub struct Gates(Mutex<Known>);

#[derive(Default)]
struct Known {
    gates: HashMap<String, Arc<Gate>>,
    /// At how many names those are let go of at which nobody is.
    tidy_at: usize,
}

impl Gates {
    /// One call at the gate of a name.
    pub fn enter(&self, name: &str, limit: u32, queue: u32) -> Entry {
        self.gate(name).enter(at_most(limit), at_most(queue))
    }

    fn gate(&self, name: &str) -> Arc<Gate> {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(gate) = known.gates.get(name) {
            return Arc::clone(gate);
        }
        if known.gates.len() >= known.tidy_at {
            known.gates.retain(|_, gate| Arc::strong_count(gate) > 1);
            known.tidy_at = known.gates.len() * 2 + 16;
        }
        let gate = Arc::default();
        known.gates.insert(name.to_owned(), Arc::clone(&gate));
        gate
    }
}

fn at_most(number: u32) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    fn seat(entry: Entry) -> Seat {
        match entry {
            Entry::In(seat) => seat,
            Entry::Line(_) => panic!("waits"),
            Entry::Full(waiting) => panic!("{waiting} wait"),
        }
    }

    fn ticket(entry: Entry) -> Ticket {
        match entry {
            Entry::Line(ticket) => ticket,
            _ => panic!("does not wait"),
        }
    }

    /// Whether a ticket has been called.
    fn is_called(ticket: &mut Ticket) -> Option<Seat> {
        ticket.receiver.try_recv().ok()
    }

    #[test]
    fn who_came_first_goes_in_first_and_a_full_line_takes_nobody() {
        let gates = Gates::default();
        let inside = seat(gates.enter("a", 1, 2));
        let (mut first, mut second) = (ticket(gates.enter("a", 1, 2)), ticket(gates.enter("a", 1, 2)));
        assert!(matches!(gates.enter("a", 1, 2), Entry::Full(2)));
        let other = seat(gates.enter("b", 1, 0));
        assert!(matches!(gates.enter("b", 1, 0), Entry::Full(0)), "nobody may wait");
        assert!(is_called(&mut first).is_none());
        drop(inside);
        let first = is_called(&mut first).expect("its turn");
        assert!(is_called(&mut second).is_none());
        let third = ticket(gates.enter("a", 1, 2));
        assert!(matches!(gates.enter("a", 1, 2), Entry::Full(2)));
        drop((first, other, third));
        drop(is_called(&mut second).expect("its turn"));
    }

    #[test]
    fn who_gives_up_leaves_the_line_and_a_seat_that_nobody_takes_goes_on() {
        let gates = Gates::default();
        let inside = seat(gates.enter("a", 1, 9));
        let (first, second, mut third) =
            (ticket(gates.enter("a", 1, 9)), ticket(gates.enter("a", 1, 9)), ticket(gates.enter("a", 1, 9)));
        drop(first);
        assert!(matches!(gates.enter("a", 1, 2), Entry::Full(2)), "two are left");
        drop(inside);
        // The second has the seat in its hand and goes.
        drop(second);
        drop(is_called(&mut third).expect("its turn"));
        drop(third);
        drop(seat(gates.enter("a", 1, 0)));
    }

    #[test]
    fn a_limit_that_changes_holds_for_those_who_come() {
        let gates = Gates::default();
        let mut inside: Vec<_> = (0..3).map(|_| seat(gates.enter("a", 3, 9))).collect();
        let (mut narrow, mut wide) = (ticket(gates.enter("a", 1, 9)), ticket(gates.enter("a", 3, 9)));
        inside.truncate(1);
        assert!(is_called(&mut narrow).is_none() && is_called(&mut wide).is_none(), "one is inside");
        drop(narrow);
        assert!(is_called(&mut wide).is_some(), "who was in its way has gone");
    }

    #[test]
    fn gates_that_nobody_is_at_do_not_pile_up() {
        let gates = Gates::default();
        for number in 0..10_000 {
            drop(seat(gates.enter(&format!("tool-{number}"), 1, 1)));
        }
        assert!(gates.0.lock().expect("no panic").gates.len() < 100);
    }

    #[test]
    fn there_are_never_more_inside_than_the_limit_and_nobody_is_lost() {
        let gates = Arc::new(Gates::default());
        let (inside, most, done) =
            (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(4).build().expect("threads");
        runtime.block_on(async {
            let calls = (0..5_000).map(|number| {
                let (gates, inside, most, done) =
                    (Arc::clone(&gates), Arc::clone(&inside), Arc::clone(&most), Arc::clone(&done));
                tokio::spawn(async move {
                    let seat = match gates.enter("a", 3, 10_000) {
                        Entry::In(seat) => seat,
                        // Some give up.
                        Entry::Line(ticket) if number % 7 == 0 => return drop(ticket),
                        Entry::Line(ticket) => ticket.seat().await,
                        Entry::Full(_) => panic!("there is room"),
                    };
                    most.fetch_max(inside.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                    tokio::task::yield_now().await;
                    inside.fetch_sub(1, Ordering::SeqCst);
                    done.fetch_add(1, Ordering::SeqCst);
                    drop(seat);
                })
            });
            for call in calls.collect::<Vec<_>>() {
                call.await.expect("no panic");
            }
        });
        assert!(most.load(Ordering::SeqCst) <= 3);
        assert!(done.load(Ordering::SeqCst) >= 5_000 * 6 / 7);
        drop(seat(gates.enter("a", 1, 0)));
    }
}
