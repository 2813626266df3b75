//! Documents that are not what they should be: each is refused with its place and property, and the
//! cart stays.

mod support;

use cart_engine::{ErrorKind, Result};
use serde_json::{Value, json};
use support::shop::{
    ADDON, CUSTOMER, Shop, by, cart_of, error_codes, id_of, licences, line, parse, refused,
    stocked, text, with_addons, with_id,
};

/// A cart of every property.
fn sample() -> Value {
    let mut root = with_addons(with_id(0, licences(5)), json!([line(ADDON, 1, "monthly", "P1Y")]));
    root["friendlyName"] = json!("Größe \"x\" \\ 😀");
    root["provisioningContext"] = json!({ "scope": "shared" });
    root["participants"] = json!([{ "key": "transaction_reseller", "value": "517285" }]);
    root["renewsTo"] = json!({ "termDuration": "P1Y" });
    root["AttestationAccepted"] = json!(true);
    root["customTermEndDate"] = json!("2026-09-30T00:00:00Z");
    json!({ "lineItems": [root, stocked(1)], "PartnerOnRecordAttestationAccepted": true })
}

/// What all operations that read a document say of it. Those that read lines get it as it is.
fn outcomes(shop: &Shop, id: &str, document: &str) -> [Result<String>; 5] {
    let (engine, request) = (&shop.engine, by(CUSTOMER));
    [
        engine.create(&request, document),
        engine.price(&request, document),
        engine.update(&request, id, document),
        engine.line_add(&request, id, document),
        engine.line_change(&request, id, "0", document),
    ]
}

#[test]
fn a_document_cut_off_anywhere_is_told_where_and_changes_nothing() {
    let shop = Shop::open();
    let id = id_of(&shop.create(&json!([licences(1)])));
    let before = shop.get_text(&id);
    let document = sample().to_string();
    shop.engine.price(&by(CUSTOMER), &document).unwrap();
    for end in (0..document.len()).filter(|end| document.is_char_boundary(*end)) {
        for outcome in outcomes(&shop, &id, &document[..end]) {
            let error = refused(outcome, ErrorKind::InvalidJson);
            assert_eq!((error.kind().code(), error.kind().status()), ("800002", 101));
            let place = format!("at line 1 column {}", document[..end].len());
            assert!(error.description().contains(&place), "{end}: {error}");
        }
    }
    assert_eq!(shop.get_text(&id), before);
}

#[test]
fn what_is_not_json_is_told_where() {
    let shop = Shop::open();
    let id = id_of(&shop.create(&json!([licences(1)])));
    let before = shop.get_text(&id);
    for (document, place) in [
        ("", "line 1 column 0"),
        ("  \n ", "line 2 column"),
        ("\u{feff}{}", "begins with a byte order mark: expected value at line 1 column 1"),
        ("{}{}", "line 1 column 3"),
        ("{} x", "line 1 column 4"),
        ("nul", "line 1 column"),
        ("NaN", "line 1 column 1"),
        ("{'lineItems':[]}", "line 1 column 2"),
        ("{\"a\":1,}", "line 1 column 8"),
        ("{\"a\":[1,]}", "line 1 column 9"),
        ("{\"a\" 1}", "line 1 column 6"),
        ("{\"a\":NaN}", "line 1 column 6"),
        ("{\"a\":Infinity}", "line 1 column 6"),
        ("{\"a\":-Infinity}", "line 1 column 7"),
        ("{\"a\":01}", "line 1 column 7"),
        ("{\"a\":+1}", "line 1 column 6"),
        ("{\"a\":0x1}", "line 1 column 7"),
        ("{\"a\":1.}", "line 1 column 8"),
        ("{\"a\":.5}", "line 1 column 6"),
        ("{\"a\":1e}", "line 1 column 8"),
        ("{\"a\":1_000}", "line 1 column 7"),
        ("{\"a\":True}", "line 1 column 6"),
        ("{\n  \"a\": \"b\n\"}", "line 3 column 0"),
        ("{\"a\":\"\t\"}", "line 1 column 7"),
        ("{\"a\":\"\\x41\"}", "line 1 column 8"),
        ("{\"a\":\"\\u12\"}", "line 1 column"),
        ("{\"a\":\"\\uD800\"}", "line 1 column"),
        ("{\"a\":\"\\uDC00\"}", "line 1 column"),
        ("{\"a\":\"\\uD83Dx\"}", "line 1 column"),
        ("{\"a\":\"\\uD83D\\u0041\"}", "line 1 column"),
        ("{/* no */}", "line 1 column 2"),
        ("// no\n{}", "line 1 column 1"),
        ("{\"a\":1}\u{0}", "line 1 column 8"),
    ] {
        for outcome in outcomes(&shop, &id, document) {
            let error = refused(outcome, ErrorKind::InvalidJson);
            assert!(error.description().contains(place), "{document}: {error}");
        }
    }
    assert_eq!(shop.get_text(&id), before);
}

