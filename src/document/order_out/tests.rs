use rust_decimal::Decimal;
use serde_json::json;
use uuid::Uuid;

use super::*;
use crate::cart::model::Line;
use crate::clock::Timestamp;
use crate::document::arbitrary::{cart_of, pricing, value};
use crate::document::options::Limits;
use crate::document::read_cart;
use crate::term::BillingCycle;

fn lines(document: &str) -> Vec<Line> {
    let mut draft = read_cart(document, &Limits::default()).unwrap();
    for (id, line) in (0..).zip(&mut draft.lines) {
        line.id = Some(id);
    }
    cart_of(&draft.lines).lines
}

fn order(lines: Vec<OrderLine<'_>>) -> Order<'_> {
    Order {
        id: Uuid::from_u128(0x3c6f_2530_1e31_4088_8230_dd1c_31a1_8bce),
        billing_cycle: BillingCycle::Monthly,
        currency_code: "USD".to_owned(),
        currency_symbol: Some("US$".to_owned()),
        lines,
        created: Timestamp::parse("2023-04-18T22:03:45.4505136Z").unwrap(),
        total_price: Some(Decimal::new(36_480, 3)),
    }
}

fn line(line: &Line) -> OrderLine<'_> {
    OrderLine {
        line,
        offer_id: line.input.catalog_item_id.as_deref().map(Cow::Borrowed),
        promotion_id: line.input.promotion_id.as_deref(),
        pricing: line.pricing.as_ref(),
        title: None,
        subscription_id: None,
        parent_subscription_id: None,
    }
}

fn record(order: &Order<'_>) -> OrderRecord {
    OrderRecord {
        id: order.id,
        cart: Uuid::nil(),
        customer_id: "28045616-F6B9-462F-9701-0d89b5e65c44".to_owned(),
        body: write_order_body(order),
    }
}

fn simple_order() -> OrderRecord {
    let mut lines = lines(
        r#"{"lineItems":[{"catalogItemId":"CFQ7TTC0LF8S:0001:CFQ7TTC0N81H","quantity":1,
            "termDuration":"P1M"}]}"#,
    );
    lines[0].pricing = Some(pricing(3_648, 3_648));
    let mut bought = line(&lines[0]);
    bought.title = Some("Office 365 E5 without Audio Conferencing");
    bought.subscription_id = Some(Uuid::from_u128(0x0c35_3b8e_da9d_4007_d0d4_bca8_bd5b_5ce1));
    record(&order(vec![bought]))
}

#[test]
fn an_order_is_written_as_the_live_service_does() {
    let mut published = value(include_str!("../../../tests/fixtures/orders/order.json"));
    published["id"] = json!("3c6f2530-1e31-4088-8230-dd1c31a18bce");
    published["alternateId"] = published["id"].clone();
    published["referenceCustomerId"] = json!("28045616-F6B9-462F-9701-0d89b5e65c44");
    // The service completes an order later; this engine at once.
    published["status"] = json!("completed");
    assert_eq!(value(&join_order(&simple_order())), published);
}

#[test]
fn an_order_is_the_ids_and_the_customer_before_a_body_that_never_changes() {
    let order = simple_order();
    let joined = join_order(&order);
    let ids = concat!(
        r#"{"id":"3c6f2530-1e31-4088-8230-dd1c31a18bce","#,
        r#""alternateId":"3c6f2530-1e31-4088-8230-dd1c31a18bce","#,
        r#""referenceCustomerId":"28045616-F6B9-462F-9701-0d89b5e65c44","#,
    );
    assert_eq!(joined.strip_prefix(ids), order.body.strip_prefix('{'));
    assert!(!order.body.contains("28045616"));
    let empty = OrderRecord { body: "{}".to_owned(), ..order };
    assert_eq!(join_order(&empty), format!("{}}}", ids.strip_suffix(',').unwrap()));
}

#[test]
fn every_property_of_an_order_line_has_its_place() {
    let mut lines = lines(
        r#"{"lineItems":[{"catalogItemId":"P:S:A","friendlyName":"mine","quantity":2,
            "termDuration":"P1Y",
        "participants":[{"key":"additional_transaction_reseller","value":"2"},
            {"key":"transaction_reseller","value":"1"},{"key":"additional_transaction_reseller",
            "value":"3"}],
        "provisioningContext":{"scope":"shared"},"renewsTo":[{"termDuration":"P1M"}],
        "attestationAccepted":true,"promotionId":"X:Y:Z","customTermEndDate":"2026-09-30"}]}"#,
    );
    lines[0].pricing = Some(pricing(3_040, 36_480));
    let all = OrderLine {
        title: Some("not mine"),
        subscription_id: Some(Uuid::from_u128(1)),
        parent_subscription_id: Some(Cow::Borrowed("parent")),
        ..line(&lines[0])
    };
    let bare = self::lines(r#"{"lineItems":[{}]}"#);
    let body = write_order_body(&Order {
        currency_symbol: None,
        total_price: None,
        ..order(vec![all, line(&bare[0])])
    });
    let expected = concat!(
        r#"{"billingCycle":"monthly","currencyCode":"USD","lineItems":[{"lineItemNumber":0,"#,
        r#""offerId":"P:S:A","subscriptionId":"00000000-0000-0000-0000-000000000001","#,
        r#""parentSubscriptionId":"parent","termDuration":"P1Y","transactionType":"New","#,
        r#""friendlyName":"mine","quantity":2,"customTermEndDate":"2026-09-30T00:00:00.0000000Z","#,
        r#""promotionId":"X:Y:Z","pricing":{"listPrice":30.4,"discountedPrice":30.4,"#,
        r#""proratedPrice":30.4,"price":30.4,"extendedPrice":364.8},"partnerIdOnRecord":"1","#,
        r#""additionalPartnerIdsOnRecord":["2","3"],"provisioningContext":{"scope":"shared"},"#,
        r#""renewsTo":{"termDuration":"P1M"},"attestationAccepted":true},"#,
        r#"{"lineItemNumber":1,"transactionType":"New"}],"#,
        r#""creationDate":"2023-04-18T22:03:45.4505136Z","status":"completed","#,
        r#""transactionType":"UserPurchase","attributes":{"objectType":"Order"}}"#,
    );
    assert_eq!(body, expected);
}

#[test]
fn a_checkout_answers_orders_and_only_then_errors() {
    let order = simple_order();
    let joined = join_order(&order);
    let orders = [Cow::Borrowed(&order), Cow::Borrowed(&order)];
    let attributes = r#""attributes":{"objectType":"CartCheckoutResult"}"#;
    assert_eq!(
        write_checkout(&orders, &[]),
        format!(r#"{{"orders":[{joined},{joined}],{attributes}}}"#)
    );
    let error = OrderError {
        group: "OMS-0".to_owned(),
        code: 800_087,
        description: "line 3: \"x\"".to_owned(),
    };
    let errors = r#"[{"orderGroupId":"OMS-0","code":800087,"description":"line 3: \"x\""}]"#;
    assert_eq!(
        write_checkout(&[], &[error]),
        format!(r#"{{"orders":[],"orderErrors":{errors},{attributes}}}"#)
    );
}

#[test]
fn a_page_of_orders_has_the_shape_of_all_pages() {
    let order = simple_order();
    let joined = join_order(&order);
    let page = Page { total: 2, items: vec![order], after: Some(1) };
    let expected = format!(r#"{{"totalCount":2,"items":[{joined}],"after":"0000000000000001"}}"#);
    assert_eq!(write_order_page(&page), expected);
}
