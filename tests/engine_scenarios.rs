//! What a shop lives through with reservations, trials, legacy offers and add-ons: from the catalog
//! and the customer that the host puts to the order.

mod support;

use serde_json::{Value, json};
use support::shop::{
    ADDON, CUSTOMER, LICENCE, OFFER, OFFER_ADDON, Shop, TRIAL, error_codes, id_of, licences, line,
    of_lines, parse, promotion, stocked, text, with_addons,
};

const RESERVATION: &str = "DZH318Z0BQ36:004G:DZH318Z08C0S";
const AZURE: &str = "1c461a25-f729-4fa5-aadb-280947dd05e8";

/// Sells a reservation of a region; the customer has an Azure subscription for it.
fn reservation_shop() -> Shop {
    let shop = Shop::open();
    shop.put(&json!({
        "products": [{ "id": "DZH318Z0BQ36", "productType": { "id": "Azure" } }],
        "skus": [{ "productId": "DZH318Z0BQ36", "id": "004G", "title": "Reserved VM",
                   "purchasePrerequisites": ["InventoryCheck", "AzureSubscriptionRegistration"],
                   "provisioningVariables": ["Scope", "SubscriptionId"],
                   "dynamicAttributes": { "armRegionName": "eastus2" } }],
        "prices": [{ "productId": "DZH318Z0BQ36", "skuId": "004G", "termDuration": "P1Y",
                     "billingPlan": "OneTime", "market": "US", "currency": "USD",
                     "unitPrice": "6000" }],
    }));
    put_azure(&shop, "active", true, true);
    shop
}

fn put_azure(shop: &Shop, status: &str, is_enabled: bool, is_registered: bool) {
    let azure = json!({
        "id": AZURE, "offerId": "MS-AZR-0145P", "quantity": 1, "status": status,
        "azureReservation": { "enabled": is_enabled, "registered": is_registered },
    });
    put_subscriptions(shop, &json!([azure]));
}

fn put_subscriptions(shop: &Shop, subscriptions: &Value) {
    let customer = json!({ "customerId": CUSTOMER, "subscriptions": subscriptions });
    let answer = parse(&shop.engine.customer_put(&customer.to_string()).unwrap());
    assert_eq!(answer["rejected"], json!([]));
}

fn reservation(quantity: i64) -> Value {
    let mut reservation = line(RESERVATION, quantity, "one_time", "P1Y");
    reservation["provisioningContext"] =
        json!({ "SCOPE": "shared", "subscriptionID": AZURE.to_uppercase() });
    reservation
}

fn error_of(cart: &Value) -> Value {
    cart["lineItems"][0]["error"].clone()
}

#[test]
fn a_reservation_needs_an_azure_subscription_that_is_active_registered_and_enabled() {
    let shop = reservation_shop();
    let code = |status: &str, is_enabled, is_registered| {
        put_azure(&shop, status, is_enabled, is_registered);
        error_codes(&shop.create(&json!([reservation(1)])))[0]
    };
    assert_eq!(code("suspended", true, true), 10007);
    assert_eq!(code("deleted", false, false), 10007);
    assert_eq!(code("active", false, false), 10011);
    assert_eq!(code("active", true, false), 10011);
    assert_eq!(code("active", false, true), 10008);
    assert_eq!(code("Active", true, true), 0);
    let mut nobodys = reservation(1);
    nobodys["provisioningContext"]["subscriptionID"] =
        json!("00000000-0000-4000-8000-000000000000");
    assert_eq!(error_codes(&shop.create(&json!([nobodys]))), [10007]);
    let mut without_scope = reservation(1);
    without_scope["provisioningContext"].as_object_mut().unwrap().remove("SCOPE");
    let error = error_of(&shop.create(&json!([without_scope])));
    assert_eq!(
        text(&error, "errorDescription"),
        "provisioningContext has no Scope: the SKU needs a value for it"
    );
}

