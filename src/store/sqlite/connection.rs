//! Connections to the database, set up alike.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags, Params, Row};

use super::error::damaged;
use super::file::{beside, size_at};
use super::schema::{self, Standing};
use super::vfs;
use crate::error::{Error, ErrorKind, Result};
use crate::store::Durability;

/// Enough for every statement of this room.
const STATEMENTS_CACHED: usize = 256;

/// Pages that a connection keeps at hand, in KiB.
const CACHE_KIB: i64 = 8_192;

/// The size that the log is cut back to when it is begun anew.
const LOG_BYTES_KEPT: i64 = 16 << 20;

/// How long to pause between two looks whether others are done. Most changes take less than the
/// least.
const PAUSE_MIN: Duration = Duration::from_micros(200);
const PAUSE_MAX: Duration = Duration::from_millis(2);

/// Where the database is, and how connections to it behave.
#[derive(Debug, Clone)]
pub(super) struct Place {
    /// The absolute path of the file; `None` keeps everything in memory.
    pub(super) path: Option<PathBuf>,
    /// What an answered change survives.
    pub(super) durability: Durability,
    /// How long to wait for another connection.
    pub(super) busy_timeout: Duration,
}

impl Place {
    /// The first connection of a store, which changes things; the database is made, or brought to
    /// this schema.
    pub(super) fn open_writer(&self) -> Result<Connection> {
        let Some(path) = &self.path else {
            let connection = Connection::open_in_memory()?;
            self.configure(&connection)?;
            schema::migrate(&connection)?;
            return Ok(connection);
        };
        let connection = self.open(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
        // Nothing is written before the database is known to be ours: closing the last connection
        // would move the log of a database that is refused into its file.
        let has_log = size_at(&beside(path, "-wal")).is_some();
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, has_log)?;
        schema::standing(&connection)?;
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, false)?;
        schema::migrate(&connection)?;
        self.enter_wal_mode(&connection)?;
        schema::check_complete(&connection)?;
        set_synchronous(&connection, self.durability != Durability::Full)?;
        Ok(connection)
    }

    /// The first connection of a store that only reads; nothing can be made or brought up to date.
    pub(super) fn open_only_reader(&self) -> Result<Connection> {
        // A connection that only reads, and is the last to go, leaves an empty log behind. So a
        // database without a log is first looked at through a connection that tidies up.
        if let Some(path) = &self.path
            && size_at(&beside(path, "-wal")).is_none()
        {
            expect_current(&self.open(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?)?;
        }
        let connection = self.open_reader()?;
        expect_current(&connection)?;
        Ok(connection)
    }

    /// A connection that only reads.
    pub(super) fn open_reader(&self) -> Result<Connection> {
        let path = self.path.as_deref().ok_or_else(|| damaged("there is no file to read"))?;
        let connection = self.open(path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
        connection.pragma_update(None, "query_only", true)?;
        Ok(connection)
    }

    /// The connection that moves the log into the file.
    pub(super) fn open_checkpointer(&self) -> Result<Connection> {
        let path = self.path.as_deref().ok_or_else(|| damaged("there is no file to write"))?;
        let connection = self.open(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
        // A checkpoint gives way at once: it is in nobody's path, and nobody shall wait for it.
        connection.busy_timeout(Duration::ZERO)?;
        set_synchronous(&connection, true)?;
        Ok(connection)
    }

    fn open(&self, path: &Path, access: OpenFlags) -> Result<Connection> {
        // Without SQLITE_OPEN_URI, and an absolute path cannot begin with "file:".
        let flags = access | OpenFlags::SQLITE_OPEN_NO_MUTEX | OpenFlags::SQLITE_OPEN_EXRESCODE;
        let connection = Connection::open_with_flags_and_vfs(path, flags, vfs::name()?)
            .map_err(|error| named(path, &Error::from(error)))?;
        self.configure(&connection).map_err(|error| named(path, &error))?;
        Ok(connection)
    }

    /// Settings of every connection; none of them reads or writes the file.
    fn configure(&self, connection: &Connection) -> Result<()> {
        connection.busy_timeout(self.busy_timeout)?;
        connection.set_prepared_statement_cache_capacity(STATEMENTS_CACHED);
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false)?;
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_FKEY, true)?;
        // Otherwise statements on partial indexes are prepared again whenever a parameter changes.
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DQS_DML, false)?;
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DQS_DDL, false)?;
        connection.pragma_update(None, "cell_size_check", true)?;
        connection.pragma_update(None, "mmap_size", 0)?;
        connection.pragma_update(None, "cache_size", -CACHE_KIB)?;
        // What is deleted is overwritten: an erased customer is to be gone from the file.
        connection.pragma_update(None, "secure_delete", true)?;
        // What a burst of changes has made of the log does not stay.
        connection.pragma_update(None, "journal_size_limit", LOG_BYTES_KEPT)?;
        // Checkpoints are made outside of the callers' path.
        Ok(connection.pragma_update(None, "wal_autocheckpoint", 0)?)
    }

    /// The log is switched on once the tables are there; the file keeps the mode. Two connections
    /// may try at once, and for this the library does not wait.
    fn enter_wal_mode(&self, connection: &Connection) -> Result<()> {
        until_free(self.busy_timeout, || {
            let mode = connection
                .pragma_update_and_check(None, "journal_mode", "WAL", |row| row.get::<_, String>(0))
                .map_err(Error::from);
            match mode {
                Ok(mode) if mode == "wal" => Ok(()),
                Err(error) if error.kind() != ErrorKind::StoreBusy => Err(error),
                _ => Err(held()),
            }
        })
    }
}

