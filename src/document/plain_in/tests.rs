use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};

use super::*;
use crate::document::cart_in::read_any_cart;
use crate::document::options::Dialect;
use crate::document::{arbitrary, write_cart};

fn is_plain(text: &str) -> bool {
    let plain = read_plain_cart(text, &Limits::default());
    if let Some(draft) = &plain {
        assert_eq!(read_any_cart(text, &Limits::default()).as_ref(), Ok(draft), "{text}");
    }
    plain.is_some()
}

#[test]
fn a_cart_as_most_hosts_write_it_is_plain() {
    for text in [
        r#"{"lineItems":[{}]}"#,
        r#"{"PartnerOnRecordAttestationAccepted":true,"lineItems":[{"id":0},{},{"id":2}]}"#,
        r#" {"lineItems": [{"catalogItemId":"P:S:A","friendlyName":"\"caf\u00e9\"","quantity":3,
            "currencyCode":"usd","billingCycle":"OneTime","termDuration":"p1y",
            "attestationAccepted":true,"promotionId":"X:Y:Z","customTermEndDate":"2026-09-30"}]} "#,
        r#"{"lineItems":[{"id":null,"catalogItemId":null,"friendlyName":null,"quantity":null,
            "currencyCode":null,"billingCycle":null,"termDuration":null,"promotionId":null,
            "attestationAccepted":null,"customTermEndDate":null}],
            "PartnerOnRecordAttestationAccepted":null}"#,
        r#"{"lineItems":[{"billingCycle":"now","termDuration":"P","customTermEndDate":"",
            "currencyCode":"euro","quantity":-5,"id":9007199254740991}]}"#,
        r#"{"lineItems":[{"id":"0","catalogId":"P:S:A","AttestationAccepted":true},{"id":"007"}],
            "partnerOnRecordAttestationAccepted":true}"#,
        r#"{"lineItems":[{"id":2,"addonItems":[{"id":3}]},{"id":1},{"id":0}]}"#,
        r#"{"lineItems":[{"participants":[{"key":"TransactionReseller","value":"1"}],
            "provisioningContext":{"Scope":"a","x":"\n"},"renewsTo":[ {"termDuration":"P1Y"} ],
            "addonItems":[{"id":7},{"quantity":1}]}]}"#,
        r#"{"lineItems":[{"participants":[],"provisioningContext":{},"renewsTo":{},
            "addonItems":null}]}"#,
    ] {
        assert!(is_plain(text), "{text}");
    }
}

#[test]
fn what_is_not_plain_is_left_to_the_reader_of_any_cart() {
    for text in [
        "",
        "null",
        "[]",
        "[null,[{}]]",
        "{}",
        r#"{"lineItems":null}"#,
        r#"{"lineItems":[]}"#,
        r#"{"lineItems":{}}"#,
        r#"{"LineItems":[{}]}"#,
        r#"{"lineItems":[{}],"lineItems":[{}]}"#,
        r#"{"lineItems":[{}],"other":"1"}"#,
        r#"{"lineItems":[{}]}{}"#,
        r#"{"lineItems":[null]}"#,
        r#"{"lineItems":[[1,"P:S:A","name",3,"USD","monthly","P1Y",true,"X:Y:Z","2026-09-30"]]}"#,
        r#"{"lineItems":[{"Quantity":3}]}"#,
        r#"{"lineItems":[{"quantity":3,"quantity":4}]}"#,
        r#"{"lineItems":[{"quantity":3.0}]}"#,
        r#"{"lineItems":[{"quantity":"3"}]}"#,
        r#"{"lineItems":[{"id":"+3"}]}"#,
        r#"{"lineItems":[{"id":"\u0033"}]}"#,
        r#"{"lineItems":[{"id":""}]}"#,
        r#"{"lineItems":[{"id":[]}]}"#,
        r#"{"lineItems":[{"id":-1}]}"#,
        r#"{"lineItems":[{"id":-0}]}"#,
        r#"{"lineItems":[{"id":3.0}]}"#,
        r#"{"lineItems":[{"id":1},{"id":"1"}]}"#,
        r#"{"lineItems":[{"id":1},{"id":0},{"id":1}]}"#,
        r#"{"lineItems":[{"id":9007199254740992}]}"#,
        r#"{"lineItems":[{"id":1},{"id":1}]}"#,
        r#"{"lineItems":[{"catalogId":"P:S:A","catalogItemId":"P:S:A"}]}"#,
        r#"{"lineItems":[{"addonItems":[{"addonItems":[{}]}]}]}"#,
        r#"{"lineItems":[{"addonItems":[{}],"addonItems":[]}]}"#,
        r#"{"lineItems":[{"addonItems":{}}]}"#,
        r#"{"lineItems":[{"id":0,"addonItems":[{"id":0}]}]}"#,
        r#"{"lineItems":[{"participants":[{"value":"1","key":"transaction_reseller"}]}]}"#,
        r#"{"lineItems":[{"participants":[{"key":"transaction_reseller"}]}]}"#,
        r#"{"lineItems":[{"participants":[["transaction_reseller","1"]]}]}"#,
        r#"{"lineItems":[{"participants":[null]}]}"#,
        r#"{"lineItems":[{"provisioningContext":{"a":"1","A":"2"}}]}"#,
        r#"{"lineItems":[{"provisioningContext":{"a":null}}]}"#,
        r#"{"lineItems":[{"provisioningContext":{"a":"1"},"provisioningContext":{}}]}"#,
        r#"{"lineItems":[{"provisioningContext":{"$serde_json::private::Number":"1"}}]}"#,
        r#"{"lineItems":[{"provisioningContext":[]}]}"#,
        r#"{"lineItems":[{"renewsTo":[]}]}"#,
        r#"{"lineItems":[{"renewsTo":[{},{}]}]}"#,
        r#"{"lineItems":[{"renewsTo":{"other":"P1Y"}}]}"#,
        r#"{"lineItems":[{"renewsTo":{"termDuration":null}}]}"#,
        r#"{"lineItems":[{"termDuration":"P\u0031Y"}]}"#,
        r#"{"lineItems":[{"friendlyName":"\ud800"}]}"#,
    ] {
        assert!(!is_plain(text), "{text}");
    }
}

