//! Operations on single lines: what they change, what they answer, and how large the answers are.

mod support;

use cart_engine::{ErrorKind, Result};
use serde_json::{Value, json};
use support::shop::{
    ADDON, CUSTOMER, LICENCE, OFFER, SERVICE, Shop, TRIAL, by, error_codes, id_of, licences, line,
    of_lines, parse, promotion, refused, stocked, with_addons, with_id,
};

fn addon(quantity: i64) -> Value {
    line(ADDON, quantity, "monthly", "P1Y")
}

fn add(shop: &Shop, id: &str, lines: &Value) -> Result<Value> {
    shop.engine.line_add(&by(CUSTOMER), id, &lines.to_string()).map(|answer| parse(&answer))
}

fn change(shop: &Shop, id: &str, line: &str, patch: &Value) -> Result<Value> {
    let answer = shop.engine.line_change(&by(CUSTOMER), id, line, &patch.to_string())?;
    Ok(parse(&answer))
}

fn remove(shop: &Shop, id: &str, line: &str) -> Result<Value> {
    shop.engine.line_remove(&by(CUSTOMER), id, line).map(|answer| parse(&answer))
}

/// Asserts that an answer tells the cart that is stored.
#[track_caller]
fn assert_tells_the_truth(shop: &Shop, id: &str, answer: &Value) {
    let mut cart = shop.get(id);
    let lines = cart.as_object_mut().unwrap().remove("lineItems").unwrap();
    let count = |line: &Value| 1 + line["addonItems"].as_array().map_or(0, Vec::len);
    cart["lineCount"] = json!(lines.as_array().unwrap().iter().map(count).sum::<usize>());
    assert_eq!(answer["cart"], cart);
    for line in answer["lineItems"].as_array().unwrap() {
        assert!(lines.as_array().unwrap().contains(line), "{line} is not in {lines}");
    }
}

#[test]
fn added_lines_go_to_the_end_and_are_told() {
    let shop = Shop::open();
    let id = id_of(&shop.create(&json!([licences(1)])));
    let answer = add(&shop, &id, &stocked(1)).unwrap();
    assert_eq!(of_lines(&answer, "id"), ["1"]);
    assert_tells_the_truth(&shop, &id, &answer);
    let answer =
        add(&shop, &id, &json!([licences(2), with_addons(licences(3), json!([addon(1)]))]));
    let answer = answer.unwrap();
    assert_eq!(of_lines(&answer, "id"), ["2", "3"]);
    assert_eq!(answer["lineItems"][1]["addonItems"][0]["id"], "4");
    assert_eq!(answer["cart"]["lineCount"], 5);
    assert_eq!(answer["removed"], json!([]));
    assert_tells_the_truth(&shop, &id, &answer);
    assert_eq!(of_lines(&shop.get(&id), "id"), ["0", "1", "2", "3"]);
}

#[test]
fn what_is_no_line_cannot_be_added() {
    let shop = Shop::open();
    let cart = shop.create(&json!([licences(1)]));
    let id = id_of(&cart);
    for lines in ["[]", "null", "1", "\"line\"", "[[]]", "[null]", "[1]"] {
        let added = shop.engine.line_add(&by(CUSTOMER), &id, lines);
        refused(added, ErrorKind::InvalidRequest);
    }
    refused(shop.engine.line_add(&by(CUSTOMER), &id, ""), ErrorKind::InvalidJson);
    assert_eq!(shop.get(&id), cart);
}

#[test]
fn a_line_that_is_not_in_the_cart_is_not_found() {
    let shop = Shop::open();
    let cart = shop.create(&json!([licences(1), licences(1)]));
    let id = id_of(&cart);
    for line in ["2", "-1", "9223372036854775808", "x", "0x0", "0.0", "1e0"] {
        for outcome in [change(&shop, &id, line, &json!({})), remove(&shop, &id, line)] {
            let error = refused(outcome, ErrorKind::NotFound);
            assert_eq!(error.kind().status(), 200);
            assert!(error.description().contains(line), "{error}");
        }
    }
    for line in ["", " ", "1 "] {
        refused(change(&shop, &id, line, &json!({})), ErrorKind::InvalidArgument);
        refused(remove(&shop, &id, line), ErrorKind::InvalidArgument);
    }
    assert_eq!(shop.get(&id), cart);
}

