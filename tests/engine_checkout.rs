//! Checkout: what orders look like, what falls and what stands, what is remembered, and what the
//! customer then owns.

mod support;

use cart_engine::ErrorKind;
use serde_json::{Value, json};
use support::shop::{
    ADDON, CUSTOMER, LICENCE, OFFER, OFFER_ADDON, SERVICE, STOCKED, Shop, TRIAL, by, cart_of,
    error_codes, etag, id_of, licences, line, matching, of_lines, parse, promotion, reader,
    refused, stocked, text, with_addons, with_id,
};

fn service(quantity: i64) -> Value {
    line(SERVICE, quantity, "monthly", "P1M")
}

/// The orders of a checkout result.
fn orders(result: &Value) -> &Vec<Value> {
    result["orders"].as_array().unwrap()
}

/// What each order is of: billing cycle and number of lines.
fn shapes(result: &Value) -> Vec<(String, usize)> {
    let shape = |order: &Value| {
        let lines = order["lineItems"].as_array().unwrap().len();
        (text(order, "billingCycle").to_owned(), lines)
    };
    orders(result).iter().map(shape).collect()
}

#[test]
fn an_order_tells_what_was_bought() {
    let shop = Shop::open();
    let mut bought = with_addons(licences(2), json!([line(ADDON, 1, "monthly", "P1Y")]));
    bought["friendlyName"] = json!("mine");
    bought["provisioningContext"] = json!({ "scope": "shared" });
    bought["renewsTo"] = json!({ "termDuration": "P1Y" });
    let id = id_of(&shop.create(&json!([bought])));
    let result = shop.checkout(&id);
    let order = &orders(&result)[0];
    let (root, addon) = (&order["lineItems"][0], &order["lineItems"][1]);
    let root_subscription = text(root, "subscriptionId").to_owned();
    let expected = json!({
        "orders": [{
            "id": order["id"], "alternateId": order["id"], "referenceCustomerId": CUSTOMER,
            "billingCycle": "monthly", "currencyCode": "USD", "currencySymbol": "$",
            "lineItems": [
                {
                    "lineItemNumber": 0, "offerId": LICENCE, "subscriptionId": root_subscription,
                    "termDuration": "P1Y", "transactionType": "New", "friendlyName": "mine",
                    "quantity": 2,
                    "pricing": { "listPrice": 10, "discountedPrice": 10, "proratedPrice": 10,
                                 "price": 10, "extendedPrice": 240 },
                    "provisioningContext": { "scope": "shared" },
                    "renewsTo": { "termDuration": "P1Y" },
                },
                {
                    "lineItemNumber": 1, "offerId": ADDON, "subscriptionId": addon["subscriptionId"],
                    "parentSubscriptionId": root_subscription, "termDuration": "P1Y",
                    "transactionType": "New", "friendlyName": "Calls for Office", "quantity": 1,
                    "pricing": { "listPrice": 2, "discountedPrice": 2, "proratedPrice": 2,
                                 "price": 2, "extendedPrice": 24 },
                },
            ],
            "creationDate": "2026-03-10T12:00:00.0000000Z", "status": "completed",
            "transactionType": "UserPurchase", "totalPrice": 264,
            "attributes": { "objectType": "Order" },
        }],
        "attributes": { "objectType": "CartCheckoutResult" },
    });
    assert_eq!(result, expected);
    assert_ne!(addon["subscriptionId"], root["subscriptionId"]);
    let cart = shop.get(&id);
    assert_eq!(text(&cart, "status"), "Ordered");
}

#[test]
fn each_group_becomes_one_order_in_the_order_of_the_groups() {
    let shop = Shop::open();
    let cart = shop.create(&json!([
        service(1),
        with_addons(line(OFFER, 1, "annual", ""), json!([line(OFFER_ADDON, 1, "annual", "")])),
        stocked(1),
        licences(1),
        line(TRIAL, 1, "none", "P1M"),
        line(OFFER, 1, "monthly", ""),
    ]));
    let groups = of_lines(&cart, "orderGroup");
    assert_eq!(groups, ["0", "OMS-0", "1", "0", "2", "OMS-1"]);
    let result = shop.checkout(&id_of(&cart));
    assert_eq!(result.get("orderErrors"), None);
    let expected = [("monthly", 2), ("annual", 2), ("one_time", 1), ("none", 1), ("monthly", 1)];
    assert_eq!(shapes(&result), expected.map(|(cycle, count)| (cycle.to_owned(), count)));
}

