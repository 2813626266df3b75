//! Borrows what C hands in, and refuses what no call can use: NULL, text that is not UTF-8, empty or over-long.

use std::ffi::{CStr, c_char, c_void};

use super::{cart_engine, cart_progress, cart_request};
use crate::engine::request::check_token;
use crate::engine::{Engine, Request};
use crate::error::{Error, ErrorKind, Result};

/// The longest id, etag or timestamp in bytes: several times what the engine itself hands out.
const WORD_BYTES_MAX: usize = 128;

/// The longest path in bytes: what the system itself allows.
const PATH_BYTES_MAX: usize = libc::PATH_MAX as usize;

/// The greatest request struct in bytes. No later version comes near; a size beyond it was never initialised.
const REQUEST_BYTES_MAX: usize = 4_096;

/// Borrows the engine of a handle.
///
/// # Safety
/// The handle is NULL or came from `cart_engine_open` and was not closed.
pub(super) unsafe fn engine<'a>(handle: *const cart_engine) -> Result<&'a Engine> {
    // SAFETY: the caller's promise.
    let handle = unsafe { handle.as_ref() }.ok_or_else(|| null("engine"))?;
    if handle.is_forked() {
        let problem = format!("engine: process {} opened it, this is its fork", handle.process);
        return Err(Error::new(ErrorKind::Misuse, problem).with_data("engine"));
    }
    Ok(&handle.engine)
}

/// Borrows the place that receives a new engine, and clears it.
///
/// # Safety
/// The pointer is NULL or can be written to.
pub(super) unsafe fn slot<'a>(
    name: &str,
    pointer: *mut *mut cart_engine,
) -> Result<&'a mut *mut cart_engine> {
    if pointer.is_null() {
        return Err(null(name));
    }
    // SAFETY: not NULL, and written before it is borrowed.
    unsafe {
        pointer.write(std::ptr::null_mut());
        Ok(&mut *pointer)
    }
}

/// Takes an engine back from the host.
///
/// # Safety
/// The handle is NULL or came from `cart_engine_open`, and this is its last use.
pub(super) unsafe fn owned(handle: *mut cart_engine) -> Option<Box<cart_engine>> {
    if handle.is_null() {
        return None;
    }
    // SAFETY: `cart_engine_open` made it from a box.
    Some(unsafe { Box::from_raw(handle) })
}

/// Borrows a request struct whose size says that it can be read.
///
/// # Safety
/// The pointer is NULL or leads to as many bytes as its first member says.
pub(super) unsafe fn request<'a>(pointer: *const cart_request) -> Result<&'a cart_request> {
    const SIZE: usize = size_of::<cart_request>();
    if pointer.is_null() {
        return Err(null("request"));
    }
    // SAFETY: the first member is there in every version of the struct.
    let size = unsafe { (&raw const (*pointer).struct_size).read() };
    if !(SIZE..=REQUEST_BYTES_MAX).contains(&size) {
        let problem = format!("{size} is not between {SIZE} and {REQUEST_BYTES_MAX}");
        return Err(wrong_size(&problem));
    }
    // SAFETY: the struct has `size` bytes, at least those of this version.
    let rest = unsafe { std::slice::from_raw_parts(pointer.add(1).cast::<u8>(), size - SIZE) };
    match rest.iter().position(|&byte| byte != 0) {
        Some(position) => Err(wrong_size(&format!(
            "byte {} of a member that this version does not know is not zero",
            SIZE + position
        ))),
        // SAFETY: not NULL, and large enough.
        None => Ok(unsafe { &*pointer }),
    }
}

/// Borrows the correlation id of a request.
///
/// # Safety
/// The member is NULL or ends with a NUL.
pub(super) unsafe fn correlation_id(request: &cart_request) -> Result<Option<&str>> {
    // SAFETY: the caller's promise.
    unsafe { optional(request.correlation_id, |text| token("correlation_id", text)) }
}

/// Borrows the members of a request that the engine wants to know.
///
/// # Safety
/// The members are NULL or end with a NUL.
pub(super) unsafe fn members(request: &cart_request) -> Result<Request<'_>> {
    // SAFETY: the caller's promise.
    unsafe {
        Ok(Request {
            customer_id: token("customer_id", request.customer_id)?,
            user: optional(request.user, |text| token("user", text))?,
            request_id: optional(request.request_id, |text| token("request_id", text))?,
            if_match: optional(request.if_match, |text| word("if_match", text))?,
        })
    }
}

/// Borrows a parameter that may be absent.
pub(super) fn optional<T>(
    pointer: *const c_char,
    read: impl FnOnce(*const c_char) -> Result<T>,
) -> Result<Option<T>> {
    if pointer.is_null() { Ok(None) } else { read(pointer).map(Some) }
}

/// Borrows the id of a customer, a user or a call.
///
/// # Safety
/// The pointer is NULL or leads to a text that ends with a NUL.
pub(super) unsafe fn token<'a>(name: &str, pointer: *const c_char) -> Result<&'a str> {
    // SAFETY: the caller's promise.
    let text = unsafe { document(name, pointer) }?;
    check_token(name, text).map(|()| text)
}

/// Borrows the id of a thing, an etag or a timestamp.
///
/// # Safety
/// As for `token`.
pub(super) unsafe fn word<'a>(name: &str, pointer: *const c_char) -> Result<&'a str> {
    // SAFETY: the caller's promise.
    let text = unsafe { document(name, pointer) }?;
    at_most(WORD_BYTES_MAX, name, text)
}

/// Borrows the path of a file.
///
/// # Safety
/// As for `token`.
pub(super) unsafe fn path<'a>(name: &str, pointer: *const c_char) -> Result<&'a str> {
    // SAFETY: the caller's promise.
    let text = unsafe { document(name, pointer) }?;
    at_most(PATH_BYTES_MAX, name, text)
}

/// Borrows a document. How large it may be is an option of the engine, which checks it.
///
/// # Safety
/// As for `token`.
pub(super) unsafe fn document<'a>(name: &str, pointer: *const c_char) -> Result<&'a str> {
    if pointer.is_null() {
        return Err(null(name));
    }
    // SAFETY: not NULL, and the caller promises the rest.
    match unsafe { CStr::from_ptr(pointer) }.to_str() {
        Ok("") => Err(Error::argument(name, "empty")),
        Ok(text) => Ok(text),
        Err(error) => {
            Err(Error::argument(name, format!("not UTF-8 at byte {}", error.valid_up_to())))
        }
    }
}

/// Makes the progress callback of the host one that the engine can call; without a callback nothing ends the work.
///
/// # Safety
/// The callback is NULL or can be called with the context for as long as the result lives.
pub(super) unsafe fn progress(
    callback: cart_progress,
    context: *mut c_void,
) -> impl FnMut(u64, u64) -> bool {
    move |done, total| match callback {
        None => true,
        // SAFETY: the caller's promise.
        Some(callback) => unsafe { callback(context, done, total) != 0 },
    }
}

fn at_most<'a>(bytes_max: usize, name: &str, text: &'a str) -> Result<&'a str> {
    if text.len() <= bytes_max {
        return Ok(text);
    }
    let problem = format!("{} bytes are more than {bytes_max}", text.len());
    Err(Error::argument(name, problem))
}

fn null(name: &str) -> Error {
    Error::argument(name, "NULL")
}

fn wrong_size(problem: &str) -> Error {
    Error::new(ErrorKind::Misuse, format!("struct_size: {problem}")).with_data("struct_size")
}

#[cfg(test)]
mod tests;
