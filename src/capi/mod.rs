//! The C ABI. Its comments are the manual of the C header, so they speak to a programmer who knows
//! no Rust. The functions are private: they are exported, yet no part of the Rust face. Unsafe code
//! is here and, for the functions that SQLite calls, in `store/sqlite/vfs`; nowhere else.
#![allow(unsafe_code, reason = "C hands in pointers")]
#![allow(non_camel_case_types, reason = "the names are those of the C header")]
#![allow(clippy::doc_markdown, reason = "the comments are read in the C header")]

mod call;
mod input;

// Apart, so that they keep the order of the manual: the header follows it.
mod engine;

mod catalog;

mod cart;

use std::ffi::{CStr, c_char, c_void};

use crate::engine::Engine;

/// The version of the ABI that this header describes; compare it with cart_abi_version() when the
/// library is loaded at run time. Within a version functions and status values are only added,
/// never changed or reused.
pub const CART_ABI_VERSION: u32 = 1;

/// An open engine: carts, customers, orders and a catalog in one database. It is made by
/// cart_engine_open() and released by cart_engine_close(). Any thread may use it at any time; calls
/// run in parallel.
pub struct cart_engine {
    engine: Engine,
    process: u32,
}

impl cart_engine {
    fn new(engine: Engine) -> Self {
        Self { engine, process: std::process::id() }
    }

    /// Whether this process is a fork of the one that opened the engine: locks may be held by
    /// threads that no longer exist, and SQLite forbids to carry a connection across a fork.
    fn is_forked(&self) -> bool {
        self.process != std::process::id()
    }
}

/// What became of a call: one of the CART_STATUS_ values. Later versions may add values; treat an
/// unknown one as a failure.
pub type cart_status = i32;

/// The call succeeded.
pub const CART_STATUS_OK: cart_status = 0;
/// An argument is NULL, not UTF-8, empty or over-long, or an option is unknown.
pub const CART_STATUS_INVALID_ARGUMENT: cart_status = 100;
/// A document is not JSON, or nested deeper than 128. Its code is 800002.
pub const CART_STATUS_INVALID_JSON: cart_status = 101;
/// A document is JSON that the operation cannot use: code 800002, or 900206 when the cart lacks the
/// attestation that the option "partnerAttestation" asks for.
pub const CART_STATUS_INVALID_REQUEST: cart_status = 102;
/// The engine was used after a fork, or struct_size is smaller than that of version 1, or what the
/// library does not know of a larger struct is not zero.
pub const CART_STATUS_MISUSE: cart_status = 103;
/// A document is larger, or a cart longer, than the engine's limits.
pub const CART_STATUS_LIMIT_EXCEEDED: cart_status = 104;
/// The cart, order, line or customer is not there; an expired cart is not there either. The code is
/// 800008 for a cart, 20000 for an order and 200 for a line or customer.
pub const CART_STATUS_NOT_FOUND: cart_status = 200;
/// The cart does not have the etag that if_match demands; data of the error document holds the
/// current one. Its code is 2055.
pub const CART_STATUS_CONFLICT: cart_status = 201;
/// The cart, or a line of it, has been ordered and can no longer change. Its code is 800065.
pub const CART_STATUS_CART_ORDERED: cart_status = 202;
/// The cart cannot be checked out while lines are in error. Its code is 800009; data of the error
/// document names the properties at fault.
pub const CART_STATUS_CART_HAS_ERRORS: cart_status = 203;
/// The request_id was used before for another request.
pub const CART_STATUS_REQUEST_ID_REUSED: cart_status = 204;
/// Another process held the database longer than the busy time-out; the call may be repeated.
pub const CART_STATUS_STORE_BUSY: cart_status = 300;
/// The database could not be read or written.
pub const CART_STATUS_STORE_IO: cart_status = 301;
/// The disk, or the database, is full.
pub const CART_STATUS_STORE_FULL: cart_status = 302;
/// The file is not an engine's database, or it is damaged.
pub const CART_STATUS_STORE_CORRUPT: cart_status = 303;
/// The database was written by a newer engine.
pub const CART_STATUS_STORE_VERSION: cart_status = 304;
/// The database can only be read.
pub const CART_STATUS_STORE_READ_ONLY: cart_status = 305;
/// A remote store cannot be reached; the call may be repeated.
pub const CART_STATUS_STORE_UNAVAILABLE: cart_status = 306;
/// The progress callback returned 0.
pub const CART_STATUS_CANCELLED: cart_status = 400;
/// A defect of the engine. It stays usable, and the call changed nothing.
pub const CART_STATUS_PANIC: cart_status = 900;