#[test]
fn without_prices_an_order_has_no_total() {
    let shop = Shop::open();
    let prices = support::shop::catalog()["prices"].clone();
    let removed = shop.engine.catalog_remove(&json!({ "prices": prices }).to_string()).unwrap();
    assert_eq!(parse(&removed)["removed"], prices.as_array().unwrap().len());
    let id = id_of(&shop.create(&json!([licences(1)])));
    let result = shop.checkout(&id);
    assert_eq!(orders(&result)[0].get("totalPrice"), None);
    assert_eq!(orders(&result)[0]["lineItems"][0].get("pricing"), None);
}

#[test]
fn a_cart_with_a_bad_line_is_not_ordered() {
    let shop = Shop::open();
    let addons = json!([line(ADDON, 1, "monthly", "P1Y"), line(ADDON, 0, "monthly", "P1Y")]);
    let cart = shop.create(&json!([licences(1), with_addons(licences(2), addons)]));
    let before = shop.get_text(&id_of(&cart));
    let error =
        refused(shop.engine.checkout(&by(CUSTOMER), &id_of(&cart)), ErrorKind::CartHasErrors);
    assert_eq!((error.kind().code(), error.kind().status()), ("800009", 203));
    assert_eq!(error.data(), ["lineItems[1].addonItems", "lineItems[1].addonItems[1].quantity"]);
    assert_eq!(shop.get_text(&id_of(&cart)), before);
    let listed = parse(&shop.engine.order_list(&reader(), None).unwrap());
    assert_eq!(listed["totalCount"], 0);
}

/// A cart of two groups, of which the second cannot be ordered for want of stock.
fn half_ordered(shop: &Shop) -> (String, Value) {
    let id = id_of(&shop.create(&json!([service(1), stocked(3), licences(2)])));
    shop.stock(2);
    let result = shop.checkout(&id);
    (id, result)
}

#[test]
fn a_group_that_falls_tells_why_and_the_others_stand() {
    let shop = Shop::open();
    let (id, result) = half_ordered(&shop);
    assert_eq!(shapes(&result), [("monthly".to_owned(), 2)]);
    assert_eq!(
        result["orderErrors"],
        json!([{
            "orderGroupId": "1", "code": 800_010,
            "description": format!("line 1: quantity 3: 2 of {} are left in stock", &STOCKED[..17]),
        }])
    );
    let cart = shop.get(&id);
    assert_eq!(text(&cart, "status"), "Active");
    assert_eq!(error_codes(&cart), [0, 10003, 0]);
    assert_eq!(cart["lineItems"][1].get("pricing"), None);
    let error = &cart["lineItems"][1]["error"];
    let numbers = json!({ "availableQuantity": 2, "purchasedQuantity": 3 });
    assert_eq!(error["additionalInformation"], numbers);
    assert_eq!(of_lines(&cart, "orderGroup"), ["0", "1", "0"]);
}

#[test]
fn a_further_checkout_orders_the_rest_and_answers_all() {
    let shop = Shop::open();
    let (id, partial) = half_ordered(&shop);
    let before = shop.get_text(&id);
    // A checkout that fails as before changes nothing, and does not order twice.
    assert_eq!(shop.checkout(&id), partial);
    assert_eq!(shop.get_text(&id), before);
    shop.stock(3);
    let complete = shop.engine.checkout(&by(CUSTOMER), &id).unwrap();
    let result = parse(&complete);
    assert_eq!(orders(&result)[0], orders(&partial)[0]);
    assert_eq!(shapes(&result), [("monthly".to_owned(), 2), ("one_time".to_owned(), 1)]);
    let cart = shop.get(&id);
    assert_eq!((text(&cart, "status"), error_codes(&cart)), ("Ordered", vec![0, 0, 0]));
    let shop = shop.reopened();
    shop.at("2027-01-01T00:00:00Z");
    shop.stock(0);
    assert_eq!(shop.engine.checkout(&by(CUSTOMER), &id).unwrap(), complete);
    let query = json!({ "cartId": id }).to_string();
    let listed = parse(&shop.engine.order_list(&reader(), Some(&query)).unwrap());
    assert_eq!(listed["totalCount"], 2);
    assert_eq!(listed["items"][0], orders(&result)[1], "the newest first");
}

