//! The functions of the engine itself.

use std::ffi::{c_char, c_void};

use super::{call, cart_engine, cart_progress, cart_status, input};
use crate::engine::Engine;

/// Opens an engine on a database; a file that is not there is made.
///
/// The options; an unknown name is an error:
///
/// - "database": file path, or ":memory:". Required.
/// - "durability": what an answered change survives. "full" (default): every change survives a
///   power loss; "checkout": every checkout does, with all changes before it; "normal": the last
///   changes may be lost. None ever damages the database.
/// - "readOnly": true or false (default).
/// - "busyTimeoutMs": how long to wait for another process, default 5000.
/// - "dialect": how carts are written, "2023" (default), "2018" or "wire".
/// - "partner": who sells. {"model":"direct" or "indirect_provider", "country":"US",
///   "currency":"USD", "sandbox":false, "resellers":[partner ids]}
/// - "cartLifetime": ISO 8601 duration, default "P7D".
/// - "partnerAttestation": "optional" (default) or "required".
/// - "rounding": "half_up" (default) or "truncate".
/// - "limits": {"requestBytes":8388608, "lineItemsPerCart":10000, "addonItemsPerLine":100}
/// - "idSeed": a number that makes ids repeat from run to run, for tests.
///
/// @param options JSON object.
/// @param engine  receives the engine, or NULL when opening fails; release it with
///                cart_engine_close().
/// @param out     receives the options in force, or the error document; release it with
///                cart_string_free(). NULL: no document.
/// @return        CART_STATUS_OK, INVALID_ARGUMENT, INVALID_JSON, or a STORE_ status.
#[unsafe(no_mangle)]
unsafe extern "C" fn cart_engine_open(
    options: *const c_char,
    engine: *mut *mut cart_engine,
    out: *mut *mut c_char,
) -> cart_status {
    // SAFETY: the pointers are as the header asks.
    unsafe {
        call::plain(out, || {
            let slot = input::slot("engine", engine)?;
            let opened = Engine::open(input::text("options", options)?)?;
            let options = opened.options();
            *slot = Box::into_raw(Box::new(cart_engine::new(opened)));
            Ok(options)
        })
    }
}

/// Closes an engine. It must be the last call with it: no other call may be under way or follow.
/// The engine is gone whatever the status is.
///
/// In a fork of the process that opened the engine it forgets the engine, touches no file and
/// returns OK.
///
/// @param engine the engine; NULL is allowed.
/// @param out    receives NULL, or the error document; release it with cart_string_free().
///               NULL: no document.
/// @return       CART_STATUS_OK or a STORE_ status.
#[unsafe(no_mangle)]
unsafe extern "C" fn cart_engine_close(
    engine: *mut cart_engine,
    out: *mut *mut c_char,
) -> cart_status {
    // SAFETY: the pointers are as the header asks.
    unsafe {
        call::plain(out, || match input::owned(engine) {
            None => Ok(()),
            Some(handle) if handle.is_forked() => {
                // Dropped, it would touch the parent's files and wait for absent threads.
                std::mem::forget(handle);
                Ok(())
            }
            Some(handle) => handle.engine.close(),
        })
    }
}

/// Fixes the engine's "now", so that tests repeat: it stands still until it is set again.
///
/// @param engine    the engine.
/// @param timestamp ISO 8601, such as "2026-03-10T12:00:00Z"; NULL: real time from now on.
/// @param out       receives NULL, or the error document; release it with cart_string_free().
///                  NULL: no document.
/// @return          CART_STATUS_OK, INVALID_ARGUMENT or MISUSE.
#[unsafe(no_mangle)]
unsafe extern "C" fn cart_engine_set_clock(
    engine: *mut cart_engine,
    timestamp: *const c_char,
    out: *mut *mut c_char,
) -> cart_status {
    // SAFETY: the pointers are as the header asks.
    unsafe {
        call::on_engine(engine, out, |engine| {
            let timestamp = input::optional("timestamp", timestamp)?;
            engine.set_clock(timestamp)
        })
    }
}