#[test]
fn a_region_that_is_restricted_sells_nothing_and_the_stock_is_shared_by_lines() {
    let shop = reservation_shop();
    let inventory = |quantity: Value, region: &str| {
        let restriction = json!({ "reasonCode": "NotAvailableForSubscription",
                                  "properties": { "type": "Location", "values": [region] } });
        shop.put(&json!({ "inventory": [
            { "productId": "DZH318Z0BQ36", "skuId": "004G", "availableQuantity": quantity },
            { "productId": "DZH318Z0BQ36", "skuId": "004G", "restrictions": [restriction] },
        ]}));
    };
    inventory(Value::Null, "EastUS2");
    let cart = shop.create(&json!([reservation(1)]));
    assert_eq!(
        error_of(&cart),
        json!({ "errorCode": 10003, "errorDescription":
                "quantity 1: DZH318Z0BQ36:004G is not available in the region eastus2" })
    );
    inventory(json!(3), "EastUS2");
    let numbers = &error_of(&shop.create(&json!([reservation(1)])))["additionalInformation"];
    assert_eq!(*numbers, json!({ "availableQuantity": 0, "purchasedQuantity": 1 }));
    inventory(json!(3), "westus");
    let cart = shop.create(&json!([reservation(2), reservation(2), reservation(1)]));
    assert_eq!(error_codes(&cart), [0, 10003, 0]);
    let numbers = &cart["lineItems"][1]["error"]["additionalInformation"];
    assert_eq!(*numbers, json!({ "availableQuantity": 1, "purchasedQuantity": 2 }));
}

#[test]
fn a_reservation_makes_an_order_and_no_subscription() {
    let shop = reservation_shop();
    let cart = shop.create(&json!([reservation(2)]));
    // Keys come back in camel case, values as they came.
    assert_eq!(
        cart["lineItems"][0]["provisioningContext"],
        json!({ "scope": "shared", "subscriptionId": AZURE.to_uppercase() })
    );
    let result = shop.checkout(&id_of(&cart));
    let order = &result["orders"][0];
    assert_eq!((&order["totalPrice"], &order["billingCycle"]), (&json!(12000), &json!("one_time")));
    assert_eq!(order["lineItems"][0].get("subscriptionId"), None);
    let owned: Vec<_> =
        shop.subscriptions(CUSTOMER).iter().map(|subscription| id_of(subscription)).collect();
    assert_eq!(owned, [AZURE]);
}

#[test]
fn a_trial_costs_nothing_renews_to_a_term_and_takes_no_custom_end() {
    let shop = Shop::open();
    let mut trial = line(TRIAL, 25, "none", "P1M");
    trial["renewsTo"] = json!([{ "termDuration": "P1Y" }]);
    let cart = shop.create(&json!([trial.clone()]));
    assert_eq!(error_codes(&cart), [0]);
    assert_eq!(cart["lineItems"][0]["pricing"]["extendedPrice"], 0);
    assert_eq!(cart["lineItems"][0]["renewsTo"], json!([{ "termDuration": "P1Y" }]));
    let result = shop.checkout(&id_of(&cart));
    let bought = &result["orders"][0]["lineItems"][0];
    assert_eq!(bought["renewsTo"], json!({ "termDuration": "P1Y" }));
    let owned = &shop.subscriptions(CUSTOMER)[0];
    assert_eq!((&owned["isTrial"], &owned["id"]), (&json!(true), &bought["subscriptionId"]));
    assert_eq!(owned["commitmentEndDate"], "2026-04-09T00:00:00.0000000Z");

    let mut ending = trial.clone();
    ending["customTermEndDate"] = json!("2026-03-31");
    assert_eq!(error_codes(&shop.create(&json!([ending]))), [10016]);
    for (renewal, code) in [
        (json!({ "termDuration": "P1M" }), 0),
        (json!({}), 0),
        (Value::Null, 0),
        (json!([]), 0),
        (json!({ "termDuration": "P3Y" }), 10010),
        (json!({ "termDuration": "next year" }), 10010),
    ] {
        trial["renewsTo"] = renewal;
        assert_eq!(error_codes(&shop.create(&json!([trial.clone()]))), [code], "{trial}");
    }
}

