use serde_json::{Value, json};

use super::*;
use crate::cart::model::{GroupSlot, LineDraft, LineError, LineInput};
use crate::document::arbitrary::{self, cart_of, group, line_error, pricing, value};
use crate::document::options::Limits;
use crate::document::{read_after, read_cart};

/// A cart with everything: two groups, an add-on, prices, an error, all properties.
fn cart() -> Cart {
    let document = r#"{"lineItems":[
        {"id":0,"catalogItemId":"CFQ7TTC0LCHC:0002:CFQ7TTC0LF8S","friendlyName":"Ada's \"seats\"",
        "quantity":51,
         "currencyCode":"USD","billingCycle":"monthly","termDuration":"P1Y",
         "participants":[{"key":"transaction_reseller","value":"12345"}],
         "provisioningContext":{"scope":"shared"},"renewsTo":{"termDuration":"P1M"},
         "attestationAccepted":true,"promotionId":"39NFJQT1PJQB:0001:39NFJQT1Q5KN",
         "customTermEndDate":"2026-09-30","addonItems":[
           {"id":2,"catalogItemId":"CFQ7TTC0LCHD:0001:CFQ7TTC0LF8T","quantity":1,
           "billingCycle":"monthly"}]},
        {"id":1,"catalogItemId":"91fd106f-4b2c-4938-95ac-f54f74e9a239","quantity":51,
        "billingCycle":"annual"}]}"#;
    let draft = read_cart(document, &Limits::default()).unwrap();
    let mut cart = cart_of(&draft.lines);
    cart.header.attestation_accepted = Some(true);
    cart.header.groups = vec![group(7, "0"), group(3, "OMS-0")];
    for (line, slot) in cart.lines.iter_mut().zip([7, 7, 3]) {
        line.group = Some(slot);
    }
    cart.lines[0].pricing = Some(pricing(3_040, 36_480));
    cart.lines[1].pricing = Some(pricing(0, 0));
    cart.lines[2].error = Some(Box::new(line_error()));
    cart
}

#[test]
fn the_dialect_of_2023_is_written_to_the_letter() {
    let expected = concat!(
        r#"{"id":"3655b1a0-b1c9-4268-9824-577fdbc4d0be","#,
        r#""creationTimeStamp":"2026-03-10T12:00:00.0000000Z","#,
        r#""lastModifiedTimeStamp":"2026-03-10T12:00:00.0000001Z","#,
        r#""expirationTimeStamp":"2026-03-17T12:00:00.0000000Z","#,
        r#""lastModifiedUser":"user","status":"Active","PartnerOnRecordAttestationAccepted":true,"#,
        r#""lineItems":[{"id":"0","catalogItemId":"CFQ7TTC0LCHC:0002:CFQ7TTC0LF8S","#,
        r#""friendlyName":"Ada's \"seats\"","quantity":51,"currencyCode":"USD","#,
        r#""billingCycle":"monthly","termDuration":"P1Y","#,
        r#""participants":[{"key":"transaction_reseller","value":"12345"}],"#,
        r#""provisioningContext":{"scope":"shared"},"orderGroup":"0","#,
        r#""addonItems":[{"id":"2","catalogItemId":"CFQ7TTC0LCHD:0001:CFQ7TTC0LF8T","quantity":1,"#,
        r#""billingCycle":"monthly","orderGroup":"0","#,
        r#""pricing":{"listPrice":0,"discountedPrice":0,"proratedPrice":0,"price":0,"#,
        r#""extendedPrice":0}}],"#,
        r#""renewsTo":[{"termDuration":"P1M"}],"AttestationAccepted":true,"#,
        r#""promotionId":"39NFJQT1PJQB:0001:39NFJQT1Q5KN","#,
        r#""customTermEndDate":"2026-09-30T00:00:00.0000000Z","#,
        r#""pricing":{"listPrice":30.4,"discountedPrice":30.4,"proratedPrice":30.4,"price":30.4,"#,
        r#""extendedPrice":364.8}},"#,
        r#"{"id":"1","catalogItemId":"91fd106f-4b2c-4938-95ac-f54f74e9a239","quantity":51,"#,
        r#""billingCycle":"annual","orderGroup":"OMS-0","error":{"errorCode":10015,"#,
        r#""errorDescription":"quantity 51: 50 seats remain of 300 for CFQ7TTC0LCHC:0002","#,
        r#""additionalInformation":{"availableQuantity":50,"purchasedQuantity":51}}}],"#,
        r#""attributes":{"etag":"3"}}"#,
    );
    assert_eq!(write_cart(&cart(), Dialect::V2023), expected);
}

