//! The statements that a store runs, written down for tests of other rooms.

use std::sync::{Arc, Mutex};

use rusqlite::Connection;
use rusqlite::trace::{TraceEvent, TraceEventCodes};

use crate::error::Result;
use crate::store::sqlite::SqliteStore;

/// The statements that a store ran.
pub(crate) type Log = Arc<Mutex<Vec<String>>>;

impl SqliteStore {
    /// Writes down every statement from now on. Whoever uses the store from one thread has one
    /// connection that reads.
    pub(crate) fn log_statements(&self, log: &Log) {
        self.on_reader(|connection| trace(connection, log)).unwrap();
        self.queue().unwrap().alone(|writer| trace(&mut writer.connection, log)).unwrap();
    }
}

fn trace(connection: &mut Connection, log: &Log) -> Result<()> {
    let log = Arc::clone(log);
    let write_down = move |event: TraceEvent<'_>| {
        if let TraceEvent::Stmt(statement, _) = event {
            log.lock().unwrap().push(statement.sql().into_owned());
        }
    };
    Ok(connection.trace_v2(TraceEventCodes::SQLITE_TRACE_STMT, Some(write_down))?)
}
