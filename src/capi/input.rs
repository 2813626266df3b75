//! Borrows what C hands in, and refuses what no call can use: NULL, text that is not UTF-8, empty
//! or over-long.

use std::ffi::{CStr, c_char, c_void};

use super::{cart_engine, cart_progress, cart_request};
use crate::engine::request::check_token;
use crate::engine::{Engine, Request};
use crate::error::{Error, ErrorKind, Result};

/// The longest path in bytes, with its NUL: what Linux allows, and no other system allows more.
const PATH_BYTES_MAX: usize = 4_096;

/// The greatest request struct in bytes. No later version comes near; a size beyond it was never
/// initialised.
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

/// Borrows the correlation id of a request. The engine has no use for it, so it is checked here.
///
/// # Safety
/// The member is NULL or ends with a NUL.
pub(super) unsafe fn correlation_id(request: &cart_request) -> Result<Option<&str>> {
    const NAME: &str = "correlation_id";
    // SAFETY: the caller's promise.
    let id = unsafe { optional(NAME, request.correlation_id) }?;
    id.map(|id| check_token(NAME, id).map(|()| id)).transpose()
}

/// Borrows the members of a request that the engine wants to know.
///
/// # Safety
/// The members are NULL or end with a NUL.
pub(super) unsafe fn members(request: &cart_request) -> Result<Request<'_>> {
    // SAFETY: the caller's promise.
    unsafe {
        Ok(Request {
            customer_id: text("customer_id", request.customer_id)?,
            user: optional("user", request.user)?,
            request_id: optional("request_id", request.request_id)?,
            if_match: optional("if_match", request.if_match)?,
        })
    }
}

/// Borrows a text that may be absent.
///
/// # Safety
/// As for `text`.
pub(super) unsafe fn optional<'a>(name: &str, pointer: *const c_char) -> Result<Option<&'a str>> {
    // SAFETY: the caller's promise.
    if pointer.is_null() { Ok(None) } else { unsafe { text(name, pointer) }.map(Some) }
}

/// Borrows the path of a file.
///
/// # Safety
/// As for `text`.
pub(super) unsafe fn path<'a>(name: &str, pointer: *const c_char) -> Result<&'a str> {
    // SAFETY: the caller's promise.
    let path = unsafe { text(name, pointer) }?;
    if path.len() < PATH_BYTES_MAX {
        return Ok(path);
    }
    let problem = format!("{} bytes are not less than {PATH_BYTES_MAX}", path.len());
    Err(Error::argument(name, problem))
}

/// Borrows a text. How long it may be, the engine knows: ids have a limit of their own, and that of
/// documents is an option.
///
/// # Safety
/// The pointer is NULL or leads to a text that ends with a NUL, and that stays for the call.
pub(super) unsafe fn text<'a>(name: &str, pointer: *const c_char) -> Result<&'a str> {
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

/// Makes the progress callback of the host one that the engine can call; without a callback nothing
/// ends the work.
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

fn null(name: &str) -> Error {
    Error::argument(name, "NULL")
}

fn wrong_size(problem: &str) -> Error {
    Error::new(ErrorKind::Misuse, format!("struct_size: {problem}")).with_data("struct_size")
}

#[cfg(test)]
mod tests;
