//! Whole carts: created, read, listed, replaced, deleted and priced; whose they are, how long they
//! live, and what fits.

mod support;

use cart_engine::{ErrorKind, Request};
use serde_json::{Value, json};
use support::shop::{
    ADDON, CUSTOMER, LICENCE, NOW, SERVICE, Shop, USER, by, cart_of, error_codes, etag, id_of,
    licences, line, matching, of_lines, once, parse, reader, refused, stocked, text, with_addons,
    with_id,
};

const OTHER: &str = "d6bf25b7-e0a8-4f2d-a31b-97b55cfc774d";
const NOWHERE: &str = "00000000-0000-7000-8000-000000000000";

#[test]
fn a_new_cart_has_all_that_the_engine_sets() {
    let shop = Shop::open();
    let cart = shop.create(&json!([licences(3)]));
    assert_eq!(text(&cart, "creationTimeStamp"), "2026-03-10T12:00:00.0000000Z");
    assert_eq!(text(&cart, "lastModifiedTimeStamp"), "2026-03-10T12:00:00.0000000Z");
    assert_eq!(text(&cart, "expirationTimeStamp"), "2026-03-17T12:00:00.0000000Z");
    assert_eq!(text(&cart, "lastModifiedUser"), USER);
    assert_eq!(text(&cart, "status"), "Active");
    assert_eq!(
        cart["lineItems"],
        json!([{
            "id": "0", "catalogItemId": LICENCE, "quantity": 3, "currencyCode": "USD",
            "billingCycle": "monthly", "termDuration": "P1Y", "orderGroup": "0",
            "pricing": { "listPrice": 10, "discountedPrice": 10, "proratedPrice": 10, "price": 10,
                         "extendedPrice": 360 },
        }])
    );
    assert_eq!(shop.get(&id_of(&cart)), cart);
}

#[test]
fn an_update_replaces_the_lines_and_leaves_birth_and_death_alone() {
    let shop = Shop::open();
    let cart = shop.create(&json!([licences(3), stocked(1)]));
    let id = id_of(&cart);
    shop.at("2026-03-11T00:00:00Z");
    let request = Request { user: Some("another-user"), ..by(CUSTOMER) };
    let updated = shop.engine.update(&request, &id, &cart_of(&json!([stocked(2)]))).unwrap();
    let updated = parse(&updated);
    assert_eq!(updated["id"], cart["id"]);
    assert_eq!(updated["creationTimeStamp"], cart["creationTimeStamp"]);
    assert_eq!(updated["expirationTimeStamp"], cart["expirationTimeStamp"]);
    assert_eq!(text(&updated, "lastModifiedTimeStamp"), "2026-03-11T00:00:00.0000000Z");
    assert_eq!(text(&updated, "lastModifiedUser"), "another-user");
    assert_ne!(etag(&updated), etag(&cart));
    assert_eq!(of_lines(&updated, "quantity"), [2]);
    assert_eq!(shop.get(&id), updated);
}

#[test]
fn a_deleted_cart_is_not_found_by_any_operation() {
    let shop = Shop::open();
    let id = id_of(&shop.create(&json!([licences(3)])));
    shop.engine.delete(&by(CUSTOMER), &id).unwrap();
    assert_not_found(&shop, CUSTOMER, &id);
    assert_eq!(list(&shop, CUSTOMER, "{}")["totalCount"], 0);
}

#[test]
fn a_cart_of_another_customer_does_not_exist() {
    let shop = Shop::open();
    let id = id_of(&shop.create(&json!([licences(3)])));
    let before = shop.get_text(&id);
    assert_not_found(&shop, OTHER, &id);
    assert_eq!(list(&shop, OTHER, "{}")["totalCount"], 0);
    assert_eq!(shop.get_text(&id), before);
    let order = id_of(&shop.checkout(&id)["orders"][0]);
    refused(shop.engine.order_get(&by(OTHER), &order), ErrorKind::OrderNotFound);
    for query in [json!({}), json!({ "cartId": id })] {
        let orders = shop.engine.order_list(&by(OTHER), Some(&query.to_string())).unwrap();
        assert_eq!(parse(&orders), json!({ "totalCount": 0, "items": [] }));
    }
}

