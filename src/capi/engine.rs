//! The functions of the engine itself.

use std::ffi::{c_char, c_void};

use super::{call, cart_engine, cart_progress, cart_status, input};
use crate::engine::Engine;

/// Opens an engine on a database; a file that is not there is made. Several engines and processes
/// may have one file open.
///
/// The options; an unknown name is an error:
///
/// - "database": file path, or ":memory:" for one that is gone with the engine. Required.
/// - "durability": what an answered change survives. "full" (default): every change survives a
///   power loss; "checkout": every checkout does, with all changes before it; "normal": the last
///   changes may be lost. None ever damages the database.
/// - "readOnly": true or false (default). With true the file has to be there, and changes are
///   CART_STATUS_STORE_READ_ONLY.
/// - "busyTimeoutMs": how long a call waits for another process that changes the database before
///   it is CART_STATUS_STORE_BUSY, default 5000.
/// - "dialect": how carts are written. "2023" (default) or "2018": the tables of the service's
///   documents of that year; "wire": as the live service writes them.
/// - "partner": who sells. {"model":"direct" (default) or "indirect_provider", which may have
///   participants, "country":"US", "currency":"USD", "sandbox":false, "resellers":[partner ids]}
/// - "cartLifetime": how long after its creation a cart expires, default "P7D".
/// - "partnerAttestation": "optional" (default), or "required": a cart with participants needs
///   "partnerOnRecordAttestationAccepted", else CART_STATUS_INVALID_REQUEST with code 900206.
/// - "rounding": of a line's "extendedPrice" to the smallest coin, "half_up" (default) or
///   "truncate".
/// - "limits": {"requestBytes":8388608, "lineItemsPerCart":10000, "addonItemsPerLine":100}; what
///   exceeds them is CART_STATUS_LIMIT_EXCEEDED.
/// - "idSeed": a number that makes ids repeat from run to run, for tests with
///   cart_engine_set_clock(). Never for a database with carts that matter.
///
/// @param options JSON object.
/// @param engine  receives the engine, or NULL when opening fails; release it with
///                cart_engine_close().
/// @param out     receives the options in force, or the error document; release it with
///                cart_string_free(). NULL: no document.
/// @return        CART_STATUS_OK; INVALID_ARGUMENT, INVALID_JSON or LIMIT_EXCEEDED for the
///                options; MISUSE for a file that the parent of this fork has open; STORE_IO for a
///                path that cannot be opened, STORE_CORRUPT for a file that is no engine's,
///                STORE_VERSION for one that a newer engine wrote, or another STORE_ status.
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

/// Fixes the engine's "now", so that tests repeat: it stands still until it is set again. It
/// decides what has expired, which prices and promotions are in force, and the times in answers.
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

/// Tells counts, sizes and versions, for monitoring: {"counts":{...},"sizes":{"databaseBytes":n,
/// "walBytes":n},"versions":{"engine":"...","schema":n,"sqlite":"..."}}. Counted are "carts",
/// "lines", "orders", "customers", "subscriptions", "requests" (stored answers), "products",
/// "skus", "availabilities", "offers", "prices", "promotions", "inventory" and "sheets".
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
/// @param path     the file to make; one that is already there is INVALID_ARGUMENT. A call that
///                 fails leaves none.
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