/// Carts as the engine answers them.
const ANSWERS: [&str; 4] = [
    r#"{"id":"019cd79e-4600-7000-8000-0001707e7291",
        "creationTimeStamp":"2026-03-10T12:00:00.0000000Z",
        "lastModifiedTimeStamp":"2026-03-10T12:00:00.0000000Z",
        "expirationTimeStamp":"2026-03-17T12:00:00.0000000Z","lastModifiedUser":"ada",
        "status":"Active","PartnerOnRecordAttestationAccepted":true,
        "lineItems":[{"id":"0","catalogItemId":"P:S:A","quantity":2,"orderGroup":"0",
            "error":{"errorCode":10013,"errorDescription":"not sold"},"AttestationAccepted":true,
            "pricing":{"listPrice":10,"discountedPrice":9.5,"proratedPrice":4.1666666667,
                "price":1E-7,"extendedPrice":-0}}],
        "attributes":{"etag":"1"}}"#,
    r#"{"creationTimestamp":"","lastModifiedTimestamp":"","expirationTimestamp":"",
        "partnerOnRecordAttestationAccepted":false,"lineItems":[{"id":0},{"id":2}],
        "links":{"self":{"uri":"/customers/1/carts/2","method":"GET","headers":[]}},
        "attributes":{"objectType":"Cart","etag":"1"}}"#,
    r#"{"lineItems":[{"id":"0","catalogId":"P:S:A","purchaseSystem":"modern",
        "error":{"catalogId":"not sold"}}],"attributes":{"etag":"1"}}"#,
    r#"{"lineItems":[{"id":"0","participants":[{"key":"transaction_reseller","value":"1"}],
        "provisioningContext":{"scope":"a","x":"b"},"addonItems":[{"id":"1","quantity":1},
        {"id":"2"}],"renewsTo":[{"termDuration":"P1M"}]}]}"#,
];

#[test]
fn a_cart_sent_back_as_it_was_answered_is_plain() {
    for text in ANSWERS {
        assert!(is_plain(text), "{text}");
    }
}