#[test]
fn what_is_no_object_is_told() {
    let shop = Shop::open();
    let id = id_of(&shop.create(&json!([licences(1)])));
    for document in ["null", "true", "7", "\"cart\"", "[]", "[{}]", "1e400"] {
        let [created, priced, updated, _, changed] = outcomes(&shop, &id, document);
        for outcome in [created, priced, updated, changed] {
            let error = refused(outcome, ErrorKind::InvalidRequest);
            assert!(error.description().contains("expected an object"), "{document}: {error}");
        }
    }
}

/// One value of each kind, and what it is.
fn values() -> [(&'static str, Value); 6] {
    [
        ("bool", json!(true)),
        ("integer", json!(1)),
        ("fraction", json!(1.5)),
        ("text", json!("x")),
        ("list", json!([1])),
        ("object", json!({ "a": 1 })),
    ]
}

/// The properties of a line, the kinds of value that each takes, and where the fault lies when the
/// kind is right and what the value holds is not.
const LINE_PROPERTIES: &[(&str, &[&str], &str)] = &[
    ("id", &["integer"], ""),
    ("catalogItemId", &["text"], ""),
    ("catalogId", &["text"], ""),
    ("friendlyName", &["text"], ""),
    ("quantity", &["integer"], ""),
    ("currencyCode", &["text"], ""),
    ("billingCycle", &["text"], ""),
    ("termDuration", &["text"], ""),
    ("participants", &[], "list[0]"),
    ("provisioningContext", &[], "object.a"),
    ("addonItems", &[], "list[0]"),
    ("renewsTo", &["object"], "list[0]"),
    ("attestationAccepted", &["bool"], ""),
    ("promotionId", &["text"], ""),
    ("customTermEndDate", &["text"], ""),
    // What the engine sets is not even looked at.
    ("orderGroup", &["bool", "integer", "fraction", "text", "list", "object"], ""),
    ("error", &["bool", "integer", "fraction", "text", "list", "object"], ""),
    ("pricing", &["bool", "integer", "fraction", "text", "list", "object"], ""),
    ("purchaseSystem", &["bool", "integer", "fraction", "text", "list", "object"], ""),
    ("unknown", &["bool", "integer", "fraction", "text", "list", "object"], ""),
];

/// The path of the fault, or `None` where there is none.
fn fault(path: &str, kind: &str, accepted: &[&str], inside: &str) -> Option<String> {
    let below = inside.strip_prefix(kind).unwrap_or("");
    (!accepted.contains(&kind)).then(|| format!("{path}{below}"))
}

#[test]
fn a_value_of_the_wrong_type_is_told_by_its_path() {
    let shop = Shop::open();
    let id = id_of(&shop.create(&json!([licences(1)])));
    let before = shop.get_text(&id);
    for (name, accepted, inside) in LINE_PROPERTIES {
        for (kind, value) in values() {
            let bad = json!({ *name: value });
            let root = json!([stocked(1), bad]);
            let addon = json!([with_addons(licences(1), json!([stocked(1), bad]))]);
            for (lines, path) in [
                (root, format!("lineItems[1].{name}")),
                (addon, format!("lineItems[0].addonItems[1].{name}")),
            ] {
                let outcome = shop.engine.price(&by(CUSTOMER), &cart_of(&lines));
                assert_fault(outcome, fault(&path, kind, accepted, inside));
                if fault(&path, kind, accepted, inside).is_some() {
                    let updated = shop.engine.update(&by(CUSTOMER), &id, &cart_of(&lines));
                    refused(updated, ErrorKind::InvalidRequest);
                }
            }
            // An id in a patch is ignored, whatever it is.
            if *name != "id" && fault("", kind, accepted, inside).is_some() {
                let patch = bad.to_string();
                let changed = shop.engine.line_change(&by(CUSTOMER), &id, "0", &patch);
                assert_fault(changed, fault(name, kind, accepted, inside));
            }
        }
    }
    assert_eq!(shop.get_text(&id), before);
}

#[track_caller]
fn assert_fault(outcome: Result<String>, expected: Option<String>) {
    match expected {
        None => drop(outcome.unwrap()),
        Some(path) => {
            let error = refused(outcome, ErrorKind::InvalidRequest);
            assert_eq!(error.data(), [path.as_str()], "{error}");
            assert!(error.description().starts_with(&path), "{error}");
            assert!(error.description().contains("expected"), "{error}");
        }
    }
}

#[test]
fn properties_of_the_cart_have_their_types_too() {
    let shop = Shop::open();
    for (name, accepted, inside) in [
        ("lineItems", &[][..], "list[0]"),
        ("PartnerOnRecordAttestationAccepted", &["bool"][..], ""),
    ] {
        for (kind, value) in values() {
            let mut document = sample();
            document[name] = value;
            let outcome = shop.engine.price(&by(CUSTOMER), &document.to_string());
            assert_fault(outcome, fault(name, kind, accepted, inside));
        }
    }
    for name in ["id", "status", "attributes", "links", "expirationTimeStamp", "lastModifiedUser"] {
        for (_, value) in values() {
            let mut document = sample();
            document[name] = value;
            shop.engine.price(&by(CUSTOMER), &document.to_string()).unwrap();
        }
    }
}

#[test]
fn parts_of_lists_and_objects_are_told_by_their_path() {
    let shop = Shop::open();
    for (line, path) in [
        (json!({ "participants": [{ "key": 1 }] }), "lineItems[0].participants[0].key"),
        (json!({ "participants": [{}, { "value": [1] }] }), "lineItems[0].participants[1].value"),
        (json!({ "renewsTo": { "termDuration": 1 } }), "lineItems[0].renewsTo.termDuration"),
        (json!({ "renewsTo": [{ "termDuration": 1 }] }), "lineItems[0].renewsTo[0].termDuration"),
        (json!({ "provisioningContext": { "b": {} } }), "lineItems[0].provisioningContext.b"),
    ] {
        let outcome = shop.engine.price(&by(CUSTOMER), &cart_of(&json!([line])));
        assert_fault(outcome, Some(path.to_owned()));
    }
    let two = json!({ "renewsTo": [{}, {}] });
    let outcome = shop.engine.price(&by(CUSTOMER), &cart_of(&json!([two])));
    assert_fault(outcome, Some("lineItems[0].renewsTo".to_owned()));
}

#[test]
fn documents_may_nest_128_deep_and_no_deeper() {
    let shop = Shop::open();
    let id = id_of(&shop.create(&json!([licences(1)])));
    let nested = |open: &str, close: &str, depth: usize| {
        let inner = format!("{}1{}", open.repeat(depth), close.repeat(depth));
        format!(r#"{{"lineItems":[{{"quantity":1}}],"unknown":{inner}}}"#)
    };
    for (open, close) in [("[", "]"), (r#"{"a":"#, "}")] {
        shop.engine.price(&by(CUSTOMER), &nested(open, close, 127)).unwrap();
        for depth in [128, 1_000, 100_000] {
            let document = nested(open, close, depth);
            for outcome in outcomes(&shop, &id, &document) {
                let error = refused(outcome, ErrorKind::InvalidJson);
                assert!(error.description().contains("nested deeper than 128"), "{error}");
            }
        }
    }
    let unclosed = "[".repeat(1_000_000);
    refused(shop.engine.price(&by(CUSTOMER), &unclosed), ErrorKind::InvalidJson);
}

#[test]
fn addons_may_be_written_as_deep_as_documents_go_and_are_refused_line_by_line() {
    let shop = Shop::open();
    let mut lines = json!([licences(1)]);
    // Each level is a list and an object; the cart itself is two more.
    for _ in 0..62 {
        lines = json!([with_addons(licences(1), lines)]);
    }
    let cart = shop.engine.create(&by(CUSTOMER), &cart_of(&lines)).unwrap();
    let deepest = "addonItems are nested 62 deep: at most 1 is allowed";
    assert!(cart.contains(deepest), "{cart}");
    let page = parse(&shop.engine.list(&by(CUSTOMER), None).unwrap());
    let id = id_of(&page["items"][0]);
    assert_eq!(page["items"][0]["lineCount"], 63);
    assert_eq!(shop.get_text(&id), cart);
    shop.engine.update(&by(CUSTOMER), &id, &cart).unwrap();
    shop.assert_undamaged();
}

#[test]
fn numbers_of_any_size_are_told_apart() {
    let shop = Shop::open();
    for (quantity, code) in [
        ("1", 0),
        ("1.0", 0),
        ("10e-1", 0),
        ("0.1e1", 0),
        ("300", 0),
        ("301", 10010),
        ("2147483647", 10010),
        ("2147483648", 10010),
        ("-1", 10010),
        ("0", 10010),
        ("-0", 10010),
        ("9223372036854775807", 10010),
        ("9223372036854775808", 10010),
        ("-9223372036854775809", 10010),
        ("18446744073709551616", 10010),
        ("1e400", 10010),
        ("-1e400", 10010),
        ("1e999999999999999999999999", 10010),
    ] {
        let mut line = licences(1);
        line["quantity"] = json!(7777);
        let document = cart_of(&json!([line])).replace("7777", quantity);
        let cart = parse(&shop.engine.create(&by(CUSTOMER), &document).unwrap());
        assert_eq!(error_codes(&cart), [code], "{quantity}");
        shop.update(&id_of(&cart), &cart);
    }
    for quantity in ["1.5", "0.1", "1e-1", "1e-400", "0.99999999999999999999999999999999"] {
        let document = format!(r#"{{"lineItems":[{{"quantity":{quantity}}}]}}"#);
        let error = refused(shop.engine.price(&by(CUSTOMER), &document), ErrorKind::InvalidRequest);
        assert!(error.description().contains("expected an integer"), "{error}");
    }
    for id in ["-1", "9007199254740992", "1e30", "\"99999999999999999999\""] {
        let document = format!(r#"{{"lineItems":[{{"id":{id}}}]}}"#);
        let error = refused(shop.engine.price(&by(CUSTOMER), &document), ErrorKind::InvalidRequest);
        assert_eq!(error.data(), ["lineItems[0].id"]);
    }
    for id in ["\"-1\"", "\"1.0\"", "\"\"", "\" 1\"", "\"1e1\""] {
        let document = format!(r#"{{"lineItems":[{{"id":{id}}}]}}"#);
        refused(shop.engine.price(&by(CUSTOMER), &document), ErrorKind::InvalidRequest);
    }
}

#[test]
fn of_a_property_given_twice_the_last_rules() {
    let shop = Shop::open();
    let item = licences(1)["catalogItemId"].clone();
    let line = format!(
        r#"{{"quantity":"wrong","catalogItemId":{item},"billingCycle":"weekly","Quantity":4,
            "BILLINGCYCLE":"monthly","termDuration":"P1Y"}}"#
    );
    let document = format!(r#"{{"lineItems":7,"LineItems":[{line}],"lineitems":[{line}]}}"#);
    let cart = parse(&shop.engine.create(&by(CUSTOMER), &document).unwrap());
    assert_eq!(cart["lineItems"][0]["quantity"], 4);
    assert_eq!(error_codes(&cart), [0]);
    let id = id_of(&cart);
    let patch = r#"{"quantity":1,"quantity":null,"quantity":9}"#;
    let answer = shop.engine.line_change(&by(CUSTOMER), &id, "0", patch).unwrap();
    assert_eq!(parse(&answer)["lineItems"][0]["quantity"], 9);
}

#[test]
fn odd_texts_come_back_as_they_came() {
    let shop = Shop::open();
    for text in [
        "\u{0}",
        "\u{1f}",
        "\u{7f}",
        "\u{2028}\u{2029}",
        "\u{feff}",
        "\u{fffd}",
        "😀",
        "e\u{301}",
        "\"\\/\u{8}\u{c}\n\r\t",
        "'; DROP TABLE cart; --",
        "%s%n",
        "</script>",
        "\u{10ffff}",
    ] {
        let mut odd = licences(1);
        odd["friendlyName"] = json!(text);
        odd["provisioningContext"] = json!({ "key": text });
        odd["promotionId"] = json!(text);
        odd["provisioningContext"]["subscriptionId"] = json!(text);
        let cart = shop.create(&json!([odd]));
        let stored = shop.get(&id_of(&cart));
        assert_eq!(stored["lineItems"][0]["friendlyName"], text);
        assert_eq!(stored["lineItems"][0]["provisioningContext"]["key"], text);
        assert_eq!(stored, cart);
    }
    let escaped = r#"{"lineItems":[{"friendlyName":"\ud83d\ude00\u0041\/"}]}"#;
    let cart = parse(&shop.engine.create(&by(CUSTOMER), escaped).unwrap());
    assert_eq!(cart["lineItems"][0]["friendlyName"], "😀A/");
}

#[test]
fn an_error_tells_little_of_a_long_value() {
    let shop = Shop::open();
    let long = "x".repeat(1_000_000);
    for document in [
        json!({ "lineItems": long }),
        json!({ "lineItems": [{ "quantity": long }] }),
        json!({ "lineItems": [{ "provisioningContext": { long.as_str(): 1 } }] }),
        json!({ "lineItems": [{ "catalogId": long, "catalogItemId": "b" }] }),
    ] {
        let error = refused(
            shop.engine.price(&by(CUSTOMER), &document.to_string()),
            ErrorKind::InvalidRequest,
        );
        assert!(error.description().chars().count() <= 1_024);
        let data: usize = error.data().iter().map(String::len).sum();
        assert!(data <= 2_048, "{data} bytes of data");
    }
    for name in ["catalogItemId", "promotionId", "billingCycle", "termDuration", "currencyCode"] {
        let mut line = licences(1);
        line[name] = json!(long);
        let cart = shop.create(&json!([line]));
        let description = text(&cart["lineItems"][0]["error"], "errorDescription");
        assert!(description.chars().count() <= 1_024, "{name}");
    }
}

#[test]
fn documents_spoiled_at_random_are_understood_or_refused() {
    let shop = Shop::open();
    let good = sample().to_string();
    let letters: Vec<char> = good.chars().collect();
    let mut rng = fastrand::Rng::with_seed(7);
    let pieces =
        ["\"", "{", "}", "[", "]", ":", ",", "null", "-", "1e9", "\\", "\\u", "\u{0}", "é"];
    for _ in 0..3_000 {
        let mut spoiled = letters.clone();
        for _ in 0..rng.usize(1..=3) {
            let at = rng.usize(..spoiled.len());
            let end = (at + rng.usize(..4)).min(spoiled.len());
            spoiled.splice(at..end, pieces[rng.usize(..pieces.len())].chars());
        }
        let document: String = spoiled.into_iter().collect();
        if let Err(error) = shop.engine.price(&by(CUSTOMER), &document) {
            let kinds =
                [ErrorKind::InvalidJson, ErrorKind::InvalidRequest, ErrorKind::LimitExceeded];
            assert!(kinds.contains(&error.kind()), "{error}: {document}");
        }
    }
}