#[test]
fn a_trial_that_was_had_ends_the_discount_on_the_first_purchase() {
    let shop = Shop::open();
    let id = "39NFJQT1FRST:0001:39NFJQT1Q5J2";
    let mut first = promotion(id, true);
    first["promotionConstraints"] =
        json!({ "eligibilityConstraints": [{ "type": "FirstPurchase", "isApplicable": true }] });
    shop.put(&json!({ "promotions": [first] }));
    let promotions = || {
        let cart = shop.create(&json!([licences(1)]));
        of_lines(&cart, "promotionId")[0].clone()
    };
    assert_eq!(promotions(), id);
    put_subscriptions(
        &shop,
        &json!([{ "id": "a", "offerId": LICENCE, "quantity": 1, "status": "expired",
                  "isTrial": true }]),
    );
    assert_eq!(promotions(), Value::Null);
}

#[test]
fn a_lifetime_limit_counts_what_was_ever_bought_and_a_concurrent_one_what_is_there_now() {
    for (kind, expired_code) in [("Lifetime", 10002), ("Concurrent", 0)] {
        let shop = Shop::open();
        shop.put(&json!({ "offers": [{
            "id": OFFER, "name": "Office, older", "isAvailableForPurchase": true, "country": "US",
            "limitUnitOfMeasure": kind, "limit": 1,
        }]}));
        let bought = line(OFFER, 10, "monthly", "");
        let two = shop.create(&json!([bought, bought]));
        assert_eq!(error_codes(&two), [0, 10002], "{kind}");
        let numbers = &two["lineItems"][1]["error"]["additionalInformation"];
        assert_eq!(*numbers, json!({ "availableQuantity": 0, "purchasedQuantity": 10 }));

        let result = shop.checkout(&id_of(&shop.create(&json!([bought]))));
        let subscription = text(&result["orders"][0]["lineItems"][0], "subscriptionId").to_owned();
        for (status, code) in [("active", 10002), ("cancelled", 10002), ("expired", expired_code)] {
            put_subscriptions(
                &shop,
                &json!([{ "id": subscription, "offerId": OFFER, "quantity": 10,
                          "status": status }]),
            );
            assert_eq!(error_codes(&shop.create(&json!([bought]))), [code], "{kind} {status}");
        }
    }
}

#[test]
fn legacy_offers_of_other_sales_groups_cycles_and_currencies_are_other_orders() {
    let shop = Shop::open();
    let other = "195416C1-3447-423A-B37B-EE59A99A19C4";
    shop.put(&json!({
        "offers": [{ "id": other, "salesGroupId": "b", "country": "US" }],
        "prices": [{ "offerId": other, "billingPlan": "monthly", "market": "US",
                     "currency": "USD", "unitPrice": 3 }],
    }));
    let cart = shop.create(&json!([
        line(OFFER, 1, "monthly", ""),
        licences(1),
        line(other, 1, "monthly", ""),
        line(OFFER, 1, "annual", ""),
        line(&OFFER.to_lowercase(), 2, "monthly", ""),
    ]));
    assert_eq!(error_codes(&cart), [0; 5]);
    assert_eq!(of_lines(&cart, "orderGroup"), ["OMS-0", "0", "OMS-1", "OMS-2", "OMS-0"]);
    let result = shop.checkout(&id_of(&cart));
    let totals: Vec<_> =
        result["orders"].as_array().unwrap().iter().map(|order| &order["totalPrice"]).collect();
    assert_eq!(totals, [24, 120, 3, 90]);
}