#[test]
fn what_is_no_id_names_no_cart() {
    let shop = Shop::open();
    for id in [NOWHERE, "1", "cart", "../carts.db", "'; DROP TABLE cart; --x"] {
        if id.contains(' ') {
            refused(shop.engine.get(&reader(), id), ErrorKind::InvalidArgument);
        } else {
            assert_not_found(&shop, CUSTOMER, id);
        }
    }
}

/// Every operation on a cart says that there is none.
#[track_caller]
fn assert_not_found(shop: &Shop, customer: &str, id: &str) {
    let (engine, request) = (&shop.engine, by(customer));
    let cart = cart_of(&json!([licences(1)]));
    let added = licences(1).to_string();
    for outcome in [
        engine.get(&request, id),
        engine.update(&request, id, &cart),
        engine.delete(&request, id).map(|()| String::new()),
        engine.line_add(&request, id, &added),
        engine.line_change(&request, id, "0", r#"{"quantity":2}"#),
        engine.line_change(&request, id, "no-number", r#"{"quantity":2}"#),
        engine.line_remove(&request, id, "0"),
        engine.line_remove(&request, id, "no-number"),
        engine.checkout(&request, id),
    ] {
        let error = refused(outcome, ErrorKind::CartNotFound);
        assert_eq!(error.kind().code(), "800008");
        assert!(error.description().contains("does not exist for this customer"), "{error}");
    }
}

#[test]
fn ids_compare_without_regard_to_case() {
    let shop = Shop::open();
    let id = id_of(&shop.create(&json!([licences(3)])));
    let (upper_id, upper_customer) = (id.to_uppercase(), CUSTOMER.to_uppercase());
    let cart = shop.engine.get(&by(&upper_customer), &upper_id).unwrap();
    assert_eq!(cart, shop.get_text(&id));
    assert_eq!(list(&shop, &upper_customer, "{}")["totalCount"], 1);
    let lower = json!([line(&LICENCE.to_lowercase(), 1, "MONTHLY", "p1y")]);
    let updated =
        parse(&shop.engine.update(&by(&upper_customer), &upper_id, &cart_of(&lower)).unwrap());
    assert_eq!(text(&updated["lineItems"][0], "catalogItemId"), LICENCE);
    assert_eq!(text(&updated["lineItems"][0], "termDuration"), "P1Y");
    let order = id_of(&shop.checkout(&upper_id)["orders"][0]);
    shop.engine.order_get(&by(&upper_customer), &order.to_uppercase()).unwrap();
    let query = json!({ "cartId": upper_id }).to_string();
    let orders = shop.engine.order_list(&by(&upper_customer), Some(&query)).unwrap();
    assert_eq!(parse(&orders)["totalCount"], 1);
}

#[test]
fn a_price_is_the_cart_that_create_would_answer_and_is_stored_nowhere() {
    let shop = Shop::open();
    let lines = json!([licences(3), line(SERVICE, 0, "monthly", "P1M")]);
    let mut priced = parse(&shop.engine.price(&by(CUSTOMER), &cart_of(&lines)).unwrap());
    assert_eq!(list(&shop, CUSTOMER, "{}")["totalCount"], 0);
    refused(shop.engine.get(&reader(), text(&priced, "id")), ErrorKind::CartNotFound);
    let mut created = shop.create(&lines);
    priced["id"].take();
    created["id"].take();
    assert_eq!(priced, created);
    assert_eq!(error_codes(&created), [0, 10010]);
    // Who only asks for a price need not say who he is.
    shop.engine.price(&reader(), &cart_of(&lines)).unwrap();
}

#[test]
fn a_cart_is_gone_from_the_moment_it_expires() {
    let shop = Shop::open();
    let id = id_of(&shop.create(&json!([licences(3)])));
    shop.at("2026-03-12T00:00:00Z");
    let cart = shop.get(&id);
    shop.update(&id, &cart);
    shop.at("2026-03-17T11:59:59.9999999Z");
    assert_eq!(text(&shop.get(&id), "expirationTimeStamp"), "2026-03-17T12:00:00.0000000Z");
    assert_eq!(list(&shop, CUSTOMER, "{}")["totalCount"], 1);
    shop.at("2026-03-17T12:00:00Z");
    assert_not_found(&shop, CUSTOMER, &id);
    assert_eq!(list(&shop, CUSTOMER, "{}"), json!({ "totalCount": 0, "items": [] }));
    shop.at(NOW);
    shop.checkout(&id);
    shop.at("2036-03-17T12:00:00Z");
    assert_eq!(text(&shop.get(&id), "status"), "Ordered");
    assert_eq!(list(&shop, CUSTOMER, "{}")["totalCount"], 1);
}

#[test]
fn the_lifetime_of_carts_is_an_option() {
    for (lifetime, expires) in [
        ("PT15M", "2026-03-10T12:15:00.0000000Z"),
        ("P1D", "2026-03-11T12:00:00.0000000Z"),
        ("P1M", "2026-04-10T12:00:00.0000000Z"),
        ("P9999Y", "9999-12-31T23:59:59.9999999Z"),
    ] {
        let shop = Shop::with(json!({ "cartLifetime": lifetime }));
        let cart = shop.create(&json!([licences(1)]));
        assert_eq!(text(&cart, "expirationTimeStamp"), expires);
    }
}

#[test]
fn each_change_makes_an_etag_that_the_cart_never_had() {
    let shop = Shop::open();
    let cart = shop.create(&json!([licences(3), stocked(1)]));
    let id = id_of(&cart);
    let mut etags = vec![etag(&cart)];
    let request = by(CUSTOMER);
    let same = shop.get(&id);
    etags.push(etag(&shop.update(&id, &same)));
    let answers = [
        shop.engine.line_add(&request, &id, &licences(1).to_string()),
        shop.engine.line_change(&request, &id, "0", r#"{"quantity":4}"#),
        shop.engine.line_change(&request, &id, "0", "{}"),
        shop.engine.line_remove(&request, &id, "0"),
    ];
    etags.extend(answers.map(|answer| etag(&parse(&answer.unwrap())["cart"])));
    shop.checkout(&id);
    etags.push(etag(&shop.get(&id)));
    let count = etags.len();
    etags.sort();
    etags.dedup();
    assert_eq!(etags.len(), count);
}

#[test]
fn a_change_with_an_etag_that_the_cart_no_longer_has_changes_nothing() {
    let shop = Shop::open();
    let cart = shop.create(&json!([licences(3), stocked(1)]));
    let id = id_of(&cart);
    let stale = etag(&cart);
    let current = etag(&shop.update(&id, &cart));
    let before = shop.get_text(&id);
    let quoted = format!("\"{stale}\"");
    let half_quoted = format!("\"{current}");
    for wanted in [&stale, &quoted, &half_quoted, "0", "*", "\"", "W/", "999999999999999999999"] {
        for outcome in all_changes(&shop, &matching(wanted), &id) {
            let error = refused(outcome, ErrorKind::Conflict);
            assert_eq!(error.kind().code(), "2055");
            assert_eq!(error.data(), [current.as_str()]);
        }
    }
    assert_eq!(shop.get_text(&id), before);
}

/// Every operation that changes a cart, the last of which ends it.
fn all_changes(shop: &Shop, request: &Request<'_>, id: &str) -> [cart_engine::Result<String>; 6] {
    let engine = &shop.engine;
    [
        engine.update(request, id, &cart_of(&json!([licences(3), stocked(1)]))),
        engine.line_add(request, id, &licences(1).to_string()),
        engine.line_change(request, id, "0", r#"{"quantity":4}"#),
        engine.line_remove(request, id, "0"),
        engine.checkout(request, id),
        engine.delete(request, id).map(|()| String::new()),
    ]
}

#[test]
fn a_change_with_the_etag_of_the_cart_is_made() {
    let shop = Shop::open();
    let cart = shop.create(&json!([licences(3), stocked(1)]));
    let id = id_of(&cart);
    let now = || etag(&shop.get(&id));
    let engine = &shop.engine;
    engine.update(&matching(&now()), &id, &cart.to_string()).unwrap();
    // As headers of HTTP have them.
    let quoted = format!("\"{}\"", now());
    engine.line_add(&matching(&quoted), &id, &licences(1).to_string()).unwrap();
    let weak = format!("W/\"{}\"", now());
    engine.line_change(&matching(&weak), &id, "0", "{}").unwrap();
    engine.line_remove(&matching(&now()), &id, "0").unwrap();
    engine.checkout(&matching(&now()), &id).unwrap();
    engine.delete(&matching(&now()), &id).unwrap();
}

#[test]
fn calls_that_change_no_cart_take_no_etag() {
    let shop = Shop::open();
    let cart = shop.create(&json!([licences(3)]));
    let (id, tag) = (id_of(&cart), etag(&cart));
    let request = matching(&tag);
    let lines = cart_of(&json!([licences(1)]));
    for outcome in [
        shop.engine.create(&request, &lines),
        shop.engine.price(&request, &lines),
        shop.engine.get(&request, &id),
        shop.engine.list(&request, None),
        shop.engine.order_get(&request, &id),
        shop.engine.order_list(&request, None),
    ] {
        assert_eq!(refused(outcome, ErrorKind::InvalidArgument).data(), ["if_match"]);
    }
}

#[test]
fn a_change_needs_a_user_and_a_question_does_not() {
    let shop = Shop::open();
    let id = id_of(&shop.create(&json!([licences(3), stocked(1)])));
    for outcome in all_changes(&shop, &reader(), &id) {
        assert_eq!(refused(outcome, ErrorKind::InvalidArgument).data(), ["user"]);
    }
    let created = shop.engine.create(&reader(), &cart_of(&json!([licences(1)])));
    assert_eq!(refused(created, ErrorKind::InvalidArgument).data(), ["user"]);
    shop.engine.get(&reader(), &id).unwrap();
    shop.engine.list(&reader(), None).unwrap();
}

#[test]
fn tokens_are_printable_words_of_at_most_128_bytes() {
    let shop = Shop::open();
    let long = "x".repeat(129);
    for bad in ["", " ", "two words", "line\nbreak", "é", "\u{0}", long.as_str()] {
        let lines = cart_of(&json!([licences(1)]));
        for (name, request) in [
            ("customer_id", Request { customer_id: bad, ..by(CUSTOMER) }),
            ("user", Request { user: Some(bad), ..by(CUSTOMER) }),
            ("request_id", Request { request_id: Some(bad), ..by(CUSTOMER) }),
        ] {
            let error = refused(shop.engine.create(&request, &lines), ErrorKind::InvalidArgument);
            assert_eq!(error.data(), [name], "{bad:?}");
        }
        refused(shop.engine.get(&reader(), bad), ErrorKind::InvalidArgument);
        refused(shop.engine.customer_get(bad), ErrorKind::InvalidArgument);
    }
    let longest = "y".repeat(128);
    let request = Request {
        customer_id: &longest,
        user: Some(&longest),
        request_id: Some(&longest),
        if_match: None,
    };
    shop.engine.create(&request, &cart_of(&json!([licences(1)]))).unwrap();
}

#[test]
fn lines_without_ids_get_the_one_after_the_greatest_ever_used() {
    let shop = Shop::open();
    let cart = shop.create(&json!([
        licences(1),
        with_id(7, licences(1)),
        with_addons(licences(1), json!([line(ADDON, 1, "monthly", "P1Y")])),
        json!({ "id": "3", "quantity": 1 }),
        json!({ "id": 4.0, "quantity": 1 }),
    ]));
    assert_eq!(of_lines(&cart, "id"), ["8", "7", "9", "3", "4"]);
    assert_eq!(cart["lineItems"][2]["addonItems"][0]["id"], "10");
    let id = id_of(&cart);
    shop.update(&id, &json!({ "lineItems": [with_id(3, licences(1))] }));
    let cart = shop.update(&id, &json!({ "lineItems": [licences(1), licences(2)] }));
    assert_eq!(of_lines(&cart, "id"), ["11", "12"]);
    shop.engine.line_remove(&by(CUSTOMER), &id, "12").unwrap();
    let added = shop.engine.line_add(&by(CUSTOMER), &id, &licences(1).to_string()).unwrap();
    assert_eq!(parse(&added)["lineItems"][0]["id"], "13");
}

#[test]
fn the_greatest_line_id_leaves_none_for_the_engine_to_give() {
    const GREATEST: i64 = (1 << 53) - 1;
    let shop = Shop::open();
    let cart = shop.create(&json!([with_id(GREATEST, licences(1))]));
    let id = id_of(&cart);
    let before = shop.get_text(&id);
    let added = shop.engine.line_add(&by(CUSTOMER), &id, &licences(1).to_string());
    refused(added, ErrorKind::InvalidRequest);
    let both = json!([with_id(GREATEST, licences(1)), licences(1)]);
    refused(shop.engine.create(&by(CUSTOMER), &cart_of(&both)), ErrorKind::InvalidRequest);
    assert_eq!(shop.get_text(&id), before);
    shop.update(&id, &cart);
    let given = with_id(5, licences(1)).to_string();
    shop.engine.line_add(&by(CUSTOMER), &id, &given).unwrap();
}

#[test]
fn two_lines_with_one_id_make_a_cart_unusable() {
    let shop = Shop::open();
    let addon = |id| with_id(id, line(ADDON, 1, "monthly", "P1Y"));
    for lines in [
        json!([with_id(1, licences(1)), with_id(1, licences(2))]),
        json!([with_addons(with_id(1, licences(1)), json!([addon(1)]))]),
        json!([with_id(2, licences(1)), with_addons(licences(1), json!([addon(2)]))]),
        json!([{ "id": 1 }, { "id": "1" }]),
        json!([{ "id": "1" }, { "id": "01" }]),
    ] {
        let error =
            refused(shop.engine.create(&by(CUSTOMER), &cart_of(&lines)), ErrorKind::InvalidRequest);
        assert!(error.description().contains("id of another line"), "{error}");
    }
    let id = id_of(&shop.create(&json!([licences(1)])));
    let again = with_id(0, licences(1)).to_string();
    refused(shop.engine.line_add(&by(CUSTOMER), &id, &again), ErrorKind::InvalidRequest);
    let patch = json!({ "addonItems": [addon(0)] }).to_string();
    let changed = shop.engine.line_change(&by(CUSTOMER), &id, "0", &patch);
    refused(changed, ErrorKind::InvalidRequest);
}

#[test]
fn a_cart_without_lines_is_refused() {
    let shop = Shop::open();
    let cart = shop.create(&json!([licences(1)]));
    let id = id_of(&cart);
    for document in ["{}", r#"{"lineItems":null}"#, r#"{"lineItems":[]}"#, r#"{"LINEITEMS":[]}"#] {
        for outcome in [
            shop.engine.create(&by(CUSTOMER), document),
            shop.engine.price(&by(CUSTOMER), document),
            shop.engine.update(&by(CUSTOMER), &id, document),
        ] {
            let error = refused(outcome, ErrorKind::InvalidRequest);
            assert_eq!(error.data(), ["lineItems"]);
            assert_eq!(error.kind().code(), "800002");
        }
    }
    assert_eq!(shop.get(&id), cart);
}

#[test]
fn limits_are_kept_by_every_operation_and_tell_their_name() {
    let limits = json!({ "requestBytes": 2000, "lineItemsPerCart": 4, "addonItemsPerLine": 2 });
    let shop = Shop::open().with_engine("limits", limits);
    let addons = |count: usize| vec![line(ADDON, 1, "monthly", "P1M"); count];
    let root = || line(LICENCE, 5, "monthly", "P1M");
    let id = id_of(&shop.create(&json!([with_addons(root(), json!(addons(2))), root()])));
    let full = shop.get_text(&id);
    let spaces = " ".repeat(2001);
    let long = format!("{}{spaces}", cart_of(&json!([root()])));
    let five = cart_of(&json!(vec![root(); 5]));
    let three_addons = json!([with_addons(root(), json!(addons(3)))]);
    let (request, engine) = (by(CUSTOMER), &shop.engine);
    for (outcome, told) in [
        (engine.create(&request, &long), "limits.requestBytes"),
        (engine.price(&request, &long), "limits.requestBytes"),
        (engine.update(&request, &id, &long), "limits.requestBytes"),
        (engine.line_add(&request, &id, &long), "limits.requestBytes"),
        (engine.line_change(&request, &id, "0", &long), "limits.requestBytes"),
        (engine.catalog_put(&long), "limits.requestBytes"),
        (engine.customer_put(&long), "limits.requestBytes"),
        (engine.create(&request, &five), "limits.lineItemsPerCart"),
        (engine.price(&request, &five), "limits.lineItemsPerCart"),
        (engine.update(&request, &id, &five), "limits.lineItemsPerCart"),
        (engine.line_add(&request, &id, &root().to_string()), "limits.lineItemsPerCart"),
        (
            engine.line_change(&request, &id, "3", &json!({ "addonItems": addons(1) }).to_string()),
            "limits.lineItemsPerCart",
        ),
        (engine.create(&request, &cart_of(&three_addons)), "limits.addonItemsPerLine"),
        (
            engine.line_change(&request, &id, "0", &json!({ "addonItems": addons(3) }).to_string()),
            "limits.addonItemsPerLine",
        ),
    ] {
        let error = refused(outcome, ErrorKind::LimitExceeded);
        assert!(error.description().contains(told), "{error}");
    }
    assert_eq!(shop.get_text(&id), full);
}

#[test]
fn the_greatest_cart_is_usable() {
    let shop = Shop::open();
    let cart = shop.create(&json!(vec![stocked(1); 10_000]));
    assert_eq!(cart["lineItems"].as_array().unwrap().len(), 10_000);
    let id = id_of(&cart);
    let added = shop.engine.line_add(&by(CUSTOMER), &id, &stocked(1).to_string());
    refused(added, ErrorKind::LimitExceeded);
    assert_eq!(list(&shop, CUSTOMER, "{}")["items"][0]["lineCount"], 10_000);
}

#[test]
fn a_bad_line_is_told_and_the_cart_is_stored() {
    let shop = Shop::open();
    let cart = shop.create(&json!([
        licences(1),
        licences(301),
        line("CFQ7TTC0LCHC:0002:NONE", 1, "monthly", "P1Y"),
        line(LICENCE, 1, "weekly", "P1Y"),
        line(LICENCE, 1, "monthly", "a year"),
        { "friendlyName": "x".repeat(257), "catalogItemId": LICENCE, "quantity": 1,
          "billingCycle": "monthly", "termDuration": "P1Y" },
        {},
    ]));
    assert_eq!(error_codes(&cart), [0, 10010, 10001, 10010, 10010, 10010, 10010]);
    assert_eq!(shop.get(&id_of(&cart)), cart);
    for line in cart["lineItems"].as_array().unwrap() {
        assert_eq!(line["error"].is_null(), !line["pricing"].is_null(), "{line}");
    }
}

#[test]
fn a_cart_with_participants_needs_the_attestation_of_a_partner_who_requires_it() {
    let shop = Shop::with(json!({
        "partnerAttestation": "required",
        "partner": { "model": "indirect_provider", "resellers": ["517285"] },
    }));
    let mut bought = licences(1);
    bought["participants"] = json!([{ "key": "transaction_reseller", "value": "517285" }]);
    let lines = json!([bought]);
    for attested in [Value::Null, json!(false)] {
        let document =
            json!({ "lineItems": lines, "PartnerOnRecordAttestationAccepted": attested });
        let error = refused(
            shop.engine.create(&by(CUSTOMER), &document.to_string()),
            ErrorKind::PartnerAttestationRequired,
        );
        assert_eq!((error.kind().code(), error.kind().status()), ("900206", 102));
        assert_eq!(error.data(), ["PartnerOnRecordAttestationAccepted"]);
    }
    let plain = shop.create(&json!([licences(1)]));
    let id = id_of(&plain);
    for outcome in [
        shop.engine.update(&by(CUSTOMER), &id, &cart_of(&lines)),
        shop.engine.line_add(&by(CUSTOMER), &id, &lines.to_string()),
        shop.engine.line_change(&by(CUSTOMER), &id, "0", &lines[0].to_string()),
    ] {
        refused(outcome, ErrorKind::PartnerAttestationRequired);
    }
    assert_eq!(shop.get(&id), plain);
    let document = json!({ "lineItems": lines, "partnerOnRecordAttestationAccepted": true });
    let cart = parse(&shop.engine.create(&by(CUSTOMER), &document.to_string()).unwrap());
    assert_eq!(cart["PartnerOnRecordAttestationAccepted"], true);
    assert_eq!(error_codes(&cart), [0]);
    let id = id_of(&cart);
    shop.engine.line_add(&by(CUSTOMER), &id, &lines.to_string()).unwrap();
    refused(
        shop.engine.update(&by(CUSTOMER), &id, &cart_of(&lines)),
        ErrorKind::PartnerAttestationRequired,
    );
}

/// A page of a customer's carts.
#[track_caller]
fn list(shop: &Shop, customer: &str, query: &str) -> Value {
    parse(&shop.engine.list(&by(customer), Some(query)).unwrap())
}

#[test]
fn lists_tell_headers_newest_first() {
    let shop = Shop::open();
    let ids: Vec<String> =
        (1..=5).map(|count| id_of(&shop.create(&json!(vec![stocked(1); count])))).collect();
    shop.checkout(&ids[1]);
    let page = parse(&shop.engine.list(&reader(), None).unwrap());
    let listed: Vec<String> = page["items"].as_array().unwrap().iter().map(id_of).collect();
    assert_eq!(listed, ids.iter().rev().cloned().collect::<Vec<_>>());
    let mut header = shop.get(&ids[2]);
    let lines = header.as_object_mut().unwrap().remove("lineItems").unwrap();
    header["lineCount"] = json!(lines.as_array().unwrap().len());
    assert_eq!(page["items"][2], header);
    for (query, count) in [
        (r#"{"status":"Active"}"#, 4),
        (r#"{"status":"ordered"}"#, 1),
        (r#"{"status":null,"limit":null}"#, 5),
    ] {
        let page = list(&shop, CUSTOMER, query);
        assert_eq!(page["totalCount"], count, "{query}");
        assert_eq!(page["items"].as_array().unwrap().len(), count, "{query}");
    }
}

#[test]
fn paging_shows_each_cart_once_while_carts_come_and_go() {
    let shop = Shop::open();
    let mut ids: Vec<String> = (0..10).map(|_| id_of(&shop.create(&json!([stocked(1)])))).collect();
    ids.reverse();
    let mut seen = Vec::new();
    let mut query = json!({ "limit": 3 });
    loop {
        let page = list(&shop, CUSTOMER, &query.to_string());
        let items = page["items"].as_array().unwrap();
        assert!(items.len() <= 3);
        seen.extend(items.iter().map(id_of));
        match page.get("after") {
            Some(after) => query["after"] = after.clone(),
            None => break,
        }
        shop.create(&json!([stocked(1)]));
        // The last one told goes: the place in the list does not depend on it.
        shop.engine.delete(&by(CUSTOMER), seen.last().unwrap()).unwrap();
    }
    assert_eq!(seen, ids);
}

#[test]
fn a_last_page_that_is_full_says_so() {
    let shop = Shop::open();
    for _ in 0..4 {
        shop.create(&json!([stocked(1)]));
    }
    let page = list(&shop, CUSTOMER, r#"{"limit":2}"#);
    let next = json!({ "limit": 2, "after": page["after"] });
    let page = list(&shop, CUSTOMER, &next.to_string());
    assert_eq!(page["items"].as_array().unwrap().len(), 2);
    assert_eq!(page.get("after"), None);
    assert_eq!(page["totalCount"], 4);
}

#[test]
fn a_query_that_is_not_understood_is_refused_by_name() {
    let shop = Shop::open();
    for (query, at_fault) in [
        (r#"{"limit":0}"#, "limit"),
        (r#"{"limit":1001}"#, "limit"),
        (r#"{"limit":"3"}"#, "limit"),
        (r#"{"limit":1.5}"#, "limit"),
        (r#"{"status":"Gone"}"#, "status"),
        (r#"{"status":1}"#, "status"),
        (r#"{"after":"x"}"#, "after"),
        (r#"{"after":7}"#, "after"),
        (r#"{"page":1}"#, "page"),
    ] {
        let error = refused(shop.engine.list(&reader(), Some(query)), ErrorKind::InvalidArgument);
        assert_eq!(error.data(), [at_fault], "{query}");
    }
    refused(shop.engine.list(&reader(), Some("[]")), ErrorKind::InvalidArgument);
    refused(shop.engine.list(&reader(), Some("{")), ErrorKind::InvalidJson);
    let query = r#"{"cartId":"x"}"#;
    refused(shop.engine.order_list(&reader(), Some(query)), ErrorKind::InvalidArgument);
}

#[test]
fn the_orders_of_a_deleted_cart_stay() {
    let shop = Shop::open();
    let id = id_of(&shop.create(&json!([licences(2), stocked(1)])));
    let result = shop.checkout(&id);
    shop.engine.delete(&by(CUSTOMER), &id).unwrap();
    refused(shop.engine.get(&reader(), &id), ErrorKind::CartNotFound);
    for order in result["orders"].as_array().unwrap() {
        let stored = shop.engine.order_get(&reader(), text(order, "id")).unwrap();
        assert_eq!(&parse(&stored), order);
    }
    let query = json!({ "cartId": id }).to_string();
    let orders = parse(&shop.engine.order_list(&reader(), Some(&query)).unwrap());
    assert_eq!(orders["totalCount"], 2);
}

#[test]
fn an_ordered_cart_can_be_deleted_and_nothing_else() {
    let shop = Shop::open();
    let id = id_of(&shop.create(&json!([licences(2), stocked(1)])));
    shop.checkout(&id);
    let before = shop.get_text(&id);
    let (engine, request) = (&shop.engine, by(CUSTOMER));
    for outcome in [
        engine.update(&request, &id, &before),
        engine.line_add(&request, &id, &licences(1).to_string()),
        engine.line_change(&request, &id, "0", "{}"),
        engine.line_remove(&request, &id, "0"),
    ] {
        let error = refused(outcome, ErrorKind::CartOrdered);
        assert_eq!((error.kind().code(), error.kind().status()), ("800065", 202));
    }
    assert_eq!(shop.get_text(&id), before);
    engine.delete(&request, &id).unwrap();
}

#[test]
fn what_was_read_can_be_sent_back_in_every_dialect() {
    for dialect in ["2018", "2023", "wire"] {
        let shop = Shop::with(json!({ "dialect": dialect }));
        let mut odd = line(LICENCE, 301, "weekly", "a year");
        odd["customTermEndDate"] = json!("soon");
        odd["currencyCode"] = json!("euro");
        odd["participants"] = json!([{ "key": "friend", "value": "" }]);
        odd["provisioningContext"] = json!({ "Key": "value", "empty": "" });
        odd["renewsTo"] = json!({ "termDuration": "P2W" });
        odd["friendlyName"] = json!("\u{1}\"\\\u{2028}😀\u{0}");
        let mut renewed = licences(1);
        renewed["renewsTo"] = json!([{ "termDuration": "P1M" }]);
        renewed["attestationAccepted"] = json!(false);
        let addons = json!([line(ADDON, 1, "monthly", "P1Y"), {}]);
        let lines = json!([with_addons(licences(2), addons), odd, renewed, { "id": 9 }]);
        let first = shop.create(&lines);
        let id = id_of(&first);
        assert_eq!(shop.get(&id), first, "{dialect}");
        let mut second = shop.update(&id, &first);
        second["attributes"]["etag"] = first["attributes"]["etag"].clone();
        assert_eq!(second, first, "{dialect}");
    }
}

#[test]
fn the_wire_dialect_links_to_the_cart_of_the_customer_as_he_was_first_spelled() {
    let shop = Shop::with(json!({ "dialect": "wire" }));
    let customer = CUSTOMER.to_uppercase();
    let cart = parse(&shop.engine.create(&by(&customer), &cart_of(&json!([licences(1)]))).unwrap());
    let id = id_of(&cart);
    assert_eq!(cart["lineItems"][0]["id"], 0);
    let uri = format!("/customers/{customer}/carts/{id}");
    assert_eq!(shop.get(&id)["links"]["self"]["uri"], uri);
}

#[test]
fn request_ids_on_questions_are_of_no_effect() {
    let shop = Shop::open();
    let lines = cart_of(&json!([licences(1)]));
    shop.engine.price(&once("a"), &lines).unwrap();
    let cart = parse(&shop.engine.create(&once("a"), &lines).unwrap());
    shop.engine.get(&once("a"), &id_of(&cart)).unwrap();
    shop.engine.list(&once("a"), None).unwrap();
}
