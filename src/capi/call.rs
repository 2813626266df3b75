//! The one boundary between C and the engine. Every call goes through it in five steps: clear the
//! output, guard against a fork and a panic, borrow the inputs, call the safe engine, store the
//! output.

use std::any::Any;
use std::ffi::c_char;
use std::panic::{AssertUnwindSafe, catch_unwind};

use super::{CART_STATUS_OK, cart_engine, cart_request, cart_status, input};
use crate::document::write_error;
use crate::engine::{Engine, Request};
use crate::error::{Error, ErrorKind, Result};

#[cfg(not(panic = "unwind"))]
compile_error!("the C ABI promises that a panic becomes a status: build with panic = \"unwind\"");

/// What a call of the engine answers: a document, or nothing to say.
pub(super) trait Answer {
    /// The document, when there is one.
    fn into_document(self) -> Option<String>;
}

impl Answer for String {
    fn into_document(self) -> Option<String> {
        Some(self)
    }
}

impl Answer for () {
    fn into_document(self) -> Option<String> {
        None
    }
}

/// Carries out a call that needs no open engine.
///
/// # Safety
/// `out` is NULL or can be written to.
pub(super) unsafe fn plain<A: Answer>(
    out: *mut *mut c_char,
    work: impl FnOnce() -> Result<A>,
) -> cart_status {
    // SAFETY: the same promise.
    unsafe { boundary(out, |_| work()) }
}

/// Carries out a call on an engine.
///
/// # Safety
/// `engine` is NULL or came from `cart_engine_open` and was not closed; `out` is NULL or can be
/// written to.
pub(super) unsafe fn on_engine<A: Answer>(
    engine: *const cart_engine,
    out: *mut *mut c_char,
    work: impl FnOnce(&Engine) -> Result<A>,
) -> cart_status {
    // SAFETY: the same promises.
    unsafe { boundary(out, |_| work(input::engine(engine)?)) }
}

/// Carries out a call on an engine in the name of a customer.
///
/// # Safety
/// As `on_engine`; `request` is NULL or begins with its size, and its texts are NULL or end with a
/// NUL.
pub(super) unsafe fn on_request<A: Answer>(
    engine: *const cart_engine,
    request: *const cart_request,
    out: *mut *mut c_char,
    work: impl FnOnce(&Engine, &Request<'_>) -> Result<A>,
) -> cart_status {
    // SAFETY: the same promises.
    unsafe {
        boundary(out, |correlation_id| {
            let engine = input::engine(engine)?;
            let request = input::request(request)?;
            // Known before the other members are read, so that an error in one of them carries it.
            *correlation_id = input::correlation_id(request)?;
            work(engine, &input::members(request)?)
        })
    }
}

/// Steps one, two and five of every call; `work` is the third and the fourth.
unsafe fn boundary<'a, A: Answer>(
    out: *mut *mut c_char,
    work: impl FnOnce(&mut Option<&'a str>) -> Result<A>,
) -> cart_status {
    // SAFETY: the caller promises that `out` is NULL or can be written to.
    unsafe { store(out, || None) };
    let mut correlation_id = None;
    let result = guarded(|| work(&mut correlation_id));
    let status = result.as_ref().map_or_else(|error| error.kind().status(), |_| CART_STATUS_OK);
    let document = || match result {
        Ok(answer) => answer.into_document(),
        Err(error) => Some(write_error(&error, correlation_id)),
    };
    // SAFETY: as above.
    unsafe { store(out, document) };
    status
}

/// Turns a panic into an error. The engine is fit for further use: it locks without poison and a
/// change that did not reach its commit is rolled back.
fn guarded<T>(work: impl FnOnce() -> Result<T>) -> Result<T> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|payload| Err(defect(payload.as_ref())))
}

fn defect(payload: &(dyn Any + Send)) -> Error {
    let text = payload.downcast_ref::<&str>().copied();
    let text = text.or_else(|| payload.downcast_ref::<String>().map(String::as_str));
    let text = text.unwrap_or("no message");
    Error::new(ErrorKind::Panic, format!("a defect of the engine: {text}"))
}

/// Hands a document to the host; it is not even written when the host does not ask for it.
unsafe fn store(out: *mut *mut c_char, document: impl FnOnce() -> Option<String>) {
    if !out.is_null() {
        let text = document().map_or(std::ptr::null_mut(), |document| to_c(&document));
        // SAFETY: the caller promises that `out` can be written to when it is not NULL.
        unsafe { out.write(text) };
    }
}

/// Copies a text to where the host may keep it, and even write to it: the C allocator frees it
/// without its length.
fn to_c(text: &str) -> *mut c_char {
    debug_assert!(!text.contains('\0'), "JSON escapes control characters");
    let length = text.len();
    // SAFETY: the block has room for the text and its NUL.
    unsafe {
        let block = libc::malloc(length + 1).cast::<u8>();
        if block.is_null() {
            std::alloc::handle_alloc_error(std::alloc::Layout::for_value(text));
        }
        block.copy_from_nonoverlapping(text.as_ptr(), length);
        block.add(length).write(0);
        block.cast()
    }
}

#[cfg(test)]
mod tests;