#[test]
fn nothing_ordered_leaves_only_errors() {
    let shop = Shop::open();
    let id = id_of(&shop.create(&json!([stocked(3)])));
    shop.stock(0);
    let result = shop.checkout(&id);
    assert_eq!(result["orders"], json!([]));
    assert_eq!(result["orderErrors"].as_array().unwrap().len(), 1);
    assert_eq!(error_codes(&shop.get(&id)), [10003]);
}

#[test]
fn errors_that_an_edit_finds_block_and_those_that_a_checkout_left_do_not() {
    let shop = Shop::open();
    let (id, _) = half_ordered(&shop);
    let cart = shop.get(&id);
    shop.update(&id, &cart);
    refused(shop.engine.checkout(&by(CUSTOMER), &id), ErrorKind::CartHasErrors);
    shop.engine.line_change(&by(CUSTOMER), &id, "1", r#"{"quantity":2}"#).unwrap();
    assert_eq!(shapes(&shop.checkout(&id)).len(), 2);
}

#[test]
fn lines_that_were_ordered_stay_as_they_are() {
    let shop = Shop::open();
    let (id, partial) = half_ordered(&shop);
    let cart = shop.get(&id);
    let lines = cart["lineItems"].as_array().unwrap().clone();
    let edited = |name: &str, value: Value| {
        let mut edited = lines.clone();
        edited[0][name] = value;
        edited
    };
    let without_id = |at: usize| {
        let mut edited = lines.clone();
        edited[at].as_object_mut().unwrap().remove("id");
        edited
    };
    for lines in [
        edited("quantity", json!(2)),
        edited("friendlyName", json!("x")),
        edited("addonItems", json!([service(1)])),
        edited("id", json!("77")),
        without_id(0),
        lines[1..].to_vec(),
    ] {
        let updated = shop.engine.update(&by(CUSTOMER), &id, &cart_of(&json!(lines)));
        assert_eq!(refused(updated, ErrorKind::CartOrdered).data(), ["lineItems"]);
    }
    for outcome in [
        shop.engine.line_change(&by(CUSTOMER), &id, "0", r#"{"quantity":2}"#),
        shop.engine.line_remove(&by(CUSTOMER), &id, "2"),
    ] {
        refused(outcome, ErrorKind::CartOrdered);
    }
    assert_eq!(shop.get(&id), cart);
    // A patch that changes nothing is an update that carries the line unchanged.
    let unchanged = format!(r#"{{"quantity":{},"currencyCode":null}}"#, lines[0]["quantity"]);
    shop.engine.line_change(&by(CUSTOMER), &id, "0", &unchanged).unwrap();
    assert_eq!(shop.get(&id)["lineItems"], cart["lineItems"]);
    // Unchanged by id they may stand anywhere, also without what the engine fills in.
    let mut bare = lines[0].clone();
    bare.as_object_mut().unwrap().retain(|name, _| {
        !["currencyCode", "orderGroup", "pricing", "error"].contains(&name.as_str())
    });
    let updated = shop.update(&id, &json!({ "lineItems": [lines[2], stocked(1), bare] }));
    assert_eq!(of_lines(&updated, "id"), ["2", "3", "0"]);
    assert_eq!(updated["lineItems"][2]["pricing"], lines[0]["pricing"]);
    let complete = shop.checkout(&id);
    assert_eq!(orders(&complete)[0], orders(&partial)[0]);
    assert_eq!(shapes(&complete).len(), 2);
}

#[test]
fn names_of_ordered_groups_are_not_used_again() {
    let shop = Shop::open();
    let (id, _) = half_ordered(&shop);
    let lines = shop.get(&id)["lineItems"].as_array().unwrap().clone();
    // Another monthly line cannot join the order that is made, so it gets a group of its own.
    let cart = shop.update(&id, &json!({ "lineItems": [lines[0], lines[2], service(4)] }));
    assert_eq!(of_lines(&cart, "orderGroup"), ["0", "0", "1"]);
    shop.stock(9);
    let answer = shop.engine.line_add(&by(CUSTOMER), &id, &stocked(1).to_string()).unwrap();
    assert_eq!(parse(&answer)["lineItems"][0]["orderGroup"], "2");
    let result = shop.checkout(&id);
    assert_eq!(shapes(&result).len(), 3);
    assert_eq!(of_lines(&shop.get(&id), "orderGroup"), ["0", "0", "1", "2"]);
}

#[test]
fn a_checkout_follows_the_etag() {
    let shop = Shop::open();
    let cart = shop.create(&json!([licences(1)]));
    let id = id_of(&cart);
    refused(shop.engine.checkout(&matching("99"), &id), ErrorKind::Conflict);
    let tag = etag(&cart);
    let first = shop.engine.checkout(&matching(&tag), &id).unwrap();
    // The repetition of a checkout carries the etag of then, and is safe.
    assert_eq!(shop.engine.checkout(&matching(&tag), &id).unwrap(), first);
}

#[test]
fn what_was_bought_is_owned_and_counts_for_later_carts() {
    let shop = Shop::open();
    let id = id_of(&shop.create(&json!([licences(200), stocked(1), service(1)])));
    let result = shop.checkout(&id);
    let owned = shop.subscriptions(CUSTOMER);
    assert_eq!(owned.len(), 2, "what is bought for ever makes no subscription");
    assert_eq!(owned[0]["id"], orders(&result)[0]["lineItems"][0]["subscriptionId"]);
    assert_eq!(owned[0]["offerId"], LICENCE);
    assert_eq!(owned[0]["status"], "active");
    assert_eq!(owned[0]["orderId"], orders(&result)[0]["id"]);
    assert_eq!(owned[0]["commitmentEndDate"], "2027-03-09T00:00:00.0000000Z");
    assert_eq!(error_codes(&shop.create(&json!([licences(100)]))), [0]);
    let cart = shop.create(&json!([licences(101)]));
    assert_eq!(error_codes(&cart), [10015]);
    let description = text(&cart["lineItems"][0]["error"], "errorDescription");
    assert_eq!(description, "quantity 101: 100 seats remain of 300 for CFQ7TTC0LCHC:0002");
    // An add-on finds its base among what is owned.
    let addon = shop.create(&json!([line(ADDON, 1, "monthly", "P1Y")]));
    assert_eq!(error_codes(&addon), [0]);
    let stranger = cart_of(&json!([line(ADDON, 1, "monthly", "P1Y")]));
    let cart = parse(&shop.engine.create(&by("stranger"), &stranger).unwrap());
    assert_eq!(error_codes(&cart), [400_041]);
}

#[test]
fn seats_that_lines_of_an_ordered_group_took_count_in_the_cart_itself() {
    let shop = Shop::open();
    let (id, _) = half_ordered(&shop);
    let lines = json!([licences(299)]).to_string();
    let answer = parse(&shop.engine.line_add(&by(CUSTOMER), &id, &lines).unwrap());
    assert_eq!(error_codes(&answer), [10015]);
    let patch = r#"{"quantity":298}"#;
    let answer = parse(&shop.engine.line_change(&by(CUSTOMER), &id, "3", patch).unwrap());
    assert_eq!(error_codes(&answer), [0]);
}

#[test]
fn stock_is_taken_by_orders_and_not_by_carts() {
    let shop = Shop::open();
    shop.stock(5);
    let first = id_of(&shop.create(&json!([stocked(3)])));
    let second = id_of(&shop.create(&json!([stocked(3)])));
    let both = shop.create(&json!([stocked(3), stocked(3), stocked(2)]));
    assert_eq!(error_codes(&both), [0, 10003, 0], "earlier lines that are good use the stock");
    shop.checkout(&first);
    let result = shop.checkout(&second);
    assert_eq!(result["orders"], json!([]));
    shop.engine.line_change(&by(CUSTOMER), &second, "0", r#"{"quantity":2}"#).unwrap();
    assert_eq!(orders(&shop.checkout(&second)).len(), 1);
    assert_eq!(error_codes(&shop.create(&json!([stocked(1)]))), [10003]);
}

#[test]
fn orders_redeem_promotions() {
    let shop = Shop::open();
    let id = "39NFJQT1PHSN:0008:39NFJQT1Q5J0";
    shop.put(&json!({ "promotions": [promotion(id, true)] }));
    let cart = shop.create(&json!([licences(30)]));
    assert_eq!(cart["lineItems"][0]["promotionId"], id);
    let result = shop.checkout(&id_of(&cart));
    let bought = &orders(&result)[0]["lineItems"][0];
    assert_eq!(bought["promotionId"], id);
    assert_eq!(bought["pricing"]["extendedPrice"], 3240);
    assert_eq!(shop.subscriptions(CUSTOMER)[0]["promotionId"], id);
    let promoted = |quantity| {
        let cart = shop.create(&json!([licences(quantity)]));
        !cart["lineItems"][0]["promotionId"].is_null()
    };
    assert!(promoted(10));
    assert!(!promoted(11), "40 seats in all");
}

#[test]
fn a_promotion_that_ends_between_edit_and_checkout_does_not_apply() {
    let shop = Shop::with(json!({ "cartLifetime": "P2Y" }));
    let id = "39NFJQT1PHSN:0008:39NFJQT1Q5J0";
    shop.put(&json!({ "promotions": [promotion(id, true)] }));
    let cart = shop.create(&json!([licences(30)]));
    shop.at("2027-01-01T00:00:00Z");
    let result = shop.checkout(&id_of(&cart));
    assert_eq!(orders(&result)[0]["lineItems"][0].get("promotionId"), None);
    assert_eq!(orders(&result)[0]["totalPrice"], 3600);
    let line = &shop.get(&id_of(&cart))["lineItems"][0];
    assert_eq!((line.get("promotionId"), &line["pricing"]["extendedPrice"]), (None, &json!(3600)));
}

#[test]
fn an_item_that_left_the_catalog_fails_its_group_at_checkout() {
    let shop = Shop::open();
    let cart = shop.create(&json!([service(1), stocked(1), licences(1)]));
    let id = id_of(&cart);
    let keys = json!({ "skus": [{ "productId": "DZH318Z0BXWC", "id": "0002" }] });
    shop.engine.catalog_remove(&keys.to_string()).unwrap();
    let result = shop.checkout(&id);
    assert_eq!(shapes(&result), [("one_time".to_owned(), 1)]);
    assert_eq!(result["orderErrors"][0]["orderGroupId"], "0");
    assert_eq!(result["orderErrors"][0]["code"], 400_019);
    // The licences fell with their group, and are themselves good.
    assert_eq!(error_codes(&shop.get(&id)), [10001, 0, 0]);
    shop.engine.line_remove(&by(CUSTOMER), &id, "0").unwrap();
    assert_eq!(shapes(&shop.checkout(&id)).len(), 2);
}

#[test]
fn a_base_that_falls_takes_an_addon_of_another_group_with_it() {
    let shop = Shop::open();
    let base = with_id(0, line(LICENCE, 1, "annual", "P1Y"));
    let addon = with_id(1, line(ADDON, 1, "monthly", "P1Y"));
    let id = id_of(&shop.create(&json!([base, addon, stocked(1)])));
    let keys = json!({ "prices": [
        { "productId": "CFQ7TTC0LCHC", "skuId": "0002", "termDuration": "P1Y", "billingPlan": "Annual" },
    ]});
    shop.engine.catalog_remove(&keys.to_string()).unwrap();
    let result = shop.checkout(&id);
    assert_eq!(shapes(&result), [("one_time".to_owned(), 1)]);
    let codes: Vec<_> = result["orderErrors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|error| (text(error, "orderGroupId"), error["code"].as_i64().unwrap()))
        .collect();
    assert_eq!(codes, [("0", 900_270), ("1", 400_041)]);
}

#[test]
fn orders_of_an_erased_customer_stay_under_a_mark_that_nobody_can_ask_for() {
    let shop = Shop::open();
    let id = id_of(&shop.create(&json!([licences(1)])));
    let order = id_of(&shop.checkout(&id)["orders"][0]);
    shop.create(&json!([stocked(1)]));
    shop.engine.customer_delete(CUSTOMER).unwrap();
    refused(shop.engine.order_get(&reader(), &order), ErrorKind::OrderNotFound);
    refused(shop.engine.get(&reader(), &id), ErrorKind::CartNotFound);
    refused(shop.engine.customer_get(CUSTOMER), ErrorKind::NotFound);
    refused(shop.engine.customer_delete(CUSTOMER), ErrorKind::NotFound);
    let counts = parse(&shop.engine.stats().unwrap())["counts"].clone();
    let of = |name: &str| counts[name].as_i64().unwrap();
    let left = ["orders", "carts", "lines", "customers", "subscriptions", "requests"].map(of);
    assert_eq!(left, [1, 0, 0, 0, 0, 0]);
    for guess in ["erased", "ERASED", "erased customer", "erased%20customer"] {
        assert!(shop.engine.order_get(&by(guess), &order).is_err(), "{guess}");
    }
    assert_eq!(error_codes(&shop.create(&json!([licences(300)]))), [0], "seats are free again");
    shop.assert_undamaged();
}

#[test]
fn orders_are_listed_newest_first_and_by_cart() {
    let shop = Shop::open();
    let mut ids = Vec::new();
    for _ in 0..3 {
        let id = id_of(&shop.create(&json!([service(1), stocked(1)])));
        let made = shop.checkout(&id);
        ids.push((id, orders(&made).iter().map(id_of).collect::<Vec<_>>()));
    }
    let all: Vec<_> = ids.iter().flat_map(|(_, orders)| orders.clone()).rev().collect();
    let mut seen = Vec::new();
    let mut query = json!({ "limit": 4 });
    loop {
        let page = parse(&shop.engine.order_list(&reader(), Some(&query.to_string())).unwrap());
        assert_eq!(page["totalCount"], 6);
        seen.extend(page["items"].as_array().unwrap().iter().map(id_of));
        let Some(after) = page.get("after") else { break };
        query["after"] = after.clone();
    }
    assert_eq!(seen, all);
    let query = json!({ "cartId": ids[1].0 }).to_string();
    let page = parse(&shop.engine.order_list(&reader(), Some(&query)).unwrap());
    let listed: Vec<_> = page["items"].as_array().unwrap().iter().map(id_of).collect();
    assert_eq!(listed, ids[1].1.iter().rev().cloned().collect::<Vec<_>>());
    let error = refused(
        shop.engine.order_get(&reader(), "00000000-0000-7000-8000-000000000000"),
        ErrorKind::OrderNotFound,
    );
    assert_eq!((error.kind().code(), error.kind().status()), ("20000", 200));
}

#[test]
fn an_active_cart_that_was_partly_ordered_expires_and_its_orders_stay() {
    let shop = Shop::open();
    let (id, partial) = half_ordered(&shop);
    shop.at("2026-03-17T12:00:00Z");
    refused(shop.engine.checkout(&by(CUSTOMER), &id), ErrorKind::CartNotFound);
    assert_eq!(parse(&shop.engine.purge(None).unwrap())["expiredCarts"], 1);
    let order = id_of(&orders(&partial)[0]);
    shop.engine.order_get(&reader(), &order).unwrap();
    assert_eq!(shop.subscriptions(CUSTOMER).len(), 2);
}

#[test]
fn a_partner_in_the_sandbox_counts_what_was_bought() {
    let shop = Shop::with(json!({ "partner": { "sandbox": true } }));
    for _ in 0..5 {
        let id = id_of(&shop.create(&json!([service(1)])));
        assert_eq!(orders(&shop.checkout(&id)).len(), 1);
    }
    assert_eq!(error_codes(&shop.create(&json!([service(1), stocked(1)]))), [10009, 0]);
}