#[test]
fn legacy_addons_are_nested_and_bought_towards_the_subscription_of_their_root() {
    let shop = Shop::open();
    let addons = json!([line(OFFER_ADDON, 5, "monthly", ""), line(OFFER_ADDON, 6, "monthly", "")]);
    let cart = shop.create(&json!([
        line(OFFER, 10, "annual", ""),
        with_addons(line(OFFER, 10, "monthly", ""), addons),
    ]));
    assert_eq!(error_codes(&cart), [0, 0]);
    assert_eq!(cart["lineItems"][1]["addonItems"][1]["orderGroup"], "OMS-1");
    let result = shop.checkout(&id_of(&cart));
    let lines = result["orders"][1]["lineItems"].as_array().unwrap();
    let offers: Vec<_> = lines.iter().map(|line| text(line, "offerId")).collect();
    assert_eq!(offers, [OFFER, OFFER_ADDON, OFFER_ADDON]);
    let numbers: Vec<_> = lines.iter().map(|line| &line["lineItemNumber"]).collect();
    assert_eq!(numbers, [0, 1, 2]);
    assert_eq!(lines[0].get("parentSubscriptionId"), None);
    for addon in &lines[1..] {
        assert_eq!(addon["parentSubscriptionId"], lines[0]["subscriptionId"]);
        assert_ne!(addon["subscriptionId"], lines[0]["subscriptionId"]);
    }
    // Later ones name the subscription themselves.
    let mut later = line(OFFER_ADDON, 1, "monthly", "");
    later["provisioningContext"] =
        json!({ "ParentSubscriptionId": lines[0]["subscriptionId"].clone() });
    let result = shop.checkout(&id_of(&shop.create(&json!([later]))));
    let bought = &result["orders"][0]["lineItems"][0];
    assert_eq!(bought["parentSubscriptionId"], lines[0]["subscriptionId"]);
}

#[test]
fn modern_addons_lie_flat_beside_their_base_before_or_after_it() {
    let shop = Shop::open();
    let addon = line(ADDON, 5, "monthly", "P1Y");
    assert_eq!(error_codes(&shop.create(&json!([addon]))), [400_041]);
    let cart = shop.create(&json!([addon, licences(5)]));
    assert_eq!(error_codes(&cart), [0, 0]);
    assert_eq!(of_lines(&cart, "orderGroup"), ["0", "0"]);
    // A base in error is none.
    let cart = shop.create(&json!([addon, licences(301)]));
    assert_eq!(error_codes(&cart), [400_041, 10010]);
    // Once it is owned the add-on is bought alone, until it is owned no more.
    let result = shop.checkout(&id_of(&shop.create(&json!([licences(5)]))));
    assert_eq!(error_codes(&shop.create(&json!([addon]))), [0]);
    let base = result["orders"][0]["lineItems"][0]["subscriptionId"].clone();
    for (status, code) in [("suspended", 0), ("deleted", 400_041)] {
        put_subscriptions(
            &shop,
            &json!([{ "id": base, "offerId": LICENCE, "quantity": 5, "status": status }]),
        );
        assert_eq!(error_codes(&shop.create(&json!([addon]))), [code], "{status}");
    }
}

#[test]
fn addons_keep_to_the_seats_of_all_their_bases() {
    let shop = Shop::open();
    shop.put(&json!({ "skus": [{
        "productId": "CFQ7TTC0ADDN", "id": "0001",
        "dynamicAttributes": { "isAddon": true, "prerequisiteSkus": ["CFQ7TTC0LCHC:0002"],
                               "minimumBaseSeats": "20", "minimumAddonPercent": "33.3" },
    }]}));
    put_subscriptions(&shop, &json!([{ "id": "a", "offerId": LICENCE, "quantity": 7 }]));
    let codes = |base: i64, addons: &[i64]| {
        let mut lines = vec![licences(base)];
        lines.extend(addons.iter().map(|seats| line(ADDON, *seats, "monthly", "P1Y")));
        error_codes(&shop.create(&json!(lines)))
    };
    assert_eq!(codes(12, &[20]), [0, 10018]);
    // 33.3 % of 20 seats are 6.66, and no part of a seat is sold.
    assert_eq!(codes(13, &[6]), [0, 10019]);
    assert_eq!(codes(13, &[7]), [0, 0]);
    // Earlier lines count, those in error do not.
    assert_eq!(codes(13, &[7, 1]), [0, 0, 0]);
    assert_eq!(codes(13, &[6, 1]), [0, 10019, 10019]);
}