#[test]
fn what_the_engine_sets_is_passed_over_unless_something_may_be_wrong_with_it() {
    let cart = |value: &str| format!(r#"{{"status":{value},"lineItems":[{{}}]}}"#);
    let line = |value: &str| format!(r#"{{"lineItems":[{{"error":{value}}}]}}"#);
    let number = r#"{"$serde_json::private::Number":"3"}"#;
    let lists = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    for (value, is_passed_over) in [
        ("null", true),
        (r#"{"a":[1.50,{"b":"c"}],"a":1e400}"#, true),
        (r#""\ud800""#, false),
        (r#""\n""#, false),
        (r#"{"\u0061":1}"#, false),
        ("01", false),
        ("[1,]", false),
        (number, false),
        (&lists(DEPTH_MAX - 5), true),
        (&lists(DEPTH_MAX - 4), false),
        (&lists(DEPTH_MAX * 2), false),
    ] {
        assert_eq!(is_plain(&cart(value)), is_passed_over, "{value}");
        assert_eq!(is_plain(&line(value)), is_passed_over, "{value}");
    }
}

#[test]
fn a_cart_of_more_lines_than_the_limit_is_not_plain() {
    let limits = Limits { line_items_per_cart: 2, addon_items_per_line: 1, ..Limits::default() };
    assert!(read_plain_cart(r#"{"lineItems":[{},{}]}"#, &limits).is_some());
    assert!(read_plain_cart(r#"{"lineItems":[{"addonItems":[{}]}]}"#, &limits).is_some());
    for text in [
        r#"{"lineItems":[{},{},{}]}"#,
        r#"{"lineItems":[{},{"addonItems":[{}]}]}"#,
        r#"{"lineItems":[{"addonItems":[{},{}]}]}"#,
    ] {
        assert!(read_plain_cart(text, &limits).is_none(), "{text}");
    }
}

const NAMES: [&str; 23] = [
    "id",
    "catalogItemId",
    "friendlyName",
    "quantity",
    "currencyCode",
    "billingCycle",
    "termDuration",
    "attestationAccepted",
    "promotionId",
    "customTermEndDate",
    "CurrencyCode",
    "catalogId",
    "AttestationAccepted",
    "orderGroup",
    "purchaseSystem",
    "pricing",
    "pricing",
    "error",
    "renewsTo",
    "participants",
    "provisioningContext",
    "addonItems",
    "other",
];

/// What stands beside the lines of a cart.
const CART_NAMES: [&str; 16] = [
    "PartnerOnRecordAttestationAccepted",
    "PartnerOnRecordAttestationAccepted",
    "partnerOnRecordAttestationAccepted",
    "id",
    "creationTimeStamp",
    "creationTimestamp",
    "lastModifiedTimeStamp",
    "lastModifiedTimestamp",
    "expirationTimeStamp",
    "expirationTimestamp",
    "lastModifiedUser",
    "status",
    "links",
    "attributes",
    "Status",
    "other",
];

const VALUES: [&str; 34] = [
    "null",
    "true",
    "0",
    "7",
    "-7",
    "-0",
    "3.0",
    "1E400",
    "9007199254740992",
    "9223372036854775808",
    "18446744073709551616",
    r#""""#,
    r#""7""#,
    r#""+7""#,
    r#""\u0037""#,
    r#""USD""#,
    r#""annual""#,
    r#""P1Y""#,
    r#""2026-09-30""#,
    r#""a\n\u00e9""#,
    r#""\ud800""#,
    "[]",
    "{}",
    "[01]",
    "[{}]",
    r#"[{"id":"8","quantity":1}]"#,
    r#"[{"key":"TransactionReseller","value":"1"}]"#,
    r#"{"termDuration":"P1Y"}"#,
    r#"[{"termDuration":"P1M"}]"#,
    r#"{"Scope":"a","x":""}"#,
    r#"{"a":"1","A":"2"}"#,
    r#"{"listPrice":4.1666666667,"price":[1E400,null,{"price":true}]}"#,
    r#"{"$serde_json::private::Number":"7"}"#,
    r#"{"a":{"\ud800":1}}"#,
];

/// The properties of an object, without its braces.
fn properties(names: &'static [&'static str]) -> impl Strategy<Value = String> {
    vec((select(names), select(&VALUES[..])), 0..4).prop_map(|properties| {
        let properties: Vec<_> =
            properties.into_iter().map(|(name, value)| format!("\"{name}\":{value}")).collect();
        properties.join(",")
    })
}

proptest! {
    #[test]
    fn a_plain_cart_means_what_any_cart_means(
        lines in vec(properties(&NAMES), 1..4),
        beside in properties(&CART_NAMES),
    ) {
        let lines: Vec<_> = lines.iter().map(|line| format!("{{{line}}}")).collect();
        let lines = format!("\"lineItems\":[{}]", lines.join(","));
        is_plain(&format!("{{{lines}}}"));
        is_plain(&format!("{{{beside},{lines}}}"));
        is_plain(&format!("{{{lines},{beside}}}"));
    }

    #[test]
    fn a_cart_as_the_engine_writes_it_means_what_any_cart_means(lines in arbitrary::lines()) {
        for dialect in [Dialect::V2018, Dialect::V2023, Dialect::Wire] {
            is_plain(&write_cart(&arbitrary::cart_of(&lines), dialect));
        }
    }

    #[test]
    fn an_answered_cart_with_a_byte_changed_means_what_any_cart_means(
        answer in select(&ANSWERS[..]),
        at in any::<Index>(),
        byte in select(&b"\"\\{}[]:,0$x"[..]),
    ) {
        let mut text = answer.as_bytes().to_vec();
        let at = at.index(text.len());
        text[at] = byte;
        is_plain(&String::from_utf8(text).unwrap());
    }
}
