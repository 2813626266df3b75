#![allow(
    clippy::undocumented_unsafe_blocks,
    reason = "the tests are the caller who keeps the promises"
)]

use std::ffi::CStr;
use std::ptr::null_mut;

use serde_json::{Value, json};

use super::*;

/// Calls with an `out` that holds garbage before, and takes what it holds after.
fn answered(call: impl FnOnce(*mut *mut c_char) -> cart_status) -> (cart_status, Option<String>) {
    let mut out = std::ptr::dangling_mut::<c_char>();
    let status = call(&raw mut out);
    if out.is_null() {
        return (status, None);
    }
    let text = unsafe { CStr::from_ptr(out) }.to_str().unwrap().to_owned();
    unsafe { crate::capi::cart_string_free(out) };
    (status, Some(text))
}

#[test]
fn a_document_is_handed_over_and_its_absence_is_null() {
    let document = answered(|out| unsafe { plain(out, || Ok("{\"é\":1}".to_owned())) });
    assert_eq!(document, (CART_STATUS_OK, Some("{\"é\":1}".to_owned())));
    assert_eq!(answered(|out| unsafe { plain(out, || Ok(())) }), (CART_STATUS_OK, None));
}

#[test]
fn out_is_null_while_the_call_works() {
    let (status, _) = answered(|out| unsafe {
        plain(out, || {
            assert!(out.read().is_null());
            Ok(())
        })
    });
    assert_eq!(status, CART_STATUS_OK);
}

#[test]
fn a_host_that_wants_no_document_gets_the_status_alone() {
    let missing = || Err::<(), _>(Error::new(ErrorKind::CartNotFound, "no cart"));
    assert_eq!(unsafe { plain(null_mut(), missing) }, 200);
    assert_eq!(unsafe { plain(null_mut(), || Ok(String::from("{}"))) }, CART_STATUS_OK);
}

#[test]
fn an_error_is_told_with_the_correlation_id() {
    let (status, document) = answered(|out| unsafe {
        boundary(out, |correlation_id| {
            *correlation_id = Some("trace-7");
            Err::<(), _>(Error::new(ErrorKind::Conflict, "the etag is another").with_data("e2"))
        })
    });
    assert_eq!(status, 201);
    assert_eq!(
        serde_json::from_str::<Value>(&document.unwrap()).unwrap(),
        json!({
            "code": "2055", "name": "Conflict", "description": "the etag is another",
            "data": ["e2"], "source": "cart_engine", "retryable": false, "correlationId": "trace-7",
        })
    );
}

#[test]
fn a_panic_is_a_status_with_its_message() {
    for (status, document) in [
        answered(|out| unsafe { plain(out, || -> Result<()> { panic!("left {} right", 1) }) }),
        answered(|out| unsafe { plain(out, || -> Result<()> { panic!("left 1 right") }) }),
    ] {
        assert_eq!(status, 900);
        let document: Value = serde_json::from_str(&document.unwrap()).unwrap();
        assert_eq!(document["name"], "Panic");
        assert_eq!(document["description"], "a defect of the engine: left 1 right");
    }
    let odd = || -> Result<()> { std::panic::panic_any(7) };
    let (status, document) = answered(|out| unsafe { plain(out, odd) });
    assert_eq!(status, 900);
    assert!(document.unwrap().contains("a defect of the engine: no message"));
}
