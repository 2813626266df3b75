use serde_json::{Value, json};

use super::*;
use crate::catalog::model::CatalogChange;
use crate::document::arbitrary::value;
use crate::document::options::Limits;
use crate::document::read_catalog;

fn catalog(document: &str) -> CatalogChange {
    let (change, rejected) = read_catalog(document, &Limits::default()).unwrap();
    assert_eq!(rejected, []);
    change
}

fn facts(document: &str) -> ItemFacts {
    let mut change = catalog(document);
    ItemFacts {
        product: change.products.pop(),
        sku: change.skus.pop(),
        availabilities: change.availabilities,
        offers: change.offers,
        prices: change.prices,
        ..ItemFacts::default()
    }
}

fn found(facts: &ItemFacts, prices: Vec<&Price>) -> Value {
    let key = ItemKey::sku("P", "S");
    let items = [FoundItem { key: &key, facts, prices }];
    value(&write_found(&items, Some("P:S")))["items"][0].take()
}

const SKU: &str = r#"{
    "products":{"id":"P","title":"Business Basic","productType":{"id":"OnlineServicesNCE"}},
    "skus":{"productId":"P","id":"S","title":"Business Basic (add-on)","minimumQuantity":1,
    "maximumQuantity":300,
        "isTrial":false,"supportedBillingCycles":["annual","monthly"],
        "dynamicAttributes":{"isAddon":true,"prerequisiteSkus":["Q:1"]}},
    "availabilities":[{"productId":"P","skuId":"S","id":"A","defaultCurrency":{"code":"USD",
    "symbol":"$"},
        "country":"US","segment":"commercial","isPurchasable":true,
        "terms":[{"duration":"P1Y"},{"duration":"P1M","billingCycle":"monthly"},
        {"duration":"P1Y"}]}],
    "prices":[{"productId":"P","skuId":"S","termDuration":"P1Y","billingPlan":"monthly",
    "market":"US",
        "currency":"USD","unitPrice":"60.00","erpPrice":72}]}"#;

#[test]
fn a_sku_is_told_as_the_page_for_hosts_shows_it() {
    let page = include_str!("../../../DOCUMENTS.md");
    let (_, section) = page.split_once("## Finding items").unwrap();
    let example = section.split("```").nth(1).unwrap().strip_prefix("json").unwrap();
    let (key, facts) = (ItemKey::sku("P", "S"), facts(SKU));
    let prices = facts.prices.iter().collect();
    let found = write_found(&[FoundItem { key: &key, facts: &facts, prices }], Some("P:S"));
    assert_eq!(value(&found), value(example));
}

#[test]
fn without_prices_the_terms_are_those_that_the_catalog_offers() {
    let terms = |document: &str| found(&facts(document), vec![])["terms"].take();
    let offered = json!([
        {"termDuration": "P1M", "billingCycle": "monthly"},
        {"termDuration": "P1Y", "billingCycle": "monthly"},
        {"termDuration": "P1Y", "billingCycle": "annual"},
    ]);
    assert_eq!(terms(SKU), offered);
    let skus = r#"{"productId":"P","id":"S","supportedBillingCycles":["one_time"]}"#;
    assert_eq!(terms(&format!(r#"{{"skus":{skus}}}"#)), json!([{"billingCycle": "one_time"}]));
    let any_cycle = r#"{"skus":{"productId":"P","id":"S"},"availabilities":{"productId":"P",
        "skuId":"S","id":"A",
        "terms":[{"duration":"P3Y"}]}}"#;
    assert_eq!(terms(any_cycle), json!([{"termDuration": "P3Y"}]));
    assert_eq!(terms(r#"{"skus":{"productId":"P","id":"S"}}"#), json!([]));
}

#[test]
fn a_sku_without_availabilities_is_bought_under_any() {
    let items =
        found(&facts(r#"{"skus":{"productId":"P","id":"S"}}"#), vec![])["catalogItems"].take();
    assert_eq!(items, json!([{"catalogItemId": "P:S:*"}]));
}

#[test]
fn an_offer_is_told_for_each_country() {
    let facts = facts(
        r#"{"offers":[{"id":"MS-AZR-0145P","name":"Azure","maximumQuantity":1,"country":"US",
            "supportedBillingCycles":["monthly"],"isAvailableForPurchase":true},
            {"id":"MS-AZR-0145P","country":"DE"}]}"#,
    );
    let expected = json!({
        "offerId": "MS-AZR-0145P", "title": "Azure", "purchaseSystem": "legacy",
        "maximumQuantity": 1,
        "isAddon": false,
        "catalogItems": [{"catalogItemId": "MS-AZR-0145P", "country": "US", "isPurchasable": true},
            {"catalogItemId": "MS-AZR-0145P", "country": "DE"}],
        "terms": [{"billingCycle": "monthly"}],
    });
    assert_eq!(found(&facts, vec![]), expected);
}

#[test]
fn a_page_of_items_ends_without_a_token() {
    assert_eq!(write_found(&[], None), r#"{"items":[]}"#);
    assert_eq!(write_found(&[], Some("P:S")), r#"{"items":[],"after":"P:S"}"#);
}
