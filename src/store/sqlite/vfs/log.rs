//! The write-ahead log: a usual file whose writes are joined, and which has room ahead. All that is
//! decided about this is decided in `joined_writes` and `room_ahead`.

use std::ffi::{c_int, c_void};
use std::{ptr, slice};

use rusqlite::ffi::{self, sqlite3_file, sqlite3_io_methods};

use super::database::{self, DatabaseFile};
use super::joined_writes::{JoinedWrites, Outcome, outcome_of};
use super::room_ahead::RoomAhead;

/// A log that is open.
#[repr(C)]
pub(super) struct LogFile {
    /// Comes first: the library's pointer to the functions of a file is a pointer to all of it.
    functions: sqlite3_io_methods,
    usual: *const sqlite3_io_methods,
    /// The file that the log is of. It is closed after the log.
    database: *const DatabaseFile,
    /// The turn of writing that `writes` is of.
    turn: u64,
    writes: JoinedWrites,
    room: RoomAhead,
}

/// Puts the functions of a log between the library and a usual file.
///
/// # Safety
///
/// The file is open, and `log` leads to memory for a `LogFile` that lasts as long as the file. So
/// does `database`.
pub(super) unsafe fn attach(
    file: *mut sqlite3_file,
    log: *mut LogFile,
    database: *const DatabaseFile,
) {
    // SAFETY: an open file has functions.
    let usual = unsafe { (*file).pMethods };
    // SAFETY: as above.
    let Some(characteristics) = (unsafe { (*usual).xDeviceCharacteristics }) else { return };
    // SAFETY: the function is that of the file.
    let characteristics = unsafe { characteristics(file) };
    // Where a write may spoil its neighbours, the library fills frames up by pieces of any length.
    if characteristics & ffi::SQLITE_IOCAP_POWERSAFE_OVERWRITE == 0 {
        return;
    }
    // SAFETY: as above; the memory is promised by the caller.
    unsafe {
        let functions = sqlite3_io_methods {
            xClose: Some(close),
            xRead: Some(read),
            xWrite: Some(write),
            xTruncate: Some(truncate),
            xSync: Some(sync),
            xFileSize: Some(file_size),
            ..*usual
        };
        let turn = database::turns(database);
        let (writes, room) = (JoinedWrites::default(), RoomAhead::default());
        log.write(LogFile { functions, usual, database, turn, writes, room });
        (*file).pMethods = log.cast();
    }
}

/// The log behind a file whose functions are ours. What it held when the lock on writing was given
/// back is of a transaction that was given up, and gone: another connection may have written there
/// since, and what is written is never to meet it.
///
/// # Safety
///
/// `attach` was called for the file, and nothing else uses the answer.
unsafe fn log_of<'a>(file: *mut sqlite3_file) -> &'a mut LogFile {
    // SAFETY: the functions are the first field of the LogFile.
    let log = unsafe { &mut *(*file).pMethods.cast_mut().cast::<LogFile>() };
    // SAFETY: the database file is open as long as its log.
    let turn = unsafe { database::turns(log.database) };
    if log.turn != turn {
        log.turn = turn;
        log.writes.forget();
    }
    log
}

/// The usual functions of a log, after all that is held was written.
///
/// # Safety
///
/// As `log_of`.
unsafe fn usual_of<'a>(file: *mut sqlite3_file) -> Result<&'a sqlite3_io_methods, c_int> {
    // SAFETY: promised by the caller.
    let LogFile { usual, writes, .. } = unsafe { log_of(file) };
    // SAFETY: the usual functions are there as long as the file is open.
    let usual = unsafe { &**usual };
    writes.flush(put_into(file, usual))?;
    Ok(usual)
}

/// The usual write to a file.
fn put_into(file: *mut sqlite3_file, usual: &sqlite3_io_methods) -> impl Fn(&[u8], u64) -> Outcome {
    let write = usual.xWrite;
    move |bytes, at| {
        let (Some(write), Ok(count)) = (write, c_int::try_from(bytes.len())) else {
            return Err(ffi::SQLITE_IOERR_WRITE);
        };
        // SAFETY: the file is open, and of this function; it reads `count` bytes.
        outcome_of(unsafe { write(file, bytes.as_ptr().cast(), count, at.cast_signed()) })
    }
}

