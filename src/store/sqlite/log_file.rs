//! The file system of a database: the usual one of the database library, but that writes to the
//! write-ahead log are joined (see `joined_writes`).
//!
//! The library reaches files through tables of C functions. Here are copies of the usual tables
//! with a few functions of our own in them; so this is, beside the room of the C ABI, the one file
//! with unsafe code. All that is decided is decided in `joined_writes`. In the memory that the
//! library sets apart for a log, the usual file comes first, where the usual functions look for it,
//! and a `LogFile` behind it.
#![allow(unsafe_code, reason = "the database library calls C functions")]

use std::cell::UnsafeCell;
use std::ffi::{CStr, c_char, c_int, c_void};
use std::sync::OnceLock;
use std::{ptr, slice};

use rusqlite::ffi::{self, sqlite3_file, sqlite3_io_methods, sqlite3_vfs};

use super::joined_writes::{JoinedWrites, Outcome};
use crate::error::{Error, ErrorKind, Result};

const NAME: &CStr = c"cart-engine";

/// The usual file system, and the table that the database library has of ours.
#[repr(C)]
struct FileSystem {
    /// Comes first: the library's pointer to the table is a pointer to all of it.
    table: UnsafeCell<sqlite3_vfs>,
    usual: *mut sqlite3_vfs,
    /// Where in the memory of a file the `LogFile` is.
    log_at: usize,
}

// SAFETY: after its registration the table is the library's, which guards it by a lock; the rest
// never changes.
unsafe impl Send for FileSystem {}
// SAFETY: as above.
unsafe impl Sync for FileSystem {}

/// A log that is open.
#[repr(C)]
struct LogFile {
    /// Comes first: the library's pointer to the functions of a file is a pointer to all of it.
    functions: sqlite3_io_methods,
    usual: *const sqlite3_io_methods,
    writes: JoinedWrites,
}

/// The name by which connections ask for the file system.
pub(super) fn name() -> Result<&'static CStr> {
    static FILES: OnceLock<Option<FileSystem>> = OnceLock::new();
    static REGISTERED: OnceLock<bool> = OnceLock::new();
    let files = FILES.get_or_init(FileSystem::beside_the_usual).as_ref();
    let is_registered = REGISTERED.get_or_init(|| files.is_some_and(FileSystem::register));
    if *is_registered {
        return Ok(NAME);
    }
    Err(Error::new(ErrorKind::StoreIo, "the database library knows no files on this system"))
}

impl FileSystem {
    fn beside_the_usual() -> Option<Self> {
        // SAFETY: without a name the library answers its usual file system, or null.
        let usual = unsafe { ffi::sqlite3_vfs_find(ptr::null()) };
        if usual.is_null() {
            return None;
        }
        // SAFETY: what is registered stays where it is.
        let table = unsafe { usual.read() };
        let usual_bytes = usize::try_from(table.szOsFile).ok()?;
        let log_at = usual_bytes.next_multiple_of(align_of::<LogFile>());
        let table = sqlite3_vfs {
            szOsFile: c_int::try_from(log_at + size_of::<LogFile>()).ok()?,
            pNext: ptr::null_mut(),
            zName: NAME.as_ptr(),
            xOpen: Some(open),
            ..table
        };
        Some(Self { table: UnsafeCell::new(table), usual, log_at })
    }

    fn register(&'static self) -> bool {
        // SAFETY: the table is complete, and stays where it is.
        unsafe { ffi::sqlite3_vfs_register(self.table.get(), 0) == ffi::SQLITE_OK }
    }
}

/// Opens a file as usual; of a log, the writes are joined from then on.
unsafe extern "C" fn open(
    table: *mut sqlite3_vfs,
    path: *const c_char,
    file: *mut sqlite3_file,
    flags: c_int,
    flags_out: *mut c_int,
) -> c_int {
    // SAFETY: the library hands in the table registered, which is the first field of a FileSystem.
    let files = unsafe { &*table.cast::<FileSystem>() };
    // SAFETY: what is registered stays where it is.
    let Some(open) = (unsafe { (*files.usual).xOpen }) else { return ffi::SQLITE_CANTOPEN };
    // SAFETY: the arguments are the library's own, and there is room for the usual file.
    let code = unsafe { open(files.usual, path, file, flags, flags_out) };
    if code == ffi::SQLITE_OK && flags & ffi::SQLITE_OPEN_WAL != 0 {
        // SAFETY: the file is open, and there is room for a LogFile at this place.
        unsafe { join_writes(file, files.log_at) };
    }
    code
}

/// Puts functions of our own between the library and an open log.
unsafe fn join_writes(file: *mut sqlite3_file, log_at: usize) {
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
    // SAFETY: as above; the caller has made sure that there is room.
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
        let log = file.byte_add(log_at).cast::<LogFile>();
        log.write(LogFile { functions, usual, writes: JoinedWrites::default() });
        (*file).pMethods = log.cast();
    }
}

/// The log behind a file whose functions are ours.
///
/// # Safety
///
/// `join_writes` was called for the file, and nothing else uses the answer.
unsafe fn log_of<'a>(file: *mut sqlite3_file) -> &'a mut LogFile {
    // SAFETY: the functions are the first field of the LogFile.
    unsafe { &mut *(*file).pMethods.cast_mut().cast::<LogFile>() }
}

/// The usual functions of a log, after all that is held was written.
///
/// # Safety
///
/// As `log_of`.
unsafe fn usual_of<'a>(
    file: *mut sqlite3_file,
) -> std::result::Result<&'a sqlite3_io_methods, c_int> {
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
        match unsafe { write(file, bytes.as_ptr().cast(), count, at.cast_signed()) } {
            ffi::SQLITE_OK => Ok(()),
            code => Err(code),
        }
    }
}

// The functions of a log. The library calls them for files that `open` has opened, one at a time
// for each file, with pointers to as many bytes as it says.

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
    let put = put_into(file, unsafe { &*log.usual });
    match log.writes.write(bytes, at.cast_unsigned(), put) {
        Ok(()) => ffi::SQLITE_OK,
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