#[test]
fn removing_a_root_removes_its_addons_and_removing_an_addon_only_itself() {
    let shop = Shop::open();
    let lines = json!([with_addons(licences(5), json!([addon(1), addon(2)])), licences(1)]);
    let id = id_of(&shop.create(&lines));
    let answer = remove(&shop, &id, "1").unwrap();
    assert_eq!(answer["removed"], json!(["1"]));
    assert_eq!(answer["cart"]["lineCount"], 3);
    assert_tells_the_truth(&shop, &id, &answer);
    let answer = remove(&shop, &id, "0").unwrap();
    assert_eq!(answer["removed"], json!(["0", "2"]));
    assert_eq!(answer["cart"]["lineCount"], 1);
    assert_eq!(of_lines(&shop.get(&id), "id"), ["3"]);
    refused(remove(&shop, &id, "2"), ErrorKind::NotFound);
}

#[test]
fn the_last_root_line_stays_and_its_addons_do_not_count() {
    let shop = Shop::open();
    let cart = shop.create(&json!([with_addons(licences(5), json!([addon(1)]))]));
    let id = id_of(&cart);
    let error = refused(remove(&shop, &id, "0"), ErrorKind::InvalidRequest);
    assert_eq!(error.kind().code(), "800002");
    assert_eq!(error.data(), ["lineItems"]);
    assert_eq!(shop.get(&id), cart);
    remove(&shop, &id, "1").unwrap();
    refused(remove(&shop, &id, "0"), ErrorKind::InvalidRequest);
}

/// A patch, and what the line then says that it did not say before.
#[test]
fn a_patch_is_merged_into_the_line() {
    let mut full = with_addons(licences(5), json!([addon(1)]));
    full["friendlyName"] = json!("mine");
    full["provisioningContext"] = json!({ "first": "1", "second": "2" });
    full["participants"] = json!([{ "key": "transaction_reseller", "value": "517285" }]);
    full["renewsTo"] = json!({ "termDuration": "P1M" });
    full["AttestationAccepted"] = json!(true);
    let cases = [
        (json!({}), json!({})),
        (json!({ "unknown": 1, "error": 7, "pricing": [], "orderGroup": 9 }), json!({})),
        (json!({ "id": 17 }), json!({})),
        (json!({ "quantity": 6 }), json!({ "quantity": 6 })),
        (json!({ "QUANTITY": 6.0 }), json!({ "quantity": 6 })),
        (json!({ "friendlyName": null }), json!({ "friendlyName": null })),
        (json!({ "catalogId": LICENCE.to_lowercase() }), json!({})),
        (json!({ "attestationAccepted": false }), json!({ "AttestationAccepted": false })),
        (json!({ "attestationaccepted": null }), json!({ "AttestationAccepted": null })),
        (
            json!({ "provisioningContext": { "SECOND": "3", "first": null, "Third": "4" } }),
            json!({ "provisioningContext": { "second": "3", "third": "4" } }),
        ),
        (json!({ "provisioningContext": null }), json!({ "provisioningContext": null })),
        (json!({ "provisioningContext": {} }), json!({})),
        (json!({ "participants": [] }), json!({ "participants": null })),
        (json!({ "participants": null }), json!({ "participants": null })),
        (
            json!({ "participants": [{ "key": "TransactionReseller", "value": "517286" }] }),
            json!({ "participants": [{ "key": "transaction_reseller", "value": "517286" }] }),
        ),
        (json!({ "renewsTo": null }), json!({ "renewsTo": null })),
        (json!({ "renewsTo": [] }), json!({ "renewsTo": null })),
        (json!({ "renewsTo": {} }), json!({})),
        (json!({ "renewsTo": [{}] }), json!({ "renewsTo": [{}] })),
        (
            json!({ "renewsTo": { "termDuration": "P1Y" } }),
            json!({ "renewsTo": [{ "termDuration": "P1Y" }] }),
        ),
        (json!({ "renewsTo": { "termDuration": null } }), json!({ "renewsTo": [{}] })),
        (json!({ "addonItems": null }), json!({ "addonItems": null })),
        (json!({ "addonItems": [] }), json!({ "addonItems": null })),
    ];
    for (patch, expected) in cases {
        let shop = Shop::with(json!({
            "partner": { "model": "indirect_provider", "resellers": ["517285", "517286"] },
        }));
        let cart = shop.create(&json!([full]));
        assert_eq!(error_codes(&cart), [0]);
        let id = id_of(&cart);
        let answer = change(&shop, &id, "0", &patch).unwrap();
        assert_tells_the_truth(&shop, &id, &answer);
        let mut line = cart["lineItems"][0].clone();
        for (name, value) in expected.as_object().unwrap() {
            match value {
                Value::Null => _ = line.as_object_mut().unwrap().remove(name),
                value => line[name] = value.clone(),
            }
        }
        line["pricing"] = answer["lineItems"][0]["pricing"].clone();
        assert_eq!(answer["lineItems"], json!([line]), "{patch}");
    }
}