#[test]
fn the_dialect_of_2018_is_written_to_the_letter() {
    let expected = concat!(
        r#"{"id":"3655b1a0-b1c9-4268-9824-577fdbc4d0be","#,
        r#""creationTimeStamp":"2026-03-10T12:00:00.0000000Z","#,
        r#""lastModifiedTimeStamp":"2026-03-10T12:00:00.0000001Z","#,
        r#""expirationTimeStamp":"2026-03-17T12:00:00.0000000Z","#,
        r#""lastModifiedUser":"user","#,
        r#""lineItems":[{"id":"0","catalogId":"CFQ7TTC0LCHC:0002:CFQ7TTC0LF8S","#,
        r#""friendlyName":"Ada's \"seats\"","quantity":51,"currencyCode":"USD","#,
        r#""billingCycle":"monthly","participants":[{"key":"transaction_reseller","#,
        r#""value":"12345"}],"#,
        r#""provisioningContext":{"scope":"shared"},"orderGroup":"0","purchaseSystem":"modern"},"#,
        r#"{"id":"1","catalogId":"91fd106f-4b2c-4938-95ac-f54f74e9a239","quantity":51,"#,
        r#""billingCycle":"annual","orderGroup":"OMS-0","purchaseSystem":"legacy","#,
        r#""error":{"quantity":"quantity 51: 50 seats remain of 300 for CFQ7TTC0LCHC:0002"}}],"#,
        r#""attributes":{"etag":"3"}}"#,
    );
    assert_eq!(write_cart(&cart(), Dialect::V2018), expected);
}

#[test]
fn the_wire_dialect_is_written_as_the_live_service_does() {
    let expected = concat!(
        r#"{"id":"3655b1a0-b1c9-4268-9824-577fdbc4d0be","#,
        r#""creationTimestamp":"2026-03-10T12:00:00.0000000Z","#,
        r#""lastModifiedTimestamp":"2026-03-10T12:00:00.0000001Z","#,
        r#""expirationTimestamp":"2026-03-17T12:00:00.0000000Z","#,
        r#""lastModifiedUser":"user","status":"Active","partnerOnRecordAttestationAccepted":true,"#,
        r#""lineItems":[{"id":0,"catalogItemId":"CFQ7TTC0LCHC:0002:CFQ7TTC0LF8S","#,
        r#""friendlyName":"Ada's \"seats\"","quantity":51,"currencyCode":"USD","#,
        r#""billingCycle":"monthly","termDuration":"P1Y","#,
        r#""participants":[{"key":"transaction_reseller","value":"12345"}],"#,
        r#""renewsTo":{"termDuration":"P1M"},"promotionId":"39NFJQT1PJQB:0001:39NFJQT1Q5KN","#,
        r#""provisioningContext":{"scope":"shared"},"orderGroup":"0","#,
        r#""addonItems":[{"id":2,"catalogItemId":"CFQ7TTC0LCHD:0001:CFQ7TTC0LF8T","quantity":1,"#,
        r#""billingCycle":"monthly","provisioningContext":{},"orderGroup":"0","#,
        r#""pricing":{"listPrice":0,"discountedPrice":0,"proratedPrice":0,"price":0,"#,
        r#""extendedPrice":0}}],"#,
        r#""pricing":{"listPrice":30.4,"discountedPrice":30.4,"proratedPrice":30.4,"price":30.4,"#,
        r#""extendedPrice":364.8},"attestationAccepted":true,"#,
        r#""customTermEndDate":"2026-09-30T00:00:00.0000000Z"},"#,
        r#"{"id":1,"catalogItemId":"91fd106f-4b2c-4938-95ac-f54f74e9a239","quantity":51,"#,
        r#""billingCycle":"annual","provisioningContext":{},"orderGroup":"OMS-0","#,
        r#""error":{"errorCode":10015,"#,
        r#""errorDescription":"quantity 51: 50 seats remain of 300 for CFQ7TTC0LCHC:0002","#,
        r#""additionalInformation":{"availableQuantity":50,"purchasedQuantity":51}}}],"#,
        r#""links":{"self":{"uri":"/customers/28045616-f6b9-462f-9701-0d89b5e65c44/carts/"#,
        r#"3655b1a0-b1c9-4268-9824-577fdbc4d0be","method":"GET","headers":[]}},"#,
        r#""attributes":{"objectType":"Cart","etag":"3"}}"#,
    );
    assert_eq!(write_cart(&cart(), Dialect::Wire), expected);
}