/// Tries something again as long as others hold the database, until the time is over.
pub(super) fn until_free(timeout: Duration, attempt: impl Fn() -> Result<()>) -> Result<()> {
    let started = Instant::now();
    loop {
        let (outcome, waited) = (attempt(), started.elapsed());
        if !is_busy(&outcome) || waited >= timeout {
            return outcome;
        }
        std::thread::sleep((waited / 8).clamp(PAUSE_MIN, PAUSE_MAX));
    }
}

/// Whether something failed because others hold the database.
pub(super) fn is_busy(outcome: &Result<()>) -> bool {
    outcome.as_ref().is_err_and(|error| error.kind() == ErrorKind::StoreBusy)
}

/// Makes sure that a database can be read as it is.
fn expect_current(connection: &Connection) -> Result<()> {
    match schema::standing(connection)? {
        Standing::Ours(schema::VERSION) => schema::check_complete(connection),
        Standing::Ours(older) => Err(Error::new(
            ErrorKind::StoreReadOnly,
            format!("schema {older} of the database has to be brought up to date first"),
        )),
        Standing::Empty => Err(damaged("the file holds nothing")),
    }
}

/// Sets whether commits wait for the disk (`FULL`), or only checkpoints do (`NORMAL`).
pub(super) fn set_synchronous(connection: &Connection, is_normal: bool) -> Result<()> {
    let mode = if is_normal { "NORMAL" } else { "FULL" };
    Ok(connection.pragma_update(None, "synchronous", mode)?)
}

fn held() -> Error {
    Error::new(ErrorKind::StoreBusy, "another process holds the database while it is being opened")
}

fn named(path: &Path, error: &Error) -> Error {
    Error::new(error.kind(), format!("{}: {}", path.display(), error.description()))
}

/// Runs a statement that answers nothing.
pub(super) fn run(connection: &Connection, sql: &str) -> Result<()> {
    connection.prepare_cached(sql)?.execute([])?;
    Ok(())
}

/// Runs a statement that changes rows; answers how many.
pub(super) fn change(connection: &Connection, sql: &str, params: impl Params) -> Result<u64> {
    Ok(connection.prepare_cached(sql)?.execute(params)? as u64)
}

/// The text of a column that may be empty, where it stands.
pub(super) fn text_in<'r>(row: &'r Row<'_>, column: usize) -> Result<Option<&'r str>> {
    Ok(row.get_ref(column)?.as_str_or_null().map_err(rusqlite::Error::from)?)
}

/// A limit as the database takes it.
pub(super) fn row_limit(limit: usize) -> i64 {
    i64::try_from(limit).unwrap_or(i64::MAX)
}

/// Reads a setting that is a number.
pub(super) fn number_pragma(connection: &Connection, name: &str) -> Result<i64> {
    Ok(connection.pragma_query_value(None, name, |row| row.get(0))?)
}
