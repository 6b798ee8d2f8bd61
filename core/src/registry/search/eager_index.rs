//! Eager index: the index of the newest revision is made on a thread of its own, right after a change.
//!
//! Changes never wait for it. It makes the index of the newest revision alone: of many changes in a row, most have none.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;

/// Makes an index.
type Work = Box<dyn FnOnce() + Send>;

/// Makes indexes ahead of searches: one at a time.
#[derive(Default)]
pub(super) struct EagerIndex {
    state: Arc<Mutex<EagerState>>,
}

#[derive(Default)]
struct EagerState {
    is_running: bool,
    /// Makes the index of the newest revision, if no thread does yet.
    next: Option<Work>,
}

impl fmt::Debug for EagerIndex {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EagerIndex")
            .field("is_running", &lock(&self.state).is_running)
            .finish_non_exhaustive()
    }
}

impl EagerIndex {
    /// Makes an index soon, in place of one that waits.
    pub(super) fn make_soon(&self, work: impl FnOnce() + Send + 'static) {
        let mut state = lock(&self.state);
        let mut unused = state.next.replace(Box::new(work));
        if !state.is_running {
            let shared = Arc::clone(&self.state);
            let run = move || {
                while let Some(work) = take_next(&shared) {
                    work();
                }
            };
            state.is_running = thread::Builder::new().name("toolrack-index".to_owned()).spawn(run).is_ok();
            if !state.is_running {
                // Without a thread, the first search makes the index.
                unused = state.next.take();
            }
        }
        drop(state);
        // It may hold the last reference to a revision.
        drop(unused);
    }
}

/// What is to be made next; none ends the thread.
fn take_next(state: &Mutex<EagerState>) -> Option<Work> {
    let mut state = lock(state);
    let next = state.next.take();
    state.is_running = next.is_some();
    next
}

/// A thread that panicked left the state whole: each change is one step.
fn lock(state: &Mutex<EagerState>) -> MutexGuard<'_, EagerState> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::channel;

    use super::*;

    #[test]
    fn of_many_changes_in_a_row_the_newest_alone_gets_an_index() {
        let eager = EagerIndex::default();
        let (start, running) = channel();
        let (release, gate) = channel::<()>();
        let (done, revisions) = channel();
        eager.make_soon(move || {
            start.send(()).expect("the test waits");
            gate.recv().expect("the test releases it");
        });
        running.recv().expect("the thread runs");
        for revision in 0..100 {
            let done = done.clone();
            eager.make_soon(move || done.send(revision).expect("the test reads"));
        }
        drop(done);
        release.send(()).expect("the thread waits");
        // It ends with the last one that could send.
        assert_eq!(revisions.iter().collect::<Vec<_>>(), [99]);
    }
}
