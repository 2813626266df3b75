//! Who is bringing in which price sheet. A sheet whose importer has ended, be it by `kill -9`, must
//! be told from one whose importer only takes his time. So an importer holds a lock on a file
//! beside the database, which the system takes from him when he ends; no clock is asked.

use std::collections::BTreeSet;
use std::fs::{File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use super::error::unreachable_file;
use super::file::beside;
use super::sync::lock;
use crate::error::Result;

/// The claims on the price sheets of a database.
#[derive(Debug, Clone)]
pub(super) struct SheetClaims {
    /// The database file; a database in memory has its importers in this process, and `here` tells
    /// of them.
    database: Option<PathBuf>,
    here: Arc<Mutex<BTreeSet<i64>>>,
}

/// The right to bring in a sheet, or to sweep it away. It ends with this value.
#[derive(Debug)]
pub(super) struct SheetClaim {
    number: i64,
    file: Option<(File, PathBuf)>,
    here: Arc<Mutex<BTreeSet<i64>>>,
}

impl SheetClaims {
    pub(super) fn new(database: Option<PathBuf>) -> Self {
        Self { database, here: Arc::default() }
    }

    /// Claims a new sheet.
    pub(super) fn claim(&self, number: i64) -> Result<SheetClaim> {
        let file = match &self.database {
            Some(database) => Some(locked_file(sheet_path(database, number))?),
            None => None,
        };
        lock(&self.here).insert(number);
        Ok(SheetClaim { number, file, here: Arc::clone(&self.here) })
    }

    /// Claims a sheet that nobody is bringing in any more; `None` when somebody is.
    pub(super) fn claim_abandoned(&self, number: i64) -> Result<Option<SheetClaim>> {
        if !lock(&self.here).insert(number) {
            return Ok(None);
        }
        let mut claim = SheetClaim { number, file: None, here: Arc::clone(&self.here) };
        let Some(database) = &self.database else { return Ok(Some(claim)) };
        let path = sheet_path(database, number);
        let file = match OpenOptions::new().write(true).open(&path) {
            Ok(file) => file,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Some(claim)),
            Err(error) => return Err(unreachable_file(&path, &error)),
        };
        match file.try_lock() {
            Ok(()) => {
                claim.file = Some((file, path));
                Ok(Some(claim))
            }
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(unreachable_file(&path, &error)),
        }
    }
}

impl Drop for SheetClaim {
    fn drop(&mut self) {
        // The name goes before the lock, so that whoever finds the name finds it locked, or left
        // behind.
        if let Some((_, path)) = &self.file {
            // A file left behind is swept with its sheet.
            let _ = std::fs::remove_file(path);
        }
        lock(&self.here).remove(&self.number);
    }
}

fn sheet_path(database: &Path, number: i64) -> PathBuf {
    beside(database, &format!("-sheet-{number}"))
}

fn locked_file(path: PathBuf) -> Result<(File, PathBuf)> {
    let open = OpenOptions::new().write(true).create(true).truncate(false).open(&path);
    let file = open.map_err(|error| unreachable_file(&path, &error))?;
    match file.try_lock() {
        Ok(()) => Ok((file, path)),
        Err(error) => Err(unreachable_file(&path, &error.into())),
    }
}