/// A published answer, or one of this engine's, without what they do not have in common.
fn comparable(mut cart: Value) -> Value {
    for name in ["creationTimestamp", "lastModifiedTimestamp", "expirationTimestamp"] {
        cart.as_object_mut().unwrap().remove(name);
    }
    cart["attributes"].as_object_mut().unwrap().remove("etag");
    make_comparable(&mut cart["lineItems"]);
    cart
}

/// Older answers leave out a context that is empty.
fn make_comparable(lines: &mut Value) {
    for line in lines.as_array_mut().unwrap() {
        let line = line.as_object_mut().unwrap();
        line.remove("pricing");
        line.entry("provisioningContext").or_insert_with(|| json!({}));
        line.get_mut("addonItems").into_iter().for_each(make_comparable);
    }
}

#[test]
fn published_answers_are_what_this_engine_would_write() {
    for document in [
        include_str!("../../../tests/fixtures/carts/answer-six-lines.json"),
        include_str!("../../../tests/fixtures/carts/answer-pricing.json"),
        include_str!("../../../tests/fixtures/carts/answer-add-ons.json"),
        include_str!("../../../tests/fixtures/carts/answer-promotion.json"),
    ] {
        let published = value(document);
        let mut cart = cart_of(&read_cart(document, &Limits::default()).unwrap().lines);
        cart.header.id = published["id"].as_str().unwrap().parse().unwrap();
        cart.header.user = published["lastModifiedUser"].as_str().map(str::to_owned);
        let uri = published["links"]["self"]["uri"].as_str().unwrap();
        cart.header.customer_id = uri.split('/').nth(2).unwrap().to_owned();
        let names = groups_in_cart_order(&published["lineItems"]);
        for (line, name) in cart.lines.iter_mut().zip(&names) {
            let slot = names.iter().position(|known| known == name).unwrap();
            line.group = GroupSlot::try_from(slot).ok();
            cart.header.groups.push(group(line.group.unwrap(), name));
        }
        let written = value(&write_cart(&cart, Dialect::Wire));
        assert_eq!(comparable(written), comparable(published));
    }
}

fn groups_in_cart_order(lines: &Value) -> Vec<String> {
    let mut names = Vec::new();
    for line in lines.as_array().into_iter().flatten() {
        names.push(line["orderGroup"].as_str().unwrap().to_owned());
        names.extend(groups_in_cart_order(&line["addonItems"]));
    }
    names
}

#[test]
fn what_is_absent_is_left_out() {
    let mut cart = cart_of(&[LineDraft { id: Some(0), ..LineDraft::default() }]);
    cart.header.user = None;
    let lines = |dialect| value(&write_cart(&cart, dialect))["lineItems"].take();
    assert_eq!(lines(Dialect::V2018), json!([{"id": "0"}]));
    assert_eq!(lines(Dialect::V2023), json!([{"id": "0"}]));
    assert_eq!(lines(Dialect::Wire), json!([{"id": 0, "provisioningContext": {}}]));
    for dialect in [Dialect::V2018, Dialect::V2023, Dialect::Wire] {
        assert!(!write_cart(&cart, dialect).contains("null"));
        assert!(!write_cart(&cart, dialect).contains("lastModifiedUser"));
    }
}

#[test]
fn a_purchase_system_follows_from_the_group_or_the_form_of_the_item() {
    let system = |item: &str, slot: Option<GroupSlot>| {
        let mut cart = cart();
        cart.lines.truncate(1);
        let input = LineInput { catalog_item_id: Some(item.to_owned()), ..LineInput::default() };
        *cart.lines[0].input = input;
        cart.lines[0].group = slot;
        value(&write_cart(&cart, Dialect::V2018))["lineItems"][0]["purchaseSystem"].take()
    };
    for (item, slot, expected) in [
        ("P:S:A", None, json!("modern")),
        ("MS-AZR-0145P", None, json!("legacy")),
        ("P:S:A", Some(3), json!("legacy")),
        ("MS-AZR-0145P", Some(7), json!("modern")),
        ("MS-AZR-0145P", Some(99), json!("legacy")),
        ("what is this", None, Value::Null),
    ] {
        assert_eq!(system(item, slot), expected, "{item} in {slot:?}");
    }
}

