use super::*;
use crate::error::ErrorKind;

#[test]
fn every_kind_of_error_has_a_status_with_a_name() {
    for kind in ErrorKind::ALL {
        let name = name_of(kind.status()).to_str().unwrap();
        assert_ne!(name, "CART_STATUS_UNKNOWN", "{kind:?}");
    }
}

#[test]
fn a_number_that_is_no_status_has_a_name_too() {
    for status in [i32::MIN, -1, 1, 99, 105, 899, i32::MAX] {
        assert_eq!(name_of(status), c"CART_STATUS_UNKNOWN");
    }
}
