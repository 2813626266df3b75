//! Moves the write-ahead log into the database file, on a thread of its own: SQLite's own
//! checkpoints happen inside the commit that is unlucky, and make it tens of times slower than the
//! others.

use std::sync::{Arc, Condvar, Mutex};
use std::thread::JoinHandle;

use rusqlite::Connection;
use rusqlite::wal::CheckpointMode;

use super::connection::Place;
use super::queue::CommitQueue;
use super::sync::{lock, wait_while};
use super::vfs;
use crate::error::Result;

/// A checkpoint follows whenever the log has grown by this many pages (2 MB).
const STEP_PAGES: i32 = 1_000;

/// From this many pages on (4 MB) the log is begun anew, with writers held back for the moment that
/// this takes. Without it a log under steady load has no end: there is always a commit that a
/// passive checkpoint has not seen.
const RESTART_PAGES: i32 = 2_000;

/// The thread that checkpoints, and how it is told to.
#[derive(Debug, Default)]
pub(super) struct Checkpointer {
    signal: Arc<Signal>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

#[derive(Debug, Default)]
struct Signal {
    wish: Mutex<Wish>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct Wish {
    is_due: bool,
    is_over: bool,
}

impl Signal {
    fn tell(&self, change: impl FnOnce(&mut Wish)) {
        change(&mut lock(&self.wish));
        self.changed.notify_one();
    }

    /// Waits for the next checkpoint to be due; `false` when there will be none.
    fn wait(&self) -> bool {
        let mut wish =
            wait_while(&self.changed, lock(&self.wish), |wish| !wish.is_due && !wish.is_over);
        wish.is_due = false;
        !wish.is_over
    }
}

impl Checkpointer {
    /// Makes a connection tell when its log has grown enough.
    pub(super) fn watch(&self, connection: &mut Connection) -> Result<()> {
        let signal = Arc::clone(&self.signal);
        let mut last = 0;
        Ok(connection.wal_hook(Some(move |_: &mut _, pages: i32| {
            // Fewer pages than before: the log was begun anew.
            last = if pages < last { 0 } else { last };
            if pages - last >= STEP_PAGES {
                last = pages;
                signal.tell(|wish| wish.is_due = true);
            }
            Ok(())
        }))?)
    }

    /// Starts the thread, unless it runs or has ended for good.
    pub(super) fn start(&self, place: &Place, queue: &Arc<CommitQueue>) {
        let mut thread = lock(&self.thread);
        if thread.is_some() || lock(&self.signal.wish).is_over {
            return;
        }
        let (place, queue, signal) = (place.clone(), Arc::clone(queue), Arc::clone(&self.signal));
        // Without the thread the log only grows until the store is closed; the next change tries
        // again.
        *thread = std::thread::Builder::new()
            .name("cart-checkpoint".to_owned())
            .spawn(move || checkpoint_until_over(&place, &queue, &signal))
            .ok();
    }

    /// Ends the thread and waits for it.
    pub(super) fn stop(&self) {
        self.signal.tell(|wish| wish.is_over = true);
        if let Some(thread) = lock(&self.thread).take() {
            // A panic of the thread has spoilt nothing that is not given up now.
            let _ = thread.join();
        }
    }
}

fn checkpoint_until_over(place: &Place, queue: &CommitQueue, signal: &Signal) {
    let mut connection = None;
    while signal.wait() {
        // A checkpoint that fails has changed nothing that a later one does not make good.
        let _ = checkpoint(place, &mut connection, queue);
    }
}

fn checkpoint(
    place: &Place,
    connection: &mut Option<Connection>,
    queue: &CommitQueue,
) -> Result<()> {
    let opened = match connection.take() {
        Some(opened) => opened,
        None => place.open_checkpointer()?,
    };
    let connection = connection.insert(opened);
    let pages = move_pages(connection, CheckpointMode::PASSIVE)?;
    if pages > RESTART_PAGES {
        // The library flushes the file only when nothing is left to move, which is not before the
        // last step. All but what came lately is moved and flushed while nobody is held back.
        vfs::flush(connection)?;
        move_pages(connection, CheckpointMode::PASSIVE)?;
        vfs::flush(connection)?;
        queue.alone(|_| move_pages(connection, CheckpointMode::RESTART))?;
    }
    Ok(())
}

/// Moves what the log holds into the file; answers how many pages the log has.
fn move_pages(connection: &Connection, mode: CheckpointMode) -> Result<i32> {
    let (pages, _) = connection.wal_checkpoint_v2(None::<&str>, mode)?;
    Ok(pages)
}