/// The usual question for the size of a file.
fn size_of_file(
    file: *mut sqlite3_file,
    usual: &sqlite3_io_methods,
) -> impl Fn() -> Result<u64, c_int> {
    let file_size = usual.xFileSize;
    move || {
        let mut bytes = 0;
        // SAFETY: the file is open, and of this function.
        let code = file_size.map(|file_size| unsafe { file_size(file, &raw mut bytes) });
        outcome_of(code.unwrap_or(ffi::SQLITE_IOERR_FSTAT))?;
        Ok(bytes.cast_unsigned())
    }
}

// The functions of a log. The library calls them for files that `attach` was called for, one at a
// time for each file, with pointers to as many bytes as it says.

unsafe extern "C" fn write(
    file: *mut sqlite3_file,
    bytes: *const c_void,
    count: c_int,
    at: i64,
) -> c_int {
    let Ok(count) = usize::try_from(count) else { return ffi::SQLITE_IOERR_WRITE };
    // SAFETY: promised by the library, see above.
    let (bytes, log) = unsafe { (slice::from_raw_parts(bytes.cast::<u8>(), count), log_of(file)) };
    // SAFETY: the usual functions are there as long as the file is open.
    let usual = unsafe { &*log.usual };
    let (at, put) = (at.cast_unsigned(), put_into(file, usual));
    match log.writes.write(bytes, at, &put) {
        Ok(()) => {
            // Not before all that was written is in the file, which may be the last that a disk
            // has room for.
            if log.writes.holds_nothing() {
                log.room.make(at + count as u64, size_of_file(file, usual), put);
            }
            ffi::SQLITE_OK
        }
        Err(code) => code,
    }
}

unsafe extern "C" fn read(
    file: *mut sqlite3_file,
    bytes: *mut c_void,
    count: c_int,
    at: i64,
) -> c_int {
    // SAFETY: promised by the library, see above.
    match unsafe { usual_of(file) }.map(|usual| usual.xRead) {
        // SAFETY: as above.
        Ok(Some(read)) => unsafe { read(file, bytes, count, at) },
        Ok(None) => ffi::SQLITE_IOERR_READ,
        Err(code) => code,
    }
}

unsafe extern "C" fn truncate(file: *mut sqlite3_file, bytes: i64) -> c_int {
    // SAFETY: promised by the library, see above.
    unsafe { log_of(file) }.room.cut(bytes.cast_unsigned());
    // SAFETY: promised by the library, see above.
    match unsafe { usual_of(file) }.map(|usual| usual.xTruncate) {
        // SAFETY: as above.
        Ok(Some(truncate)) => unsafe { truncate(file, bytes) },
        Ok(None) => ffi::SQLITE_IOERR_TRUNCATE,
        Err(code) => code,
    }
}

unsafe extern "C" fn sync(file: *mut sqlite3_file, flags: c_int) -> c_int {
    // SAFETY: promised by the library, see above.
    match unsafe { usual_of(file) }.map(|usual| usual.xSync) {
        // SAFETY: as above.
        Ok(Some(sync)) => unsafe { sync(file, flags) },
        Ok(None) => ffi::SQLITE_IOERR_FSYNC,
        Err(code) => code,
    }
}

unsafe extern "C" fn file_size(file: *mut sqlite3_file, bytes: *mut i64) -> c_int {
    // SAFETY: promised by the library, see above.
    match unsafe { usual_of(file) }.map(|usual| usual.xFileSize) {
        // SAFETY: as above.
        Ok(Some(file_size)) => unsafe { file_size(file, bytes) },
        Ok(None) => ffi::SQLITE_IOERR_FSTAT,
        Err(code) => code,
    }
}

/// Closes a log. What it still holds is of a transaction that was given up.
unsafe extern "C" fn close(file: *mut sqlite3_file) -> c_int {
    // SAFETY: promised by the library, see above; the LogFile is not used again.
    let close = unsafe {
        let log = ptr::from_mut(log_of(file));
        let usual = (*log).usual;
        log.drop_in_place();
        (*file).pMethods = usual;
        (*usual).xClose
    };
    // SAFETY: as above.
    close.map_or(ffi::SQLITE_IOERR_CLOSE, |close| unsafe { close(file) })
}