#[test]
fn the_error_of_an_item_names_it_as_the_dialect_of_2018_does() {
    let mut cart = cart();
    cart.lines[2].error.as_mut().unwrap().property = "catalogItemId".to_owned();
    let line = value(&write_cart(&cart, Dialect::V2018))["lineItems"][1].take();
    assert!(line["error"]["catalogId"].is_string());
}

#[test]
fn a_header_counts_the_lines_that_it_does_not_show() {
    for dialect in [Dialect::V2018, Dialect::V2023, Dialect::Wire] {
        let mut whole = value(&write_cart(&cart(), dialect));
        let properties = whole.as_object_mut().unwrap();
        properties.remove("lineItems");
        properties.insert("lineCount".to_owned(), json!(3));
        assert_eq!(value(&write_header(&cart().header, dialect)), whole);
    }
}

#[test]
fn a_page_of_carts_leads_to_the_next() {
    let page = Page { total: 5, items: vec![cart().header], after: Some(42) };
    let written = value(&write_cart_page(&page, Dialect::Wire));
    assert_eq!(written["totalCount"], json!(5));
    assert_eq!(written["items"], json!([value(&write_header(&cart().header, Dialect::Wire))]));
    assert_eq!(read_after(written["after"].as_str().unwrap()), Ok(42));
    let last = Page::<CartHeader> { total: 0, items: vec![], after: None };
    assert_eq!(write_cart_page(&last, Dialect::V2023), r#"{"totalCount":0,"items":[]}"#);
}

#[test]
fn line_changes_tell_root_lines_exactly_as_the_cart_does() {
    let cart = cart();
    for dialect in [Dialect::V2018, Dialect::V2023, Dialect::Wire] {
        let whole = value(&write_cart(&cart, dialect));
        for (named, roots) in [
            (vec![0], vec![0]),
            (vec![2], vec![0]),
            (vec![1], vec![1]),
            (vec![2, 1], vec![0, 1]),
            (vec![9], vec![]),
        ] {
            let changes =
                LineChanges { cart: &cart, lines: named, removed: vec![], renamed: vec![] };
            let written = value(&write_line_changes(&changes, dialect));
            let expected: Vec<_> =
                roots.iter().map(|at: &usize| whole["lineItems"][at].clone()).collect();
            assert_eq!(written["lineItems"], Value::from(expected));
            assert_eq!(written["cart"], value(&write_header(&cart.header, dialect)));
            assert_eq!((&written["removed"], &written["orderGroups"]), (&json!([]), &json!({})));
        }
    }
}

#[test]
fn line_changes_tell_what_is_gone_and_what_is_renamed() {
    let cart = cart();
    let renamed = vec![("1".to_owned(), "0".to_owned()), ("OMS-1".to_owned(), "OMS-0".to_owned())];
    let changes = LineChanges { cart: &cart, lines: vec![], removed: vec![5, 6], renamed };
    let written = |dialect| value(&write_line_changes(&changes, dialect));
    assert_eq!(written(Dialect::V2023)["removed"], json!(["5", "6"]));
    assert_eq!(written(Dialect::Wire)["removed"], json!([5, 6]));
    assert_eq!(written(Dialect::Wire)["orderGroups"], json!({"1": "0", "OMS-1": "OMS-0"}));
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(64))]

    #[test]
    fn whatever_a_cart_holds_is_written_as_json(
        lines in arbitrary::lines(),
        text in arbitrary::text(),
    ) {
        let mut cart = cart_of(&lines);
        cart.header.user = Some(text.clone());
        cart.header.customer_id = text.clone();
        for line in &mut cart.lines {
            line.error = Some(Box::new(LineError {
                description: text.clone(),
                property: text.clone(),
                ..line_error()
            }));
        }
        for dialect in [Dialect::V2018, Dialect::V2023, Dialect::Wire] {
            let written = write_cart(&cart, dialect);
            proptest::prop_assert_eq!(&value(&written)["lastModifiedUser"], &json!(text));
            proptest::prop_assert!(!written.contains(":null"));
        }
    }
}
