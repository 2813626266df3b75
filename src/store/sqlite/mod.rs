//! The store on SQLite. Only this room knows SQL.
//!
//! One connection changes things, in turns that the commit queue gives; a few connections read,
//! each on a snapshot of the write-ahead log; one thread moves that log into the file. A database
//! in memory has one connection for all of it, taken in turns.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use super::{Durability, Progress, Read, SheetDraft, Stats, Store, Weight, Work, WorkAtOnce};
use crate::error::{Error, ErrorKind, Result};

mod amounts;
mod backup;
mod blocks;
mod cart_lines;
mod cart_parts;
mod carts;
mod catalog;
mod check;
mod checkpoint;
mod connection;
mod customers;
mod error;
mod facts;
mod file;
mod groups;
mod line_keys;
mod orders;
mod owned;
mod purge;
mod queue;
mod readers;
mod removal;
mod schema;
mod search;
mod sheet_claim;
mod sheets;
mod stats;
mod sync;
mod unit;
mod vfs;
mod view;
mod watch;
mod writer;

#[cfg(test)]
pub(crate) mod tests;

use checkpoint::Checkpointer;
use connection::Place;
use file::Claim;
use queue::CommitQueue;
use readers::{Readers, read_snapshot};
use sheet_claim::SheetClaims;
use watch::{watch, watch_here};
use writer::{Job, Task, Writer};

/// How to open a store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenOptions {
    /// The path of the database file, or `:memory:`.
    pub database: String,
    /// What an answered change survives.
    pub durability: Durability,
    /// Whether the database is only read.
    pub read_only: bool,
    /// How long to wait for another process, in milliseconds.
    pub busy_timeout_ms: u32,
}

/// A store in an SQLite database.
#[derive(Debug)]
pub struct SqliteStore {
    place: Place,
    /// Absent when the store only reads.
    queue: Option<Arc<CommitQueue>>,
    /// Absent when the database is in memory.
    readers: Option<Readers>,
    checkpointer: Checkpointer,
    sheet_claims: SheetClaims,
    /// Dropped last, after every connection.
    _claim: Option<Claim>,
}

impl SqliteStore {
    /// Opens a database, or makes it. A file that is not this engine's, was written by a newer one,
    /// or is damaged, is refused and left as it is.
    pub fn open(options: &OpenOptions) -> Result<Self> {
        let path = path_of(&options.database)?;
        if path.is_none() && options.read_only {
            return Err(Error::argument("database", "one in memory cannot only be read"));
        }
        let claim = path.as_deref().map(|path| Claim::on(path, options.read_only)).transpose()?;
        // What stands beside the file stands beside the file itself, not beside a link to it.
        let path = path.map(|path| std::fs::canonicalize(&path).unwrap_or(path));
        let place = Place {
            path,
            durability: options.durability,
            busy_timeout: Duration::from_millis(u64::from(options.busy_timeout_ms)),
        };
        let mut store = Self {
            readers: place.path.is_some().then(|| Readers::new(place.clone())),
            sheet_claims: SheetClaims::new(place.path.clone()),
            place,
            queue: None,
            checkpointer: Checkpointer::default(),
            _claim: claim,
        };
        if options.read_only {
            store.open_for_reading()?;
        } else {
            store.open_for_writing()?;
        }
        Ok(store)
    }

    fn open_for_writing(&mut self) -> Result<()> {
        let mut connection = self.place.open_writer()?;
        self.checkpointer.watch(&mut connection)?;
        let writer = Writer::new(connection, self.place.clone());
        self.queue = Some(Arc::new(CommitQueue::new(writer)));
        Ok(())
    }

    fn open_for_reading(&mut self) -> Result<()> {
        let connection = self.place.open_only_reader()?;
        self.readers = self.readers.take().map(|readers| readers.with_connection(connection));
        Ok(())
    }

    fn queue(&self) -> Result<&Arc<CommitQueue>> {
        self.queue.as_ref().ok_or_else(|| {
            Error::new(ErrorKind::StoreReadOnly, "the database was opened for reading only")
        })
    }

    /// Runs a job with others that wait, and returns when it is committed.
    fn run(&self, job: Job) -> Result<()> {
        let queue = self.queue()?;
        self.start_checkpointer(queue);
        queue.run(job)
    }

    fn start_checkpointer(&self, queue: &Arc<CommitQueue>) {
        if self.place.path.is_some() {
            self.checkpointer.start(&self.place, queue);
        }
    }

    /// Runs something on a connection that reads.
    fn on_reader<T>(&self, work: impl FnOnce(&mut rusqlite::Connection) -> Result<T>) -> Result<T> {
        match &self.readers {
            Some(readers) => readers.lend(work),
            None => self.queue()?.alone(|writer| work(&mut writer.connection)),
        }
    }
}

/// The absolute path of a database file, so that it stays the same file when the working directory
/// changes; `None` for a database in memory.
fn path_of(database: &str) -> Result<Option<PathBuf>> {
    if database == ":memory:" {
        return Ok(None);
    }
    std::path::absolute(database)
        .map(Some)
        .map_err(|error| error::unreachable_file(Path::new(database), &error))
}

impl Store for SqliteStore {
    fn read(&self, work: &mut dyn FnMut(&dyn Read) -> Result<()>) -> Result<()> {
        self.on_reader(|connection| read_snapshot(connection, work))
    }

    fn write(&self, weight: Weight, work: Work) -> Result<()> {
        self.run(Job { weight, work: Task::Unit(work) })
    }

    fn write_at_once(&self, weight: Weight, work: WorkAtOnce<'_>) -> Result<bool> {
        // A store that only reads still has answers, and refuses what would change something.
        let Some(queue) = &self.queue else { return Ok(false) };
        self.start_checkpointer(queue);
        let done = queue.at_once(|writer| writer.run_at_once(weight, work))?;
        Ok(done.unwrap_or(false))
    }

    fn begin_sheet(&self, source: &str) -> Result<Box<dyn SheetDraft + '_>> {
        Ok(Box::new(sheets::Draft::begin(self, source)?))
    }

    fn sweep_sheets(&self) -> Result<u64> {
        sheets::sweep(self)
    }

    fn stats(&self) -> Result<Stats> {
        self.on_reader(|connection| {
            let _snapshot = readers::Snapshot::begin(connection)?;
            stats::stats(connection, &self.place)
        })
    }

    fn check(&self, progress: Progress<'_>) -> Result<Vec<String>> {
        if self.readers.is_some() {
            return watch(&self.place, check::STEPS, progress, check::check);
        }
        self.queue()?
            .alone(|writer| watch_here(&writer.connection, check::STEPS, progress, check::check))
    }

    fn backup(&self, path: &str, progress: Progress<'_>) -> Result<()> {
        let target = path_of(path)?.ok_or_else(|| Error::argument("path", "not a file"))?;
        self.on_reader(|connection| backup::backup(connection, &target, progress))
    }

    fn close(&self) -> Result<()> {
        if let Some(queue) = &self.queue {
            queue.expect_outside()?;
        }
        // The thread may be waiting for a turn, so the queue goes on until it has ended.
        self.checkpointer.stop();
        if let Some(readers) = &self.readers {
            readers.close();
        }
        // The connection that writes goes last: when it is the last of all processes, the log moves
        // into the file and is removed.
        if let Some(queue) = &self.queue {
            drop(queue.close());
        }
        Ok(())
    }
}

impl Drop for SqliteStore {
    fn drop(&mut self) {
        // Nobody is left to be told of a failure, and nothing that was answered depends on it.
        let _ = self.close();
    }
}
