//! Long work of the database runs on a thread of its own, while the caller's thread asks whether to
//! go on: one statement may take minutes, and a caller who wants to end it does not wait for it.

use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread;
use std::time::Duration;

use rusqlite::Connection;

use super::writer::panicked;
use crate::error::{Error, ErrorKind, Result};
use crate::store::Progress;

/// How often a caller is asked at least.
const ASK_EVERY: Duration = Duration::from_millis(100);

/// Where long work tells that a step is done.
pub(super) struct Steps(Sender<()>);

impl Steps {
    /// Tells that a step is done; an error when there shall be no further one.
    pub(super) fn done(&self) -> Result<()> {
        self.0.send(()).map_err(|_| cancelled())
    }
}

/// The error of long work that was told to end.
pub(super) fn cancelled() -> Error {
    Error::new(ErrorKind::Cancelled, "cancelled by the progress callback")
}

/// Runs work of so many steps, and asks after each of them, and now and then within, whether to go
/// on.
pub(super) fn watch<T: Send>(
    connection: &mut Connection,
    total: u64,
    progress: Progress<'_>,
    work: impl FnOnce(&Connection, &Steps) -> Result<T> + Send,
) -> Result<T> {
    let interrupt = connection.get_interrupt_handle();
    thread::scope(|scope| {
        let (sender, receiver) = mpsc::channel();
        let worker = scope.spawn(move || work(connection, &Steps(sender)));
        let mut done = 0;
        loop {
            match receiver.recv_timeout(ASK_EVERY) {
                Ok(()) => done += 1,
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => break,
            }
            if !progress(done, total) {
                // The work ends at its next step, and the statement that runs ends now.
                drop(receiver);
                interrupt.interrupt();
                let _ = worker.join();
                return Err(cancelled());
            }
        }
        worker.join().unwrap_or_else(|payload| Err(panicked(payload.as_ref())))
    })
}
