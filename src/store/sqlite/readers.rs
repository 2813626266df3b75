//! Connections for reading. Each answers from a snapshot of the log and waits for no writer.

use std::sync::{Condvar, Mutex};

use rusqlite::Connection;

use super::connection::{Place, run};
use super::error::closed;
use super::sync::{lock, wait_while};
use super::view::View;
use crate::error::Result;
use crate::store::Read;

/// More readers than this wait for each other: a connection costs memory, and more of them read no
/// faster.
const READERS_MAX: usize = 16;

/// Connections for reading, opened when they are first needed.
#[derive(Debug)]
pub(super) struct Readers {
    place: Place,
    pool: Mutex<Pool>,
    returned: Condvar,
}

#[derive(Debug, Default)]
struct Pool {
    idle: Vec<Connection>,
    /// How many are out, or being opened.
    lent: usize,
    /// How many calls wait for one that is out: a signal that nobody waits for asks the system all
    /// the same.
    waiting: usize,
    is_closed: bool,
}

impl Readers {
    pub(super) fn new(place: Place) -> Self {
        Self { place, pool: Mutex::default(), returned: Condvar::new() }
    }

    /// Gives a connection back that was opened elsewhere.
    pub(super) fn with_connection(self, connection: Connection) -> Self {
        lock(&self.pool).idle.push(connection);
        self
    }

    /// Runs something on a connection that nobody else uses meanwhile.
    pub(super) fn lend<T>(&self, work: impl FnOnce(&mut Connection) -> Result<T>) -> Result<T> {
        let mut lent = self.borrow()?;
        let connection = match lent.connection.take() {
            Some(connection) => connection,
            None => self.place.open_reader()?,
        };
        work(lent.connection.insert(connection))
    }

    /// Waits for every reader to finish and closes their connections. Later reads fail.
    pub(super) fn close(&self) {
        let mut pool = lock(&self.pool);
        pool.is_closed = true;
        self.returned.notify_all();
        let mut pool = wait_while(&self.returned, pool, |pool| pool.lent > 0);
        pool.idle.clear();
    }

    fn borrow(&self) -> Result<Lent<'_>> {
        let mut pool = lock(&self.pool);
        pool.waiting += 1;
        let mut pool =
            wait_while(&self.returned, pool, |pool| !pool.is_closed && pool.lent >= READERS_MAX);
        pool.waiting -= 1;
        if pool.is_closed {
            return Err(closed());
        }
        pool.lent += 1;
        Ok(Lent { readers: self, connection: pool.idle.pop() })
    }
}

/// A connection on loan. It comes back however the work ends.
struct Lent<'a> {
    readers: &'a Readers,
    connection: Option<Connection>,
}

impl Drop for Lent<'_> {
    fn drop(&mut self) {
        let mut pool = lock(&self.readers.pool);
        pool.lent -= 1;
        // A connection whose transaction could not be ended would keep its snapshot for ever.
        pool.idle.extend(self.connection.take().filter(Connection::is_autocommit));
        if pool.is_closed {
            self.readers.returned.notify_all();
        } else if pool.waiting > 0 {
            self.readers.returned.notify_one();
        }
    }
}

/// Answers questions in one transaction: all on the same snapshot.
pub(super) fn read_snapshot(
    connection: &Connection,
    work: &mut dyn FnMut(&dyn Read) -> Result<()>,
) -> Result<()> {
    let snapshot = Snapshot::begin(connection)?;
    work(&View::new(snapshot.connection))
}

/// A transaction that only reads. It ends however the work ends.
pub(super) struct Snapshot<'a> {
    connection: &'a Connection,
}

impl<'a> Snapshot<'a> {
    pub(super) fn begin(connection: &'a Connection) -> Result<Self> {
        run(connection, "BEGIN")?;
        Ok(Self { connection })
    }
}

impl Drop for Snapshot<'_> {
    fn drop(&mut self) {
        if !self.connection.is_autocommit() {
            // Nothing was changed, and a failure shows in `is_autocommit`.
            let _ = run(self.connection, "ROLLBACK");
        }
    }
}