/// Tells counts, sizes and versions, for monitoring: {"counts":{"carts":n,...},
/// "sizes":{"databaseBytes":n,"walBytes":n},"versions":{"engine":"...","schema":n,"sqlite":"..."}}.
///
/// @param engine the engine.
/// @param out    receives the figures, or the error document; release it with cart_string_free().
///               NULL: no document.
/// @return       CART_STATUS_OK, INVALID_ARGUMENT, MISUSE or a STORE_ status.
#[unsafe(no_mangle)]
unsafe extern "C" fn cart_engine_stats(
    engine: *mut cart_engine,
    out: *mut *mut c_char,
) -> cart_status {
    // SAFETY: the pointers are as the header asks.
    unsafe { call::on_engine(engine, out, Engine::stats) }
}

/// Checks the database: its pages and indexes, and whether its documents agree with each other. It
/// reads everything; other calls go on meanwhile.
///
/// @param engine   the engine.
/// @param progress called now and then; NULL: not called.
/// @param context  handed to progress as it is; may be NULL.
/// @param out      receives {"ok":true}, or {"ok":false,"findings":[texts]}, or the error document;
///                 release it with cart_string_free(). NULL: no document.
/// @return         CART_STATUS_OK also when something was found; INVALID_ARGUMENT, MISUSE,
///                 CANCELLED or a STORE_ status.
#[unsafe(no_mangle)]
unsafe extern "C" fn cart_engine_check(
    engine: *mut cart_engine,
    progress: cart_progress,
    context: *mut c_void,
    out: *mut *mut c_char,
) -> cart_status {
    // SAFETY: the pointers are as the header asks.
    unsafe {
        call::on_engine(engine, out, |engine| engine.check(&mut input::progress(progress, context)))
    }
}

/// Removes what is no longer needed: expired carts, old request ids and, when asked, old ordered
/// carts. It removes a bounded number, so that no other call waits long; repeat it while the answer
/// has "more":true.
///
/// @param engine  the engine.
/// @param options JSON object: "limit" the most rows of each kind that this call removes, default
///                1000; "orderedOlderThan" ISO 8601 duration, such as "P90D", removes also carts
///                that were ordered longer ago. Orders stay. NULL: {}.
/// @param out     receives {"expiredCarts":n,"orderedCarts":n,"requests":n,"more":false}, or the
///                error document; release it with cart_string_free(). NULL: no document.
/// @return        CART_STATUS_OK, INVALID_ARGUMENT, INVALID_JSON, MISUSE, LIMIT_EXCEEDED or a
///                STORE_ status.
#[unsafe(no_mangle)]
unsafe extern "C" fn cart_engine_purge(
    engine: *mut cart_engine,
    options: *const c_char,
    out: *mut *mut c_char,
) -> cart_status {
    // SAFETY: the pointers are as the header asks.
    unsafe {
        call::on_engine(engine, out, |engine| engine.purge(input::optional("options", options)?))
    }
}

/// Copies the database, as it is at one moment, into a new file. Other calls go on meanwhile.
///
/// @param engine   the engine.
/// @param path     the file to make; one that is already there is refused. A call that fails leaves
///                 none.
/// @param progress called now and then; NULL: not called.
/// @param context  handed to progress as it is; may be NULL.
/// @param out      receives {"path":"..."}, or the error document; release it with
///                 cart_string_free(). NULL: no document.
/// @return         CART_STATUS_OK, INVALID_ARGUMENT, MISUSE, CANCELLED or a STORE_ status.
#[unsafe(no_mangle)]
unsafe extern "C" fn cart_engine_backup(
    engine: *mut cart_engine,
    path: *const c_char,
    progress: cart_progress,
    context: *mut c_void,
    out: *mut *mut c_char,
) -> cart_status {
    // SAFETY: the pointers are as the header asks.
    unsafe {
        call::on_engine(engine, out, |engine| {
            let path = input::path("path", path)?;
            engine.backup(path, &mut input::progress(progress, context))
        })
    }
}