/// Who asks, and how a call is to be taken. Begin with CART_REQUEST_INIT and set what is needed:
///
/// - cart_request request = CART_REQUEST_INIT;
/// - request.customer_id = "d6bf25b7-e0a8-4f2d-a31b-97b55cfc774d";
/// - request.user = "someone@example.com";
///
/// The engine reads struct and texts during the call only, so one request may serve many calls, and
/// many threads that do not change it. Ids and user are at most 128 bytes of printable ASCII
/// without spaces.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct cart_request {
    /// sizeof(cart_request), so that the library knows which members the host knows.
    pub struct_size: usize,
    /// The customer whose cart or order it is. Required.
    pub customer_id: *const c_char,
    /// Who acts. Required on changes: becomes the cart's lastModifiedUser.
    pub user: *const c_char,
    /// Makes a change safe to repeat: the same request with the same id gets the stored answer of
    /// the first and changes nothing. Kept for 7 days at least. NULL: none.
    pub request_id: *const c_char,
    /// Comes back as correlationId in the error document. NULL: none.
    pub correlation_id: *const c_char,
    /// The etag (attributes.etag, or quoted as in a header of HTTP) that the cart must have for the
    /// change to happen, else CART_STATUS_CONFLICT. NULL: the last writer wins. Only for update,
    /// delete, line operations and checkout.
    pub if_match: *const c_char,
}

/// Called now and then during long work, on the thread of the call.
///
/// It must not call the engine, throw, or jump out.
///
/// @param context what the host passed along with the callback.
/// @param done    the work done so far, in a unit of the call's choice.
/// @param total   the whole work in the same unit; 0 while it is not known. It may grow.
/// @return        0 to cancel: the call undoes its work and returns CART_STATUS_CANCELLED. Anything
///                else goes on.
pub type cart_progress =
    Option<unsafe extern "C" fn(context: *mut c_void, done: u64, total: u64) -> i32>;

/// Tells the version of the ABI that the library speaks.
///
/// @return CART_ABI_VERSION of the header that the library was built with.
#[unsafe(no_mangle)]
extern "C" fn cart_abi_version() -> u32 {
    CART_ABI_VERSION
}

/// Tells the version of the library.
///
/// @return a static text such as "0.1.0"; not to be released.
#[unsafe(no_mangle)]
extern "C" fn cart_version() -> *const c_char {
    static_text(concat!(env!("CARGO_PKG_VERSION"), "\0"))
}

/// Tells the name of a status.
///
/// @param status any number.
/// @return       a static text such as "CART_STATUS_OK", or "CART_STATUS_UNKNOWN" for a number that
///               is no status; never NULL, not to be released.
#[unsafe(no_mangle)]
extern "C" fn cart_status_name(status: cart_status) -> *const c_char {
    name_of(status).as_ptr()
}

/// Releases a document that a call has put into its `out`. Each document is released once, by any
/// thread.
///
/// @param string the document; NULL is allowed.
#[unsafe(no_mangle)]
unsafe extern "C" fn cart_string_free(string: *mut c_char) {
    // SAFETY: documents come from `malloc`, and C promises to release each once.
    unsafe { libc::free(string.cast()) }
}

const fn name_of(status: cart_status) -> &'static CStr {
    match status {
        CART_STATUS_OK => c"CART_STATUS_OK",
        CART_STATUS_INVALID_ARGUMENT => c"CART_STATUS_INVALID_ARGUMENT",
        CART_STATUS_INVALID_JSON => c"CART_STATUS_INVALID_JSON",
        CART_STATUS_INVALID_REQUEST => c"CART_STATUS_INVALID_REQUEST",
        CART_STATUS_MISUSE => c"CART_STATUS_MISUSE",
        CART_STATUS_LIMIT_EXCEEDED => c"CART_STATUS_LIMIT_EXCEEDED",
        CART_STATUS_NOT_FOUND => c"CART_STATUS_NOT_FOUND",
        CART_STATUS_CONFLICT => c"CART_STATUS_CONFLICT",
        CART_STATUS_CART_ORDERED => c"CART_STATUS_CART_ORDERED",
        CART_STATUS_CART_HAS_ERRORS => c"CART_STATUS_CART_HAS_ERRORS",
        CART_STATUS_REQUEST_ID_REUSED => c"CART_STATUS_REQUEST_ID_REUSED",
        CART_STATUS_STORE_BUSY => c"CART_STATUS_STORE_BUSY",
        CART_STATUS_STORE_IO => c"CART_STATUS_STORE_IO",
        CART_STATUS_STORE_FULL => c"CART_STATUS_STORE_FULL",
        CART_STATUS_STORE_CORRUPT => c"CART_STATUS_STORE_CORRUPT",
        CART_STATUS_STORE_VERSION => c"CART_STATUS_STORE_VERSION",
        CART_STATUS_STORE_READ_ONLY => c"CART_STATUS_STORE_READ_ONLY",
        CART_STATUS_STORE_UNAVAILABLE => c"CART_STATUS_STORE_UNAVAILABLE",
        CART_STATUS_CANCELLED => c"CART_STATUS_CANCELLED",
        CART_STATUS_PANIC => c"CART_STATUS_PANIC",
        _ => c"CART_STATUS_UNKNOWN",
    }
}

const fn static_text(text: &'static str) -> *const c_char {
    text.as_ptr().cast()
}

/// Any thread may use an engine: the header says so.
const _: () = {
    const fn shared<T: Send + Sync>() {}
    shared::<cart_engine>();
};

#[cfg(test)]
mod tests;
