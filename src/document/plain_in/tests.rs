use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use super::*;
use crate::document::cart_in::read_any_cart;

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
        r#"[null,[{}]]"#,
        r#"{}"#,
        r#"{"lineItems":null}"#,
        r#"{"lineItems":[]}"#,
        r#"{"lineItems":{}}"#,
        r#"{"LineItems":[{}]}"#,
        r#"{"lineItems":[{}],"lineItems":[{}]}"#,
        r#"{"lineItems":[{}],"id":"1"}"#,
        r#"{"lineItems":[{}]}{}"#,
        r#"{"lineItems":[null]}"#,
        r#"{"lineItems":[[1,"P:S:A","name",3,"USD","monthly","P1Y",true,"X:Y:Z","2026-09-30"]]}"#,
        r#"{"lineItems":[{"Quantity":3}]}"#,
        r#"{"lineItems":[{"quantity":3,"quantity":4}]}"#,
        r#"{"lineItems":[{"quantity":3.0}]}"#,
        r#"{"lineItems":[{"quantity":"3"}]}"#,
        r#"{"lineItems":[{"id":"3"}]}"#,
        r#"{"lineItems":[{"id":-1}]}"#,
        r#"{"lineItems":[{"id":9007199254740992}]}"#,
        r#"{"lineItems":[{"id":1},{"id":1}]}"#,
        r#"{"lineItems":[{"id":2},{"id":1}]}"#,
        r#"{"lineItems":[{"catalogId":"P:S:A"}]}"#,
        r#"{"lineItems":[{"addonItems":[{}]}]}"#,
        r#"{"lineItems":[{"termDuration":"P\u0031Y"}]}"#,
        r#"{"lineItems":[{"friendlyName":"\ud800"}]}"#,
    ] {
        assert!(!is_plain(text), "{text}");
    }
}

#[test]
fn a_cart_of_more_lines_than_the_limit_is_not_plain() {
    let limits = Limits { line_items_per_cart: 2, ..Limits::default() };
    assert!(read_plain_cart(r#"{"lineItems":[{},{}]}"#, &limits).is_some());
    assert!(read_plain_cart(r#"{"lineItems":[{},{},{}]}"#, &limits).is_none());
}

const NAMES: [&str; 14] = [
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
    "renewsTo",
    "other",
];

const VALUES: [&str; 21] = [
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
    r#""USD""#,
    r#""annual""#,
    r#""P1Y""#,
    r#""2026-09-30""#,
    r#""a\n\u00e9""#,
    r#""\ud800""#,
    "[]",
    "{}",
];

fn object(names: &'static [&'static str]) -> impl Strategy<Value = String> {
    vec((select(names), select(&VALUES[..])), 0..4).prop_map(|properties| {
        let properties: Vec<_> =
            properties.into_iter().map(|(name, value)| format!("\"{name}\":{value}")).collect();
        format!("{{{}}}", properties.join(","))
    })
}

proptest! {
    #[test]
    fn a_plain_cart_means_what_any_cart_means(
        lines in vec(object(&NAMES), 1..4),
        attested in select(&VALUES[..]),
    ) {
        let lines = lines.join(",");
        is_plain(&format!(r#"{{"lineItems":[{lines}]}}"#));
        let attestation = format!(r#""PartnerOnRecordAttestationAccepted":{attested}"#);
        is_plain(&format!(r#"{{{attestation},"lineItems":[{lines}]}}"#));
    }
}
