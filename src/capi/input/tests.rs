#![allow(
    clippy::undocumented_unsafe_blocks,
    reason = "the tests are the caller who keeps the promises"
)]

use std::ffi::CString;
use std::ptr::{null, null_mut};

use super::*;

const SIZE: usize = size_of::<cart_request>();

/// A request of a later version: it has one more member.
#[repr(C)]
struct LaterRequest {
    known: cart_request,
    unknown: usize,
}

fn request_of_size(struct_size: usize) -> cart_request {
    cart_request {
        struct_size,
        customer_id: c"customer".as_ptr(),
        user: null(),
        request_id: null(),
        correlation_id: null(),
        if_match: null(),
    }
}

fn later(unknown: usize) -> LaterRequest {
    LaterRequest { known: request_of_size(size_of::<LaterRequest>()), unknown }
}

#[test]
fn texts_that_no_call_can_use_are_refused_by_name() {
    let long = CString::new("x".repeat(PATH_BYTES_MAX)).unwrap();
    for (pointer, read, description) in [
        (null(), text as unsafe fn(&str, *const c_char) -> Result<&'static str>, "id: NULL"),
        (c"".as_ptr(), text, "id: empty"),
        (c"ab\xFF".as_ptr(), text, "id: not UTF-8 at byte 2"),
        (c"\xED\xA0\x80".as_ptr(), text, "id: not UTF-8 at byte 0"),
        (null(), path, "id: NULL"),
        (long.as_ptr(), path, "id: 4096 bytes are not less than 4096"),
    ] {
        let error = unsafe { read("id", pointer) }.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidArgument);
        assert_eq!(error.description(), description);
        assert_eq!(error.data(), ["id"]);
    }
}

#[test]
fn texts_are_borrowed_as_they_are() {
    let cart = c"{\"\xC3\xA9\":1}".as_ptr();
    assert_eq!(unsafe { text("cart", cart) }, Ok("{\"é\":1}"));
    assert_eq!(unsafe { optional("query", cart) }, Ok(Some("{\"é\":1}")));
    assert_eq!(unsafe { optional("query", null()) }, Ok(None));
    assert_eq!(unsafe { path("path", c"shop.db".as_ptr()) }, Ok("shop.db"));
}

#[test]
fn a_request_has_at_least_the_size_of_this_version() {
    for size in [0, 1, SIZE - 1, REQUEST_BYTES_MAX + 1, usize::MAX] {
        let wrong = request_of_size(size);
        let error = unsafe { request(&raw const wrong) }.err().unwrap();
        assert_eq!(error.kind(), ErrorKind::Misuse);
        assert_eq!(error.data(), ["struct_size"]);
        assert!(error.description().contains(&size.to_string()));
    }
    assert!(unsafe { request(&request_of_size(SIZE)) }.is_ok());
    let error = unsafe { request(null()) }.err().unwrap();
    assert_eq!((error.kind(), error.description()), (ErrorKind::InvalidArgument, "request: NULL"));
}

#[test]
fn a_later_request_is_taken_while_its_unknown_members_are_zero() {
    let zero = later(0);
    assert!(unsafe { request((&raw const zero).cast()) }.is_ok());
    let set = later(1 << 24);
    let error = unsafe { request((&raw const set).cast()) }.err().unwrap();
    assert_eq!(error.kind(), ErrorKind::Misuse);
    assert!(error.description().contains("byte 51"), "{}", error.description());
}

#[test]
fn a_member_that_is_wrong_is_named() {
    let bad = c"\xFF".as_ptr();
    let good = request_of_size(SIZE);
    for (name, wrong) in [
        ("customer_id", cart_request { customer_id: null(), ..good }),
        ("user", cart_request { user: bad, ..good }),
        ("request_id", cart_request { request_id: bad, ..good }),
        ("if_match", cart_request { if_match: c"".as_ptr(), ..good }),
    ] {
        assert_eq!(unsafe { members(&wrong) }.unwrap_err().data(), [name]);
    }
    assert_eq!(unsafe { members(&good) }.unwrap().customer_id, "customer");
}

#[test]
fn a_correlation_id_fits_a_log_line() {
    let with = |id| cart_request { correlation_id: id, ..request_of_size(SIZE) };
    for bad in [c"".as_ptr(), c"two words".as_ptr(), c"\xFF".as_ptr()] {
        let wrong = with(bad);
        assert_eq!(unsafe { correlation_id(&wrong) }.unwrap_err().data(), ["correlation_id"]);
    }
    let (absent, good) = (with(null()), with(c"trace-7".as_ptr()));
    assert_eq!(unsafe { correlation_id(&absent) }, Ok(None));
    assert_eq!(unsafe { correlation_id(&good) }, Ok(Some("trace-7")));
}

#[test]
fn progress_goes_on_until_the_host_says_zero() {
    unsafe extern "C" fn until_three(context: *mut c_void, done: u64, _total: u64) -> i32 {
        unsafe { *context.cast::<u64>() = done };
        i32::from(done < 3)
    }
    let mut seen = 0_u64;
    let mut host = unsafe { progress(Some(until_three), (&raw mut seen).cast()) };
    assert!(host(2, 9));
    assert!(!host(3, 9));
    drop(host);
    assert_eq!(seen, 3);
    assert!(unsafe { progress(None, null_mut()) }(1, 1));
}
