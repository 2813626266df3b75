//! Long work of the database runs on a thread of its own, while the caller's thread asks whether to
//! go on: one statement may take minutes, and a caller who wants to end it does not wait for it.

use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use rusqlite::{Connection, InterruptHandle};

use super::connection::Place;
use super::error::unreachable_file;
use super::sync::lock;
use super::writer::panicked;
use crate::error::{Error, ErrorKind, Result};
use crate::store::Progress;

/// How often a caller is asked at least.
const ASK_EVERY: Duration = Duration::from_millis(100);

/// Told that a step is done; an error when there shall be no further one.
pub(super) type StepDone<'a> = &'a mut dyn FnMut() -> Result<()>;

/// The error of long work that was told to end.
pub(super) fn cancelled() -> Error {
    Error::new(ErrorKind::Cancelled, "cancelled by the progress callback")
}

/// What the thread that works and the one that asks tell each other.
#[derive(Default)]
struct Shared {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    steps_done: u64,
    interrupt: Option<InterruptHandle>,
    is_cancelled: bool,
    is_over: bool,
}

impl Shared {
    fn tell(&self, change: impl FnOnce(&mut State)) -> Result<()> {
        let mut state = lock(&self.state);
        change(&mut state);
        self.changed.notify_one();
        if state.is_cancelled { Err(cancelled()) } else { Ok(()) }
    }

    /// Waits for news, though not for long; answers the steps done, and whether it is over.
    fn wait(&self, known: u64) -> (u64, bool) {
        let is_old = |state: &mut State| state.steps_done == known && !state.is_over;
        let (state, _) = self
            .changed
            .wait_timeout_while(lock(&self.state), ASK_EVERY, is_old)
            .unwrap_or_else(PoisonError::into_inner);
        (state.steps_done, state.is_over)
    }

    /// Ends the work: the statement that runs now, and all further steps.
    fn cancel(&self) {
        let mut state = lock(&self.state);
        state.is_cancelled = true;
        if let Some(interrupt) = &state.interrupt {
            interrupt.interrupt();
        }
    }
}

/// Tells that the work is over, however it ends.
struct Over(Arc<Shared>);

impl Drop for Over {
    fn drop(&mut self) {
        // Whoever asks learns the outcome from the thread itself.
        let _ = self.0.tell(|state| state.is_over = true);
    }
}

/// Runs work of so many steps on a connection of its own, and asks after each of them, and now and
/// then within, whether to go on.
///
/// The caller's thread waits on a condition variable, and on nothing that would give it an identity
/// in Rust's library: that is memory which a host's main thread never gives back.
pub(super) fn watch<T: Send + 'static>(
    place: &Place,
    total: u64,
    progress: Progress<'_>,
    work: fn(&Connection, StepDone<'_>) -> Result<T>,
) -> Result<T> {
    let shared = Arc::new(Shared::default());
    let (there, place) = (Over(Arc::clone(&shared)), place.clone());
    let worker = thread::Builder::new().spawn(move || {
        let connection = place.open_reader()?;
        there.0.tell(|state| state.interrupt = Some(connection.get_interrupt_handle()))?;
        work(&connection, &mut || there.0.tell(|state| state.steps_done += 1))
    });
    let worker = worker.map_err(|error| unreachable_file("a thread".as_ref(), &error))?;
    let mut done = 0;
    let mut is_over = false;
    while !is_over {
        (done, is_over) = shared.wait(done);
        if !progress(done.min(total), total) {
            shared.cancel();
            // What it had found by then is of no interest.
            let _ = worker.join();
            return Err(cancelled());
        }
    }
    worker.join().unwrap_or_else(|payload| Err(panicked(payload.as_ref())))
}

/// Runs such work on a connection that only one thread can use, asking between the steps.
pub(super) fn watch_here<T>(
    connection: &Connection,
    total: u64,
    progress: Progress<'_>,
    work: fn(&Connection, StepDone<'_>) -> Result<T>,
) -> Result<T> {
    let mut done = 0;
    work(connection, &mut || {
        done += 1;
        if progress(done, total) { Ok(()) } else { Err(cancelled()) }
    })
}
