//! The database file: a usual file that counts how often its connection has given back the lock
//! under which it writes to the log.

use std::ffi::c_int;

use rusqlite::ffi::{self, sqlite3_file, sqlite3_io_methods};

/// Which of the locks on the shared memory is held by whoever writes to the log.
const WRITE_LOCK: c_int = 0;

type Lock = unsafe extern "C" fn(*mut sqlite3_file, c_int, c_int, c_int) -> c_int;

/// A database file that is open.
#[repr(C)]
pub(super) struct DatabaseFile {
    /// Comes first: the library's pointer to the functions of a file is a pointer to all of it.
    functions: sqlite3_io_methods,
    usual_lock: Lock,
    turns: u64,
}

/// Puts a function of ours between the library and a usual file.
///
/// # Safety
///
/// The file is open, and `database` leads to memory for a `DatabaseFile` that lasts as long as the
/// file.
pub(super) unsafe fn attach(file: *mut sqlite3_file, database: *mut DatabaseFile) {
    // SAFETY: an open file has functions.
    let usual = unsafe { &*(*file).pMethods };
    let Some(usual_lock) = usual.xShmLock.filter(|_| usual.iVersion >= 2) else { return };
    let functions = sqlite3_io_methods { xShmLock: Some(lock), ..*usual };
    // SAFETY: the memory is promised by the caller.
    unsafe {
        database.write(DatabaseFile { functions, usual_lock, turns: 0 });
        (*file).pMethods = database.cast();
    }
}

/// How often the lock was given back.
///
/// # Safety
///
/// `attach` was called for `database`, and its file is open.
pub(super) unsafe fn turns(database: *const DatabaseFile) -> u64 {
    // SAFETY: promised by the caller.
    unsafe { (*database).turns }
}

/// Takes locks or gives them back. The library calls it for files that `attach` was called for.
unsafe extern "C" fn lock(
    file: *mut sqlite3_file,
    first: c_int,
    count: c_int,
    flags: c_int,
) -> c_int {
    // SAFETY: the functions are the first field of the DatabaseFile.
    let usual_lock = unsafe {
        let database = (*file).pMethods.cast_mut().cast::<DatabaseFile>();
        if first == WRITE_LOCK && flags & ffi::SQLITE_SHM_UNLOCK != 0 {
            (*database).turns += 1;
        }
        (*database).usual_lock
    };
    // SAFETY: the file is open, and of this function.
    unsafe { usual_lock(file, first, count, flags) }
}