#[test]
fn a_patch_that_is_no_patch_changes_nothing() {
    let shop = Shop::open();
    let cart = shop.create(&json!([licences(1)]));
    let id = id_of(&cart);
    for (patch, at_fault) in [
        (r#"{"quantity":"3"}"#, "quantity"),
        (r#"{"addonItems":{}}"#, "addonItems"),
        (r#"{"addonItems":[{"quantity":true}]}"#, "addonItems[0].quantity"),
        (r#"{"provisioningContext":[1]}"#, "provisioningContext"),
        (r#"{"provisioningContext":{"a":1}}"#, "provisioningContext.a"),
        (r#"{"catalogId":"a","catalogItemId":"b"}"#, "catalogId"),
    ] {
        let changed = shop.engine.line_change(&by(CUSTOMER), &id, "0", patch);
        assert_eq!(refused(changed, ErrorKind::InvalidRequest).data(), [at_fault], "{patch}");
    }
    for patch in ["[]", "null", "7", "\"x\"", "[{\"op\":\"remove\",\"path\":\"/quantity\"}]"] {
        let changed = shop.engine.line_change(&by(CUSTOMER), &id, "0", patch);
        refused(changed, ErrorKind::InvalidRequest);
    }
    refused(shop.engine.line_change(&by(CUSTOMER), &id, "0", "{"), ErrorKind::InvalidJson);
    assert_eq!(shop.get(&id), cart);
}

#[test]
fn addons_are_added_by_changing_their_root_and_keep_their_ids_when_named() {
    let shop = Shop::open();
    let id = id_of(&shop.create(&json!([licences(5), licences(1)])));
    let answer = change(&shop, &id, "0", &json!({ "addonItems": [addon(1), addon(2)] })).unwrap();
    assert_eq!(of_addons(&answer, "id"), ["2", "3"]);
    let kept = json!({ "addonItems": [with_id(3, addon(4)), addon(1)] });
    let answer = change(&shop, &id, "0", &kept).unwrap();
    assert_eq!(of_addons(&answer, "id"), ["3", "4"]);
    assert_eq!(of_addons(&answer, "quantity"), [4, 1]);
    assert_eq!(answer["removed"], json!(["2"]));
    assert_tells_the_truth(&shop, &id, &answer);
    let answer = change(&shop, &id, "3", &json!({ "quantity": 5 })).unwrap();
    assert_eq!(of_lines(&answer, "id"), ["0"], "an add-on stands in its root line");
    assert_eq!(of_addons(&answer, "quantity"), [5, 1]);
    assert_tells_the_truth(&shop, &id, &answer);
}

fn of_addons<'v>(answer: &'v Value, name: &str) -> Vec<&'v Value> {
    let addons = answer["lineItems"][0]["addonItems"].as_array().unwrap();
    addons.iter().map(|addon| &addon[name]).collect()
}

#[test]
fn lines_that_the_change_of_another_spoils_or_mends_are_told() {
    let shop = Shop::open();
    let id = id_of(&shop.create(&json!([licences(100), licences(200), stocked(1)])));
    let answer = change(&shop, &id, "0", &json!({ "quantity": 101 })).unwrap();
    assert_eq!(of_lines(&answer, "id"), ["0", "1"]);
    assert_eq!(error_codes(&answer), [0, 10015]);
    assert_tells_the_truth(&shop, &id, &answer);
    let answer = remove(&shop, &id, "0").unwrap();
    assert_eq!(of_lines(&answer, "id"), ["1"]);
    assert_eq!(error_codes(&answer), [0]);
    assert_tells_the_truth(&shop, &id, &answer);
}

#[test]
fn lines_that_lose_or_win_a_promotion_through_another_are_told() {
    let shop = Shop::open();
    shop.put(&json!({ "promotions": [promotion("39NFJQT1PHSN:0008:39NFJQT1Q5J0", true)] }));
    let cart = shop.create(&json!([licences(20), licences(20), licences(20)]));
    let id = id_of(&cart);
    let promotions = |answer: &Value| {
        of_lines(answer, "promotionId").iter().map(|id| !id.is_null()).collect::<Vec<_>>()
    };
    assert_eq!(promotions(&cart), [true, true, false]);
    let answer = change(&shop, &id, "0", &json!({ "quantity": 4 })).unwrap();
    assert_eq!(of_lines(&answer, "id"), ["0", "2"]);
    assert_eq!(promotions(&answer), [false, true]);
    assert_eq!(answer["lineItems"][1]["pricing"]["discountedPrice"], json!(9));
    assert_tells_the_truth(&shop, &id, &answer);
}

#[test]
fn renamed_groups_are_told_once_and_not_on_each_line() {
    let shop = Shop::open();
    let mut lines = vec![line(TRIAL, 1, "none", "P1M"), line(OFFER, 1, "monthly", "")];
    lines.extend((0..50).map(|_| stocked(1)));
    lines.extend((0..50).map(|_| line(SERVICE, 1, "monthly", "P1M")));
    let id = id_of(&shop.create(&json!(lines)));
    let answer = remove(&shop, &id, "0").unwrap();
    assert_eq!(answer["orderGroups"], json!({ "1": "0", "2": "1" }));
    assert_eq!(answer["lineItems"], json!([]));
    assert_tells_the_truth(&shop, &id, &answer);
    let groups = of_lines(&shop.get(&id), "orderGroup").into_iter().cloned().collect::<Vec<_>>();
    assert_eq!((&groups[0], &groups[1], &groups[51]), (&json!("OMS-0"), &json!("0"), &json!("1")));
    let moved = change(&shop, &id, "1", &json!({ "billingCycle": "annual" })).unwrap();
    assert_eq!(moved["orderGroups"], json!({}));
    assert_eq!(of_lines(&moved, "id"), ["1"]);
}

/// Changes carts of several sizes alike, and asserts that the answers differ in the counts alone.
#[track_caller]
fn assert_answers_do_not_grow(operation: impl Fn(&Shop, &str) -> Value) {
    let answers = [10, 1000].map(|count| {
        let shop = Shop::open();
        let mut lines = vec![with_addons(licences(5), json!([addon(1)]))];
        lines.extend((2..count).map(|_| stocked(1)));
        let id = id_of(&shop.create(&json!(lines)));
        let mut answer = operation(&shop, &id);
        assert_tells_the_truth(&shop, &id, &answer);
        answer["cart"]["lineCount"].take();
        for line in answer["lineItems"].as_array_mut().unwrap() {
            line["id"] = json!("");
        }
        answer.to_string()
    });
    assert_eq!(answers[0].len(), answers[1].len(), "{answers:?}");
}

#[test]
fn the_size_of_an_answer_does_not_grow_with_the_cart() {
    assert_answers_do_not_grow(|shop, id| add(shop, id, &licences(1)).unwrap());
    assert_answers_do_not_grow(|shop, id| add(shop, id, &line(TRIAL, 1, "none", "P1M")).unwrap());
    assert_answers_do_not_grow(|shop, id| {
        change(shop, id, "5", &json!({ "quantity": 2 })).unwrap()
    });
    assert_answers_do_not_grow(|shop, id| {
        change(shop, id, "1", &json!({ "quantity": 2 })).unwrap()
    });
    assert_answers_do_not_grow(|shop, id| remove(shop, id, "5").unwrap());
    // The first group goes, and the one of all the others gets its name.
    assert_answers_do_not_grow(|shop, id| remove(shop, id, "0").unwrap());
}
