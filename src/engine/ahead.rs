//! Work done ahead on a thread of its own, and taken in its order on the thread of the call.
//!
//! The caller's thread waits on a condition variable, and on nothing that would give it an identity
//! in Rust's library, as scoped threads and channels do: that is memory which a host's main thread
//! never gives back.

use std::collections::VecDeque;
use std::io;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{Builder, JoinHandle};

struct State<T> {
    done: VecDeque<T>,
    /// Nothing is done any more, or nothing is taken.
    is_over: bool,
}

struct Shared<T> {
    state: Mutex<State<T>>,
    changed: Condvar,
    ahead_max: usize,
}

impl<T> Shared<T> {
    fn lock(&self) -> MutexGuard<'_, State<T>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits while something holds of the state.
    fn wait_while(&self, holds: impl Fn(&State<T>) -> bool) -> MutexGuard<'_, State<T>> {
        let waiting = self.changed.wait_while(self.lock(), |state| holds(state));
        waiting.unwrap_or_else(PoisonError::into_inner)
    }

    fn end(&self) {
        self.lock().is_over = true;
        self.changed.notify_all();
    }
}

/// The end of the thread that works. Work is over when it goes, however that comes.
pub(super) struct Giver<T>(Arc<Shared<T>>);

impl<T> Giver<T> {
    /// Hands on what is done, and waits while too much has been done ahead; false when nobody takes
    /// it any more.
    pub(super) fn give(&self, done: T) -> bool {
        let mut state =
            self.0.wait_while(|state| !state.is_over && state.done.len() >= self.0.ahead_max);
        if state.is_over {
            return false;
        }
        state.done.push_back(done);
        drop(state);
        self.0.changed.notify_all();
        true
    }
}

impl<T> Drop for Giver<T> {
    fn drop(&mut self) {
        self.0.end();
    }
}

/// The end of the caller. The thread ends with it.
pub(super) struct Taker<T> {
    shared: Arc<Shared<T>>,
    thread: Option<JoinHandle<()>>,
}

impl<T: Send + 'static> Taker<T> {
    /// Starts work that gives at most so many things before the first of them is taken.
    pub(super) fn start(
        name: &str,
        ahead_max: usize,
        work: impl FnOnce(Giver<T>) + Send + 'static,
    ) -> io::Result<Self> {
        let state = Mutex::new(State { done: VecDeque::new(), is_over: false });
        let shared = Arc::new(Shared { state, changed: Condvar::new(), ahead_max });
        let giver = Giver(Arc::clone(&shared));
        let thread = Builder::new().name(name.to_owned()).spawn(move || work(giver))?;
        Ok(Self { shared, thread: Some(thread) })
    }
}

impl<T> Taker<T> {
    /// The next thing, once it is done; none when the work is over.
    pub(super) fn take(&mut self) -> Option<T> {
        let mut state = self.shared.wait_while(|state| !state.is_over && state.done.is_empty());
        let next = state.done.pop_front();
        drop(state);
        self.shared.changed.notify_all();
        if next.is_none() {
            self.join();
        }
        next
    }

    /// Waits for the thread; a panic of it is one of the caller.
    fn join(&mut self) {
        if let Some(thread) = self.thread.take()
            && let Err(payload) = thread.join()
            && !std::thread::panicking()
        {
            std::panic::resume_unwind(payload);
        }
    }
}

impl<T> Drop for Taker<T> {
    fn drop(&mut self) {
        self.shared.end();
        self.join();
    }
}