#[test]
fn a_custom_end_aligns_with_what_was_bought_here() {
    let shop = Shop::open();
    shop.at("2026-02-10T12:00:00Z");
    shop.checkout(&id_of(&shop.create(&json!([licences(1)]))));
    assert_eq!(
        shop.subscriptions(CUSTOMER)[0]["commitmentEndDate"],
        "2027-02-09T00:00:00.0000000Z"
    );
    shop.at("2026-03-10T12:00:00Z");
    let mut aligned = licences(1);
    aligned["customTermEndDate"] = json!("2027-02-09T23:59:59+02:00");
    let cart = shop.create(&json!([aligned]));
    assert_eq!(error_codes(&cart), [0]);
    // From 10 March to 9 February are eleven whole months, none of which is cut.
    assert_eq!(cart["lineItems"][0]["pricing"]["extendedPrice"], 110);
    shop.checkout(&id_of(&cart));
    let ends: Vec<_> = shop
        .subscriptions(CUSTOMER)
        .iter()
        .map(|subscription| subscription["commitmentEndDate"].clone())
        .collect();
    assert_eq!(ends, ["2027-02-09T00:00:00.0000000Z"; 2]);
    aligned["customTermEndDate"] = json!("2027-02-08");
    assert_eq!(error_codes(&shop.create(&json!([aligned.clone()]))), [10017]);
    // A month may not be aligned with what runs longer on a day that some months lack.
    let mut month = line(LICENCE, 1, "monthly", "P1M");
    month["customTermEndDate"] = json!("2026-03-31");
    assert_eq!(error_codes(&shop.create(&json!([month]))), [0]);
    let stranger = json!({ "lineItems": [aligned] }).to_string();
    let cart = parse(&shop.engine.create(&support::shop::by("stranger"), &stranger).unwrap());
    assert_eq!(error_codes(&cart), [10017]);
}

#[test]
fn the_dialect_of_2018_sells_what_it_cannot_say() {
    let shop = Shop::with(json!({ "dialect": "2018" }));
    let mut full = with_addons(licences(10), json!([line(ADDON, 4, "monthly", "P1Y")]));
    full["customTermEndDate"] = json!("2026-12-31");
    full["renewsTo"] = json!({ "termDuration": "P1M" });
    let mut cart = shop.create(&json!([full, line(OFFER, 51, "monthly", "")]));
    assert_eq!(
        cart["lineItems"],
        json!([
            { "id": "0", "catalogId": LICENCE, "quantity": 10, "currencyCode": "USD",
              "billingCycle": "monthly", "orderGroup": "0", "purchaseSystem": "modern" },
            { "id": "2", "catalogId": OFFER, "quantity": 51, "currencyCode": "USD",
              "billingCycle": "monthly", "orderGroup": "OMS-0", "purchaseSystem": "legacy",
              "error": { "quantity": "quantity 51 is above the maximum 50" } },
        ])
    );
    assert_eq!(cart.get("status"), None);
    cart["lineItems"][0]["quantity"] = json!(12);
    cart["lineItems"][1]["quantity"] = json!(50);
    cart["lineItems"][1]["error"] = json!({ "quantity": "stale" });
    let updated = shop.update(&id_of(&cart), &cart);
    assert_eq!(of_lines(&updated, "error"), [&Value::Null; 2]);
    let result = shop.checkout(&id_of(&cart));
    let bought = &result["orders"][0]["lineItems"];
    assert_eq!(bought[0]["termDuration"], "P1Y");
    assert_eq!(bought[0]["customTermEndDate"], "2026-12-31T00:00:00.0000000Z");
    assert_eq!(bought[0]["renewsTo"], json!({ "termDuration": "P1M" }));
    assert_eq!((&bought[0]["quantity"], &bought[1]["quantity"]), (&json!(12), &json!(4)));
    assert_eq!(bought[1]["parentSubscriptionId"], bought[0]["subscriptionId"]);
}

