//! The database file seen from outside: what it is, told from its first bytes, before the database
//! library touches it. A file that is not this engine's is thereby left exactly as it was, without
//! even a log beside it.
//!
//! Where locks on files belong to the process (POSIX), closing a file drops every lock that the
//! process has on it, those of a connection too. So files that a store of this process has open are
//! remembered, and never opened here again.

use std::collections::BTreeMap;
use std::fs::{File, Metadata, OpenOptions};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::error::{damaged, unreachable_file};
use super::schema::{self, APPLICATION_ID};
use crate::error::{Error, ErrorKind, Result};

/// The part of the file that describes the rest.
const HEADER_BYTES: usize = 100;
const MAGIC: &[u8] = b"SQLite format 3\0";
const USER_VERSION_AT: usize = 60;
const APPLICATION_ID_AT: usize = 68;

/// Tells a file from every other, whatever its name.
type FileIdentity = (u64, u64);

/// A file that stores have open.
#[derive(Debug)]
struct OpenFile {
    /// The process that opened it. A fork inherits what its parent knew of its locks, but not the
    /// locks.
    process: u32,
    stores: usize,
}

/// The files open in this process, or in the one that it is a fork of.
static OPEN_FILES: Mutex<BTreeMap<FileIdentity, OpenFile>> = Mutex::new(BTreeMap::new());

fn open_files() -> MutexGuard<'static, BTreeMap<FileIdentity, OpenFile>> {
    OPEN_FILES.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The right of a store to a file. As long as it lives, nobody in this process opens the file but
/// through the database library.
#[derive(Debug)]
pub(super) struct Claim {
    identity: Option<FileIdentity>,
}

impl Claim {
    /// Makes sure that the file is this engine's, or empty, and claims it. A file that is not there
    /// is made, unless it is only to be read.
    pub(super) fn on(path: &Path, is_read_only: bool) -> Result<Self> {
        let mut open = open_files();
        let path = &std::fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf());
        let present = identity_at(path)?;
        if let Some(file) = present.and_then(|identity| open.get_mut(&identity)) {
            file.check_process(path)?;
            file.stores += 1;
            return Ok(Self { identity: present });
        }
        // The log is looked at first: a file is never empty once it has one, so that an empty file
        // with a log has lost what it held, and is no new database.
        let has_log = size_at(&beside(path, "-wal")).is_some_and(|bytes| bytes > 0);
        let mut file = open_file(path, is_read_only)?;
        let metadata = file.metadata().map_err(|error| unreachable_file(path, &error))?;
        look_at(&mut file, path, has_log, is_read_only)?;
        let identity = identity_of(&metadata);
        if let Some(identity) = identity {
            open.insert(identity, OpenFile { process: std::process::id(), stores: 1 });
        }
        Ok(Self { identity })
    }
}

impl OpenFile {
    /// In a fork the database library believes that it holds the locks of the parent, and would
    /// take none of its own: when the parent closes the file, the log is taken away under the
    /// child's feet, with its changes.
    fn check_process(&self, path: &Path) -> Result<()> {
        if self.process == std::process::id() {
            return Ok(());
        }
        let path = path.display();
        let problem = format!(
            "{path}: process {} had it open when it forked into this one, which cannot lock it",
            self.process
        );
        Err(Error::new(ErrorKind::Misuse, problem))
    }
}

impl Drop for Claim {
    fn drop(&mut self) {
        let mut open = open_files();
        if let Some(identity) = self.identity
            && let Some(file) = open.get_mut(&identity)
        {
            file.stores -= 1;
            if file.stores == 0 {
                open.remove(&identity);
            }
        }
        if open.is_empty() {
            // An empty map keeps its memory, which a host's leak check would find.
            *open = BTreeMap::new();
        }
    }
}

/// The path of a file that stands beside the database: `-wal`, `-shm`, `-journal`.
pub(super) fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}

/// The bytes of a file, if it is there.
pub(super) fn size_at(path: &Path) -> Option<u64> {
    std::fs::metadata(path).ok().map(|metadata| metadata.len())
}

fn identity_at(path: &Path) -> Result<Option<FileIdentity>> {
    match std::fs::metadata(path) {
        Ok(metadata) if metadata.is_file() => Ok(identity_of(&metadata)),
        // A pipe would block on opening; a folder is no file.
        Ok(_) => {
            Err(Error::new(ErrorKind::StoreIo, format!("{}: not a regular file", path.display())))
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(unreachable_file(path, &error)),
    }
}

#[cfg(unix)]
#[allow(clippy::unnecessary_wraps, reason = "other systems have no identity to tell")]
fn identity_of(metadata: &Metadata) -> Option<FileIdentity> {
    use std::os::unix::fs::MetadataExt;
    Some((metadata.dev(), metadata.ino()))
}

/// Elsewhere a lock belongs to the opened file, and opening it again is harmless.
#[cfg(not(unix))]
fn identity_of(_: &Metadata) -> Option<FileIdentity> {
    None
}

fn open_file(path: &Path, is_read_only: bool) -> Result<File> {
    let mut options = OpenOptions::new();
    if is_read_only {
        options.read(true);
    } else {
        options.read(true).write(true).create(true).truncate(false);
    }
    options.open(path).map_err(|error| unreachable_file(path, &error))
}

/// Refuses a file that is not this engine's.
fn look_at(file: &mut File, path: &Path, has_log: bool, is_read_only: bool) -> Result<()> {
    let mut header = Vec::with_capacity(HEADER_BYTES);
    file.take(HEADER_BYTES as u64)
        .read_to_end(&mut header)
        .map_err(|error| unreachable_file(path, &error))?;
    let is_blank = header.iter().all(|byte| *byte == 0);
    // The creation of a database is one transaction with a journal. When it is under way, or was
    // cut short, the database library knows how to go on.
    let is_in_creation = is_blank && size_at(&beside(path, "-journal")).is_some();
    if header.is_empty() && has_log {
        return Err(damaged("the file is empty, but there is a write-ahead log beside it"));
    }
    if header.is_empty() && is_read_only {
        return Err(Error::new(
            ErrorKind::StoreCorrupt,
            "the file is empty, and cannot become a database when it is only read",
        ));
    }
    if header.is_empty() || is_in_creation { Ok(()) } else { check_header(&header) }
}

fn check_header(header: &[u8]) -> Result<()> {
    let number = |at: usize| {
        let bytes = header.get(at..at + 4)?;
        bytes.try_into().ok().map(i32::from_be_bytes)
    };
    if !header.starts_with(MAGIC) || number(APPLICATION_ID_AT) != Some(APPLICATION_ID) {
        return Err(schema::foreign());
    }
    // A log may hold a later number; `Place::open` looks there.
    schema::check_version(number(USER_VERSION_AT).map_or(0, i64::from))
}
