use proptest::prelude::*;

use super::*;
use crate::document::arbitrary::{self, cart_of};
use crate::document::options::{Dialect, Limits};
use crate::document::{read_cart, write_cart};

fn draft(document: &str) -> CartDraft {
    read_cart(document, &Limits::default()).unwrap()
}

fn stored() -> Cart {
    let document = r#"{"lineItems":[{"id":0,"catalogItemId":"P:S:A","quantity":1,
        "termDuration":"P1Y",
        "promotionId":"X:Y:Z","addonItems":[{"id":1,"catalogItemId":"Q:S:A",
        "addonItems":[{"id":2}]}]},
        {"id":3,"catalogItemId":"R:S:A","attestationAccepted":true}]}"#;
    let mut cart = cart_of(&draft(document).lines);
    cart.header.attestation_accepted = Some(true);
    cart
}

fn updated(document: &str) -> Result<CartDraft> {
    let mut draft = draft(document);
    keep_unexpressed_of_cart(&mut draft, &stored()).map(|()| draft)
}

#[test]
fn a_line_of_the_same_id_and_item_keeps_what_the_dialect_has_no_words_for() {
    let cart = updated(r#"{"lineItems":[{"id":"0","catalogId":"p:s:a","quantity":5}]}"#).unwrap();
    let expected = r#"{"partnerOnRecordAttestationAccepted":true,"lineItems":[{"id":0,
        "catalogItemId":"p:s:a",
        "quantity":5,"termDuration":"P1Y","promotionId":"X:Y:Z",
        "addonItems":[{"id":1,"catalogItemId":"Q:S:A","addonItems":[{"id":2}]}]}]}"#;
    assert_eq!(cart, draft(expected));
}

#[test]
fn another_item_or_another_id_keeps_nothing() {
    for document in [
        r#"{"lineItems":[{"id":"0","catalogId":"P:S:B","quantity":5}]}"#,
        r#"{"lineItems":[{"id":"3","catalogId":"P:S:A","quantity":5}]}"#,
        r#"{"lineItems":[{"id":"0","quantity":5}]}"#,
        r#"{"lineItems":[{"catalogId":"P:S:A","quantity":5}]}"#,
    ] {
        assert_eq!(updated(document).unwrap().lines, draft(document).lines, "{document}");
    }
}

#[test]
fn what_the_update_says_in_words_of_another_dialect_rules() {
    let document = r#"{"partnerOnRecordAttestationAccepted":false,"lineItems":[
        {"id":"0","catalogId":"P:S:A","termDuration":"P3Y","promotionId":"V",
        "addonItems":[{"id":9}]}]}"#;
    assert_eq!(updated(document).unwrap(), draft(document));
}

#[test]
fn a_line_may_not_take_the_id_of_an_add_on_that_the_host_does_not_see() {
    let document = r#"{"lineItems":[{"id":"7"},{"id":"0","catalogId":"P:S:A"},{"id":"1"}]}"#;
    assert_eq!(updated(document).unwrap_err().data(), ["lineItems[2].id"]);
    // Where the add-on goes, its id is free.
    assert!(updated(r#"{"lineItems":[{"id":"0","catalogId":"P:S:B"},{"id":"1"}]}"#).is_ok());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_cart_sent_back_as_it_was_read_is_unchanged(
        mut lines in arbitrary::lines(),
        attested: Option<bool>,
    ) {
        for line in &mut lines {
            line.input.catalog_item_id.get_or_insert_with(|| "P:S:A".to_owned());
        }
        let mut cart = cart_of(&lines);
        cart.header.attestation_accepted = attested;
        let mut draft = draft(&write_cart(&cart, Dialect::V2018));
        keep_unexpressed_of_cart(&mut draft, &cart).unwrap();
        prop_assert_eq!(draft, CartDraft { attestation_accepted: attested, lines });
    }
}