#[test]
fn what_is_bought_without_a_subscription_counts_as_bought_and_is_not_owned() {
    let shop = Shop::open();
    shop.put(&json!({
        "offers": [{ "id": OFFER, "country": "US", "limitUnitOfMeasure": "Lifetime", "limit": 1 }],
        "prices": [{ "offerId": OFFER, "billingPlan": "one_time", "market": "US",
                     "currency": "USD", "unitPrice": 3 }],
    }));
    let mut ever = promotion("39NFJQT1SOFT:0001:39NFJQT1Q5J2", true);
    ever["requiredProducts"][0] = json!({
        "productId": "DG7GMGF0DWTL", "skuId": "0001",
        "pricingPolicies": [{ "policyType": "PercentDiscount", "value": "0.5" }],
    });
    let mut limited = |constraints: Value| {
        ever["promotionConstraints"] = constraints;
        shop.put(&json!({ "promotions": [ever] }));
    };
    limited(json!({ "seatConstraints": [{ "maxSeats": 5 }] }));
    let lines = json!([stocked(3), line(OFFER, 1, "one_time", "")]);
    let cart = shop.create(&lines);
    assert_eq!(error_codes(&cart), [0, 0]);
    let prices = |cart: &Value| cart["lineItems"][0]["pricing"]["extendedPrice"].clone();
    assert_eq!(prices(&cart), 3727.5);
    let result = shop.checkout(&id_of(&cart));
    assert_eq!(result["orders"][0]["lineItems"][0].get("subscriptionId"), None);
    // Three of the five seats at half price are used; the offer's one time ever is.
    let cart = shop.create(&lines);
    assert_eq!((prices(&cart), error_codes(&cart)), (json!(7455), vec![0, 10002]));
    assert_eq!(prices(&shop.create(&json!([stocked(2)]))), 2485);
    limited(json!({ "assetOwnershipLimits": [{ "maxAssets": 1,
                                               "type": "LifetimeRedemptionCount" }] }));
    assert_eq!(prices(&shop.create(&json!([stocked(1)]))), 2485);
    limited(json!({ "eligibilityConstraints": [{ "type": "FirstPurchase" }] }));
    assert_eq!(prices(&shop.create(&json!([stocked(1)]))), 2485);
    limited(json!({ "productOwnershipConstraints": [[{ "bigId": "DG7GMGF0DWTL/0001" }]] }));
    assert_eq!(prices(&shop.create(&json!([stocked(1)]))), 2485, "bought, not owned");
    shop.engine.customer_put(&json!({ "customerId": CUSTOMER }).to_string()).unwrap();
    assert_eq!(shop.subscriptions(CUSTOMER), Vec::<Value>::new());
    shop.assert_undamaged();
}

#[test]
fn a_term_beyond_the_calendar_is_bought_without_an_end() {
    let shop = Shop::open();
    for (term, end) in [
        ("P7000Y", json!("9026-03-09T00:00:00.0000000Z")),
        ("P9000Y", Value::Null),
        ("P300000000Y", Value::Null),
    ] {
        let cart = shop.create(&json!([line(OFFER, 1, "monthly", term)]));
        assert_eq!(error_codes(&cart), [0], "{term}");
        shop.checkout(&id_of(&cart));
        let owned = shop.subscriptions(CUSTOMER);
        assert_eq!(owned.last().unwrap()["commitmentEndDate"], end, "{term}");
    }
}
