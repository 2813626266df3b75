//! The file system (VFS) of a database: the usual one of the database library, but that writes to
//! the write-ahead log are joined into few (`joined_writes`) and find room ahead (`room_ahead`).
//! Writes that wait to be joined end with the lock that they were made under (`database`).
//!
//! The library reaches files through tables of C functions. Here are copies of the usual tables
//! with a few functions of our own in them; so this folder is, beside the room of the C ABI, the
//! one place with unsafe code.
#![allow(unsafe_code, reason = "the database library calls C functions")]

mod database;
mod joined_writes;
mod log;
mod room_ahead;

use std::cell::UnsafeCell;
use std::ffi::{CStr, c_char, c_int};
use std::mem::ManuallyDrop;
use std::ptr;
use std::sync::OnceLock;

use rusqlite::Connection;
use rusqlite::ffi::{self, sqlite3_file, sqlite3_vfs};

use database::DatabaseFile;
use joined_writes::outcome_of;
use log::LogFile;

use crate::error::{Error, ErrorKind, Result};

const NAME: &CStr = c"cart-engine";

/// The database of a connection that is not attached.
const MAIN: &CStr = c"main";

/// What we keep with a file.
#[repr(C)]
union OurPart {
    database: ManuallyDrop<DatabaseFile>,
    log: ManuallyDrop<LogFile>,
}

/// The usual file system, and the table that the database library has of ours.
#[repr(C)]
struct FileSystem {
    /// Comes first: the library's pointer to the table is a pointer to all of it.
    table: UnsafeCell<sqlite3_vfs>,
    usual: *mut sqlite3_vfs,
    /// Where in the memory of a file our part is, an `OurPart`: behind the usual file, which comes
    /// first, so that the usual functions find it where they look.
    ours_at: usize,
}

// SAFETY: after its registration the table is the library's, which guards it by a lock; the rest
// never changes.
unsafe impl Send for FileSystem {}
// SAFETY: as above.
unsafe impl Sync for FileSystem {}

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
        let ours_at = usual_bytes.next_multiple_of(align_of::<OurPart>());
        let table = sqlite3_vfs {
            szOsFile: c_int::try_from(ours_at + size_of::<OurPart>()).ok()?,
            pNext: ptr::null_mut(),
            zName: NAME.as_ptr(),
            xOpen: Some(open),
            ..table
        };
        Some(Self { table: UnsafeCell::new(table), usual, ours_at })
    }

    fn register(&'static self) -> bool {
        // SAFETY: the table is complete, and stays where it is.
        unsafe { ffi::sqlite3_vfs_register(self.table.get(), 0) == ffi::SQLITE_OK }
    }

    /// Puts functions of ours before those of a file that was opened.
    ///
    /// # Safety
    ///
    /// The file is open, and the path, the file and the flags are those that the library opened it
    /// with.
    unsafe fn attach(&self, path: *const c_char, file: *mut sqlite3_file, flags: c_int) {
        // SAFETY: behind every file that the library opens here there is room for our part.
        let ours = |file: *mut sqlite3_file| unsafe { file.byte_add(self.ours_at) };
        if flags & ffi::SQLITE_OPEN_MAIN_DB != 0 {
            // SAFETY: as above.
            unsafe { database::attach(file, ours(file).cast()) };
        }
        if flags & ffi::SQLITE_OPEN_WAL != 0 {
            // SAFETY: the path is that of a log, whose database file is open.
            let (database, functions) = unsafe {
                let file = ffi::sqlite3_database_file_object(path);
                (ours(file).cast::<DatabaseFile>(), (*file).pMethods)
            };
            if functions == database.cast() {
                // SAFETY: as above, and our part is attached to the database file.
                unsafe { log::attach(file, ours(file).cast(), database) };
            }
        }
    }
}

/// Opens a file as usual; a database file and its log get functions of our own.
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
    if code == ffi::SQLITE_OK {
        // SAFETY: the file is open, and the path is the library's own.
        unsafe { files.attach(path, file, flags) };
    }
    code
}

/// Flushes the database file of a connection that is in no transaction.
pub(super) fn flush(connection: &Connection) -> Result<()> {
    let mut file: *mut sqlite3_file = ptr::null_mut();
    let answer = (&raw mut file).cast();
    // SAFETY: the connection is open, and answers this question with its database file, or null.
    let code = unsafe {
        let handle = connection.handle();
        ffi::sqlite3_file_control(handle, MAIN.as_ptr(), ffi::SQLITE_FCNTL_FILE_POINTER, answer)
    };
    check(code)?;
    // SAFETY: an open file has functions.
    let functions = unsafe { file.as_ref().and_then(|file| file.pMethods.as_ref()) };
    let Some(sync) = functions.and_then(|functions| functions.xSync) else { return Ok(()) };
    // SAFETY: the file is open, and of this function.
    check(unsafe { sync(file, ffi::SQLITE_SYNC_NORMAL) })
}

fn check(code: c_int) -> Result<()> {
    let error = |code| rusqlite::Error::SqliteFailure(ffi::Error::new(code), None).into();
    outcome_of(code).map_err(error)
}
